//! Lists that are put together from several places: paged as one, and each page of one moment.

use actix_web::HttpResponse;
use serde_json::{Map, Value};

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
        reply::{download::Download, format::Format},
    },
    store::Tx,
};

/// Rows that are read at once.
const ROWS: i64 = 500;

/// What a page tells beside its rows.
pub type Besides = Map<String, Value>;

/// Where the rows of a list come from.
#[expect(async_fn_in_trait, reason = "its futures run where they are made")]
pub trait Source {
    /// Its declaration.
    type List: List;
    /// One of its rows.
    type Row;

    /// The rows at `place`.
    async fn rows(&self, tx: &mut Tx, place: &Place) -> Result<Vec<Self::Row>>;
    /// The rows at `place`, how many there are, and what else a page tells.
    async fn page(&self, tx: &mut Tx, place: &Place) -> Result<(Vec<Self::Row>, Total, Besides)>;
    /// The value that a row is sorted by.
    fn key(row: &Self::Row, sort: &str) -> Key;
    /// What goes over the wire.
    fn view(&self, row: &Self::Row, call: &Call) -> <Self::List as List>::View;
}

impl Call {
    /// The reply for a list whose rows come from a source that `ask` makes of its parameters and of what "today" means.
    pub async fn answer_from<S: Source>(
        &self,
        asked: Asked<S::List>,
        ask: impl AsyncFnOnce(<S::List as List>::Filters, Day) -> Result<S>,
    ) -> Result<HttpResponse> {
        let Asked {
            params,
            filters,
            format,
        } = asked;
        let sorts = <S::List as List>::SORTS;
        let order = order(params.sort(<S::List as List>::SORT), &names(sorts), true)?;
        if format != Format::Json {
            let table = Table::new(format, <S::List as List>::COLUMNS, params.fields())?;
            let source = ask(filters, self.today()).await?;
            let mut download = Download::new(self, format, <S::List as List>::FILE);
            table.start(&mut download, params.bom == Some(true))?;
            let mut place = Place {
                order,
                after: None,
                rows: ROWS,
            };
            App::scan(self, async |tx| {
                loop {
                    let rows = source.rows(tx, &place).await?;
                    for row in &rows {
                        table.row(&mut download, &source.view(row, self))?;
                    }
                    let full = i64::try_from(rows.len()).is_ok_and(|count| count == place.rows);
                    let Some(last) = rows.last().filter(|_| full) else {
                        return Ok(());
                    };
                    place.after = Some(place.order.keys(|sort| S::key(last, sort)));
                }
            })
            .await?;
            return download.send(self);
        }
        let selection = Selection::parse::<<S::List as List>::View>(params.fields())?;
        let bound = Cursor::question(self.request().path(), &input::pairs(self.request()), &order);
        let cursor = params
            .cursor
            .as_deref()
            .map(|text| Cursor::parse(text, &bound, &order, sorts))
            .transpose()?;
        let today = cursor.as_ref().map_or_else(|| self.today(), Cursor::today);
        let source = ask(filters, today).await?;
        let limit = params.limit();
        let place = Place {
            order,
            after: cursor.map(Cursor::into_keys),
            rows: i64::try_from(limit + 1).unwrap_or(i64::MAX),
        };
        let (mut rows, total, besides) = self.read(async |tx: &mut Tx| source.page(tx, &place).await).await?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|last| {
            let keys = place.order.keys(|sort| S::key(last, sort));
            Cursor::after(keys, &bound, today).to_string()
        });
        let views = rows.iter().map(|row| source.view(row, self));
        let items = views.map(|view| selection.to_value(&view)).collect::<Result<_>>()?;
        Ok(self.send(&self.page_with(items, total, next, besides)?))
    }
}
