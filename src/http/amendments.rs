//! `/plans/{id}/amendments`: who changed what in a published plan, when and why

use actix_web::{HttpResponse, get};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    auth::{Can, may},
    cursor::{Cursor, Key, Order},
    extract::{self, Id},
    format::{Format, JSON},
    listing::{Page, limit_out_of_range},
    read::Read,
};
use crate::{
    app::Rendered,
    domain::{id::PlanId, time::Instant},
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
    limit: Option<i64>,
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
    Format::negotiate("", read.accept(), &[Format::Json])?;
    let params: AmendmentParams = extract::query(read.request())?;
    let limit = params.limit.unwrap_or(50);
    if !(1..=200).contains(&limit) {
        return Err(limit_out_of_range());
    }
    read.catalog()
        .plan(&id.0, read.view.drafts)
        .ok_or_else(Error::not_found)?;
    let order = Order::parse(Some("-id"), &["id"])?;
    let question = Cursor::question(&[("plan".into(), id.0.to_string())], &order);
    let after = params
        .cursor
        .as_deref()
        .map(|text| Cursor::parse(text, &question, 1))
        .transpose()?;
    let before = after.and_then(|cursor| {
        if let [Key::Text(id)] = cursor.keys() {
            id.parse().ok()
        } else {
            None
        }
    });
    let (mut entries, total) = can
        .read(async |tx| {
            let entries = store::log::amendments(tx, &id.0, before, limit + 1).await?;
            Ok((entries, store::log::count_amendments(tx, &id.0).await?))
        })
        .await?;
    let page = usize::try_from(limit).unwrap_or_default();
    let more = entries.len() > page;
    entries.truncate(page);
    let cursor = entries
        .last()
        .filter(|_| more)
        .map(|last| Cursor::after(vec![Key::Text(last.id.to_string())], &question).to_string());
    let items = entries.into_iter().map(|entry| AmendmentView {
        id: entry.id,
        at: entry.at,
        actor: entry.actor,
        actor_unit: entry.actor_unit.map(|code| code.to_string()),
        event: entry.event,
        subject: entry.subject,
        reason: entry.reason.unwrap_or_default(),
        before: entry.before,
        after: entry.after,
    });
    let next = cursor
        .map(|cursor| read.link(&extract::pairs(read.request()), &cursor))
        .transpose()?;
    let page = Page {
        items: items.collect(),
        total: usize::try_from(total).unwrap_or_default(),
        next,
    };
    let mut reply = Rendered::new(JSON, serde_json::to_vec(&page).map_err(Error::internal)?, None);
    reply.link = page.next.map(|next| format!("<{next}>; rel=\"next\""));
    Ok(super::read::send(&reply, read.request().headers(), false))
}
