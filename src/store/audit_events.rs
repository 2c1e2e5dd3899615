//! The sealed log, as auditors ask for it.

use sqlx::{FromRow, Result};

use super::{
    log::LogRow,
    page::{Sort, Sorts, page},
    row::texts,
    scope::only_if,
    seals,
};
use crate::{
    db::{Statement, Tx, Value},
    domain::{id::PlanId, log::LogEntry, order::Place, scope::Scope, time::Instant},
};

/// Which entries are wanted: all conditions must hold; empty ones do not count.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AuditFilter {
    /// By one of these people.
    pub actors: Vec<String>,
    /// By people of one of these issuers.
    pub issuers: Vec<String>,
    /// About one of these kinds of things.
    pub things: Vec<String>,
    /// About one of these things.
    pub subjects: Vec<String>,
    /// One of these events.
    pub events: Vec<String>,
    /// In one of these plans.
    pub plans: Vec<PlanId>,
    /// From one of these requests.
    pub requests: Vec<String>,
    /// Not before this instant.
    pub from: Option<Instant>,
    /// Before this instant.
    pub until: Option<Instant>,
}

impl AuditFilter {
    /// Whether an index leads to few entries: of one thing, or of one request.
    pub fn is_narrow(&self) -> bool {
        !self.subjects.is_empty() || !self.requests.is_empty()
    }

    /// ` and …`, within what `scope` shows.
    fn conditions(&self, scope: &Scope<LogEntry>) -> Statement {
        let mut sql = Statement::new(" and ").append(&only_if(scope.sight().all));
        if !self.actors.is_empty() {
            sql = sql.push(" and actor in ").list(texts(&self.actors));
        }
        if !self.issuers.is_empty() {
            sql = sql.push(" and actor_issuer in ").list(texts(&self.issuers));
        }
        if !self.things.is_empty() {
            sql = sql.push(" and thing in ").list(texts(&self.things));
        }
        if !self.subjects.is_empty() {
            sql = sql.push(" and subject in ").list(texts(&self.subjects));
        }
        if !self.events.is_empty() {
            // The kind of thing is said by the event already; with it the index is found.
            let things = self
                .events
                .iter()
                .map(|event| event.split('.').next().unwrap_or_default());
            let things: Vec<&str> = things.collect();
            sql = sql.push(" and thing in ").list(texts(&things));
            sql = sql.push(" and event in ").list(texts(&self.events));
        }
        if !self.plans.is_empty() {
            sql = sql.push(" and plan_id in ").list(texts(&self.plans));
        }
        if !self.requests.is_empty() {
            sql = sql.push(" and request_id in ").list(texts(&self.requests));
        }
        if let Some(from) = self.from {
            sql = sql.push(" and at >= ").bind(Value::Instant(from));
        }
        if let Some(until) = self.until {
            sql = sql.push(" and at < ").bind(Value::Instant(until));
        }
        sql
    }
}

/// A sealed entry.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEvent {
    /// Its number.
    pub seq: i64,
    /// What its hash was made with.
    pub algorithm: String,
    /// Its hash.
    pub hash: String,
    /// The entry.
    pub entry: LogEntry,
}

#[derive(FromRow)]
struct AuditRow {
    seq: i64,
    algorithm: String,
    hash: String,
    #[sqlx(flatten)]
    entry: LogRow,
}

impl AuditRow {
    fn into_event(self) -> Result<AuditEvent> {
        Ok(AuditEvent {
            seq: self.seq,
            algorithm: self.algorithm,
            hash: self.hash,
            entry: self.entry.into_entry()?,
        })
    }
}

/// What they can be sorted by.
pub const SORTS: Sorts = &[Sort::int("seq", "seq")];

const COLUMNS: &str =
    "select seq, algorithm, hash, id, at, actor, actor_issuer, actor_name, actor_unit, event, subject, plan_id, reason, before, after, request_id
     from log_seal join log_entry on id = entry_id where ";

/// The entries with a greater number than `after`, at `place`.
pub async fn list(
    tx: &mut Tx,
    filter: &AuditFilter,
    scope: &Scope<LogEntry>,
    after: i64,
    place: &Place,
) -> Result<Vec<AuditEvent>> {
    let sql = Statement::new(COLUMNS)
        .push("seq > ")
        .bind(Value::Int(after))
        .append(&filter.conditions(scope));
    let rows: Vec<AuditRow> = tx.run(page(sql, place, SORTS)).all().await?;
    rows.into_iter().map(AuditRow::into_event).collect()
}

/// How many there are behind `after`.
pub async fn count(tx: &mut Tx, filter: &AuditFilter, scope: &Scope<LogEntry>, after: i64) -> Result<i64> {
    if *filter == AuditFilter::default() && scope.sight().all {
        // Numbers have no gaps.
        return Ok((seals::head(tx).await?.seq - after).max(0));
    }
    let mut count = async |sql: Statement| {
        let (count,): (i64,) = tx.run(sql.append(&filter.conditions(scope))).one().await?;
        Result::Ok(count)
    };
    if after > 0 {
        let sql = "select cast(count(*) as bigint) from log_seal join log_entry on id = entry_id where seq > ";
        return count(Statement::new(sql).bind(Value::Int(after))).await;
    }
    // What does not wait is sealed: an index of the log alone answers, without its seals.
    let all = "select cast(count(*) as bigint) from log_entry where 1 = 1";
    let waiting = "select cast(count(*) as bigint) from log_pending join log_entry on id = entry_id where 1 = 1";
    Ok(count(Statement::new(all)).await? - count(Statement::new(waiting)).await?)
}

/// The entry with this number, if `scope` shows it.
pub async fn find(tx: &mut Tx, seq: i64, scope: &Scope<LogEntry>) -> Result<Option<AuditEvent>> {
    let sql = Statement::new(COLUMNS)
        .push("seq = ")
        .bind(Value::Int(seq))
        .append(&AuditFilter::default().conditions(scope));
    let row: Option<AuditRow> = tx.run(sql).optional().await?;
    row.map(AuditRow::into_event).transpose()
}
