//! What was noted of an obligation, once for each due day.

use sqlx::Result;

use super::{
    obligations::ObligationRow,
    scope::{owned_by, shown_by},
};
use crate::{
    db::{Statement, Tx, Value},
    domain::{
        id::PlanId,
        obligation::{Horizon, Obligation},
        scope::Scope,
        time::Day,
    },
};

/// What is noted about an obligation, once for each due day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// It is near.
    Near,
    /// It is overdue.
    Overdue,
}

/// Open obligations of the plan that are near (or overdue) and were not noted as such. What was past before it entered
/// the ledger is not news: a plan of an earlier year reminds of nothing. What is overdue comes unit by unit.
pub async fn to_note(
    tx: &mut Tx,
    plan: &PlanId,
    horizon: Horizon,
    note: Note,
    scope: &Scope<Obligation>,
    limit: i64,
) -> Result<Vec<Obligation>> {
    let (from, to) = match note {
        Note::Near => (horizon.as_of, horizon.near),
        Note::Overdue => (Day::from_ymd_opt(1900, 1, 1).unwrap_or_default(), horizon.as_of),
    };
    let sql = Statement::new(
        "select id, rule_kind, opens_on, due_on, original_due_on, exempted_at, exempted_reason, report_phase, reported_on,
                fulfilled_on, version
         from obligation
         where withdrawn_at is null and exempted_at is null and fulfilled_on is null
           and report_phase is distinct from 'submitted' and ",
    )
    .within(&shown_by(scope, |owners| owned_by("unit", owners)))
    .push(" and plan_id = ")
    .bind(Value::Text(plan.to_string()))
    .push(" and opens_on <= ")
    .bind(Value::Day(horizon.as_of))
    .push(" and sort_on >= ")
    .bind(Value::Day(from));
    let sql = match note {
        Note::Near => sql
            .push(" and sort_on <= ")
            .bind(Value::Day(to))
            .push(" and noted_near is distinct from due_on order by sort_on, id"),
        Note::Overdue => sql
            .push(" and sort_on < ")
            .bind(Value::Day(to))
            .push(" and created_on <= due_on and noted_overdue is distinct from due_on order by unit, sort_on, id"),
    };
    let rows: Vec<ObligationRow> = tx.run(sql.limit(limit)).all().await?;
    rows.into_iter().map(ObligationRow::into_obligation).collect()
}

/// Remembers that these were noted for their due day.
pub async fn set_noted(tx: &mut Tx, rows: &[Obligation], note: Note) -> Result<()> {
    for chunk in rows.chunks(200) {
        let sql = Statement::new(match note {
            Note::Near => "update obligation set noted_near = due_on where id in ",
            Note::Overdue => "update obligation set noted_overdue = due_on where id in ",
        });
        tx.run(sql.list(chunk.iter().map(|row| Value::Text(row.id.to_string()))))
            .execute()
            .await?;
    }
    Ok(())
}
