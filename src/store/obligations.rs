//! The ledger of obligations.

use sqlx::{FromRow, Result};

use super::row::{name, parsed};
use crate::{
    db::{Statement, Tx, Value},
    domain::{
        deadline::RuleKind,
        id::{PlanId, RequirementId, TaskId, UnitCode},
        obligation::{Exemption, Horizon, Light, Obligation, ObligationId, State},
        time::{Day, Instant},
        unit::UnitKind,
    },
};

/// Rows inserted by one statement: SQLite's cost of parameters grows with their square.
const ROWS: usize = 25;

/// An obligation and what the ledger files it under.
#[derive(Debug, Clone)]
pub struct Filed {
    /// The obligation.
    pub obligation: Obligation,
    /// The kind of its unit.
    pub unit_kind: UnitKind,
    /// The kind of its deadline's rule.
    pub rule_kind: RuleKind,
}

#[derive(FromRow)]
pub(super) struct ObligationRow {
    id: String,
    opens_on: Option<Day>,
    due_on: Option<Day>,
    original_due_on: Option<Day>,
    exempted_at: Option<Instant>,
    exempted_reason: Option<String>,
    version: i64,
}

impl ObligationRow {
    pub(super) fn into_obligation(self) -> Result<Obligation> {
        let exemption = self
            .exempted_at
            .zip(self.exempted_reason)
            .map(|(at, reason)| Exemption { reason, at });
        Ok(Obligation {
            id: parsed("id", &self.id)?,
            opens_on: self.opens_on,
            due_on: self.due_on,
            original_due_on: self.original_due_on,
            exemption,
            version: self.version,
        })
    }
}

/// What lists are ordered by when there is no due day.
fn sort_on(due_on: Option<Day>) -> Day {
    due_on.unwrap_or(Day::from_ymd_opt(9999, 12, 31).unwrap_or(Day::MAX))
}

/// Which obligations are wanted: all conditions must hold; empty ones do not count.
#[derive(Debug, Default)]
pub struct ObligationFilter {
    /// In one of these plans.
    pub plans: Vec<PlanId>,
    /// Of one of these tasks.
    pub tasks: Vec<TaskId>,
    /// Of one of these requirements.
    pub requirements: Vec<RequirementId>,
    /// Owed by one of these units.
    pub units: Vec<UnitCode>,
    /// Owed by a unit of one of these kinds.
    pub unit_kinds: Vec<UnitKind>,
    /// For one of these periods.
    pub periods: Vec<String>,
    /// From a deadline of one of these kinds.
    pub rule_kinds: Vec<RuleKind>,
    /// In one of these states.
    pub states: Vec<State>,
    /// With one of these lights.
    pub lights: Vec<Light>,
    /// Overdue, or not.
    pub overdue: Option<bool>,
    /// Due on this day or later.
    pub due_from: Option<Day>,
    /// Due on this day or earlier.
    pub due_to: Option<Day>,
}

/// The lights of all plans on a day: where a plan warns earlier or later than the others, its own.
#[derive(Debug, Clone)]
pub struct Horizons {
    /// Of plans that are not listed.
    pub usual: Horizon,
    /// Of plans that differ.
    pub own: Vec<(PlanId, Horizon)>,
}

impl Horizons {
    /// The horizon of `plan`.
    pub fn of(&self, plan: &PlanId) -> Horizon {
        self.own
            .iter()
            .find(|(id, _)| id == plan)
            .map_or(self.usual, |(_, horizon)| *horizon)
    }

    pub(super) fn as_of(&self) -> Value {
        Value::Day(self.usual.as_of)
    }

    /// The last near day of a row's plan.
    fn near(&self) -> Statement {
        if self.own.is_empty() {
            return Statement::new("").bind(Value::Day(self.usual.near));
        }
        let cases = self
            .own
            .iter()
            .fold(Statement::new("case plan_id"), |cases, (plan, horizon)| {
                cases
                    .push(" when ")
                    .bind(Value::Text(plan.to_string()))
                    .push(" then ")
                    .bind(Value::Day(horizon.near))
            });
        cases.push(" else ").bind(Value::Day(self.usual.near)).push(" end")
    }

    /// The same as [`Obligation::standing`]'s light, in SQL.
    pub fn light(&self) -> Statement {
        Statement::new("case when exempted_at is not null or due_on is null or opens_on > ")
            .bind(self.as_of())
            .push(" then 'none' when due_on < ")
            .bind(self.as_of())
            .push(" then 'red' when due_on <= ")
            .append(&self.near())
            .push(" then 'yellow' else 'green' end")
    }

