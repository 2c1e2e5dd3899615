//! Which obligations are wanted, and how they stand on a day, in SQL.

use sqlx::Result;

use super::{
    COLUMNS, ObligationRow, ROLE, cleared, far, past,
    ranked::{DAYS_LEFT, LIGHT, is_found},
};
use crate::{
    db::{Statement, Tx, Value},
    domain::{
        changes::Changes,
        id::PlanId,
        ledger::{Horizons, ObligationFilter, sort_on},
        obligation::{Horizon, Obligation, ObligationId},
        order::{SortKey, Window},
        plan::CountedReports,
        scope::Scope,
        time::Day,
    },
    memory::CachedLedgers,
    store::{
        changes::{ChangedRows, Followable, among, changed, withdrawn},
        few,
        filter::Filter,
        page::{Sort, Sorts, page},
        reports::{Beside, Latest, latest},
        row::{names, texts},
        scope::{Seen, owned_by, shown_by},
    },
};

impl Horizons {
    /// The day for which a row is told: that on which its plan was closed, if that is earlier.
    pub(in crate::store) fn as_of(&self) -> Statement {
        self.day_of_plan(|horizon| horizon.as_of)
    }

    /// A day of the horizon of a row's plan.
    fn day_of_plan(&self, day: impl Fn(&Horizon) -> Day) -> Statement {
        let usual = day(&self.usual);
        let own = self.own.iter().map(|(plan, horizon)| (plan, day(horizon)));
        let mut own = own.filter(|(_, day)| *day != usual).peekable();
        let usual = Value::Day(usual);
        if own.peek().is_none() {
            return Statement::new("").bind(usual);
        }
        let cases = own.fold(Statement::new("case plan_id"), |cases, (plan, day)| {
            cases
                .push(" when ")
                .bind(Value::Text(plan.to_string()))
                .push(" then ")
                .bind(Value::Day(day))
        });
        cases.push(" else ").bind(usual).push(" end")
    }

    /// ` from obligation`: the ledger as it is, or as it was known, with the reports that count. It has all rows
    /// that `filter` wants.
    pub(in crate::store) fn ledger(&self, filter: &ObligationFilter) -> Statement {
        let known = self
            .basis
            .known_before()
            .map_or_else(|| Statement::new(" from obligation"), past::ledger);
        match self.basis.reports {
            CountedReports::All => known,
            CountedReports::Cleared(before) => cleared::ledger(&known, &filter.plans, before),
        }
    }

