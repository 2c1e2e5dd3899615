//! Registered events of `on_event` deadlines.

use sqlx::{FromRow, Result};

use super::{
    page::{Sort, Sorts, page},
    plans,
    row::{COUNT, number, parsed},
};
use crate::{
    db::{Statement, Tx, Value},
    domain::{
        id::{DeadlineId, PlanId},
        occurrence::Occurrence,
        occurrence::OccurrenceId,
        order::Place,
        plan::Plan,
        scope::Scope,
        time::{Day, Instant},
    },
};

super::id::stored_as_uuid!(OccurrenceId);

#[derive(FromRow)]
struct OccurrenceRow {
    id: OccurrenceId,
    deadline_id: String,
    number: i64,
    happened_on: Day,
    due_on: Day,
    document: Option<String>,
    note: Option<String>,
    withdrawn_at: Option<Instant>,
    withdrawal: Option<String>,
    version: i64,
}

impl OccurrenceRow {
    fn into_event(self) -> Result<Occurrence> {
        Ok(Occurrence {
            id: self.id,
            deadline: parsed("deadline_id", &self.deadline_id)?,
            number: number("number", self.number)?,
            happened_on: self.happened_on,
            due_on: self.due_on,
            document: self.document,
            note: self.note,
            withdrawn: self.withdrawn_at.zip(self.withdrawal),
            version: self.version,
        })
    }
}

/// The plan's events, withdrawn ones included, by deadline and number.
pub async fn of_plan(tx: &mut Tx, plan: &PlanId, scope: &Scope<Plan>) -> Result<Vec<Occurrence>> {
    of(tx, "plan_id", plan.to_string(), scope).await
}

/// The deadline's events, withdrawn ones included, by number.
pub async fn of_deadline(tx: &mut Tx, deadline: &DeadlineId, scope: &Scope<Plan>) -> Result<Vec<Occurrence>> {
    of(tx, "deadline_id", deadline.to_string(), scope).await
}

/// What they can be sorted by.
pub const SORTS: Sorts = &[Sort::int("number", "number")];

/// The deadline's events, withdrawn ones included, at `place`.
pub async fn list(tx: &mut Tx, deadline: &DeadlineId, scope: &Scope<Plan>, place: &Place) -> Result<Vec<Occurrence>> {
    let sql = page(
        wanted(COLUMNS, "deadline_id", deadline.to_string(), scope),
        place,
        SORTS,
    );
    let rows: Vec<OccurrenceRow> = tx.run(sql).all().await?;
    rows.into_iter().map(OccurrenceRow::into_event).collect()
}

/// How many the deadline has.
pub async fn count(tx: &mut Tx, deadline: &DeadlineId, scope: &Scope<Plan>) -> Result<i64> {
    let (count,): (i64,) = tx
        .run(wanted(COUNT, "deadline_id", deadline.to_string(), scope))
        .one()
        .await?;
    Ok(count)
}

const COLUMNS: &str =
    "select id, deadline_id, number, happened_on, due_on, document, note, withdrawn_at, withdrawal, version";

fn wanted(start: &'static str, column: &'static str, value: String, scope: &Scope<Plan>) -> Statement {
    Statement::new(start)
        .push(" from occurrence where ")
        .append(&plans::seen("plan_id", scope))
        .push(" and ")
        .push(column)
        .push(" = ")
        .bind(Value::Text(value))
}

async fn of(tx: &mut Tx, column: &'static str, value: String, scope: &Scope<Plan>) -> Result<Vec<Occurrence>> {
    let sql = wanted(COLUMNS, column, value, scope).push(" order by deadline_id, number");
    let rows: Vec<OccurrenceRow> = tx.run(sql).all().await?;
    rows.into_iter().map(OccurrenceRow::into_event).collect()
}

/// Adds an event.
pub async fn insert(tx: &mut Tx, event: &Occurrence) -> Result<()> {
    let sql = "insert into occurrence (id, deadline_id, plan_id, number, happened_on, due_on, document, note, version)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    tx.query(sql)
        .bind(event.id)
        .bind(event.deadline.to_string())
        .bind(event.deadline.requirement.plan().as_str())
        .bind(i64::from(event.number))
        .bind(event.happened_on)
        .bind(event.due_on)
        .bind(&event.document)
        .bind(&event.note)
        .bind(event.version)
        .execute()
        .await?;
    Ok(())
}

/// Saves an event over version `event.version - 1`; `false` when that is not the one stored.
pub async fn save(tx: &mut Tx, event: &Occurrence) -> Result<bool> {
    let sql = "update occurrence
               set happened_on = $2, due_on = $3, document = $4, note = $5, withdrawn_at = $6, withdrawal = $7, version = $8
               where id = $1 and version = $8 - 1";
    let saved = tx
        .query(sql)
        .bind(event.id)
        .bind(event.happened_on)
        .bind(event.due_on)
        .bind(&event.document)
        .bind(&event.note)
        .bind(event.withdrawn.as_ref().map(|(at, _)| *at))
        .bind(event.withdrawn.as_ref().map(|(_, why)| why.clone()))
        .bind(event.version)
        .execute()
        .await?;
    Ok(saved == 1)
}
