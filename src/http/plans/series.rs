//! `/plans/{id}/statistics/series`: how a plan stood, day by day of a series; and `/plans/{id}/trend.svg`, which draws it

use actix_web::get;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::statistics::{Counted, OwnersParams, count};
use crate::{
    app::{Seen, Validity},
    domain::{
        fault::Fault,
        id::{PlanId, UnitCode},
        obligation::GroupBy,
        plan::{Figures, Interval, MOST_POINTS},
        scope::Scope,
        time::{Day, Period},
    },
    error::{Code, Error, Result},
    http::{
        caller::{Call, Caller, may},
        input::{self, Both, Id},
        obligations::FiguresView,
        refused::Refused,
        render::trend,
        reply::{
            Made, Reply,
            format::{Format, JSON, Offered as _, SVG},
            json,
        },
    },
    rendered::Rendered,
    say,
};

/// 统计序列中的一日 (one day of a series)
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SeriesPoint)]
pub struct PointView {
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
    /// 合计 (all groups together)
    total: FiguresView,
    /// 各组；未指定分组方式时省略 (the groups; absent without `group_by`)
    #[serde(skip_serializing_if = "Option::is_none")]
    groups: Option<Vec<FiguresView>>,
}

/// 方案统计序列 (a plan's statistics as a series)
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StatisticsSeries)]
pub struct SeriesView {
    /// 方案 (plan)
    #[schema(example = "dg-2017")]
    plan_id: String,
    /// 间隔 (from one point to the next)
    step: Interval,
    /// 分组方式 (grouped by)
    #[serde(skip_serializing_if = "Option::is_none")]
    group_by: Option<GroupBy>,
    /// 各日，从早到晚 (the days, earliest first)
    points: Vec<PointView>,
}

/// Which days.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SpanParams {
    /// 起始日，默认方案的起始日 (the first day; default: the plan's)
    #[param(example = "2017-01-01")]
    from: Option<Day>,
    /// 截止日，也是最后一点；默认今天，方案已到期的为其截止日 (the last day, which is the last point; default: today, or
    /// the plan's last day when that is past)
    #[param(example = "2017-06-30")]
    to: Option<Day>,
    /// 间隔，默认月 (from one point to the next; default month)
    step: Option<Interval>,
}

/// What is counted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CountParams {
    /// 分组方式；省略则只有合计 (group by; absent: totals only)
    group_by: Option<GroupBy>,
}

impl SpanParams {
    /// The days asked for.
    fn points(&self, plan: Period, today: Day) -> Result<(Interval, Vec<Day>)> {
        let step = self.step.unwrap_or(Interval::Month);
        let from = self.from.unwrap_or(plan.from);
        let to = self.to.unwrap_or_else(|| plan.to.min(today).max(from));
        let fault = |parameter, detail| Error::parameter(Code::InvalidParameter, parameter, Fault::OutOfRange, detail);
        if to < from {
            let detail = say!("早于 from {from}", "is before from {from}");
            return Err(fault("to", detail));
        }
        let points = step.points(Period { from, to }).ok_or_else(|| {
            let detail = say!(
                "最多 {MOST_POINTS} 点，请缩短区间或按月",
                "at most {MOST_POINTS} points: ask for fewer days, or by month"
            );
            fault("from", detail)
        })?;
        Ok((step, points))
    }
}

/// 方案统计序列 (a plan's statistics as a series)
///
/// 一次给出一段时间内每月（周）末的统计，每一点与 `statistics?as_of=` 相同，可见范围也相同。
/// The statistics at the end of each month or week: each point is what `statistics?as_of=` says, to the same callers.
#[utoipa::path(tag = "plans", params(Id<PlanId>, SpanParams, CountParams, OwnersParams),
    responses((status = 200, description = "序列 (the series)", body = SeriesView), Caller<may::ReadPublished>, Id<PlanId>, Refused<422>))]
#[get("/{id}/statistics/series")]
pub async fn get_statistics_series(caller: Caller<may::ReadPublished>, id: Id<PlanId>) -> Reply {
    Format::negotiate("", caller.accept(), &[Format::Json])?;
    let figures: Scope<Figures> = caller.scope();
    let seen = Seen::Figures(*figures.visibility(), caller.today());
    caller
        .serve_stored((JSON, seen), async |_| series(&caller, &id.0, &figures).await)
        .await
}

