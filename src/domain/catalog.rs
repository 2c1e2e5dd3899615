//! All plans and units at one revision: what the read API answers from.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    calendar::{Calendar, CalendarYear},
    deadline::{Deadline, FormerDeadline},
    extra,
    id::{DeadlineId, PlanId, RequirementId, TaskId, UnitCode},
    plan::{Plan, PlanContent, Rules},
    requirement::{Requirement, Responsibility},
    scope::Scope,
    search,
    task::Task,
    time::{Day, Period},
    unit::{Unit, UnitDirectory},
};

/// A plan with what reading it again and again needs, computed once.
#[derive(Debug)]
pub struct IndexedPlan {
    /// The plan with all that it says.
    pub content: PlanContent,
    /// The search text of each requirement: its words, its deadlines, its task's title and its units' names.
    search: BTreeMap<RequirementId, String>,
    /// Where each task stands in the plan, by its number: every row of the ledger asks for its task.
    places: BTreeMap<u32, usize>,
    /// The words of deadlines that were removed, and for which something was owed.
    former: BTreeMap<DeadlineId, FormerDeadline>,
}

/// Plans and units as they stand after some change, and before the next.
#[derive(Debug, Default)]
pub struct Catalog {
    plans: BTreeMap<PlanId, Arc<IndexedPlan>>,
    /// All units.
    pub units: Arc<UnitDirectory>,
    /// The working-day calendar.
    pub calendar: Arc<YearBook>,
}

/// The official calendars, by year.
#[derive(Debug, Default)]
pub struct YearBook {
    /// What is computed from them.
    pub calendar: Calendar,
    /// Each year as it was given, with its version.
    pub years: BTreeMap<i32, (CalendarYear, i64)>,
}

impl YearBook {
    /// The book of these years.
    pub fn new(years: Vec<(CalendarYear, i64)>) -> Self {
        let calendar = Calendar::new(years.iter().map(|(year, _)| year.clone()));
        Self {
            calendar,
            years: years
                .into_iter()
                .map(|(year, version)| (year.year, (year, version)))
                .collect(),
        }
    }
}

/// A requirement with what it belongs to.
#[derive(Clone, Copy)]
pub struct RequirementInPlan<'c> {
    /// Its plan.
    pub plan: &'c IndexedPlan,
    /// Its task.
    pub task: &'c Task,
    /// The requirement.
    pub requirement: &'c Requirement,
}

/// Who owes a requirement on a day.
#[derive(Debug)]
pub struct Owing<'u> {
    /// The unit.
    pub unit: &'u Unit,
    /// The dissolved units in whose place it owes.
    pub heir_of: BTreeSet<UnitCode>,
    /// What is named, and means it: itself, or collectives.
    pub parts: BTreeSet<UnitCode>,
    /// The day from which the requirement is its; absent: always.
    pub counts_from: Option<Day>,
}

/// A deadline with what it belongs to.
#[derive(Clone, Copy)]
pub struct DeadlineInPlan<'c> {
    /// Its requirement, task and plan.
    pub of: RequirementInPlan<'c>,
    /// The deadline.
    pub deadline: &'c Deadline,
}

impl IndexedPlan {
    /// Indexes a plan for searching.
    pub fn new(content: PlanContent, units: &UnitDirectory) -> Self {
        let mut search = BTreeMap::new();
        for task in &content.tasks {
            for requirement in &task.requirements {
                let said = [&task.title, &requirement.text, &requirement.units_phrase];
                let when = requirement.deadlines.iter().map(|deadline| &deadline.phrase);
                let columns = &content.plan.extra_columns;
                let cells = [&task.extra, &requirement.extra];
                let cells = cells.into_iter().flat_map(|cells| extra::public(cells, columns));
                let said = said.into_iter().chain(&task.headings).chain(when);
                let mut text = search::haystack(said.chain(cells.map(|cell| &cell.text)));
                for unit in requirement.units.iter().filter_map(|part| units.get(&part.code)) {
                    text.push('\n');
                    text.push_str(&unit.search_text());
                }
                search.insert(requirement.id.clone(), text);
            }
        }
        let tasks = content.tasks.iter().enumerate();
        let places = tasks.map(|(place, task)| (task.id.number, place)).collect();
        Self {
            content,
            search,
            places,
            former: BTreeMap::new(),
        }
    }

