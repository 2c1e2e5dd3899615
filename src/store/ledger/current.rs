//! Ledgers in memory are loaded, and brought to what a transaction sees.

use std::{collections::BTreeSet, sync::Arc};

use sqlx::Result;

use super::{Extent, Loading, history, owed, reports, view::aside};
use crate::{
    db::Tx,
    domain::{
        id::{PlanId, RequirementId},
        invalidation::{AffectedRows, LogEnd, LogLength, LogPosition},
        ledger::{Columns, Retold, Timeframe},
        obligation::ObligationId,
    },
    memory::{CachedLedger, LedgerCache},
    store::invalidation::{self, LogSince},
};

/// More changed rows than so many are not read one by one.
const FEW: usize = 100;

/// The ledgers of `wanted` as this transaction sees them, and how far the log is there; `None`: there is no room for
/// them, or they are ahead of it.
pub(super) async fn current(
    tx: &mut Tx,
    ledgers: &LedgerCache,
    wanted: &[PlanId],
    (timeframe, loading): (Timeframe, Loading),
) -> Result<Option<(LogLength, Vec<Arc<CachedLedger>>)>> {
    if !ledgers.hold(wanted, timeframe) {
        return Ok(None);
    }
    let log = ledgers.log();
    let end = invalidation::end(tx).await?;
    let (mut found, mut changes_read) = (Vec::new(), LogReads::default());
    for plan in wanted {
        let forward = match ledgers.get(plan, timeframe) {
            Some(held) => bring_forward(tx, plan, held, (ledgers, &end, &mut changes_read)).await?,
            None => Forward::Anew,
        };
        let held = match forward {
            Forward::Here(held) => held,
            Forward::Ahead => return Ok(None),
            Forward::Anew if loading == Loading::Never => return Ok(None),
            Forward::Anew => {
                let place = invalidation::place(tx).await?;
                let Some(columns) = load(tx, plan, timeframe).await?.map(Arc::new) else {
                    return Ok(None);
                };
                let held = Arc::new(CachedLedger { place, columns });
                if !ledgers.put(plan, held.clone(), wanted, log) {
                    return Ok(None);
                }
                held
            }
        };
        found.push(held);
    }
    Ok(Some((end.length(), found)))
}

/// What the log has said behind a place. Ledgers are mostly as far as one another: they ask it once.
#[derive(Default)]
struct LogReads(Option<(LogPosition, LogSince)>);

impl LogReads {
    async fn since(&mut self, tx: &mut Tx, from: &LogPosition) -> Result<&LogSince> {
        let since = match self.0.take() {
            Some((known, since)) if known == *from => since,
            _ => invalidation::since(tx, from).await?,
        };
        Ok(&self.0.insert((from.clone(), since)).1)
    }
}

async fn load(tx: &mut Tx, plan: &PlanId, timeframe: Timeframe) -> Result<Option<Columns>> {
    let rows = owed(tx, Extent::All(plan)).await?;
    match timeframe {
        Timeframe::Now => {
            let told = reports::told(tx, Extent::All(plan)).await?;
            aside(move || Columns::new(rows, &told)).await
        }
        Timeframe::Past => {
            let records = history::load(tx, plan).await?;
            aside(move || Columns::new(rows, &[])?.with_history(&records)).await
        }
    }
}

/// Where a ledger can be had that a transaction sees.
enum Forward {
    /// Here it is.
    Here(Arc<CachedLedger>),
    /// The one that is held is of later.
    Ahead,
    /// It has to be loaded.
    Anew,
}

/// The ledger that was `held` as this transaction sees it, a log that goes as far as `end`. It is made of a copy, which shares
/// what has not changed: others read on in what is held.
async fn bring_forward(
    tx: &mut Tx,
    plan: &PlanId,
    held: Arc<CachedLedger>,
    (ledgers, end, changes_read): (&LedgerCache, &LogEnd, &mut LogReads),
) -> Result<Forward> {
    let from = &held.place;
    if from.length() >= end.length() {
        // One of another log is neither behind nor ahead.
        return Ok(match from.length() == end.length() {
            _ if from.sealed == end.sealed && from.hash != end.hash => Forward::Anew,
            true => Forward::Here(held),
            false => Forward::Ahead,
        });
    }
    let LogSince::Entries(place, entries) = changes_read.since(tx, from).await? else {
        return Ok(Forward::Anew);
    };
    let mut one: BTreeSet<ObligationId> = BTreeSet::new();
    let mut of: BTreeSet<RequirementId> = BTreeSet::new();
    for entry in entries {
        match entry.rows() {
            AffectedRows::Same => {}
            AffectedRows::One(id) if id.deadline.requirement.plan() == plan => drop(one.insert(id.clone())),
            AffectedRows::Of(requirement) if requirement.plan() == plan => drop(of.insert(requirement.clone())),
            AffectedRows::One(_) | AffectedRows::Of(_) => {}
            AffectedRows::Plan(other) if other != plan => {}
            AffectedRows::Plan(_) | AffectedRows::All => return Ok(Forward::Anew),
        }
    }
    if one.len() + of.len() > FEW {
        return Ok(Forward::Anew);
    }
    let place = place.clone();
    let columns = if one.is_empty() && of.is_empty() {
        Some(held.columns.clone())
    } else {
        let columns = Columns::clone(&held.columns);
        updated(tx, columns, (&one, &of)).await?.map(Arc::new)
    };
    let Some(columns) = columns else {
        return Ok(Forward::Anew);
    };
    let next = Arc::new(CachedLedger { place, columns });
    ledgers.bring_forward(plan, &held, next.clone());
    Ok(Forward::Here(next))
}

/// The same columns with some rows, and those of some requirements, as they are now; `None`: it is too much.
async fn updated(
    tx: &mut Tx,
    mut columns: Columns,
    (one, of): (&BTreeSet<ObligationId>, &BTreeSet<RequirementId>),
) -> Result<Option<Columns>> {
    let ids: Vec<&ObligationId> = one.iter().collect();
    let these = Retold::These(&ids);
    let parts: Vec<Retold<'_>> = of.iter().map(Retold::Of).collect();
    for (requirement, part) in of.iter().zip(&parts) {
        let settled = owed(tx, Extent::Some(part)).await?;
        if !columns.put_all(requirement, settled) {
            return Ok(None);
        }
    }
    if !ids.is_empty() {
        let changed = owed(tx, Extent::Some(&these)).await?;
        // A report outlasts what it is on: of that there is no row.
        let complete = changed.len() == ids.iter().filter(|id| columns.has(id)).count();
        if !complete || !changed.iter().all(|row| columns.put(row)) {
            return Ok(None);
        }
    }
    for part in parts.iter().chain((!ids.is_empty()).then_some(&these)) {
        let done = match columns.timeframe() {
            Timeframe::Past => columns.retell(part, &history::of(tx, part).await?),
            Timeframe::Now => columns.report(part, &reports::told(tx, Extent::Some(part)).await?),
        };
        if !done {
            return Ok(None);
        }
    }
    Ok(Some(columns))
}
