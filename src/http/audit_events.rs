//! `/audit-events`: the sealed log, for auditors; also a feed that can be followed by number

mod whole;

use actix_web::{HttpResponse, get};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use self::whole::whole;
use super::{
    auth::{Can, may},
    cursor::{Cursor, Key, Order},
    extract::{self, Id},
    format::{Format, JSON, LIST_FORMATS},
    listing::{Page, limit_out_of_range, only_with},
    read::{Read, send},
    select::Selection,
};
use crate::{
    app::{App, Rendered},
    domain::{
        id::PlanId,
        log::LogEntry,
        scope::Scope,
        seal::Seq,
        time::{Day, Instant, start_of},
    },
    error::{Error, Result},
    store::{
        self,
        audit_events::{AuditEvent, AuditFilter},
    },
};

/// 审计事件 (audit event): one entry of the log, with its place in the final order
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEvent)]
pub struct AuditEventView {
    /// 序号，从 1 起，没有空缺 (its number: from 1, without gaps)
    #[schema(example = 74)]
    seq: i64,
    /// 校验值，由上一条的校验值、序号和全部内容算出 (hash of the one before, the number and the entry)
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    hash: String,
    /// 校验算法：`sha256` 或 `sm3` (what the hash is made with)
    #[schema(example = "sha256")]
    algorithm: String,
    /// 编号 (id)
    id: Uuid,
    /// 时间 (when)
    at: Instant,
    /// 操作人 (who): `sub` of the token
    #[schema(example = "zhang.san")]
    actor: String,
    /// 操作人所属单位 (unit of who)
    #[serde(skip_serializing_if = "Option::is_none")]
    actor_unit: Option<String>,
    /// 事件 (what happened)
    #[schema(example = "deadline.updated")]
    event: String,
    /// 对象类别 (kind of thing)
    #[schema(example = "deadline")]
    thing: String,
    /// 对象编号 (id of the thing)
    #[schema(example = "dg-2017.2.1.d1")]
    subject: String,
    /// 所属方案 (plan)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "dg-2017")]
    plan_id: Option<String>,
    /// 理由 (why)
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// 之前 (before)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    before: Option<Value>,
    /// 之后 (after)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    after: Option<Value>,
    /// 请求编号 (request)
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

const COLUMNS: &[&str] = &[
    "seq",
    "hash",
    "algorithm",
    "id",
    "at",
    "actor",
    "actor_unit",
    "event",
    "thing",
    "subject",
    "plan_id",
    "reason",
    "before",
    "after",
    "request_id",
];

impl AuditEventView {
    fn new(event: AuditEvent) -> Self {
        let thing = event.entry.thing().to_owned();
        let entry = event.entry;
        Self {
            seq: event.seq,
            hash: event.hash,
            algorithm: event.algorithm,
            id: entry.id,
            at: entry.at,
            actor: entry.actor,
            actor_unit: entry.actor_unit.map(|code| code.to_string()),
            event: entry.event,
            thing,
            subject: entry.subject,
            plan_id: entry.plan.map(|plan| plan.to_string()),
            reason: entry.reason,
            before: entry.before,
            after: entry.after,
            request_id: entry.request_id,
        }
    }
}

/// Filters over the log. Each list may be given several times: any of its values.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AuditParams {
    /// 每页条数 (page size)
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// 上一页 `next` 给出的游标 (opaque cursor)
    cursor: Option<String>,
    /// 排序：`seq`（默认，先发生的在前）或 `-seq` (in order, or newest first)
    #[param(example = "-seq")]
    sort: Option<String>,
    /// 只返回这些字段，逗号分隔 (only these fields)
    #[param(example = json!("seq,event,subject"))]
    fields: Option<String>,
    /// 格式 (format); csv 和 ndjson 给出全部结果 (the whole list)
    format: Option<Format>,
    /// CSV 以 BOM 开头，供 Excel 识别 (start CSV with a byte order mark)
    bom: Option<bool>,
    /// 只要序号大于它的：轮询时给出上次读到的序号 (only what has a greater number: the last one you have)
    #[param(example = 73)]
    after: Option<u64>,
    /// 操作人 (who)
    #[serde(default)]
    #[param(required = false, example = json!(["zhang.san"]))]
    actor: Vec<String>,
    /// 对象类别 (kind of thing)
    #[serde(default)]
    #[param(required = false, example = json!(["deadline"]))]
    thing: Vec<String>,
    /// 对象编号 (id of the thing)
    #[serde(default)]
    #[param(required = false, example = json!(["dg-2017.2.1.d1"]))]
    subject: Vec<String>,
    /// 事件 (what happened)
    #[serde(default)]
    #[param(required = false, example = json!(["deadline.updated"]))]
    event: Vec<String>,
    /// 方案 (plan)
    #[serde(default)]
    #[param(value_type = Vec<String>, required = false, example = json!(["dg-2017"]))]
    plan: Vec<PlanId>,
    /// 请求编号 (request)
    #[serde(default)]
    #[param(required = false)]
    request_id: Vec<String>,
    /// 不早于这一天 (on this day or later)
    #[param(example = "2017-06-01")]
    from: Option<Day>,
    /// 不晚于这一天 (on this day or earlier)
    #[param(example = "2017-06-30")]
    to: Option<Day>,
}

