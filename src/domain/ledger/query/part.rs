//! What of one plan is wanted.

use std::collections::BTreeSet;

use crate::domain::{
    id::{PlanId, UnitCode},
    ledger::{Columns, ObligationFilter, packed::Packed, words::Alternative},
    obligation::{Facts, Horizon, Standing},
    scope::Owners,
};

/// What of one plan is wanted. A list of what is wanted is empty where all is.
pub struct PlanPart<'r> {
    pub plan: &'r PlanId,
    pub columns: &'r Columns,
    pub horizon: Horizon,
    filter: &'r ObligationFilter,
    /// By unit, deadline and period: whether it is wanted.
    units: Vec<bool>,
    deadlines: Vec<bool>,
    periods: Vec<bool>,
    /// What is searched for is found in any of these, by deadline and by unit; `None`: nothing is searched for.
    found: Option<Vec<(Vec<bool>, Vec<bool>)>>,
    /// The numbers of all rows that are wanted, where they are few; `None`: all rows have to be looked at.
    pub few: Option<Vec<u32>>,
}

/// Of more than this part of all rows no list is made.
const FEW: usize = 4;

/// The units whose rows are wanted and seen; `None`: all units.
pub fn wanted_units<'f>(filter: &'f ObligationFilter, owners: &'f Owners) -> Option<BTreeSet<&'f UnitCode>> {
    match (&filter.units, owners) {
        (_, Owners::Nobodys) => Some(BTreeSet::new()),
        (None, Owners::Everybodys) => None,
        (None, Owners::Units(own)) => Some(own.iter().collect()),
        (Some(units), _) => Some(units.iter().filter(|unit| owners.has(unit)).collect()),
    }
}

/// Whether a row is wanted by one of its numbers.
fn has(wanted: &[bool], number: usize) -> bool {
    wanted.is_empty() || wanted[number]
}

impl<'r> PlanPart<'r> {
    /// `None`: nothing of the plan is wanted.
    pub fn new(
        (plan, columns, horizon): (&'r PlanId, &'r Columns, Horizon),
        filter: &'r ObligationFilter,
        units: Option<&BTreeSet<&UnitCode>>,
    ) -> Option<Self> {
        if !filter.plans.is_empty() && !filter.plans.contains(plan) {
            return None;
        }
        let mut part = Self {
            plan,
            columns,
            horizon,
            filter,
            units: Vec::new(),
            deadlines: Vec::new(),
            periods: Vec::new(),
            found: filter.found.as_ref().map(|found| {
                let flags = |one: &Alternative| {
                    let deadlines = columns.deadlines.list.iter();
                    let units = columns.units.list.iter();
                    (
                        deadlines
                            .map(|deadline| one.places.as_ref().is_none_or(|places| places.have(deadline)))
                            .collect(),
                        units
                            .map(|unit| one.units.as_ref().is_none_or(|units| units.contains(unit)))
                            .collect(),
                    )
                };
                found.0.iter().map(flags).collect()
            }),
            few: None,
        };
        if !filter.tasks.is_empty() || !filter.requirements.is_empty() {
            let deadlines = columns.deadlines.list.iter().map(|deadline| {
                let requirement = &deadline.requirement;
                (filter.tasks.is_empty() || filter.tasks.contains(&requirement.task))
                    && (filter.requirements.is_empty() || filter.requirements.contains(requirement))
            });
            part.deadlines = deadlines.collect();
        }
        if !filter.periods.is_empty() {
            let periods = columns.periods.list.iter();
            part.periods = periods.map(|period| filter.periods.contains(period)).collect();
        }
        let mut few = part.among(units);
        if let Some(units) = units
            && few.is_none()
        {
            part.units = columns.units.list.iter().map(|unit| units.contains(unit)).collect();
        }
        if let Some(few) = &mut few {
            few.retain(|number| part.wants(columns.row(*number)).is_some());
        }
        part.few = few;
        Some(part)
    }

