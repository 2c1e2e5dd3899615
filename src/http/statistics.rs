//! `/plans/{id}/statistics`: how a plan stands on a day

use actix_web::{HttpResponse, get};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    auth::{Can, may},
    extract::{self, Id},
    format::{Format, JSON},
    ledger::horizons,
    read::{Read, send},
};
use crate::{
    app::Rendered,
    domain::{catalog::Catalog, id::PlanId, time::Day},
    error::{Error, Result},
    store::{
        self,
        obligations::ObligationFilter,
        statistics::{GroupBy, GroupRow},
    },
};

/// 一组的数字 (figures of a group)
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Figures)]
pub struct FiguresView {
    /// 分组：单位代码、类别、任务编号、期间或灯色 (the group)
    #[schema(example = "hbj")]
    pub key: String,
    /// 名称 (its name)
    #[schema(example = "市环保局")]
    pub name: String,
    /// 应办事项数 (obligations)
    pub total: i64,
    /// 待触发 (waiting for their event)
    pub waiting: i64,
    /// 未开始 (their period has not begun)
    pub not_open: i64,
    /// 免办 (exempted)
    pub exempted: i64,
    /// 截至该日应完成 (due by the day)
    pub expected: i64,
    /// 逾期 (overdue)
    pub overdue: i64,
    /// 绿灯 (green)
    pub green: i64,
    /// 黄灯 (yellow)
    pub yellow: i64,
    /// 红灯 (red)
    pub red: i64,
}

impl FiguresView {
    /// The figures of a group, with the name people know it by.
    pub fn new(row: GroupRow, by: GroupBy, catalog: &Catalog) -> Self {
        let name = match by {
            GroupBy::Unit => row
                .key
                .parse()
                .ok()
                .and_then(|code| catalog.units.get(&code))
                .map(|unit| unit.name.clone()),
            GroupBy::Task => row
                .key
                .parse()
                .ok()
                .and_then(|id| catalog.task(&id, true))
                .map(|(_, task)| task.title.clone()),
            GroupBy::UnitKind | GroupBy::Period | GroupBy::Light => None,
        };
        let GroupRow {
            key,
            total,
            waiting,
            not_open,
            exempted,
            expected,
            green,
            yellow,
            red,
        } = row;
        let name = name.unwrap_or_else(|| key.clone());
        Self {
            key,
            name,
            total,
            waiting,
            not_open,
            exempted,
            expected,
            overdue: red,
            green,
            yellow,
            red,
        }
    }
}

/// 方案统计 (statistics of a plan)
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Statistics)]
pub struct StatisticsView {
    /// 方案 (plan)
    #[schema(example = "dg-2017")]
    plan_id: String,
    /// 截至哪一天 (as of)
    as_of: Day,
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
    #[param(example = "2017-06-30")]
    as_of: Option<Day>,
}

/// 方案统计 (statistics of a plan)
///
/// 各单位、类别、任务、期间或灯色的应办事项数；任一分组的合计相同。Public; the same total from any grouping.
#[utoipa::path(tag = "plans", params(("id" = String, Path, description = "方案编号 (plan id)", example = "dg-2017"), StatisticsParams),
    responses((status = 200, description = "统计 (statistics)", body = StatisticsView)))]
#[get("/plans/{id}/statistics")]
pub async fn get_statistics(can: Can<may::ReadPublished>, read: Read, id: Id<PlanId>) -> Result<HttpResponse> {
    Format::negotiate("", read.accept(), &[Format::Json])?;
    let StatisticsParams { group_by, as_of } = extract::query(read.request())?;
    let catalog = read.catalog();
    catalog.plan(&id.0, read.view.drafts).ok_or_else(Error::not_found)?;
    let (by, as_of) = (group_by.unwrap_or(GroupBy::Unit), as_of.unwrap_or_else(|| can.today()));
    let horizons = horizons(catalog, as_of)?;
    let filter = ObligationFilter {
        plans: vec![id.0.clone()],
        ..ObligationFilter::default()
    };
    let rows = can
        .read(async |tx| Ok(store::statistics::figures(tx, &filter, &horizons, by).await?))
        .await?;
    let mut total = GroupRow {
        key: "total".into(),
        ..GroupRow::default()
    };
    for row in &rows {
        total.total += row.total;
        total.waiting += row.waiting;
        total.not_open += row.not_open;
        total.exempted += row.exempted;
        total.expected += row.expected;
        total.green += row.green;
        total.yellow += row.yellow;
        total.red += row.red;
    }
    let view = StatisticsView {
        plan_id: id.0.to_string(),
        as_of,
        group_by: by,
        total: FiguresView::new(total, GroupBy::Light, catalog),
        groups: rows.into_iter().map(|row| FiguresView::new(row, by, catalog)).collect(),
    };
    let reply = Rendered::new(JSON, serde_json::to_vec(&view).map_err(Error::internal)?, None);
    Ok(send(&reply, read.request().headers(), read.is_anonymous()))
}
