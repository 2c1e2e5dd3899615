//! How far a change of a plan reaches back into the ledger, and what becomes of that.

use std::fmt;

use super::{Corrected, Obligation};
use crate::domain::{
    amendment::AppliesTo,
    id::{DeadlineId, UnitCode},
    time::Day,
};

/// What reaches back into what is past.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hindsight<'a> {
    /// What fell due before this day, from which obligations begin, is nobody's.
    pub from: Option<Day>,
    /// What this unit was given by facts that it never had was never its own.
    pub mistaken: Option<&'a UnitCode>,
    /// What was said to count from a wrong day: what fell due before the right one was never owed.
    pub corrected: Option<&'a Corrected>,
    /// Which rows follow the plan.
    pub applies_to: AppliesTo,
    /// An event that was registered wrongly: what hangs on it follows.
    pub event: Option<(&'a DeadlineId, u32)>,
}

impl Hindsight<'_> {
    /// Whether the row follows although it is past: it is not done, and that is what was decided, or put right.
    pub fn reaches(&self, row: &Obligation) -> bool {
        let hangs_on = |(deadline, number): (&DeadlineId, u32)| {
            row.id.deadline == *deadline && row.id.period == format!("e{number}")
        };
        !row.is_done() && (self.applies_to == AppliesTo::Unfinished || self.event.is_some_and(hangs_on))
    }
}

/// What became of the ledger, in rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Settled {
    /// New ones.
    pub created: usize,
    /// Those that have another day now.
    pub moved: usize,
    /// Those that nobody owes any more.
    pub withdrawn: usize,
    /// Those that are not done and stay as they were, although the plan asks for something else: they were due already, or
    /// somebody has begun them.
    pub kept: usize,
}

impl Settled {
    /// This and more.
    #[must_use]
    pub fn and(self, more: Self) -> Self {
        Self {
            created: self.created + more.created,
            moved: self.moved + more.moved,
            withdrawn: self.withdrawn + more.withdrawn,
            kept: self.kept + more.kept,
        }
    }
}

/// As a header says it (RFC 9651, a dictionary).
impl fmt::Display for Settled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            created,
            moved,
            withdrawn,
            kept,
        } = self;
        write!(
            f,
            "created={created}, moved={moved}, withdrawn={withdrawn}, kept={kept}"
        )
    }
}
