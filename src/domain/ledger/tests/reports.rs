//! Tests of the reports that the ledger in memory knows.

use super::*;
use crate::domain::{
    id::{RequirementId, TaskId, UnitCode},
    policy::{Actor, Role},
};

/// Which reports are wanted.
#[derive(Debug, Default)]
struct Wanted {
    plans: Vec<PlanId>,
    tasks: Vec<TaskId>,
    requirements: Vec<RequirementId>,
    obligations: Vec<ObligationId>,
    units: Option<Vec<UnitCode>>,
    periods: Vec<String>,
    statuses: Vec<ReportStatus>,
    reported_from: Option<Day>,
    reported_to: Option<Day>,
}

fn wanted() -> impl Strategy<Value = Wanted> {
    let few = |values: &'static [&'static str]| proptest::sample::subsequence(values, 0..=values.len().min(2));
    let places = (
        few(&["p", "q"]),
        few(&["p.1", "p.2"]),
        few(&["p.1.2", "p.2.10", "p.3.1"]),
    );
    let obligations = proptest::collection::vec(packed().prop_map(|row| row.id), 1..60);
    let units = few(&["a", "b", "ab", "zz"]);
    let rest = (
        few(&["2017Q1", UNDECIDED]),
        proptest::sample::subsequence(ReportStatus::ALL, 0..4),
        proptest::option::of(day()),
        proptest::option::of(day()),
    );
    (places, obligations, units, rest, 0..64u8).prop_map(
        |((plans, tasks, requirements), obligations, units, (periods, statuses, from, to), which)| {
            let mut wanted = Wanted::default();
            let asks = |bit: u8| which & (1 << bit) != 0;
            // Of many conditions at once hardly a report is left.
            match which % 4 {
                0 => wanted.plans = plans.iter().map(|id| id.parse().unwrap()).collect(),
                1 => wanted.tasks = tasks.iter().map(|id| id.parse().unwrap()).collect(),
                2 => wanted.requirements = requirements.iter().map(|id| id.parse().unwrap()).collect(),
                _ => wanted.obligations = obligations,
            }
            if asks(2) {
                wanted.units = Some(units.iter().map(|code| code.parse().unwrap()).collect());
            }
            if asks(3) {
                wanted.periods = periods.into_iter().map(str::to_owned).collect();
            }
            if asks(4) {
                wanted.statuses = statuses;
            }
            if asks(5) {
                (wanted.reported_from, wanted.reported_to) = (from, to);
            }
            wanted
        },
    )
}

impl Wanted {
    fn filter(&self) -> BriefFilter {
        BriefFilter {
            plans: self.plans.clone(),
            tasks: self.tasks.clone(),
            requirements: self.requirements.clone(),
            obligations: self.obligations.clone(),
            units: self.units.clone(),
            periods: self.periods.clone(),
            statuses: self.statuses.clone(),
            reported_from: self.reported_from,
            reported_to: self.reported_to,
        }
    }

    fn has(&self, on: &ObligationId, brief: &Brief) -> bool {
        let requirement = &on.deadline.requirement;
        let day = brief.reported_on;
        any_of(&self.plans, requirement.plan())
            && any_of(&self.tasks, &requirement.task)
            && any_of(&self.requirements, requirement)
            && any_of(&self.obligations, on)
            && self.units.as_ref().is_none_or(|units| units.contains(&on.unit))
            && any_of(&self.periods, &on.period)
            && any_of(&self.statuses, &brief.status)
            && self.reported_from.is_none_or(|from| day.is_some_and(|day| day >= from))
            && self.reported_to.is_none_or(|to| day.is_some_and(|day| day <= to))
    }
}

fn actor() -> impl Strategy<Value = Actor> {
    let somebody = |roles: &[Role], unit: Option<&str>| Actor {
        roles: roles.iter().copied().collect(),
        unit: unit.map(|unit| unit.parse().unwrap()),
        ..Actor::anonymous()
    };
    proptest::sample::select(vec![
        Actor::anonymous(),
        somebody(&[Role::UnitReporter], Some("a")),
        somebody(&[Role::Coordinator], None),
        somebody(&[Role::SecrecyReviewer], Some("b")),
        somebody(&[Role::SecrecyReviewer], None),
        somebody(&[Role::UnitReporter, Role::Coordinator], Some("b")),
        somebody(&[Role::Auditor], None),
    ])
}

proptest! {
    #[test]
    fn reports_are_found_as_one_by_one(rows in rows(), reports in reports(), wanted in wanted(), actor in actor(),
                                       descending in any::<bool>(), limit in 1..9i64) {
        let plan: PlanId = "p".parse().unwrap();
        let columns = Columns::new(rows, &reports).unwrap();
        let scope = Scope::of(&actor);
        let filter = wanted.filter();
        let mut found: Vec<Uuid> = reports.iter()
            .filter(|(on, brief)| wanted.has(on, brief) && scope.shows(&on.unit, brief.status, brief.is_public))
            .map(|(_, brief)| brief.id.into())
            .collect();
        found.sort();
        if descending {
            found.reverse();
        }
        let (mut walked, mut after) = (Vec::new(), None);
        loop {
            let window = Window { order: order(&[("id", descending)]), after, rows: limit };
            let (page, total) = filter.find([(&plan, &columns)], &scope, &window).unwrap();
            prop_assert_eq!(total, found.len());
            after = page.last().map(|id| vec![SortKey::Uuid(*id)]);
            walked.extend(page.iter().copied());
            if !window.is_full(&page) { break; }
        }
        prop_assert_eq!(walked, found);
    }
}
