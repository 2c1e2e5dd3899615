//! Lists and exports of reports, within what the caller may see.

use actix_web::get;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::view::{COLUMNS, ReportView};
use crate::{
    domain::{
        changes::Followed,
        invalidation::{Dependencies, LogLength},
        ledger::BriefFilter,
        person::Person,
        policy::Action,
        report::{Depth, Publication, Report, ReportStatus},
        time::{Day, known_before},
    },
    error::Result,
    http::{
        caller::{Call, Caller, may},
        input::{Both, Moment, content, named, places::PlaceParams, words},
        list::{Column, FoundPage, List, ParamsOf, Question, Stored},
        refused::Refused,
        reply::Reply,
    },
    store::{filter::Filter as _, page::Sorts, reports::ReportFilter},
};

/// What else of a report can be asked for. Each list may be given several times: any of its values.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct ReportParams {
    /// 截至哪一天结束时，默认现在 (as they were at the end of that day; default now)
    as_of: Option<Day>,
    /// 应办事项 (obligation)
    obligation: Vec<String>,
    /// 填报单位；集合单位指其全部成员 (unit by code, name or alias; a collective means its members)
    unit: Vec<String>,
    /// 期间 (period)
    #[param(example = json!(["2017Q2"]))]
    period: Vec<String>,
    /// 状态 (status)
    status: Vec<ReportStatus>,
    /// 公开审查 (secrecy review)
    publication: Vec<Publication>,
    /// 是否已办结 (whether completion is claimed)
    claims_completion: Option<bool>,
    /// 是否被退回过，复核撤销的退回不计；仅列出可见全部内容的 (returned at least once; among what is seen whole)
    returned: Option<bool>,
    /// 首次报送不早于 (first reported on or after)
    reported_from: Option<Day>,
    /// 首次报送不晚于 (first reported on or before)
    reported_to: Option<Day>,
    /// 准予公开之日不早于；仅列出已公开的 (cleared on or after; among what is public)
    cleared_from: Option<Day>,
    /// 准予公开之日不晚于；仅列出已公开的 (cleared on or before; among what is public)
    cleared_to: Option<Day>,
    /// 提交不早于，时刻，或日期（自该日零时起）；仅列出可见全部内容的 (submitted at or after this instant, or on this day or later;
    /// among what is seen whole)
    #[param(value_type = Option<String>, example = "2017-06-30T09:00:00Z")]
    submitted_since: Option<Moment>,
    /// 全文检索：摘要、措施、问题、下一步、佐证标题；以空格分词，须全部出现 (full text; all words)
    #[param(max_length = 200)]
    q: Option<String>,
}

/// Filters over reports.
pub type ReportFilters = Both<PlaceParams, ReportParams>;

impl ReportFilters {
    async fn into_filter(self, call: &Call, today: Day, known: LogLength) -> Result<ReportFilter> {
        let Self(places, asked) = self;
        let places = places.remembered(call).await?;
        let periods = content::periods(call, asked.period, &places.spoken_of())?;
        Ok(ReportFilter {
            brief: BriefFilter {
                plans: places.plans,
                tasks: places.tasks,
                requirements: places.requirements,
                obligations: named::obligations(call, &asked.obligation).await?,
                units: content::concrete_units(call, "unit", &asked.unit)?,
                periods,
                statuses: asked.status,
                reported_from: asked.reported_from,
                reported_to: asked.reported_to,
            },
            publications: asked.publication,
            claims_completion: asked.claims_completion,
            returned: asked.returned,
            cleared_from: asked.cleared_from,
            cleared_to: asked.cleared_to,
            submitted_since: asked.submitted_since.map(|Moment(since)| since),
            words: words("q", asked.q.as_deref())?,
            known_before: asked.as_of.and_then(|day| known_before(day, today)),
            waiting: None,
            memory: call.memory_known(Some(known)),
        })
    }
}

/// The list of reports.
pub struct Reports;

impl List for Reports {
    type Filters = ReportFilters;
    type View = ReportView;
    const FILE: (&'static str, &'static str) = ("progress-reports", "进展报告");
    const SORTS: Sorts = ReportFilter::SORTS;
    const SORT: &'static str = "-id";
    const FOLLOWED: Option<Followed> = Some(Followed::Reports);
    const COLUMNS: &'static [Column<ReportView>] = COLUMNS;
}

impl Stored for Reports {
    type Filter = ReportFilter;

    fn dependencies(question: &Question<ReportFilter>) -> Option<Dependencies> {
        let BriefFilter { plans, units, .. } = &question.filter.brief;
        let plans = Some(plans).filter(|plans| !plans.is_empty());
        Some(Dependencies {
            plans: plans.map(|plans| plans.iter().cloned().collect()),
            units: units.as_ref().map(|units| units.iter().cloned().collect()),
            settled_only: false,
        })
    }

    fn kept(row: &Report) -> Option<(Uuid, Dependencies)> {
        let of = Dependencies {
            plans: Some([row.obligation.deadline.requirement.plan().clone()].into()),
            units: Some([row.unit().clone()].into()),
            settled_only: false,
        };
        Some((row.id.into(), of))
    }

    fn but_to<'r>(row: &'r Report, call: &Call) -> Vec<&'r Person> {
        row.is_special_to(call.actor())
    }

    fn view(row: &Report, question: &Question<ReportFilter>, call: &Call) -> ReportView {
        // The rows were chosen by the same scope: none is without a depth.
        ReportView::new(row, question.scope.depth(row).unwrap_or(Depth::Public), call)
    }
}

/// 列出进展报告 (list progress reports)
///
/// 新的在前。任何人看到已准予公开的；本单位另看到自己的，审核部门另看到已提交的。
/// 用 `q` 检索到一万份以上时只给出 `total_at_least`。
/// Newest first. Anybody sees what was cleared; a unit its own too, the reviewing offices what was handed in. A search that
/// finds more than ten thousand gives `total_at_least` instead of `total`.
#[utoipa::path(tag = "progress-reports", security((), ("bearer" = [])), params(ParamsOf<Reports>), responses((status = 200, description = "进展报告列表 (reports)", body = FoundPage<ReportView>), Caller<may::ReadPublished>, Refused<403>, Refused<422>))]
#[get("")]
pub async fn list_reports(caller: Caller<may::ReadPublished>) -> Reply {
    caller.sees_by(Action::ReadReports)?;
    caller.sees_by(Action::JudgeReports)?;
    let make = async |known: LogLength| {
        let ask = async |filters: ReportFilters, today| filters.into_filter(&caller, today, known).await;
        caller.make_list::<Reports>(caller.list_request()?, ask).await
    };
    caller.serve_list(make).await
}
