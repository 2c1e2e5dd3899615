//! What the log has said, and what other processes tell: what is in memory is kept current by it.

use std::sync::Arc;

use super::App;
use crate::{
    db::Listener,
    domain::{
        heard::{Heard, LogPlace},
        ledger::Memory,
    },
    error::Result,
    service::work::Context,
    store::{self, heard::Since, revisions},
};

impl App {
    /// What the log has said, as current as can be known. A caller who may change anything is told of all
    /// that it did, on any replica.
    pub async fn heard(&self, context: &Context) -> Result<Arc<Heard>> {
        let ask = self.db.is_shared() && context.actor.changes_anything();
        self.heard
            .get(ask, async |held: &Heard| self.hear_more(held).await)
            .await
    }

    /// What the log has said, as it was last read. Whoever uses it knows by its mark whether that is all.
    pub fn heard_last(&self) -> Arc<Heard> {
        self.heard.last_read()
    }

    async fn hear_more(&self, held: &Heard) -> Result<Option<Heard>> {
        if self
            .db
            .glance(async |tx| store::heard::is_all(tx, &held.place).await)
            .await?
        {
            return Ok(None);
        }
        let since = self
            .db
            .read(async |tx| store::heard::since(tx, &held.place).await)
            .await?;
        Ok(Some(match since {
            Since::Said(place, news) => held.and(place, &news),
            Since::TooMuch(place) => held.and_more(place),
            Since::Another(place) => self.begin_anew(held, place),
        }))
    }

    /// The database is not the one that it was: a server took over that lacks the last entries, or a backup was restored.
    /// Nothing that was read before is true of it.
    fn begin_anew(&self, held: &Heard, place: LogPlace) -> Heard {
        tracing::warn!(
            known = held.place.sealed,
            found = place.sealed,
            "the log is not the one that was known: the database was restored, or a server took over that lacks its last \
             entries. All that was in memory is read anew; what was acknowledged last may be lost (docs/operate/backup.md)"
        );
        self.memory.ledgers.begin_anew();
        self.forget_mark_key();
        // It sees by itself that it is of another log.
        self.catalog.invalidate();
        held.of_another(place)
    }

    /// The ledgers in memory, for a question to the database that they may answer.
    pub fn memory(&self) -> Option<Memory> {
        Some(self.memory.clone())
    }

    /// Compares what is in memory with the database, and renews the time for which it is trusted.
    pub async fn renew(&self) -> Result<()> {
        self.refresh_catalog().await?;
        self.heard
            .refresh(async |held: &Heard| self.hear_more(held).await)
            .await
            .map(drop)
    }

    /// Another replica says that something changed: which revision, or the log.
    pub fn hear(&self, what: &str) {
        if what == revisions::LOG {
            self.heard.invalidate();
        } else {
            self.catalog.invalidate();
        }
    }

    /// Whether other processes' changes are heard of.
    pub fn set_listening(&self, listening: bool) {
        self.catalog.set_listening(listening);
        self.heard.set_listening(listening);
    }

    /// Hears of other replicas' changes; `None` when there are none.
    pub async fn listen(&self) -> Result<Option<Listener>> {
        Ok(self.db.listen(revisions::CHANNEL).await?)
    }
}
