//! 具体要求: what has to be done, by whom (责任分工) and by when.

mod input;
mod responsibility;

use std::collections::BTreeSet;

use serde::Serialize;

pub use self::{
    input::{AddedRequirement, LONGEST_UNITS, NewRequirement, RequirementPatch},
    responsibility::{NewResponsibility, Responsibility, UnitRole},
};
use super::{
    deadline::{Deadline, Source},
    extra::{ExtraCell, ExtraColumn},
    id::{DeadlineId, RequirementId, UnitCode},
    indicator::Indicator,
    new_deadline::DefaultDeadline,
    time::Day,
    unit::UnitDirectory,
};

super::event::events! {
    REQUIREMENT_CREATED = "requirement.created",
    REQUIREMENT_UPDATED = "requirement.updated",
    REQUIREMENT_DELETED = "requirement.deleted",
}

/// What has to be done.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Requirement {
    /// Id, `dg-2017.17.3`.
    pub id: RequirementId,
    /// The text verbatim, without its number.
    pub text: String,
    /// The cell 牵头单位 verbatim.
    pub units_phrase: String,
    /// Who is responsible, in the document's order.
    pub units: Vec<Responsibility>,
    /// When it is due, in the document's order.
    pub deadlines: Vec<Deadline>,
    /// Targets in its text.
    pub indicators: Vec<Indicator>,
    /// What the document's own columns say of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extra: Vec<ExtraCell>,
    /// Grows with each change of any of the above.
    pub version: i64,
}

impl Requirement {
    /// The role of a unit that stands behind `parts` of those that are named: its own, if it is named itself, else the
    /// weightiest of theirs.
    pub fn role_of(&self, unit: &UnitCode, parts: &BTreeSet<&UnitCode>) -> Option<UnitRole> {
        let itself = self.units.iter().find(|part| part.code == *unit);
        let behind = self.units.iter().filter(|part| parts.contains(&part.code));
        let roles = behind.map(|part| part.role);
        itself
            .map(|part| part.role)
            .or_else(|| roles.max_by_key(|role| role.weight()))
    }
}

/// What the parts of a plan are held against.
#[derive(Clone, Copy)]
pub struct Within<'a> {
    /// The plan's year.
    pub year: i32,
    /// Its extra columns.
    pub columns: &'a [ExtraColumn],
    /// The deadline of requirements that have none.
    pub default: Option<&'a DefaultDeadline>,
    /// All units.
    pub units: &'a UnitDirectory,
    /// The day from which what is new counts, unless it says another; absent: always.
    pub counts_from: Option<Day>,
}

impl Within<'_> {
    /// The same where what is new counts from `day`.
    #[must_use]
    pub fn counting(self, day: Option<Day>) -> Self {
        Self {
            counts_from: day,
            ..self
        }
    }
}

impl Requirement {
    /// The same with the plan's default deadline where it has none of its own, and without it where it has; `next` is the
    /// number of a deadline that is added, and `from` the day from which that counts.
    #[must_use]
    pub fn with_default(mut self, default: Option<&DefaultDeadline>, next: u32, from: Option<Day>) -> Self {
        let has_own = self.deadlines.iter().any(|deadline| deadline.source != Source::Default);
        let Some(default) = default.filter(|_| !has_own) else {
            self.deadlines.retain(|deadline| deadline.source != Source::Default);
            return self;
        };
        if let Some(deadline) = self.deadlines.first_mut() {
            if (&deadline.phrase, &deadline.rule) != (&default.phrase, &default.rule) {
                deadline.phrase.clone_from(&default.phrase);
                deadline.rule = default.rule.clone();
                deadline.version += 1;
            }
            return self;
        }
        self.deadlines.push(Deadline {
            id: DeadlineId {
                requirement: self.id.clone(),
                number: next,
            },
            phrase: default.phrase.clone(),
            source: Source::Default,
            rule: default.rule.clone(),
            effective_from: from,
            version: 1,
        });
        self
    }
}
