//! How far the log goes, and its entries behind a place, for cache invalidation.

use sqlx::{FromRow, Result};

use super::row::parsed;
use crate::{
    db::{Record, Statement, Tx, Value},
    domain::{
        event::EventSubject,
        id::EntryId,
        invalidation::{ELSEWHERE, LogEnd, LogPosition, LoggedChange},
        obligation::ObligationId,
    },
};

/// The most entries that are looked at one by one; after more, everything counts as changed.
const MOST: i64 = 1000;

/// The most entries of any kind, those that change nothing included: when a quarter ends, hundreds of thousands of
/// reminders are noted.
const MOST_IN_ALL: i64 = 100_000;

const SAID: &str =
    "select id, event, subject, plan_id, coalesce(after ->> 'obligation', before ->> 'obligation') as obligation";

/// How many entries have their number, and how many wait for it: columns of any statement.
pub(super) const COUNTS: &str = "cast(coalesce((select max(seq) from log_seal), 0) as bigint) as sealed,
                                 cast((select count(*) from log_pending) as bigint) as waiting";

/// Selects [`COUNTS`], and how the hash of the last entry that has a number begins.
fn counts() -> Statement {
    Statement::new("select ")
        .push(COUNTS)
        .push(", (select substr(hash, 1, 16) from log_seal order by seq desc limit 1) as hash")
}

#[derive(FromRow)]
struct EndRow {
    sealed: i64,
    hash: Option<String>,
    waiting: i64,
}

/// What is in memory is compared with it.
impl Record for EndRow {}

impl From<EndRow> for LogEnd {
    fn from(EndRow { sealed, hash, waiting }: EndRow) -> Self {
        Self {
            sealed,
            hash: hash.unwrap_or_default(),
            waiting,
        }
    }
}

/// How far the log is for this transaction.
pub(super) async fn end(tx: &mut Tx) -> Result<LogEnd> {
    let row: EndRow = tx.run(counts()).one().await?;
    Ok(row.into())
}

/// Of those that waited, only the last are looked for: where they are, the others are.
const LAST: usize = 16;

/// A column `holds`: whether the log still is the one of which so much is known. It is not, where a server took over that
/// had not received all of it, or a backup was restored: numbers may be there again, hashes are not.
pub(super) fn holds(known: &LogPosition) -> Statement {
    let mut sql = Statement::new("(");
    sql = if known.sealed > 0 {
        sql.push("exists (select 1 from log_seal where seq = ")
            .bind(Value::Int(known.sealed))
            .push(" and substr(hash, 1, 16) = ")
            .bind(Value::Text(known.hash.clone()))
            .push(")")
    } else {
        sql.push("true")
    };
    let last: Vec<EntryId> = known.waiting.iter().rev().take(LAST).copied().collect();
    if !last.is_empty() {
        let count = i64::try_from(last.len()).unwrap_or(i64::MAX);
        sql = sql
            .push(" and ")
            .bind(Value::Int(count))
            .push(" = (select count(*) from log_entry where id in ")
            .list(last.into_iter().map(Value::id))
            .push(")");
    }
    sql.push(") as holds")
}

#[derive(FromRow)]
struct LogCheckRow {
    #[sqlx(flatten)]
    end: EndRow,
    holds: bool,
}

/// What is in memory is compared with it.
impl Record for LogCheckRow {}

/// How far the log is, and whether it still is the one that is known.
async fn look(tx: &mut Tx, known: &LogPosition) -> Result<(LogEnd, bool)> {
    let sql = counts().push(", ").append(&holds(known));
    let row: LogCheckRow = tx.run(sql).one().await?;
    Ok((row.end.into(), row.holds))
}

/// Whether the log still is the one of which so much is known.
pub async fn still_holds(tx: &mut Tx, known: &LogPosition) -> Result<bool> {
    Ok(look(tx, known).await?.1)
}

/// How far the log is for this transaction.
pub async fn place(tx: &mut Tx) -> Result<LogPosition> {
    let end = end(tx).await?;
    place_at(tx, end).await
}

