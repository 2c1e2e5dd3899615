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
        heard::{Concerns, Heard, Mark},
        id::PlanId,
        person::Person,
    },
    rendered::Rendered,
};

/// What is kept of what was told.
pub struct Kept<T> {
    /// Its bytes.
    pub told: T,
    /// What it shows of the database.
    pub shows: Shows,
    /// How far the log was known before that was read.
    pub at: Mark,
    /// Which log.
    pub log: u32,
}

/// A reply.
pub type KeptReply = Kept<Arc<Rendered>>;

/// A row of pages. It says exactly what was so when the log was so far.
pub type KeptRow = Kept<Box<RawValue>>;

/// What a reply or a row shows of the database, beside plans and units.
#[derive(Debug, Clone)]
pub struct Shows {
    /// What it is about.
    pub of: Concerns,
    /// To these people something else is shown.
    pub but_to: Vec<Person>,
}

impl Shows {
    /// All of a plan, and to everybody the same.
    pub fn of_plan(plan: &PlanId) -> Self {
        Self {
            of: Concerns::plan(plan),
            but_to: Vec::new(),
        }
    }

    /// Figures of a plan, and to everybody the same. Those of days that are over stay through the steps of today: nobody
    /// can tell by how long they take that there was one.
    pub fn of_figures(plan: &PlanId, are_over: bool) -> Self {
        let mut shows = Self::of_plan(plan);
        shows.of.settled_only = are_over;
        shows
    }
}

impl<T> Kept<T> {
    /// Whether it is what `who` would be told now.
    pub fn is_for(&self, who: Option<&Person>, heard: &Heard) -> bool {
        let Shows { of, but_to } = &self.shows;
        heard.log == self.log && heard.last(of) <= self.at && !who.is_some_and(|who| who.is_among(but_to))
    }
}

impl KeptRow {
    /// Bytes it takes in memory, with what leads to it.
    pub(super) fn weight(&self) -> usize {
        self.told.get().len() + 512
    }
}

/// Who makes which reply: others who ask for the same meanwhile wait for it.
#[derive(Default)]
pub(super) struct Turns(Mutex<HashMap<ReplyKey, Weak<Semaphore>>>);

/// Turns that are remembered before those that are over are forgotten.
const MOST_TURNS: usize = 1000;

impl Turns {
    /// The turn of whoever makes the reply under `key`.
    pub(super) fn of(&self, key: &ReplyKey) -> Arc<Semaphore> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turn) = turns.get(key).and_then(Weak::upgrade) {
            return turn;
        }
        if turns.len() >= MOST_TURNS {
            turns.retain(|_, turn| turn.strong_count() > 0);
        }
        let turn = Arc::new(Semaphore::new(1));
        turns.insert(key.clone(), Arc::downgrade(&turn));
        turn
    }
}
