//! `/feedback`: what the public says (公众评价), once it was looked at.

mod list;
mod view;

use actix_web::{HttpResponse, get, post};
use uuid::Uuid;

pub use self::list::{list_feedback, summarise_feedback};
use self::view::FeedbackView;
use super::{
    auth::{Can, may},
    extract::{Body, Id, IdempotencyKey, IfMatch},
    format::{Format, JSON},
    occurrences::ReasonInput,
    read::{Read, send},
    reply::{changed, created, send_saved},
};
use crate::{
    app::Rendered,
    domain::feedback::{Limits, NewFeedback, Sight},
    error::{Error, Result},
    service::{feedback, obligations::required_reason},
    store,
};

/// 读取一条公众评价 (get feedback)
///
/// 未公开的，或所评价的报告已不公开的，公众得到 404。What was not published, or is on a report that is no longer public, is a 404.
#[utoipa::path(tag = "feedback", params(("id" = String, Path, description = "评价编号 (feedback id)", example = "019a1b2c-3d4e-7f00-8000-000000000006")),
    responses((status = 200, description = "公众评价 (feedback)", body = FeedbackView)))]
#[get("/feedback/{id}")]
pub async fn get_feedback(can: Can<may::ReadPublished>, read: Read, id: Id<Uuid>) -> Result<HttpResponse> {
    Format::negotiate("", read.accept(), &[Format::Json])?;
    let scope = can.scope();
    let found = can
        .read(async |tx| Ok(store::feedback::find(tx, id.0, &scope).await?))
        .await?;
    let feedback = found.ok_or_else(Error::not_found)?;
    let full = *scope.sight() == Sight::All;
    let view = FeedbackView::new(&feedback, full, &read);
    let body = serde_json::to_vec(&view).map_err(Error::internal)?;
    let reply = Rendered::new(JSON, body, full.then_some(feedback.version));
    Ok(send(&reply, read.request().headers(), read.is_anonymous()))
}

/// 提交公众评价 (give feedback)
///
/// 由门户以服务令牌（角色 `portal`，范围 `feedback:write`）提交，审核后才公开。对象须是公众看得到的报告或具体要求。
/// 手机号和身份证号存入前即遮去；不保存 IP。每个来源和每个门户有频率限制，超出为 429，`Retry-After` 说明何时再试。
/// 同一来源对同一对象只收一条，再次提交为 409。By a portal's service token; moderated before it shows. No IP addresses
/// are kept; numbers of persons are masked; 429 beyond the limits of a source or a portal.
#[utoipa::path(tag = "feedback", request_body = NewFeedback, responses((status = 201, description = "已收到，待审 (received)", body = FeedbackView)))]
#[post("/feedback")]
pub async fn give_feedback(
    can: Can<may::GiveFeedback>,
    read: Read,
    key: IdempotencyKey,
    body: Body<NewFeedback>,
) -> Result<HttpResponse> {
    let request = key.bind(&body);
    let limits = Limits {
        per_minute: can.config.feedback_per_minute,
        per_day: can.config.feedback_per_day,
    };
    let reply = can.write_once(&can.context, request, async |work| {
        let feedback = feedback::give_feedback(work, body.value, limits).await?;
        let view = FeedbackView::new(&feedback, false, &read);
        created("feedback", &feedback.id, feedback.version, &view)
    });
    reply.await.map(send_saved)
}

/// 公开公众评价 (publish feedback)
#[utoipa::path(tag = "feedback", params(("id" = String, Path, description = "评价编号 (feedback id)", example = "019a1b2c-3d4e-7f00-8000-000000000006")),
    responses((status = 200, description = "已公开 (published)", body = FeedbackView)))]
#[post("/feedback/{id}/publish")]
pub async fn publish_feedback(
    can: Can<may::ModerateFeedback>,
    read: Read,
    id: Id<Uuid>,
    expected: IfMatch,
    key: IdempotencyKey,
) -> Result<HttpResponse> {
    let reply = can.write_once(&can.context, key.bind_route(), async |work| {
        let feedback = feedback::publish_feedback(work, id.0, &expected.0).await?;
        changed(feedback.version, &FeedbackView::new(&feedback, true, &read))
    });
    reply.await.map(send_saved)
}

/// 不予公开公众评价 (reject feedback)
///
/// 须说明理由；已公开的随即撤下。With a reason; what was public is taken back.
#[utoipa::path(tag = "feedback", params(("id" = String, Path, description = "评价编号 (feedback id)", example = "019a1b2c-3d4e-7f00-8000-000000000006")),
    request_body = ReasonInput, responses((status = 200, description = "不予公开 (rejected)", body = FeedbackView)))]
#[post("/feedback/{id}/reject")]
pub async fn reject_feedback(
    can: Can<may::ModerateFeedback>,
    read: Read,
    id: Id<Uuid>,
    expected: IfMatch,
    key: IdempotencyKey,
    body: Body<ReasonInput>,
) -> Result<HttpResponse> {
    let request = key.bind(&body);
    let reason = required_reason(body.value.reason)?;
    let reply = can.write_once(&can.context, request, async |work| {
        let feedback = feedback::reject_feedback(work, id.0, &expected.0, reason).await?;
        changed(feedback.version, &FeedbackView::new(&feedback, true, &read))
    });
    reply.await.map(send_saved)
}
