//! Details of a conflict: the things that prevent the change, and the actions that are allowed instead.

use std::fmt::Display;

use super::Error;
use crate::domain::{
    thing::{Thing, ThingKind},
    vocabulary::Vocabulary,
};

/// What may be done to a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    /// The thing.
    pub thing: Thing,
    /// The steps.
    pub actions: Vec<&'static str>,
}

impl Error {
    /// Says what may be done to the thing instead.
    #[must_use]
    pub fn with_allowed<A: Vocabulary>(self, kind: ThingKind, id: &impl Display, actions: &[A]) -> Self {
        let allowed = Allowed {
            thing: Thing::new(kind, id),
            actions: actions.iter().map(|action| action.term().code).collect(),
        };
        Self {
            allowed: Some(Box::new(allowed)),
            ..self
        }
    }

    /// Says which thing is in the way.
    #[must_use]
    pub fn because_of(mut self, kind: ThingKind, id: &impl Display) -> Self {
        self.conflicts.push(Thing::new(kind, id));
        self
    }
}
