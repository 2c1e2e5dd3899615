//! The ledger in memory: read from the database when it is first asked for, and brought to what a transaction sees
//! before it answers in it. What it cannot answer, SQL does.

mod history;

use std::{
    borrow::Cow,
    collections::BTreeSet,
    sync::{PoisonError, RwLockReadGuard},
};

use sqlx::{FromRow, Result};

use super::{
    heard::{self, Since},
    obligations::LedgerFilter,
    row::{named, parsed, texts},
};
use crate::{
    db::{Statement, Tx, Value},
    domain::{
        heard::{Mark, Rows},
        id::{PlanId, RequirementId},
        ledger::{Columns, Held, Ledgers, Owed, Reach, Reading, Retold, Shared},
        obligation::{Facts, ObligationId, ReportFacts},
        plan::Basis,
        schedule::UNDECIDED,
        scope::Whose,
        time::Day,
    },
};

/// Rows that are loaded at once.
const ROWS: i64 = 10_000;
/// More changed rows than so many are not read one by one.
const FEW: usize = 100;

#[derive(FromRow)]
struct OwedRow {
    id: String,
    unit_kind: String,
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

/// The rows of now.
fn rows_of_now() -> Statement {
    Statement::new("select ")
        .push(FACTS)
        .push(" from obligation where withdrawn_at is null")
}

impl OwedRow {
    fn into_owed(self) -> Result<Owed> {
        let id: ObligationId = parsed("id", &self.id)?;
        let phase = self.report_phase.map(|phase| named("report_phase", phase));
        Ok(Owed {
            unit_kind: named("unit_kind", self.unit_kind)?,
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
            id,
        })
    }
}

async fn owed(tx: &mut Tx, sql: Statement) -> Result<Vec<Owed>> {
    let rows: Vec<OwedRow> = tx.run(sql).all().await?;
    rows.into_iter().map(OwedRow::into_owed).collect()
}

/// All that is owed in a plan.
async fn load(tx: &mut Tx, plan: &PlanId) -> Result<Vec<Owed>> {
    let behind = |after: Option<&String>| {
        let sql = rows_of_now().push(" and ").below("id", plan);
        let sql = match after {
            None => sql,
            Some(id) => sql.push(" and id > ").bind(Value::Text(id.clone())),
        };
        sql.push(" order by id")
    };
    tx.in_pages(ROWS, behind, |row: &OwedRow| row.id.clone(), OwedRow::into_owed)
        .await
}

/// What `answer` makes of the ledger in memory, which is what this transaction sees; `None`: it is for SQL to say.
pub(super) async fn read<R>(
    tx: &mut Tx,
    asked: &LedgerFilter,
    whose: &Whose,
    answer: impl FnOnce(&Reading<'_>) -> R,
) -> Result<Option<R>> {
    let LedgerFilter {
        filter,
        horizons,
        memory,
        ..
    } = asked;
    let Some(ledgers) = memory.as_deref() else {
        return Ok(None);
    };
    let is_of_now = horizons.basis == Basis::NOW;
    let reach = if is_of_now { Reach::Now } else { Reach::Past };
    let wanted = with_rows(tx, &filter.plans).await?;
    let Some((mark, held)) = current(tx, ledgers, &wanted, reach).await? else {
        return Ok(None);
    };
    let held: Vec<RwLockReadGuard<'_, Held>> = held
        .iter()
        .map(|ledger| ledger.read().unwrap_or_else(PoisonError::into_inner))
        .collect();
    // Somebody with a later view may have gone on with it meanwhile.
    if held.iter().any(|held| held.place.mark() != mark) {
        return Ok(None);
    }
    let told: Option<Vec<Cow<'_, Columns>>> = held
        .iter()
        .map(|held| {
            if is_of_now {
                Some(Cow::Borrowed(&held.columns))
            } else {
                held.columns.told(horizons.basis).map(Cow::Owned)
            }
        })
        .collect();
    Ok(told.map(|told| {
        let plans = wanted.iter().zip(&told);
        let plans = plans.map(|(plan, columns)| (plan, &**columns, horizons.of(plan)));
        answer(&Reading::new(plans, filter, whose))
    }))
}

/// The plans that ever owed anything, of those that are asked for; all if none is.
async fn with_rows(tx: &mut Tx, asked: &[PlanId]) -> Result<Vec<PlanId>> {
    let sql = Statement::new(
        "select id from plan
         where exists (select 1 from obligation where obligation.id > plan.id || '.' and obligation.id < plan.id || '/')",
    )
    .any_of("id", texts(asked))
    .push(" order by id");
    let plans: Vec<(String,)> = tx.run(sql).all().await?;
    plans.iter().map(|(id,)| parsed("id", id)).collect()
}

/// The ledgers of `wanted` as this transaction sees them, and how far the log is there; `None`: there is no room for
/// them, or they are ahead of it.
async fn current(
    tx: &mut Tx,
    ledgers: &Ledgers,
    wanted: &[PlanId],
    reach: Reach,
) -> Result<Option<(Mark, Vec<Shared>)>> {
    if !ledgers.hold(wanted, reach) {
        return Ok(None);
    }
    let mark = heard::mark(tx).await?;
    let mut found = Vec::new();
    for plan in wanted {
        let held = match ledgers.get(plan, reach) {
            Some(held) => bring_forward(tx, plan, &held, mark).await?.then_some(held),
            None => None,
        };
        let held = if let Some(held) = held {
            held
        } else {
            let place = heard::place(tx).await?;
            let mut columns = Columns::new(load(tx, plan).await?);
            if reach == Reach::Past {
                let records = history::load(tx, plan).await?;
                columns = columns.and_then(|columns| columns.with_history(&records));
            }
            let Some(columns) = columns else {
                return Ok(None);
            };
            let Some(held) = ledgers.put(plan, Held { place, columns }, wanted) else {
                return Ok(None);
            };
            held
        };
        found.push(held);
    }
    Ok(Some((mark, found)))
}

/// Makes a ledger what this transaction sees, `mark` entries of the log. `false`: it has to be loaded anew. One that
/// is ahead already is left alone.
async fn bring_forward(tx: &mut Tx, plan: &PlanId, ledger: &Shared, mark: Mark) -> Result<bool> {
    let from = ledger.read().unwrap_or_else(PoisonError::into_inner).place.clone();
    if from.mark() >= mark {
        return Ok(true);
    }
    let Since::Said(place, news) = heard::since(tx, &from).await? else {
        return Ok(false);
    };
    let mut one: BTreeSet<ObligationId> = BTreeSet::new();
    let mut of: BTreeSet<RequirementId> = BTreeSet::new();
    for entry in &news {
        match entry.rows() {
            Rows::Same => {}
            Rows::One(id) if id.deadline.requirement.plan() == plan => drop(one.insert(id.clone())),
            Rows::Of(requirement) if requirement.plan() == plan => drop(of.insert(requirement.clone())),
            Rows::One(_) | Rows::Of(_) => {}
            Rows::Plan(other) if other != plan => {}
            Rows::Plan(_) | Rows::All => return Ok(false),
        }
    }
    if one.len() + of.len() > FEW {
        return Ok(false);
    }
    let ids: Vec<&ObligationId> = one.iter().collect();
    let changed = if ids.is_empty() {
        Vec::new()
    } else {
        owed(tx, rows_of_now().any_of("id", texts(&ids))).await?
    };
    let past = ledger.read().unwrap_or_else(PoisonError::into_inner).columns.reach() == Reach::Past;
    let mut retold = Vec::new();
    if past && !ids.is_empty() {
        let these = Retold::These(&ids);
        retold.push((history::of(tx, &these).await?, these));
    }
    if past {
        for requirement in &of {
            let those = Retold::Of(requirement);
            retold.push((history::of(tx, &those).await?, those));
        }
    }
    let mut settled = Vec::new();
    for requirement in &of {
        let sql = rows_of_now()
            .push(" and requirement_id = ")
            .bind(Value::Text(requirement.to_string()));
        settled.push((requirement, owed(tx, sql).await?));
    }
    let mut held = ledger.write().unwrap_or_else(PoisonError::into_inner);
    if held.place != from {
        // Somebody else did meanwhile; whether so far, is looked at before it is read.
        return Ok(true);
    }
    let complete = changed.len() == ids.len();
    let done = complete
        && settled
            .into_iter()
            .all(|(requirement, rows)| held.columns.put_all(requirement, rows))
        && changed.iter().all(|row| held.columns.put(row))
        && retold.iter().all(|(records, of)| held.columns.retell(of, records));
    if done {
        held.place = place;
    }
    Ok(done)
}
