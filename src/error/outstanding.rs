//! What of a plan is in the way of a step with it.

use super::Error;
use crate::domain::{open_question::OpenQuestions, plan::Undone};

/// What keeps a plan from being published or closed.
#[derive(Debug, Clone)]
pub enum Outstanding {
    /// What it leaves open.
    Questions(Vec<OpenQuestions>),
    /// What is left undone of it.
    Undone(Undone),
}

impl Error {
    /// Says what a plan leaves open.
    #[must_use]
    pub fn with_open(self, open: Vec<OpenQuestions>) -> Self {
        Self {
            outstanding: Some(Box::new(Outstanding::Questions(open))),
            ..self
        }
    }

    /// Says what is left undone of a plan.
    #[must_use]
    pub fn with_undone(self, undone: Undone) -> Self {
        Self {
            outstanding: Some(Box::new(Outstanding::Undone(undone))),
            ..self
        }
    }
}
