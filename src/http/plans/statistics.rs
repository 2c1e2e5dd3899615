//! `/plans/{id}/statistics`: how a plan stands on a day

use actix_web::get;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    app::{Seen, Validity},
    domain::{
        calendar::NoCalendar,
        catalog::IndexedPlan,
        headings::grouped,
        id::{PlanId, UnitCode},
        ledger::Horizons,
        obligation::{GroupBy, GroupCounts},
        plan::{Basis, Figures},
        scope::Scope,
        time::Day,
    },
    error::{Error, Result},
    http::{
        caller::{Call, Caller, may},
        input::{self, Both, Id, content},
        obligations::FiguresView,
        refused::Refused,
        reply::{
            Made, Reply,
            format::{Format, JSON, Offered as _},
            json,
        },
    },
    store::{self, Tx, obligations::LedgerFilter},
};

/// 方案统计 (statistics of a plan)
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Statistics)]
pub struct StatisticsView {
    /// 方案 (plan)
    #[schema(example = "dg-2017")]
    plan_id: String,
    /// 截至哪一天 (as of)
    as_of: Day,
    /// 数字按哪一天终了时所知；省略为此刻所知 (what was known at the end of this day; absent: at this moment)
    #[serde(skip_serializing_if = "Option::is_none")]
    known_on: Option<Day>,
    /// 因缺少某年的官方工作日历而有灯色未知时为 `missing:年份` (`missing:` and the year, where a missing official
    /// calendar leaves lights unknown)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "missing:2027")]
    calendar: Option<String>,
    /// 分组方式 (grouped by)
    group_by: GroupBy,
    /// 合计 (all groups together)
    total: FiguresView,
    /// 各组 (the groups)
    groups: Vec<FiguresView>,
}

/// What is counted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct StatisticsParams {
    /// 分组方式，默认按单位 (group by; default unit)
    group_by: Option<GroupBy>,
    /// 截至哪一天，默认今天 (as of which day; default today)
    as_of: Option<Day>,
}

/// Whose obligations are counted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct OwnersParams {
    /// 只计这些单位承担的；集合单位指其全部成员 (only what these units owe, by code, name or alias; a collective means its members)
    #[param(example = json!(["hbj"]))]
    unit: Vec<String>,
}

impl OwnersParams {
    /// The units that are meant; `None`: all.
    pub fn units(&self, call: &Call) -> Result<Option<Vec<UnitCode>>> {
        content::concrete_units(call, "unit", &self.unit)
    }
}

/// 方案统计 (statistics of a plan)
///
/// 各单位、类别、分工、任务、上级标题、期间或灯色的应办事项数；任一分组的合计相同。对无权查看全部台账者，按前一日终了时所知计算；
/// 方案设置 `public_figures` 为 `cleared` 的，报告只计准予公开的。
/// Public; the same total from any grouping. Who does not read the whole ledger is told what was known at the end of the
/// day before; with the plan's setting `public_figures: cleared`, of reports only what was cleared.
#[utoipa::path(tag = "plans", params(Id<PlanId>, StatisticsParams, OwnersParams),
    responses((status = 200, description = "统计 (statistics)", body = StatisticsView), Caller<may::ReadPublished>, Id<PlanId>, Refused<422>))]
#[get("/{id}/statistics")]
pub async fn get_statistics(caller: Caller<may::ReadPublished>, id: Id<PlanId>) -> Reply {
    Format::negotiate("", caller.accept(), &[Format::Json])?;
    let figures: Scope<Figures> = caller.scope();
    let seen = Seen::Figures(*figures.visibility(), caller.today());
    caller
        .serve_stored((JSON, seen), async |_| make(&caller, &id.0, &figures).await)
        .await
}

/// The figures of a plan on a day.
pub struct Counted {
    /// The day.
    pub as_of: Day,
    /// What they are made of.
    pub basis: Basis,
    /// Which year's calendar is missing, if lights are unknown for that.
    pub calendar: Option<String>,
    /// By group.
    pub rows: Vec<GroupCounts>,
}

impl Counted {
    /// All groups together.
    pub fn total(&self) -> GroupCounts {
        let mut total = GroupCounts {
            key: "total".into(),
            ..GroupCounts::default()
        };
        for row in &self.rows {
            total.add(row);
        }
        total
    }
}

/// Counts as far as the caller may see figures.
pub async fn count(
    caller: &Call,
    tx: &mut Tx,
    plan: &IndexedPlan,
    figures: &Scope<Figures>,
    (units, by, as_of): (Option<&[UnitCode]>, GroupBy, Day),
) -> Result<Counted> {
    let plan = &plan.content.plan;
    let basis = figures.basis(plan.settings.public_figures, as_of, caller.today());
    let horizons = Horizons::new(caller.catalog(), as_of, basis);
    let mut filter = LedgerFilter::of_plan(&plan.id, horizons, caller.memory());
    filter.filter.units = units.map(<[UnitCode]>::to_vec);
    let rows = store::statistics::of_plan(tx, &filter, &caller.scope(), by).await?;
    Ok(Counted {
        as_of,
        basis,
        calendar: filter.horizons.wanting(&rows).map(NoCalendar::word),
        rows: grouped(rows, by, caller.catalog()),
    })
}

async fn make(caller: &Call, id: &PlanId, figures: &Scope<Figures>) -> Result<Made> {
    let Both(StatisticsParams { group_by, as_of }, owners): Both<_, OwnersParams> = input::query(caller.request())?;
    let units = owners.units(caller)?;
    let catalog = caller.catalog();
    let plan = catalog.plan(id, &caller.scope()).ok_or_else(Error::not_found)?;
    let (by, as_of) = (
        group_by.unwrap_or(GroupBy::Unit),
        as_of.unwrap_or_else(|| caller.today()),
    );
    let counted = caller
        .scan(async |tx| count(caller, tx, plan, figures, (units.as_deref(), by, as_of)).await)
        .await?;
    let total = counted.total();
    let Counted {
        basis, calendar, rows, ..
    } = counted;
    let ledger = figures.tells_reviews();
    let view = StatisticsView {
        plan_id: id.to_string(),
        as_of,
        known_on: basis.known_on,
        calendar,
        group_by: by,
        total: FiguresView::new(total, GroupBy::Light, catalog, ledger),
        groups: rows
            .into_iter()
            .map(|row| FiguresView::new(row, by, catalog, ledger))
            .collect(),
    };
    let are_over = basis.is_over(caller.now());
    Ok(Made::ForAll(json(&view, None)?, Validity::of_figures(id, are_over)))
}
