//! Where the rows of a list come from, and the reply that is made of them: a page, or the whole list as a table.
//! Each is of one moment: read in one transaction.

use std::sync::Arc;

use serde_json::{Map, Value, value::RawValue};
use uuid::Uuid;

use super::{
    List, ListRequest,
    paging::{ListOutput, whole},
    row_cache::RowCache,
};
use crate::{
    app::{CachedRow, Validity},
    domain::{
        changes::Changes,
        invalidation::{Dependencies, LogLength},
        order::{SortKey, Total, Window},
        person::Person,
        time::Day,
    },
    error::Result,
    http::{
        caller::Call,
        reply::{Made, download::Download},
    },
    store::{Tx, changes::ChangedRows, remembered::ReadRows},
};

/// Members of a page beside its rows.
pub type PageMembers = Map<String, Value>;

/// What was found for a page.
pub struct Found<R> {
    /// Its rows.
    pub rows: Vec<R>,
    /// How many there are in the whole list.
    pub total: Total,
    /// What else it tells.
    pub members: PageMembers,
    /// What it shows of the database, if it is kept for the next who asks the same.
    pub dependencies: Option<Dependencies>,
}

impl<R> Found<R> {
    /// What was found, with `rows` instead.
    fn with<T>(self, rows: Vec<T>) -> Found<T> {
        let Self {
            total,
            members,
            dependencies,
            ..
        } = self;
        Found {
            rows,
            total,
            members,
            dependencies,
        }
    }
}

/// A page before it is written.
enum Read<R> {
    /// Its rows, and how far the log is if they can be kept.
    Rows(Found<R>, Option<LogLength>),
    /// Its rows as they were told before, and the cursor of the page behind it.
    Cached(Found<Arc<CachedRow>>, Option<String>),
}

/// Where the rows of a list come from.
#[expect(async_fn_in_trait, reason = "its futures run where they are made")]
pub trait Source {
    /// Its declaration.
    type List: List;
    /// One of its rows.
    type Row;

    /// The rows at `place`.
    async fn rows(&self, tx: &mut Tx, window: &Window) -> Result<Vec<Self::Row>>;
    /// The rows at `place`, and what a page tells of them.
    async fn page(&self, tx: &mut Tx, window: &Window) -> Result<Found<Self::Row>>;
    /// The page from memory, without asking the database; `None` where it is not in memory or not known to be current.
    async fn at_once(&self, _: &Window) -> Result<Option<Found<Self::Row>>> {
        Ok(None)
    }
    /// Reads rows as this transaction sees them, from memory and at any time later; `None`: it is for the database to say.
    async fn pinned(&self, _: &mut Tx) -> Result<Option<ReadRows<'_, Self::Row>>> {
        Ok(None)
    }
    /// Which rows are at `place`, where rows are kept, and how far the log is; `None`: they have to be read.
    async fn page_ids(&self, _: &mut Tx, _: &Window) -> Result<Option<(Found<Uuid>, LogLength)>> {
        Ok(None)
    }
    /// The ids of the page from memory, without asking the database; `None` where they are not in memory or not known
    /// to be current.
    async fn page_ids_at_once(&self, _: &Window) -> Result<Option<(Found<Uuid>, LogLength)>> {
        Ok(None)
    }
    /// The rows that changed, and the ids of those that are gone; `None`: all of it has to be told.
    async fn changed(&self, _: &mut Tx, _: &Changes) -> Result<Option<ChangedRows<Self::Row>>> {
        Ok(None)
    }
    /// Whether a page takes looking through many rows.
    fn scans(&self) -> bool {
        false
    }
    /// The value that a row is sorted by.
    fn key(&self, row: &Self::Row, sort: &str) -> SortKey;
    /// By what a row is kept for other pages that show it, and what it shows of the database.
    fn kept(&self, _: &Self::Row) -> Option<(Uuid, Dependencies)> {
        None
    }
    /// People to whom this row looks different than to others with the same rights.
    fn but_to<'r>(_row: &'r Self::Row, _call: &Call) -> Vec<&'r Person> {
        Vec::new()
    }
    /// What goes over the wire.
    fn view(&self, row: &Self::Row, call: &Call) -> <Self::List as List>::View;
}