async fn place_at(tx: &mut Tx, LogEnd { sealed, hash, .. }: LogEnd) -> Result<LogPosition> {
    let waiting: Vec<(EntryId,)> = tx.query("select entry_id from log_pending").all().await?;
    Ok(LogPosition {
        sealed,
        hash,
        waiting: waiting.into_iter().map(|(id,)| id).collect(),
    })
}

/// What was said since.
#[derive(Debug)]
pub enum LogSince {
    /// This, and how far the log is now.
    Entries(LogPosition, Vec<LoggedChange>),
    /// More entries than are looked at one by one.
    TooMany(LogPosition),
    /// It is another log, and this is how far it is.
    OtherLog(LogPosition),
}

#[derive(FromRow)]
struct LoggedChangeRow {
    id: EntryId,
    event: String,
    subject: String,
    plan_id: Option<String>,
    obligation: Option<String>,
}

/// What is in memory is renewed by it.
impl Record for LoggedChangeRow {}

impl LoggedChangeRow {
    fn into_logged_change(self) -> Result<LoggedChange> {
        Ok(LoggedChange {
            obligation: obligation_of(&self.event, &self.subject, self.obligation.as_deref()),
            event: self.event,
            plan: self.plan_id.map(|plan| parsed("plan_id", &plan)).transpose()?,
        })
    }
}

/// To which obligation something happened. One is its own subject; what belongs to one says to which.
pub(super) fn obligation_of(event: &str, subject: &str, said: Option<&str>) -> Option<ObligationId> {
    let of_itself = (EventSubject::of(event) == Some(EventSubject::Obligation)).then_some(subject);
    said.or(of_itself)?.parse().ok()
}

/// Whether the log is the one that is known and has said nothing behind `known`, by one statement.
pub async fn is_all(tx: &mut Tx, known: &LogPosition) -> Result<bool> {
    let (end, holds) = look(tx, known).await?;
    // Entries wait until they have their number: with the same numbers given, none has gone that waited.
    Ok(holds && end.sealed == known.sealed && end.length() == known.length())
}

/// What the log said behind `known`.
pub async fn since(tx: &mut Tx, known: &LogPosition) -> Result<LogSince> {
    let (end, holds) = look(tx, known).await?;
    let place = place_at(tx, end).await?;
    if !holds {
        return Ok(LogSince::OtherLog(place));
    }
    let fresh = place.waiting.difference(&known.waiting).count();
    let since = place.sealed - known.sealed + i64::try_from(fresh).unwrap_or(i64::MAX);
    if !(0..=MOST_IN_ALL).contains(&since) {
        return Ok(LogSince::TooMany(place));
    }
    let tells = || {
        Statement::new(" and event not in ").list(
            ELSEWHERE
                .iter()
                .copied()
                .flatten()
                .map(|event| Value::Text(event.as_str().to_owned())),
        )
    };
    let sql = Statement::new(SAID)
        .push(" from log_seal join log_entry on id = entry_id where seq > ")
        .bind(Value::Int(known.sealed))
        .append(&tells())
        .push(" union all ")
        .push(SAID)
        // `cross`: SQLite keeps the order. Else it goes through the whole log for what `tells` leaves out.
        .push(" from log_pending cross join log_entry where id = entry_id")
        .append(&tells())
        .limit(MOST + i64::try_from(known.waiting.len()).unwrap_or(MOST) + 1);
    let rows: Vec<LoggedChangeRow> = tx.run(sql).all().await?;
    let entries = rows.into_iter().filter(|row| !known.waiting.contains(&row.id));
    let entries = entries
        .map(LoggedChangeRow::into_logged_change)
        .collect::<Result<Vec<_>>>()?;
    if i64::try_from(entries.len()).is_ok_and(|entries| entries <= MOST) {
        Ok(LogSince::Entries(place, entries))
    } else {
        Ok(LogSince::TooMany(place))
    }
}
