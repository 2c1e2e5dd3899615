//! An application that makes the same things again: for generated data.

use super::App;
use crate::ids::Ids;

impl App {
    /// The same with ids that a seed makes, each time the same.
    #[must_use]
    pub fn repeatable(self, seed: u64) -> Self {
        Self {
            ids: Ids::seeded(seed),
            ..self
        }
    }
}
