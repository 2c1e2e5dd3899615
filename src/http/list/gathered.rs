//! Lists that are put together from several places: paged as one, and each page of one moment.

use serde_json::{Map, Value};

use super::{
    Asked, List,
    columns::Table,
    cursor::order,
    names,
    paging::{Paging, whole},
};
use crate::{
    domain::{
        order::{Key, Place, Total},
        time::Day,
    },
    error::Result,
    http::{
        caller::Call,
        input::Selection,
        reply::{Reply, download::Download, format::Format},
    },
    store::Tx,
};

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
    ) -> Reply {
        let Asked {
            params,
            filters,
            format,
        } = asked;
        let order = order(
            params.sort(<S::List as List>::SORT),
            &names(<S::List as List>::SORTS),
            true,
        )?;
        if format != Format::Json {
            let table = Table::new(format, <S::List as List>::COLUMNS, params.fields())?;
            let source = ask(filters, self.today()).await?;
            let mut download = Download::new(self, format, <S::List as List>::FILE);
            table.start(&mut download, params.bom == Some(true))?;
            let read = async |tx: &mut Tx, place: &Place| source.rows(tx, place).await;
            whole(self, order, read, S::key, |row| {
                table.row(&mut download, &source.view(row, self))
            })
            .await?;
            return download.send(self);
        }
        let selection = Selection::parse::<<S::List as List>::View>(params.fields())?;
        let paging = Paging::new::<S::List>(self, &params, order)?;
        let source = ask(filters, paging.today).await?;
        let (mut rows, total, besides) = self
            .read(async |tx: &mut Tx| source.page(tx, &paging.place).await)
            .await?;
        let next = paging.cut(&mut rows, S::key);
        let views = rows.iter().map(|row| source.view(row, self));
        let items = views.map(|view| selection.to_value(&view)).collect::<Result<_>>()?;
        Ok(self.send(&self.page_with(items, total, next, besides)?))
    }
}
