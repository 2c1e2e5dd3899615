//! What rows show beside how they stand: their versions, exemptions, and the reports and extensions on them. Packed:
//! some 12 bytes a row and 18 a report; what is rare stands in a table of its own.

use std::{collections::HashMap, ops::Range};

use super::packed::Key;
use crate::domain::{obligation::Exemption, report::Brief};

/// What a row shows beside how it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Side {
    /// Its version.
    pub version: i64,
    /// Its exemption.
    pub exemption: Option<Exemption>,
    /// Whether an extension of it is not decided.
    pub has_extension: bool,
    /// All reports on it.
    pub reports: Vec<Brief>,
}

#[derive(Debug, Clone, Copy)]
struct Packed {
    version: u32,
    /// Where its reports begin, and how many they are.
    from: u32,
    reports: u16,
    has_extension: bool,
}

/// The sides of all rows, in their order.
#[derive(Debug, Clone, Default)]
pub(super) struct Sides {
    rows: Vec<Packed>,
    reports: Vec<Brief>,
    /// How many reports are nobody's any more.
    left: usize,
    exemptions: HashMap<Key, Exemption>,
}

/// A side as it lies there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown<'s> {
    pub version: i64,
    pub exemption: Option<&'s Exemption>,
    pub has_extension: bool,
    pub reports: &'s [Brief],
}

impl Packed {
    fn range(&self) -> Range<usize> {
        let from = self.from as usize;
        from..from + usize::from(self.reports)
    }
}

impl Sides {
    /// None, and room for so many rows and reports.
    pub(super) fn with_room(rows: usize, reports: usize) -> Self {
        Self {
            rows: Vec::with_capacity(rows),
            reports: Vec::with_capacity(reports),
            ..Self::default()
        }
    }

    /// Bytes it takes in memory, about.
    pub(super) fn weight(&self) -> usize {
        let exemptions = self.exemptions.values().map(|exemption| exemption.reason.len() + 64);
        self.rows.len() * size_of::<Packed>()
            + self.reports.len() * size_of::<Brief>()
            + exemptions.sum::<usize>()
            + self.exemptions.len() * size_of::<(Key, Exemption)>()
    }

    /// What the row at a place shows.
    pub(super) fn at(&self, at: usize, key: Key) -> Option<Shown<'_>> {
        let packed = self.rows.get(at)?;
        Some(Shown {
            version: packed.version.into(),
            exemption: self.exemptions.get(&key),
            has_extension: packed.has_extension,
            reports: self.reports.get(packed.range())?,
        })
    }

    /// Packs the side of a row; `None`: it is too much.
    fn pack(&mut self, key: Key, side: &Side) -> Option<Packed> {
        match &side.exemption {
            Some(exemption) => drop(self.exemptions.insert(key, exemption.clone())),
            None => drop(self.exemptions.remove(&key)),
        }
        let packed = Packed {
            version: side.version.try_into().ok()?,
            from: self.reports.len().try_into().ok()?,
            reports: side.reports.len().try_into().ok()?,
            has_extension: side.has_extension,
        };
        self.reports.extend(&side.reports);
        Some(packed)
    }

    /// Adds the side of the row behind the last one.
    pub(super) fn push(&mut self, key: Key, side: &Side) -> Option<()> {
        let packed = self.pack(key, side)?;
        self.rows.push(packed);
        Some(())
    }

    /// Puts `side` in the place of what the row at a place has shown.
    pub(super) fn put(&mut self, at: usize, key: Key, side: &Side) -> Option<()> {
        let packed = self.pack(key, side)?;
        let before = std::mem::replace(self.rows.get_mut(at)?, packed);
        self.leave(usize::from(before.reports));
        Some(())
    }

    /// Puts these in the place of what the rows in a range have shown, whose keys were `gone`.
    pub(super) fn put_all<'s>(
        &mut self,
        range: Range<usize>,
        gone: &[Key],
        sides: impl Iterator<Item = (Key, &'s Side)>,
    ) -> Option<()> {
        for key in gone {
            self.exemptions.remove(key);
        }
        let packed: Vec<Packed> = sides.map(|(key, side)| self.pack(key, side)).collect::<Option<_>>()?;
        let before: usize = self
            .rows
            .splice(range, packed)
            .map(|row| usize::from(row.reports))
            .sum();
        self.leave(before);
        Some(())
    }

    /// So many reports are nobody's any more. Once they are as many as the others, those are moved together.
    fn leave(&mut self, reports: usize) {
        self.left += reports;
        if self.left * 2 <= self.reports.len() {
            return;
        }
        let mut together = Vec::with_capacity(self.reports.len() - self.left);
        for row in &mut self.rows {
            let range = row.range();
            // There were as many before.
            row.from = u32::try_from(together.len()).unwrap_or(u32::MAX);
            together.extend_from_slice(&self.reports[range]);
        }
        self.reports = together;
        self.left = 0;
    }
}
