//! The ledger counted: by group, and by unit and month.

use sqlx::{FromRow, Result};

use super::{
    filter::Filter as _,
    ledger,
    obligations::{LedgerFilter, ROLE},
    plans,
    remembered::recalled_or_read,
    row::texts,
    scope::Seen,
};
use crate::{
    db::{Statement, Tx},
    domain::{
        id::{RequirementId, UnitCode},
        ledger::{Horizons, LedgerQuery},
        obligation::{GroupBy, GroupCounts, NO_GROUP, Obligation},
        plan::Plan,
        scope::Scope,
    },
};

/// The figures of one group, as they are read.
#[derive(FromRow)]
struct GroupRow {
    key: String,
    total: i64,
    waiting: i64,
    undecided: i64,
    not_open: i64,
    open: i64,
    submitted: i64,
    returned: i64,
    fulfilled: i64,
    exempted: i64,
    expected: i64,
    reported: i64,
    on_time: i64,
    missing: i64,
    originally_expected: i64,
    originally_on_time: i64,
    green: i64,
    yellow: i64,
    red: i64,
    unknown: i64,
}

impl From<GroupRow> for GroupCounts {
    fn from(row: GroupRow) -> Self {
        Self {
            key: row.key,
            total: row.total,
            waiting: row.waiting,
            undecided: row.undecided,
            not_open: row.not_open,
            open: row.open,
            submitted: row.submitted,
            returned: row.returned,
            fulfilled: row.fulfilled,
            exempted: row.exempted,
            expected: row.expected,
            reported: row.reported,
            on_time: row.on_time,
            missing: row.missing,
            originally_expected: row.originally_expected,
            originally_on_time: row.originally_on_time,
            green: row.green,
            yellow: row.yellow,
            red: row.red,
            unknown: row.unknown,
        }
    }
}

/// Figures by group of what `scope` shows of the ledger, in the order of the groups.
pub async fn figures(
    tx: &mut Tx,
    filter: &LedgerFilter,
    scope: &Scope<Obligation>,
    by: GroupBy,
) -> Result<Vec<GroupCounts>> {
    let recall = async |tx: &mut Tx| ledger::read(tx, filter, scope, move |ledger| ledger.groups(by)).await;
    let read = async |tx: &mut Tx| {
        let sql = grouped(&filter.wanted(scope)?, &filter.horizons, by);
        let rows: Vec<GroupRow> = tx.run(sql).all().await?;
        Ok(rows.into_iter().map(GroupCounts::from).collect())
    };
    recalled_or_read(tx, recall, read).await
}

/// Figures by group of the whole plan, if `scope` shows the plan: who sees a plan sees how it stands, as far as the
/// basis of the horizons goes.
pub async fn of_plan(tx: &mut Tx, filter: &LedgerFilter, scope: &Scope<Plan>, by: GroupBy) -> Result<Vec<GroupCounts>> {
    if !is_seen(tx, filter, scope).await? {
        return Ok(Vec::new());
    }
    figures(tx, filter, &Scope::system(), by).await
}

/// Whether `scope` shows the plans.
async fn is_seen(tx: &mut Tx, LedgerFilter { filter, .. }: &LedgerFilter, scope: &Scope<Plan>) -> Result<bool> {
    let sql = Statement::new("select cast(count(*) as bigint) from plan where ")
        .within(&plans::seen("id", scope))
        .any_of("id", texts(&filter.plans));
    let (seen,): (i64,) = tx.run(sql).one().await?;
    Ok(usize::try_from(seen).is_ok_and(|seen| seen == filter.plans.len()))
}

