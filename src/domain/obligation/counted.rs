//! From which day it counts what an amendment asks for: nobody is late for what was not asked of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{
    calendar::Calendar,
    deadline::Deadline,
    id::{DeadlineId, UnitCode},
    plan::{Plan, PlanStatus},
    requirement::{Requirement, Responsibility},
    schedule::{RegisteredEvent, Terms, due_periods},
    time::Day,
};

impl Plan {
    /// The day from which counts what is added on `today`: the day that is `given`, else today. A draft is published as a
    /// whole, and what is added before anything is owed was always there.
    pub fn counts_from(&self, given: Option<Day>, today: Day) -> Option<Day> {
        let amended = (self.status != PlanStatus::Draft && today > self.owed_from()).then_some(today);
        given.or(amended)
    }
}

/// What says when deadlines fall due, beside themselves.
#[derive(Clone, Copy)]
pub struct Times<'a> {
    /// The events that count, by what waited for them.
    pub happened: &'a BTreeMap<DeadlineId, Vec<RegisteredEvent>>,
    /// The working days.
    pub calendar: &'a Calendar,
}

impl Times<'_> {
    /// The periods for which a deadline asks, if it counted always, of what falls due before `day`.
    fn asked(&self, deadline: &Deadline, terms: Terms, day: Day) -> BTreeSet<String> {
        let terms = Terms {
            obligations_from: None,
            ..terms
        };
        let events = self.happened.get(&deadline.id).map_or(&[][..], Vec::as_slice);
        let all = due_periods(&deadline.rule, &terms, events, self.calendar).into_iter();
        all.filter(|one| one.due_on.is_some_and(|due| due < day))
            .map(|one| one.period)
            .collect()
    }
}

/// What counts from another day than was said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Corrected {
    /// Deadlines.
    pub deadlines: BTreeSet<DeadlineId>,
    /// Parts in the work: units and collectives that are named.
    pub parts: BTreeSet<UnitCode>,
}

impl Requirement {
    /// The same, where a deadline that asks for more than it did `before`, of what fell due before `day`, counts from that
    /// day, unless another was said.
    #[must_use]
    pub fn counting_from(mut self, day: Option<Day>, terms: Terms, before: (&Self, Terms), times: Times<'_>) -> Self {
        let Some(day) = day else { return self };
        let (before, then) = before;
        for deadline in &mut self.deadlines {
            let mut known = before.deadlines.iter();
            let Some(old) = known.find(|old| old.id == deadline.id) else {
                continue;
            };
            let asks_the_same = old.rule == deadline.rule && terms == then;
            if asks_the_same || old.effective_from != deadline.effective_from {
                continue;
            }
            let known = times.asked(old, then, Day::MAX);
            if !times.asked(deadline, terms, day).is_subset(&known) {
                deadline.effective_from = deadline.effective_from.max(Some(day));
                deadline.version = old.version + 1;
            }
        }
        self
    }

    /// What of it goes on as it was `before`, and counts from another day: that is a correction.
    pub fn corrected(&self, before: &Self) -> Corrected {
        let of_deadline = |new: &&Deadline| {
            let same = |old: &&Deadline| old.id == new.id && old.rule == new.rule;
            let mut known = before.deadlines.iter();
            known
                .find(same)
                .is_some_and(|old| old.effective_from != new.effective_from)
        };
        let of_part = |new: &&Responsibility| {
            let same = |old: &&Responsibility| old.code == new.code && old.members == new.members;
            let mut known = before.units.iter();
            known
                .find(same)
                .is_some_and(|old| old.effective_from != new.effective_from)
        };
        let deadlines = self.deadlines.iter().filter(of_deadline).map(|new| new.id.clone());
        let parts = self.units.iter().filter(of_part).map(|new| new.code.clone());
        Corrected {
            deadlines: deadlines.collect(),
            parts: parts.collect(),
        }
    }
}
