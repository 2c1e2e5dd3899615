//! Figures for monitoring. They are made when they are scraped, never by another request.

use std::time::Duration;

use tokio::time::timeout;

use super::{App, Panics};
use crate::{db::Usage, domain::time::Instant, error::Result, store::seals::waiting_since, token::KeyFetches};

/// Who looks does not wait for a database that is silent: that it is, the figures say.
const PATIENCE: Duration = Duration::from_secs(2);

/// The process at a moment.
pub struct ProcessFigures<'a> {
    /// Whether it should be sent requests.
    pub is_ready: bool,
    /// Entries that wait for their seal, and for how many seconds the first of them has. `None`: the database does not say.
    pub unsealed: Option<(i64, i64)>,
    /// The connections to the database.
    pub connections: Usage,
    /// The workers, and how often each has panicked.
    pub workers: Vec<(&'static str, Panics)>,
    /// The keys of issuers that are fetched.
    pub keys: Vec<KeyFetches<'a>>,
}

impl App {
    /// The process as it is now.
    pub async fn figures(&self) -> ProcessFigures<'_> {
        let connections = self.db.usage();
        let is_ready = timeout(PATIENCE, self.not_ready()).await;
        let is_ready = matches!(is_ready, Ok(Ok(None)));
        let unsealed = timeout(PATIENCE, self.unsealed()).await;
        ProcessFigures {
            is_ready,
            unsealed: unsealed.ok().and_then(Result::ok),
            connections,
            workers: self.background.panics(),
            keys: self.verifier.fetches(),
        }
    }

    async fn unsealed(&self) -> Result<(i64, i64)> {
        let (waiting, since) = self.db.read_once(async |tx| waiting_since(tx).await).await?;
        let age = |since: Instant| (self.clock.now() - since).num_seconds().max(0);
        Ok((waiting, since.map_or(0, age)))
    }
}
