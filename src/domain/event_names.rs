//! The names of all that can happen, of all nouns.

use super::{
    assessment, attachment, calendar, deadline, event::Event, extension, feedback, import, notice, obligation,
    occurrence, plan, report, requirement, second_review, task, unit,
};

const OF_NOUNS: &[&[Event]] = &[
    assessment::EVENTS,
    attachment::EVENTS,
    calendar::EVENTS,
    deadline::EVENTS,
    extension::EVENTS,
    feedback::EVENTS,
    import::EVENTS,
    notice::EVENTS,
    obligation::EVENTS,
    occurrence::EVENTS,
    plan::EVENTS,
    report::EVENTS,
    requirement::EVENTS,
    second_review::EVENTS,
    task::EVENTS,
    unit::EVENTS,
];

/// All of them.
pub fn event_names() -> impl Iterator<Item = &'static str> {
    OF_NOUNS.iter().copied().flatten().map(|event| event.as_str())
}