    /// The rows of these units, or else of the requirements that are asked for, if they are few.
    fn among(&self, units: Option<&BTreeSet<&UnitCode>>) -> Option<Vec<u32>> {
        let columns = self.columns;
        let most = columns.len() / FEW;
        if let Some(units) = units {
            let mut few = Vec::new();
            for unit in units {
                few.extend(columns.of_unit(unit)?);
                if few.len() > most {
                    return None;
                }
            }
            return Some(few);
        }
        if self.filter.requirements.is_empty() {
            return None;
        }
        let mut few = Vec::new();
        for requirement in self.filter.requirements.iter().filter(|id| id.plan() == self.plan) {
            let range = columns.of(requirement);
            let numbers = u32::try_from(range.start).ok()?..u32::try_from(range.end).ok()?;
            few.extend(numbers);
        }
        few.sort_unstable();
        few.dedup();
        (few.len() <= most).then_some(few)
    }

    /// How the row stands, if it is wanted.
    pub fn wants(&self, row: &Packed) -> Option<(Facts, Standing)> {
        let filter = self.filter;
        let there = has(&self.units, row.unit.into())
            && has(&self.deadlines, row.deadline as usize)
            && has(&self.periods, row.period.into())
            && self.found.as_ref().is_none_or(|found| {
                let mut any = found.iter();
                any.any(|(deadlines, units)| deadlines[row.deadline as usize] && units[usize::from(row.unit)])
            })
            && (filter.unit_kinds.is_empty() || filter.unit_kinds.contains(&row.unit_kind))
            && (filter.roles.is_empty() || row.role.is_some_and(|role| filter.roles.contains(&role)))
            && (filter.rule_kinds.is_empty() || filter.rule_kinds.contains(&row.rule_kind))
            && filter
                .due_from
                .is_none_or(|from| row.due_on.is_some_and(|due| due >= from))
            && filter.due_to.is_none_or(|to| row.due_on.is_some_and(|due| due <= to));
        if !there {
            return None;
        }
        let facts = row.facts();
        let standing = facts.standing(self.horizon);
        let stands = (filter.states.is_empty() || filter.states.contains(&standing.state))
            && (filter.lights.is_empty() || filter.lights.contains(&standing.light))
            && (filter.timeliness.is_empty() || filter.timeliness.contains(&standing.timeliness))
            && filter.overdue.is_none_or(|overdue| overdue == standing.overdue);
        stands.then_some((facts, standing))
    }

    /// Whether all rows are wanted.
    fn wants_all(&self) -> bool {
        let by_number = [&self.units, &self.deadlines, &self.periods];
        let filter = self.filter;
        by_number.iter().all(|flags| flags.is_empty())
            && self.found.is_none()
            && filter.unit_kinds.is_empty()
            && filter.roles.is_empty()
            && filter.rule_kinds.is_empty()
            && filter.states.is_empty()
            && filter.lights.is_empty()
            && filter.timeliness.is_empty()
            && filter.overdue.is_none()
            && filter.due_from.is_none()
            && filter.due_to.is_none()
    }

    /// How many rows are wanted.
    pub fn count(&self) -> usize {
        match &self.few {
            Some(few) => few.len(),
            None if self.wants_all() => self.columns.len(),
            None => {
                let rows = self.columns.rows.iter();
                rows.filter(|row| self.wants(row).is_some()).count()
            }
        }
    }

    /// Gives each row that is wanted to `each`, with its number and how it stands.
    pub fn each(&self, mut each: impl FnMut(u32, &'r Packed, Facts, Standing)) {
        let mut give = |number: u32, row: &'r Packed| {
            if let Some((facts, standing)) = self.wants(row) {
                each(number, row, facts, standing);
            }
        };
        match &self.few {
            Some(few) => few.iter().for_each(|number| give(*number, self.columns.row(*number))),
            None => self.columns.rows.for_each(give),
        }
    }
}
