//! The reports on what the units of a plan owe, and on what they owe no more: what rows of the ledger speak of, and what
//! the list of reports is asked for. 32 bytes a report.

use std::{
    collections::{BTreeSet, BinaryHeap},
    ops::Range,
    sync::Arc,
};

use uuid::Uuid;

use super::{Columns, packed::RowNumbers};
use crate::domain::{
    id::{PlanId, ReportId, RequirementId, TaskId, UnitCode},
    obligation::ObligationId,
    order::{self, Window},
    report::{Brief, Report, ReportStatus},
    scope::Scope,
    time::Day,
};

/// A report, and what it is about.
pub type Reported = (ObligationId, Brief);

/// The numbers of the deadline and the period of an obligation of a unit.
type ObligationNumbers = (u32, u16);

/// The reports of a plan, by the number of their unit. Copies share those of units that are not changed in them.
#[derive(Debug, Clone, Default)]
pub(super) struct Reports(Vec<Arc<UnitReports>>);

/// The reports of a unit by what they are on, then by id. They stand together: a query for a page of a unit's reports
/// goes through all of them, for the count.
#[derive(Debug, Clone, Default)]
struct UnitReports {
    on: Vec<ObligationNumbers>,
    briefs: Vec<Brief>,
}

impl UnitReports {
    fn weight(&self) -> usize {
        self.on.len() * (size_of::<ObligationNumbers>() + size_of::<Brief>()) + size_of::<Self>()
    }

    /// Those whose place compares so.
    fn range(
        &self,
        is_before: impl Fn(&ObligationNumbers) -> bool,
        is_among: impl Fn(&ObligationNumbers) -> bool,
    ) -> Range<usize> {
        let from = self.on.partition_point(is_before);
        from..from + self.on[from..].partition_point(is_among)
    }

    fn on(&self, on: ObligationNumbers) -> Range<usize> {
        self.range(|other| *other < on, |other| *other == on)
    }

    fn of_deadline(&self, deadline: u32) -> Range<usize> {
        self.range(|(other, _)| *other < deadline, |(other, _)| *other == deadline)
    }
}

impl Reports {
    /// Of all that there are.
    pub(super) fn new(mut reports: Vec<(RowNumbers, Brief)>) -> Self {
        reports.sort_unstable_by_key(|((deadline, unit, period), brief)| (*unit, *deadline, *period, brief.id));
        let mut all = Self::default();
        for of in reports.chunk_by(|((_, unit, _), _), ((_, other, _), _)| unit == other) {
            let ((_, unit, _), _) = of[0];
            *all.of(unit) = UnitReports {
                on: of
                    .iter()
                    .map(|((deadline, _, period), _)| (*deadline, *period))
                    .collect(),
                briefs: of.iter().map(|(_, brief)| *brief).collect(),
            };
        }
        all
    }

    /// Bytes it takes in memory, about.
    pub(super) fn weight(&self) -> usize {
        self.0.iter().map(|of| of.weight()).sum()
    }

    fn of(&mut self, unit: u16) -> &mut UnitReports {
        let unit = usize::from(unit);
        if self.0.len() <= unit {
            self.0.resize_with(unit + 1, Arc::default);
        }
        Arc::make_mut(&mut self.0[unit])
    }

    /// Of how many units it does not share the reports with `other`.
    #[cfg(test)]
    pub(super) fn copied(&self, other: &Self) -> usize {
        let own = self.0.iter().enumerate();
        let is_shared =
            |(unit, of): &(usize, &Arc<UnitReports>)| other.0.get(*unit).is_some_and(|other| Arc::ptr_eq(of, other));
        own.filter(|each| !is_shared(each)).count()
    }

    /// Those on an obligation.
    pub(super) fn on(&self, (deadline, unit, period): RowNumbers) -> &[Brief] {
        let of = self.0.get(usize::from(unit));
        of.map_or(&[], |of| &of.briefs[of.on((deadline, period))])
    }

