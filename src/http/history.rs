//! `/…/{id}/history`: what happened to a thing, for whom may see it

use actix_web::get;

use crate::{
    domain::{
        changes::Followed,
        extension::ExtensionId,
        id::ReportId,
        obligation::ObligationId,
        order::Window,
        report::{Depth, Report},
        scope::Scope,
    },
    error::Error,
    http::{
        caller::{Call, Caller, may},
        input::Id,
        list::{Column, List, NoFilters, Page, ParamsOf, Question, Stored, columns},
        log::{AUDITED, EntryReader, EntryView},
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

/// Who sees a thing, and so what happened to it.
#[derive(Debug)]
pub struct HistoryReader;

impl EntryReader for HistoryReader {
    const SCHEMA: (&'static str, &'static str) = ("HistoryEntry", "办理记录 (history entry): one change of a thing");
    const WITHOUT: &'static [&'static str] = AUDITED;
    const ALWAYS: &'static [&'static str] = &[];
}

type HistoryEntryView = EntryView<HistoryReader>;

/// The history of some things.
pub struct History;

impl List for History {
    type Filters = NoFilters;
    type View = HistoryEntryView;
    const FILE: (&'static str, &'static str) = ("history", "办理记录");
    const SORTS: Sorts = Entries::SORTS;
    const SORT: &'static str = "seq";
    const FOLLOWED: Option<Followed> = Some(Followed::Entries);
    const COLUMNS: &'static [Column<HistoryEntryView>] = columns![
        seq: "日志序号",
        id: "编号",
        at: "时间",
        actor: "操作人",
        actor_issuer: "身份颁发者",
        actor_name: "操作人姓名",
        actor_unit: "操作人单位",
        event: "事件",
        subject: "对象",
        reason: "理由",
        before: "变更前",
        after: "变更后",
    ];
}

impl Stored for History {
    type Filter = Entries;

    fn view(row: &Numbered, question: &Question<Entries>, _: &Call) -> HistoryEntryView {
        EntryView::seen(row, &question.scope)
    }
}

/// 应办事项的办理记录 (history of an obligation)
///
/// 先发生的在前，含其延期申请。Oldest first, with that of its extensions.
#[utoipa::path(tag = "obligations", params(Id<ObligationId>, ParamsOf<History>),
    responses((status = 200, description = "办理记录 (history)", body = Page<HistoryEntryView>), Caller<may::ReadLedger>, Id<ObligationId>))]
#[get("/{id}/history")]
pub async fn get_obligation_history(caller: Caller<may::ReadLedger>, id: Id<ObligationId>) -> Reply {
    let filter = ExtensionFilter {
        obligations: vec![id.0.clone()],
        ..ExtensionFilter::default()
    };
    let newest = Window::first(&["id"], MOST_EXTENSIONS);
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
#[get("/{id}/history")]
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
#[get("/{id}/history")]
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
