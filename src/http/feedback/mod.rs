//! `/feedback`: what the public says (公众评价), once it was looked at.

pub mod example;
mod list;
mod view;

use actix_web::{get, post};

pub use self::list::{list_feedback, summarise_feedback};
use self::view::FeedbackView;
use crate::http::{
    caller::{Call, Caller, may},
    input::{Change, Create, Id, ReasonInput},
    refused::Refused,
    reply::{Reply, Representation},
};
use crate::{
    domain::feedback::{Feedback, FeedbackId, NewFeedback, Visibility},
    service::{feedback, work::Work},
    store::{self, Tx},
};

crate::http::input::described! {
    FeedbackId: "评价编号 (feedback id)", "019a1b2c-3d4e-7f00-8000-000000000006";
}

/// 读取一条公众评价 (get feedback)
///
/// 未公开的，或所评价的报告已不公开的，公众得到 404。What was not published, or is on a report that is no longer public, is a 404.
#[utoipa::path(tag = "feedback", params(Id<FeedbackId>),
    responses((status = 200, description = "公众评价 (feedback)", body = FeedbackView), Caller<may::ReadPublished>, Id<FeedbackId>))]
#[get("/{id}")]
pub async fn get_feedback(caller: Caller<may::ReadPublished>, id: Id<FeedbackId>) -> Reply {
    let scope = caller.scope();
    let full = *scope.visibility() == Visibility::All;
    let find = async |tx: &mut Tx| {
        let found = store::feedback::find(tx, id.0, &scope).await?;
        Ok(found.map(|feedback| {
            let version = full.then_some(feedback.version);
            (FeedbackView::new(&feedback, full, &caller), version)
        }))
    };
    caller.get_stored(find).await
}

/// 提交公众评价 (give feedback)
///
/// 由门户以服务令牌（角色 `portal`，范围 `feedback:write`）提交，审核后才公开。对象须是公众看得到的报告或具体要求。
/// 手机号和身份证号存入前即遮去；不保存 IP。每个来源和每个门户有频率限制，超出为 429，`Retry-After` 说明何时再试。
/// 同一来源对同一对象只收一条，再次提交为 409。By a portal's service token; moderated before it shows. No IP addresses
/// are kept; numbers of persons are masked; 429 beyond the limits of a source or a portal.
#[utoipa::path(tag = "feedback", request_body = NewFeedback, responses((status = 201, description = "已收到，待审 (received)", body = FeedbackView), Caller<may::GiveFeedback>, Create<NewFeedback>, Refused<429>))]
#[post("")]
pub async fn give_feedback(caller: Caller<may::GiveFeedback>, create: Create<NewFeedback>) -> Reply {
    let limits = caller.feedback_limits();
    let give = async |work: &mut Work<'_>, new| feedback::give_feedback(work, new, limits).await;
    let given = |call: &Call, feedback: &Feedback| shown(call, feedback, false);
    caller.create(create, give, given).await
}

/// The feedback as the change leaves it.
fn shown(call: &Call, feedback: &Feedback, full: bool) -> Representation<FeedbackView> {
    let view = FeedbackView::new(feedback, full, call);
    Representation::new(&feedback.id, feedback.version, view)
}

/// The feedback as the change leaves it, with all that moderators see.
fn moderated(call: &Call, feedback: &Feedback) -> Representation<FeedbackView> {
    shown(call, feedback, true)
}

/// 公开公众评价 (publish feedback)
#[utoipa::path(tag = "feedback", params(Id<FeedbackId>),
    responses((status = 200, description = "已公开 (published)", body = FeedbackView), Caller<may::ModerateFeedback>, Change<FeedbackId>))]
#[post("/{id}/publish")]
pub async fn publish_feedback(caller: Caller<may::ModerateFeedback>, change: Change<FeedbackId>) -> Reply {
    caller.step(change, feedback::publish_feedback, moderated).await
}

/// 不予公开公众评价 (reject feedback)
///
/// 须说明理由；已公开的随即撤下。With a reason; what was public is taken back.
#[utoipa::path(tag = "feedback", params(Id<FeedbackId>),
    request_body = ReasonInput, responses((status = 200, description = "不予公开 (rejected)", body = FeedbackView), Caller<may::ModerateFeedback>, Change<FeedbackId, ReasonInput>))]
#[post("/{id}/reject")]
pub async fn reject_feedback(caller: Caller<may::ModerateFeedback>, change: Change<FeedbackId, ReasonInput>) -> Reply {
    caller.step_because(change, feedback::reject_feedback, moderated).await
}
