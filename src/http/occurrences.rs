//! `/deadlines/{id}/occurrences`: that what a deadline waits for has happened

use actix_web::{HttpResponse, get, patch, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    auth::{Can, may},
    extract::{self, Body, Id, IdempotencyKey, IfMatch},
    format::{Format, JSON},
    listing::Page,
    read::{Read, send},
    reply::{changed, created, send_saved},
};
use crate::{
    app::Rendered,
    domain::{
        event::{EventPatch, NewEvent, RegisteredEvent},
        id::DeadlineId,
        time::{Day, Instant},
    },
    error::{Error, Result},
    service::{obligations::required_reason, occurrences},
    store,
};

/// 触发事件 (registered event)
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Occurrence)]
pub struct OccurrenceView {
    /// 编号 (id)
    id: Uuid,
    /// 完成时限 (deadline)
    #[schema(example = "dg-2017.11.1.d1")]
    deadline_id: String,
    /// 期间代号，见应办事项的 `period` (as in an obligation's `period`)
    #[schema(example = "e1")]
    period: String,
    /// 发生之日 (the day it happened)
    happened_on: Day,
    /// 到期日 (due day)
    due_on: Day,
    /// 文号 (number of the document)
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<String>,
    /// 备注 (note)
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// 撤回时间 (withdrawn at)
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn_at: Option<Instant>,
    /// 撤回理由 (why it was withdrawn)
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawal_reason: Option<String>,
    /// 版本，可用于 If-Match (version)
    #[schema(example = 1)]
    version: i64,
}

impl OccurrenceView {
    fn new(event: &RegisteredEvent) -> Self {
        Self {
            id: event.id,
            deadline_id: event.deadline.to_string(),
            period: format!("e{}", event.number),
            happened_on: event.happened_on,
            due_on: event.due_on,
            document: event.document.clone(),
            note: event.note.clone(),
            withdrawn_at: event.withdrawn.as_ref().map(|(at, _)| *at),
            withdrawal_reason: event.withdrawn.as_ref().map(|(_, why)| why.clone()),
            version: event.version,
        }
    }
}

/// Why something is withdrawn, exempted or returned.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonInput {
    /// 理由 (why)
    #[serde(default)]
    #[schema(value_type = String, required = true, example = "登记有误")]
    pub reason: Option<String>,
}

/// 列出触发事件 (list registered events)
///
/// 含已撤回的。Withdrawn ones included.
#[utoipa::path(tag = "deadlines", params(("id" = String, Path, description = "时限编号 (deadline id)", example = "dg-2017.11.1.d1")),
    responses((status = 200, description = "触发事件 (events)", body = Page<OccurrenceView>)))]
#[get("/deadlines/{id}/occurrences")]
pub async fn list_occurrences(can: Can<may::ReadPublished>, read: Read, id: Id<DeadlineId>) -> Result<HttpResponse> {
    Format::negotiate("", read.accept(), &[Format::Json])?;
    extract::query::<NoParams>(read.request())?;
    let of = read
        .catalog()
        .requirement(&id.0.requirement, read.view.drafts)
        .ok_or_else(Error::not_found)?;
    of.deadlines()
        .find(|deadline| deadline.deadline.id == id.0)
        .ok_or_else(Error::not_found)?;
    let scope = can.scope();
    let events = can
        .read(async |tx| Ok(store::occurrences::of_deadline(tx, &id.0, &scope).await?))
        .await?;
    let page = Page {
        total: events.len(),
        items: events.iter().map(OccurrenceView::new).collect(),
        next: None,
    };
    let reply = Rendered::new(JSON, serde_json::to_vec(&page).map_err(Error::internal)?, None);
    Ok(send(&reply, read.request().headers(), read.is_anonymous()))
}

/// No parameters at all.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
pub struct NoParams {}

/// 登记触发事件 (register an event)
///
/// 例如收到省级政策文件；可多次登记。到期日由时限推算，“及时”的由登记人给出。
/// Each registration makes the units concerned owe by a day.
#[utoipa::path(tag = "deadlines", params(("id" = String, Path, description = "时限编号 (deadline id)", example = "dg-2017.11.1.d1")),
    request_body = NewEvent, responses((status = 201, description = "已登记 (registered)", body = OccurrenceView)))]
#[post("/deadlines/{id}/occurrences")]
pub async fn register_occurrence(
    can: Can<may::ManageLedger>,
    id: Id<DeadlineId>,
    key: IdempotencyKey,
    body: Body<NewEvent>,
) -> Result<HttpResponse> {
    let request = key.bind(&body);
    let reply = can.write_once(&can.context, request, async |work| {
        let event = occurrences::register_occurrence(work, &id.0, body.value).await?;
        created(
            &format!("deadlines/{}/occurrences", id.0),
            &event.id,
            event.version,
            &OccurrenceView::new(&event),
        )
    });
    reply.await.map(send_saved)
}

/// 更正触发事件 (correct an event)
///
/// 尚未到期的应办事项随之调整。What is still open moves with it.
#[utoipa::path(tag = "deadlines", params(
        ("id" = String, Path, description = "时限编号 (deadline id)", example = "dg-2017.11.1.d1"),
        ("member" = String, Path, description = "事件编号 (event id)", example = "019a1b2c-3d4e-7f00-8000-000000000000")),
    request_body = EventPatch, responses((status = 200, description = "更正后的事件 (the event now)", body = OccurrenceView)))]
#[patch("/deadlines/{id}/occurrences/{member}")]
pub async fn update_occurrence(
    can: Can<may::ManageLedger>,
    ids: extract::IdAndMember<DeadlineId, Uuid>,
    expected: IfMatch,
    body: Body<EventPatch>,
) -> Result<HttpResponse> {
    let extract::IdAndMember(id, event) = ids;
    let reply = can.write(&can.context, async |work| {
        let event = occurrences::update_occurrence(work, &id, event, &expected.0, body.value).await?;
        changed(event.version, &OccurrenceView::new(&event))
    });
    reply.await.map(send_saved)
}

/// 撤回触发事件 (withdraw an event)
///
/// 登记保留并注明撤回理由。It stays, visibly withdrawn.
#[utoipa::path(tag = "deadlines", params(
        ("id" = String, Path, description = "时限编号 (deadline id)", example = "dg-2017.11.1.d1"),
        ("member" = String, Path, description = "事件编号 (event id)", example = "019a1b2c-3d4e-7f00-8000-000000000000")),
    request_body = ReasonInput, responses((status = 200, description = "已撤回的事件 (the withdrawn event)", body = OccurrenceView)))]
#[post("/deadlines/{id}/occurrences/{member}/withdraw")]
pub async fn withdraw_occurrence(
    can: Can<may::ManageLedger>,
    ids: extract::IdAndMember<DeadlineId, Uuid>,
    expected: IfMatch,
    key: IdempotencyKey,
    body: Body<ReasonInput>,
) -> Result<HttpResponse> {
    let extract::IdAndMember(id, event) = ids;
    let request = key.bind(&body);
    let reply = can.write_once(&can.context, request, async |work| {
        let reason = required_reason(body.value.reason)?;
        let event = occurrences::withdraw_occurrence(work, &id, event, &expected.0, reason).await?;
        changed(event.version, &OccurrenceView::new(&event))
    });
    reply.await.map(send_saved)
}
