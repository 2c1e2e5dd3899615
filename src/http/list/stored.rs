//! Lists of what is in the database: paged by an index. A page with its total, and a whole list, are each of
//! one moment: read in one transaction.

use actix_web::HttpResponse;

use super::{
    Asked, List,
    columns::Table,
    cursor::{Cursor, order},
    names,
};
use crate::{
    app::App,
    domain::{order::Place, scope::Scope, time::Day},
    error::{Error, Result},
    http::{
        caller::Call,
        input::{self, Selection},
        reply::{download::Download, format::Format, send},
    },
    store::{Tx, filter::Filter},
};

/// Rows that are read at once.
const ROWS: i64 = 500;

/// A list of what is in the database.
pub trait Stored: List {
    /// Which rows are wanted.
    type Filter: Filter;

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
    pub async fn list_stored<L: Stored>(
        &self,
        ask: impl AsyncFnOnce(L::Filters, Day) -> Result<L::Filter>,
    ) -> Result<HttpResponse> {
        self.answer_list::<L>(self.asked()?, ask).await
    }

    /// The same for a list whose parameters have been read.
    pub async fn answer_list<L: Stored>(
        &self,
        asked: Asked<L>,
        ask: impl AsyncFnOnce(L::Filters, Day) -> Result<L::Filter>,
    ) -> Result<HttpResponse> {
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
            let place = Place {
                order,
                after: None,
                rows: ROWS,
            };
            self.whole::<L>(&question, place, |view| table.row(&mut download, view))
                .await?;
            return download.send(self);
        }
        let selection = Selection::parse::<L::View>(params.fields())?;
        let bound = Cursor::question(self.request().path(), &input::pairs(self.request()), &order);
        let cursor = params
            .cursor
            .as_deref()
            .map(|text| Cursor::parse(text, &bound, &order, L::SORTS))
            .transpose()?;
        let today = cursor.as_ref().map_or_else(|| self.today(), Cursor::today);
        let question = question(filters, today).await?;
        let Question { filter, scope, .. } = &question;
        let limit = params.limit();
        let place = Place {
            order,
            after: cursor.map(Cursor::into_keys),
            rows: i64::try_from(limit + 1).unwrap_or(i64::MAX),
        };
        let read = async |tx: &mut Tx| {
            let rows = filter.list(tx, scope, &place).await?;
            Ok((rows, filter.count(tx, scope).await?))
        };
        let (mut rows, total) = if filter.scans(scope) {
            self.scan(read).await?
        } else {
            self.read(read).await?
        };
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|last| {
            let keys = place.order.keys(|sort| L::Filter::key(last, sort));
            Cursor::after(keys, &bound, today).to_string()
        });
        let views = rows.iter().map(|row| L::view(row, &question, self));
        let items = views.map(|view| selection.to_value(&view)).collect::<Result<_>>()?;
        let reply = self.page(items, total, next)?;
        Ok(send(&reply, self.request(), self.is_anonymous()))
    }

    /// Gives all rows to `each`, read a few at a time in one transaction.
    async fn whole<L: Stored>(
        &self,
        question: &Question<L::Filter>,
        mut place: Place,
        mut each: impl FnMut(&L::View) -> Result<()>,
    ) -> Result<()> {
        App::scan(self, async |tx| {
            loop {
                let rows = question.filter.list(tx, &question.scope, &place).await?;
                for row in &rows {
                    each(&L::view(row, question, self))?;
                }
                let full = i64::try_from(rows.len()).is_ok_and(|count| count == place.rows);
                let Some(last) = rows.last().filter(|_| full) else {
                    return Ok(());
                };
                place.after = Some(place.order.keys(|sort| L::Filter::key(last, sort)));
            }
        })
        .await
    }
}
