//! What sets replies and rows in memory apart: who asks with an equal key is given the same bytes. Nothing here says who it is.

use std::sync::Arc;

use uuid::Uuid;

use crate::domain::{plan::Counts, policy::Rights, scope::Owners, time::Day};

/// What sets a reply apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ReplyKey {
    /// Where the caller finds the service.
    pub origin: String,
    /// The path, with its query.
    pub uri: String,
    /// The media type that was settled on.
    pub media_type: &'static str,
    /// What the caller sees of plans.
    pub plans: PlansSeen,
    /// What else of the caller it is made of.
    pub seen: Seen,
}

/// What a caller sees of plans.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PlansSeen {
    /// Drafts are there.
    pub drafts: bool,
    /// What may be done with a plan is told.
    pub manages: bool,
    /// Whose cells of columns that are not public; `None`: there are no such columns, or they do not matter.
    pub private_columns: Option<Owners>,
}

/// What else of a caller a reply is made of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Seen {
    /// Nothing: it shows plans and units only.
    Plans,
    /// What figures tell him, on a day.
    Figures(Counts, Day),
    /// Whose scores he sees, on a day.
    Scores(Owners, Day),
    /// Whatever he sees and may do, on a day.
    All(Rights, Day),
}

/// What sets the rows of a list apart from the same rows as others see them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RowsKey {
    /// The list.
    pub list: &'static str,
    /// The fields that are wanted; `None`: all.
    pub fields: Option<Vec<String>>,
    /// What is embedded.
    pub embedded: Vec<String>,
    /// Where the caller finds the service.
    pub origin: String,
    /// What the caller sees of plans.
    pub plans: PlansSeen,
    /// What he sees and may do.
    pub rights: Rights,
    /// The day.
    pub day: Day,
}

/// A row among those.
pub type RowKey = (Arc<RowsKey>, Uuid);

impl ReplyKey {
    /// Bytes it takes in memory, about.
    pub(super) fn weight(&self) -> usize {
        self.origin.len() + self.uri.len() + 2 * size_of::<Self>()
    }
}
