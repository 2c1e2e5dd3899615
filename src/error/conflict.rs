//! Details of a conflict: the things that prevent the change, and the actions that are allowed instead.

use std::fmt::Display;

use serde::Serialize;

use super::Error;
use crate::domain::thing::{Thing, ThingKind};

/// What may be done to a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    /// The thing.
    pub thing: Thing,
    /// The steps.
    pub actions: Vec<String>,
}

impl Error {
    /// Says what may be done to the thing instead.
    #[must_use]
    pub fn with_allowed<A: Serialize>(self, kind: ThingKind, id: &impl Display, actions: &[A]) -> Self {
        let names = actions
            .iter()
            .filter_map(|action| serde_json::to_value(action).ok()?.as_str().map(str::to_owned));
        let allowed = Allowed {
            thing: Thing::new(kind, id),
            actions: names.collect(),
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
