//! Who sees what stands beside a plan and is not the public's: the extra cells, which hold persons, and remarks on the events
//! that were registered. The offices see all of it, a unit that of the requirements that concern it, and everybody the cells
//! of columns that the plan makes public.

use super::{
    catalog::{IndexedPlan, concerns},
    extra::{self, ExtraCell, ExtraColumn},
    id::UnitCode,
    plan::Plan,
    policy::{Action, Actor},
    requirement::Requirement,
    scope::{Owners, Scope, Scoped},
    task::Task,
    unit::UnitDirectory,
};

impl Scoped for ExtraCell {
    type Visibility = Owners;

    fn visibility(actor: &Actor) -> Owners {
        Owners::within_reach(actor, Action::ReadLedger)
    }

    fn everything() -> Owners {
        Owners::Everybodys
    }
}

/// A plan as a caller sees it.
#[derive(Clone, Copy)]
pub struct Disclosed<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// All units.
    pub units: &'a UnitDirectory,
    /// Which cells are seen.
    pub scope: &'a Scope<ExtraCell>,
}

impl Disclosed<'_> {
    /// The extra columns that are seen, whatever is in them: those that are not public by whom any of the plan's `tasks`
    /// concerns.
    pub fn columns(self, tasks: &[Task]) -> Vec<ExtraColumn> {
        let columns = &self.plan.extra_columns;
        let is_of = |unit: &UnitCode| {
            let mut requirements = tasks.iter().flat_map(|task| &task.requirements);
            requirements.any(|requirement| self.concerns(requirement, unit))
        };
        let all = columns.iter().any(|column| !column.public) && self.shows_all(is_of);
        columns.iter().filter(|column| column.public || all).cloned().collect()
    }

    /// The extra cells of a requirement that are seen.
    pub fn of_requirement(self, requirement: &Requirement) -> Vec<ExtraCell> {
        self.cells(&requirement.extra, |unit| self.concerns(requirement, unit))
    }

    /// The extra cells of a task that are seen.
    pub fn of_task(self, task: &Task) -> Vec<ExtraCell> {
        self.cells(&task.extra, |unit| {
            let mut requirements = task.requirements.iter();
            requirements.any(|requirement| self.concerns(requirement, unit))
        })
    }

    fn concerns(self, requirement: &Requirement, unit: &UnitCode) -> bool {
        concerns(requirement, unit, self.units, self.plan.period)
    }

    /// Whether it is seen what was remarked on the events of a requirement.
    pub fn shows_remarks_on(self, requirement: &Requirement) -> bool {
        self.shows_all(|unit| self.concerns(requirement, unit))
    }

    fn shows_all(self, is_of: impl Fn(&UnitCode) -> bool) -> bool {
        match self.scope.visibility() {
            Owners::Nobodys => false,
            Owners::Units(own) => own.iter().any(is_of),
            Owners::Everybodys => true,
        }
    }

    fn cells(self, cells: &[ExtraCell], is_of: impl Fn(&UnitCode) -> bool) -> Vec<ExtraCell> {
        if !cells.is_empty() && self.shows_all(is_of) {
            return cells.to_vec();
        }
        extra::public(cells, &self.plan.extra_columns).cloned().collect()
    }
}

impl IndexedPlan {
    /// Whether callers see different parts of it.
    pub fn has_private_columns(&self) -> bool {
        let columns = &self.content.plan.extra_columns;
        columns.iter().any(|column| !column.public)
    }
}
