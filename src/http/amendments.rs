//! `/plans/{id}/amendments`: who changed what in a published plan, when and why

use actix_web::{HttpResponse, get};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    auth::{Can, may},
    extract::{self, Id},
    listing::Page,
    newest::NewestFirst,
    read::Read,
};
use crate::{
    domain::{id::PlanId, log::LogEntry, time::Instant},
    error::{Error, Result},
    store,
};

/// 修订记录 (amendment): who changed what in a published plan, when and why
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Amendment)]
pub struct AmendmentView {
    /// 编号 (id)
    id: Uuid,
    /// 时间 (when)
    at: Instant,
    /// 修订人 (who): `sub` of the token
    #[schema(example = "zhang.san")]
    actor: String,
    /// 修订人所属单位 (unit of who)
    #[serde(skip_serializing_if = "Option::is_none")]
    actor_unit: Option<String>,
    /// 事件 (what happened)
    #[schema(example = "deadline.updated")]
    event: String,
    /// 对象编号 (id of the thing)
    #[schema(example = "dg-2017.2.1.d1")]
    subject: String,
    /// 理由 (why)
    #[schema(example = "市政府常务会议决定提前完成")]
    reason: String,
    /// 修订前 (before)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    before: Option<Value>,
    /// 修订后 (after)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    after: Option<Value>,
}

/// Paging of amendments: newest first, always.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AmendmentParams {
    /// 每页条数 (page size)
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// 上一页 `next` 给出的游标 (opaque cursor)
    cursor: Option<String>,
}

/// 列出方案的修订记录 (list amendments)
///
/// 新的在前。Newest first: who changed what, when and why.
#[utoipa::path(tag = "plans", params(("id" = String, Path, description = "方案编号 (plan id)", example = "dg-2017"), AmendmentParams),
    responses((status = 200, description = "修订记录 (amendments)", body = Page<AmendmentView>)))]
#[get("/plans/{id}/amendments")]
pub async fn list_amendments(can: Can<may::ReadAmendments>, read: Read, id: Id<PlanId>) -> Result<HttpResponse> {
    let AmendmentParams { limit, cursor } = extract::query(read.request())?;
    let place = NewestFirst::new(&read, limit, cursor.as_deref())?;
    read.catalog()
        .plan(&id.0, read.view.drafts)
        .ok_or_else(Error::not_found)?;
    let scope = can.scope();
    let (entries, total) = can
        .read(async |tx| {
            let entries = store::log::amendments(tx, &id.0, &scope, place.before, place.rows()).await?;
            Ok((entries, store::log::count_amendments(tx, &id.0, &scope).await?))
        })
        .await?;
    place.reply(&read, entries, total, |entry| entry.id, AmendmentView::new)
}

impl AmendmentView {
    fn new(entry: LogEntry) -> Self {
        Self {
            id: entry.id,
            at: entry.at,
            actor: entry.actor,
            actor_unit: entry.actor_unit.map(|code| code.to_string()),
            event: entry.event,
            subject: entry.subject,
            reason: entry.reason.unwrap_or_default(),
            before: entry.before,
            after: entry.after,
        }
    }
}