    /// The light of [`crate::domain::obligation::Obligation::standing`] in SQL.
    pub fn light(&self) -> Statement {
        Statement::new(
            "case when exempted_at is not null or fulfilled_on is not null or opens_on is null
                    or report_phase = 'submitted' or (opens_on > ",
        )
        .append(&self.as_of())
        .push(" and report_phase is null) then 'none' when due_on < ")
        .append(&self.as_of())
        .push(" then 'red' when due_on <= ")
        .append(&self.day_of_plan(|horizon| horizon.near))
        .push(" then 'yellow' when due_on <= ")
        .append(&self.day_of_plan(|horizon| horizon.told_until().unwrap_or(far())))
        .push(" then 'green' else 'unknown' end")
    }

    /// [`crate::domain::obligation::Obligation::state_on`] in SQL.
    pub(in crate::store) fn state(&self) -> Statement {
        Statement::new(
            "case when exempted_at is not null then 'exempted' when fulfilled_on is not null then 'fulfilled'
                  when report_phase is not null then report_phase when opens_on is null and period = 'undecided' then 'undecided'
                  when opens_on is null then 'waiting' when opens_on > ",
        )
        .append(&self.as_of())
        .push(" then 'not_open' else 'open' end")
    }

    /// The timeliness of [`crate::domain::obligation::Standing`] in SQL.
    pub(in crate::store) fn timeliness(&self) -> Statement {
        Statement::new(
            "case when exempted_at is not null then 'exempted' when reported_on > coalesce(reported_due_on, due_on) then 'late'
                  when reported_on is not null then 'on_time' when due_on < ",
        )
        .append(&self.as_of())
        .push(" then 'missing' else 'pending' end")
    }
}

impl ObligationFilter {
    /// ` where …`, within what `scope` shows.
    pub(in crate::store) fn conditions(
        &self,
        scope: &Scope<Obligation>,
        horizons: &Horizons,
    ) -> Result<Statement<Seen>> {
        let mut sql = Statement::new(" where withdrawn_at is null and ")
            .within(&shown_by(scope, |owners| owned_by("unit", owners)))
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
            .any_of(ROLE, names(&self.roles)?)
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
        if let Some(found) = &self.found {
            sql = sql.append(&is_found(found));
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

/// A row of the ledger.
#[derive(Debug)]
pub struct LedgerRow {
    /// The obligation.
    pub obligation: Obligation,
    /// The report on it, if there is one to be seen and it was asked for.
    pub report: Option<Latest>,
}

impl LedgerRow {
    /// An obligation without its report.
    fn alone(obligation: Obligation) -> Self {
        Self {
            obligation,
            report: None,
        }
    }
}

/// What of the ledger is wanted, and how it stands on a day.
pub struct LedgerFilter {
    /// Which obligations.
    pub filter: ObligationFilter,
    /// The day.
    pub horizons: Horizons,
    /// The ledgers in memory, to ask them first.
    pub memory: Option<CachedLedgers>,
    /// What is read of reports, if anything is.
    pub reports: Option<Beside>,
}

impl LedgerFilter {
    /// The same for memory alone.
    pub(in crate::store) fn in_memory(&self) -> Self {
        Self {
            filter: self.filter.clone(),
            horizons: self.horizons.clone(),
            memory: None,
            reports: None,
        }
    }

    /// All of a plan.
    pub fn of_plan(plan: &PlanId, horizons: Horizons, memory: Option<CachedLedgers>) -> Self {
        Self {
            filter: ObligationFilter {
                plans: vec![plan.clone()],
                ..ObligationFilter::default()
            },
            horizons,
            memory,
            reports: None,
        }
    }
}

impl Filter for LedgerFilter {
    type Thing = Obligation;
    type Row = LedgerRow;
    /// What has no due day comes last upwards, first downwards.
    const SORTS: Sorts = &[
        Sort::day("due_on", "sort_on"),
        Sort::text("unit", "unit"),
        Sort::task("task", "plan_id", "task_number"),
        LIGHT,
        DAYS_LEFT,
        Sort::text("id", "id"),
    ];
    const COLUMNS: &'static str = COLUMNS;

    fn wanted(&self, scope: &Scope<Obligation>) -> Result<Statement<Seen>> {
        let Self { filter, horizons, .. } = self;
        Ok(horizons.ledger(filter).within(&filter.conditions(scope, horizons)?))
    }

    async fn read(&self, tx: &mut Tx, sql: Statement<Seen>) -> Result<Vec<LedgerRow>> {
        let rows: Vec<ObligationRow> = tx.run(sql).all().await?;
        let rows = rows.into_iter().map(ObligationRow::into_obligation);
        let mut rows = rows.map(|row| row.map(LedgerRow::alone)).collect::<Result<Vec<_>>>()?;
        if let Some(Beside { scope, whole }) = &self.reports {
            let ids: Vec<ObligationId> = rows.iter().map(|row| row.obligation.id.clone()).collect();
            let mut found = latest(tx, &ids, scope, *whole, self.horizons.basis.known_before()).await?;
            for row in &mut rows {
                row.report = found.remove(&row.obligation.id);
            }
        }
        Ok(rows)
    }

    async fn list(&self, tx: &mut Tx, scope: &Scope<Obligation>, window: &Window) -> Result<Vec<LedgerRow>> {
        let sql = Statement::new(COLUMNS)
            .append(&self.ranked(&window.order))
            .within(&self.filter.conditions(scope, &self.horizons)?);
        self.read(tx, page(sql, window, Self::SORTS)).await
    }

    fn key(&self, LedgerRow { obligation, .. }: &LedgerRow, sort: &str) -> SortKey {
        let task = &obligation.id.deadline.requirement.task;
        let standing = || obligation.standing(self.horizons.of(&task.plan));
        match sort {
            "due_on" => SortKey::Day(sort_on(obligation.due_on)),
            "unit" => SortKey::Text(obligation.id.unit.to_string()),
            "task" => SortKey::Path(task.plan.to_string(), vec![task.number]),
            "light" => standing().light.urgency().map_or(SortKey::None, SortKey::Int),
            "days_left" => {
                let due = obligation.due_on.filter(|_| standing().state.counts_days());
                due.map_or(SortKey::None, SortKey::Day)
            }
            _ => SortKey::Text(obligation.id.to_string()),
        }
    }

    async fn changed(
        &self,
        tx: &mut Tx,
        scope: &Scope<Obligation>,
        changes: &Changes,
    ) -> Result<Option<ChangedRows<LedgerRow>>> {
        let Some((rows, mut gone)) = changed(tx, self, scope, changes).await? else {
            return Ok(None);
        };
        gone.extend(withdrawn(tx, scope, changes).await?);
        Ok(Some((rows, gone)))
    }

    /// Earlier days are put together from the log; and an index leads to few rows only where they are those of some
    /// units or requirements.
    fn scans(&self, scope: &Scope<Obligation>) -> bool {
        let Self { filter, horizons, .. } = self;
        let is_narrow =
            few(filter.units.as_ref()) || !filter.requirements.is_empty() || !scope.visibility().is_everybodys();
        horizons.basis.known_on.is_some() || !is_narrow
    }
}

impl Followable for LedgerFilter {
    fn any(&self) -> Self {
        Self {
            filter: ObligationFilter::default(),
            horizons: self.horizons.clone(),
            memory: None,
            reports: None,
        }
    }

    fn id(text: &str) -> Option<Value> {
        Some(Value::Text(text.to_owned()))
    }

    async fn ids(tx: &mut Tx, sql: Statement<Seen>) -> Result<Vec<String>> {
        let rows: Vec<(String,)> = tx.run(sql).all().await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    fn concerned(&self, _: &Scope<Obligation>, changes: &Changes) -> Vec<Statement> {
        let mut concerned = among("id", texts(&changes.obligations));
        concerned.extend(among("requirement_id", texts(&changes.requirements)));
        concerned.extend(changes.passed.map(|from| self.passing(from)));
        concerned
    }
}

impl LedgerFilter {
    /// What has opened since, what has come near or was near already, and what was let pass.
    fn passing(&self, from: Day) -> Statement {
        let sql = Statement::new("(opens_on > ")
            .bind(Value::Day(from))
            .push(" and opens_on <= ")
            .append(&self.horizons.as_of())
            .push(") or due_on >= ")
            .bind(Value::Day(from));
        if self.horizons.missing().is_some() {
            sql
        } else {
            sql.push(" and due_on <= ")
                .append(&self.horizons.day_of_plan(|horizon| horizon.near))
        }
    }
}
