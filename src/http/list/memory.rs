//! Lists of what is in memory: sorted and paged here, kept as bytes until the next revision.

use super::{
    Asked, List,
    columns::Table,
    cursor::{Cursor, order},
    names,
};
use crate::{
    domain::order::{Key, Order, Total},
    error::Result,
    http::{
        caller::Call,
        input::{self, Embed, Selection},
        reply::{
            Reply,
            format::{Format, LIST_FORMATS, disposition},
        },
    },
    rendered::Rendered,
};

/// A list of what is in memory.
pub trait InMemory: List {
    /// One of its rows.
    type Row<'c>;

    /// The value to sort a row by, for one of [`List::SORTS`].
    fn key(row: &Self::Row<'_>, sort: &str) -> Key;
    /// What goes over the wire.
    fn view(row: &Self::Row<'_>, call: &Call, embed: &Embed) -> Self::View;
}

type Keyed<'c, L> = (Vec<Key>, <L as InMemory>::Row<'c>);

impl Call {
    /// The reply for a list: `find` gives all rows that its filters match.
    pub fn list_in_memory<'c, L: InMemory>(
        &'c self,
        find: impl FnOnce(L::Filters) -> Result<Vec<L::Row<'c>>>,
    ) -> Reply {
        self.serve(LIST_FORMATS, |negotiated| {
            let Asked {
                params,
                filters,
                format,
            } = Asked::<L>::of(self, negotiated)?;
            let order = order(params.sort(L::SORT), &names(L::SORTS), false)?;
            let embed = if format == Format::Csv {
                Embed::of(L::TABLE_EMBEDS)
            } else {
                Embed::parse(params.embed.as_deref(), L::EMBEDS)?
            };
            let rows = sorted::<L>(find(filters)?, &order);
            if format != Format::Json {
                let table = Table::new(format, L::COLUMNS, params.fields())?;
                let mut body = Vec::new();
                table.start(&mut body, params.bom == Some(true))?;
                for (_, row) in &rows {
                    table.row(&mut body, &L::view(row, self, &embed))?;
                }
                let (ascii, chinese) = L::FILE;
                let mut reply = Rendered::new(format.content_type(), body, None);
                reply.disposition = Some(disposition(ascii, chinese, format.extension()));
                return Ok(reply);
            }
            let selection = Selection::parse::<L::View>(params.fields())?;
            let question = Cursor::question(self.request().path(), &input::pairs(self.request()), &order);
            let after = params
                .cursor
                .as_deref()
                .map(|text| Cursor::parse(text, &question, &order, L::SORTS))
                .transpose()?;
            self.slice::<L>(rows, &order, after, params.limit(), &question, |row| {
                selection.to_value(&L::view(row, self, &embed))
            })
        })
    }

    fn slice<L: InMemory>(
        &self,
        mut rows: Vec<Keyed<'_, L>>,
        order: &Order,
        after: Option<Cursor>,
        limit: usize,
        question: &str,
        view: impl Fn(&L::Row<'_>) -> Result<serde_json::Value>,
    ) -> Result<Rendered> {
        let total = rows.len();
        if let Some(after) = after {
            let after = after.into_keys();
            let from = rows.partition_point(|(keys, _)| order.compare(keys, &after).is_le());
            rows.drain(..from);
        }
        let more = rows.len() > limit;
        rows.truncate(limit);
        let last = rows.last().filter(|_| more);
        let next = last.map(|(keys, _)| Cursor::after(keys.clone(), question, self.today()).to_string());
        let items = rows.iter().map(|(_, row)| view(row)).collect::<Result<_>>()?;
        let total = Total::Exactly(i64::try_from(total).unwrap_or(i64::MAX));
        self.page(items, total, next)
    }
}

fn sorted<'c, L: InMemory>(rows: Vec<L::Row<'c>>, order: &Order) -> Vec<Keyed<'c, L>> {
    let mut rows: Vec<Keyed<'c, L>> = rows
        .into_iter()
        .map(|row| (order.keys(|sort| L::key(&row, sort)), row))
        .collect();
    rows.sort_by(|(a, _), (b, _)| order.compare(a, b));
    rows
}
