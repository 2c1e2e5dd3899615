//! What is asked of the ledger, answered from columns.

mod ordered;
mod part;
mod walk;

use std::collections::BTreeMap;

use serde::Serialize;

pub use self::walk::sort_on;
use self::{
    part::{PlanPart, wanted_units},
    walk::Way,
};
use super::{Columns, ObligationFilter, packed::Packed};
use crate::domain::{
    id::{PlanId, UnitCode},
    obligation::{GroupBy, GroupCounts, Horizon, Light, NO_GROUP, Obligation, Standing, State, Unfinished},
    order::Window,
    report::{Brief, ReportStatus},
    scope::Owners,
};

/// One question, and the plans it is put to.
pub struct LedgerQuery<'r> {
    /// In the order of the ids of their rows.
    parts: Vec<PlanPart<'r>>,
}

/// Where a row is: in which part, and its number there.
type RowIndex = (usize, u32);

/// A row with all that it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<'r> {
    /// The obligation.
    pub obligation: Obligation,
    /// All reports on it.
    pub reports: &'r [Brief],
}

/// A field of a board: a unit, a month of due days, and a light or that it is done.
pub type BoardField = (UnitCode, String, String);

/// The name of a plain enum on the wire.
fn name(value: impl Serialize) -> String {
    let name = serde_json::to_value(value).ok();
    name.and_then(|name| name.as_str().map(str::to_owned))
        .unwrap_or_default()
}

impl PlanPart<'_> {
    /// The group of a row, as a number that is the plan's own.
    fn group(by: GroupBy, row: &Packed, standing: Standing) -> usize {
        match by {
            GroupBy::Unit => row.unit.into(),
            GroupBy::UnitKind => row.unit_kind as usize,
            GroupBy::Role => row.role.map_or(0, |role| 1 + role as usize),
            GroupBy::Task | GroupBy::Heading => row.deadline as usize,
            GroupBy::Period => row.period.into(),
            GroupBy::Light => standing.light as usize,
        }
    }

    /// What the group of a row is called.
    fn key(&self, by: GroupBy, row: &Packed, light: Light) -> String {
        match by {
            GroupBy::Unit => self.columns.units.list[usize::from(row.unit)].to_string(),
            GroupBy::UnitKind => name(row.unit_kind),
            GroupBy::Role => row.role.map_or_else(|| NO_GROUP.to_owned(), name),
            GroupBy::Task | GroupBy::Heading => {
                let deadline = &self.columns.deadlines.list[row.deadline as usize];
                format!("{}.{}", self.plan, deadline.requirement.task.number)
            }
            GroupBy::Period => self.columns.periods.list[usize::from(row.period)].clone(),
            GroupBy::Light => name(light),
        }
    }
}

impl<'r> LedgerQuery<'r> {
    /// What `filter` wants of these plans, each on its horizon, within what is seen.
    pub fn new(
        plans: impl IntoIterator<Item = (&'r PlanId, &'r Columns, Horizon)>,
        filter: &'r ObligationFilter,
        owners: &Owners,
    ) -> Self {
        let units = wanted_units(filter, owners);
        let parts = plans
            .into_iter()
            .filter_map(|plan| PlanPart::new(plan, filter, units.as_ref()));
        let mut parts: Vec<PlanPart<'r>> = parts.collect();
        // `a-b.1` stands before `a.1`, as ids do.
        let prefix = |part: &PlanPart<'r>| part.plan.as_str().bytes().chain(*b".");
        parts.sort_by(|a, b| prefix(a).cmp(prefix(b)));
        Self { parts }
    }

    /// Where the rows at `place` are; `None`: the order is unknown.
    fn spots(&self, place: &Window) -> Option<Vec<RowIndex>> {
        match Way::of(&place.order) {
            Some(way) => self.walk(way, place),
            None => self.first(place),
        }
    }

    /// The ids of the rows at `place`.
    pub fn page(&self, place: &Window) -> Option<Vec<String>> {
        let id = |(part, number): RowIndex| {
            let columns = self.parts[part].columns;
            columns.id(columns.row(number))
        };
        Some(self.spots(place)?.into_iter().map(id).collect())
    }

    /// The rows at `place`; `None`: all that they show is not known.
    pub fn rows(&self, place: &Window) -> Option<Vec<Row<'r>>> {
        self.spots(place)?.into_iter().map(|spot| self.row(spot)).collect()
    }

    fn row(&self, (part, number): RowIndex) -> Option<Row<'r>> {
        let columns = self.parts[part].columns;
        let (row, shown) = (columns.row(number), columns.shown(number)?);
        let facts = row.facts();
        Some(Row {
            obligation: Obligation {
                id: columns.obligation(row),
                judged_as: row.rule_kind,
                role: row.role,
                opens_on: facts.opens_on,
                due_on: facts.due_on,
                original_due_on: row.original_due_on,
                exemption: shown.exemption.cloned(),
                report: facts.report,
                reported_due_on: facts.reported_due_on,
                unfinished: Unfinished {
                    report: shown.reports.iter().any(|one| one.status != ReportStatus::Accepted),
                    extension: shown.has_extension,
                    notice: false,
                    any_report: !shown.reports.is_empty(),
                },
                version: shown.version,
            },
            reports: shown.reports,
        })
    }

    /// How many rows are wanted.
    pub fn count(&self) -> usize {
        self.parts.iter().map(PlanPart::count).sum()
    }

    /// The figures of what is wanted by group, in the order of their names.
    pub fn groups(&self, by: GroupBy) -> Vec<GroupCounts> {
        let mut groups: BTreeMap<String, GroupCounts> = BTreeMap::new();
        for part in &self.parts {
            let mut own: Vec<Option<GroupCounts>> = Vec::new();
            part.each(|_, row, facts, standing| {
                let number = PlanPart::group(by, row, standing);
                if own.len() <= number {
                    own.resize(number + 1, None);
                }
                let group = own[number].get_or_insert_with(|| GroupCounts {
                    key: part.key(by, row, standing.light),
                    ..GroupCounts::default()
                });
                group.note(&facts, row.original_due_on, standing, part.horizon.as_of);
            });
            for group in own.into_iter().flatten() {
                match groups.get_mut(&group.key) {
                    Some(sum) => sum.add(&group),
                    None => drop(groups.insert(group.key.clone(), group)),
                }
            }
        }
        groups.into_values().collect()
    }

    /// How many fall due by unit, month and light, or that they are done; exempted ones are left out.
    pub fn board(&self) -> BTreeMap<BoardField, i64> {
        let mut cells = BTreeMap::new();
        for part in &self.parts {
            let mut own: BTreeMap<(u16, String, &'static str), i64> = BTreeMap::new();
            part.each(|_, row, facts, standing| {
                let Some(due) = row.due_on.filter(|_| !facts.is_exempted) else {
                    return;
                };
                let light = match standing.light {
                    _ if standing.state == State::Fulfilled => "done",
                    Light::Green => "green",
                    Light::Yellow => "yellow",
                    Light::Red => "red",
                    Light::None => "none",
                    Light::Unknown => "unknown",
                };
                *own.entry((row.unit, due.format("%Y-%m").to_string(), light))
                    .or_default() += 1;
            });
            for ((unit, month, light), count) in own {
                let unit = part.columns.units.list[usize::from(unit)].clone();
                *cells.entry((unit, month, light.to_owned())).or_default() += count;
            }
        }
        cells
    }
}
