//! Which requirements and deadlines a reader wants to see.

use std::collections::BTreeSet;

use super::{
    catalog::{DeadlineInPlan, IndexedPlan, RequirementInPlan},
    deadline::{RuleKind, Source},
    id::{PlanId, RequirementId, TaskId, UnitCode},
    search::Terms,
    task::Task,
    time::Day,
    unit::{UnitDirectory, UnitKind},
};

/// All conditions must hold; within one, any of its values. Empty: no condition.
#[derive(Debug, Clone, Default)]
pub struct ContentFilter {
    /// In one of these plans.
    pub plans: Vec<PlanId>,
    /// In one of these tasks.
    pub tasks: Vec<TaskId>,
    /// One of these requirements.
    pub requirements: Vec<RequirementId>,
    /// Under one of these headings, at any depth.
    pub headings: Vec<String>,
    /// Concerns one of these units, as itself or through a collective.
    pub units: Vec<UnitCode>,
    /// Concerns a unit of one of these kinds, as itself or through a collective.
    pub unit_kinds: BTreeSet<UnitKind>,
    /// Has a deadline of one of these kinds …
    pub rule_kinds: BTreeSet<RuleKind>,
    /// … found in one of these places …
    pub sources: BTreeSet<Source>,
    /// … that falls on this day or later …
    pub due_from: Option<Day>,
    /// … and on this day or earlier.
    pub due_to: Option<Day>,
    /// Words of its text, its task's title, its units' names and its deadlines.
    pub terms: Terms,
}

impl ContentFilter {
    /// Whether the requirement is wanted, its deadlines included.
    pub fn wants_requirement(&self, of: RequirementInPlan<'_>, units: &UnitDirectory) -> bool {
        self.wants_all_but_deadline(of, units)
            && (self.is_open_about_deadlines() || of.deadlines().any(|deadline| self.wants_deadline_itself(deadline)))
    }

    /// Whether the deadline is wanted.
    pub fn wants_deadline(&self, deadline: DeadlineInPlan<'_>, units: &UnitDirectory) -> bool {
        self.wants_deadline_itself(deadline) && self.wants_all_but_deadline(deadline.of, units)
    }

    /// Whether the task is wanted: one of its requirements is. Without a condition on what requirements say, a task without
    /// any is wanted too.
    pub fn wants_task(&self, plan: &IndexedPlan, task: &Task, units: &UnitDirectory) -> bool {
        let by_place = (self.plans.is_empty() || self.plans.contains(&task.id.plan))
            && (self.tasks.is_empty() || self.tasks.contains(&task.id))
            && self.wants_headings_of(task);
        let by_requirement = || {
            task.requirements.iter().any(|requirement| {
                let of = RequirementInPlan {
                    plan,
                    task,
                    requirement,
                };
                self.wants_requirement(of, units)
            })
        };
        by_place && (self.is_open() || by_requirement())
    }

    /// Whether there is no condition but on plan and task.
    fn is_open(&self) -> bool {
        self.is_open_about_deadlines()
            && self.requirements.is_empty()
            && self.units.is_empty()
            && self.unit_kinds.is_empty()
            && self.terms.is_empty()
    }

    /// Whether the task stands under one of the headings that are wanted.
    fn wants_headings_of(&self, task: &Task) -> bool {
        self.headings.is_empty() || self.headings.iter().any(|heading| task.is_under(heading))
    }

    fn is_open_about_deadlines(&self) -> bool {
        self.rule_kinds.is_empty() && self.sources.is_empty() && self.due_from.is_none() && self.due_to.is_none()
    }

    fn wants_deadline_itself(&self, deadline: DeadlineInPlan<'_>) -> bool {
        let rule = &deadline.deadline.rule;
        (self.rule_kinds.is_empty() || self.rule_kinds.contains(&rule.kind()))
            && (self.sources.is_empty() || self.sources.contains(&deadline.deadline.source))
            && self
                .due_from
                .is_none_or(|from| rule.due_on().is_some_and(|due| due >= from))
            && self.due_to.is_none_or(|to| rule.due_on().is_some_and(|due| due <= to))
    }

    fn wants_all_but_deadline(&self, of: RequirementInPlan<'_>, units: &UnitDirectory) -> bool {
        let id = &of.requirement.id;
        (self.plans.is_empty() || self.plans.contains(id.plan()))
            && (self.tasks.is_empty() || self.tasks.contains(&id.task))
            && (self.requirements.is_empty() || self.requirements.contains(id))
            && self.wants_headings_of(of.task)
            && self.terms.found_in(of.search_text())
            && (self.units.is_empty() || self.units.iter().any(|unit| of.concerns(unit, units)))
            && (self.unit_kinds.is_empty() || self.concerns_kind(of, units))
    }

    fn concerns_kind(&self, of: RequirementInPlan<'_>, units: &UnitDirectory) -> bool {
        of.requirement.units.iter().any(|part| {
            units
                .get(&part.code)
                .is_some_and(|unit| self.unit_kinds.contains(&unit.kind))
                || of
                    .stand_in(part, units)
                    .iter()
                    .any(|unit| self.unit_kinds.contains(&unit.kind))
        })
    }
}
