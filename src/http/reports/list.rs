//! Lists and exports of reports, within what the caller may see.

use std::rc::Rc;

use actix_web::{HttpResponse, get};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    super::{
        auth::{Can, may},
        content,
        export::{self, Export},
        extract::{self, invalid_parameter},
        format::{Format, LIST_FORMATS},
        listing::Page,
        newest::NewestFirst,
        read::Read,
        select::Selection,
    },
    view::ReportView,
};
use crate::{
    domain::{
        id::{PlanId, RequirementId, TaskId},
        obligation::ObligationId,
        report::{Depth, Publication, Report, ReportStatus},
        scope::Scope,
        time::{Day, Instant, known_before},
    },
    error::{Error, Result},
    say,
    store::{self, reports::ReportFilter},
};

/// Filters over reports. Each list may be given several times: any of its values.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ReportParams {
    /// 每页条数 (page size)
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// 上一页 `next` 给出的游标 (opaque cursor)
    cursor: Option<String>,
    /// 只返回这些字段，逗号分隔 (only these fields)
    #[param(example = json!("id"))]
    fields: Option<String>,
    /// 格式 (format); csv 和 ndjson 给出全部结果 (the whole list)
    format: Option<Format>,
    /// CSV 以 BOM 开头，供 Excel 识别 (start CSV with a byte order mark)
    bom: Option<bool>,
    /// 截至哪一天结束时，默认现在 (as they were at the end of that day; default now)
    as_of: Option<Day>,
    /// 方案 (plan)
    #[serde(default)]
    #[param(value_type = Vec<String>, required = false, example = json!(["dg-2017"]))]
    plan: Vec<PlanId>,
    /// 工作任务 (task)
    #[serde(default)]
    #[param(value_type = Vec<String>, required = false)]
    task: Vec<TaskId>,
    /// 具体要求 (requirement)
    #[serde(default)]
    #[param(value_type = Vec<String>, required = false)]
    requirement: Vec<RequirementId>,
    /// 应办事项 (obligation)
    #[serde(default)]
    #[param(required = false)]
    obligation: Vec<String>,
    /// 填报单位；集合单位指其全部成员 (unit by code, name or alias; a collective means its members)
    #[serde(default)]
    #[param(required = false)]
    unit: Vec<String>,
    /// 期间 (period)
    #[serde(default)]
    #[param(required = false, example = json!(["2017Q2"]))]
    period: Vec<String>,
    /// 状态 (status)
    #[serde(default)]
    #[param(required = false)]
    status: Vec<ReportStatus>,
    /// 公开审查 (secrecy review)
    #[serde(default)]
    #[param(required = false)]
    publication: Vec<Publication>,
    /// 是否已办结 (whether completion is claimed)
    claims_completion: Option<bool>,
    /// 是否被退回过，复核撤销的退回不计；仅列出可见全部内容的 (returned at least once; among what is seen whole)
    returned: Option<bool>,
    /// 首次报送不早于 (first reported on or after)
    reported_from: Option<Day>,
    /// 首次报送不晚于 (first reported on or before)
    reported_to: Option<Day>,
    /// 提交不早于，时刻；仅列出可见全部内容的 (submitted at or after this instant; among what is seen whole)
    submitted_since: Option<Instant>,
    /// 全文检索：摘要、措施、问题、下一步、佐证标题；以空格分词，须全部出现 (full text; all words)
    #[param(max_length = 200)]
    q: Option<String>,
}

impl ReportParams {
    fn filter(&self, read: &Read, today: Day) -> Result<ReportFilter> {
        let obligations = self.obligation.iter().map(|id| id.parse::<ObligationId>());
        let obligations = obligations
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| invalid_parameter("obligation", say!("编号形式不对", "is not an obligation id")))?;
        Ok(ReportFilter {
            plans: self.plan.clone(),
            tasks: self.task.clone(),
            requirements: self.requirement.clone(),
            obligations,
            units: (!self.unit.is_empty())
                .then(|| content::concrete_units(read, "unit", &self.unit))
                .transpose()?,
            periods: self.period.clone(),
            statuses: self.status.clone(),
            publications: self.publication.clone(),
            claims_completion: self.claims_completion,
            returned: self.returned,
            reported_from: self.reported_from,
            reported_to: self.reported_to,
            submitted_since: self.submitted_since,
            words: extract::words("q", self.q.as_deref())?,
            known_before: self.as_of.and_then(|day| known_before(day, today)),
        })
    }
}

/// 列出进展报告 (list progress reports)
///
/// 新的在前。任何人看到已准予公开的；本单位另看到自己的，审核部门另看到已提交的。
/// Newest first. Anybody sees what was cleared; a unit its own too, the reviewing offices what was handed in.
#[utoipa::path(tag = "progress-reports", params(ReportParams), responses((status = 200, description = "进展报告列表 (reports)", body = Page<ReportView>)))]
#[get("/progress-reports")]
pub async fn list_reports(can: Can<may::ReadPublished>, read: Read) -> Result<HttpResponse> {
    let params: ReportParams = extract::query(read.request())?;
    let negotiated = Format::negotiate(read.request().query_string(), read.accept(), LIST_FORMATS)?;
    let format = params.format.unwrap_or(negotiated);
    let filter = params.filter(&read, can.today())?;
    let scope = can.scope();
    // The rows were chosen by the same scope: none is without a depth.
    let depth = |scope: &Scope<Report>, report: &Report| scope.depth(report).unwrap_or(Depth::Public);
    if format != Format::Json {
        let export = Export {
            format,
            bom: params.bom == Some(true),
            fields: params.fields.clone(),
            name: ("progress-reports", "进展报告"),
        };
        export::refuse_paging(params.limit.is_some(), params.cursor.is_some())?;
        let (read, filter, app) = (Rc::new(read), Rc::new(filter), can.app.clone());
        let shown = (read.clone(), scope.clone());
        return export::stream(
            export,
            move |report| ReportView::new(report, depth(&shown.1, report), &shown.0),
            move |last: Option<&Report>| {
                let (app, filter, scope) = (app.clone(), filter.clone(), scope.clone());
                let before = last.map(|report| report.id);
                async move {
                    app.read(async |tx| Ok(store::reports::list(tx, &filter, &scope, before, export::ROWS).await?))
                        .await
                }
            },
        )
        .await;
    }
    let place = NewestFirst::new(&read, params.limit, params.cursor.as_deref())?;
    let selection = Selection::parse::<ReportView>(params.fields.as_deref())?;
    let (rows, total) = can
        .read(async |tx| {
            let rows = store::reports::list(tx, &filter, &scope, place.before, place.rows()).await?;
            Ok((rows, store::reports::count(tx, &filter, &scope).await?))
        })
        .await?;
    let views = rows
        .iter()
        .map(|report| {
            let view = ReportView::new(report, depth(&scope, report), &read);
            Ok((report.id, selection.to_value(&view)?))
        })
        .collect::<Result<Vec<_>, Error>>()?;
    place.reply(&read, views, total, |(id, _)| *id, |(_, view)| view)
}
