//! Rows as they were told, for other pages that show them: of a page whose rows are all at hand, only which they are is
//! asked of the database.

use std::sync::Arc;

use serde_json::value::RawValue;
use uuid::Uuid;

use super::List;
use crate::{
    app::{CachedRow, RowsKey, Validity},
    domain::invalidation::{LastChanges, LogLength},
    http::{
        caller::Call,
        input::{Embed, Selection},
    },
};

/// The rows of a list that are kept for who may see the same.
pub struct RowCache<'c> {
    call: &'c Call,
    /// All that a row follows from besides what it shows of the database, plans and units. Not who asks.
    seen: Arc<RowsKey>,
    last_changes: Arc<LastChanges>,
}

impl<'c> RowCache<'c> {
    /// Those of `L`, with these fields of them.
    pub fn new<L: List>(call: &'c Call, selection: &Selection, embed: &Embed) -> Self {
        let seen = RowsKey {
            list: L::FILE.0,
            fields: selection.names().map(<[String]>::to_vec),
            embedded: embed.names().to_vec(),
            origin: call.origin().url(""),
            plans: call.view.seen(false),
            rights: call.actor().rights(),
            day: call.today(),
        };
        Self {
            call,
            seen: Arc::new(seen),
            last_changes: call.last_changes_read(),
        }
    }

    /// These rows as they are when the log is as far as `length`, if all of them are there.
    pub fn all(&self, ids: &[Uuid], length: LogLength) -> Option<Vec<Arc<CachedRow>>> {
        // What was said since then nobody here has heard.
        if self.last_changes.place.length() != length {
            return None;
        }
        let who = self.call.actor().person.as_ref();
        let is_good = |row: &Arc<CachedRow>| row.at <= length && row.is_for(who, &self.last_changes);
        let row = |id: &Uuid| self.call.snapshot().row(&(self.seen.clone(), *id)).filter(is_good);
        ids.iter().map(row).collect()
    }

    /// Caches a row as it is for all callers of the same view, when the log was as far as `at`.
    pub fn put(&self, id: Uuid, value: Box<RawValue>, validity: Validity, at: LogLength) {
        let row = CachedRow {
            value,
            validity,
            at,
            log: self.last_changes.log,
        };
        self.call.snapshot().cache_row((self.seen.clone(), id), row);
    }
}
