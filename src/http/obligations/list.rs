//! How the ledger is asked for: filters, paging in the database, tables, groups.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_with::skip_serializing_none;
use utoipa::{IntoParams, ToSchema};

use crate::{
    app::Validity,
    domain::{
        calendar::NoCalendar,
        changes::Followed,
        deadline::RuleKind,
        headings::grouped,
        invalidation::{Dependencies, LogLength},
        ledger::{Found, Horizons, ObligationFilter},
        obligation::{GroupBy, Light, State, Timeliness},
        report::{Depth, Report},
        requirement::UnitRole,
        time::Day,
        unit::UnitKind,
    },
    error::Result,
    http::{
        caller::Call,
        input::{self, Both, Embed, Selection, content, invalid_parameter, places::PlaceParams, words},
        list::{ChangesView, Column, List, ListRequest, Question, Stored},
        obligations::{
            GroupParams,
            figures::{self, FiguresView},
            view::{self, ObligationView},
        },
        reply::{Made, format::Format, json},
        reports::ReportView,
        requirements::RequirementView,
    },
    say,
    store::{
        self,
        filter::Filter as _,
        obligations::{LedgerFilter, LedgerRow},
        page::Sorts,
    },
};

/// What else of an obligation can be asked for. Each list may be given several times: any of its values.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct LedgerParams {
    /// 截至哪一天，默认今天 (as of which day; default today)
    as_of: Option<Day>,
    /// 责任单位；集合单位指其全部成员 (unit by code, name or alias; a collective means its members)
    unit: Vec<String>,
    /// 责任单位类别 (kind of unit)
    unit_kind: Vec<UnitKind>,
    /// 责任分工：牵头、配合或责任单位；经集合单位承担的，按集合单位的 (the unit's role in the requirement; of members of a collective that of the
    /// collective)
    role: Vec<UnitRole>,
    /// 期间 (period)
    #[param(example = json!(["2017Q2"]))]
    period: Vec<String>,
    /// 时限规则类型 (kind of deadline rule)
    rule_kind: Vec<RuleKind>,
    /// 状态 (state)
    state: Vec<State>,
    /// 红绿灯 (light)
    light: Vec<Light>,
    /// 报送情况 (timeliness)
    timeliness: Vec<Timeliness>,
    /// 是否逾期 (overdue)
    overdue: Option<bool>,
    /// 到期日不早于 (due on or after)
    due_from: Option<Day>,
    /// 到期日不晚于 (due on or before)
    due_to: Option<Day>,
    /// 全文检索：任务标题和上级标题、具体要求、完成时限原文，以及责任单位的名称、曾用名和代码；以空格分词，须全部出现
    /// (full text of the task's title and headings, the requirement, the deadline's phrase, and the unit's names; all words)
    #[param(max_length = 200)]
    q: Option<String>,
}

/// 台账的一页，或用 `group_by` 时按组的计数 (a page of the ledger, or with `group_by` counts by group)
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Page_Obligation)]
pub struct LedgerPage {
    /// 本页内容；用 `group_by` 时为空 (this page; empty with `group_by`)
    items: Vec<ObligationView>,
    /// 符合条件的总数；用 `group_by` 时为组数 (all that match; with `group_by` how many groups)
    #[schema(example = 127)]
    total: usize,
    /// 下一页的完整链接；末页没有 (absolute link to the next page; absent on the last)
    #[schema(
        example = "http://127.0.0.1:8080/api/v1/obligations?limit=50&cursor=…",
        required = false
    )]
    next: Option<String>,
    /// 与上次相比的变化；仅用 `changed_since` 时，在首页 (what changed since; with `changed_since` only, on the first page)
    #[schema(required = false)]
    changes: Option<ChangesView>,
    /// 各组；仅用 `group_by` 时 (the groups; with `group_by` only)
    #[schema(required = false)]
    groups: Option<Vec<FiguresView>>,
    /// 各组的计数截至哪一天；仅用 `group_by` 时 (the day for which groups are counted; with `group_by` only)
    #[schema(required = false)]
    as_of: Option<Day>,
    /// 因缺少某年的官方工作日历而有灯色未知时为 `missing:年份`；仅用 `group_by` 时 (`missing:` and the year, where a missing
    /// official calendar leaves lights unknown; with `group_by` only)
    #[schema(example = "missing:2027", required = false)]
    calendar: Option<String>,
}

/// Filters over obligations.
pub type LedgerFilters = Both<PlaceParams, LedgerParams>;

impl LedgerFilters {
    /// What is wanted of the ledger, and for which day; `known`: how far the log is known to be.
    pub async fn into_filter(self, call: &Call, today: Day, known: Option<LogLength>) -> Result<LedgerFilter> {
        let Self(places, asked) = self;
        let places = places.remembered(call).await?;
        let periods = content::periods(call, asked.period, &places.spoken_of())?;
        Ok(LedgerFilter {
            memory: call.memory_known(known),
            reports: None,
            horizons: Horizons::of_ledger(call.catalog(), asked.as_of.unwrap_or(today), today),
            filter: ObligationFilter {
                plans: places.plans,
                tasks: places.tasks,
                requirements: places.requirements,
                units: content::concrete_units(call, "unit", &asked.unit)?,
                unit_kinds: asked.unit_kind,
                roles: asked.role,
                periods,
                rule_kinds: asked.rule_kind,
                states: asked.state,
                lights: asked.light,
                timeliness: asked.timeliness,
                overdue: asked.overdue,
                due_from: asked.due_from,
                due_to: asked.due_to,
                found: Some(words("q", asked.q.as_deref())?)
                    .filter(|words| !words.is_empty())
                    .map(|words| Found::new(&words, call.catalog())),
            },
        })
    }
}