/// The statement that counts rows of the ledger, ` from … where …`.
fn grouped(rows: &Statement<Seen>, horizons: &Horizons, by: GroupBy) -> Statement<Seen> {
    let key = match by {
        GroupBy::Unit => Statement::new("unit"),
        GroupBy::UnitKind => Statement::new("unit_kind"),
        GroupBy::Role => Statement::new("coalesce(role, '").push(NO_GROUP).push("')"),
        GroupBy::Task | GroupBy::Heading => Statement::new("concat(plan_id, '.', cast(task_number as text))"),
        GroupBy::Period => Statement::new("period"),
        GroupBy::Light => horizons.light(),
    };
    let role = match by {
        GroupBy::Role => Statement::new(", ").push(ROLE).push(" as role"),
        _ => Statement::new(""),
    };
    let day = || horizons.as_of();
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
                           exempted_at is null and (due_on < ",
        )
        .append(&day())
        .push(" or due_on = ")
        .append(&day())
        .push(" and reported_on is not null) as due, exempted_at is null and (original_due_on < ")
        .append(&day())
        .push(" or original_due_on = ")
        .append(&day())
        .push(" and reported_on is not null) as originally_due, ")
        .append(&horizons.state())
        .push(" as state, ")
        .append(&horizons.light())
        .push(" as light, ")
        .append(&horizons.timeliness())
        .push(" as timeliness")
        .append(&role)
        .within(rows)
        .push(") as standing group by 1 order by 1")
}

/// The figures of each unit and month of due days in the plan, for a board: unit, month and light, or that it is done.
pub async fn board(tx: &mut Tx, filter: &LedgerFilter, scope: &Scope<Plan>) -> Result<Vec<BoardRow>> {
    if !is_seen(tx, filter, scope).await? {
        return Ok(Vec::new());
    }
    let all = Scope::system();
    let row = |((unit, month, light), count)| BoardRow {
        unit,
        month,
        light,
        count,
    };
    let rows = move |ledger: &LedgerQuery<'_>| ledger.board().into_iter().map(row).collect();
    let recall = async |tx: &mut Tx| ledger::read(tx, filter, &all, rows).await;
    let read = async |tx: &mut Tx| tx.run(board_cells(&filter.wanted(&all)?, &filter.horizons)).all().await;
    recalled_or_read(tx, recall, read).await
}

/// The statement that counts the cells of a board.
fn board_cells(rows: &Statement<Seen>, horizons: &Horizons) -> Statement<Seen> {
    Statement::new("select unit, month, light, cast(count(*) as bigint) as count from (select unit, substr(cast(due_on as text), 1, 7) as month, ")
        .push("case ")
        .append(&horizons.state())
        .push(" when 'fulfilled' then 'done' else ")
        .append(&horizons.light())
        .push(" end as light")
        .within(rows)
        .push(" and due_on is not null and exempted_at is null) as standing group by unit, month, light order by unit, month, light")
}

/// The obligations of each requirement by their states, of those that `scope` shows.
pub async fn states(tx: &mut Tx, filter: &LedgerFilter, scope: &Scope<Obligation>) -> Result<Vec<StateRow>> {
    let sql =
        Statement::new(
            "select requirement_id, state, cast(count(*) as bigint) as count,
                    cast(sum(case when light = 'red' then 1 else 0 end) as bigint) as overdue from (select requirement_id, ",
        )
            .append(&filter.horizons.state())
            .push(" as state, ")
            .append(&filter.horizons.light())
            .push(" as light")
            .within(&filter.wanted(scope)?)
            .push(") as standing group by requirement_id, state order by requirement_id, state");
    tx.run(sql).all().await
}

/// How many obligations of a requirement are in a state.
#[derive(Debug, Clone, FromRow)]
pub struct StateRow {
    /// The requirement.
    pub requirement_id: RequirementId,
    /// The state's name.
    pub state: String,
    /// How many.
    pub count: i64,
    /// How many of them are overdue.
    pub overdue: i64,
}

/// One cell's share of one light.
#[derive(Debug, Clone, FromRow)]
pub struct BoardRow {
    /// The unit.
    pub unit: UnitCode,
    /// The month, `2017-06`.
    pub month: String,
    /// The light's name, or `done`.
    pub light: String,
    /// How many.
    pub count: i64,
}
