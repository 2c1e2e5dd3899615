//! Who took a step, and when, as views tell it.

use crate::domain::{step::Step, time::Instant};

/// Who, by the `sub` of their token.
pub fn by<'s>(step: impl Into<Option<&'s Step>>) -> Option<String> {
    step.into().map(|step| step.by.subject().to_owned())
}

/// The name of who took it, if their token had one.
pub fn name<'s>(step: impl Into<Option<&'s Step>>) -> Option<String> {
    step.into().and_then(|step| step.by.name().map(str::to_owned))
}

/// The instant of the step.
pub fn at<'s>(step: impl Into<Option<&'s Step>>) -> Option<Instant> {
    step.into().map(|step| step.at)
}
