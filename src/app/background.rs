//! What goes on without a request. It belongs to the application, which knows how it fares and ends it before the database is
//! closed.

use std::{
    collections::BTreeMap,
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::task::JoinSet;

/// A worker that has panicked so often in a row somebody has to see to.
const TOO_OFTEN: u32 = 3;

/// The workers.
#[derive(Default)]
pub struct Background {
    tasks: Mutex<JoinSet<()>>,
    workers: Mutex<BTreeMap<&'static str, Panics>>,
}

/// How often a worker has panicked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Panics {
    /// Since the start.
    pub all: u64,
    /// Since it was last at work for a while.
    pub in_a_row: u32,
}

impl Background {
    /// Runs `work` on this thread until it is stopped.
    pub fn run(&self, name: &'static str, work: impl Future<Output = ()> + 'static) {
        held(&self.workers).entry(name).or_default();
        held(&self.tasks).spawn_local(work);
    }

    /// A worker has panicked; how often in a row.
    pub fn panicked(&self, name: &'static str) -> u32 {
        let mut workers = held(&self.workers);
        let panics = workers.entry(name).or_default();
        panics.all += 1;
        panics.in_a_row = panics.in_a_row.saturating_add(1);
        panics.in_a_row
    }

    /// It has been at work for a while.
    pub fn works(&self, name: &'static str) {
        held(&self.workers).entry(name).or_default().in_a_row = 0;
    }

    /// Those that begin again and again, in vain.
    pub fn failing(&self) -> Vec<&'static str> {
        let workers = held(&self.workers);
        let failing = workers.iter().filter(|(_, panics)| panics.in_a_row >= TOO_OFTEN);
        failing.map(|(name, _)| *name).collect()
    }

    /// How often each has panicked.
    pub fn panics(&self) -> Vec<(&'static str, Panics)> {
        held(&self.workers)
            .iter()
            .map(|(name, panics)| (*name, *panics))
            .collect()
    }

    /// Ends them, and waits until they have ended.
    pub(super) async fn stop(&self) {
        let mut tasks = mem::take(&mut *held(&self.tasks));
        tasks.shutdown().await;
    }
}

/// Nothing panics while it holds one of these.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
