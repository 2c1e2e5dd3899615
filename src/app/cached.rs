//! Replies and rows cached as bytes, and what makes them stale.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use serde_json::value::RawValue;
use tokio::sync::Semaphore;

use super::keys::ReplyKey;
use crate::{
    domain::{
        id::PlanId,
        invalidation::{Dependencies, LastChanges, LogLength},
        person::Person,
    },
    rendered::Rendered,
};

/// What is kept of what was told.
pub struct Cached<T> {
    /// Its bytes.
    pub value: T,
    /// What it shows of the database.
    pub validity: Validity,
    /// How far the log was known before that was read.
    pub at: LogLength,
    /// Which log.
    pub log: u32,
}

/// A reply.
pub type CachedReply = Cached<Arc<Rendered>>;

/// A row of pages. It says exactly what was so when the log was so far.
pub type CachedRow = Cached<Box<RawValue>>;

/// What a reply or a row shows of the database, beside plans and units.
#[derive(Debug, Clone)]
pub struct Validity {
    /// What it is about.
    pub of: Dependencies,
    /// To these people something else is shown.
    pub but_to: Vec<Person>,
}

impl Validity {
    /// All of a plan, the same for all callers.
    pub fn of_plan(plan: &PlanId) -> Self {
        Self {
            of: Dependencies::plan(plan),
            but_to: Vec::new(),
        }
    }

    /// Figures of a plan, the same for all callers. Those of days that are over stay cached through the steps of today:
    /// response times do not reveal that there was one.
    pub fn of_figures(plan: &PlanId, are_over: bool) -> Self {
        let mut validity = Self::of_plan(plan);
        validity.of.settled_only = are_over;
        validity
    }
}

impl<T> Cached<T> {
    /// Whether it is what `who` would be told now.
    pub fn is_for(&self, who: Option<&Person>, last_changes: &LastChanges) -> bool {
        let Validity { of, but_to } = &self.validity;
        last_changes.log == self.log && last_changes.last(of) <= self.at && !who.is_some_and(|who| who.is_among(but_to))
    }
}

impl CachedRow {
    /// Bytes it takes in memory, with what leads to it.
    pub(super) fn weight(&self) -> usize {
        self.value.get().len() + 512
    }
}

/// Who makes which reply: others who ask for the same meanwhile wait for it.
#[derive(Default)]
pub(super) struct SingleFlight(Mutex<HashMap<ReplyKey, Weak<Semaphore>>>);

/// Turns that are remembered before those that are over are forgotten.
const MOST_FLIGHTS: usize = 1000;

impl SingleFlight {
    /// The turn of whoever makes the reply under `key`.
    pub(super) fn of(&self, key: &ReplyKey) -> Arc<Semaphore> {
        let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = flights.get(key).and_then(Weak::upgrade) {
            return flight;
        }
        if flights.len() >= MOST_FLIGHTS {
            flights.retain(|_, flight| flight.strong_count() > 0);
        }
        let flight = Arc::new(Semaphore::new(1));
        flights.insert(key.clone(), Arc::downgrade(&flight));
        flight
    }
}
