//! Who sees which reports: the secrecy gate, once, for every list, export and single read.

use super::Report;
use crate::domain::{
    event::Event,
    policy::{Action, Actor, Reach, reach},
    scope::{Owners, Scope, Scoped},
};

/// What a caller sees beyond what is public.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Visibility {
    /// Whose, drafts too.
    pub own: Owners,
    /// Whatever was submitted and not taken back.
    pub submitted: bool,
    /// Whose, once they are accepted.
    pub accepted: Owners,
}

/// How much of a report a caller sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// What the public sees: no names of persons, nothing of the reviews.
    Public,
    /// All of it.
    Full,
}

impl Scoped for Report {
    type Visibility = Visibility;

    fn visibility(actor: &Actor) -> Visibility {
        let writes = actor
            .roles
            .iter()
            .any(|role| reach(*role, Action::WriteReports) == Reach::Own);
        Visibility {
            own: if writes { Owners::own(actor) } else { Owners::Nobodys },
            submitted: actor.reach(Action::ReadReports) == Reach::All,
            accepted: Owners::within_reach(actor, Action::JudgeReports),
        }
    }

    fn everything() -> Visibility {
        Visibility {
            own: Owners::Everybodys,
            submitted: true,
            accepted: Owners::Everybodys,
        }
    }
}

impl Scope<Report> {
    /// How much of `report` is seen; `None`: for this caller it does not exist.
    pub fn depth(&self, report: &Report) -> Option<Depth> {
        self.visibility()
            .depth_of(report.unit(), report.status, report.is_public())
    }

    /// Whether what the report was before and after `event` is seen: while it was written that is its
    /// unit's own.
    pub fn shows_change(&self, report: &Report, event: &str) -> bool {
        let writing = [
            Event::REPORT_CREATED,
            Event::REPORT_SAVED,
            Event::ATTACHMENT_ADDED,
            Event::ATTACHMENT_REMOVED,
        ];
        self.visibility().own.has(report.unit()) || !writing.iter().any(|writing| writing.as_str() == event)
    }
}
