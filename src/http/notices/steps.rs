//! What is done to a notice: by the issuing offices, and by the units addressed.

use actix_web::post;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{shown, view::NoticeView};
use crate::{
    domain::id::NoticeId,
    http::{
        caller::{Caller, may},
        input::{Change, Id, ReasonInput},
        reply::Reply,
    },
    service::{
        notices,
        work::{Expected, Work},
    },
};

/// 答复的内容 (an answer)
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerInput {
    /// 办理情况 (what was done)
    #[serde(default)]
    #[schema(required = true, example = "已于7月3日报送一季度进展。")]
    text: String,
}

/// 提请审批 (submit for approval)
///
/// 通报表扬、通报批评须先审批。Commendations and criticisms are approved first.
#[utoipa::path(tag = "notices", params(Id<NoticeId>),
    responses((status = 200, description = "待审批 (submitted)", body = NoticeView), Caller<may::IssueNotice>, Change<NoticeId>))]
#[post("/{id}/submit")]
pub async fn submit_notice(caller: Caller<may::IssueNotice>, change: Change<NoticeId>) -> Reply {
    caller.step(change, notices::submit_notice, shown).await
}

/// 审批督办单 (approve a notice)
///
/// 不得由起草或修改过的人审批。By somebody who did not write on it.
#[utoipa::path(tag = "notices", params(Id<NoticeId>),
    responses((status = 200, description = "已审批 (approved)", body = NoticeView), Caller<may::ApproveNotice>, Change<NoticeId>))]
#[post("/{id}/approve")]
pub async fn approve_notice(caller: Caller<may::ApproveNotice>, change: Change<NoticeId>) -> Reply {
    caller.step(change, notices::approve_notice, shown).await
}

/// 退回督办单 (return a notice)
///
/// 须说明理由，退回后为草稿。With a reason; it is a draft again.
#[utoipa::path(tag = "notices", params(Id<NoticeId>),
    request_body = ReasonInput, responses((status = 200, description = "已退回 (returned)", body = NoticeView), Caller<may::ApproveNotice>, Change<NoticeId, ReasonInput>))]
#[post("/{id}/return")]
pub async fn return_notice(caller: Caller<may::ApproveNotice>, change: Change<NoticeId, ReasonInput>) -> Reply {
    caller.step_because(change, notices::return_notice, shown).await
}

/// 签发督办单 (issue a notice)
///
/// 签发时编号，集合单位按当日成员展开。It gets its number, and collectives mean their members of the day.
#[utoipa::path(tag = "notices", params(Id<NoticeId>),
    responses((status = 200, description = "已签发 (issued)", body = NoticeView), Caller<may::IssueNotice>, Change<NoticeId>))]
#[post("/{id}/issue")]
pub async fn issue_notice(caller: Caller<may::IssueNotice>, change: Change<NoticeId>) -> Reply {
    caller.step(change, notices::issue_notice, shown).await
}

/// 撤销督办单 (rescind a notice)
///
/// 须说明理由；文号保留。With a reason; it keeps its number.
#[utoipa::path(tag = "notices", params(Id<NoticeId>),
    request_body = ReasonInput, responses((status = 200, description = "已撤销 (rescinded)", body = NoticeView), Caller<may::IssueNotice>, Change<NoticeId, ReasonInput>))]
#[post("/{id}/rescind")]
pub async fn rescind_notice(caller: Caller<may::IssueNotice>, change: Change<NoticeId, ReasonInput>) -> Reply {
    caller.step_because(change, notices::rescind_notice, shown).await
}

/// 签收督办单 (acknowledge a notice)
///
/// 由主送单位为本单位签收。By an addressed unit, for itself.
#[utoipa::path(tag = "notices", params(Id<NoticeId>),
    responses((status = 200, description = "已签收 (acknowledged)", body = NoticeView), Caller<may::AnswerNotice>, Change<NoticeId>))]
#[post("/{id}/acknowledge")]
pub async fn acknowledge_notice(caller: Caller<may::AnswerNotice>, change: Change<NoticeId>) -> Reply {
    caller.step(change, notices::acknowledge_notice, shown).await
}

/// 答复督办单 (answer a notice)
///
/// 未签收的同时签收。答复期限内可重新答复；逾期答复、未定期限的答复不得更改。
/// Also acknowledges. It may be replaced until the reply-by day has passed; a late answer stands.
#[utoipa::path(tag = "notices", params(Id<NoticeId>),
    request_body = AnswerInput, responses((status = 200, description = "已答复 (answered)", body = NoticeView), Caller<may::AnswerNotice>, Change<NoticeId, AnswerInput>))]
#[post("/{id}/answer")]
pub async fn answer_notice(caller: Caller<may::AnswerNotice>, change: Change<NoticeId, AnswerInput>) -> Reply {
    let answer = async |work: &mut Work<'_>, id: &NoticeId, expected: &Expected, AnswerInput { text }| {
        notices::answer_notice(work, id, expected, text).await
    };
    caller.change(change, answer, shown).await
}
