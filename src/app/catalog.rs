//! The catalog in memory, with the replies that were rendered from it.

use std::sync::Arc;

use super::{
    cached::{CachedReply, CachedRow},
    keys::{ReplyKey, RowKey},
};
use crate::{
    db::Db,
    domain::catalog::Catalog,
    error::Result,
    rendered::Rendered,
    store::{self, catalog::LoadedCatalog},
};
use moka::sync::Cache;

/// Bytes of rendered replies kept per revision.
const RENDERED_BYTES: u64 = 64 * 1024 * 1024;
/// Bytes of rows kept per revision.
const ROW_BYTES: u64 = 32 * 1024 * 1024;

/// A catalog with the replies that were rendered from it. Both are dropped together.
pub struct Snapshot {
    loaded: LoadedCatalog,
    rendered: Cache<ReplyKey, CacheEntry>,
    rows: Cache<RowKey, Arc<CachedRow>>,
}

/// A reply in memory.
#[derive(Clone)]
enum CacheEntry {
    /// It shows nothing but the catalog.
    Rendered(Arc<Rendered>),
    /// It shows something of the database too.
    Cached(Arc<CachedReply>),
}

impl CacheEntry {
    fn weight(&self) -> usize {
        match self {
            Self::Rendered(reply) => reply.weight(),
            Self::Cached(kept) => kept.value.weight() + size_of::<CachedReply>(),
        }
    }
}

impl Snapshot {
    fn new(loaded: LoadedCatalog) -> Self {
        let weigh =
            |key: &ReplyKey, value: &CacheEntry| u32::try_from(key.weight() + value.weight()).unwrap_or(u32::MAX);
        Self {
            loaded,
            rendered: Cache::builder().max_capacity(RENDERED_BYTES).weigher(weigh).build(),
            rows: Cache::builder()
                .max_capacity(ROW_BYTES)
                .weigher(|_: &RowKey, row: &Arc<CachedRow>| u32::try_from(row.weight()).unwrap_or(u32::MAX))
                .build(),
        }
    }

    /// An empty catalog.
    pub(super) fn empty() -> Self {
        Self::new(LoadedCatalog::default())
    }

    /// What has changed since, if anything has.
    pub(super) async fn newer(&self, db: &Db) -> Result<Option<Self>> {
        if db.read_once(async |tx| self.loaded.is_current(tx).await).await? {
            return Ok(None);
        }
        let loaded = db.read(async |tx| store::catalog::load(tx, &self.loaded).await).await?;
        Ok(Some(Self::new(loaded)))
    }

    /// What was read, and when that was.
    pub(super) fn loaded(&self) -> &LoadedCatalog {
        &self.loaded
    }

    /// Plans and units.
    pub fn catalog(&self) -> &Catalog {
        &self.loaded.catalog
    }

    /// The reply rendered under `key`, if it was.
    pub fn rendered(&self, key: &ReplyKey) -> Option<Arc<Rendered>> {
        match self.rendered.get(key) {
            Some(CacheEntry::Rendered(reply)) => Some(reply),
            _ => None,
        }
    }

    /// Keeps a reply for the next who asks the same.
    pub fn keep(&self, key: ReplyKey, reply: Arc<Rendered>) {
        self.rendered.insert(key, CacheEntry::Rendered(reply));
    }

    /// The reply kept under `key` that shows something of the database, if there is one, however old.
    pub fn kept(&self, key: &ReplyKey) -> Option<Arc<CachedReply>> {
        match self.rendered.get(key) {
            Some(CacheEntry::Cached(kept)) => Some(kept),
            _ => None,
        }
    }

    /// Keeps a reply that shows something of the database.
    pub fn cache_reply(&self, key: ReplyKey, kept: Arc<CachedReply>) {
        self.rendered.insert(key, CacheEntry::Cached(kept));
    }

    /// The row that was kept under `key`, if there is one, however old.
    pub fn row(&self, key: &RowKey) -> Option<Arc<CachedRow>> {
        self.rows.get(key)
    }

    /// Keeps a row for other pages that show it.
    pub fn cache_row(&self, key: RowKey, row: CachedRow) {
        self.rows.insert(key, Arc::new(row));
    }
}
