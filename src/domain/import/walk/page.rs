//! Where one table ended, of which the next may be the next page.

use crate::domain::import::{
    cell_text::Group,
    heading::{Heading, Headings},
};

/// What has been said up to the end of a table: the next may be its next page.
#[derive(Default)]
pub struct Page {
    /// What the rows said.
    pub groups: Vec<Group>,
    pub(super) headings: Headings,
    /// Headings that nothing more stands below.
    pub(super) ended: Vec<Heading>,
    pub(super) categories: Vec<Option<String>>,
    pub(super) open: bool,
}

impl Page {
    /// Another table begins, which is not the next page.
    pub fn ended(self) -> Self {
        let (groups, ended) = self.whole();
        Self {
            groups,
            ended,
            ..Self::default()
        }
    }

    /// What the rows said, and the headings above them.
    pub fn whole(mut self) -> (Vec<Group>, Vec<Heading>) {
        self.ended.extend(self.headings.all());
        (self.groups, self.ended)
    }
}
