//! The one log: who changed what, when, why, with before and after. Entries are only added.

use serde_json::Value;

use super::{
    event::subject_kind_of,
    id::{EntryId, PlanId, UnitCode},
    person::Person,
    policy::{Action, Actor},
    scope::Scoped,
    time::Instant,
};

/// One change.
#[derive(Debug, Clone, PartialEq)]
pub struct LogEntry {
    /// UUIDv7.
    pub id: EntryId,
    /// When it was committed to happen (the transaction's instant).
    pub at: Instant,
    /// Who did it.
    pub actor: Person,
    /// The unit of who did it.
    pub actor_unit: Option<UnitCode>,
    /// What happened, [`super::event::Event`].
    pub event: String,
    /// The id or code of the thing.
    pub subject: String,
    /// The plan it belongs to.
    pub plan: Option<PlanId>,
    /// Why, where a reason is asked for.
    pub reason: Option<String>,
    /// The thing before.
    pub before: Option<Value>,
    /// The thing after.
    pub after: Option<Value>,
    /// The request it came with.
    pub request_id: Option<String>,
}

/// What is seen of the log itself. What happened to one thing is its history: who sees the thing sees that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visibility {
    /// All of it.
    pub all: bool,
    /// What changed in published plans, and why.
    pub amendments: bool,
}

impl Scoped for LogEntry {
    type Visibility = Visibility;

    fn visibility(actor: &Actor) -> Visibility {
        Visibility {
            all: actor.may(Action::ReadAudit),
            amendments: actor.may(Action::ReadAmendments),
        }
    }

    fn everything() -> Visibility {
        Visibility {
            all: true,
            amendments: true,
        }
    }
}

impl LogEntry {
    /// The kind of the subject.
    pub fn subject_kind(&self) -> &str {
        subject_kind_of(&self.event)
    }
}
