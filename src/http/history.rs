//! `/…/{id}/history`: what happened to a thing, for whom may see it

use actix_web::get;
use serde::Serialize;
use serde_json::Value;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::{
    domain::{
        extension::ExtensionId,
        id::{EntryId, ReportId},
        obligation::ObligationId,
        order::Place,
        report::{Depth, Report},
        scope::Scope,
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
        self,
        extensions::ExtensionFilter,
        filter::Filter as _,
        log::{Entries, Numbered, Subject},
        page::Sorts,
    },
};

/// 办理记录 (history entry): one change of a thing
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HistoryEntry)]
pub struct HistoryEntryView {
    /// 日志序号，片刻之后才有 (its number in the log; given shortly afterwards)
    #[schema(example = 74)]
    seq: Option<i64>,
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
    #[schema(example = "extension.granted")]
    event: String,
    /// 对象编号 (id of the thing)
    #[schema(example = "019a1b2c-3d4e-7f00-8000-000000000001")]
    subject: String,
    /// 理由 (why)
    reason: Option<String>,
    /// 之前 (before)
    #[schema(value_type = Option<Object>)]
    before: Option<Value>,
    /// 之后 (after)
    #[schema(value_type = Option<Object>)]
    after: Option<Value>,
}

impl HistoryEntryView {
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
            reason: entry.reason,
            before: entry.before,
            after: entry.after,
        }
    }
}

/// The history of some things.
pub struct History;

impl List for History {
    type Filters = NoFilters;
    type View = HistoryEntryView;
    const FILE: (&'static str, &'static str) = ("history", "办理记录");
    const SORTS: Sorts = Entries::SORTS;
    const SORT: &'static str = "seq";
    const COLUMNS: &'static [Column<HistoryEntryView>] = columns![
        seq,
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
        after
    ];
}

impl Stored for History {
    type Filter = Entries;

    fn view(row: &Numbered, _: &Question<Entries>, _: &Call) -> HistoryEntryView {
        HistoryEntryView::new(row.clone())
    }
}

/// 应办事项的办理记录 (history of an obligation)
///
/// 先发生的在前，含其延期申请。Oldest first, with that of its extensions.
#[utoipa::path(tag = "obligations", params(Id<ObligationId>, ParamsOf<History>),
    responses((status = 200, description = "办理记录 (history)", body = Page<HistoryEntryView>), Caller<may::ReadLedger>, Id<ObligationId>))]
#[get("/obligations/{id}/history")]
pub async fn get_obligation_history(caller: Caller<may::ReadLedger>, id: Id<ObligationId>) -> Reply {
    let filter = ExtensionFilter {
        obligations: vec![id.0.clone()],
        ..ExtensionFilter::default()
    };
    let newest = Place::first(&["id"], MOST_EXTENSIONS);
    let (obligation, extensions) = caller
        .read(async |tx| {
            let found = store::obligations::find(tx, &id.0, &caller.scope()).await?;
            let found = found.ok_or_else(Error::not_found)?;
            let extensions = filter.list(tx, &caller.scope(), &newest).await?;
            Ok((found, extensions))
        })
        .await?;
    let mut subjects = vec![Subject::from(&obligation)];
    subjects.extend(extensions.iter().map(Subject::from));
    caller
        .list_stored::<History>(async |_, _| Ok(Entries::Of(subjects)))
        .await
}

/// Nobody asks more often to move one due day.
const MOST_EXTENSIONS: i64 = 100;

/// 延期申请的办理记录 (history of an extension)
///
/// 先发生的在前。Oldest first.
#[utoipa::path(tag = "extensions", params(Id<ExtensionId>, ParamsOf<History>),
    responses((status = 200, description = "办理记录 (history)", body = Page<HistoryEntryView>), Caller<may::ReadLedger>, Id<ExtensionId>))]
#[get("/extensions/{id}/history")]
pub async fn get_extension_history(caller: Caller<may::ReadLedger>, id: Id<ExtensionId>) -> Reply {
    let found = caller
        .read(async |tx| Ok(store::extensions::find(tx, id.0, &caller.scope()).await?))
        .await?;
    let subjects = vec![Subject::from(&found.ok_or_else(Error::not_found)?)];
    caller
        .list_stored::<History>(async |_, _| Ok(Entries::Of(subjects)))
        .await
}

/// 进展报告的办理记录 (history of a progress report)
///
/// 先发生的在前；看得到报告全部内容的人可见，已通过的报告也包括保密审查人员。填报过程中的草稿内容只有本单位看得到。
/// Oldest first, for whoever sees all of the report; once it is accepted that is the secrecy reviewer too. What drafts
/// said, for its unit only.
#[utoipa::path(tag = "progress-reports", params(Id<ReportId>, ParamsOf<History>),
    responses((status = 200, description = "办理记录 (history)", body = Page<HistoryEntryView>), Caller<may::ReadReportHistory>, Id<ReportId>))]
#[get("/progress-reports/{id}/history")]
pub async fn get_report_history(caller: Caller<may::ReadReportHistory>, id: Id<ReportId>) -> Reply {
    let scope: Scope<Report> = caller.scope();
    let found = caller
        .read(async |tx| Ok(store::reports::find(tx, id.0, &scope, None).await?))
        .await?;
    let report = found
        .filter(|found| scope.depth(found) == Some(Depth::Full))
        .ok_or_else(Error::not_found)?;
    caller
        .list_stored::<History>(async |_, _| Ok(Entries::OfReport(Box::new(report), scope)))
        .await
}
