//! The log. Entries are only ever added: no statement here updates or deletes.

use std::{collections::BTreeSet, fmt::Display};

use sqlx::{FromRow, Result, types::Json};

use super::{
    changes::ChangedRows,
    filter::Filter,
    page::{Sort, Sorts},
    remembered::Remembered,
    row::parsed,
    scope::{Seen, only_if, shown_by},
};
use crate::{
    db::{Record, Statement, Tx, Value},
    domain::{
        changes::Changes,
        event::{Event, EventSubject},
        extension::Extension,
        id::{EntryId, PlanId},
        log::LogEntry,
        obligation::Obligation,
        order::{SortKey, Window},
        person::Person,
        report::Report,
        scope::Scope,
        time::Instant,
    },
};

#[derive(FromRow)]
pub(super) struct LogRow {
    id: EntryId,
    at: Instant,
    actor: String,
    actor_issuer: Option<String>,
    actor_name: Option<String>,
    actor_unit: Option<String>,
    event: String,
    subject: String,
    plan_id: Option<String>,
    reason: Option<String>,
    before: Option<Json<serde_json::Value>>,
    after: Option<Json<serde_json::Value>>,
    request_id: Option<String>,
}

/// Seals are made of all entries and checked against them. Entries are shown with their numbers.
impl Record for LogRow {}

impl LogRow {
    pub(super) fn into_entry(self) -> Result<LogEntry> {
        Ok(LogEntry {
            id: self.id,
            at: self.at,
            actor: Person::stored(self.actor_issuer, self.actor, self.actor_name),
            actor_unit: self.actor_unit.map(|code| parsed("actor_unit", &code)).transpose()?,
            event: self.event,
            subject: self.subject,
            plan: self.plan_id.map(|plan| parsed("plan_id", &plan)).transpose()?,
            reason: self.reason,
            before: self.before.map(|Json(value)| value),
            after: self.after.map(|Json(value)| value),
            request_id: self.request_id,
        })
    }
}

/// Adds an entry. The database notes that it waits for its number.
pub async fn append(tx: &mut Tx, entry: &LogEntry) -> Result<()> {
    let sql =
        "insert into log_entry (id, at, actor, actor_unit, event, subject, plan_id, reason, before, after, request_id,
                                actor_issuer, actor_name)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    tx.change(sql)
        .bind(entry.id)
        .bind(entry.at)
        .bind(entry.actor.subject())
        .bind(entry.actor_unit.as_ref().map(|code| code.as_str().to_owned()))
        .bind(&entry.event)
        .bind(&entry.subject)
        .bind(entry.plan.as_ref().map(|plan| plan.as_str().to_owned()))
        .bind(&entry.reason)
        .bind(entry.before.as_ref().map(Json))
        .bind(entry.after.as_ref().map(Json))
        .bind(&entry.request_id)
        .bind(entry.actor.issuer())
        .bind(entry.actor.name())
        .done()
        .await
}

/// An entry with its number, once it has one.
pub type Numbered = (Option<i64>, LogEntry);

/// Entries with their place in the log.
const PLACED: &str = " from log_entry left join log_seal on log_seal.entry_id = id
                       left join log_pending on log_pending.entry_id = id where ";

/// `sql` and the place in the log: by number, and behind them in the order in which they wait for one; `way`
/// is where it goes in an order.
fn rank<S>(sql: Statement<S>, way: &'static str) -> Statement<S> {
    sql.push("coalesce(seq, 9223372036854775807)")
        .push(way)
        .push(", coalesce(position, 0)")
        .push(way)
}

#[derive(FromRow)]
struct NumberedRow {
    seq: Option<i64>,
    #[sqlx(flatten)]
    entry: LogRow,
}

/// Which entries are wanted.
pub enum Entries {
    /// The amendments of a plan: changes of what it says, with a reason. The log holds more that has a reason, and not
    /// all of it is shown to those who read amendments.
    Amendments(PlanId),
    /// What happened to these things, each of which was found in the scope of its own kind.
    Of(Vec<Subject>),
    /// What happened to a report that was found in this scope, and of each change as much as it shows.
    OfReport(Box<Report>, Scope<Report>),
}

/// ` or …`: what happened to `subject`.
fn or_of(sql: Statement, Subject { thing, id }: &Subject) -> Statement {
    sql.push(" or (subject = ")
        .bind(Value::Text(id.clone()))
        .push(" and thing = ")
        .bind(Value::Text(thing.as_str().to_owned()))
        .push(")")
}

impl Remembered for Entries {}

impl Filter for Entries {
    type Thing = LogEntry;
    type Row = Numbered;
    /// By their place in the log. A row is known by its entry, which has its number only a moment later.
    const SORTS: Sorts = &[Sort::uuid("seq", "id")];
    const COLUMNS: &'static str =
        "select seq, id, at, actor, actor_issuer, actor_name, actor_unit, event, subject, plan_id, reason, before,
                                          after, request_id";

