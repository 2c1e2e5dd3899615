//! A copy of something in the database, held in memory and trusted for the time of a lease.
//!
//! It is trusted for a short lease after it was compared with the database. A commit here ends
//! the lease at once, a commit elsewhere with the notification it sends. While notifications cannot
//! be heard there is no lease: every read asks the database first.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant as Monotonic},
};

use arc_swap::ArcSwap;
use tokio::sync::Mutex;

use crate::error::{Error, Result};

/// How long a comparison with the database is believed. The worker renews it well before its end.
const LEASE: Duration = Duration::from_secs(2);

/// Something read from the database, with its lease.
pub struct Leased<T> {
    current: ArcSwap<T>,
    start: Monotonic,
    /// Microseconds after `start` until which `current` is believed.
    lease_ends: AtomicU64,
    /// Counts invalidations: a comparison that began before one proves nothing after it.
    invalidations: AtomicU64,
    listening: AtomicBool,
    /// The last comparison, held while one is made.
    compared: Mutex<Comparison>,
}

/// A comparison with the database: when, in microseconds after the start, and why it failed.
#[derive(Default)]
struct Comparison {
    began: u64,
    ended: u64,
    failed: Option<Error>,
}

impl<T> Leased<T> {
    /// Something that is not believed yet. `alone`: no other process is expected to write.
    pub fn new(first: T, alone: bool) -> Self {
        Self {
            current: ArcSwap::from_pointee(first),
            start: Monotonic::now(),
            lease_ends: AtomicU64::new(0),
            invalidations: AtomicU64::new(0),
            listening: AtomicBool::new(alone),
            compared: Mutex::default(),
        }
    }

    fn elapsed(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// As it was last read, however long ago.
    pub fn last_read(&self) -> Arc<T> {
        self.current.load_full()
    }

    /// As it is, as far as can be known: `compare` asks the database, and gives what has changed. It is asked
    /// even while the lease runs if `ask` says so.
    pub async fn get(&self, ask: bool, compare: impl AsyncFnOnce(&T) -> Result<Option<T>>) -> Result<Arc<T>> {
        if !ask && self.elapsed() < self.lease_ends.load(Ordering::Acquire) {
            return Ok(self.current.load_full());
        }
        self.refresh(compare).await
    }

    /// Compares with the database, and renews the lease. Who waited while others did so shares what they
    /// found, and above all what they did not: a database that cannot be reached is waited for once, not by
    /// one after another.
    pub async fn refresh(&self, compare: impl AsyncFnOnce(&T) -> Result<Option<T>>) -> Result<Arc<T>> {
        let asked = self.elapsed();
        let mut last = self.compared.lock().await;
        match &last.failed {
            Some(error) if last.ended > asked => return Err(error.repeated()),
            None if last.began > asked => return Ok(self.current.load_full()),
            _ => {}
        }
        let began = self.elapsed();
        let outcome = self.compare(began, compare).await;
        *last = Comparison {
            began,
            ended: self.elapsed(),
            failed: outcome.as_ref().err().map(Error::repeated),
        };
        outcome
    }

    async fn compare(&self, began: u64, compare: impl AsyncFnOnce(&T) -> Result<Option<T>>) -> Result<Arc<T>> {
        let seen = self.invalidations.load(Ordering::Acquire);
        let held = self.current.load_full();
        if let Some(changed) = compare(&held).await? {
            self.current.store(Arc::new(changed));
        }
        if self.listening.load(Ordering::Acquire) {
            let until = began + u64::try_from(LEASE.as_micros()).unwrap_or(0);
            self.lease_ends.store(until, Ordering::Release);
            if self.invalidations.load(Ordering::Acquire) != seen {
                self.lease_ends.store(0, Ordering::Release);
            }
        }
        Ok(self.current.load_full())
    }

    /// Ends the lease.
    pub fn invalidate(&self) {
        self.invalidations.fetch_add(1, Ordering::AcqRel);
        self.lease_ends.store(0, Ordering::Release);
    }

    /// Whether changes made elsewhere are heard of.
    pub fn set_listening(&self, listening: bool) {
        self.listening.store(listening, Ordering::Release);
        self.invalidate();
    }
}
