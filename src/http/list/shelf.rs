//! Rows as they were told, for other pages that show them: of a page whose rows are all at hand, only which they are is
//! asked of the database.

use std::sync::Arc;

use serde_json::value::RawValue;
use uuid::Uuid;

use super::List;
use crate::{
    app::{KeptRow, RowsKey, Shows},
    domain::heard::{Heard, Mark},
    http::{
        caller::Call,
        input::{Embed, Selection},
    },
};

/// The rows of a list that are kept for who may see the same.
pub struct Shelf<'c> {
    call: &'c Call,
    /// All that a row follows from besides what it shows of the database, plans and units. Not who asks.
    seen: Arc<RowsKey>,
    heard: Arc<Heard>,
}

impl<'c> Shelf<'c> {
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
            heard: call.heard_last(),
        }
    }

    /// These rows as they are when the log is as far as `mark`, if all of them are there.
    pub fn all(&self, ids: &[Uuid], mark: Mark) -> Option<Vec<Arc<KeptRow>>> {
        // What was said since then nobody here has heard.
        if self.heard.place.mark() != mark {
            return None;
        }
        let who = self.call.actor().person.as_ref();
        let is_good = |row: &Arc<KeptRow>| row.at <= mark && row.is_for(who, &self.heard);
        let row = |id: &Uuid| self.call.snapshot().row(&(self.seen.clone(), *id)).filter(is_good);
        ids.iter().map(row).collect()
    }

    /// Keeps a row that was told to nobody in particular, when the log was as far as `at`.
    pub fn put(&self, id: Uuid, told: Box<RawValue>, shows: Shows, at: Mark) {
        let row = KeptRow {
            told,
            shows,
            at,
            log: self.heard.log,
        };
        self.call.snapshot().keep_row((self.seen.clone(), id), row);
    }
}
