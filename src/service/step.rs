//! Steps of workflows: what holds before one is taken, how one is refused, and what the log has of it.

use std::fmt::Display;

use serde::Serialize;

use super::work::{Expected, LogRecord, Work};
use crate::{
    domain::{
        event::Event, extension, extension::Extension, id::PlanId, import::Import, notice::Notice, obligation,
        obligation::Obligation, occurrence::Occurrence, report, report::Report, second_review,
        second_review::SecondReview, thing::ThingKind, vocabulary::Vocabulary,
    },
    error::{Error, Result},
};

/// Why a step is not taken.
pub(super) trait StepRefusal: Into<Error> {
    /// Whether that is so whatever version the caller has read: it is told first then.
    fn comes_first(&self) -> bool;

    /// Whether the caller is told which steps it may take instead.
    fn tells_allowed(&self) -> bool;

    /// As the reply to a step.
    fn into_error(self) -> Error {
        self.into()
    }
}

impl StepRefusal for report::Refusal {
    fn comes_first(&self) -> bool {
        matches!(self, Self::NotYours | Self::PlanClosed(_))
    }

    fn tells_allowed(&self) -> bool {
        matches!(
            self,
            Self::NotAllowed(_) | Self::PlanClosed(_) | Self::HasReport | Self::NotReportable(..)
        )
    }
}

impl StepRefusal for obligation::Refusal {
    fn comes_first(&self) -> bool {
        matches!(self, Self::NotYours | Self::PlanClosed(_))
    }

    fn tells_allowed(&self) -> bool {
        *self != Self::NotYours
    }
}

impl StepRefusal for extension::Refusal {
    fn comes_first(&self) -> bool {
        matches!(self, Self::NotYours | Self::PlanClosed(_))
    }

    fn tells_allowed(&self) -> bool {
        matches!(self, Self::PlanClosed(_) | Self::Status(_) | Self::Moot(_))
    }
}

impl StepRefusal for second_review::Refusal {
    fn comes_first(&self) -> bool {
        false
    }

    fn tells_allowed(&self) -> bool {
        matches!(self, Self::Status(_))
    }
}

/// What stands before a step: of which thing, as it is stored, and what the caller has read of it.
pub(super) struct Guard<'a, I> {
    pub(super) kind: ThingKind,
    pub(super) id: &'a I,
    /// Its version, as the caller reads it.
    pub(super) version: i64,
    /// What the caller says it has read; `None` where that does not matter.
    pub(super) expected: Option<&'a Expected>,
}

impl<I: Display> Guard<'_, I> {
    /// `Ok` where the thing is at a version expected.
    pub(super) fn check_version(&self) -> Result<()> {
        self.expected.map_or(Ok(()), |expected| expected.check(self.version))
    }

    /// `Ok` where it is, and the step is permitted. Else what the caller is told, with the steps that are `allowed`.
    pub(super) fn check<W: StepRefusal, A: Vocabulary>(
        &self,
        permitted: Result<(), W>,
        allowed: impl FnOnce() -> Vec<A>,
    ) -> Result<()> {
        match permitted {
            Err(refusal) if refusal.comes_first() => Err(self.refused(refusal, allowed)),
            Err(refusal) => {
                self.check_version()?;
                Err(self.refused(refusal, allowed))
            }
            Ok(()) => self.check_version(),
        }
    }

    fn refused<W: StepRefusal, A: Vocabulary>(&self, refusal: W, allowed: impl FnOnce() -> Vec<A>) -> Error {
        if refusal.tells_allowed() {
            refusal.into_error().with_allowed(self.kind, self.id, &allowed())
        } else {
            refusal.into_error()
        }
    }
}

/// A thing whose steps the log has.
pub(super) trait Logged: Serialize {
    /// The id that they stand under.
    fn id(&self) -> impl Display;

    /// The plan it belongs to.
    fn plan(&self) -> Option<&PlanId>;
}

impl Logged for Report {
    fn id(&self) -> impl Display {
        self.id
    }

    fn plan(&self) -> Option<&PlanId> {
        Some(self.obligation.deadline.requirement.plan())
    }
}

impl Logged for Obligation {
    fn id(&self) -> impl Display {
        &self.id
    }

    fn plan(&self) -> Option<&PlanId> {
        Some(self.id.deadline.requirement.plan())
    }
}

impl Logged for Extension {
    fn id(&self) -> impl Display {
        self.id
    }

    fn plan(&self) -> Option<&PlanId> {
        Some(self.obligation.deadline.requirement.plan())
    }
}

impl Logged for Notice {
    fn id(&self) -> impl Display {
        self.id
    }

    fn plan(&self) -> Option<&PlanId> {
        Some(&self.plan)
    }
}

impl Logged for SecondReview {
    fn id(&self) -> impl Display {
        self.id
    }

    fn plan(&self) -> Option<&PlanId> {
        Some(&self.plan)
    }
}

/// The log has it under its deadline.
impl Logged for Occurrence {
    fn id(&self) -> impl Display {
        &self.deadline
    }

    fn plan(&self) -> Option<&PlanId> {
        Some(self.deadline.requirement.plan())
    }
}

impl Logged for Import {
    fn id(&self) -> impl Display {
        self.id
    }

    fn plan(&self) -> Option<&PlanId> {
        None
    }
}

impl Work<'_> {
    /// Appends a step to the log: from what the thing was, if it was there, to what it is, if it still is. A `reason` marks
    /// amendments of the plan; what has one of its own says it itself.
    pub(super) async fn record_step<T: Logged>(
        &mut self,
        event: Event,
        reason: Option<String>,
        before: Option<&T>,
        after: Option<&T>,
    ) -> Result<()> {
        let Some(of) = after.or(before) else { return Ok(()) };
        self.record(LogRecord {
            event,
            subject: &of.id(),
            plan: of.plan(),
            reason,
            before,
            after,
        })
        .await
    }
}
