//! Who sees the extra cells of a plan: they hold persons. The offices see all of them, a unit those of the requirements
//! that concern it, and everybody those of columns that the plan makes public.

use super::{
    catalog::{IndexedPlan, concerns},
    extra::{self, ExtraCell, ExtraColumn},
    id::UnitCode,
    plan::Plan,
    policy::{Action, Actor},
    requirement::Requirement,
    scope::{Scope, Scoped, Whose},
    task::Task,
    unit::UnitDirectory,
};

impl Scoped for ExtraCell {
    type Sight = Whose;

    fn sight(actor: &Actor) -> Whose {
        Whose::within_reach(actor, Action::ReadLedger)
    }

    fn everything() -> Whose {
        Whose::Everybodys
    }
}

/// A plan as somebody sees it.
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
    /// The extra columns that are seen, whatever is in them.
    pub fn columns(self) -> Vec<ExtraColumn> {
        let columns = self.plan.extra_columns.iter();
        let of_somebody = *self.scope.sight() != Whose::Nobodys;
        columns.filter(|column| column.public || of_somebody).cloned().collect()
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

    fn cells(self, cells: &[ExtraCell], is_of: impl Fn(&UnitCode) -> bool) -> Vec<ExtraCell> {
        let all = match self.scope.sight() {
            Whose::Nobodys => false,
            Whose::Units(own) => !cells.is_empty() && own.iter().any(is_of),
            Whose::Everybodys => true,
        };
        if all {
            return cells.to_vec();
        }
        extra::public(cells, &self.plan.extra_columns).cloned().collect()
    }
}

impl IndexedPlan {
    /// Whether not everybody sees the same of it.
    pub fn has_private_columns(&self) -> bool {
        let columns = &self.content.plan.extra_columns;
        columns.iter().any(|column| !column.public)
    }
}
