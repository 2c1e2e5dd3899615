//! Cache invalidation from the log: which plans and units have changed since a reply was cached.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::{
    event::{Event, is_one_of},
    id::{EntryId, PlanId, RequirementId, UnitCode},
    obligation::ObligationId,
};

/// The number of committed entries of the log. A reader with a greater mark has seen everything that a reader with a smaller
/// one has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogLength(i64);

/// How far a log goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEnd {
    /// The last number that was given.
    pub sealed: i64,
    /// How the hash of that entry begins; nothing before the first.
    pub hash: String,
    /// How many entries wait for their number.
    pub waiting: i64,
}

impl LogEnd {
    /// The number of entries.
    pub fn length(&self) -> LogLength {
        LogLength::of(self.sealed, self.waiting)
    }
}

/// How far the log is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogPosition {
    /// The last number that was given.
    pub sealed: i64,
    /// How the hash of that entry begins: a log that has another is another log, whatever its numbers.
    pub hash: String,
    /// The entries that wait for theirs.
    pub waiting: BTreeSet<EntryId>,
}

impl LogPosition {
    /// The number of entries: those with a number, and those that wait for one.
    pub fn length(&self) -> LogLength {
        LogLength::of(self.sealed, i64::try_from(self.waiting.len()).unwrap_or(i64::MAX))
    }
}

impl LogLength {
    /// The mark of a log with this last number and this many entries that wait for theirs.
    pub fn of(sealed: i64, waiting: i64) -> Self {
        Self(sealed.saturating_add(waiting))
    }
}

/// An entry, as far as it tells what has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedChange {
    /// What happened.
    pub event: String,
    /// In which plan.
    pub plan: Option<PlanId>,
    /// To which obligation, or to what belongs to it.
    pub obligation: Option<ObligationId>,
}

/// What may be different after an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Impact<'n> {
    /// Nothing of the ledger, its reports and scores.
    Nothing,
    /// An obligation and what belongs to it.
    Obligation(&'n ObligationId),
    /// A plan.
    Plan(&'n PlanId),
    /// All of it.
    Everything,
}

/// Events that change one obligation, its reports or its extensions, and no other. After any other event the ledger may be
/// settled anew.
const OF_ONE: &[Event] = &[
    Event::OBLIGATION_EXEMPTED,
    Event::REPORT_CREATED,
    Event::REPORT_SAVED,
    Event::REPORT_SUBMITTED,
    Event::REPORT_SIGNED,
    Event::REPORT_WITHDRAWN,
    Event::REPORT_ACCEPTED,
    Event::REPORT_RETURNED,
    Event::REPORT_CLEARED,
    Event::REPORT_WITHHELD,
    Event::REPORT_REVISED,
    Event::REPORT_REINSTATED,
    Event::EXTENSION_REQUESTED,
    Event::EXTENSION_SIGNED,
    Event::EXTENSION_GRANTED,
];

/// Events of one obligation after which the obligations of its whole requirement are settled anew.
pub(super) const SETTLING: &[Event] = &[
    Event::OBLIGATION_RESTORED,
    Event::REPORT_DISCARDED,
    Event::EXTENSION_WITHDRAWN,
    Event::EXTENSION_REFUSED,
];

/// Events that change no row of the ledger, but lists of reports or scores.
const BESIDE: &[&[Event]] = &[
    Event::NOTICES,
    Event::SECOND_REVIEWS,
    Event::ASSESSMENTS,
    Event::ATTACHMENTS,
];

/// Events that change neither the ledger nor reports nor scores.
pub const ELSEWHERE: &[&[Event]] = &[Event::REMINDERS, Event::FEEDBACK, &[Event::FEED_OPENED]];

/// Which rows of the ledger may be different after an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AffectedRows<'n> {
    /// No row changes.
    Same,
    /// This one.
    One(&'n ObligationId),
    /// Those of a requirement.
    Of(&'n RequirementId),
    /// Those of a plan.
    Plan(&'n PlanId),
    /// All rows of all plans.
    All,
}

impl LoggedChange {
    fn is_one_of(&self, groups: &[&[Event]]) -> bool {
        groups.iter().any(|events| is_one_of(&self.event, events))
    }

    /// Which rows may be different.
    pub fn rows(&self) -> AffectedRows<'_> {
        if self.is_one_of(BESIDE) {
            return AffectedRows::Same;
        }
        match (self.impact(), &self.obligation) {
            (Impact::Nothing, _) => AffectedRows::Same,
            (Impact::Obligation(id), _) => AffectedRows::One(id),
            (Impact::Plan(_), Some(id)) if is_one_of(&self.event, SETTLING) => {
                AffectedRows::Of(&id.deadline.requirement)
            }
            (Impact::Plan(plan), _) => AffectedRows::Plan(plan),
            (Impact::Everything, _) => AffectedRows::All,
        }
    }

    /// What may be different.
    pub fn impact(&self) -> Impact<'_> {
        match (&self.plan, &self.obligation) {
            _ if self.is_one_of(ELSEWHERE) => Impact::Nothing,
            (Some(_), Some(obligation)) if is_one_of(&self.event, OF_ONE) => Impact::Obligation(obligation),
            (Some(plan), _) => Impact::Plan(plan),
            (None, _) => Impact::Everything,
        }
    }
}

/// What a cached reply depends on: it stays valid until something of that changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dependencies {
    /// These plans; `None`: all.
    pub plans: Option<BTreeSet<PlanId>>,
    /// What belongs to these units in them; `None`: all.
    pub units: Option<BTreeSet<UnitCode>>,
    /// Only what settles the ledger anew. Days that are over stay as they are through all other steps.
    pub settled_only: bool,
}

