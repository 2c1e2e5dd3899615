//! Whether every requirement of a plan has a unit that owes it.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    calendar::Calendar,
    id::{DeadlineId, UnitCode},
    plan::{PlanAction, PlanContent},
    requirement::Requirement,
    schedule::{RegisteredEvent, Terms, due_periods},
    time::Day,
    unit::{Unit, UnitDirectory},
};

/// What no unit would owe.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unowned {
    /// The deadline.
    pub deadline: DeadlineId,
    /// Who is named for it, has ended by then, and has no successor.
    pub unit: UnitCode,
    /// The day it falls due.
    pub day: Day,
}

/// What falls due from `today` on for a unit that `requirement` names and that has ended by then, without anybody
/// who acts for it: which deadline, who, and when. Of a collective only those count who are named there.
pub fn unowned(
    requirement: &Requirement,
    terms: &Terms,
    happened: &BTreeMap<DeadlineId, Vec<RegisteredEvent>>,
    units: &UnitDirectory,
    calendar: &Calendar,
    today: Day,
) -> BTreeSet<Unowned> {
    let named = requirement.units.iter().flat_map(|part| match &part.members {
        Some(members) => members.as_slice(),
        None => std::slice::from_ref(&part.code),
    });
    let named: Vec<&Unit> = named.filter_map(|code| units.get(code)).collect();
    let mut unowned = BTreeSet::new();
    for deadline in &requirement.deadlines {
        let events = happened.get(&deadline.id).map_or(&[][..], Vec::as_slice);
        for period in due_periods(&deadline.rule, terms, events, calendar) {
            let day = period.due_on.unwrap_or(terms.period.to);
            let left = |unit: &&&Unit| unit.ended_by(day) && units.acting(unit, day).is_empty();
            for unit in named.iter().filter(|_| day >= today).filter(left) {
                unowned.insert(Unowned {
                    deadline: deadline.id.clone(),
                    unit: unit.code.clone(),
                    day,
                });
            }
        }
    }
    unowned
}

impl PlanContent {
    /// The first of what it asks of units that nobody acts for then. Which days have passed makes no difference: a draft
    /// is published as a whole.
    pub fn unowned(&self, units: &UnitDirectory, calendar: &Calendar) -> Option<Unowned> {
        let (terms, happened) = (self.plan.terms(), BTreeMap::new());
        let mut requirements = self.tasks.iter().flat_map(|task| &task.requirements);
        requirements.find_map(|requirement| {
            unowned(requirement, &terms, &happened, units, calendar, Day::MIN)
                .into_iter()
                .next()
        })
    }

    /// What may be done to it by a caller who `manages` plans, and by others: a draft that gives work to nobody is not
    /// published.
    pub fn actions_for(&self, manages: bool, units: &UnitDirectory, calendar: &Calendar) -> Vec<PlanAction> {
        let mut actions = self.plan.actions_for(manages).to_vec();
        if actions.contains(&PlanAction::Publish) && self.unowned(units, calendar).is_some() {
            actions.retain(|action| *action != PlanAction::Publish);
        }
        actions
    }
}