    /// Adds a report.
    pub(super) fn add(&mut self, (deadline, unit, period): RowNumbers, brief: Brief) {
        let of = self.of(unit);
        let range = of.on((deadline, period));
        let before = of.briefs[range.clone()].partition_point(|other| other.id < brief.id);
        of.on.insert(range.start + before, (deadline, period));
        of.briefs.insert(range.start + before, brief);
    }

    /// Forgets those on an obligation.
    pub(super) fn forget(&mut self, (deadline, unit, period): RowNumbers) {
        self.forget_where(unit.into(), |of| of.on((deadline, period)));
    }

    /// Forgets those on whatever is owed by a deadline.
    pub(super) fn forget_deadline(&mut self, deadline: u32) {
        for unit in 0..self.0.len() {
            self.forget_where(unit, |of| of.of_deadline(deadline));
        }
    }

    fn forget_where(&mut self, unit: usize, those: impl Fn(&UnitReports) -> Range<usize>) {
        let range = self.0.get(unit).map_or(0..0, |of| those(of));
        if !range.is_empty() {
            let of = Arc::make_mut(&mut self.0[unit]);
            of.on.drain(range.clone());
            of.briefs.drain(range);
        }
    }
}

/// Which reports are wanted, as far as memory can tell: all conditions must hold; empty ones do not count.
#[derive(Debug, Clone, Default)]
pub struct BriefFilter {
    /// Of one of these plans.
    pub plans: Vec<PlanId>,
    /// On one of these tasks.
    pub tasks: Vec<TaskId>,
    /// On one of these requirements.
    pub requirements: Vec<RequirementId>,
    /// On one of these obligations.
    pub obligations: Vec<ObligationId>,
    /// Of one of these units; `Some` of an empty set matches nothing.
    pub units: Option<Vec<UnitCode>>,
    /// For one of these periods.
    pub periods: Vec<String>,
    /// In one of these statuses.
    pub statuses: Vec<ReportStatus>,
    /// First reported on this day or later.
    pub reported_from: Option<Day>,
    /// First reported on this day or earlier.
    pub reported_to: Option<Day>,
}

/// The first reports behind a place, and how many there are in all.
struct First {
    descending: bool,
    after: Option<u128>,
    rows: usize,
    /// The greatest on top.
    ranks: BinaryHeap<u128>,
    total: usize,
}

impl First {
    /// `None`: the order is unknown here.
    fn at(window: &Window) -> Option<Self> {
        let [by] = window.order.fields() else { return None };
        let mut first = Self {
            descending: by.descending,
            after: None,
            rows: usize::try_from(window.rows).ok()?,
            ranks: BinaryHeap::new(),
            total: 0,
        };
        match (by.field, window.after.as_deref()) {
            ("id", None) => {}
            ("id", Some([order::SortKey::Uuid(id)])) => first.after = Some(first.turned(id.as_u128())),
            _ => return None,
        }
        Some(first)
    }

    /// The rank of an id, and the id of a rank: upwards in the order of the list.
    fn turned(&self, id: u128) -> u128 {
        if self.descending { !id } else { id }
    }

    fn note(&mut self, id: ReportId) {
        self.total += 1;
        let rank = self.turned(Uuid::from(id).as_u128());
        if self.after.is_some_and(|after| rank <= after) {
            return;
        }
        if self.ranks.len() < self.rows {
            self.ranks.push(rank);
        } else if let Some(mut last) = self.ranks.peek_mut()
            && rank < *last
        {
            *last = rank;
        }
    }

    fn found(mut self) -> (Vec<Uuid>, usize) {
        let ranks = std::mem::take(&mut self.ranks).into_sorted_vec();
        let ids = ranks.into_iter().map(|rank| Uuid::from_u128(self.turned(rank)));
        (ids.collect(), self.total)
    }
}

