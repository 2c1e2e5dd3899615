//! The ledger counted: by group, and by unit and month.

use sqlx::{FromRow, Result};

use super::obligations::{Horizons, ObligationFilter};
use crate::{
    db::{Statement, Tx},
    domain::id::PlanId,
};

/// What a list or a statistic is grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GroupBy {
    /// 责任单位
    Unit,
    /// 单位类别
    UnitKind,
    /// 工作任务
    Task,
    /// 期间
    Period,
    /// 红绿灯
    Light,
}

/// The figures of one group.
#[derive(Debug, Clone, Default, PartialEq, Eq, FromRow)]
pub struct GroupRow {
    /// The group: a code, a kind, a task's id, a period or a light.
    pub key: String,
    /// All obligations.
    pub total: i64,
    /// Their event has not happened.
    pub waiting: i64,
    /// Their period has not begun.
    pub not_open: i64,
    /// Exempted.
    pub exempted: i64,
    /// Due on the day asked for or before, and not exempted.
    pub expected: i64,
    /// Green.
    pub green: i64,
    /// Yellow.
    pub yellow: i64,
    /// Red: overdue.
    pub red: i64,
}

/// Figures by group, in the order of the groups.
pub async fn figures(
    tx: &mut Tx,
    filter: &ObligationFilter,
    horizons: &Horizons,
    by: GroupBy,
) -> Result<Vec<GroupRow>> {
    let key = match by {
        GroupBy::Unit => Statement::new("unit"),
        GroupBy::UnitKind => Statement::new("unit_kind"),
        GroupBy::Task => Statement::new("concat(plan_id, '.', cast(task_number as text))"),
        GroupBy::Period => Statement::new("period"),
        GroupBy::Light => horizons.light(),
    };
    let sql = Statement::new("select ")
        .append(&key)
        .push(
            " as key, cast(count(*) as bigint) as total,
              cast(count(*) filter (where state = 'waiting') as bigint) as waiting,
              cast(count(*) filter (where state = 'not_open') as bigint) as not_open,
              cast(count(*) filter (where state = 'exempted') as bigint) as exempted,
              cast(count(*) filter (where state <> 'exempted' and due_on <= ",
        )
        .bind(horizons.as_of())
        .push(
            ") as bigint) as expected,
              cast(count(*) filter (where light = 'green') as bigint) as green,
              cast(count(*) filter (where light = 'yellow') as bigint) as yellow,
              cast(count(*) filter (where light = 'red') as bigint) as red
              from (select plan_id, unit, unit_kind, task_number, period, due_on, opens_on, exempted_at, ",
        )
        .append(&horizons.state())
        .push(" as state, ")
        .append(&horizons.light())
        .push(" as light from obligation")
        .append(&filter.conditions(horizons)?)
        .push(") as standing group by 1 order by 1");
    tx.run(sql).all().await
}

/// The figures of each unit and month of due days in the plan, for a board: unit, month and light.
pub async fn board(tx: &mut Tx, plan: &PlanId, horizons: &Horizons) -> Result<Vec<BoardRow>> {
    let filter = ObligationFilter {
        plans: vec![plan.clone()],
        ..ObligationFilter::default()
    };
    let sql = Statement::new("select unit, month, light, cast(count(*) as bigint) as count from (select unit, substr(cast(due_on as text), 1, 7) as month, ")
        .append(&horizons.light())
        .push(" as light from obligation")
        .append(&filter.conditions(horizons)?)
        .push(" and due_on is not null and exempted_at is null) as standing group by unit, month, light order by unit, month, light");
    tx.run(sql).all().await
}

/// One cell's share of one light.
#[derive(Debug, Clone, FromRow)]
pub struct BoardRow {
    /// The unit's code.
    pub unit: String,
    /// The month, `2017-06`.
    pub month: String,
    /// The light's name.
    pub light: String,
    /// How many.
    pub count: i64,
}
