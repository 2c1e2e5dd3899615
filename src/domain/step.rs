//! Who did what is done once, and when: asked, submitted, signed, decided.

use serde::{Deserialize, Serialize};

use super::time::Instant;

/// Who did a step, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// `sub` of who.
    pub by: String,
    /// When.
    pub at: Instant,
}
