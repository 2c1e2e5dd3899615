//! The ledger in memory: read from the database when it is first asked for, and brought to what a transaction sees
//! before it answers in it. What it cannot answer, SQL does.

mod current;
mod history;
mod reports;
mod sides;

use std::{
    borrow::Cow,
    sync::{Arc, PoisonError, RwLockReadGuard},
};

use sqlx::{FromRow, Result};

pub(super) use self::reports::Asked;
use self::{
    current::current,
    sides::{SIDE, SidedRow},
};
use super::{
    obligations::LedgerFilter,
    page::onward,
    row::{named, parsed, texts},
};
use crate::{
    db::{Statement, Tx, Value},
    domain::{
        heard::Mark,
        id::PlanId,
        ledger::{Columns, Held, Memory, Owed, Reach, Reading, Retold, Shared, Side},
        obligation::{Facts, ObligationId, ReportFacts},
        plan::Basis,
        schedule::UNDECIDED,
        scope::Whose,
        time::Day,
    },
};

/// Rows that are loaded at once.
const ROWS: i64 = 10_000;

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
    let place = |row: &SidedRow| row.id().to_owned();
    tx.in_pages(ROWS, behind, place, SidedRow::into_owed).await
}

/// A ledger that nobody brings forward meanwhile.
type Locked<'l> = (&'l PlanId, RwLockReadGuard<'l, Held>);

fn locked<'l>(plan: &'l PlanId, ledger: &'l Shared) -> Locked<'l> {
    (plan, ledger.read().unwrap_or_else(PoisonError::into_inner))
}

/// What `answer` makes of the ledgers of `plans` in memory, which are what this transaction sees; `None`: it is for SQL to
/// say.
async fn held<R>(
    tx: &mut Tx,
    (memory, reach, loading): (&Memory, Reach, Loading),
    plans: &[PlanId],
    answer: impl FnOnce(Mark, &[Locked<'_>]) -> Option<R>,
) -> Result<Option<R>> {
    let wanted = with_rows(tx, plans).await?;
    let Some((mark, held)) = current(tx, &memory.ledgers, &wanted, (reach, loading)).await? else {
        return Ok(None);
    };
    let held = wanted.iter().zip(&held);
    let held: Vec<Locked<'_>> = held.map(|(plan, ledger)| locked(plan, ledger)).collect();
    // Somebody with a later view may have gone on with it meanwhile.
    if held.iter().any(|(_, held)| held.place.mark() != mark) {
        return Ok(None);
    }
    Ok(answer(mark, &held))
}

/// The same of what is in memory already, if it is known to be of now: without a statement.
fn known<R>(memory: &Memory, plans: &[PlanId], answer: impl FnOnce(Mark, &[Locked<'_>]) -> Option<R>) -> Option<R> {
    let (known, _) = memory.known.as_ref()?;
    let held = memory.of(plans)?;
    let held: Vec<Locked<'_>> = held.iter().map(|(plan, ledger)| locked(plan, ledger)).collect();
    let mut marks = held.iter().map(|(_, held)| held.place.mark());
    let mark = marks.next().unwrap_or(*known);
    // All of one moment, and of none before.
    if mark < *known || marks.any(|other| other != mark) {
        return None;
    }
    answer(mark, &held)
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
    held(tx, (memory, reach, Loading::IfMissing), &filter.plans, |_, held| {
        let told = held.iter().map(|(_, held)| {
            if is_of_now {
                Some(Cow::Borrowed(&*held.columns))
            } else {
                held.columns.told(horizons.basis).map(Cow::Owned)
            }
        });
        let told: Vec<Cow<'_, Columns>> = told.collect::<Option<_>>()?;
        let plans = held.iter().zip(&told);
        let plans = plans.map(|((plan, _), columns)| (*plan, &**columns, horizons.of(plan)));
        Some(answer(&Reading::new(plans, filter, whose)))
    })
    .await
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
    known(memory, &filter.plans, |_, held| {
        let plans = held.iter();
        let plans = plans.map(|(plan, held)| (*plan, &*held.columns, horizons.of(plan)));
        answer(&Reading::new(plans, filter, whose))
    })
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
    let current = current(tx, &memory.ledgers, &wanted, (Reach::Now, Loading::IfMissing)).await?;
    let Some((mark, held)) = current else {
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
