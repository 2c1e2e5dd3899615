//! Where the rows of a list come from, and the reply that is made of them: a page, or the whole list as a table.
//! Each is of one moment: read in one transaction.

use std::sync::Arc;

use serde_json::{Map, Value, value::RawValue};
use uuid::Uuid;

use super::{
    List, ListRequest,
    paging::{ListOutput, Paging, whole},
    row_cache::RowCache,
    table::Table,
};
use crate::{
    app::{CachedRow, Validity},
    domain::{
        changes::Changes,
        invalidation::{Dependencies, LogLength},
        order::{Order, SortKey, Total, Window},
        person::Person,
        time::Day,
    },
    error::Result,
    http::{
        caller::Call,
        input::{Embed, Selection},
        reply::{Made, Reply, download::Download},
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
                return self.download(&source, table, order).await.map(Made::Once);
            }
        };
        let source = ask(filters, paging.today).await?;
        if let Some(since) = since {
            let reply = self.follow(&source, since, (selection, paging)).await?;
            return Ok(Made::Once(self.send(&reply)));
        }
        let page = AskedPage {
            call: self,
            source: &source,
            selection,
            paging,
            embed,
        };
        match page.read().await? {
            Read::Rows(found, length) => page.of_rows(found, length),
            Read::Cached(found, next) => page.of_cached(found, next),
        }
    }

    /// The whole list as a file, which is sent as it is written.
    async fn download<S: Source>(&self, source: &S, table: Table<<S::List as List>::View>, order: Order) -> Reply {
        let file = <S::List as List>::FILE;
        let download = Download::new(self, table.format(), file);
        let mut rows = table.begin(file, download)?;
        let room = self.room().await?;
        whole(self, &room, order, source, |row| rows.row(&source.view(row, self))).await?;
        let download = if rows.ends_late() {
            self.work_in(room, || rows.end()).await?
        } else {
            rows.end()?
        };
        download.send(self)
    }
}

/// A page that is asked for.
struct AskedPage<'a, S: Source> {
    call: &'a Call,
    source: &'a S,
    selection: Selection,
    paging: Paging,
    embed: Embed,
}

impl<S: Source> AskedPage<'_, S> {
    /// Its rows: from memory at once, or in one transaction.
    async fn read(&self) -> Result<Read<S::Row>> {
        let room = if self.source.scans() {
            Some(self.call.room().await?)
        } else {
            None
        };
        let read = async |tx: &mut Tx| self.in_transaction(tx).await;
        match (self.at_once().await?, &room) {
            (Some(found), _) => Ok(found),
            (None, Some(room)) => self.call.scan_in(room, read).await,
            (None, None) => self.call.read(read).await,
        }
    }

    /// Without asking the database; `None` where memory does not know it.
    async fn at_once(&self) -> Result<Option<Read<S::Row>>> {
        if let Some(found) = self.source.at_once(&self.paging.window).await? {
            return Ok(Some(Read::Rows(found, None)));
        }
        let Some((mut ids, length)) = self.source.page_ids_at_once(&self.paging.window).await? else {
            return Ok(None);
        };
        let cached = self.cached(&mut ids, length);
        Ok(cached.map(|(rows, next)| Read::Cached(ids.with(rows), next)))
    }

    /// Which rows it has may be known before they are read: what was told of them before is told again.
    async fn in_transaction(&self, tx: &mut Tx) -> Result<Read<S::Row>> {
        let window = &self.paging.window;
        let Some((mut ids, length)) = self.source.page_ids(tx, window).await? else {
            return Ok(Read::Rows(self.source.page(tx, window).await?, None));
        };
        if let Some((rows, next)) = self.cached(&mut ids, length) {
            return Ok(Read::Cached(ids.with(rows), next));
        }
        let rows = self.source.rows(tx, window).await?;
        Ok(Read::Rows(ids.with(rows), Some(length)))
    }

    fn row_cache(&self) -> RowCache<'_> {
        RowCache::new::<S::List>(self.call, &self.selection, &self.embed)
    }

    /// The rows as they were told before, if all of them are at hand, and the cursor of the page behind.
    fn cached(&self, ids: &mut Found<Uuid>, length: LogLength) -> Option<(Vec<Arc<CachedRow>>, Option<String>)> {
        let next = self.paging.cut(&mut ids.rows, |id, _| SortKey::id(*id));
        Some((self.row_cache().all(&ids.rows, length)?, next))
    }

    /// The page of rows that were told before.
    fn of_cached(&self, found: Found<Arc<CachedRow>>, next: Option<String>) -> Result<Made> {
        let items = found.rows.iter().map(|row| &*row.value).collect();
        let reply = self.call.page(items, found.total, next, found.members)?;
        let people = found.rows.iter().flat_map(|row| &row.validity.but_to);
        let but_to = people.cloned().collect();
        let of = found.dependencies.unwrap_or_default();
        Ok(Made::ForAll(reply, Validity { of, but_to }))
    }

    /// The page of rows that were read; `length`: how far the log was, if they can be kept.
    fn of_rows(&self, found: Found<S::Row>, length: Option<LogLength>) -> Result<Made> {
        let Self { call, source, .. } = self;
        let mut rows = found.rows;
        let next = self.paging.cut(&mut rows, |row, sort| source.key(row, sort));
        let items = |call: &Call| -> Result<Vec<Box<RawValue>>> {
            let views = rows.iter().map(|row| source.view(row, call));
            views.map(|view| self.selection.to_json(&view)).collect()
        };
        let page = |items: &[Box<RawValue>]| call.page(items.iter().collect(), found.total, next, found.members);
        let but_to: Vec<Person> = rows.iter().flat_map(|row| S::but_to(row, call)).cloned().collect();
        let who = call.actor().person.as_ref();
        // Made by what it may see alone: whoever it is for cannot be in it.
        let Some(of) = found
            .dependencies
            .filter(|_| !who.is_some_and(|who| who.is_among(&but_to)))
        else {
            return Ok(Made::Once(call.send(&page(&items(call)?)?)));
        };
        let items = items(&call.unnamed())?;
        let reply = page(&items)?;
        if let Some(at) = length {
            self.keep(&rows, items, at);
        }
        Ok(Made::ForAll(reply, Validity { of, but_to }))
    }

    /// Keeps each row as it is told now, when the log is as far as `at`.
    fn keep(&self, rows: &[S::Row], items: Vec<Box<RawValue>>, at: LogLength) {
        let row_cache = self.row_cache();
        for (row, value) in rows.iter().zip(items) {
            let Some((id, of)) = self.source.kept(row) else {
                continue;
            };
            let but_to = S::but_to(row, self.call).into_iter().cloned().collect();
            row_cache.put(id, value, Validity { of, but_to }, at);
        }
    }
}
