//! What is done to a notice: by the issuing offices, and by the units addressed.

use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{shown, view::NoticeView};
use crate::{
    domain::{id::NoticeId, notice::Notice, scope::Scope},
    error::Result,
    http::{
        caller::{Call, Caller, may},
        input::{Body, Change, Id, ReasonInput},
        reply::changed,
    },
    service::{notices, obligations::required_reason},
    store::idempotency::SavedReply,
};

/// 答复的内容 (an answer)
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerInput {
    /// 办理情况 (what was done)
    #[schema(example = "已于7月3日报送一季度进展。")]
    text: String,
}

/// The notice after a step, as the caller sees it.
fn now(call: &Call, scope: &Scope<Notice>, notice: &Notice) -> Result<SavedReply> {
    changed(scope.version(notice), &shown(call, scope, notice))
}

/// 提请审批 (submit for approval)
///
/// 通报表扬、通报批评须先审批。Commendations and criticisms are approved first.
#[utoipa::path(tag = "notices", params(Id<NoticeId>),
    responses((status = 200, description = "待审批 (submitted)", body = NoticeView), Caller<may::IssueNotice>, Change<Id<NoticeId>>))]
#[post("/notices/{id}/submit")]
pub async fn submit_notice(caller: Caller<may::IssueNotice>, change: Change<Id<NoticeId>>) -> Result<HttpResponse> {
    caller
        .write(change.once, async |work| {
            let notice = notices::submit_notice(work, change.at.0, &change.expected).await?;
            now(&caller, &work.scope(), &notice)
        })
        .await
}

/// 审批督办单 (approve a notice)
///
/// 不得由起草或修改过的人审批。By somebody who did not write on it.
#[utoipa::path(tag = "notices", params(Id<NoticeId>),
    responses((status = 200, description = "已审批 (approved)", body = NoticeView), Caller<may::ApproveNotice>, Change<Id<NoticeId>>))]
#[post("/notices/{id}/approve")]
pub async fn approve_notice(caller: Caller<may::ApproveNotice>, change: Change<Id<NoticeId>>) -> Result<HttpResponse> {
    caller
        .write(change.once, async |work| {
            let notice = notices::approve_notice(work, change.at.0, &change.expected).await?;
            now(&caller, &work.scope(), &notice)
        })
        .await
}

/// 退回督办单 (return a notice)
///
/// 须说明理由，退回后为草稿。With a reason; it is a draft again.
#[utoipa::path(tag = "notices", params(Id<NoticeId>),
    request_body = ReasonInput, responses((status = 200, description = "已退回 (returned)", body = NoticeView), Caller<may::ApproveNotice>, Change<Id<NoticeId>, Body<ReasonInput>>))]
#[post("/notices/{id}/return")]
pub async fn return_notice(
    caller: Caller<may::ApproveNotice>,
    change: Change<Id<NoticeId>, Body<ReasonInput>>,
) -> Result<HttpResponse> {
    caller
        .write(change.once, async |work| {
            let reason = required_reason(change.body.value.reason)?;
            let notice = notices::return_notice(work, change.at.0, &change.expected, reason).await?;
            now(&caller, &work.scope(), &notice)
        })
        .await
}

/// 签发督办单 (issue a notice)
///
/// 签发时编号，集合单位按当日成员展开。It gets its number, and collectives mean their members of the day.
#[utoipa::path(tag = "notices", params(Id<NoticeId>),
    responses((status = 200, description = "已签发 (issued)", body = NoticeView), Caller<may::IssueNotice>, Change<Id<NoticeId>>))]
#[post("/notices/{id}/issue")]
pub async fn issue_notice(caller: Caller<may::IssueNotice>, change: Change<Id<NoticeId>>) -> Result<HttpResponse> {
    caller
        .write(change.once, async |work| {
            let notice = notices::issue_notice(work, change.at.0, &change.expected).await?;
            now(&caller, &work.scope(), &notice)
        })
        .await
}

/// 撤销督办单 (rescind a notice)
///
/// 须说明理由；文号保留。With a reason; it keeps its number.
#[utoipa::path(tag = "notices", params(Id<NoticeId>),
    request_body = ReasonInput, responses((status = 200, description = "已撤销 (rescinded)", body = NoticeView), Caller<may::IssueNotice>, Change<Id<NoticeId>, Body<ReasonInput>>))]
#[post("/notices/{id}/rescind")]
pub async fn rescind_notice(
    caller: Caller<may::IssueNotice>,
    change: Change<Id<NoticeId>, Body<ReasonInput>>,
) -> Result<HttpResponse> {
    caller
        .write(change.once, async |work| {
            let reason = required_reason(change.body.value.reason)?;
            let notice = notices::rescind_notice(work, change.at.0, &change.expected, reason).await?;
            now(&caller, &work.scope(), &notice)
        })
        .await
}

/// 签收督办单 (acknowledge a notice)
///
/// 由主送单位为本单位签收。By an addressed unit, for itself.
#[utoipa::path(tag = "notices", params(Id<NoticeId>),
    responses((status = 200, description = "已签收 (acknowledged)", body = NoticeView), Caller<may::AnswerNotice>, Change<Id<NoticeId>>))]
#[post("/notices/{id}/acknowledge")]
pub async fn acknowledge_notice(
    caller: Caller<may::AnswerNotice>,
    change: Change<Id<NoticeId>>,
) -> Result<HttpResponse> {
    caller
        .write(change.once, async |work| {
            let notice = notices::acknowledge_notice(work, change.at.0, &change.expected).await?;
            now(&caller, &work.scope(), &notice)
        })
        .await
}

/// 答复督办单 (answer a notice)
///
/// 未签收的同时签收。答复期限内可重新答复；逾期答复、未定期限的答复不得更改。
/// Also acknowledges. It may be replaced until the reply-by day has passed; a late answer stands.
#[utoipa::path(tag = "notices", params(Id<NoticeId>),
    request_body = AnswerInput, responses((status = 200, description = "已答复 (answered)", body = NoticeView), Caller<may::AnswerNotice>, Change<Id<NoticeId>, Body<AnswerInput>>))]
#[post("/notices/{id}/answer")]
pub async fn answer_notice(
    caller: Caller<may::AnswerNotice>,
    change: Change<Id<NoticeId>, Body<AnswerInput>>,
) -> Result<HttpResponse> {
    caller
        .write(change.once, async |work| {
            let notice = notices::answer_notice(work, change.at.0, &change.expected, change.body.value.text).await?;
            now(&caller, &work.scope(), &notice)
        })
        .await
}
