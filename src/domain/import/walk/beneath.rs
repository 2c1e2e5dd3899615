//! Whether a row that looks like a heading is one. Under a heading stands something; what stands in a list of its own kind, and
//! has nothing under it, is work of which nobody said more: 二、2018年底前完成改造.

use super::{Walk, heading, label};
use crate::domain::import::{document::Row, heading::Looks};

/// The row that said something last.
#[derive(Debug, Clone, Copy)]
pub struct Before {
    index: usize,
    /// Whether it was told from a heading only by what stands beneath it.
    doubtful: bool,
}

impl Walk<'_> {
    /// Whether the row at `index` is what is to be done, though it looks like a heading.
    pub(super) fn is_work(&mut self, index: usize, looks: &Looks) -> bool {
        let Some((column, found)) = looks.as_tasks.zip(label::read(&looks.text)) else {
            return false;
        };
        let rows = &self.table.rows;
        let next = rows[index + 1..].iter().find(|row| self.says(row));
        let beneath = next.and_then(|next| heading::label_in(next, column));
        let before = self.before.and_then(|before| {
            let (level, number) = heading::label_in(&rows[before.index], column)?;
            (level == found.level).then_some((number, before.doubtful))
        });
        let nothing = match (next, beneath) {
            (None, _) => before.is_some_and(|(_, doubtful)| doubtful),
            (Some(_), beneath) => beneath.is_some_and(|(level, _)| level <= found.level),
        };
        let goes_on = beneath.is_none_or(|(level, _)| level <= found.level)
            && before.is_some_and(|(number, doubtful)| !doubtful && number + 1 == found.number);
        if nothing || goes_on {
            self.before = Some(Before {
                index,
                doubtful: !goes_on,
            });
        }
        nothing || goes_on
    }

    /// A row says something.
    pub(super) fn passed(&mut self, index: usize) {
        if self.before.is_none_or(|before| before.index != index) {
            self.before = Some(Before { index, doubtful: false });
        }
    }

    /// Whether a row says something of tasks.
    fn says(&self, row: &Row) -> bool {
        let mut own = row.cells.iter().filter(|cell| cell.speaks());
        let Some(first) = own.next() else { return false };
        !self.header.is_repeated_in(row, self.table) && !heading::is_beside(&first.text, own.next().is_none())
    }
}
