//! How a list is walked through: a page at a time behind a cursor, or all of it.

use futures_util::future::join;
use tokio::task::yield_now;

use super::{
    List, ListParams, ListRequest,
    cursor::{Cursor, order},
    names,
    source::Source,
    table::Table,
};
use crate::{
    app::Room,
    domain::{
        order::{Order, SortKey, Window},
        time::Day,
    },
    error::{Error, Result},
    http::{
        caller::Call,
        input::{self, Selection},
        reply::format::Format,
    },
};

/// Rows that are read at once where all are wanted.
const ROWS: i64 = 500;

/// What is wanted of a list.
pub enum ListOutput<L: List> {
    /// All of it, as a table.
    Whole(Table<L::View>, Order),
    /// A page of it.
    Page(Selection, Paging),
}

impl<L: List> ListRequest<L> {
    /// The filters, and what is wanted of what they find. The id as a tie-break goes upwards, or with `following` in
    /// the direction of the field before it.
    pub(super) fn read(self, call: &Call, following: bool) -> Result<(L::Filters, ListOutput<L>)> {
        let order = order(self.params.sort(L::SORT), &names(L::SORTS), following)?;
        if self.format != Format::Json {
            let (filters, form) = self.into_parts();
            return Ok((
                filters,
                ListOutput::Whole(Table::new(form, L::COLUMNS, L::ASIDE)?, order),
            ));
        }
        let selection = Selection::parse::<L::View>(self.params.fields())?;
        let paging = Paging::new::<L>(call, &self.params, order)?;
        Ok((self.filters, ListOutput::Page(selection, paging)))
    }
}

/// The page that is asked for.
pub struct Paging {
    /// Where it begins; with one row more than it has, to see whether there is another page.
    pub window: Window,
    /// What "today" means: for all pages what it meant on the first.
    pub today: Day,
    bound: String,
    limit: usize,
}

impl Paging {
    /// Reads the cursor, if there is one.
    pub fn new<L: List>(call: &Call, params: &ListParams, order: Order) -> Result<Self> {
        let bound = Cursor::question(call.request().path(), &input::pairs(call.request()), &order);
        let cursor = params
            .cursor
            .as_deref()
            .map(|text| Cursor::parse(text, &bound, &order, L::SORTS))
            .transpose()?;
        let today = cursor.as_ref().map_or_else(|| call.today(), Cursor::today);
        let limit = params.limit();
        let window = Window {
            order,
            after: cursor.map(Cursor::into_keys),
            rows: i64::try_from(limit + 1).unwrap_or(i64::MAX),
        };
        Ok(Self {
            window,
            today,
            bound,
            limit,
        })
    }

    /// Leaves the rows of the page, and gives the cursor of the page behind it, if there is one.
    pub fn cut<R>(&self, rows: &mut Vec<R>, key: impl Fn(&R, &str) -> SortKey) -> Option<String> {
        let more = self.window.is_full(rows);
        rows.truncate(self.limit);
        rows.last().filter(|_| more).map(|last| {
            let keys = self.window.order.keys(|sort| key(last, sort));
            Cursor::after(keys, &self.bound, self.today).to_string()
        })
    }
}

/// Gives all rows to `each`, a few at a time and all of one moment: from memory, or read in one transaction.
pub async fn whole<S: Source>(
    call: &Call,
    room: &Room,
    order: Order,
    source: &S,
    mut each: impl FnMut(&S::Row) -> Result<()>,
) -> Result<()> {
    let mut window = Window {
        order,
        after: None,
        rows: ROWS,
    };
    let behind = |window: &Window, rows: &[S::Row]| {
        let last = rows.last().filter(|_| window.is_full(rows))?;
        Some(window.order.keys(|sort| source.key(last, sort)))
    };
    let pinned = call.scan_in(room, async |tx| source.pinned(tx).await).await?;
    if let Some(mut rows) = pinned.as_ref().and_then(|read| read(&window)) {
        loop {
            rows.iter().try_for_each(&mut each)?;
            let Some(after) = behind(&window, &rows) else {
                return Ok(());
            };
            window.after = Some(after);
            // Others are served here too.
            yield_now().await;
            let next = pinned.as_ref().and_then(|read| read(&window));
            rows = next.ok_or_else(|| Error::internal("rows in memory came to an end"))?;
        }
    }
    call.scan_in(room, async |tx| {
        let mut rows = source.rows(tx, &window).await?;
        loop {
            let Some(after) = behind(&window, &rows) else {
                return rows.iter().try_for_each(each);
            };
            window.after = Some(after);
            // The database reads the next ones while these are written.
            let write = async { rows.iter().try_for_each(&mut each) };
            let (next, written) = join(source.rows(tx, &window), write).await;
            written?;
            rows = next?;
        }
    })
    .await
}
