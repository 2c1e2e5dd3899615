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
    domain::{
        order::{Key, Place, Total},
        time::Day,
    },
    error::Result,
    http::{
        caller::Call,
        input::{self, Selection},
        reply::{download::Download, format::Format, send},
    },
    store::Tx,
};

/// Rows that are read at once.
const ROWS: i64 = 500;

/// A list of what is in the database.
#[expect(async_fn_in_trait, reason = "its futures run where they are made")]
pub trait Stored: List {
    /// What is asked of the database: filters, and the scope of who asks.
    type Question;
    /// One of its rows.
    type Row;

    /// The rows at `place`.
    async fn rows(tx: &mut Tx, question: &Self::Question, place: &Place) -> Result<Vec<Self::Row>>;
    /// How many rows there are.
    async fn count(tx: &mut Tx, question: &Self::Question) -> Result<Total>;
    /// Whether the database has to look at many rows for it, or at ever more as they grow in number.
    fn scans(_question: &Self::Question) -> bool {
        false
    }
    /// The value that a row is sorted by, for one of [`List::SORTS`].
    fn key(row: &Self::Row, sort: &str) -> Key;
    /// What goes over the wire.
    fn view(row: &Self::Row, question: &Self::Question, call: &Call) -> Self::View;
}

/// [`Stored::rows`] and [`Stored::count`] of a list whose question is a filter, a scope, and perhaps more.
macro_rules! within_scope {
    ($module:ident) => {
        async fn rows(tx: &mut Tx, question: &Self::Question, place: &Place) -> Result<Vec<Self::Row>> {
            Ok(store::$module::list(tx, &question.0, &question.1, place).await?)
        }

        async fn count(tx: &mut Tx, question: &Self::Question) -> Result<$crate::domain::order::Total> {
            Ok(store::$module::count(tx, &question.0, &question.1).await?.into())
        }
    };
}
pub(crate) use within_scope;

impl Call {
    /// The reply for a list: `ask` makes the question to the database of its filters and of what "today"
    /// means, which for all pages is what it meant on the first.
    pub async fn list_stored<L: Stored>(
        &self,
        ask: impl FnOnce(L::Filters, Day) -> Result<L::Question>,
    ) -> Result<HttpResponse> {
        self.answer_list::<L>(self.asked()?, ask).await
    }

    /// The same for a list whose parameters have been read.
    pub async fn answer_list<L: Stored>(
        &self,
        asked: Asked<L>,
        ask: impl FnOnce(L::Filters, Day) -> Result<L::Question>,
    ) -> Result<HttpResponse> {
        let Asked {
            params,
            filters,
            format,
        } = asked;
        let order = order(params.sort(L::SORT), &names(L::SORTS), true)?;
        if format != Format::Json {
            let table = Table::new(format, L::COLUMNS, params.fields())?;
            let question = ask(filters, self.today())?;
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
        let fits = |keys: &[Key]| {
            let fields = order.fields();
            let sorts = fields
                .iter()
                .map(|by| L::SORTS.iter().find(|sort| sort.field == by.field));
            keys.len() == fields.len()
                && sorts
                    .zip(keys)
                    .all(|(sort, key)| sort.is_some_and(|sort| sort.compares(key)))
        };
        let cursor = params
            .cursor
            .as_deref()
            .map(|text| Cursor::parse(text, &bound, fits))
            .transpose()?;
        let today = cursor.as_ref().map_or_else(|| self.today(), Cursor::today);
        let question = ask(filters, today)?;
        let limit = params.limit();
        let place = Place {
            order,
            after: cursor.map(Cursor::into_keys),
            rows: i64::try_from(limit + 1).unwrap_or(i64::MAX),
        };
        let read = async |tx: &mut Tx| {
            let rows = L::rows(tx, &question, &place).await?;
            Ok((rows, L::count(tx, &question).await?))
        };
        let (mut rows, total) = if L::scans(&question) {
            self.scan(read).await?
        } else {
            self.read(read).await?
        };
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|last| {
            let keys = place.order.keys(|sort| L::key(last, sort));
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
        question: &L::Question,
        mut place: Place,
        mut each: impl FnMut(&L::View) -> Result<()>,
    ) -> Result<()> {
        App::scan(self, async |tx| {
            loop {
                let rows = L::rows(tx, question, &place).await?;
                for row in &rows {
                    each(&L::view(row, question, self))?;
                }
                let full = i64::try_from(rows.len()).is_ok_and(|count| count == place.rows);
                let Some(last) = rows.last().filter(|_| full) else {
                    return Ok(());
                };
                place.after = Some(place.order.keys(|sort| L::key(last, sort)));
            }
        })
        .await
    }
}
