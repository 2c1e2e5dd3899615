//! `/…/{id}/history`: what happened to a thing, for whom may see it

use actix_web::{HttpResponse, get};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    auth::{Can, may},
    extract::{self, Id},
    listing::Page,
    newest::OldestFirst,
    read::Read,
};
use crate::{
    app::App,
    domain::{log::LogEntry, obligation::ObligationId, report::Depth, time::Instant},
    error::{Error, Result},
    store::{self, extensions::ExtensionFilter, log::Subject},
};

/// 办理记录 (history entry): one change of a thing
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HistoryEntry)]
pub struct HistoryEntryView {
    /// 日志序号，片刻之后才有 (its number in the log; given shortly afterwards)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 74)]
    seq: Option<i64>,
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
    #[schema(example = "extension.granted")]
    event: String,
    /// 对象编号 (id of the thing)
    #[schema(example = "019a1b2c-3d4e-7f00-8000-000000000001")]
    subject: String,
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
}

impl HistoryEntryView {
    fn new((seq, entry): (Option<i64>, LogEntry)) -> Self {
        Self {
            seq,
            id: entry.id,
            at: entry.at,
            actor: entry.actor,
            actor_unit: entry.actor_unit.map(|code| code.to_string()),
            event: entry.event,
            subject: entry.subject,
            reason: entry.reason,
            before: entry.before,
            after: entry.after,
        }
    }
}

/// Paging of a history: oldest first, always.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HistoryParams {
    /// 每页条数 (page size)
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// 上一页 `next` 给出的游标 (opaque cursor)
    cursor: Option<String>,
}

/// The history of these things, which the caller could find.
pub async fn history(app: &App, read: &Read, subjects: &[Subject]) -> Result<HttpResponse> {
    history_as(app, read, subjects, HistoryEntryView::new).await
}

async fn history_as(
    app: &App,
    read: &Read,
    subjects: &[Subject],
    view: impl Fn((Option<i64>, LogEntry)) -> HistoryEntryView,
) -> Result<HttpResponse> {
    let HistoryParams { limit, cursor } = extract::query(read.request())?;
    let place = OldestFirst::new(read, limit, cursor.as_deref())?;
    let (entries, total) = app
        .read(async |tx| {
            let entries = store::log::history(tx, subjects, place.after(), place.rows()).await?;
            Ok((entries, store::log::count_history(tx, subjects).await?))
        })
        .await?;
    place.reply(read, entries, total, |(_, entry)| entry.id, view)
}

/// 应办事项的办理记录 (history of an obligation)
///
/// 先发生的在前，含其延期申请。Oldest first, with that of its extensions.
#[utoipa::path(tag = "obligations", params(("id" = String, Path, description = "应办事项编号 (obligation id)", example = "dg-2017.17.3.d2.hbj.2017Q2"), HistoryParams),
    responses((status = 200, description = "办理记录 (history)", body = Page<HistoryEntryView>)))]
#[get("/obligations/{id}/history")]
pub async fn get_obligation_history(
    can: Can<may::ReadLedger>,
    read: Read,
    id: Id<ObligationId>,
) -> Result<HttpResponse> {
    let filter = ExtensionFilter {
        obligations: vec![id.0.clone()],
        ..ExtensionFilter::default()
    };
    let (scope, of_extensions) = (can.scope(), can.scope());
    let (obligation, extensions) = can
        .read(async |tx| {
            let found = store::obligations::find(tx, &id.0, &scope).await?;
            let found = found.ok_or_else(Error::not_found)?;
            let extensions = store::extensions::list(tx, &filter, &of_extensions, None, MOST_EXTENSIONS).await?;
            Ok((found, extensions))
        })
        .await?;
    let mut subjects = vec![Subject::from(&obligation)];
    subjects.extend(extensions.iter().map(Subject::from));
    history(&can, &read, &subjects).await
}

/// Nobody asks more often to move one due day.
const MOST_EXTENSIONS: i64 = 100;

/// 延期申请的办理记录 (history of an extension)
///
/// 先发生的在前。Oldest first.
#[utoipa::path(tag = "extensions", params(("id" = String, Path, description = "延期申请编号 (extension id)", example = "019a1b2c-3d4e-7f00-8000-000000000000"), HistoryParams),
    responses((status = 200, description = "办理记录 (history)", body = Page<HistoryEntryView>)))]
#[get("/extensions/{id}/history")]
pub async fn get_extension_history(can: Can<may::ReadLedger>, read: Read, id: Id<Uuid>) -> Result<HttpResponse> {
    let scope = can.scope();
    let found = can
        .read(async |tx| Ok(store::extensions::find(tx, id.0, &scope).await?))
        .await?;
    let extension = found.ok_or_else(Error::not_found)?;
    history(&can, &read, &[Subject::from(&extension)]).await
}

/// 进展报告的办理记录 (history of a progress report)
///
/// 先发生的在前；本单位和审核部门可见。填报过程中的草稿内容只有本单位看得到。
/// Oldest first, for its unit and the reviewing offices; what drafts said, for its unit only.
#[utoipa::path(tag = "progress-reports", params(("id" = String, Path, description = "报告编号 (report id)", example = "019a1b2c-3d4e-7f00-8000-000000000002"), HistoryParams),
    responses((status = 200, description = "办理记录 (history)", body = Page<HistoryEntryView>)))]
#[get("/progress-reports/{id}/history")]
pub async fn get_report_history(can: Can<may::ReadReports>, read: Read, id: Id<Uuid>) -> Result<HttpResponse> {
    let scope = can.scope();
    let found = can
        .read(async |tx| Ok(store::reports::find(tx, id.0, &scope, None).await?))
        .await?;
    let report = found
        .filter(|found| scope.depth(found) == Some(Depth::Full))
        .ok_or_else(Error::not_found)?;
    let view = |(seq, entry): (Option<i64>, LogEntry)| {
        let mut view = HistoryEntryView::new((seq, entry));
        if !scope.shows_change(&report, &view.event) {
            (view.before, view.after) = (None, None);
        }
        view
    };
    history_as(&can, &read, &[Subject::from(&report)], view).await
}
