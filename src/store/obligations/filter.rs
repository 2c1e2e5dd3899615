//! Which obligations are wanted, and how they stand on a day, in SQL.

use sqlx::Result;

use super::{cleared, far, past};
use crate::{
    db::{Statement, Value},
    domain::{
        calendar::NoCalendar,
        deadline::RuleKind,
        id::{PlanId, RequirementId, TaskId, UnitCode},
        obligation::{Horizon, Light, Obligation, State, Timeliness},
        plan::{Basis, Counted},
        scope::Scope,
        time::Day,
        unit::UnitKind,
    },
    store::{
        few,
        row::{names, texts},
        scope::owned_by,
    },
};

/// Which obligations are wanted: all conditions must hold; empty ones do not count.
#[derive(Debug, Default)]
pub struct ObligationFilter {
    /// In one of these plans.
    pub plans: Vec<PlanId>,
    /// Of one of these tasks.
    pub tasks: Vec<TaskId>,
    /// Of one of these requirements.
    pub requirements: Vec<RequirementId>,
    /// Owed by one of these units; `Some` of none: by nobody.
    pub units: Option<Vec<UnitCode>>,
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
    /// Reported in one of these ways.
    pub timeliness: Vec<Timeliness>,
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
    /// What of the ledger counts.
    pub basis: Basis,
}

impl Horizons {
    /// The horizon of `plan`.
    pub fn of(&self, plan: &PlanId) -> Horizon {
        self.own
            .iter()
            .find(|(id, _)| id == plan)
            .map_or(self.usual, |(_, horizon)| *horizon)
    }

    pub(in crate::store) fn as_of(&self) -> Value {
        Value::Day(self.usual.as_of)
    }

    /// A day of the horizon of a row's plan.
    fn day_of_plan(&self, day: impl Fn(&Horizon) -> Day) -> Statement {
        let usual = Value::Day(day(&self.usual));
        if self.own.is_empty() {
            return Statement::new("").bind(usual);
        }
        let cases = self
            .own
            .iter()
            .fold(Statement::new("case plan_id"), |cases, (plan, horizon)| {
                cases
                    .push(" when ")
                    .bind(Value::Text(plan.to_string()))
                    .push(" then ")
                    .bind(Value::Day(day(horizon)))
            });
        cases.push(" else ").bind(usual).push(" end")
    }

    /// Why some lights cannot be told, where any cannot.
    pub fn missing(&self) -> Option<NoCalendar> {
        let own = self.own.iter().map(|(_, horizon)| horizon);
        own.chain([&self.usual]).find_map(|horizon| horizon.missing)
    }

    /// ` from obligation`: the ledger as it is, or as it was known, with the reports that count. It has all rows
    /// that `filter` wants.
    pub(in crate::store) fn ledger(&self, filter: &ObligationFilter) -> Statement {
        let known = self
            .basis
            .known_before()
            .map_or_else(|| Statement::new(" from obligation"), past::ledger);
        match self.basis.reports {
            Counted::All => known,
            Counted::Cleared(before) => cleared::ledger(&known, &filter.plans, before),
        }
    }

    /// The same as [`crate::domain::obligation::Obligation::standing`]'s light, in SQL.
    pub fn light(&self) -> Statement {
        Statement::new(
            "case when exempted_at is not null or fulfilled_on is not null or opens_on is null
                    or report_phase = 'submitted' or (opens_on > ",
        )
        .bind(self.as_of())
        .push(" and report_phase is null) then 'none' when due_on < ")
        .bind(self.as_of())
        .push(" then 'red' when due_on <= ")
        .append(&self.day_of_plan(|horizon| horizon.near))
        .push(" then 'yellow' when due_on <= ")
        .append(&self.day_of_plan(|horizon| horizon.told_until().unwrap_or(far())))
        .push(" then 'green' else 'unknown' end")
    }

    /// The same as [`crate::domain::obligation::Obligation::state_on`], in SQL.
    pub(in crate::store) fn state(&self) -> Statement {
        Statement::new(
            "case when exempted_at is not null then 'exempted' when fulfilled_on is not null then 'fulfilled'
                  when report_phase is not null then report_phase when opens_on is null and period = 'undecided' then 'undecided'
                  when opens_on is null then 'waiting' when opens_on > ",
        )
        .bind(self.as_of())
        .push(" then 'not_open' else 'open' end")
    }

    /// The same as [`crate::domain::obligation::Standing`]'s timeliness, in SQL.
    pub(in crate::store) fn timeliness(&self) -> Statement {
        Statement::new(
            "case when exempted_at is not null then 'exempted' when reported_on > coalesce(reported_due_on, due_on) then 'late'
                  when reported_on is not null then 'on_time' when due_on < ",
        )
        .bind(self.as_of())
        .push(" then 'missing' else 'pending' end")
    }
}

impl ObligationFilter {
    /// Whether an index leads to few rows: those of some units, or of some requirements.
    pub fn is_narrow(&self, scope: &Scope<Obligation>) -> bool {
        let of_units = few(self.units.as_ref());
        of_units || !self.requirements.is_empty() || !scope.sight().is_everybodys()
    }

    /// ` where …`, within what `scope` shows.
    pub(in crate::store) fn conditions(&self, scope: &Scope<Obligation>, horizons: &Horizons) -> Result<Statement> {
        let mut sql = Statement::new(" where withdrawn_at is null and ").append(&owned_by("unit", scope.sight()));
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
        if let Some(units) = &self.units {
            sql = sql.push(" and unit in ").list(texts(units));
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
        if !self.timeliness.is_empty() {
            sql = sql
                .push(" and ")
                .append(&horizons.timeliness())
                .push(" in ")
                .list(names(&self.timeliness)?);
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