/// What rows show of the report on them.
pub const REPORT: &[&str] = &["report_id", "report_status", "report"];

/// The ledger as a list.
pub struct Obligations;

impl List for Obligations {
    type Filters = Both<LedgerFilters, GroupParams>;
    type View = ObligationView;
    const FILE: (&'static str, &'static str) = ("obligations", "台账");
    const SORTS: Sorts = LedgerFilter::SORTS;
    const SORT: &'static str = "due_on";
    const EMBEDS: &'static [&'static str] = &["report", "requirement"];
    const FOLLOWED: Option<Followed> = Some(Followed::Obligations);
    const COLUMNS: &'static [Column<ObligationView>] = view::COLUMNS;
    const ASIDE: &'static [&'static str] = view::ASIDE;
}

impl Stored for Obligations {
    type Filter = LedgerFilter;

    fn dependencies(question: &Question<LedgerFilter>) -> Option<Dependencies> {
        // What is embedded is shown otherwise to others with the same rights.
        let dependencies = || question.filter.filter.dependencies(&question.scope);
        question.embed.is_empty().then(dependencies)
    }

    fn view(row: &LedgerRow, question: &Question<LedgerFilter>, call: &Call) -> ObligationView {
        ObligationView::with(row, &question.filter.horizons, &question.embed, call)
    }
}

impl ObligationView {
    /// The row with what is embedded.
    pub fn with(row: &LedgerRow, horizons: &Horizons, embed: &Embed, call: &Call) -> Self {
        let LedgerRow { obligation, report } = row;
        let horizon = horizons.of(obligation.id.deadline.requirement.plan());
        let mut view = Self::new(
            (obligation, report.as_ref()),
            call.catalog(),
            horizon,
            (call.actor(), call.origin()),
            call.today(),
        );
        let whole = report.as_ref().and_then(|report| report.whole.as_ref());
        view.report = whole.map(|report| {
            let depth = call.scope::<Report>().depth(report);
            Box::new(ReportView::new(report, depth.unwrap_or(Depth::Public), call))
        });
        if embed.has("requirement") {
            // An obligation outlasts what an amendment removed.
            let requirement = &obligation.id.deadline.requirement;
            let of = call.catalog().requirement(requirement, &call.scope());
            view.requirement = of.map(|of| {
                let disclosed = call.disclosed(&of.plan.content.plan, &call.catalog().units);
                Box::new(RequirementView::new(of.task, of.requirement, disclosed, false))
            });
        }
        view
    }
}

/// Counts by group: all of them at once, in their own order.
pub async fn groups(call: &Call, asked: ListRequest<Obligations>, by: GroupBy) -> Result<Made> {
    let given = input::pairs(call.request());
    let of_rows = |(name, _): &&(String, String)| ["sort", "cursor", "limit", "embed"].contains(&name.as_str());
    if let Some((name, _)) = given.iter().find(of_rows) {
        let detail = say!(
            "不与 group_by 同时使用：各组一次全部给出，顺序固定",
            "does not go together with group_by: groups come all at once, in their own order"
        );
        return Err(invalid_parameter(name, detail));
    }
    let (Both(filters, _), form) = asked.into_parts();
    let fields = form.fields.as_deref().filter(|_| form.format == Format::Json);
    let selection = Selection::parse::<FiguresView>(fields)?;
    let filter = filters.into_filter(call, call.today(), None).await?;
    let scope = call.scope();
    let rows = call
        .scan(async |tx| Ok(store::statistics::figures(tx, &filter, &scope, by).await?))
        .await?;
    let validity = Validity {
        of: filter.filter.dependencies(&scope),
        but_to: Vec::new(),
    };
    let calendar = filter.horizons.wanting(&rows).map(NoCalendar::word);
    let groups: Vec<FiguresView> = grouped(rows, by, call.catalog())
        .into_iter()
        .map(|row| FiguresView::new(row, by, call.catalog(), true))
        .collect();
    let file = ("obligations-by-group", "台账分组");
    if let Some(reply) = call.table(form, file, figures::COLUMNS, &groups).await? {
        return Ok(Made::ForAll(reply, validity));
    }
    let selected: Result<Vec<_>> = groups.iter().map(|group| selection.to_json(group)).collect();
    let view = GroupedLedger {
        items: [],
        total: groups.len(),
        groups: selected?,
        as_of: filter.horizons.usual.as_of,
        calendar,
    };
    Ok(Made::ForAll(json(&view, None)?, validity))
}

/// A [`LedgerPage`] with `group_by`, of which only some fields may be wanted.
#[skip_serializing_none]
#[derive(Serialize)]
struct GroupedLedger {
    items: [ObligationView; 0],
    total: usize,
    groups: Vec<Box<RawValue>>,
    as_of: Day,
    calendar: Option<String>,
}