impl BriefFilter {
    /// The ids of the reports at `place` among all that are wanted of these plans and that `scope` shows, and how many those
    /// are; `None`: it is not known here.
    pub fn find<'r>(
        &self,
        plans: impl IntoIterator<Item = (&'r PlanId, &'r Columns)>,
        scope: &Scope<Report>,
        window: &Window,
    ) -> Option<(Vec<Uuid>, usize)> {
        let mut first = First::at(window)?;
        for (plan, columns) in plans {
            if self.plans.is_empty() || self.plans.contains(plan) {
                self.find_in(columns, scope, &mut first)?;
            }
        }
        Some(first.found())
    }

    fn find_in(&self, columns: &Columns, scope: &Scope<Report>, first: &mut First) -> Option<()> {
        let reports = columns.reports()?;
        let deadlines: Vec<bool> = columns
            .deadlines
            .list
            .iter()
            .map(|id| self.is_on(&id.requirement))
            .collect();
        let periods = columns.periods.list.iter();
        let periods: Vec<bool> = periods
            .map(|period| self.periods.is_empty() || self.periods.contains(period))
            .collect();
        for (unit, ranges) in self.stretches(columns, reports, &deadlines) {
            let of = &reports.0[unit];
            let shown = self.shown(scope, &columns.units.list[unit]);
            for at in ranges.into_iter().flatten() {
                let (brief, (deadline, period)) = (&of.briefs[at], of.on[at]);
                let wanted = shown[place_of(brief.status, brief.is_public)]
                    && deadlines[deadline as usize]
                    && periods[usize::from(period)]
                    && self.is_of_these_days(brief.reported_on);
                if wanted {
                    first.note(brief.id);
                }
            }
        }
        Some(())
    }

    fn is_on(&self, requirement: &RequirementId) -> bool {
        (self.tasks.is_empty() || self.tasks.contains(&requirement.task))
            && (self.requirements.is_empty() || self.requirements.contains(requirement))
    }

    fn is_of_these_days(&self, reported_on: Option<Day>) -> bool {
        let (from, to) = (self.reported_from, self.reported_to);
        from.is_none_or(|from| reported_on.is_some_and(|day| day >= from))
            && to.is_none_or(|to| reported_on.is_some_and(|day| day <= to))
    }

    /// By status, and whether it is public: whether such a report of `unit` is wanted and seen.
    fn shown(&self, scope: &Scope<Report>, unit: &UnitCode) -> [bool; PLACES] {
        let mut shown = [false; PLACES];
        for status in ReportStatus::ALL {
            for is_public in [false, true] {
                let wanted = self.statuses.is_empty() || self.statuses.contains(status);
                shown[place_of(*status, is_public)] = wanted && scope.shows(unit, *status, is_public);
            }
        }
        shown
    }

    /// Where wanted reports are: by the number of their unit.
    fn stretches(&self, columns: &Columns, reports: &Reports, deadlines: &[bool]) -> Vec<(usize, Vec<Range<usize>>)> {
        let there = 0..reports.0.len();
        let units: Vec<usize> = match &self.units {
            None => there.collect(),
            Some(units) => {
                let numbers = units.iter().filter_map(|unit| columns.units.find(unit));
                let numbers: BTreeSet<usize> = numbers.filter(|number| there.contains(number)).collect();
                numbers.into_iter().collect()
            }
        };
        let obligations: BTreeSet<RowNumbers> = self.obligations.iter().filter_map(|id| columns.key(id)).collect();
        let few: Option<Vec<u32>> = (!self.requirements.is_empty()).then(|| {
            let wanted = (0..).zip(deadlines).filter(|(_, wanted)| **wanted);
            wanted.map(|(deadline, _)| deadline).collect()
        });
        let ranges = |unit: usize| {
            let of = &reports.0[unit];
            if !self.obligations.is_empty() {
                let own = obligations.iter().filter(|(_, owner, _)| usize::from(*owner) == unit);
                own.map(|(deadline, _, period)| of.on((*deadline, *period))).collect()
            } else if let Some(few) = &few {
                few.iter().map(|deadline| of.of_deadline(*deadline)).collect()
            } else {
                std::iter::once(0..of.briefs.len()).collect()
            }
        };
        units.into_iter().map(|unit| (unit, ranges(unit))).collect()
    }
}

/// Pairs of a status, and whether a report is public.
const PLACES: usize = 2 * ReportStatus::ALL.len();

fn place_of(status: ReportStatus, is_public: bool) -> usize {
    2 * status as usize + usize::from(is_public)
}
