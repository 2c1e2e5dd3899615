//! The rows of each unit: what most people ask for is a few hundred among a million.

use super::{chunked::Chunked, packed::Packed};

/// The rows by unit, then by due day and id.
#[derive(Debug, Clone)]
pub(super) struct ByUnit {
    rows: Vec<u32>,
    /// Where those of each unit begin, by its number; and at last where all end.
    from: Vec<u32>,
}

impl ByUnit {
    /// Of these rows, which are in the order of their ids, and so many units.
    pub(super) fn new(rows: &Chunked<Packed>, units: usize) -> Self {
        let mut by_unit: Vec<u32> = (0..).take(rows.len()).collect();
        let row = |number: &u32| &rows[*number as usize];
        by_unit.sort_by_key(|number| (row(number).unit, row(number).falls(), *number));
        let begin = |unit: usize| by_unit.partition_point(|number| usize::from(row(number).unit) < unit);
        let from = (0..=units).map(|unit| u32::try_from(begin(unit)).unwrap_or(u32::MAX));
        Self {
            from: from.collect(),
            rows: by_unit,
        }
    }

    /// Bytes that it takes in memory, about.
    pub(super) fn weight(rows: usize) -> usize {
        rows * size_of::<u32>()
    }

    /// The rows of a unit. One that came to be known later has none.
    pub(super) fn of(&self, unit: u16) -> &[u32] {
        let at = |unit: usize| self.from.get(unit).map(|from| *from as usize);
        let unit = usize::from(unit);
        let range = at(unit).zip(at(unit + 1)).map(|(from, to)| from..to);
        range.map_or(&[], |range| &self.rows[range])
    }

    /// The due day of a row of this unit has changed.
    pub(super) fn sort(&mut self, unit: u16, rows: &Chunked<Packed>) {
        let range = self.of(unit).len();
        let Some(from) = self.from.get(usize::from(unit)).map(|from| *from as usize) else {
            return;
        };
        let row = |number: &u32| &rows[*number as usize];
        self.rows[from..from + range].sort_by_key(|number| (row(number).falls(), *number));
    }
}
