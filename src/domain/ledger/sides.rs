//! What rows show beside how they stand: their versions, exemptions and extensions, 8 bytes a row, and the reports on
//! them; what is rare stands in a table of its own.

use std::{collections::HashMap, ops::Range};

use super::{packed::Key, reports::Reports};
use crate::domain::{obligation::Exemption, report::Brief};

/// What a row shows beside how it stands, but for its reports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Side {
    /// Its version.
    pub version: i64,
    /// Its exemption.
    pub exemption: Option<Exemption>,
    /// Whether an extension of it is not decided.
    pub has_extension: bool,
}

#[derive(Debug, Clone, Copy)]
struct Packed {
    version: u32,
    has_extension: bool,
}

/// The sides of all rows, in their order.
#[derive(Debug, Clone, Default)]
pub(super) struct Sides {
    rows: Vec<Packed>,
    exemptions: HashMap<Key, Exemption>,
    /// The reports on them, and on what is not owed any more.
    pub reports: Reports,
}

/// A side as it lies there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown<'s> {
    pub version: i64,
    pub exemption: Option<&'s Exemption>,
    pub has_extension: bool,
    pub reports: &'s [Brief],
}

impl Sides {
    /// None, and room for so many rows.
    pub(super) fn with_room(rows: usize, reports: Reports) -> Self {
        Self {
            rows: Vec::with_capacity(rows),
            exemptions: HashMap::new(),
            reports,
        }
    }

    /// Bytes it takes in memory, about.
    pub(super) fn weight(&self) -> usize {
        let exemptions = self.exemptions.values().map(|exemption| exemption.reason.len() + 64);
        self.rows.len() * size_of::<Packed>()
            + self.reports.weight()
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
            reports: self.reports.on(key),
        })
    }

    /// Packs the side of a row; `None`: it is too much.
    fn pack(&mut self, key: Key, side: &Side) -> Option<Packed> {
        match &side.exemption {
            Some(exemption) => drop(self.exemptions.insert(key, exemption.clone())),
            None => drop(self.exemptions.remove(&key)),
        }
        Some(Packed {
            version: side.version.try_into().ok()?,
            has_extension: side.has_extension,
        })
    }

    /// Adds the side of the row behind the last one.
    pub(super) fn push(&mut self, key: Key, side: &Side) -> Option<()> {
        let packed = self.pack(key, side)?;
        self.rows.push(packed);
        Some(())
    }

    /// Puts `side` in the place of what the row at a place has shown.
    pub(super) fn put(&mut self, at: usize, key: Key, side: &Side) -> Option<()> {
        *self.rows.get_mut(at)? = self.pack(key, side)?;
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
        self.rows.splice(range, packed);
        Some(())
    }
}
