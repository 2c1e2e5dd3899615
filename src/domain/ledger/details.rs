//! What rows show beside how they stand: their versions, exemptions and extensions, 8 bytes a row, and the reports on
//! them; what is rare stands in a table of its own.

use std::{collections::HashMap, ops::Range, sync::Arc};

use super::{chunked::Chunked, packed::RowNumbers, reports::Reports};
use crate::domain::{obligation::Exemption, report::Brief};

/// What a row shows beside how it stands, but for its reports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Detail {
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
pub(super) struct Details {
    rows: Chunked<Packed>,
    exemptions: Arc<HashMap<RowNumbers, Exemption>>,
    /// The reports on them, and on what is not owed any more.
    pub reports: Reports,
}

/// A side as it lies there.
#[derive(Debug, Clone, Copy)]
pub(super) struct DetailRef<'s> {
    pub version: i64,
    pub exemption: Option<&'s Exemption>,
    pub has_extension: bool,
    pub reports: &'s [Brief],
}

impl Details {
    /// Those of all rows in their order, and all reports; `None`: it is too much.
    pub(super) fn new<'s>(details: impl Iterator<Item = (RowNumbers, &'s Detail)>, reports: Reports) -> Option<Self> {
        let mut new = Self {
            reports,
            ..Self::default()
        };
        new.rows = details
            .map(|(key, detail)| new.pack(key, detail))
            .collect::<Option<_>>()?;
        Some(new)
    }

    /// Bytes it takes in memory, about.
    pub(super) fn weight(&self) -> usize {
        let exemptions = self.exemptions.values().map(|exemption| exemption.reason.len() + 64);
        self.rows.len() * size_of::<Packed>()
            + self.reports.weight()
            + exemptions.sum::<usize>()
            + self.exemptions.len() * size_of::<(RowNumbers, Exemption)>()
    }

    /// How many chunks, and reports of units, it does not share with `other`.
    #[cfg(test)]
    pub(super) fn copied(&self, other: &Self) -> usize {
        self.rows.chunks_beside(&other.rows) + self.reports.copied(&other.reports)
    }

    /// What the row at a place shows.
    pub(super) fn at(&self, at: usize, key: RowNumbers) -> Option<DetailRef<'_>> {
        let packed = self.rows.get(at)?;
        Some(DetailRef {
            version: packed.version.into(),
            exemption: self.exemptions.get(&key),
            has_extension: packed.has_extension,
            reports: self.reports.on(key),
        })
    }

    /// Packs the side of a row; `None`: it is too much.
    fn pack(&mut self, key: RowNumbers, detail: &Detail) -> Option<Packed> {
        if self.exemptions.get(&key) != detail.exemption.as_ref() {
            let exemptions = Arc::make_mut(&mut self.exemptions);
            match &detail.exemption {
                Some(exemption) => drop(exemptions.insert(key, exemption.clone())),
                None => drop(exemptions.remove(&key)),
            }
        }
        Some(Packed {
            version: detail.version.try_into().ok()?,
            has_extension: detail.has_extension,
        })
    }

    /// Puts `detail` in the place of what the row at a place has shown.
    pub(super) fn put(&mut self, at: usize, key: RowNumbers, detail: &Detail) -> Option<()> {
        let packed = self.pack(key, detail)?;
        self.rows.replace(at, packed).map(drop)
    }

    /// Puts these in the place of what the rows in a range have shown, whose keys were `gone`.
    pub(super) fn put_all<'s>(
        &mut self,
        range: Range<usize>,
        gone: &[RowNumbers],
        details: impl Iterator<Item = (RowNumbers, &'s Detail)>,
    ) -> Option<()> {
        if gone.iter().any(|key| self.exemptions.contains_key(key)) {
            let exemptions = Arc::make_mut(&mut self.exemptions);
            for key in gone {
                exemptions.remove(key);
            }
        }
        let packed: Vec<Packed> = details
            .map(|(key, detail)| self.pack(key, detail))
            .collect::<Option<_>>()?;
        self.rows = self.rows.spliced(range, packed);
        Some(())
    }
}
