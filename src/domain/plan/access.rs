//! Which plans are seen, and what a plan asks of the work on it.

use super::{Plan, PlanAction, PlanStatus};
use crate::domain::{
    policy::{Action, Actor},
    scope::Scoped,
};

/// Which plans are seen, and what they say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// What the public sees: published plans.
    Published,
    /// Drafts too.
    All,
}

impl Visibility {
    /// Whether this plan is seen.
    pub fn shows(self, plan: &Plan) -> bool {
        self == Self::All || plan.status.is_public()
    }
}

impl Scoped for Plan {
    type Visibility = Visibility;

    fn visibility(actor: &Actor) -> Visibility {
        if actor.may(Action::ReadDrafts) {
            Visibility::All
        } else {
            Visibility::Published
        }
    }

    fn everything() -> Visibility {
        Visibility::All
    }
}

/// What a plan asks of the work on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// It is published and not closed: there is work to do.
    pub open: bool,
    /// The unit's approver signs first.
    pub signoff: bool,
}

impl Plan {
    /// What it asks of the work on it.
    pub fn rules(&self) -> Rules {
        Rules {
            open: self.status == PlanStatus::Published,
            signoff: self.settings.unit_signoff,
        }
    }

    /// What may be done to it by a caller who `manages` plans, and by others.
    pub fn actions_for(&self, manages: bool) -> &'static [PlanAction] {
        if manages { self.status.actions() } else { &[] }
    }
}