    /// The same as [`Obligation::standing`]'s state, in SQL.
    pub(super) fn state(&self) -> Statement {
        Statement::new(
            "case when exempted_at is not null then 'exempted' when due_on is null then 'waiting' when opens_on > ",
        )
        .bind(self.as_of())
        .push(" then 'not_open' else 'open' end")
    }
}

fn texts<T: ToString>(values: &[T]) -> impl Iterator<Item = Value> {
    values.iter().map(|value| Value::Text(value.to_string()))
}

fn names<T: serde::Serialize + Copy>(values: &[T]) -> Result<Vec<Value>> {
    values.iter().map(|value| Ok(Value::Text(name(*value)?))).collect()
}

impl ObligationFilter {
    /// ` where …`
    pub(super) fn conditions(&self, horizons: &Horizons) -> Result<Statement> {
        let mut sql = Statement::new(" where withdrawn_at is null");
        if !self.plans.is_empty() {
            sql = sql.push(" and plan_id in ").list(texts(&self.plans));
        }
        for (index, task) in self.tasks.iter().enumerate() {
            sql = sql.push(if index == 0 {
                " and ((plan_id = "
            } else {
                " or (plan_id = "
            });
            sql = sql
                .bind(Value::Text(task.plan.to_string()))
                .push(" and task_number = ")
                .bind(Value::Int(task.number.into()))
                .push(")");
        }
        if !self.tasks.is_empty() {
            sql = sql.push(")");
        }
        if !self.requirements.is_empty() {
            sql = sql.push(" and requirement_id in ").list(texts(&self.requirements));
        }
        if !self.units.is_empty() {
            sql = sql.push(" and unit in ").list(texts(&self.units));
        }
        if !self.unit_kinds.is_empty() {
            sql = sql.push(" and unit_kind in ").list(names(&self.unit_kinds)?);
        }
        if !self.periods.is_empty() {
            sql = sql.push(" and period in ").list(texts(&self.periods));
        }
        if !self.rule_kinds.is_empty() {
            sql = sql.push(" and rule_kind in ").list(names(&self.rule_kinds)?);
        }
        if !self.states.is_empty() {
            sql = sql
                .push(" and ")
                .append(&horizons.state())
                .push(" in ")
                .list(names(&self.states)?);
        }
        if !self.lights.is_empty() {
            sql = sql
                .push(" and ")
                .append(&horizons.light())
                .push(" in ")
                .list(names(&self.lights)?);
        }
        if let Some(overdue) = self.overdue {
            sql = sql
                .push(" and ")
                .append(&horizons.light())
                .push(if overdue { " = 'red'" } else { " <> 'red'" });
        }
        if let Some(from) = self.due_from {
            sql = sql.push(" and due_on >= ").bind(Value::Day(from));
        }
        if let Some(to) = self.due_to {
            sql = sql.push(" and due_on <= ").bind(Value::Day(to));
        }
        Ok(sql)
    }
}

/// The place in a list ordered by due day and id.
#[derive(Debug, Clone)]
pub struct After {
    /// The due day of the last row, or the end of time.
    pub sort_on: Day,
    /// The id of the last row.
    pub id: String,
}

/// Obligations by due day and id (or backwards), behind `after`.
pub async fn list(
    tx: &mut Tx,
    filter: &ObligationFilter,
    horizons: &Horizons,
    backwards: bool,
    after: Option<After>,
    limit: Option<i64>,
) -> Result<Vec<Obligation>> {
    let columns = "select id, opens_on, due_on, original_due_on, exempted_at, exempted_reason, version from obligation";
    let mut sql = Statement::new(columns).append(&filter.conditions(horizons)?);
    if let Some(After { sort_on, id }) = after {
        sql = sql.push(if backwards {
            " and (sort_on, id) < ("
        } else {
            " and (sort_on, id) > ("
        });
        sql = sql.bind(Value::Day(sort_on)).push(", ").bind(Value::Text(id)).push(")");
    }
    sql = sql.push(if backwards {
        " order by sort_on desc, id desc"
    } else {
        " order by sort_on, id"
    });
    if let Some(limit) = limit {
        sql = sql.push(" limit ").bind(Value::Int(limit));
    }
    let rows: Vec<ObligationRow> = tx.run(sql).all().await?;
    rows.into_iter().map(ObligationRow::into_obligation).collect()
}

/// The place behind an obligation.
pub fn after(obligation: &Obligation) -> After {
    After {
        sort_on: sort_on(obligation.due_on),
        id: obligation.id.to_string(),
    }
}

/// How many there are.
pub async fn count(tx: &mut Tx, filter: &ObligationFilter, horizons: &Horizons) -> Result<i64> {
    let sql = Statement::new("select cast(count(*) as bigint) from obligation").append(&filter.conditions(horizons)?);
    let (count,): (i64,) = tx.run(sql).one().await?;
    Ok(count)
}

