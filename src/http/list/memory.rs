//! Lists of what is in memory: sorted and paged here, kept as bytes until the next revision.

use super::{Asked, List, gathered::Besides, paging::Wanted};
use crate::{
    domain::order::{Key, Order, Total},
    error::Result,
    http::{
        caller::Call,
        input::Embed,
        reply::{Reply, format::LIST_FORMATS},
    },
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

impl Call {
    /// The reply for a list: `find` gives all rows that its filters match.
    pub fn list_in_memory<'c, L: InMemory>(
        &'c self,
        find: impl FnOnce(L::Filters) -> Result<Vec<L::Row<'c>>>,
    ) -> Reply {
        self.serve(LIST_FORMATS, |negotiated| {
            let asked = Asked::<L>::of(self, negotiated)?;
            let embed = asked.embed.clone();
            let (filters, wanted) = asked.read(self, false)?;
            let rows = find(filters)?;
            match wanted {
                Wanted::Whole(table, order) => {
                    let rows = sorted::<L>(rows, &order);
                    table.of(L::FILE, rows.iter().map(|(_, row)| L::view(row, self, &embed)))
                }
                Wanted::Page(selection, paging) => {
                    let order = &paging.place.order;
                    let total = Total::Exactly(i64::try_from(rows.len()).unwrap_or(i64::MAX));
                    let mut rows = sorted::<L>(rows, order);
                    if let Some(after) = &paging.place.after {
                        let from = rows.partition_point(|(keys, _)| order.compare(keys, after).is_le());
                        rows.drain(..from);
                    }
                    let next = paging.cut(&mut rows, |(_, row), sort| L::key(row, sort));
                    let views = rows.iter().map(|(_, row)| L::view(row, self, &embed));
                    let items = views.map(|view| selection.to_json(&view)).collect::<Result<_>>()?;
                    self.page(items, total, next, Besides::default())
                }
            }
        })
    }
}

fn sorted<'c, L: InMemory>(rows: Vec<L::Row<'c>>, order: &Order) -> Vec<(Vec<Key>, L::Row<'c>)> {
    let keyed = |row: L::Row<'c>| (order.keys(|sort| L::key(&row, sort)), row);
    let mut rows: Vec<_> = rows.into_iter().map(keyed).collect();
    rows.sort_by(|(a, _), (b, _)| order.compare(a, b));
    rows
}
