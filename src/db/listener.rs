//! What other processes tell of their commits.

use sqlx::{Result, postgres::PgListener};

/// Hears what other processes commit.
pub struct Listener(pub(super) PgListener);

impl Listener {
    /// Waits for a notification. `false`: the connection was lost meanwhile, anything may have
    /// been missed; the next call connects again.
    pub async fn heard(&mut self) -> Result<bool> {
        Ok(self.0.try_recv().await?.is_some())
    }
}
