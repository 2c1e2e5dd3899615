//! Open questions of plans, as what waits for the coordinators who can settle them.

use std::collections::BTreeMap;

use super::{Todo, TodoKind, Viewer};
use crate::domain::{
    catalog::{DeadlineInPlan, RequirementInPlan},
    deadline::Rule,
    open_question::OpenKind,
    plan::PlanAction,
    policy::Action,
    thing::ThingKind,
    time::day_of,
};

impl Viewer<'_> {
    /// A deadline whose due day is undecided: an open question of its plan.
    pub fn deadline(&self, deadline: DeadlineInPlan<'_>) -> Option<Todo> {
        let plan = &deadline.of.plan.content.plan;
        let steps = plan.actions_for(self.actor.may(Action::ManagePlans));
        let may = deadline.deadline.rule == Rule::Undecided && steps.contains(&PlanAction::Update);
        may.then(|| Todo {
            kind: TodoKind::DeadlineToSettle,
            thing: ThingKind::Deadline,
            id: deadline.deadline.id.to_string(),
            plan: plan.id.clone(),
            requirement: Some(deadline.of.requirement.id.clone()),
            unit: None,
            title: Some(deadline.deadline.phrase.clone()),
            reason: None,
            since: plan.published_at.map(day_of),
            until: None,
            actions: vec![PlanAction::Update.as_str()],
        })
    }

    /// What a requirement leaves open of who owes it by when: open questions of its plan, one of each kind.
    pub fn requirement(&self, of: RequirementInPlan<'_>) -> Vec<Todo> {
        let plan = &of.plan.content.plan;
        let steps = plan.actions_for(self.actor.may(Action::ManagePlans));
        if !steps.contains(&PlanAction::Update) {
            return Vec::new();
        }
        let units = &self.catalog.units;
        let mut found: BTreeMap<TodoKind, Vec<String>> = BTreeMap::new();
        for open in of.requirement.open_questions(plan.period, units) {
            let kind = match open.kind {
                OpenKind::NoUnit => TodoKind::UnitToName,
                OpenKind::NoDeadline => TodoKind::DeadlineToSet,
                OpenKind::EmptyCollective | OpenKind::OpenCollective => TodoKind::CollectiveToSettle,
                // Whoever published it has said that they know.
                OpenKind::OutsidePeriod => continue,
            };
            let collective = open.collective.as_ref().and_then(|code| units.get(code));
            let names = found.entry(kind).or_default();
            names.extend(collective.map(|unit| unit.name.clone()));
        }
        let todo = |(kind, names): (TodoKind, Vec<String>)| Todo {
            kind,
            thing: ThingKind::Requirement,
            id: of.requirement.id.to_string(),
            plan: plan.id.clone(),
            requirement: Some(of.requirement.id.clone()),
            unit: None,
            title: None,
            reason: Some(names.join("、")).filter(|names| !names.is_empty()),
            since: plan.published_at.map(day_of),
            until: None,
            actions: vec![PlanAction::Update.as_str()],
        };
        found.into_iter().map(todo).collect()
    }
}
