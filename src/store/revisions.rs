//! Revisions: a number per scope that grows with each change of what the scope says.

use std::collections::BTreeMap;

use sqlx::{FromRow, Result};

use super::invalidation;
use crate::{
    db::{Record, Statement, Tx},
    domain::invalidation::LogPosition,
};

/// The channel on which other replicas hear of a change.
pub const CHANNEL: &str = "duban_revision";

/// The scope of all units.
pub const UNITS: &str = "units";

/// The scope of the working-day calendar.
pub const CALENDAR: &str = "calendar";

/// What other replicas hear when the log has moved on.
pub const LOG: &str = "log";

/// The scope of a plan with all that it says.
pub fn plan_scope(plan: &impl std::fmt::Display) -> String {
    format!("plan:{plan}")
}

#[derive(FromRow)]
struct RevisionRow {
    scope: String,
    number: i64,
    holds: bool,
}

/// What is in memory is renewed by it.
impl Record for RevisionRow {}

/// All revisions, and whether the log is the one that is `known`: in another the same numbers are of something else.
pub async fn all(tx: &mut Tx, known: &LogPosition) -> Result<(BTreeMap<String, i64>, bool)> {
    let sql = Statement::new("select scope, number, ")
        .append(&invalidation::holds(known))
        .push(" from revision");
    let rows: Vec<RevisionRow> = tx.run(sql).all().await?;
    let holds = rows.iter().all(|row| row.holds);
    Ok((rows.into_iter().map(|row| (row.scope, row.number)).collect(), holds))
}

/// The number of the scope of `plan_id`, in SQL.
pub(super) const OF_PLAN: &str = "(select number from revision where scope = 'plan:' || plan_id)";

/// Notes that `scope` says something else when this commits, and tells other replicas.
pub async fn advance(tx: &mut Tx, scope: &str) -> Result<()> {
    let sql = "insert into revision (scope, number) values ($1, 1)
               on conflict (scope) do update set number = revision.number + 1";
    tx.change(sql).bind(scope).done().await?;
    tx.notify(CHANNEL, scope).await
}

/// Tells other replicas that entries of the log have got their numbers. Not each commit tells by itself:
/// PostgreSQL lets those who tell something commit one after another.
pub async fn log_moved(tx: &mut Tx) -> Result<()> {
    tx.notify(CHANNEL, LOG).await
}

/// Writes something harmless, to see whether the database takes it: units are read once more.
pub async fn touch(tx: &mut Tx) -> Result<()> {
    // Another number: SQLite does not write what is there already.
    let sql = "update revision set number = number + 1 where scope = $1";
    tx.query(sql).bind(UNITS).execute().await.map(drop)
}