/// The obligation, unless it was withdrawn.
pub async fn find(tx: &mut Tx, id: &ObligationId) -> Result<Option<Obligation>> {
    let sql = "select id, opens_on, due_on, original_due_on, exempted_at, exempted_reason, version
               from obligation where id = $1 and withdrawn_at is null";
    let row: Option<ObligationRow> = tx.query(sql).bind(id.to_string()).optional().await?;
    row.map(ObligationRow::into_obligation).transpose()
}

/// All of the plan's obligations that were not withdrawn.
pub async fn of_plan(tx: &mut Tx, plan: &PlanId) -> Result<Vec<Obligation>> {
    let sql = "select id, opens_on, due_on, original_due_on, exempted_at, exempted_reason, version
               from obligation where plan_id = $1 and withdrawn_at is null";
    let rows: Vec<ObligationRow> = tx.query(sql).bind(plan.as_str()).all().await?;
    rows.into_iter().map(ObligationRow::into_obligation).collect()
}

/// Adds obligations; one that was withdrawn is owed again.
pub async fn insert(tx: &mut Tx, filed: &[Filed], today: Day) -> Result<()> {
    for chunk in filed.chunks(ROWS) {
        let mut sql = Statement::new(
            "insert into obligation (id, plan_id, task_number, requirement_id, deadline_id, unit, unit_kind, period,
                                     rule_kind, opens_on, due_on, original_due_on, sort_on, created_on, version)
             values ",
        );
        for (
            index,
            Filed {
                obligation,
                unit_kind,
                rule_kind,
            },
        ) in chunk.iter().enumerate()
        {
            let deadline = &obligation.id.deadline;
            let task = &deadline.requirement.task;
            let values = [
                Value::Text(obligation.id.to_string()),
                Value::Text(task.plan.to_string()),
                Value::Int(task.number.into()),
                Value::Text(deadline.requirement.to_string()),
                Value::Text(deadline.to_string()),
                Value::Text(obligation.id.unit.to_string()),
                Value::Text(name(unit_kind)?),
                Value::Text(obligation.id.period.clone()),
                Value::Text(name(rule_kind)?),
                Value::MaybeDay(obligation.opens_on),
                Value::MaybeDay(obligation.due_on),
                Value::MaybeDay(obligation.original_due_on),
                Value::Day(sort_on(obligation.due_on)),
                Value::Day(today),
                Value::Int(obligation.version),
            ];
            sql = sql.push(if index == 0 { "" } else { ", " }).list(values);
        }
        sql = sql.push(
            " on conflict (id) do update
              set withdrawn_at = null, opens_on = excluded.opens_on, due_on = excluded.due_on,
                  original_due_on = excluded.original_due_on, sort_on = excluded.sort_on, version = obligation.version + 1",
        );
        tx.run(sql).execute().await?;
    }
    Ok(())
}

/// Saves the days of obligations over version `version - 1` each.
pub async fn reschedule(tx: &mut Tx, rows: &[Obligation]) -> Result<()> {
    let sql = "update obligation
               set opens_on = $2, due_on = $3, original_due_on = $4, sort_on = $5, version = $6
               where id = $1";
    for row in rows {
        tx.query(sql)
            .bind(row.id.to_string())
            .bind(row.opens_on)
            .bind(row.due_on)
            .bind(row.original_due_on)
            .bind(sort_on(row.due_on))
            .bind(row.version)
            .execute()
            .await?;
    }
    Ok(())
}

/// Takes obligations out of the ledger; their rows stay.
pub async fn withdraw(tx: &mut Tx, ids: &[ObligationId], now: Instant) -> Result<()> {
    for chunk in ids.chunks(200) {
        let sql =
            Statement::new("update obligation set version = version + 1, withdrawn_at = ").bind(Value::Instant(now));
        tx.run(sql.push(" where id in ").list(texts(chunk))).execute().await?;
    }
    Ok(())
}

/// Saves an exemption, or its end, over version `obligation.version - 1`; `false` when that is not the one stored.
pub async fn save_exemption(tx: &mut Tx, obligation: &Obligation) -> Result<bool> {
    let sql = "update obligation set exempted_at = $2, exempted_reason = $3, version = $4
               where id = $1 and version = $4 - 1 and withdrawn_at is null";
    let saved = tx
        .query(sql)
        .bind(obligation.id.to_string())
        .bind(obligation.exemption.as_ref().map(|exemption| exemption.at))
        .bind(obligation.exemption.as_ref().map(|exemption| exemption.reason.clone()))
        .bind(obligation.version)
        .execute()
        .await?;
    Ok(saved == 1)
}