impl Dependencies {
    /// All of a plan.
    pub fn plan(plan: &PlanId) -> Self {
        Self {
            plans: Some([plan.clone()].into()),
            ..Self::default()
        }
    }
}

/// When something of a plan changed last.
#[derive(Debug, Clone, Copy, Default)]
struct PlanChanges {
    /// The length at which anything of it changed last.
    any: LogLength,
    /// The length at which more than one of its obligations changed last.
    whole: LogLength,
    /// The length at which all its obligations were settled last.
    settled: LogLength,
}

impl PlanChanges {
    fn max(self, other: Self) -> Self {
        Self {
            any: self.any.max(other.any),
            whole: self.whole.max(other.whole),
            settled: self.settled.max(other.settled),
        }
    }
}

/// When each plan and unit changed last, as far as the log was read.
#[derive(Debug, Clone, Default)]
pub struct LastChanges {
    /// How far it is known.
    pub place: LogPosition,
    /// Which log: others were known before that are not the database's any more. Marks of two have nothing in common.
    pub log: u32,
    /// The length at which everything changed last, as far as is known.
    everything: LogLength,
    /// When something of any plan did.
    of_any: PlanChanges,
    plans: BTreeMap<PlanId, PlanChanges>,
    /// When an obligation of a unit did.
    units: BTreeMap<UnitCode, LogLength>,
}

impl LastChanges {
    /// The log is known up to `place`; what was said before is not: anything may have changed.
    pub fn from(place: LogPosition) -> Self {
        Self {
            everything: place.length(),
            place,
            ..Self::default()
        }
    }

    /// The log that is known up to `place` is not the one that was: nothing is left of what was known.
    #[must_use]
    pub fn of_another(&self, place: LogPosition) -> Self {
        Self {
            log: self.log + 1,
            ..Self::from(place)
        }
    }

    /// The log is known up to `place` now; since then it has more entries than are looked at one by one.
    #[must_use]
    pub fn and_more(&self, place: LogPosition) -> Self {
        Self {
            log: self.log,
            ..Self::from(place)
        }
    }

    /// The log is known up to `place` now, and said `entries` since.
    #[must_use]
    pub fn and(&self, place: LogPosition, entries: &[LoggedChange]) -> Self {
        let mut last_changes = self.clone();
        let now = place.length();
        last_changes.place = place;
        for entry in entries {
            match entry.impact() {
                Impact::Nothing => {}
                Impact::Everything => last_changes.everything = now,
                Impact::Plan(plan) => {
                    let settles = matches!(entry.rows(), AffectedRows::Plan(_) | AffectedRows::All);
                    let changed = PlanChanges {
                        any: now,
                        whole: now,
                        settled: if settles { now } else { LogLength::default() },
                    };
                    last_changes.of_any = last_changes.of_any.max(changed);
                    let of_plan = last_changes.plans.entry(plan.clone()).or_default();
                    *of_plan = of_plan.max(changed);
                }
                Impact::Obligation(id) => {
                    last_changes.of_any.any = now;
                    last_changes
                        .plans
                        .entry(id.deadline.requirement.plan().clone())
                        .or_default()
                        .any = now;
                    last_changes.units.insert(id.unit.clone(), now);
                }
            }
        }
        last_changes
    }

    /// When something changed last of what `dependencies` names.
    pub fn last(&self, dependencies: &Dependencies) -> LogLength {
        let of_plans = match &dependencies.plans {
            None => self.of_any,
            Some(plans) => plans
                .iter()
                .filter_map(|plan| self.plans.get(plan))
                .fold(PlanChanges::default(), |last, of| last.max(*of)),
        };
        let last = match &dependencies.units {
            _ if dependencies.settled_only => of_plans.settled,
            None => of_plans.any,
            Some(units) => units
                .iter()
                .filter_map(|unit| self.units.get(unit))
                .fold(of_plans.whole, |last, of| last.max(*of)),
        };
        last.max(self.everything)
    }
}
