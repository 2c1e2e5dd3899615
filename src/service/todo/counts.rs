//! How much waits, for badges.

use std::collections::BTreeMap;

use crate::domain::{
    order::Total,
    time::Day,
    todo::{Todo, TodoKind},
};

/// How much of a kind waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// How many.
    pub total: usize,
    /// How many of them are overdue.
    pub overdue: usize,
    /// There are more than that.
    pub more: bool,
}

/// How much waits, by kind.
pub type Counts = BTreeMap<TodoKind, Count>;

/// All of it.
pub fn total(counts: &Counts) -> Total {
    let sum = i64::try_from(counts.values().map(|count| count.total).sum::<usize>()).unwrap_or(i64::MAX);
    if counts.values().any(|count| count.more) {
        Total::AtLeast(sum)
    } else {
        Total::Exactly(sum)
    }
}

/// Counts what was found together; `more`: there is more than is counted.
pub fn add<'t>(counts: &mut Counts, found: impl Iterator<Item = &'t Todo>, more: bool, today: Day) {
    for todo in found {
        let count = counts.entry(todo.kind).or_insert(Count {
            total: 0,
            overdue: 0,
            more,
        });
        count.total += 1;
        count.overdue += usize::from(todo.is_overdue(today));
    }
}
