//! A step of a workflow that is taken once (asked, submitted, signed, decided): who took it, and when.

use serde::{Deserialize, Serialize};

use super::{person::Person, time::Instant};

/// Who did a step, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The person who did it.
    pub by: Person,
    /// The instant at which it was done.
    pub at: Instant,
}
