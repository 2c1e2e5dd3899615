//! The catalog in memory, with the replies that were rendered from it.

use std::sync::Arc;

use moka::sync::Cache;

use crate::{
    db::Db,
    domain::catalog::Catalog,
    error::Result,
    rendered::Rendered,
    store::{self, catalog::LoadedCatalog},
};

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

    /// An empty catalog.
    pub(super) fn empty() -> Self {
        Self::new(LoadedCatalog::default())
    }

    /// What has changed since, if anything has.
    pub(super) async fn newer(&self, db: &Db) -> Result<Option<Self>> {
        let loaded = db.read(async |tx| store::catalog::load(tx, &self.loaded).await).await?;
        Ok(loaded.map(Self::new))
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
