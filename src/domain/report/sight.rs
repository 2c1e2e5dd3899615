//! Who sees which reports: the secrecy gate, once, for every list, export and single read.

use super::{Report, ReportStatus};
use crate::domain::{
    id::UnitCode,
    policy::{Action, Actor, Reach, Scope, reach},
};

/// What a caller sees beyond what is public.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sight {
    /// All of this unit's, drafts too.
    pub own: Option<UnitCode>,
    /// Whatever was submitted and not taken back.
    pub submitted: bool,
    /// Whatever was accepted, of this unit or of all.
    pub accepted: Option<Option<UnitCode>>,
}

/// How much of a report a caller sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// What anybody sees: no names of persons, nothing of the reviews.
    Public,
    /// All of it.
    Full,
}

impl Sight {
    /// What `actor` sees with this token.
    pub fn of(actor: &Actor) -> Self {
        let may_read = actor.scopes.as_ref().is_none_or(|scopes| scopes.contains(&Scope::Read));
        if may_read {
            Self::by_role(actor)
        } else {
            Self::default()
        }
    }

    /// What `actor` sees by its roles: a token that only writes finds what it writes to.
    pub fn by_role(actor: &Actor) -> Self {
        let actor = &Actor {
            scopes: None,
            ..actor.clone()
        };
        let writes = actor
            .roles
            .iter()
            .any(|role| reach(*role, Action::WriteReports) == Reach::Own);
        Self {
            own: actor.unit.clone().filter(|_| writes),
            submitted: actor.reach(Action::ReadReports) == Reach::All,
            accepted: match actor.reach(Action::JudgeReports) {
                Reach::Never => None,
                Reach::Own => Some(actor.unit.clone()),
                Reach::All => Some(None),
            },
        }
    }

    /// How much of `report` is seen; `None`: for this caller it does not exist.
    pub fn depth(&self, report: &Report) -> Option<Depth> {
        let own = self.own.as_ref() == Some(report.unit());
        let office = self.submitted && report.was_handed_in();
        let secrecy = report.status == ReportStatus::Accepted
            && self
                .accepted
                .as_ref()
                .is_some_and(|unit| unit.as_ref().is_none_or(|unit| unit == report.unit()));
        if own || office || secrecy {
            Some(Depth::Full)
        } else {
            report.is_public().then_some(Depth::Public)
        }
    }
}
