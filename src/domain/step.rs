//! Who did what is done once, and when: asked, submitted, signed, decided.

use serde::{Deserialize, Serialize};

use super::{person::Person, time::Instant};

/// Who did a step, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Who.
    pub by: Person,
    /// When.
    pub at: Instant,
}
