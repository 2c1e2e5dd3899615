//! Lists of what is in the database: paged by an index.

use uuid::Uuid;

use super::{
    List, ListRequest,
    source::{Found, PageMembers, Source},
};
use crate::{
    app::Seen,
    domain::{
        changes::Changes,
        invalidation::{Dependencies, LogLength},
        order::{SortKey, Total, Window},
        person::Person,
        scope::Scope,
        time::Day,
    },
    error::Result,
    http::{
        caller::Call,
        input::Embed,
        reply::{
            Made, Reply,
            format::{Format, LIST_FORMATS, Offered as _},
        },
    },
    store::{
        Tx,
        changes::ChangedRows,
        filter::Filter,
        remembered::{PageIds, ReadRows, Remembered},
    },
};

/// A list of what is in the database.
pub trait Stored: List {
    /// Which rows are wanted.
    type Filter: Remembered;

    /// What a page shows of the database, if it is kept for the next who asks the same.
    fn dependencies(_question: &Question<Self::Filter>) -> Option<Dependencies> {
        None
    }
    /// By what a row is kept for other pages that show it, and what it shows of the database. What a row says besides
    /// follows from plans and units, what the caller may see, and the day.
    fn kept(_row: &Row<Self>) -> Option<(Uuid, Dependencies)> {
        None
    }
    /// People to whom this row looks different than to others with the same rights.
    fn but_to<'r>(_row: &'r Row<Self>, _call: &Call) -> Vec<&'r Person> {
        Vec::new()
    }
    /// What goes over the wire.
    fn view(row: &Row<Self>, question: &Question<Self::Filter>, call: &Call) -> Self::View;
}

/// A row of the list `L`.
pub type Row<L> = <<L as Stored>::Filter as Filter>::Row;

/// What is asked of the database.
pub struct Question<F: Filter> {
    /// What is wanted.
    pub filter: F,
    /// Which of it the caller sees.
    pub scope: Scope<F::Thing>,
    /// What "today" means: for all pages what it meant on the first.
    pub today: Day,
    /// What is embedded.
    pub embed: Embed,
}

/// The database, asked for the rows of a list.
struct Database<L: Stored>(Question<L::Filter>);

impl<L: Stored> Database<L> {
    fn found<R>(&self, (rows, total): (Vec<R>, Total)) -> Found<R> {
        Found {
            rows,
            total,
            members: PageMembers::default(),
            dependencies: L::dependencies(&self.0),
        }
    }

    fn those(&self, PageIds { ids, total, length }: PageIds) -> (Found<Uuid>, LogLength) {
        (self.found((ids, total)), length)
    }
}

impl<L: Stored> Source for Database<L> {
    type List = L;
    type Row = Row<L>;

    async fn rows(&self, tx: &mut Tx, window: &Window) -> Result<Vec<Row<L>>> {
        Ok(self.0.filter.rows(tx, &self.0.scope, window).await?)
    }

    async fn page(&self, tx: &mut Tx, window: &Window) -> Result<Found<Row<L>>> {
        Ok(self.found(self.0.filter.found(tx, &self.0.scope, window).await?))
    }

    async fn at_once(&self, window: &Window) -> Result<Option<Found<Row<L>>>> {
        let found = self.0.filter.at_once(&self.0.scope, window).await?;
        Ok(found.map(|found| self.found(found)))
    }

    async fn pinned(&self, tx: &mut Tx) -> Result<Option<ReadRows<'_, Row<L>>>> {
        Ok(self.0.filter.pinned(tx, &self.0.scope).await?)
    }

    async fn page_ids(&self, tx: &mut Tx, window: &Window) -> Result<Option<(Found<Uuid>, LogLength)>> {
        let which = self.0.filter.page_ids(tx, &self.0.scope, window).await?;
        Ok(which.map(|which| self.those(which)))
    }

    async fn page_ids_at_once(&self, window: &Window) -> Result<Option<(Found<Uuid>, LogLength)>> {
        let which = self.0.filter.page_ids_at_once(&self.0.scope, window).await?;
        Ok(which.map(|which| self.those(which)))
    }

    async fn changed(&self, tx: &mut Tx, changes: &Changes) -> Result<Option<ChangedRows<Row<L>>>> {
        Ok(self.0.filter.changed(tx, &self.0.scope, changes).await?)
    }

    fn scans(&self) -> bool {
        self.0.filter.scans(&self.0.scope)
    }

    fn key(&self, row: &Row<L>, sort: &str) -> SortKey {
        self.0.filter.key(row, sort)
    }

    fn kept(&self, row: &Row<L>) -> Option<(Uuid, Dependencies)> {
        L::kept(row)
    }

    fn but_to<'r>(row: &'r Row<L>, call: &Call) -> Vec<&'r Person> {
        L::but_to(row, call)
    }

    fn view(&self, row: &Row<L>, call: &Call) -> L::View {
        L::view(row, &self.0, call)
    }
}

impl Call {
    /// The reply for a list: `ask` makes a filter of its parameters and of what "today" means.
    pub async fn list_stored<L: Stored>(&self, ask: impl AsyncFnOnce(L::Filters, Day) -> Result<L::Filter>) -> Reply {
        let made = self.make_list::<L>(self.list_request()?, ask).await?;
        Ok(made.sent(self))
    }

    /// Like [`Call::list_stored`], as a reply that may be kept, for parameters that have been read already.
    pub async fn make_list<L: Stored>(
        &self,
        asked: ListRequest<L>,
        ask: impl AsyncFnOnce(L::Filters, Day) -> Result<L::Filter>,
    ) -> Result<Made> {
        let embed = asked.embed.clone();
        let ask = async |filters, today| {
            Ok(Database::<L>(Question {
                filter: ask(filters, today).await?,
                scope: self.scope(),
                today,
                embed,
            }))
        };
        self.make_from(asked, ask).await
    }

    /// The reply that [`Call::make_list`] or another `make`s for a list, kept for others with the same rights.
    pub async fn serve_list(&self, make: impl AsyncFnOnce(LogLength) -> Result<Made>) -> Reply {
        let format = Format::negotiate(self.request().query_string(), self.accept(), LIST_FORMATS)?;
        let seen = Seen::All(self.actor().rights(), self.today());
        self.serve_stored((format.media_type(), seen), make).await
    }
}
