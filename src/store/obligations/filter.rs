//! Which obligations are wanted, and how they stand on a day, in SQL.

use sqlx::Result;

use super::{COLUMNS, ObligationRow, cleared, far, past, sort_on};
use crate::{
    db::{Statement, Tx, Value},
    domain::{
        calendar::NoCalendar,
        deadline::RuleKind,
        id::{PlanId, RequirementId, TaskId, UnitCode},
        obligation::{Horizon, Light, Obligation, State, Timeliness},
        order::Key,
        plan::{Basis, Counted},
        scope::Scope,
        time::Day,
        unit::UnitKind,
    },
    store::{
        few,
        filter::Filter,
        page::{Sort, Sorts},
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
    /// ` where …`, within what `scope` shows.
    pub(in crate::store) fn conditions(&self, scope: &Scope<Obligation>, horizons: &Horizons) -> Result<Statement> {
        let mut sql = Statement::new(" where withdrawn_at is null and ")
            .append(&owned_by("unit", scope.sight()))
            .any_of("plan_id", texts(&self.plans));
        for (index, task) in self.tasks.iter().enumerate() {
            sql = sql
                .push(if index == 0 { " and (" } else { " or " })
                .push("(plan_id = ")
                .bind(Value::Text(task.plan.to_string()))
                .push(" and task_number = ")
                .bind(Value::Int(task.number.into()))
                .push(")");
        }
        sql = sql
            .push(if self.tasks.is_empty() { "" } else { ")" })
            .any_of("requirement_id", texts(&self.requirements))
            .any_of_some("unit", self.units.as_deref().map(texts))
            .any_of("unit_kind", names(&self.unit_kinds)?)
            .any_of("period", texts(&self.periods))
            .any_of("rule_kind", names(&self.rule_kinds)?);
        for (standing, wanted) in [
            (horizons.state(), names(&self.states)?),
            (horizons.light(), names(&self.lights)?),
            (horizons.timeliness(), names(&self.timeliness)?),
        ] {
            if !wanted.is_empty() {
                sql = sql.push(" and ").append(&standing).push(" in ").list(wanted);
            }
        }
        if let Some(overdue) = self.overdue {
            sql = sql
                .push(" and ")
                .append(&horizons.light())
                .push(if overdue { " = 'red'" } else { " <> 'red'" });
        }
        Ok(sql
            .compared(" and due_on >= ", self.due_from.map(Value::Day))
            .compared(" and due_on <= ", self.due_to.map(Value::Day)))
    }
}

/// What of the ledger is wanted, and how it stands on a day.
#[derive(Debug)]
pub struct LedgerFilter {
    /// Which obligations.
    pub filter: ObligationFilter,
    /// The day.
    pub horizons: Horizons,
}

impl Filter for LedgerFilter {
    type Thing = Obligation;
    type Row = Obligation;
    /// What has no due day comes last upwards, first downwards.
    const SORTS: Sorts = &[Sort::day("due_on", "sort_on"), Sort::text("id", "id")];
    const COLUMNS: &'static str = COLUMNS;

    fn wanted(&self, scope: &Scope<Obligation>) -> Result<Statement> {
        let Self { filter, horizons } = self;
        Ok(horizons.ledger(filter).append(&filter.conditions(scope, horizons)?))
    }

    async fn read(&self, tx: &mut Tx, sql: Statement) -> Result<Vec<Obligation>> {
        let rows: Vec<ObligationRow> = tx.run(sql).all().await?;
        rows.into_iter().map(ObligationRow::into_obligation).collect()
    }

    fn key(row: &Obligation, sort: &str) -> Key {
        match sort {
            "due_on" => Key::Day(sort_on(row.due_on)),
            _ => Key::Text(row.id.to_string()),
        }
    }

    /// Earlier days are put together from the log; and an index leads to few rows only where they are those of some
    /// units or requirements.
    fn scans(&self, scope: &Scope<Obligation>) -> bool {
        let Self { filter, horizons } = self;
        let is_narrow = few(filter.units.as_ref()) || !filter.requirements.is_empty() || !scope.sight().is_everybodys();
        horizons.basis.known_on.is_some() || !is_narrow
    }
}