    fn wanted(&self, scope: &Scope<LogEntry>) -> Result<Statement<Seen>> {
        let sql = Statement::new(PLACED);
        Ok(shown_by(scope, |visibility| match self {
            Self::Amendments(plan) => sql
                .append(&only_if(visibility.amendments))
                .push(" and reason is not null and thing in ('plan', 'task', 'requirement', 'deadline', 'occurrence')")
                .push(" and plan_id = ")
                .bind(Value::Text(plan.to_string())),
            Self::Of(subjects) => subjects.iter().fold(sql.push("(false"), or_of).push(")"),
            Self::OfReport(report, _) => or_of(sql.push("(false"), &Subject::from(&**report)).push(")"),
        }))
    }

    async fn read(&self, tx: &mut Tx, sql: Statement<Seen>) -> Result<Vec<Numbered>> {
        let rows: Vec<NumberedRow> = tx.run(sql).all().await?;
        let shown = |row: NumberedRow| {
            let mut entry = row.entry.into_entry()?;
            if let Self::OfReport(report, scope) = self
                && !scope.shows_change(report, &entry.event)
            {
                (entry.before, entry.after) = (None, None);
            }
            Ok((row.seq, entry))
        };
        rows.into_iter().map(shown).collect()
    }

    fn key(&self, (_, entry): &Numbered, _: &str) -> SortKey {
        SortKey::id(entry.id)
    }

    /// Where the row before is in the log is asked anew: it may have got its number since it was read.
    async fn list(&self, tx: &mut Tx, scope: &Scope<LogEntry>, window: &Window) -> Result<Vec<Numbered>> {
        let descending = window.order.fields().first().is_some_and(|by| by.descending);
        let mut sql = Statement::new(Self::COLUMNS).within(&self.wanted(scope)?);
        if let Some([SortKey::Uuid(last)]) = window.after.as_deref() {
            let behind = if descending { ") < (select " } else { ") > (select " };
            sql = rank(sql.push(" and ("), "").push(behind);
            sql = rank(sql, "")
                .push(PLACED)
                .push("id = ")
                .bind(Value::Uuid(*last))
                .push(")");
        }
        let way = if descending { " desc" } else { "" };
        let sql = rank(sql.push(" order by "), way).limit(window.rows);
        self.read(tx, sql).await
    }

    /// Entries are only ever added. One that waits for its number comes again when it has it.
    async fn changed(
        &self,
        tx: &mut Tx,
        scope: &Scope<LogEntry>,
        changes: &Changes,
    ) -> Result<Option<ChangedRows<Numbered>>> {
        let sql = Statement::new(Self::COLUMNS)
            .within(&self.wanted(scope)?)
            .push(" and (seq is null or seq > ")
            .bind(Value::Int(changes.after))
            .push(")");
        Ok(Some((self.read(tx, sql).await?, BTreeSet::new())))
    }
}

/// A thing whose history is asked for. It is made from the thing itself: what a caller could not find has no history for
/// it either.
#[derive(Debug, Clone)]
pub struct Subject {
    thing: EventSubject,
    id: String,
}

impl From<&Obligation> for Subject {
    fn from(obligation: &Obligation) -> Self {
        Self {
            thing: EventSubject::Obligation,
            id: obligation.id.to_string(),
        }
    }
}

impl From<&Extension> for Subject {
    fn from(extension: &Extension) -> Self {
        Self {
            thing: EventSubject::Extension,
            id: extension.id.to_string(),
        }
    }
}

impl From<&Report> for Subject {
    fn from(report: &Report) -> Self {
        Self {
            thing: EventSubject::Report,
            id: report.id.to_string(),
        }
    }
}

/// Whether this has happened to a thing with this id.
pub async fn has(tx: &mut Tx, event: Event, id: &impl Display) -> Result<bool> {
    let sql = "select exists (select 1 from log_entry where subject = $1 and thing = $2 and event = $3)";
    let (has,): (bool,) = tx
        .query(sql)
        .bind(id.to_string())
        .bind(event.subject_kind())
        .bind(event.as_str())
        .one()
        .await?;
    Ok(has)
}

#[derive(FromRow)]
struct StateRow {
    after: Option<Json<serde_json::Value>>,
}

/// Of a thing that was found.
impl Record for StateRow {}

/// What the thing was just before an instant: the `after` of its last entry by then, in the log's order. Nothing before
/// the first entry, and after one that removed it.
pub async fn state_on(tx: &mut Tx, subject: &Subject, before: Instant) -> Result<Option<serde_json::Value>> {
    let sql = Statement::new("select after")
        .push(PLACED)
        .push("subject = ")
        .bind(Value::Text(subject.id.clone()))
        .push(" and thing = ")
        .bind(Value::Text(subject.thing.as_str().to_owned()))
        .push(" and at < ")
        .bind(Value::Instant(before))
        .push(" order by ");
    let sql = rank(sql, " desc").push(" limit 1");
    let row: Option<StateRow> = tx.run(sql).optional().await?;
    Ok(row.and_then(|row| row.after).map(|Json(value)| value))
}
