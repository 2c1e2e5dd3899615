//! Ledgers in memory are loaded, and brought to what a transaction sees.

use std::{
    collections::BTreeSet,
    sync::{Arc, PoisonError},
};

use sqlx::Result;

use super::{Extent, Loading, history, owed, reports};
use crate::{
    db::Tx,
    domain::{
        heard::{LogEnd, LogPlace, Mark, Rows},
        id::{PlanId, RequirementId},
        ledger::{Columns, Held, Ledgers, Reach, Retold, Shared},
        obligation::ObligationId,
    },
    store::heard::{self, Since},
};

/// More changed rows than so many are not read one by one.
const FEW: usize = 100;

/// The ledgers of `wanted` as this transaction sees them, and how far the log is there; `None`: there is no room for
/// them, or they are ahead of it.
pub(super) async fn current(
    tx: &mut Tx,
    ledgers: &Ledgers,
    wanted: &[PlanId],
    (reach, loading): (Reach, Loading),
) -> Result<Option<(Mark, Vec<Shared>)>> {
    if !ledgers.hold(wanted, reach) {
        return Ok(None);
    }
    let log = ledgers.log();
    let end = heard::end(tx).await?;
    let (mut found, mut heard) = (Vec::new(), Said::default());
    for plan in wanted {
        let held = match ledgers.get(plan, reach) {
            Some(held) => bring_forward(tx, plan, &held, (&end, &mut heard))
                .await?
                .then_some(held),
            None => None,
        };
        let held = if let Some(held) = held {
            held
        } else if loading == Loading::Never {
            return Ok(None);
        } else {
            let place = heard::place(tx).await?;
            let Some(columns) = load(tx, plan, reach).await? else {
                return Ok(None);
            };
            let columns = Arc::new(columns);
            let Some(held) = ledgers.put(plan, Held { place, columns }, wanted, log) else {
                return Ok(None);
            };
            held
        };
        found.push(held);
    }
    Ok(Some((end.mark(), found)))
}

/// What the log has said behind a place. Ledgers are mostly as far as one another: they ask it once.
#[derive(Default)]
struct Said(Option<(LogPlace, Since)>);

impl Said {
    async fn since(&mut self, tx: &mut Tx, from: &LogPlace) -> Result<&Since> {
        let since = match self.0.take() {
            Some((known, since)) if known == *from => since,
            _ => heard::since(tx, from).await?,
        };
        Ok(&self.0.insert((from.clone(), since)).1)
    }
}

async fn load(tx: &mut Tx, plan: &PlanId, reach: Reach) -> Result<Option<Columns>> {
    let rows = owed(tx, Extent::All(plan)).await?;
    Ok(match reach {
        Reach::Now => Columns::new(rows, &reports::told(tx, Extent::All(plan)).await?),
        Reach::Past => {
            let records = history::load(tx, plan).await?;
            Columns::new(rows, &[]).and_then(|columns| columns.with_history(&records))
        }
    })
}

/// Makes a ledger what this transaction sees, a log that goes as far as `end`. `false`: it has to be loaded anew. One
/// that is ahead already is left alone.
async fn bring_forward(
    tx: &mut Tx,
    plan: &PlanId,
    ledger: &Shared,
    (end, heard): (&LogEnd, &mut Said),
) -> Result<bool> {
    let from = ledger.read().unwrap_or_else(PoisonError::into_inner).place.clone();
    if from.mark() >= end.mark() {
        // One of another log is neither behind nor ahead.
        return Ok(from.sealed != end.sealed || from.hash == end.hash);
    }
    if from == LogPlace::nowhere() {
        return Ok(false);
    }
    let Since::Said(place, news) = heard.since(tx, &from).await? else {
        return Ok(false);
    };
    let mut one: BTreeSet<ObligationId> = BTreeSet::new();
    let mut of: BTreeSet<RequirementId> = BTreeSet::new();
    for entry in news {
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
    let these = Retold::These(&ids);
    let parts: Vec<Retold<'_>> = of.iter().map(Retold::Of).collect();
    let changed = if ids.is_empty() {
        Vec::new()
    } else {
        owed(tx, Extent::Some(&these)).await?
    };
    let mut settled = Vec::new();
    for (requirement, part) in of.iter().zip(&parts) {
        settled.push((requirement, owed(tx, Extent::Some(part)).await?));
    }
    let reach = ledger.read().unwrap_or_else(PoisonError::into_inner).columns.reach();
    let (mut retold, mut reported) = (Vec::new(), Vec::new());
    for part in parts.iter().chain((!ids.is_empty()).then_some(&these)) {
        match reach {
            Reach::Past => retold.push((part, history::of(tx, part).await?)),
            Reach::Now => reported.push((part, reports::told(tx, Extent::Some(part)).await?)),
        }
    }
    let mut held = ledger.write().unwrap_or_else(PoisonError::into_inner);
    if held.place != from {
        // Somebody else did meanwhile; whether so far, is looked at before it is read.
        return Ok(true);
    }
    // Whoever writes a table of them keeps them as they are.
    let columns = Arc::make_mut(&mut held.columns);
    let settled = settled
        .into_iter()
        .all(|(requirement, rows)| columns.put_all(requirement, rows));
    // A report outlasts what it is on: of that there is no row.
    let complete = changed.len() == ids.iter().filter(|id| columns.has(id)).count();
    let done = settled
        && complete
        && changed.iter().all(|row| columns.put(row))
        && retold.iter().all(|(of, records)| columns.retell(of, records))
        && reported.iter().all(|(of, reports)| columns.report(of, reports));
    // What is half done is of no moment.
    held.place = if done { place.clone() } else { LogPlace::nowhere() };
    Ok(done)
}
