//! `/audit-events`: the sealed log, for auditors; also a feed that can be followed by number

use actix_web::get;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    domain::{
        event::EventSubject,
        event_names::event_names,
        fault::Bilingual,
        id::PlanId,
        seal::Seq,
        suggestion::{meant, nearest},
        time::{Day, start_of},
    },
    error::Result,
    http::{
        caller::{Call, Caller, may},
        input::{Id, invalid_parameter},
        list::{Column, List, Page, ParamsOf, Question, Stored, columns},
        log::{EntryReader, EntryView},
        reply::Reply,
    },
    say,
    store::{
        self, Tx,
        audit_events::{AuditEvent, AuditFilter},
        filter::Filter as _,
        page::Sorts,
    },
};

/// Who reads the log itself.
#[derive(Debug)]
pub struct Auditor;

impl EntryReader for Auditor {
    const SCHEMA: (&'static str, &'static str) = (
        "AuditEvent",
        "审计事件 (audit event): one entry of the log, with its place in the final order",
    );
    const WITHOUT: &'static [&'static str] = &[];
    const ALWAYS: &'static [&'static str] = &["seq", "hash", "algorithm", "thing"];
}

type AuditEventView = EntryView<Auditor>;

/// Filters over the log. Each list may be given several times: any of its values.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct AuditParams {
    /// 只要序号大于它的：轮询时给出上次读到的序号；日志中没有的序号为 400 (only what has a greater number: the last one you
    /// have; one that the log does not have is a 400)
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
        seq: "日志序号",
        hash: "哈希",
        algorithm: "哈希算法",
        id: "编号",
        at: "时间",
        actor: "操作人",
        actor_issuer: "身份颁发者",
        actor_name: "操作人姓名",
        actor_unit: "操作人单位",
        event: "事件",
        thing: "对象类别",
        subject: "对象",
        plan_id: "方案",
        reason: "理由",
        before: "变更前",
        after: "变更后",
        request_id: "请求编号",
    ];
}

impl Stored for AuditEvents {
    type Filter = AuditFilter;

    fn view(row: &AuditEvent, _: &Question<AuditFilter>, _: &Call) -> AuditEventView {
        row.clone().into()
    }
}

/// `texts`, each one of `known`: an empty list would hide a typing error.
fn named(parameter: &str, texts: Vec<String>, known: &[&str]) -> Result<Vec<String>> {
    if let Some(text) = texts.iter().find(|text| !known.contains(&text.as_str())) {
        let Bilingual { zh, en } = meant(nearest(text, known.iter().copied()).as_slice());
        let detail = say!("没有 {text}{zh}", "there is no {text}{en}");
        return Err(invalid_parameter(parameter, detail));
    }
    Ok(texts)
}

/// Nobody has read a number that was never given: that is of another log, as after a backup was restored.
async fn in_the_log(call: &Call, seq: i64) -> Result<()> {
    let last = call.read(async |tx| Ok(store::changes::sealed(tx).await?)).await?;
    if seq <= last {
        return Ok(());
    }
    let detail = say!(
        "日志只到 {last}，没有 {seq}：数据库可能已从备份恢复，请从 after=0 重新读取",
        "the log ends at {last}, there is no {seq}: the database may have been restored from a backup; read it again from after=0"
    );
    Err(invalid_parameter("after", detail))
}

impl AuditParams {
    async fn into_filter(self, call: &Call) -> Result<AuditFilter> {
        let params = self;
        let after = params.after.map_or(0, |after| i64::try_from(after).unwrap_or(i64::MAX));
        if after > 0 {
            in_the_log(call, after).await?;
        }
        let things: Vec<&str> = EventSubject::ALL.iter().map(|kind| kind.as_str()).collect();
        let events: Vec<&str> = event_names().collect();
        Ok(AuditFilter {
            actors: params.actor,
            issuers: params.actor_issuer,
            things: named("thing", params.thing, &things)?,
            subjects: params.subject,
            events: named("event", params.event, &events)?,
            plans: params.plan,
            requests: params.request_id,
            from: params.from.map(start_of),
            until: params.to.and_then(|day| day.succ_opt()).map(start_of),
            after,
        })
    }
}

/// 列出审计事件 (list audit events)
///
/// 默认先发生的在前，每条恰好出现一次，顺序不再改变：记住最后的 `seq`，下次用 `after=` 接着读。
/// In their final order: nothing comes later with a smaller number, so `after=` misses nothing.
/// 从备份恢复后序号会重新给出：`hash` 与您所存不同，或 `after=` 大于最后的序号（400），即须从头读取。
/// After a backup was restored numbers are given anew: where the `hash` of an entry is not the one you have, or `after=` is a
/// 400 because the log ends before it, read it again from the start.
#[utoipa::path(tag = "audit-events", params(ParamsOf<AuditEvents>), responses((status = 200, description = "审计事件 (audit events)", body = Page<AuditEventView>), Caller<may::ReadAudit>))]
#[get("")]
pub async fn list_audit_events(caller: Caller<may::ReadAudit>) -> Reply {
    caller
        .list_stored::<AuditEvents>(async |filters, _| filters.into_filter(&caller).await)
        .await
}

/// 读取一条审计事件 (get an audit event)
#[utoipa::path(tag = "audit-events", params(("id" = String, Path, description = "序号 (its number)", example = "1")),
    responses((status = 200, description = "审计事件 (audit event)", body = AuditEventView), Caller<may::ReadAudit>, Id<Seq>))]
#[get("/{id}")]
pub async fn get_audit_event(caller: Caller<may::ReadAudit>, id: Id<Seq>) -> Reply {
    let find = async |tx: &mut Tx| {
        let found = store::audit_events::find(tx, id.0.0, &caller.scope()).await?;
        Ok(found.map(|event| (AuditEventView::from(event), None)))
    };
    caller.get_stored(find).await
}
