//! Where one table ended, of which the next may be the next page.

use crate::domain::import::{heading::Headings, said::Group};

/// What has been said up to the end of a table: the next may be its next page.
#[derive(Default)]
pub struct Page {
    /// What the rows said.
    pub groups: Vec<Group>,
    pub(super) headings: Headings,
    pub(super) categories: Vec<Option<String>>,
    pub(super) open: bool,
}

impl Page {
    /// Another table begins, which is not the next page.
    pub fn ended(self) -> Self {
        Self {
            groups: self.groups,
            ..Self::default()
        }
    }
}
