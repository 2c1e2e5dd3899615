//! The ledger in memory: read from the database when it is first asked for, and brought to what a transaction sees
//! before it answers in it. What it cannot answer, SQL does.

mod current;
mod details;
mod history;
mod reports;
mod view;

use sqlx::{FromRow, Result};

use self::details::{DetailRow, SIDE};
pub(super) use self::{
    reports::Asked,
    view::{View, at_once, pin, read},
};
use super::{
    obligations::ROLE,
    page::onward,
    row::{named, parsed, texts},
};
use crate::{
    db::{Statement, Tx, Value},
    domain::{
        id::PlanId,
        ledger::{Detail, Owed, Retold},
        obligation::{Facts, ObligationId, ReportFacts},
        schedule::UNDECIDED,
        time::Day,
    },
};

/// Rows that are loaded at once.
const ROWS: i64 = 10_000;

#[derive(FromRow)]
struct OwedRow {
    id: String,
    unit_kind: String,
    role: Option<String>,
    rule_kind: String,
    opens_on: Option<Day>,
    due_on: Option<Day>,
    original_due_on: Option<Day>,
    is_exempted: bool,
    report_phase: Option<String>,
    reported_on: Option<Day>,
    reported_due_on: Option<Day>,
    fulfilled_on: Option<Day>,
}

const FACTS: &str =
    "id, unit_kind, rule_kind, opens_on, due_on, original_due_on, exempted_at is not null as is_exempted,
                     report_phase, reported_on, reported_due_on, fulfilled_on";

/// What a row says of how it stands.
fn facts() -> Statement {
    Statement::new(FACTS).push(", ").push(ROLE).push(" as role")
}

/// The rows of now.
fn rows_of_now() -> Statement {
    Statement::new("select ")
        .append(&facts())
        .push(SIDE)
        .push(" from obligation where withdrawn_at is null")
}

impl OwedRow {
    fn into_owed(self) -> Result<Owed> {
        let id: ObligationId = parsed("id", &self.id)?;
        let phase = self.report_phase.map(|phase| named("report_phase", phase));
        Ok(Owed {
            unit_kind: named("unit_kind", self.unit_kind)?,
            role: self.role.map(|role| named("role", role)).transpose()?,
            rule_kind: named("rule_kind", self.rule_kind)?,
            original_due_on: self.original_due_on,
            facts: Facts {
                opens_on: self.opens_on,
                due_on: self.due_on,
                is_undecided: id.period == UNDECIDED,
                is_exempted: self.is_exempted,
                report: ReportFacts {
                    phase: phase.transpose()?,
                    reported_on: self.reported_on,
                    fulfilled_on: self.fulfilled_on,
                },
                reported_due_on: self.reported_due_on,
            },
            detail: Detail::default(),
            id,
        })
    }
}

/// How much of the ledger is read.
#[derive(Clone, Copy)]
enum Extent<'a> {
    /// That of a plan.
    All(&'a PlanId),
    /// A part of it.
    Some(&'a Retold<'a>),
}

/// Whether what memory has not got is read into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loading {
    /// It is.
    IfMissing,
    /// That would take longer than to ask SQL.
    Never,
}

/// What is owed now.
async fn owed(tx: &mut Tx, extent: Extent<'_>) -> Result<Vec<Owed>> {
    let behind = |after: Option<&String>| {
        let sql = match extent {
            Extent::All(plan) => rows_of_now().push(" and ").below("id", plan),
            Extent::Some(Retold::Of(requirement)) => rows_of_now()
                .push(" and requirement_id = ")
                .bind(Value::Text(requirement.to_string())),
            Extent::Some(Retold::These(ids)) => rows_of_now().push(" and id in ").list(texts(*ids)),
        };
        onward(sql, ["id"], after.map(|id| [Value::Text(id.clone())]))
    };
    let place = |row: &DetailRow| row.id().to_owned();
    tx.in_pages(ROWS, behind, place, DetailRow::into_owed).await
}

/// The plans that ever owed anything, of those that are asked for; all if none is.
async fn with_rows(tx: &mut Tx, asked: &[PlanId]) -> Result<Vec<PlanId>> {
    let sql = Statement::new(
        "select id from plan
         where exists (select 1 from obligation where obligation.id > plan.id || '.' and obligation.id < plan.id || '/')",
    )
    .any_of("id", texts(asked))
    .push(" order by id");
    let plans: Vec<(PlanId,)> = tx.run(sql).all().await?;
    Ok(plans.into_iter().map(|(id,)| id).collect())
}
