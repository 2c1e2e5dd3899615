//! `/progress-reports`: what units report (进展报告). Who may not see one is told that there is none.

mod attachments;
mod bulk;
pub mod example;
mod list;
mod steps;
mod view;

use actix_web::{delete, get, patch, post};

pub use self::{
    attachments::{add_attachment, get_attachment, remove_attachment},
    bulk::{judge_reports, review_reports},
    list::list_reports,
    steps::{
        accept_report, clear_report, return_report, revise_report, sign_report, submit_report, withdraw_report,
        withhold_report,
    },
    view::ReportView,
};
use crate::http::{
    caller::{Call, Caller, may},
    input::{self, AsOfParams, Change, Create, Id},
    refused::Refused,
    reply::{Reply, Representation},
};
use crate::{
    domain::{
        id::ReportId,
        policy::Action,
        report::{ContentPatch, Depth, NewReport, Report},
        time,
    },
    service::{
        reports,
        work::{Expected, Work},
    },
    store::{self, Tx},
};

crate::http::input::described! {
    ReportId: "报告编号 (report id)", "019a1b2c-3d4e-7f00-8000-000000000002";
    crate::domain::id::AttachmentId: "附件编号 (attachment id)", "019a1b2c-3d4e-7f00-8000-000000000005";
}

/// The report as the change leaves it: a caller who may change one sees all of it.
fn shown(call: &Call, report: &Report) -> Representation<ReportView> {
    Representation::new(&report.id, report.version, ReportView::new(report, Depth::Full, call))
}

/// 读取一份进展报告 (get a progress report)
///
/// 未准予公开的，只有本单位和审核部门看得到，其他人得到 404。`as_of=` 给出该日结束时的内容。
/// One that is not cleared is a 404 to all but its unit and the reviewing offices.
#[utoipa::path(tag = "progress-reports", security((), ("bearer" = [])), params(Id<ReportId>, AsOfParams),
    responses((status = 200, description = "进展报告 (report)", body = ReportView), Caller<may::ReadPublished>, Id<ReportId>, Refused<403>, Refused<422>))]
#[get("/{id}")]
pub async fn get_report(caller: Caller<may::ReadPublished>, id: Id<ReportId>) -> Reply {
    caller.sees_by(Action::ReadReports)?;
    caller.sees_by(Action::JudgeReports)?;
    let AsOfParams { as_of } = input::query(caller.request())?;
    let known_before = as_of.and_then(|day| time::known_before(day, caller.today()));
    let scope = caller.scope();
    let find = async |tx: &mut Tx| {
        let found = store::reports::find(tx, id.0, &scope, known_before).await?;
        let seen = found.and_then(|report| scope.depth(&report).map(|depth| (report, depth)));
        Ok(seen.map(|(report, depth)| {
            let version = (depth == Depth::Full).then_some(report.version);
            (ReportView::new(&report, depth, &caller), version)
        }))
    };
    caller.get_stored(find).await
}

/// 填报进展 (begin a progress report)
///
/// 由责任单位就一项应办事项填报，先是草稿，只有本单位看得到。每项同时只有一份未完成的报告。`submit` 为 `true` 时同时提交。
/// By the unit that owes; a draft that only the unit sees, unless `submit` is `true`.
#[utoipa::path(tag = "progress-reports", request_body = NewReport, responses((status = 201, description = "草稿，或已提交的报告 (the draft, or what was submitted)", body = ReportView), Caller<may::WriteReports>, Create<NewReport>))]
#[post("")]
pub async fn create_report(caller: Caller<may::WriteReports>, create: Create<NewReport>) -> Reply {
    caller.create(create, reports::create_report, shown).await
}

/// 保存进展报告 (save a progress report)
///
/// 草稿、退回或撤回的报告可修改。A draft, or one that was returned or withdrawn.
#[utoipa::path(tag = "progress-reports", params(Id<ReportId>),
    request_body = ContentPatch, responses((status = 200, description = "已保存 (saved)", body = ReportView), Caller<may::WriteReports>, Change<ReportId, ContentPatch>))]
#[patch("/{id}")]
pub async fn update_report(caller: Caller<may::WriteReports>, change: Change<ReportId, ContentPatch>) -> Reply {
    caller.change(change, reports::update_report, shown).await
}

/// 删除草稿 (delete a draft)
///
/// 只限从未提交过的草稿。Only one that was never submitted.
#[utoipa::path(tag = "progress-reports", params(Id<ReportId>),
    responses((status = 204, description = "已删除 (deleted)"), Caller<may::WriteReports>, Change<ReportId>))]
#[delete("/{id}")]
pub async fn delete_report(caller: Caller<may::WriteReports>, change: Change<ReportId>) -> Reply {
    let mut keys = Vec::new();
    let delete = async |work: &mut Work<'_>, id: &ReportId, expected: &Expected| {
        keys = reports::delete_report(work, *id, expected).await?;
        Ok(())
    };
    let reply = caller.delete(change, delete).await?;
    caller.discard_files(keys).await;
    Ok(reply)
}
