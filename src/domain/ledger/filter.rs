//! Which obligations are wanted, and for which day.

use super::Found;
use crate::domain::{
    calendar::NoCalendar,
    catalog::Catalog,
    deadline::RuleKind,
    id::{PlanId, RequirementId, TaskId, UnitCode},
    invalidation::Dependencies,
    obligation::{GroupCounts, Horizon, Light, Obligation, State, Timeliness},
    plan::{Basis, Plan, PlanSettings},
    requirement::UnitRole,
    scope::{Owners, Scope},
    time::Day,
    unit::UnitKind,
};

/// Which obligations are wanted: all conditions must hold; empty ones do not count.
#[derive(Debug, Clone, Default)]
pub struct ObligationFilter {
    /// In one of these plans.
    pub plans: Vec<PlanId>,
    /// Of one of these tasks.
    pub tasks: Vec<TaskId>,
    /// Of one of these requirements.
    pub requirements: Vec<RequirementId>,
    /// Owed by one of these units; `Some` of an empty set matches nothing.
    pub units: Option<Vec<UnitCode>>,
    /// Owed by a unit of one of these kinds.
    pub unit_kinds: Vec<UnitKind>,
    /// Owed in one of these roles.
    pub roles: Vec<UnitRole>,
    /// For one of these periods.
    pub periods: Vec<String>,
    /// From a deadline of one of these kinds.
    pub rule_kinds: Vec<RuleKind>,
    /// In one of these states.
    pub states: Vec<State>,
    /// With one of these lights.
    pub lights: Vec<Light>,
    /// Reported in one of these ways.
    pub timeliness: Vec<Timeliness>,
    /// Overdue, or not.
    pub overdue: Option<bool>,
    /// Due on this day or later.
    pub due_from: Option<Day>,
    /// Due on this day or earlier.
    pub due_to: Option<Day>,
    /// Among what a search finds.
    pub found: Option<Found>,
}

impl ObligationFilter {
    /// What an answer to it is about, for who sees `scope`.
    pub fn dependencies(&self, scope: &Scope<Obligation>) -> Dependencies {
        let of_units = |units: &[UnitCode]| units.iter().cloned().collect();
        let plans = Some(&self.plans).filter(|plans| !plans.is_empty());
        Dependencies {
            plans: plans.map(|plans| plans.iter().cloned().collect()),
            units: match (&self.units, scope.visibility()) {
                (Some(units), _) => Some(of_units(units)),
                (None, Owners::Units(own)) => Some(own.clone()),
                (None, Owners::Nobodys) => Some(of_units(&[])),
                (None, Owners::Everybodys) => None,
            },
            settled_only: false,
        }
    }
}

/// The lights of all plans on a day: where a plan warns earlier or later than the others, or was closed before, its own.
#[derive(Debug, Clone)]
pub struct Horizons {
    /// Of plans that are not listed.
    pub usual: Horizon,
    /// Of plans that differ.
    pub own: Vec<(PlanId, Horizon)>,
    /// What of the ledger counts.
    pub basis: Basis,
}

impl Horizons {
    /// On `as_of` for readers of the ledger, by the settings of each plan. For a day before `today`, the ledger is
    /// taken as it was known at the end of that day.
    pub fn of_ledger(catalog: &Catalog, as_of: Day, today: Day) -> Self {
        Self::new(catalog, as_of, Basis::ledger(as_of, today))
    }

    /// On `as_of`, by the settings of each plan, of the ledger that `basis` says.
    pub fn new(catalog: &Catalog, as_of: Day, basis: Basis) -> Self {
        let calendar = &catalog.calendar.calendar;
        let usual_days = PlanSettings::default().due_soon_working_days;
        // A draft has no ledger.
        let plans = catalog.visible(&Scope::public()).map(|plan| &plan.content.plan);
        let own_way = |plan: &Plan| (plan.stands_on(as_of), plan.settings.due_soon_working_days);
        let differing = plans.filter(|plan| own_way(plan) != (as_of, usual_days));
        let horizon = |(day, days)| Horizon::new(day, days, calendar);
        let own = differing.map(|plan| (plan.id.clone(), horizon(own_way(plan))));
        Self {
            usual: horizon((as_of, usual_days)),
            own: own.collect(),
            basis,
        }
    }

    /// The horizon of `plan`.
    pub fn of(&self, plan: &PlanId) -> Horizon {
        self.own
            .iter()
            .find(|(id, _)| id == plan)
            .map_or(self.usual, |(_, horizon)| *horizon)
    }

    /// Why some lights cannot be told, where any cannot.
    pub fn missing(&self) -> Option<NoCalendar> {
        let own = self.own.iter().map(|(_, horizon)| horizon);
        own.chain([&self.usual]).find_map(|horizon| horizon.missing)
    }

    /// The year for want of whose calendar lights of what was counted are unknown.
    pub fn wanting(&self, counted: &[GroupCounts]) -> Option<NoCalendar> {
        self.missing().filter(|_| counted.iter().any(|group| group.unknown > 0))
    }
}
