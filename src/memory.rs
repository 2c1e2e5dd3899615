//! The ledgers that are in memory, and how much they may take of it. `store` asks them before the database, and brings
//! them forward. What else is held in memory (the catalog, replies, rows of pages), `app` has: nothing below asks for that.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::domain::{
    id::PlanId,
    invalidation::{LogLength, LogPosition},
    ledger::{Columns, Timeframe},
};

#[cfg(test)]
mod tests;

/// The ledger of a plan, and how far the log was then. It stays as it is: what changes makes another.
#[derive(Debug)]
pub struct CachedLedger {
    /// How far.
    pub place: LogPosition,
    /// What was owed.
    pub columns: Arc<Columns>,
}

/// The ledgers in memory, as one answer asks them.
#[derive(Debug, Clone)]
pub struct CachedLedgers {
    /// All that are there.
    pub ledgers: Arc<LedgerCache>,
    /// How far the log is known to be, and which plans have ledgers; `None`: for the database to say.
    pub known: Option<(LogLength, Vec<PlanId>)>,
}

impl CachedLedgers {
    /// No ledgers so far, and never more than `limit` bytes of them.
    pub fn new(limit: usize) -> Self {
        Self {
            ledgers: Arc::new(LedgerCache::new(limit)),
            known: None,
        }
    }

    /// The ledgers of those of `plans` that there are, or of all, if they are there; `None`: not all of them are.
    pub fn of(&self, plans: &[PlanId]) -> Option<Vec<(&PlanId, Arc<CachedLedger>)>> {
        let (_, known) = self.known.as_ref()?;
        let wanted = known.iter().filter(|plan| plans.is_empty() || plans.contains(plan));
        let held = wanted.map(|plan| Some((plan, self.ledgers.get(plan, Timeframe::Now)?)));
        held.collect()
    }
}

/// The ledgers of plans. What is asked of now must not give way to the past, which is several times as large: they are
/// held each by itself.
#[derive(Debug)]
pub struct LedgerCache {
    limit: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    plans: BTreeMap<(PlanId, Timeframe), Slot>,
    /// What those weighed that are not held any more, or never were for want of room.
    weights: BTreeMap<(PlanId, Timeframe), usize>,
    /// Counts questions.
    asked: u64,
    /// Counts logs.
    log: u32,
}

#[derive(Debug)]
struct Slot {
    ledger: Arc<CachedLedger>,
    weight: usize,
    asked: u64,
}

impl LedgerCache {
    /// None so far, and never more than `limit` bytes of them.
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether there is room for all of these at once, as far as is known.
    pub fn hold(&self, plans: &[PlanId], timeframe: Timeframe) -> bool {
        let state = self.state();
        let weight = |plan: &PlanId| {
            let plan = (plan.clone(), timeframe);
            let held = state.plans.get(&plan).map(|slot| slot.weight);
            held.or_else(|| state.weights.get(&plan).copied()).unwrap_or(0)
        };
        self.limit > 0 && plans.iter().map(weight).sum::<usize>() <= self.limit
    }

    /// The ledger of a plan, if it is held.
    pub fn get(&self, plan: &PlanId, timeframe: Timeframe) -> Option<Arc<CachedLedger>> {
        let mut state = self.state();
        state.asked += 1;
        let asked = state.asked;
        let slot = state.plans.get_mut(&(plan.clone(), timeframe))?;
        slot.asked = asked;
        Some(slot.ledger.clone())
    }

    /// The log that they are read by, for a reader that begins to load one.
    pub fn log(&self) -> u32 {
        self.state().log
    }

    /// The log is another from now on: lets go of all, and of those that are being read.
    pub fn begin_anew(&self) {
        let mut state = self.state();
        state.log += 1;
        state.plans.clear();
    }

    /// Holds a ledger that was begun to be read in `log`, and lets go of those that were not asked for the longest and are
    /// not `wanted`; `false`: there is no room for it beside those, or the log is another by now.
    pub fn put(&self, plan: &PlanId, held: Arc<CachedLedger>, wanted: &[PlanId], log: u32) -> bool {
        let mut state = self.state();
        if state.log != log {
            return false;
        }
        let weight = held.columns.weight();
        let timeframe = held.columns.timeframe();
        let plan = (plan.clone(), timeframe);
        state.plans.remove(&plan);
        state.weights.insert(plan.clone(), weight);
        loop {
            let taken: usize = state.plans.values().map(|slot| slot.weight).sum();
            if taken + weight <= self.limit {
                break;
            }
            let is_wanted = |(plan, other): &(PlanId, Timeframe)| *other == timeframe && wanted.contains(plan);
            let others = state.plans.iter().filter(|(plan, _)| !is_wanted(plan));
            let Some((oldest, _)) = others.min_by_key(|(_, slot)| slot.asked) else {
                return false;
            };
            let oldest = oldest.clone();
            if let Some(slot) = state.plans.remove(&oldest) {
                state.weights.insert(oldest, slot.weight);
            }
        }
        state.asked += 1;
        let slot = Slot {
            ledger: held,
            weight,
            asked: state.asked,
        };
        state.plans.insert(plan, slot);
        true
    }

    /// Holds `next` in the place of `held`, if nobody has put another there meanwhile.
    pub fn bring_forward(&self, plan: &PlanId, held: &Arc<CachedLedger>, next: Arc<CachedLedger>) {
        let plan = (plan.clone(), next.columns.timeframe());
        let mut state = self.state();
        if let Some(slot) = state.plans.get_mut(&plan)
            && Arc::ptr_eq(&slot.ledger, held)
        {
            // It weighs about the same: to look through all of it takes longer than a change.
            slot.ledger = next;
        }
    }

    /// Lets go of the ledgers of these plans; of all, if none is named.
    pub fn forget(&self, plans: &[PlanId]) {
        let mut state = self.state();
        state
            .plans
            .retain(|(plan, _), _| !plans.is_empty() && !plans.contains(plan));
    }
}
