//! Rows in an order that the columns do not have: all that are wanted are looked at once, and the first are kept.

use std::collections::BinaryHeap;

use chrono::Datelike as _;

use super::{LedgerQuery, PlanPart, RowIndex, sort_on};
use crate::domain::{
    id::{PlanId, UnitCode},
    ledger::packed::Packed,
    obligation::Standing,
    order::{By, Order, SortKey, Window},
};

/// As many fields as there are to order by.
const FIELDS: usize = 6;

/// What a row is ordered by, as numbers.
type Rank = [i64; FIELDS];

/// What has no value comes last, whatever the direction.
const LAST: i64 = i64::MAX;

/// The place of `wanted` in a sorted list: an odd number; an even one between two of them where it is not there.
fn place<T: Ord>(sorted: &[T], wanted: &T) -> i64 {
    let number = |place: usize| i64::try_from(place).unwrap_or(LAST >> 2);
    sorted
        .binary_search(wanted)
        .map_or_else(|place| 2 * number(place), |place| 2 * number(place) + 1)
}

/// Numbers for what rows are ordered by, in all plans that are asked.
struct Ranks<'r> {
    order: &'r Order,
    plans: Vec<&'r PlanId>,
    /// How the ids of each plan's rows begin.
    prefixes: Vec<String>,
    units: Vec<&'r UnitCode>,
}

impl<'r> Ranks<'r> {
    fn new(order: &'r Order, parts: &[PlanPart<'r>]) -> Option<Self> {
        let known = ["due_on", "unit", "task", "light", "days_left", "id"];
        let fields = order.fields();
        if fields.len() > FIELDS || !fields.iter().all(|by| known.contains(&by.field)) {
            return None;
        }
        let mut plans: Vec<&PlanId> = parts.iter().map(|part| part.plan).collect();
        plans.sort();
        let mut prefixes: Vec<String> = plans.iter().map(|plan| format!("{plan}.")).collect();
        prefixes.sort();
        let mut units: Vec<&UnitCode> = parts.iter().flat_map(|part| &part.columns.units.list).collect();
        units.sort();
        units.dedup();
        Some(Self {
            order,
            plans,
            prefixes,
            units,
        })
    }

    /// A rank of what each field says.
    fn rank(&self, value: impl Fn(usize, &By) -> Option<i64>) -> Rank {
        let mut rank = [0; FIELDS];
        for (at, by) in self.order.fields().iter().enumerate() {
            rank[at] = match value(at, by) {
                None => LAST,
                Some(value) if by.descending => -value,
                Some(value) => value,
            };
        }
        rank
    }

    fn of_row(
        &self,
        (part, units): (&PlanPart<'r>, &[i64]),
        (number, row): (u32, &Packed),
        standing: Standing,
    ) -> Rank {
        self.rank(|_, by| match by.field {
            "due_on" => Some(sort_on(row.due_on).num_days_from_ce().into()),
            "unit" => Some(units[usize::from(row.unit)]),
            "task" => {
                let task = part.columns.deadlines.list[row.deadline as usize]
                    .requirement
                    .task
                    .number;
                Some(place(&self.plans, &part.plan) << 32 | i64::from(task))
            }
            "light" => standing.light.urgency(),
            "days_left" => row
                .due_on
                .filter(|_| standing.state.counts_days())
                .map(|due| due.num_days_from_ce().into()),
            _ => Some(self.of_id(part.plan, 2 * i64::from(number) + 1)),
        })
    }

    fn of_id(&self, plan: &PlanId, row: i64) -> i64 {
        place(&self.prefixes, &format!("{plan}.")) << 33 | row
    }

    /// The rank of the row with these keys, or where it would be.
    fn of_keys(&self, keys: &[SortKey], parts: &[PlanPart<'r>]) -> Option<Rank> {
        let fields = self.order.fields();
        let mut values = Vec::new();
        for (by, key) in fields.iter().zip(keys) {
            values.push(match (by.field, key) {
                ("light" | "days_left", SortKey::None) => None,
                ("due_on" | "days_left", SortKey::Day(day)) => Some(day.num_days_from_ce().into()),
                ("light", SortKey::Int(light)) => Some(*light),
                ("unit", SortKey::Text(unit)) => Some(place(&self.units, &&unit.parse().ok()?)),
                ("task", SortKey::Path(plan, numbers)) => {
                    let number = numbers.first().copied().unwrap_or_default();
                    Some(place(&self.plans, &&plan.parse().ok()?) << 32 | i64::from(number))
                }
                ("id", SortKey::Text(id)) => {
                    let plan = id.split('.').next()?.parse().ok()?;
                    let part = parts.iter().find(|part| *part.plan == plan);
                    let row = part.map_or(Err(0), |part| part.columns.place_behind(id));
                    let row = row.map_or_else(|at| 2 * at, |at| 2 * at + 1);
                    Some(self.of_id(&plan, i64::try_from(row).ok()?))
                }
                _ => return None,
            });
        }
        (values.len() == fields.len()).then(|| self.rank(|at, _| values[at]))
    }
}

impl LedgerQuery<'_> {
    /// Where the rows at `place` are, in any order of the list; `None`: it is none of them.
    pub(super) fn first(&self, at: &Window) -> Option<Vec<RowIndex>> {
        let ranks = Ranks::new(&at.order, &self.parts)?;
        let after = match &at.after {
            None => None,
            Some(keys) => Some(ranks.of_keys(keys, &self.parts)?),
        };
        let rows = usize::try_from(at.rows).ok()?;
        let mut first: BinaryHeap<(Rank, usize, u32)> = BinaryHeap::new();
        for (which, part) in self.parts.iter().enumerate() {
            let units = part.columns.units.list.iter();
            let units: Vec<i64> = units.map(|unit| place(&ranks.units, &unit)).collect();
            part.each(|number, row, _, standing| {
                let rank = ranks.of_row((part, &units), (number, row), standing);
                let is_behind = after.is_none_or(|after| rank > after);
                if is_behind && (first.len() < rows || first.peek().is_some_and(|(last, ..)| rank < *last)) {
                    first.push((rank, which, number));
                    if first.len() > rows {
                        first.pop();
                    }
                }
            });
        }
        let found = first.into_sorted_vec().into_iter();
        Some(found.map(|(_, which, number)| (which, number)).collect())
    }
}
