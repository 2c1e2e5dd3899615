//! The steps of a report through its workflow.

use actix_web::post;

use super::{ReportView, shown};
use crate::{
    domain::id::ReportId,
    http::{
        caller::{Caller, may},
        input::{Change, Id, NoteInput, OptionalBody, ReasonInput},
        reply::Reply,
    },
    service::{
        reports,
        work::{Expected, Work},
    },
};

/// 提交进展报告 (submit a progress report)
///
/// 退回或撤回后也由此再次提交。方案要求审签时，须经本单位审核人审签后才算提交。
/// Also again, after a return or a withdrawal.
#[utoipa::path(tag = "progress-reports", params(Id<ReportId>),
    responses((status = 200, description = "已提交 (submitted)", body = ReportView), Caller<may::WriteReports>, Change<ReportId>))]
#[post("/{id}/submit")]
pub async fn submit_report(caller: Caller<may::WriteReports>, change: Change<ReportId>) -> Reply {
    caller.step(change, reports::submit_report, shown).await
}

/// 审签进展报告 (sign a progress report)
///
/// 由本单位审核人审签，不能是填报人。By the unit's approver, not by who wrote it.
#[utoipa::path(tag = "progress-reports", params(Id<ReportId>),
    responses((status = 200, description = "已审签并提交 (signed and submitted)", body = ReportView), Caller<may::SignReports>, Change<ReportId>))]
#[post("/{id}/sign")]
pub async fn sign_report(caller: Caller<may::SignReports>, change: Change<ReportId>) -> Reply {
    caller.step(change, reports::sign_report, shown).await
}

/// 撤回进展报告 (withdraw a progress report)
///
/// 审核之前由填报单位撤回。By the unit, before it was reviewed.
#[utoipa::path(tag = "progress-reports", params(Id<ReportId>),
    responses((status = 200, description = "已撤回 (withdrawn)", body = ReportView), Caller<may::WriteReports>, Change<ReportId>))]
#[post("/{id}/withdraw")]
pub async fn withdraw_report(caller: Caller<may::WriteReports>, change: Change<ReportId>) -> Reply {
    caller.step(change, reports::withdraw_report, shown).await
}

/// 通过进展报告 (accept a progress report)
///
/// 称已办结的报告通过后，该应办事项即告办结。One that claims completion fulfils its obligation.
#[utoipa::path(tag = "progress-reports", params(Id<ReportId>),
    request_body = Option<NoteInput>, responses((status = 200, description = "已通过 (accepted)", body = ReportView), Caller<may::ReviewReports>, Change<ReportId, OptionalBody<NoteInput>>))]
#[post("/{id}/accept")]
pub async fn accept_report(
    caller: Caller<may::ReviewReports>,
    change: Change<ReportId, OptionalBody<NoteInput>>,
) -> Reply {
    let accept = async |work: &mut Work<'_>, id: &ReportId, expected: &Expected, body: OptionalBody<NoteInput>| {
        reports::accept_report(work, id, expected, body.0.value.note).await
    };
    caller.change(change, accept, shown).await
}

/// 退回进展报告 (return a progress report)
///
/// 须说明理由。With a reason.
#[utoipa::path(tag = "progress-reports", params(Id<ReportId>),
    request_body = ReasonInput, responses((status = 200, description = "已退回 (returned)", body = ReportView), Caller<may::ReviewReports>, Change<ReportId, ReasonInput>))]
#[post("/{id}/return")]
pub async fn return_report(caller: Caller<may::ReviewReports>, change: Change<ReportId, ReasonInput>) -> Reply {
    caller.step_because(change, reports::return_report, shown).await
}

/// 准予公开 (clear a progress report)
///
/// 由保密审查员审查已通过的报告，不能是填报人，也不能是通过它的人（403）；此后任何人可见。
/// By a secrecy reviewer who neither wrote nor accepted it (403); then anybody sees it.
#[utoipa::path(tag = "progress-reports", params(Id<ReportId>),
    request_body = Option<NoteInput>, responses((status = 200, description = "可公开 (cleared)", body = ReportView), Caller<may::JudgeReports>, Change<ReportId, OptionalBody<NoteInput>>))]
#[post("/{id}/clear")]
pub async fn clear_report(
    caller: Caller<may::JudgeReports>,
    change: Change<ReportId, OptionalBody<NoteInput>>,
) -> Reply {
    let clear = async |work: &mut Work<'_>, id: &ReportId, expected: &Expected, body: OptionalBody<NoteInput>| {
        reports::clear_report(work, id, expected, body.0.value.note).await
    };
    caller.change(change, clear, shown).await
}

/// 不予公开 (withhold a progress report)
///
/// 须说明理由；已公开的随即撤下。With a reason; what was public is taken back.
#[utoipa::path(tag = "progress-reports", params(Id<ReportId>),
    request_body = ReasonInput, responses((status = 200, description = "不予公开 (withheld)", body = ReportView), Caller<may::JudgeReports>, Change<ReportId, ReasonInput>))]
#[post("/{id}/withhold")]
pub async fn withhold_report(caller: Caller<may::JudgeReports>, change: Change<ReportId, ReasonInput>) -> Reply {
    caller.step_because(change, reports::withhold_report, shown).await
}

/// 修订进展报告 (revise a progress report)
///
/// 已通过的报告回到草稿，随即不再公开；两道审核重新开始。Back to a draft, off the public page; both reviews start again.
#[utoipa::path(tag = "progress-reports", params(Id<ReportId>),
    responses((status = 200, description = "修订稿 (the revision)", body = ReportView), Caller<may::WriteReports>, Change<ReportId>))]
#[post("/{id}/revise")]
pub async fn revise_report(caller: Caller<may::WriteReports>, change: Change<ReportId>) -> Reply {
    caller.step(change, reports::revise_report, shown).await
}
