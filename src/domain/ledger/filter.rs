//! Which obligations are wanted, and for which day.

use crate::domain::{
    calendar::NoCalendar,
    deadline::RuleKind,
    id::{PlanId, RequirementId, TaskId, UnitCode},
    obligation::{Horizon, Light, State, Timeliness},
    plan::Basis,
    time::Day,
    unit::UnitKind,
};

/// Which obligations are wanted: all conditions must hold; empty ones do not count.
#[derive(Debug, Default)]
pub struct ObligationFilter {
    /// In one of these plans.
    pub plans: Vec<PlanId>,
    /// Of one of these tasks.
    pub tasks: Vec<TaskId>,
    /// Of one of these requirements.
    pub requirements: Vec<RequirementId>,
    /// Owed by one of these units; `Some` of none: by nobody.
    pub units: Option<Vec<UnitCode>>,
    /// Owed by a unit of one of these kinds.
    pub unit_kinds: Vec<UnitKind>,
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
}

/// The lights of all plans on a day: where a plan warns earlier or later than the others, its own.
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
}