impl Call {
    /// The reply for a list whose rows come from a source that `ask` makes of its parameters and of what "today" means.
    pub async fn make_from<S: Source>(
        &self,
        asked: ListRequest<S::List>,
        ask: impl AsyncFnOnce(<S::List as List>::Filters, Day) -> Result<S>,
    ) -> Result<Made> {
        let since = match &asked.params.changed_since {
            None => None,
            Some(text) => Some(self.since(text).await?),
        };
        let embed = asked.embed.clone();
        let (filters, wanted) = asked.read(self, true)?;
        let (selection, paging) = match wanted {
            ListOutput::Page(selection, paging) => (selection, paging),
            ListOutput::Whole(table, order) => {
                let source = ask(filters, self.today()).await?;
                let file = <S::List as List>::FILE;
                let download = Download::new(self, table.format(), file);
                let mut rows = table.begin(file, download)?;
                let room = self.room().await?;
                whole(self, &room, order, &source, |row| rows.row(&source.view(row, self))).await?;
                let download = if rows.ends_late() {
                    self.work_in(room, || rows.end()).await?
                } else {
                    rows.end()?
                };
                return download.send(self).map(Made::Once);
            }
        };
        let source = ask(filters, paging.today).await?;
        if let Some(since) = since {
            let reply = self.follow(&source, since, (selection, paging)).await?;
            return Ok(Made::Once(self.send(&reply)));
        }
        let row_cache = || RowCache::new::<S::List>(self, &selection, &embed);
        let kept = |ids: &mut Found<Uuid>, length: LogLength| {
            let next = paging.cut(&mut ids.rows, |id, _| SortKey::id(*id));
            Some((row_cache().all(&ids.rows, length)?, next))
        };
        let read = async |tx: &mut Tx| {
            let Some((mut ids, length)) = source.page_ids(tx, &paging.window).await? else {
                return Ok(Read::Rows(source.page(tx, &paging.window).await?, None));
            };
            if let Some((rows, next)) = kept(&mut ids, length) {
                return Ok(Read::Cached(ids.with(rows), next));
            }
            let rows = source.rows(tx, &paging.window).await?;
            Ok(Read::Rows(ids.with(rows), Some(length)))
        };
        let at_once = async || -> Result<_> {
            if let Some(found) = source.at_once(&paging.window).await? {
                return Ok(Some(Read::Rows(found, None)));
            }
            let Some((mut ids, length)) = source.page_ids_at_once(&paging.window).await? else {
                return Ok(None);
            };
            let kept = kept(&mut ids, length);
            Ok(kept.map(|(rows, next)| Read::Cached(ids.with(rows), next)))
        };
        let room = if source.scans() { Some(self.room().await?) } else { None };
        let found = match (at_once().await?, &room) {
            (Some(found), _) => found,
            (None, Some(room)) => self.scan_in(room, read).await?,
            (None, None) => self.read(read).await?,
        };
        drop(room);
        let (found, length) = match found {
            Read::Rows(found, length) => (found, length),
            Read::Cached(found, next) => {
                let items = found.rows.iter().map(|row| &*row.value).collect();
                let reply = self.page(items, found.total, next, found.members)?;
                let but_to = found
                    .rows
                    .iter()
                    .flat_map(|row| &row.validity.but_to)
                    .cloned()
                    .collect();
                let of = found.dependencies.unwrap_or_default();
                return Ok(Made::ForAll(reply, Validity { of, but_to }));
            }
        };
        let mut rows = found.rows;
        let next = paging.cut(&mut rows, |row, sort| source.key(row, sort));
        let items = |call: &Self| -> Result<Vec<Box<RawValue>>> {
            let views = rows.iter().map(|row| source.view(row, call));
            views.map(|view| selection.to_json(&view)).collect()
        };
        let page = |items: &[Box<RawValue>]| self.page(items.iter().collect(), found.total, next, found.members);
        let but_to: Vec<Person> = rows.iter().flat_map(|row| S::but_to(row, self)).cloned().collect();
        let who = self.actor().person.as_ref();
        match found.dependencies {
            // Made by what it may see alone: whoever it is for cannot be in it.
            Some(of) if !who.is_some_and(|who| who.is_among(&but_to)) => {
                let items = items(&self.unnamed())?;
                let reply = page(&items)?;
                if let Some(at) = length {
                    let row_cache = row_cache();
                    for (row, value) in rows.iter().zip(items) {
                        let Some((id, of)) = source.kept(row) else { continue };
                        let but_to = S::but_to(row, self).into_iter().cloned().collect();
                        let validity = Validity { of, but_to };
                        row_cache.put(id, value, validity, at);
                    }
                }
                Ok(Made::ForAll(reply, Validity { of, but_to }))
            }
            _ => Ok(Made::Once(self.send(&page(&items(self)?)?))),
        }
    }
}
