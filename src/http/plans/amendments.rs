//! `/plans/{id}/amendments`: who changed what in a published plan, when and why

use actix_web::get;
use serde::Serialize;
use serde_json::Value;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::{
    domain::{
        id::{EntryId, PlanId},
        time::Instant,
    },
    error::Error,
    http::{
        caller::{Call, Caller, may},
        input::Id,
        list::{Column, List, NoFilters, Page, ParamsOf, Question, Stored, columns},
        reply::Reply,
    },
    store::{
        filter::Filter as _,
        log::{Entries, Numbered},
        page::Sorts,
    },
};

/// 修订记录 (amendment): who changed what in a published plan, when and why
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Amendment)]
pub struct AmendmentView {
    /// 日志序号，片刻之后才有 (its number in the log; given shortly afterwards)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 74)]
    seq: Option<i64>,
    /// 编号 (id)
    id: EntryId,
    /// 时间 (when)
    at: Instant,
    /// 修订人 (who): `sub` of the token
    #[schema(example = "zhang.san")]
    actor: String,
    /// 颁发其令牌的一方，与 `actor` 合起来才是一个人；系统所为则无 (issuer of the token; with `actor` it is one person)
    #[schema(example = "https://sso.example.gov.cn/realms/gov")]
    actor_issuer: Option<String>,
    /// 操作人姓名，令牌中有才有 (name in the token, if it has one)
    #[schema(example = "张三")]
    actor_name: Option<String>,
    /// 修订人所属单位 (unit of who)
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
    #[schema(value_type = Option<Object>)]
    before: Option<Value>,
    /// 修订后 (after)
    #[schema(value_type = Option<Object>)]
    after: Option<Value>,
}

/// The list of a plan's amendments.
pub struct Amendments;

impl List for Amendments {
    type Filters = NoFilters;
    type View = AmendmentView;
    const FILE: (&'static str, &'static str) = ("amendments", "修订记录");
    const SORTS: Sorts = Entries::SORTS;
    const SORT: &'static str = "-seq";
    const COLUMNS: &'static [Column<AmendmentView>] = columns![
        id,
        at,
        actor,
        actor_issuer,
        actor_name,
        actor_unit,
        event,
        subject,
        reason,
        before,
        after,
        seq
    ];
}

impl Stored for Amendments {
    type Filter = Entries;

    fn view(row: &Numbered, _: &Question<Entries>, _: &Call) -> AmendmentView {
        AmendmentView::new(row.clone())
    }
}

/// 列出方案的修订记录 (list amendments)
///
/// 新的在前。Newest first: who changed what, when and why.
#[utoipa::path(tag = "plans", params(Id<PlanId>, ParamsOf<Amendments>),
    responses((status = 200, description = "修订记录 (amendments)", body = Page<AmendmentView>), Caller<may::ReadAmendments>, Id<PlanId>))]
#[get("/plans/{id}/amendments")]
pub async fn list_amendments(caller: Caller<may::ReadAmendments>, id: Id<PlanId>) -> Reply {
    let plan = caller.catalog().plan(&id.0, &caller.scope());
    plan.ok_or_else(Error::not_found)?;
    caller
        .list_stored::<Amendments>(async |_, _| Ok(Entries::Amendments(id.0)))
        .await
}

impl AmendmentView {
    fn new((seq, entry): Numbered) -> Self {
        Self {
            seq,
            id: entry.id,
            at: entry.at,
            actor: entry.actor.subject().to_owned(),
            actor_issuer: entry.actor.issuer().map(str::to_owned),
            actor_name: entry.actor.name().map(str::to_owned),
            actor_unit: entry.actor_unit.map(|code| code.to_string()),
            event: entry.event,
            subject: entry.subject,
            reason: entry.reason.unwrap_or_default(),
            before: entry.before,
            after: entry.after,
        }
    }
}
