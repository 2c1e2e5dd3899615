//! The catalog in memory, and when it may be believed.
//!
//! It is believed for a short lease after it was compared with the database. A commit here ends
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
use moka::sync::Cache;
use tokio::sync::Mutex;

use crate::{
    db::Db,
    domain::catalog::Catalog,
    error::{Error, Result},
    rendered::Rendered,
    store::{self, catalog::LoadedCatalog},
};

/// How long a comparison with the database is believed. The worker renews it well before its end.
const LEASE: Duration = Duration::from_secs(2);
/// Bytes of rendered replies kept per revision.
const RENDERED_BYTES: u64 = 64 * 1024 * 1024;

/// A catalog with the replies that were rendered from it. Both are dropped together.
pub struct Snapshot {
    loaded: LoadedCatalog,
    rendered: Cache<String, Arc<Rendered>>,
}

impl Snapshot {
    fn new(loaded: LoadedCatalog) -> Self {
        let weigh = |key: &String, value: &Arc<Rendered>| u32::try_from(key.len() + value.weight()).unwrap_or(u32::MAX);
        Self {
            loaded,
            rendered: Cache::builder().max_capacity(RENDERED_BYTES).weigher(weigh).build(),
        }
    }

    /// Plans and units.
    pub fn catalog(&self) -> &Catalog {
        &self.loaded.catalog
    }

    /// The reply rendered under `key`, if it was.
    pub fn rendered(&self, key: &str) -> Option<Arc<Rendered>> {
        self.rendered.get(key)
    }

    /// Keeps a reply for the next who asks the same.
    pub fn keep(&self, key: String, reply: Arc<Rendered>) {
        self.rendered.insert(key, reply);
    }
}

/// The catalog in memory.
pub struct CachedCatalog {
    current: ArcSwap<Snapshot>,
    start: Monotonic,
    /// Microseconds after `start` until which `current` is believed.
    believed_until: AtomicU64,
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

impl CachedCatalog {
    /// An empty catalog that is not believed. `alone`: no other process is expected to write.
    pub fn new(alone: bool) -> Self {
        Self {
            current: ArcSwap::from_pointee(Snapshot::new(LoadedCatalog::default())),
            start: Monotonic::now(),
            believed_until: AtomicU64::new(0),
            invalidations: AtomicU64::new(0),
            listening: AtomicBool::new(alone),
            compared: Mutex::default(),
        }
    }

    fn elapsed(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// The catalog as it was last read, however long ago.
    pub fn last_read(&self) -> Arc<Snapshot> {
        self.current.load_full()
    }

    /// The catalog; `ask` the database even while the lease runs.
    pub async fn get(&self, db: &Db, ask: bool) -> Result<Arc<Snapshot>> {
        if !ask && self.elapsed() < self.believed_until.load(Ordering::Acquire) {
            return Ok(self.current.load_full());
        }
        self.refresh(db).await
    }

    /// Compares with the database, reads again what has changed, and renews the lease. Who waited while
    /// others did so shares what they found, and above all what they did not: a database that cannot be
    /// reached is waited for once, not by one after another.
    pub async fn refresh(&self, db: &Db) -> Result<Arc<Snapshot>> {
        let asked = self.elapsed();
        let mut last = self.compared.lock().await;
        match &last.failed {
            Some(error) if last.ended > asked => return Err(error.repeated()),
            None if last.began > asked => return Ok(self.current.load_full()),
            _ => {}
        }
        let began = self.elapsed();
        let outcome = self.compare(db, began).await;
        *last = Comparison {
            began,
            ended: self.elapsed(),
            failed: outcome.as_ref().err().map(Error::repeated),
        };
        outcome
    }

    async fn compare(&self, db: &Db, began: u64) -> Result<Arc<Snapshot>> {
        let seen = self.invalidations.load(Ordering::Acquire);
        let held = self.current.load_full();
        if let Some(loaded) = db.read(async |tx| store::catalog::load(tx, &held.loaded).await).await? {
            self.current.store(Arc::new(Snapshot::new(loaded)));
        }
        if self.listening.load(Ordering::Acquire) {
            let until = began + u64::try_from(LEASE.as_micros()).unwrap_or(0);
            self.believed_until.store(until, Ordering::Release);
            if self.invalidations.load(Ordering::Acquire) != seen {
                self.believed_until.store(0, Ordering::Release);
            }
        }
        Ok(self.current.load_full())
    }

    /// Ends the lease.
    pub fn invalidate(&self) {
        self.invalidations.fetch_add(1, Ordering::AcqRel);
        self.believed_until.store(0, Ordering::Release);
    }

    /// Whether changes made elsewhere are heard of.
    pub fn set_listening(&self, listening: bool) {
        self.listening.store(listening, Ordering::Release);
        self.invalidate();
    }
}
