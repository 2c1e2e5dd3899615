//! Lists of what is in the database: paged by an index. A page with its total, and a whole list, are each of
//! one moment: read in one transaction.

use super::{
    Asked, List,
    columns::Table,
    cursor::order,
    names,
    paging::{Paging, whole},
};
use crate::{
    app::Shows,
    domain::{heard::Concerns, order::Place, person::Person, scope::Scope, time::Day},
    error::{Error, Result},
    http::{
        caller::Call,
        input::Selection,
        reply::{
            Made, Reply,
            download::Download,
            format::{Format, LIST_FORMATS},
        },
    },
    store::{self, Tx, filter::Filter},
};

/// A list of what is in the database.
pub trait Stored: List {
    /// Which rows are wanted.
    type Filter: Filter;

    /// What a page shows of the database, if it is kept for the next who asks the same.
    fn shows(_question: &Question<Self::Filter>) -> Option<Concerns> {
        None
    }
    /// To whom a row is shown otherwise than to others with the same rights.
    fn but_to<'r>(_row: &'r Row<Self>, _call: &Call) -> &'r [Person] {
        &[]
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
}

impl Call {
    /// The reply for a list: `ask` makes a filter of its parameters and of what "today" means.
    pub async fn list_stored<L: Stored>(&self, ask: impl AsyncFnOnce(L::Filters, Day) -> Result<L::Filter>) -> Reply {
        self.answer_list::<L>(self.asked()?, ask).await
    }

    /// The same for a list whose parameters have been read.
    pub async fn answer_list<L: Stored>(
        &self,
        asked: Asked<L>,
        ask: impl AsyncFnOnce(L::Filters, Day) -> Result<L::Filter>,
    ) -> Reply {
        match self.make_list::<L>(asked, ask).await? {
            Made::Once(reply) => Ok(reply),
            Made::ForAll(reply, _) => Ok(self.send(&reply)),
        }
    }

    /// The same for one that is kept.
    pub async fn make_list<L: Stored>(
        &self,
        asked: Asked<L>,
        ask: impl AsyncFnOnce(L::Filters, Day) -> Result<L::Filter>,
    ) -> Result<Made> {
        let question = async |filters, today| {
            let filter = ask(filters, today).await?;
            let scope = self.scope();
            Ok::<_, Error>(Question { filter, scope, today })
        };
        let Asked {
            params,
            filters,
            format,
        } = asked;
        let order = order(params.sort(L::SORT), &names(L::SORTS), true)?;
        if format != Format::Json {
            let table = Table::new(format, L::COLUMNS, params.fields())?;
            let question = question(filters, self.today()).await?;
            let mut download = Download::new(self, format, L::FILE);
            table.start(&mut download, params.bom == Some(true))?;
            let read = async |tx: &mut Tx, place: &Place| Ok(question.filter.list(tx, &question.scope, place).await?);
            whole(self, order, read, L::Filter::key, |row| {
                table.row(&mut download, &L::view(row, &question, self))
            })
            .await?;
            return download.send(self).map(Made::Once);
        }
        let selection = Selection::parse::<L::View>(params.fields())?;
        let paging = Paging::new::<L>(self, &params, order)?;
        let question = question(filters, paging.today).await?;
        let Question { filter, scope, .. } = &question;
        let read = async |tx: &mut Tx| {
            let rows = filter.list(tx, scope, &paging.place).await?;
            let total = filter.count(tx, scope).await?;
            let shows = match L::shows(&question) {
                None => None,
                Some(of) => Some((of, store::heard::mark(tx).await?)),
            };
            Ok((rows, total, shows))
        };
        let (mut rows, total, shows) = if filter.scans(scope) {
            self.scan(read).await?
        } else {
            self.read(read).await?
        };
        let next = paging.cut(&mut rows, L::Filter::key);
        let page = |call: &Self| {
            let views = rows.iter().map(|row| L::view(row, &question, call));
            let items = views.map(|view| selection.to_value(&view)).collect::<Result<_>>()?;
            self.page(items, total, next)
        };
        let Some((of, at)) = shows else {
            return Ok(Made::Once(self.send(&page(self)?)));
        };
        let but_to: Vec<Person> = rows.iter().flat_map(|row| L::but_to(row, self)).cloned().collect();
        let who = self.actor().person.as_ref();
        if who.is_some_and(|who| who.is_among(&but_to)) {
            return Ok(Made::Once(self.send(&page(self)?)));
        }
        // Made by what it may see alone: whoever it is for cannot be in it.
        let reply = page(&self.unnamed())?;
        Ok(Made::ForAll(reply, Shows { of, at, but_to }))
    }

    /// The reply for a list that is kept for others with the same rights.
    pub async fn serve_list(&self, make: impl AsyncFnOnce() -> Result<Made>) -> Reply {
        let format = Format::negotiate(self.request().query_string(), self.accept(), LIST_FORMATS)?;
        let sees = format!("{format:?} {}", self.actor().standing());
        self.serve_stored(&sees, make).await
    }
}
