//! Rows in an order that the columns have: by id, or by due day and id. Only those of the page are looked at, and
//! those before them that are not wanted.

use std::{cmp::Ordering, iter::Peekable};

use super::{LedgerQuery, RowIndex, part::PlanPart};
use crate::domain::{
    ledger::{Columns, packed::Packed},
    order::{Order, SortKey, Window},
    time::{Day, no_day},
};

/// An order that the columns have.
#[derive(Debug, Clone, Copy)]
pub struct Way {
    by_day: bool,
    descending: bool,
}

impl Way {
    /// `None`: they do not have it.
    pub fn of(order: &Order) -> Option<Self> {
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

    /// The day by which a row is ordered.
    fn day(self, row: &Packed) -> Day {
        if self.by_day { sort_on(row.due_on) } else { Day::MIN }
    }
}

/// The row behind which a page begins.
struct After {
    due_on: Day,
    id: String,
}

impl After {
    fn of(way: Way, keys: &[SortKey]) -> Option<Self> {
        match (way.by_day, keys) {
            (true, [SortKey::Day(due_on), SortKey::Text(id)]) => Some(Self {
                due_on: *due_on,
                id: id.clone(),
            }),
            (false, [SortKey::Text(id), ..]) => Some(Self {
                due_on: Day::MIN,
                id: id.clone(),
            }),
            _ => None,
        }
    }

    /// How `row` compares with it.
    fn compare(&self, way: Way, columns: &Columns, row: &Packed) -> Ordering {
        let by_day = way.day(row).cmp(&self.due_on);
        by_day.then_with(|| columns.id(row).cmp(&self.id))
    }
}

/// The day by which a row is sorted: what has no due day comes last.
pub fn sort_on(due_on: Option<Day>) -> Day {
    due_on.unwrap_or_else(no_day)
}

/// Rows in order.
enum Line<'p> {
    /// All, by their ids.
    ById(usize),
    /// All, by their days.
    ByDay(&'p [u32]),
    /// The numbers of some rows, where a filter leaves few of them.
    Few(Vec<u32>),
}

impl Line<'_> {
    fn len(&self) -> usize {
        match self {
            Self::ById(rows) => *rows,
            Self::ByDay(rows) => rows.len(),
            Self::Few(rows) => rows.len(),
        }
    }

    /// The number of the row at a place.
    fn at(&self, window: usize) -> u32 {
        match self {
            // There are no more than that has room for.
            Self::ById(_) => u32::try_from(window).unwrap_or(u32::MAX),
            Self::ByDay(rows) => rows[window],
            Self::Few(rows) => rows[window],
        }
    }

    /// How many rows stand before the place, upwards: those of which it is so.
    fn before(&self, is_before: impl Fn(u32) -> bool) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if is_before(self.at(middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

impl PlanPart<'_> {
    fn line(&self, way: Way) -> Line<'_> {
        let columns = self.columns;
        match &self.few {
            Some(few) => {
                let mut few = few.clone();
                // What is in order already, as that of one unit by days, this leaves at once.
                few.sort_by_key(|number| {
                    let falls = way.by_day.then(|| columns.row(*number).falls());
                    (falls, *number)
                });
                Line::Few(few)
            }
            None if way.by_day => Line::ByDay(columns.by_day()),
            None => Line::ById(columns.len()),
        }
    }

    /// The rows that are wanted behind `after`, in one direction.
    fn behind(&self, way: Way, after: Option<&After>) -> Box<dyn Iterator<Item = u32> + '_> {
        let columns = self.columns;
        let line = self.line(way);
        let compare = |number: u32, after: &After| after.compare(way, columns, columns.row(number));
        let are_wanted = self.few.is_some();
        let is_wanted = move |number: &u32| are_wanted || self.wants(columns.row(*number)).is_some();
        if way.descending {
            let end = after.map_or(line.len(), |after| line.before(|number| compare(number, after).is_lt()));
            Box::new((0..end).rev().map(move |window| line.at(window)).filter(is_wanted))
        } else {
            let start = after.map_or(0, |after| line.before(|number| compare(number, after).is_le()));
            let end = line.len();
            Box::new((start..end).map(move |window| line.at(window)).filter(is_wanted))
        }
    }
}

impl LedgerQuery<'_> {
    /// Where the rows at `place` are; `None`: it is no place in an order that the columns have.
    pub(super) fn walk(&self, way: Way, window: &Window) -> Option<Vec<RowIndex>> {
        let after = match &window.after {
            None => None,
            Some(keys) => Some(After::of(way, keys)?),
        };
        let rows = usize::try_from(window.rows).ok()?;
        let mut lines: Vec<Peekable<_>> = Vec::new();
        for part in &self.parts {
            lines.push(part.behind(way, after.as_ref()).peekable());
        }
        let mut found = Vec::new();
        while found.len() < rows {
            // The parts stand in the order of the ids of their rows.
            let heads = lines.iter_mut().zip(&self.parts).enumerate();
            let heads = heads.filter_map(|(which, (line, part))| {
                let head = *line.peek()?;
                Some((way.day(part.columns.row(head)), which))
            });
            let next = if way.descending { heads.max() } else { heads.min() };
            let Some((_, which)) = next else { break };
            found.extend(lines[which].next().map(|number| (which, number)));
        }
        Some(found)
    }
}
