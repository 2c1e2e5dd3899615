//! What is asked of the ledger, answered from columns.

mod ordered;

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;

use super::{Columns, ObligationFilter, columns::Packed, words::Alternative};
use crate::domain::{
    id::PlanId,
    obligation::{Facts, GroupBy, GroupCounts, Horizon, Light, Standing, State},
    order::{Key, Order, Place},
    scope::Whose,
    time::Day,
};

/// One question, and the plans it is put to.
pub struct Reading<'r> {
    parts: Vec<Part<'r>>,
}

/// What of one plan is wanted. A list of what is wanted is empty where all is.
struct Part<'r> {
    plan: &'r PlanId,
    columns: &'r Columns,
    horizon: Horizon,
    filter: &'r ObligationFilter,
    /// By unit, deadline and period: whether it is wanted.
    units: Vec<bool>,
    deadlines: Vec<bool>,
    periods: Vec<bool>,
    /// What is searched for is found in any of these, by deadline and by unit; `None`: nothing is searched for.
    found: Option<Vec<(Vec<bool>, Vec<bool>)>>,
}

/// A field of a board: a unit, a month of due days, and a light or that it is done.
pub type Cell = (String, String, String);

/// The name of a plain enum on the wire.
fn name(value: impl Serialize) -> String {
    let name = serde_json::to_value(value).ok();
    name.and_then(|name| name.as_str().map(str::to_owned))
        .unwrap_or_default()
}

impl<'r> Part<'r> {
    /// `None`: nothing of the plan is wanted.
    fn new(
        (plan, columns, horizon): (&'r PlanId, &'r Columns, Horizon),
        filter: &'r ObligationFilter,
        whose: &Whose,
    ) -> Option<Self> {
        if !filter.plans.is_empty() && !filter.plans.contains(plan) {
            return None;
        }
        let wanted: Option<HashSet<_>> = filter.units.as_ref().map(|units| units.iter().collect());
        let units = columns.units.list.iter();
        let units = units.map(|unit| whose.has(unit) && wanted.as_ref().is_none_or(|wanted| wanted.contains(unit)));
        let deadlines = columns.deadlines.list.iter().map(|deadline| {
            let requirement = &deadline.requirement;
            (filter.tasks.is_empty() || filter.tasks.contains(&requirement.task))
                && (filter.requirements.is_empty() || filter.requirements.contains(requirement))
        });
        let found = filter.found.as_ref().map(|found| {
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
        });
        let periods = columns.periods.list.iter();
        let periods = periods.map(|period| filter.periods.is_empty() || filter.periods.contains(period));
        Some(Self {
            plan,
            columns,
            horizon,
            filter,
            units: units.collect(),
            deadlines: deadlines.collect(),
            periods: periods.collect(),
            found,
        })
    }

