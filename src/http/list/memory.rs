//! Lists of what is in memory: sorted and paged here, kept as bytes until the next revision.

use super::{
    List, ListRequest,
    paging::ListOutput,
    source::{Found, PageMembers, Source},
};
use crate::{
    domain::{
        changes::{Changes, Part},
        order::{SortKey, Total, Window},
    },
    error::Result,
    http::{
        caller::Call,
        input::Embed,
        reply::{
            Reply,
            format::{Format, LIST_FORMATS, Offered as _},
        },
    },
    store::{Tx, changes::ChangedRows},
};

/// A list of what is in memory.
pub trait InMemory: List {
    /// One of its rows.
    type Row<'c>: Clone;

    /// The value to sort a row by, for one of [`List::SORTS`].
    fn key(row: &Self::Row<'_>, sort: &str) -> SortKey;
    /// All rows that the caller sees, of a list of which only some change at a time.
    fn all(_call: &Call) -> Vec<Self::Row<'_>> {
        Vec::new()
    }
    /// The id of such a row, and what it is a part of.
    fn part(_row: &Self::Row<'_>) -> (String, Part) {
        (String::new(), Part::Nothing)
    }
    /// What goes over the wire.
    fn view(row: &Self::Row<'_>, call: &Call, embed: &Embed) -> Self::View;
}

impl Call {
    /// The reply for a list: `find` gives all rows that its filters match.
    pub async fn list_in_memory<'c, L: InMemory>(
        &'c self,
        find: impl FnOnce(L::Filters) -> Result<Vec<L::Row<'c>>>,
    ) -> Reply {
        if self.sealed.is_some() {
            let mut asked = self.list_request::<L>()?;
            if let Some(since) = asked.params.changed_since.take() {
                return self.follow_in_memory(&since, asked, find).await;
            }
        }
        self.serve(LIST_FORMATS, async |negotiated| {
            let asked = ListRequest::<L>::of(self, negotiated)?;
            let embed = asked.embed.clone();
            let (filters, wanted) = asked.read(self, false)?;
            let rows = find(filters)?;
            match wanted {
                ListOutput::Whole(table, order) => {
                    let rows = order.sorted(rows, L::key);
                    let views = rows.iter().map(|(_, row)| L::view(row, self, &embed));
                    self.rendered(table, L::FILE, views).await
                }
                ListOutput::Page(selection, paging) => {
                    let total = Total::of(&rows);
                    let mut rows = paging.window.of(rows, L::key);
                    let next = paging.cut(&mut rows, L::key);
                    let views = rows.iter().map(|row| L::view(row, self, &embed));
                    let items = views.map(|view| selection.to_json(&view)).collect::<Result<Vec<_>>>()?;
                    self.page(items, total, next, PageMembers::default())
                }
            }
        })
        .await
    }

    async fn follow_in_memory<'c, L: InMemory>(
        &'c self,
        since: &str,
        asked: ListRequest<L>,
        find: impl FnOnce(L::Filters) -> Result<Vec<L::Row<'c>>>,
    ) -> Reply {
        let since = self.since(since).await?;
        let embed = asked.embed.clone();
        let (filters, wanted) = asked.read(self, false)?;
        let ListOutput::Page(selection, paging) = wanted else {
            return Err(Format::only_with("changed_since", &[Format::Json]));
        };
        let memory = MemorySource::<L> {
            rows: find(filters)?,
            all: L::all(self),
            embed,
        };
        let reply = self.follow(&memory, since, (selection, paging)).await?;
        Ok(self.send(&reply))
    }
}

/// Rows of a list that is followed.
struct MemorySource<'c, L: InMemory> {
    /// Those that are wanted.
    rows: Vec<L::Row<'c>>,
    /// All that are seen.
    all: Vec<L::Row<'c>>,
    embed: Embed,
}

impl<'c, L: InMemory> Source for MemorySource<'c, L> {
    type List = L;
    type Row = L::Row<'c>;

    async fn rows(&self, _: &mut Tx, window: &Window) -> Result<Vec<L::Row<'c>>> {
        Ok(window.of(self.rows.iter().cloned(), L::key))
    }

    async fn page(&self, tx: &mut Tx, window: &Window) -> Result<Found<L::Row<'c>>> {
        Ok(Found {
            rows: self.rows(tx, window).await?,
            total: Total::of(&self.rows),
            members: PageMembers::default(),
            dependencies: None,
        })
    }

    async fn changed(&self, _: &mut Tx, changes: &Changes) -> Result<Option<ChangedRows<L::Row<'c>>>> {
        let concerned = |row: &&L::Row<'c>| changes.concern(&L::part(row).1);
        let id = |row: &L::Row<'c>| L::part(row).0;
        let rows: Vec<L::Row<'c>> = self.rows.iter().filter(concerned).cloned().collect();
        let mut gone = changes.had.clone();
        gone.extend(self.all.iter().filter(concerned).map(id));
        for row in &self.rows {
            gone.remove(&id(row));
        }
        Ok(Some((rows, gone)))
    }

    fn key(&self, row: &L::Row<'c>, sort: &str) -> SortKey {
        L::key(row, sort)
    }

    fn view(&self, row: &L::Row<'c>, call: &Call) -> L::View {
        L::view(row, call, &self.embed)
    }
}
