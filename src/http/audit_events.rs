//! `/audit-events`: the sealed log, for auditors; also a feed that can be followed by number

use actix_web::get;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_with::skip_serializing_none;
use utoipa::{IntoParams, ToSchema};

use crate::{
    domain::{
        id::{EntryId, PlanId},
        seal::Seq,
        time::{Day, Instant, start_of},
    },
    http::{
        caller::{Call, Caller, may},
        input::Id,
        list::{Column, List, Page, ParamsOf, Question, Stored, columns},
        reply::Reply,
    },
    store::{
        self, Tx,
        audit_events::{AuditEvent, AuditFilter},
        filter::Filter as _,
        page::Sorts,
    },
};

/// 审计事件 (audit event): one entry of the log, with its place in the final order
#[skip_serializing_none]
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
    id: EntryId,
    /// 时间 (when)
    at: Instant,
    /// 操作人 (who): `sub` of the token
    #[schema(example = "zhang.san")]
    actor: String,
    /// 颁发其令牌的一方，与 `actor` 合起来才是一个人；系统所为则无 (issuer of the token; with `actor` it is one person)
    #[schema(example = "https://sso.example.gov.cn/realms/gov")]
    actor_issuer: Option<String>,
    /// 操作人姓名，令牌中有才有 (name in the token, if it has one)
    #[schema(example = "张三")]
    actor_name: Option<String>,
    /// 操作人所属单位 (unit of who)
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
    #[schema(example = "dg-2017")]
    plan_id: Option<String>,
    /// 理由 (why)
    reason: Option<String>,
    /// 之前 (before)
    #[schema(value_type = Option<Object>)]
    before: Option<Value>,
    /// 之后 (after)
    #[schema(value_type = Option<Object>)]
    after: Option<Value>,
    /// 请求编号 (request)
    request_id: Option<String>,
}

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
            actor: entry.actor.subject().to_owned(),
            actor_issuer: entry.actor.issuer().map(str::to_owned),
            actor_name: entry.actor.name().map(str::to_owned),
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
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct AuditParams {
    /// 只要序号大于它的：轮询时给出上次读到的序号 (only what has a greater number: the last one you have)
    #[param(example = 73)]
    after: Option<u64>,
    /// 操作人 (who)
    #[param(example = json!(["zhang.san"]))]
    actor: Vec<String>,
    /// 颁发其令牌的一方，与 `actor` 一起指一个人 (issuer of the token; with `actor` one person)
    #[param(example = json!(["https://sso.example.gov.cn/realms/gov"]))]
    actor_issuer: Vec<String>,
    /// 对象类别 (kind of thing)
    #[param(example = json!(["deadline"]))]
    thing: Vec<String>,
    /// 对象编号 (id of the thing)
    #[param(example = json!(["dg-2017.2.1.d1"]))]
    subject: Vec<String>,
    /// 事件 (what happened)
    #[param(example = json!(["deadline.updated"]))]
    event: Vec<String>,
    /// 方案 (plan)
    #[param(value_type = Vec<String>, example = json!(["dg-2017"]))]
    plan: Vec<PlanId>,
    /// 请求编号 (request)
    request_id: Vec<String>,
    /// 不早于这一天 (on this day or later)
    #[param(example = "2017-06-01")]
    from: Option<Day>,
    /// 不晚于这一天 (on this day or earlier)
    #[param(example = "2017-06-30")]
    to: Option<Day>,
}

/// The log as a list.
pub struct AuditEvents;

impl List for AuditEvents {
    type Filters = AuditParams;
    type View = AuditEventView;
    const FILE: (&'static str, &'static str) = ("audit-events", "审计事件");
    const SORTS: Sorts = AuditFilter::SORTS;
    const SORT: &'static str = "seq";
    const COLUMNS: &'static [Column<AuditEventView>] = columns![
        seq,
        hash,
        algorithm,
        id,
        at,
        actor,
        actor_issuer,
        actor_name,
        actor_unit,
        event,
        thing,
        subject,
        plan_id,
        reason,
        before,
        after,
        request_id,
    ];
}

impl Stored for AuditEvents {
    type Filter = AuditFilter;

    fn view(row: &AuditEvent, _: &Question<AuditFilter>, _: &Call) -> AuditEventView {
        AuditEventView::new(row.clone())
    }
}

impl From<AuditParams> for AuditFilter {
    fn from(params: AuditParams) -> Self {
        Self {
            actors: params.actor,
            issuers: params.actor_issuer,
            things: params.thing,
            subjects: params.subject,
            events: params.event,
            plans: params.plan,
            requests: params.request_id,
            from: params.from.map(start_of),
            until: params.to.and_then(|day| day.succ_opt()).map(start_of),
            after: params.after.map_or(0, |after| i64::try_from(after).unwrap_or(i64::MAX)),
        }
    }
}

/// 列出审计事件 (list audit events)
///
/// 默认先发生的在前，每条恰好出现一次，顺序不再改变：记住最后的 `seq`，下次用 `after=` 接着读。
/// In their final order: nothing comes later with a smaller number, so `after=` misses nothing.
#[utoipa::path(tag = "audit-events", params(ParamsOf<AuditEvents>), responses((status = 200, description = "审计事件 (audit events)", body = Page<AuditEventView>), Caller<may::ReadAudit>))]
#[get("/audit-events")]
pub async fn list_audit_events(caller: Caller<may::ReadAudit>) -> Reply {
    caller
        .list_stored::<AuditEvents>(async |filters, _| Ok(filters.into()))
        .await
}

/// 读取一条审计事件 (get an audit event)
#[utoipa::path(tag = "audit-events", params(("id" = String, Path, description = "序号 (its number)", example = "1")),
    responses((status = 200, description = "审计事件 (audit event)", body = AuditEventView), Caller<may::ReadAudit>, Id<Seq>))]
#[get("/audit-events/{id}")]
pub async fn get_audit_event(caller: Caller<may::ReadAudit>, id: Id<Seq>) -> Reply {
    let find = async |tx: &mut Tx| {
        let found = store::audit_events::find(tx, id.0.0, &caller.scope()).await?;
        Ok(found.map(|event| (AuditEventView::new(event), None)))
    };
    caller.get_stored(find).await
}
