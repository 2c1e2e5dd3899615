//! What an entry of the log says of a thing, as far as that decides who is told of it.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{Changes, Entry};
use crate::domain::{
    extension,
    feedback::FeedbackStatus,
    id::UnitCode,
    notice::NoticeStatus,
    report::{Publication, ReportStatus, Visibility},
    scope::Owners,
    second_review::{self, SubjectKind},
};

/// What a thing was before an entry, and what it is since.
pub(super) struct States<T> {
    pub(super) before: Option<T>,
    pub(super) after: Option<T>,
}

impl<T> States<T> {
    pub(super) fn either(&self, holds: impl Fn(&T) -> bool) -> bool {
        self.before.iter().chain(&self.after).any(holds)
    }

    pub(super) fn map<U>(self, made: impl Fn(T) -> U) -> States<U> {
        States {
            before: self.before.map(&made),
            after: self.after.map(&made),
        }
    }
}

impl Changes {
    /// What `entry` says of its thing. Where that cannot be read, nobody can say who may know, and everything is to be looked
    /// at anew.
    pub(super) fn read<T: DeserializeOwned>(&mut self, entry: &Entry) -> States<T> {
        let mut read = |state: &Option<Value>| {
            let thing = T::deserialize(state.as_ref()?);
            self.everything |= thing.is_err();
            thing.ok()
        };
        States {
            before: read(&entry.before),
            after: read(&entry.after),
        }
    }
}

/// A report.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct LoggedReport {
    status: ReportStatus,
    publication: Publication,
}

impl LoggedReport {
    /// Whether it has left its unit, and was not taken back.
    pub(super) fn was_handed_in(self) -> bool {
        self.status.was_handed_in()
    }

    /// Whether anybody may read it.
    pub(super) fn is_public(self) -> bool {
        self.publication.opens(self.status)
    }

    /// Whether it is shown, if it is of `unit`.
    pub(super) fn is_shown(self, visibility: &Visibility, unit: &UnitCode) -> bool {
        visibility.depth_of(unit, self.status, self.is_public()).is_some()
    }
}

/// A request for an extension. Those of earlier releases do not say that they have left their unit.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct LoggedExtension {
    handed_in: Option<bool>,
}

impl LoggedExtension {
    /// Whether it is shown, if it is of `unit`.
    pub(super) fn is_shown(self, visibility: &extension::Visibility, unit: &UnitCode) -> bool {
        visibility.shows(unit, self.handed_in.unwrap_or(true))
    }
}

/// A second review.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct LoggedSecondReview {
    subject: LoggedSubject,
    unit: UnitCode,
}

#[derive(Debug, Clone, Copy, Deserialize)]
struct LoggedSubject {
    kind: SubjectKind,
}

impl LoggedSecondReview {
    /// Whether it is shown.
    pub(super) fn is_shown(&self, visibility: &second_review::Visibility) -> bool {
        match self.subject.kind {
            SubjectKind::Notice => visibility.of_notices.has(&self.unit),
            SubjectKind::ProgressReport => visibility.of_reports.has(&self.unit),
        }
    }
}

/// What the public says.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct LoggedFeedback {
    status: FeedbackStatus,
}

impl LoggedFeedback {
    /// Whether anybody may read it.
    pub(super) fn is_public(self) -> bool {
        self.status == FeedbackStatus::Published
    }
}

/// A registered event.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct LoggedOccurrence {
    pub(super) id: String,
}

/// A notice, or what one unit did with it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub(super) enum LoggedNotice {
    /// A notice.
    Whole(WholeNotice),
    /// What a unit did.
    Part(NoticePart),
}

/// A notice.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct WholeNotice {
    status: NoticeStatus,
    units: Vec<NoticePart>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// What a unit did with one.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct NoticePart {
    unit: UnitCode,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl LoggedNotice {
    /// What is shown of it: of what was sent each unit sees its own part.
    pub(super) fn shown(self, owners: &Owners) -> Option<Self> {
        if owners.is_everybodys() {
            return Some(self);
        }
        match self {
            Self::Part(part) => owners.has(&part.unit).then_some(Self::Part(part)),
            Self::Whole(mut notice) => {
                notice.units.retain(|part| owners.has(&part.unit));
                notice
                    .rest
                    .retain(|name, _| !["version", "addressed", "prepared_by"].contains(&name.as_str()));
                let is_told = notice.status.is_sent() && !notice.units.is_empty();
                is_told.then_some(Self::Whole(notice))
            }
        }
    }
}

#[cfg(test)]
mod tests;
