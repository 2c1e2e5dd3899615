//! An application whose ids and secrets follow from a seed, so that generated data is the same each time.

use super::App;
use crate::{error::Result, ids::Ids};

impl App {
    /// This application with ids that follow from `seed`: the same ids on each run.
    #[must_use]
    pub fn deterministic(self, seed: u64) -> Self {
        Self {
            ids: Ids::seeded(seed),
            ..self
        }
    }

    /// After many changes at once: what a server knows of its tables is renewed.
    pub async fn analyze(&self) -> Result<()> {
        Ok(self.db.analyze().await?)
    }
}
