//! The ledger counted: by group, and by unit and month.

use sqlx::{FromRow, Result};

use super::{
    filter::Filter as _,
    obligations::{Horizons, LedgerFilter, ObligationFilter},
    plans,
};
use crate::{
    db::{Statement, Tx},
    domain::{
        id::PlanId,
        obligation::{GroupBy, Obligation},
        plan::Plan,
        scope::Scope,
    },
};

/// The figures of one group.
#[derive(Debug, Clone, Default, PartialEq, Eq, FromRow)]
pub struct GroupRow {
    /// The group: a code, a kind, a task's id, a period or a light.
    pub key: String,
    /// All obligations.
    pub total: i64,
    /// Their event has not happened.
    pub waiting: i64,
    /// Nobody has said yet by when.
    pub undecided: i64,
    /// Their period has not begun.
    pub not_open: i64,
    /// To be done.
    pub open: i64,
    /// Their report is with the coordinators.
    pub submitted: i64,
    /// Their report was returned.
    pub returned: i64,
    /// Done.
    pub fulfilled: i64,
    /// Exempted.
    pub exempted: i64,
    /// Due on the day asked for or before, and not exempted.
    pub expected: i64,
    /// Of those: reported on.
    pub reported: i64,
    /// Of those: by the due day.
    pub on_time: i64,
    /// Of those: not reported on, and the due day has passed.
    pub missing: i64,
    /// What would be expected had no extension been granted.
    pub originally_expected: i64,
    /// Of those: reported by the original due day.
    pub originally_on_time: i64,
    /// Green.
    pub green: i64,
    /// Yellow.
    pub yellow: i64,
    /// Red: overdue.
    pub red: i64,
    /// Nobody can say whether they are near.
    pub unknown: i64,
}

impl GroupRow {
    /// Adds another group's figures.
    pub fn add(&mut self, other: &Self) {
        for (sum, part) in [
            (&mut self.total, other.total),
            (&mut self.waiting, other.waiting),
            (&mut self.undecided, other.undecided),
            (&mut self.not_open, other.not_open),
            (&mut self.open, other.open),
            (&mut self.submitted, other.submitted),
            (&mut self.returned, other.returned),
            (&mut self.fulfilled, other.fulfilled),
            (&mut self.exempted, other.exempted),
            (&mut self.expected, other.expected),
            (&mut self.reported, other.reported),
            (&mut self.on_time, other.on_time),
            (&mut self.missing, other.missing),
            (&mut self.originally_expected, other.originally_expected),
            (&mut self.originally_on_time, other.originally_on_time),
            (&mut self.green, other.green),
            (&mut self.yellow, other.yellow),
            (&mut self.red, other.red),
            (&mut self.unknown, other.unknown),
        ] {
            *sum += part;
        }
    }
}

/// Figures by group of what `scope` shows of the ledger, in the order of the groups.
pub async fn figures(
    tx: &mut Tx,
    filter: &LedgerFilter,
    scope: &Scope<Obligation>,
    by: GroupBy,
) -> Result<Vec<GroupRow>> {
    tx.run(grouped(&filter.wanted(scope)?, &filter.horizons, by))
        .all()
        .await
}

/// Figures by group of the whole plan, if `scope` shows the plan: who sees a plan sees how it stands, as far as the
/// basis of the horizons goes.
pub async fn of_plan(
    tx: &mut Tx,
    plan: &PlanId,
    scope: &Scope<Plan>,
    horizons: &Horizons,
    by: GroupBy,
) -> Result<Vec<GroupRow>> {
    let rows = in_plan(plan, scope, horizons)?;
    tx.run(grouped(&rows, horizons, by)).all().await
}

/// ` from … where …`: what is owed in the plan, if `scope` shows the plan.
fn in_plan(plan: &PlanId, scope: &Scope<Plan>, horizons: &Horizons) -> Result<Statement> {
    let filter = ObligationFilter {
        plans: vec![plan.clone()],
        ..ObligationFilter::default()
    };
    let rows = horizons
        .ledger(&filter)
        .append(&filter.conditions(&Scope::system(), horizons)?);
    Ok(rows.push(" and ").append(&plans::seen("plan_id", scope)))
}

/// The statement that counts rows of the ledger, ` from … where …`.
fn grouped(rows: &Statement, horizons: &Horizons, by: GroupBy) -> Statement {
    let key = match by {
        GroupBy::Unit => Statement::new("unit"),
        GroupBy::UnitKind => Statement::new("unit_kind"),
        GroupBy::Task => Statement::new("concat(plan_id, '.', cast(task_number as text))"),
        GroupBy::Period => Statement::new("period"),
        GroupBy::Light => horizons.light(),
    };
    let day = || Statement::new("").bind(horizons.as_of());
    Statement::new("select ")
        .append(&key)
        .push(
            " as key, cast(count(*) as bigint) as total,
              cast(count(*) filter (where state = 'waiting') as bigint) as waiting,
              cast(count(*) filter (where state = 'undecided') as bigint) as undecided,
              cast(count(*) filter (where state = 'not_open') as bigint) as not_open,
              cast(count(*) filter (where state = 'open') as bigint) as open,
              cast(count(*) filter (where state = 'submitted') as bigint) as submitted,
              cast(count(*) filter (where state = 'returned') as bigint) as returned,
              cast(count(*) filter (where state = 'fulfilled') as bigint) as fulfilled,
              cast(count(*) filter (where state = 'exempted') as bigint) as exempted,
              cast(count(*) filter (where due) as bigint) as expected,
              cast(count(*) filter (where due and reported_on is not null) as bigint) as reported,
              cast(count(*) filter (where due and reported_on <= coalesce(reported_due_on, due_on)) as bigint) as on_time,
              cast(count(*) filter (where timeliness = 'missing') as bigint) as missing,
              cast(count(*) filter (where originally_due) as bigint) as originally_expected,
              cast(count(*) filter (where originally_due and reported_on <= original_due_on) as bigint) as originally_on_time,
              cast(count(*) filter (where light = 'green') as bigint) as green,
              cast(count(*) filter (where light = 'yellow') as bigint) as yellow,
              cast(count(*) filter (where light = 'red') as bigint) as red,
              cast(count(*) filter (where light = 'unknown') as bigint) as unknown
              from (select plan_id, unit, unit_kind, task_number, period, due_on, original_due_on, reported_on, reported_due_on,
                           opens_on, exempted_at, fulfilled_on, report_phase,
                           exempted_at is null and due_on <= ",
        )
        .append(&day())
        .push(" as due, exempted_at is null and original_due_on <= ")
        .append(&day())
        .push(" as originally_due, ")
        .append(&horizons.state())
        .push(" as state, ")
        .append(&horizons.light())
        .push(" as light, ")
        .append(&horizons.timeliness())
        .push(" as timeliness")
        .append(rows)
        .push(") as standing group by 1 order by 1")
}

/// The figures of each unit and month of due days in the plan, for a board: unit, month and light, or that it is done.
pub async fn board(tx: &mut Tx, plan: &PlanId, scope: &Scope<Plan>, horizons: &Horizons) -> Result<Vec<BoardRow>> {
    let sql = Statement::new("select unit, month, light, cast(count(*) as bigint) as count from (select unit, substr(cast(due_on as text), 1, 7) as month, ")
        .push("case ")
        .append(&horizons.state())
        .push(" when 'fulfilled' then 'done' else ")
        .append(&horizons.light())
        .push(" end as light")
        .append(&in_plan(plan, scope, horizons)?)
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
    /// The light's name, or `done`.
    pub light: String,
    /// How many.
    pub count: i64,
}