    /// The same with what amendments removed.
    #[must_use]
    pub fn with_former(self, former: BTreeMap<DeadlineId, FormerDeadline>) -> Self {
        Self { former, ..self }
    }

    /// The deadlines that amendments removed.
    pub fn former(&self) -> impl Iterator<Item = (&DeadlineId, &FormerDeadline)> {
        self.former.iter()
    }

    /// The task with this id.
    pub fn task(&self, id: &TaskId) -> Option<&Task> {
        let task = self.content.tasks.get(*self.places.get(&id.number)?)?;
        (&task.id == id).then_some(task)
    }

    /// The requirement with this id.
    pub fn requirement(&self, id: &RequirementId) -> Option<&Requirement> {
        let task = self.task(&id.task)?;
        task.requirements.iter().find(|requirement| &requirement.id == id)
    }

    /// All its requirements, in the document's order.
    pub fn requirements(&self) -> impl Iterator<Item = RequirementInPlan<'_>> {
        self.content.tasks.iter().flat_map(move |task| {
            task.requirements.iter().map(move |requirement| RequirementInPlan {
                plan: self,
                task,
                requirement,
            })
        })
    }
}

impl<'c> RequirementInPlan<'c> {
    /// Its normalised search text.
    pub fn search_text(&self) -> &'c str {
        self.plan.search.get(&self.requirement.id).map_or("", String::as_str)
    }

    /// Its deadlines.
    pub fn deadlines(self) -> impl Iterator<Item = DeadlineInPlan<'c>> {
        self.requirement
            .deadlines
            .iter()
            .map(move |deadline| DeadlineInPlan { of: self, deadline })
    }

    /// Whether `unit` is named, or stands behind a collective that is named, on any day of the
    /// plan's period.
    pub fn concerns(&self, unit: &UnitCode, units: &UnitDirectory) -> bool {
        concerns(self.requirement, unit, units, self.plan.content.plan.period)
    }

    /// The concrete units that owe it on `day`, each once: for one that was dissolved, its successors.
    pub fn who_owes_on<'u>(&'u self, day: Day, units: &'u UnitDirectory) -> Vec<Owing<'u>> {
        let mut owing: BTreeMap<&UnitCode, Owing<'u>> = BTreeMap::new();
        for part in &self.requirement.units {
            let named = match (&part.members, units.get(&part.code)) {
                (Some(members), _) => members.iter().filter_map(|code| units.get(code)).collect(),
                (None, Some(unit)) => units.meant_on(unit, day),
                (None, None) => Vec::new(),
            };
            for named in named {
                let counts_from = part.counts_from(&named.code);
                for unit in units.acting(named, day) {
                    let owing = owing.entry(&unit.code).or_insert_with(|| Owing {
                        unit,
                        heir_of: BTreeSet::new(),
                        parts: BTreeSet::new(),
                        counts_from,
                    });
                    owing.parts.insert(part.code.clone());
                    owing.counts_from = owing.counts_from.min(counts_from);
                    owing
                        .heir_of
                        .extend((named.code != unit.code).then(|| named.code.clone()));
                }
            }
        }
        owing.into_values().collect()
    }

    /// The concrete units that `part` means on any day of the plan's period.
    pub fn stand_in<'u>(&self, part: &Responsibility, units: &'u UnitDirectory) -> Vec<&'u Unit> {
        stand_in_during(part, units, self.plan.content.plan.period)
    }
}