/// One question to the log.
struct Question {
    filter: AuditFilter,
    scope: Scope<LogEntry>,
    after: i64,
    backwards: bool,
}

impl Question {
    fn new(params: &AuditParams, scope: Scope<LogEntry>, order: &Order) -> Self {
        Self {
            filter: AuditFilter {
                actors: params.actor.clone(),
                things: params.thing.clone(),
                subjects: params.subject.clone(),
                events: params.event.clone(),
                plans: params.plan.clone(),
                requests: params.request_id.clone(),
                from: params.from.map(start_of),
                until: params.to.and_then(|day| day.succ_opt()).map(start_of),
            },
            scope,
            after: params.after.map_or(0, |after| i64::try_from(after).unwrap_or(i64::MAX)),
            backwards: order.to_string().starts_with('-'),
        }
    }

    /// The numbers between which the rows behind `place` are.
    fn between(&self, place: Option<i64>) -> (i64, i64) {
        match place {
            Some(seq) if self.backwards => (self.after, seq),
            Some(seq) => (self.after.max(seq), i64::MAX),
            None => (self.after, i64::MAX),
        }
    }
}

/// 列出审计事件 (list audit events)
///
/// 默认先发生的在前，每条恰好出现一次，顺序不再改变：记住最后的 `seq`，下次用 `after=` 接着读。
/// In their final order: nothing comes later with a smaller number, so `after=` misses nothing.
#[utoipa::path(tag = "audit-events", params(AuditParams), responses((status = 200, description = "审计事件 (audit events)", body = Page<AuditEventView>)))]
#[get("/audit-events")]
pub async fn list_audit_events(can: Can<may::ReadAudit>, read: Read) -> Result<HttpResponse> {
    let params: AuditParams = extract::query(read.request())?;
    let order = Order::parse(params.sort.as_deref(), &["seq"])?;
    let question = Question::new(&params, can.scope(), &order);
    let format = Format::negotiate(read.request().query_string(), read.accept(), LIST_FORMATS)?;
    match params.format.unwrap_or(format) {
        Format::Json => page(&can, &read, &params, &order, &question).await,
        format => whole(can.app.clone(), &params, question, format).await,
    }
}

/// 读取一条审计事件 (get an audit event)
#[utoipa::path(tag = "audit-events", params(("id" = String, Path, description = "序号 (its number)", example = "1")),
    responses((status = 200, description = "审计事件 (audit event)", body = AuditEventView)))]
#[get("/audit-events/{id}")]
pub async fn get_audit_event(can: Can<may::ReadAudit>, read: Read, id: Id<Seq>) -> Result<HttpResponse> {
    Format::negotiate("", read.accept(), &[Format::Json])?;
    let scope = can.scope();
    let found = can
        .read(async |tx| Ok(store::audit_events::find(tx, id.0.0, &scope).await?))
        .await?;
    let view = found.map(AuditEventView::new).ok_or_else(Error::not_found)?;
    let reply = Rendered::new(JSON, serde_json::to_vec(&view).map_err(Error::internal)?, None);
    Ok(send(&reply, read.request().headers(), false))
}

async fn page(
    app: &App,
    read: &Read,
    params: &AuditParams,
    order: &Order,
    question: &Question,
) -> Result<HttpResponse> {
    if params.bom.is_some() {
        return Err(only_with("bom", "csv"));
    }
    let limit = params.limit.unwrap_or(50);
    if !(1..=200).contains(&limit) {
        return Err(limit_out_of_range());
    }
    let selection = Selection::parse::<AuditEventView>(params.fields.as_deref())?;
    let pairs = extract::pairs(read.request());
    let bound = Cursor::question(read.request().path(), &pairs, order);
    let cursor = params
        .cursor
        .as_deref()
        .map(|text| Cursor::parse(text, &bound, 1))
        .transpose()?;
    let place = cursor.and_then(|cursor| match cursor.keys() {
        [Key::Int(seq)] => Some(*seq),
        _ => None,
    });
    let rows = i64::try_from(limit + 1).unwrap_or(i64::MAX);
    let Question {
        filter,
        scope,
        after,
        backwards,
    } = question;
    let (mut events, total) = app
        .read(async |tx| {
            let events =
                store::audit_events::list(tx, filter, scope, question.between(place), *backwards, rows).await?;
            Ok((events, store::audit_events::count(tx, filter, scope, *after).await?))
        })
        .await?;
    let more = events.len() > limit;
    events.truncate(limit);
    let last = events.last().filter(|_| more);
    let next = last.map(|last| Cursor::after(vec![Key::Int(last.seq)], &bound).to_string());
    let next = next.map(|cursor| read.link(&pairs, &cursor)).transpose()?;
    let views = events.into_iter().map(AuditEventView::new);
    let page = Page {
        items: views.map(|view| selection.to_value(&view)).collect::<Result<_>>()?,
        total: usize::try_from(total).unwrap_or_default(),
        next,
    };
    let mut reply = Rendered::new(JSON, serde_json::to_vec(&page).map_err(Error::internal)?, None);
    reply.link = page.next.map(|next| format!("<{next}>; rel=\"next\""));
    Ok(send(&reply, read.request().headers(), false))
}
