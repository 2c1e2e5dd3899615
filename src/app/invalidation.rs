//! What the log has said, and what other processes tell: what is in memory is kept current by it.

use std::sync::Arc;

use super::App;
use crate::{
    db::Listener,
    domain::invalidation::{LastChanges, LogPosition},
    error::Result,
    memory::CachedLedgers,
    service::work::Context,
    store::{self, invalidation::LogSince, revisions},
};

impl App {
    /// What the log has said, as current as can be known. A caller who may change anything is told of all
    /// that it did, on any replica.
    pub async fn last_changes(&self, context: &Context) -> Result<Arc<LastChanges>> {
        let ask = self.db.is_shared() && context.actor.changes_anything();
        self.last_changes
            .get(ask, async |held: &LastChanges| self.read_changes(held).await)
            .await
    }

    /// What the log has said, as it was last read. Compare its position with that of a transaction to know whether that
    /// is all.
    pub fn last_changes_read(&self) -> Arc<LastChanges> {
        self.last_changes.last_read()
    }

    async fn read_changes(&self, held: &LastChanges) -> Result<Option<LastChanges>> {
        if self
            .db
            .read_once(async |tx| store::invalidation::is_all(tx, &held.place).await)
            .await?
        {
            return Ok(None);
        }
        let since = self
            .db
            .read(async |tx| store::invalidation::since(tx, &held.place).await)
            .await?;
        Ok(Some(match since {
            LogSince::Entries(place, entries) => held.and(place, &entries),
            LogSince::TooMany(place) => held.and_more(place),
            LogSince::OtherLog(place) => self.begin_anew(held, place),
        }))
    }

    /// The database is not the one that it was: a server took over that lacks the last entries, or a backup was restored.
    /// Nothing that was read before is true of it.
    fn begin_anew(&self, held: &LastChanges, place: LogPosition) -> LastChanges {
        tracing::warn!(
            known = held.place.sealed,
            found = place.sealed,
            "the log is not the one that was known: the database was restored, or a server took over that lacks its last \
             entries. All that was in memory is read anew; what was acknowledged last may be lost (docs/operate/backup.md)"
        );
        self.memory.ledgers.begin_anew();
        self.forget_follow_key();
        // It sees by itself that it is of another log.
        self.catalog.invalidate();
        held.of_another(place)
    }

    /// The ledgers in memory, for a question to the database that they may answer.
    pub fn memory(&self) -> Option<CachedLedgers> {
        Some(self.memory.clone())
    }

    /// Compares what is in memory with the database, and renews the time for which it is trusted.
    pub async fn renew(&self) -> Result<()> {
        self.refresh_catalog().await?;
        self.last_changes
            .refresh(async |held: &LastChanges| self.read_changes(held).await)
            .await
            .map(drop)
    }

    /// Another replica says that something changed: which revision, or the log.
    pub fn invalidate(&self, what: &str) {
        if what == revisions::LOG {
            self.last_changes.invalidate();
        } else {
            self.catalog.invalidate();
        }
    }

    /// Whether other processes' changes are heard of.
    pub fn set_listening(&self, listening: bool) {
        self.catalog.set_listening(listening);
        self.last_changes.set_listening(listening);
    }

    /// Hears of other replicas' changes; `None` when there are none.
    pub async fn listen(&self) -> Result<Option<Listener>> {
        Ok(self.db.listen(revisions::CHANNEL).await?)
    }
}