/// Whether `unit` is named by a requirement, or stands behind a collective that is named, on any day of `period`.
pub fn concerns(requirement: &Requirement, unit: &UnitCode, units: &UnitDirectory, period: Period) -> bool {
    let stands_in = |part: &Responsibility| {
        let members = stand_in_during(part, units, period);
        members.iter().any(|member| &member.code == unit)
    };
    let mut parts = requirement.units.iter();
    parts.any(|part| &part.code == unit || stands_in(part))
}

/// The concrete units that `part` means on any day of `period`: those it names for this requirement
/// only, else the unit itself or the members of the collective.
fn stand_in_during<'u>(part: &Responsibility, units: &'u UnitDirectory, period: Period) -> Vec<&'u Unit> {
    match (&part.members, units.get(&part.code)) {
        (Some(members), _) => members
            .iter()
            .filter_map(|code| units.get(code))
            .filter(|unit| period.overlaps(unit.valid_from, unit.valid_to))
            .collect(),
        (None, Some(unit)) => units.expand_during(unit, period),
        (None, None) => Vec::new(),
    }
}

impl Catalog {
    /// These plans, drafts included, with all units.
    pub fn new(plans: BTreeMap<PlanId, Arc<IndexedPlan>>, units: Arc<UnitDirectory>, calendar: Arc<YearBook>) -> Self {
        Self { plans, units, calendar }
    }

    /// The plan for a catalog that comes after this one.
    pub fn kept(&self, id: &PlanId) -> Option<Arc<IndexedPlan>> {
        self.plans.get(id).cloned()
    }

    /// The plan, if `scope` shows it.
    pub fn plan(&self, id: &PlanId, scope: &Scope<Plan>) -> Option<&IndexedPlan> {
        self.plans
            .get(id)
            .map(Arc::as_ref)
            .filter(|plan| scope.visibility().shows(&plan.content.plan))
    }

    /// What the plan asks of the work on it; without a plan there is none to do.
    pub fn rules(&self, id: &PlanId) -> Rules {
        let none = Rules {
            open: false,
            signoff: false,
        };
        self.plans.get(id).map_or(none, |plan| plan.content.plan.rules())
    }

    /// Whether callers see different parts of what is public.
    pub fn has_private_columns(&self) -> bool {
        self.plans.values().any(|plan| plan.has_private_columns())
    }

    /// All plans that `scope` shows, by id.
    pub fn visible<'c>(&'c self, scope: &Scope<Plan>) -> impl Iterator<Item = &'c IndexedPlan> + use<'c> {
        let visibility = *scope.visibility();
        self.plans
            .values()
            .map(Arc::as_ref)
            .filter(move |plan| visibility.shows(&plan.content.plan))
    }

    /// The words of a deadline that was removed, if its plan may be seen.
    pub fn former(&self, id: &DeadlineId, scope: &Scope<Plan>) -> Option<&FormerDeadline> {
        self.plan(id.requirement.plan(), scope)?.former.get(id)
    }

    /// The words of a requirement that was removed, if its plan may be seen.
    pub fn former_requirement(&self, id: &RequirementId, scope: &Scope<Plan>) -> Option<&FormerDeadline> {
        let mut former = self.plan(id.plan(), scope)?.former.iter();
        former
            .find(|(deadline, _)| &deadline.requirement == id)
            .map(|(_, words)| words)
    }

    /// The task, if its plan may be seen.
    pub fn task(&self, id: &TaskId, scope: &Scope<Plan>) -> Option<(&IndexedPlan, &Task)> {
        let plan = self.plan(&id.plan, scope)?;
        Some((plan, plan.task(id)?))
    }

    /// The requirement, if its plan may be seen.
    pub fn requirement(&self, id: &RequirementId, scope: &Scope<Plan>) -> Option<RequirementInPlan<'_>> {
        let (plan, task) = self.task(&id.task, scope)?;
        let requirement = plan.requirement(id)?;
        Some(RequirementInPlan {
            plan,
            task,
            requirement,
        })
    }
}
