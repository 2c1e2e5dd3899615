//! The order of a list, and a place in it: declared together, so that they cannot disagree.

use std::{cmp::Ordering, fmt};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::time::Day;

/// A value to sort by. Natural ids sort by their numbers: 2 before 10.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SortKey {
    /// A number.
    Int(i64),
    /// A day.
    Day(Day),
    /// A text.
    Text(String),
    /// A UUIDv7, which grows with time.
    Uuid(Uuid),
    /// A plan's id and the numbers below it.
    Path(String, Vec<u32>),
    /// No value: last in either direction.
    None,
}

impl SortKey {
    /// The id of what people create.
    pub fn id(id: impl Into<Uuid>) -> Self {
        Self::Uuid(id.into())
    }
}

/// One field to sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct By {
    /// The field's name in `sort=`.
    pub field: &'static str,
    /// From the greatest to the least.
    pub descending: bool,
}

/// The fields that a list is sorted by. The last of them is an id, so that no two rows are equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order(Vec<By>);

impl Order {
    /// The order by these fields.
    pub fn new(fields: Vec<By>) -> Self {
        Self(fields)
    }

    /// The fields, the most important first.
    pub fn fields(&self) -> &[By] {
        &self.0
    }

    /// The keys of a row.
    pub fn keys(&self, key: impl Fn(&str) -> SortKey) -> Vec<SortKey> {
        self.0.iter().map(|by| key(by.field)).collect()
    }

    /// Compares two rows by their keys.
    pub fn compare(&self, a: &[SortKey], b: &[SortKey]) -> Ordering {
        for ((a, b), by) in a.iter().zip(b).zip(&self.0) {
            let ordering = match (a, b) {
                (SortKey::None, SortKey::None) => Ordering::Equal,
                (SortKey::None, _) => Ordering::Greater,
                (_, SortKey::None) => Ordering::Less,
                (a, b) if by.descending => b.cmp(a),
                (a, b) => a.cmp(b),
            };
            if ordering.is_ne() {
                return ordering;
            }
        }
        Ordering::Equal
    }

    /// The rows in this order, with their keys.
    pub fn sorted<R>(
        &self,
        rows: impl IntoIterator<Item = R>,
        key: impl Fn(&R, &str) -> SortKey,
    ) -> Vec<(Vec<SortKey>, R)> {
        let keyed = |row: R| (self.keys(|field| key(&row, field)), row);
        let mut rows: Vec<_> = rows.into_iter().map(keyed).collect();
        rows.sort_by(|(a, _), (b, _)| self.compare(a, b));
        rows
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|by| write!(f, "{}{},", if by.descending { "-" } else { "" }, by.field))
    }
}

/// A stretch of a list: so many rows, behind one.
#[derive(Debug, Clone)]
pub struct Window {
    /// What the list is sorted by.
    pub order: Order,
    /// The keys of the row before the first one wanted; `None`: from the beginning.
    pub after: Option<Vec<SortKey>>,
    /// How many rows at most.
    pub rows: i64,
}

/// How many rows there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Total {
    /// So many.
    Exactly(i64),
    /// So many and more: to count them all takes too long.
    AtLeast(i64),
}

impl Total {
    /// As many as these.
    pub fn of<R>(rows: &[R]) -> Self {
        Self::Exactly(i64::try_from(rows.len()).unwrap_or(i64::MAX))
    }
}

impl From<i64> for Total {
    fn from(rows: i64) -> Self {
        Self::Exactly(rows)
    }
}

impl Window {
    /// Whether these rows fill it: there may be more behind them.
    pub fn is_full<R>(&self, found: &[R]) -> bool {
        i64::try_from(found.len()).is_ok_and(|found| found >= self.rows)
    }

    /// How many rows there are in all, if these show it: all that there are.
    pub fn total<R>(&self, found: &[R]) -> Option<Total> {
        (self.after.is_none() && !self.is_full(found)).then(|| Total::of(found))
    }

    /// Those of all rows that lie here.
    pub fn of<R>(&self, all: impl IntoIterator<Item = R>, key: impl Fn(&R, &str) -> SortKey) -> Vec<R> {
        let mut rows = self.order.sorted(all, key);
        if let Some(after) = &self.after {
            let from = rows.partition_point(|(keys, _)| self.order.compare(keys, after).is_le());
            rows.drain(..from);
        }
        rows.truncate(usize::try_from(self.rows).unwrap_or(usize::MAX));
        rows.into_iter().map(|(_, row)| row).collect()
    }

    /// The first rows by these fields, upwards.
    pub fn first(fields: &[&'static str], rows: i64) -> Self {
        let upwards = |field: &&'static str| By {
            field,
            descending: false,
        };
        Self {
            order: Order::new(fields.iter().map(upwards).collect()),
            after: None,
            rows,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_last_in_either_direction() {
        for descending in [false, true] {
            let by = |field, descending| By { field, descending };
            let order = Order::new(vec![by("due_on", descending), by("id", false)]);
            let row = |due: SortKey| vec![due, SortKey::Int(1)];
            assert_eq!(
                order.compare(&row(SortKey::Int(1)), &row(SortKey::None)),
                Ordering::Less
            );
        }
    }
}