async fn series(caller: &Call, id: &PlanId, figures: &Scope<Figures>) -> Result<Made> {
    let Both(span, Both(CountParams { group_by }, owners)): Both<_, Both<_, OwnersParams>> =
        input::query(caller.request())?;
    let by = group_by.unwrap_or(GroupBy::Light);
    let units = owners.units(caller)?;
    let (step, counted, validity) = counts(caller, id, figures, (&span, units.as_deref(), by)).await?;
    let ledger = figures.tells_reviews();
    let catalog = caller.catalog();
    let points = counted.into_iter().map(|counted| {
        let total = FiguresView::new(counted.total(), GroupBy::Light, catalog, ledger);
        let groups = || {
            counted
                .rows
                .into_iter()
                .map(|row| FiguresView::new(row, by, catalog, ledger))
        };
        PointView {
            as_of: counted.as_of,
            known_on: counted.basis.known_on,
            calendar: counted.calendar,
            total,
            groups: group_by.map(|_| groups().collect()),
        }
    });
    let view = SeriesView {
        plan_id: id.to_string(),
        step,
        group_by,
        points: points.collect(),
    };
    Ok(Made::ForAll(json(&view, None)?, validity))
}

/// The figures of each day that is asked for, all of one moment.
async fn counts(
    caller: &Call,
    id: &PlanId,
    figures: &Scope<Figures>,
    (span, units, by): (&SpanParams, Option<&[UnitCode]>, GroupBy),
) -> Result<(Interval, Vec<Counted>, Validity)> {
    let plan = caller
        .catalog()
        .plan(id, &caller.scope())
        .ok_or_else(Error::not_found)?;
    let (step, points) = span.points(plan.content.plan.period, caller.today())?;
    let counted = caller
        .scan(async |tx| {
            let mut counted = Vec::new();
            for as_of in points {
                counted.push(count(caller, tx, plan, figures, (units, by, as_of)).await?);
            }
            Ok(counted)
        })
        .await?;
    let now = caller.now();
    let are_over = counted.iter().all(|counted| counted.basis.is_over(now));
    Ok((step, counted, Validity::of_figures(id, are_over)))
}

/// 趋势图 (trend)
///
/// 应报、已报、按时和逾期随时间的变化，SVG，可嵌入门户，与统计序列同一口径。What was expected, reported, on time and overdue
/// over time, to embed in a portal; made of the same as the series.
#[utoipa::path(tag = "plans", params(Id<PlanId>, SpanParams),
    responses((status = 200, description = "趋势图 (the trend)", body = String, content_type = "image/svg+xml"), Caller<may::ReadPublished>, Id<PlanId>, Refused<422>))]
#[get("/{id}/trend.svg")]
pub async fn get_trend(caller: Caller<may::ReadPublished>, id: Id<PlanId>) -> Reply {
    let figures: Scope<Figures> = caller.scope();
    let seen = Seen::Figures(*figures.visibility(), caller.today());
    caller
        .serve_stored((SVG, seen), async |_| draw(&caller, &id.0, &figures).await)
        .await
}

async fn draw(caller: &Call, id: &PlanId, figures: &Scope<Figures>) -> Result<Made> {
    let span: SpanParams = input::query(caller.request())?;
    let (_, counted, validity) = counts(caller, id, figures, (&span, None, GroupBy::Light)).await?;
    let points = counted.iter().map(|counted| {
        let total = counted.total();
        trend::Point {
            as_of: counted.as_of,
            expected: total.expected,
            reported: total.reported,
            on_time: total.on_time,
            overdue: total.red,
        }
    });
    let points: Vec<trend::Point> = points.collect();
    let plan = caller
        .catalog()
        .plan(id, &caller.scope())
        .ok_or_else(Error::not_found)?;
    let svg = trend::render(&plan.content.plan.title, &points);
    Ok(Made::ForAll(Rendered::new(SVG, svg.into_bytes(), None), validity))
}
