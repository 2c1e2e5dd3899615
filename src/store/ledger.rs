//! The ledger in memory: read from the database when it is first asked for, and brought to what a transaction sees
//! before it answers in it. What it cannot answer, SQL does.

mod history;
mod sides;

use std::{
    borrow::Cow,
    collections::BTreeSet,
    sync::{Arc, PoisonError, RwLockReadGuard},
};

use sqlx::{FromRow, Result};

use self::sides::{Extent, SIDE, SidedRow};
use super::{
    heard::{self, Since},
    obligations::LedgerFilter,
    page::onward,
    row::{named, parsed, texts},
};
use crate::{
    db::{Statement, Tx, Value},
    domain::{
        heard::{LogPlace, Mark, Rows},
        id::{PlanId, RequirementId},
        ledger::{Columns, Held, Ledgers, Owed, Reach, Reading, Retold, Shared, Side},
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
        .push(SIDE)
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
            side: Side::default(),
            id,
        })
    }
}

/// What is owed now, of a plan, for a requirement, or just these.
async fn owed(tx: &mut Tx, extent: &Extent<'_>) -> Result<Vec<Owed>> {
    let behind = |after: Option<&String>| {
        let sql = match extent {
            Extent::Of(plan) => rows_of_now().push(" and ").below("id", *plan),
            Extent::For(requirement) => rows_of_now()
                .push(" and requirement_id = ")
                .bind(Value::Text(requirement.to_string())),
            Extent::These(ids) => rows_of_now().push(" and id in ").list(texts(*ids)),
        };
        onward(sql, ["id"], after.map(|id| [Value::Text(id.clone())]))
    };
    let place = |row: &SidedRow| row.id().to_owned();
    let rows = tx.in_pages(ROWS, behind, place, SidedRow::into_owed).await?;
    sides::with_reports(tx, rows, extent).await
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
    let Some(memory) = memory else {
        return Ok(None);
    };
    let is_of_now = horizons.basis == Basis::NOW;
    let reach = if is_of_now { Reach::Now } else { Reach::Past };
    let wanted = with_rows(tx, &filter.plans).await?;
    let Some((mark, held)) = current(tx, &memory.ledgers, &wanted, reach).await? else {
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
                Some(Cow::Borrowed(&*held.columns))
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

/// The same of what is in memory already, if it is known to be of now: without a statement.
pub(super) fn at_once<R>(
    asked: &LedgerFilter,
    whose: &Whose,
    answer: impl FnOnce(&Reading<'_>) -> Option<R>,
) -> Option<R> {
    let LedgerFilter {
        filter,
        horizons,
        memory,
        ..
    } = asked;
    let memory = memory.as_ref().filter(|_| horizons.basis == Basis::NOW)?;
    let (known, _) = memory.known.as_ref()?;
    let held = memory.of(&filter.plans)?;
    let held: Vec<(&PlanId, RwLockReadGuard<'_, Held>)> = held
        .iter()
        .map(|(plan, ledger)| (*plan, ledger.read().unwrap_or_else(PoisonError::into_inner)))
        .collect();
    let mut marks = held.iter().map(|(_, held)| held.place.mark());
    if let Some(mark) = marks.next() {
        // All of one moment, and of none before.
        if mark < *known || marks.any(|other| other != mark) {
            return None;
        }
    }
    let plans = held
        .iter()
        .map(|(plan, held)| (*plan, &*held.columns, horizons.of(plan)));
    answer(&Reading::new(plans, filter, whose))
}

/// The ledgers of some plans at one moment. They stay as they are, however long somebody reads them.
pub(super) struct Pinned(Vec<(PlanId, Arc<Columns>)>);

impl Pinned {
    /// What `answer` makes of it.
    pub(super) fn read<R>(&self, asked: &LedgerFilter, whose: &Whose, answer: impl FnOnce(&Reading<'_>) -> R) -> R {
        let plans = self.0.iter();
        let plans = plans.map(|(plan, columns)| (plan, &**columns, asked.horizons.of(plan)));
        answer(&Reading::new(plans, &asked.filter, whose))
    }
}

/// What is asked of, as this transaction sees it; `None`: it is for SQL to say.
pub(super) async fn pin(tx: &mut Tx, asked: &LedgerFilter) -> Result<Option<Pinned>> {
    let Some(memory) = asked.memory.as_ref().filter(|_| asked.horizons.basis == Basis::NOW) else {
        return Ok(None);
    };
    let wanted = with_rows(tx, &asked.filter.plans).await?;
    let Some((mark, held)) = current(tx, &memory.ledgers, &wanted, Reach::Now).await? else {
        return Ok(None);
    };
    let pinned = wanted.into_iter().zip(held).map(|(plan, ledger)| {
        let held = ledger.read().unwrap_or_else(PoisonError::into_inner);
        (held.place.mark() == mark).then(|| (plan, held.columns.clone()))
    });
    Ok(pinned.collect::<Option<_>>().map(Pinned))
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
            let mut columns = Columns::new(owed(tx, &Extent::Of(plan)).await?);
            if reach == Reach::Past {
                let records = history::load(tx, plan).await?;
                columns = columns.and_then(|columns| columns.with_history(&records));
            }
            let Some(columns) = columns else {
                return Ok(None);
            };
            let columns = Arc::new(columns);
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
    if from == LogPlace::nowhere() {
        return Ok(false);
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
        owed(tx, &Extent::These(&ids)).await?
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
        settled.push((requirement, owed(tx, &Extent::For(requirement)).await?));
    }
    let mut held = ledger.write().unwrap_or_else(PoisonError::into_inner);
    if held.place != from {
        // Somebody else did meanwhile; whether so far, is looked at before it is read.
        return Ok(true);
    }
    let complete = changed.len() == ids.len();
    // Whoever writes a table of them keeps them as they are.
    let columns = Arc::make_mut(&mut held.columns);
    let done = complete
        && settled
            .into_iter()
            .all(|(requirement, rows)| columns.put_all(requirement, rows))
        && changed.iter().all(|row| columns.put(row))
        && retold.iter().all(|(records, of)| columns.retell(of, records));
    // What is half done is of no moment.
    held.place = if done { place } else { LogPlace::nowhere() };
    Ok(done)
}
