//! Registered events of `on_event` deadlines.

use sqlx::{FromRow, Result, types::Json};

use super::{
    changes::{ChangedRows, Followable, changed},
    filter::Filter,
    page::{Sort, Sorts},
    plans,
    remembered::Remembered,
    row::{number, parsed},
    scope::Seen,
};
use crate::{
    db::{Statement, Tx, Value},
    domain::{
        changes::Changes,
        id::{DeadlineId, PlanId, UnitCode},
        occurrence::Occurrence,
        occurrence::OccurrenceId,
        order::SortKey,
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
    units: Option<Json<Vec<UnitCode>>>,
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
            units: self.units.map(|Json(units)| units),
            withdrawn: self.withdrawn_at.zip(self.withdrawal),
            version: self.version,
        })
    }
}

/// Whose registered events are wanted, withdrawn ones included.
#[derive(Clone)]
pub enum OccurrencesOf {
    /// Of all deadlines of a plan.
    Plan(PlanId),
    /// Of a deadline.
    Deadline(DeadlineId),
}

impl Remembered for OccurrencesOf {}

impl Filter for OccurrencesOf {
    type Thing = Plan;
    type Row = Occurrence;
    const SORTS: Sorts = &[Sort::int("number", "number")];
    const COLUMNS: &'static str =
        "select id, deadline_id, number, happened_on, due_on, document, note, units, withdrawn_at, withdrawal, version";

    fn wanted(&self, scope: &Scope<Plan>) -> Result<Statement<Seen>> {
        let sql = Statement::new(" from occurrence where ").within(&plans::seen("plan_id", scope));
        Ok(match self {
            Self::Plan(id) => sql.push(" and plan_id = ").bind(Value::Text(id.to_string())),
            Self::Deadline(id) => sql.push(" and deadline_id = ").bind(Value::Text(id.to_string())),
        })
    }

    async fn read(&self, tx: &mut Tx, sql: Statement<Seen>) -> Result<Vec<Occurrence>> {
        let rows: Vec<OccurrenceRow> = tx.run(sql).all().await?;
        rows.into_iter().map(OccurrenceRow::into_event).collect()
    }

    fn key(&self, row: &Occurrence, sort: &str) -> SortKey {
        match sort {
            "id" => SortKey::id(row.id),
            _ => SortKey::Int(row.number.into()),
        }
    }

    async fn changed(
        &self,
        tx: &mut Tx,
        scope: &Scope<Plan>,
        changes: &Changes,
    ) -> Result<Option<ChangedRows<Occurrence>>> {
        changed(tx, self, scope, changes).await
    }
}

impl Followable for OccurrencesOf {
    /// What happens to others is in the log as well.
    fn any(&self) -> Self {
        self.clone()
    }

    fn concerned(&self, _: &Scope<Plan>, _: &Changes) -> Vec<Statement> {
        Vec::new()
    }
}

/// The events, by deadline and number.
pub async fn all(tx: &mut Tx, of: &OccurrencesOf, scope: &Scope<Plan>) -> Result<Vec<Occurrence>> {
    let sql = Statement::new(OccurrencesOf::COLUMNS).within(&of.wanted(scope)?);
    of.read(tx, sql.push(" order by deadline_id, number")).await
}

/// Adds an event.
pub async fn insert(tx: &mut Tx, event: &Occurrence) -> Result<()> {
    let sql =
        "insert into occurrence (id, deadline_id, plan_id, number, happened_on, due_on, document, note, version, units)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
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
        .bind(event.units.as_ref().map(Json))
        .execute()
        .await?;
    Ok(())
}

/// Saves an event over version `event.version - 1`; an error where that is not the one stored.
pub async fn save(tx: &mut Tx, event: &Occurrence) -> Result<()> {
    let sql = "update occurrence
               set happened_on = $2, due_on = $3, document = $4, note = $5, withdrawn_at = $6, withdrawal = $7, version = $8,
                   units = $9
               where id = $1 and version = $8 - 1";
    tx.change(sql)
        .bind(event.id)
        .bind(event.happened_on)
        .bind(event.due_on)
        .bind(&event.document)
        .bind(&event.note)
        .bind(event.withdrawn.as_ref().map(|(at, _)| *at))
        .bind(event.withdrawn.as_ref().map(|(_, why)| why.clone()))
        .bind(event.version)
        .bind(event.units.as_ref().map(Json))
        .done()
        .await
}