    /// How the row stands, if it is wanted.
    fn wants(&self, row: &Packed) -> Option<(Facts, Standing)> {
        let filter = self.filter;
        let there = self.units[usize::from(row.unit)]
            && self.deadlines[row.deadline as usize]
            && self.periods[usize::from(row.period)]
            && self.found.as_ref().is_none_or(|found| {
                let mut any = found.iter();
                any.any(|(deadlines, units)| deadlines[row.deadline as usize] && units[usize::from(row.unit)])
            })
            && (filter.unit_kinds.is_empty() || filter.unit_kinds.contains(&row.unit_kind))
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

    /// The group of a row, as a number that is the plan's own.
    fn group(by: GroupBy, row: &Packed, standing: Standing) -> usize {
        match by {
            GroupBy::Unit => row.unit.into(),
            GroupBy::UnitKind => row.unit_kind as usize,
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
            GroupBy::Task | GroupBy::Heading => {
                let deadline = &self.columns.deadlines.list[row.deadline as usize];
                format!("{}.{}", self.plan, deadline.requirement.task.number)
            }
            GroupBy::Period => self.columns.periods.list[usize::from(row.period)].clone(),
            GroupBy::Light => name(light),
        }
    }

    /// The rows behind `after` in one direction, by day or by id alone.
    fn behind(&self, way: Way, after: Option<&After>) -> Box<dyn Iterator<Item = &'r Packed> + 'r> {
        let (columns, count) = (self.columns, self.columns.rows.len());
        let at = move |place: usize| {
            if way.by_day {
                columns.row(columns.by_day()[place])
            } else {
                &columns.rows[place]
            }
        };
        // How many rows stand before the place, from the beginning of the order upwards.
        let before = |up_to: &dyn Fn(std::cmp::Ordering) -> bool| {
            let (mut low, mut high) = (0, count);
            while low < high {
                let middle = usize::midpoint(low, high);
                let row = at(middle);
                let ordering = after.map_or(std::cmp::Ordering::Greater, |after| after.compare(way, columns, row));
                if up_to(ordering) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            low
        };
        if way.descending {
            let end = if after.is_some() {
                before(&std::cmp::Ordering::is_lt)
            } else {
                count
            };
            Box::new((0..end).rev().map(at))
        } else {
            let start = if after.is_some() {
                before(&std::cmp::Ordering::is_le)
            } else {
                0
            };
            Box::new((start..count).map(at))
        }
    }
}

/// An order that the columns have.
#[derive(Debug, Clone, Copy)]
struct Way {
    by_day: bool,
    descending: bool,
}

impl Way {
    /// `None`: they do not have it.
    fn of(order: &Order) -> Option<Self> {
        let [first, rest @ ..] = order.fields() else {
            return None;
        };
        let descending = first.descending;
        let by_day = match (first.field, rest) {
            ("id", _) => false,
            ("due_on", [id]) if id.field == "id" && id.descending == descending => true,
            _ => return None,
        };
        Some(Self { by_day, descending })
    }
}

/// The row behind which a page begins.
struct After {
    due_on: Day,
    id: String,
}

impl After {
    fn of(way: Way, keys: &[Key]) -> Option<Self> {
        match (way.by_day, keys) {
            (true, [Key::Day(due_on), Key::Text(id)]) => Some(Self {
                due_on: *due_on,
                id: id.clone(),
            }),
            (false, [Key::Text(id), ..]) => Some(Self {
                due_on: Day::MIN,
                id: id.clone(),
            }),
            _ => None,
        }
    }

    /// How `row` compares with it.
    fn compare(&self, way: Way, columns: &Columns, row: &Packed) -> std::cmp::Ordering {
        let by_day = if way.by_day {
            sort_on(row.due_on).cmp(&self.due_on)
        } else {
            std::cmp::Ordering::Equal
        };
        by_day.then_with(|| columns.id(row).cmp(&self.id))
    }
}

/// The last day that databases hold: what has no due day comes last.
pub fn sort_on(due_on: Option<Day>) -> Day {
    due_on.unwrap_or_else(|| Day::from_ymd_opt(9999, 12, 31).unwrap_or(Day::MAX))
}

impl<'r> Reading<'r> {
    /// What `filter` wants of these plans, each on its horizon, within what is seen.
    pub fn new(
        plans: impl IntoIterator<Item = (&'r PlanId, &'r Columns, Horizon)>,
        filter: &'r ObligationFilter,
        whose: &Whose,
    ) -> Self {
        let parts = plans.into_iter().filter_map(|plan| Part::new(plan, filter, whose));
        Self { parts: parts.collect() }
    }

    /// The ids of the rows at `place`; `None`: in an order that the columns do not have.
    pub fn page(&self, place: &Place) -> Option<Vec<String>> {
        let Some(way) = Way::of(&place.order) else {
            return self.first(place);
        };
        let after = match &place.after {
            None => None,
            Some(keys) => Some(After::of(way, keys)?),
        };
        let rows = usize::try_from(place.rows).ok()?;
        let mut found: Vec<(Day, String)> = Vec::new();
        for part in &self.parts {
            let wanted = part.behind(way, after.as_ref()).filter(|row| part.wants(row).is_some());
            found.extend(wanted.take(rows).map(|row| {
                let day = if way.by_day { sort_on(row.due_on) } else { Day::MIN };
                (day, part.columns.id(row))
            }));
        }
        found.sort();
        if way.descending {
            found.reverse();
        }
        found.truncate(rows);
        Some(found.into_iter().map(|(_, id)| id).collect())
    }

    /// How many rows are wanted.
    pub fn count(&self) -> usize {
        let of_part = |part: &Part<'_>| part.columns.rows.iter().filter(|row| part.wants(row).is_some()).count();
        self.parts.iter().map(of_part).sum()
    }

    /// The figures of what is wanted by group, in the order of their names.
    pub fn groups(&self, by: GroupBy) -> Vec<GroupCounts> {
        let mut groups: BTreeMap<String, GroupCounts> = BTreeMap::new();
        for part in &self.parts {
            let mut own: Vec<Option<GroupCounts>> = Vec::new();
            for row in &part.columns.rows {
                let Some((facts, standing)) = part.wants(row) else {
                    continue;
                };
                let number = Part::group(by, row, standing);
                if own.len() <= number {
                    own.resize(number + 1, None);
                }
                let group = own[number].get_or_insert_with(|| GroupCounts {
                    key: part.key(by, row, standing.light),
                    ..GroupCounts::default()
                });
                group.note(&facts, row.original_due_on, standing, part.horizon.as_of);
            }
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
    pub fn board(&self) -> BTreeMap<Cell, i64> {
        let mut cells = BTreeMap::new();
        for part in &self.parts {
            let mut own: BTreeMap<(u16, String, &'static str), i64> = BTreeMap::new();
            for row in &part.columns.rows {
                let Some((facts, standing)) = part.wants(row) else {
                    continue;
                };
                let Some(due) = row.due_on.filter(|_| !facts.is_exempted) else {
                    continue;
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
            }
            for ((unit, month, light), count) in own {
                let unit = part.columns.units.list[usize::from(unit)].to_string();
                *cells.entry((unit, month, light.to_owned())).or_default() += count;
            }
        }
        cells
    }
}
