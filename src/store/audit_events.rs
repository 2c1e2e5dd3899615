//! The sealed log, as auditors ask for it.

use sqlx::{FromRow, Result};

use super::{
    filter::Filter,
    log::LogRow,
    page::{Sort, Sorts},
    remembered::Remembered,
    row::{COUNT, texts},
    scope::{Seen, only_if, shown_by},
    seals,
};
use crate::{
    db::{Statement, Tx, Value},
    domain::{
        event::subject_kind_of,
        id::PlanId,
        log::LogEntry,
        order::{SortKey, Total},
        scope::Scope,
        time::Instant,
    },
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
    /// With a greater number than this.
    pub after: i64,
}

impl AuditFilter {
    /// ` and …`, within what `scope` shows.
    fn conditions(&self, scope: &Scope<LogEntry>) -> Statement<Seen> {
        // The kind of thing is said by the event already; with it the index is found.
        let things: Vec<String> = self
            .events
            .iter()
            .map(|event| subject_kind_of(event).to_owned())
            .collect();
        Statement::new(" and ")
            .within(&shown_by(scope, |visibility| only_if(visibility.all)))
            .any_of("actor", texts(&self.actors))
            .any_of("actor_issuer", texts(&self.issuers))
            .any_of("thing", texts(&self.things))
            .any_of("subject", texts(&self.subjects))
            .any_of("thing", texts(&things))
            .any_of("event", texts(&self.events))
            .any_of("plan_id", texts(&self.plans))
            .any_of("request_id", texts(&self.requests))
            .compared(" and at >= ", self.from.map(Value::Instant))
            .compared(" and at < ", self.until.map(Value::Instant))
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

const SEALED: &str = " from log_seal join log_entry on id = entry_id where seq > ";

impl Remembered for AuditFilter {}

impl Filter for AuditFilter {
    type Thing = LogEntry;
    type Row = AuditEvent;
    const SORTS: Sorts = &[Sort::int("seq", "seq")];
    const COLUMNS: &'static str =
        "select seq, algorithm, hash, id, at, actor, actor_issuer, actor_name, actor_unit, event, subject, plan_id,
                                          reason, before, after, request_id";

    fn wanted(&self, scope: &Scope<LogEntry>) -> Result<Statement<Seen>> {
        Ok(Statement::new(SEALED)
            .bind(Value::Int(self.after))
            .within(&self.conditions(scope)))
    }

    async fn read(&self, tx: &mut Tx, sql: Statement<Seen>) -> Result<Vec<AuditEvent>> {
        let rows: Vec<AuditRow> = tx.run(sql).all().await?;
        rows.into_iter().map(AuditRow::into_event).collect()
    }

    fn key(&self, row: &AuditEvent, _: &str) -> SortKey {
        SortKey::Int(row.seq)
    }

    /// But for one thing, or one request: no index leads to few entries.
    fn scans(&self, _: &Scope<LogEntry>) -> bool {
        self.subjects.is_empty() && self.requests.is_empty()
    }

    async fn count(&self, tx: &mut Tx, scope: &Scope<LogEntry>) -> Result<Total> {
        let all = Self {
            after: self.after,
            ..Self::default()
        };
        if *self == all && scope.visibility().all {
            // Numbers have no gaps.
            return Ok(Total::Exactly((seals::head(tx).await?.seq - self.after).max(0)));
        }
        let mut count = async |sql: Statement<Seen>| {
            let (count,): (i64,) = tx.run(sql).one().await?;
            Ok::<i64, sqlx::Error>(count)
        };
        if self.after > 0 {
            return Ok(count(Statement::new(COUNT).within(&self.wanted(scope)?)).await?.into());
        }
        // What does not wait is sealed: an index of the log alone answers, without its seals.
        let matching = self.conditions(scope);
        let all = Statement::new(COUNT).push(" from log_entry where 1 = 1");
        // `cross`: SQLite begins with the few that wait.
        let waiting = Statement::new(COUNT).push(" from log_pending cross join log_entry where id = entry_id");
        let all = count(all.within(&matching)).await?;
        Ok((all - count(waiting.within(&matching)).await?).into())
    }
}

/// The entry with this number, if `scope` shows it.
pub async fn find(tx: &mut Tx, seq: i64, scope: &Scope<LogEntry>) -> Result<Option<AuditEvent>> {
    let any = AuditFilter::default();
    let sql = Statement::new(AuditFilter::COLUMNS)
        .within(&any.wanted(scope)?)
        .push(" and seq = ")
        .bind(Value::Int(seq));
    Ok(any.read(tx, sql).await?.pop())
}
