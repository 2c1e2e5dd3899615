//! A page of a list in SQL: behind a row, in the list's order, found by an index.

use crate::{
    db::{Statement, Value},
    domain::order::{Key, Place},
};

/// The fields that a list can be sorted by. No column is null, or rows would be lost between two pages.
pub type Sorts = &'static [Sort];

/// A field to sort by.
pub struct Sort {
    /// Its name in `sort=`.
    pub field: &'static str,
    column: &'static str,
    kind: Kind,
}

/// What a column holds.
#[derive(Clone, Copy)]
enum Kind {
    Int,
    Day,
    Text,
    Uuid,
    /// Whatever the list in memory says.
    Any,
}

impl Sort {
    /// A column of numbers.
    pub const fn int(field: &'static str, column: &'static str) -> Self {
        Self::new(field, column, Kind::Int)
    }

    /// A column of days.
    pub const fn day(field: &'static str, column: &'static str) -> Self {
        Self::new(field, column, Kind::Day)
    }

    /// A column of texts.
    pub const fn text(field: &'static str, column: &'static str) -> Self {
        Self::new(field, column, Kind::Text)
    }

    /// A column of UUIDs.
    pub const fn uuid(field: &'static str, column: &'static str) -> Self {
        Self::new(field, column, Kind::Uuid)
    }

    /// A field of a list that is in memory.
    pub const fn in_memory(field: &'static str) -> Self {
        Self::new(field, "", Kind::Any)
    }

    const fn new(field: &'static str, column: &'static str, kind: Kind) -> Self {
        Self { field, column, kind }
    }

    /// Whether the column can be compared with `key`.
    pub fn compares(&self, key: &Key) -> bool {
        matches!(
            (self.kind, key),
            (Kind::Int, Key::Int(_))
                | (Kind::Day, Key::Day(_))
                | (Kind::Text, Key::Text(_))
                | (Kind::Uuid, Key::Uuid(_))
                | (Kind::Any, _)
        )
    }
}

/// Continues a statement that has conditions with ` and …` for what is behind `place`, ` order by …` and
/// ` limit …`.
pub fn page(sql: Statement, place: &Place, sorts: Sorts) -> Statement {
    in_order(behind(sql, place, sorts), place, sorts)
}

/// Continues a statement that has conditions with ` and …` for what is behind `place`.
pub fn behind(sql: Statement, place: &Place, sorts: Sorts) -> Statement {
    match &place.after {
        None => sql,
        Some(keys) => after(
            sql.push(" and "),
            &columns(place, sorts),
            keys.iter().map(value).collect(),
        ),
    }
}

/// Continues a statement with ` order by …` and ` limit …`.
pub fn in_order(sql: Statement, place: &Place, sorts: Sorts) -> Statement {
    let columns = columns(place, sorts);
    let sql = columns
        .iter()
        .enumerate()
        .fold(sql, |sql, (index, (column, descending))| {
            sql.push(if index == 0 { " order by " } else { ", " })
                .push(column)
                .push(if *descending { " desc" } else { "" })
        });
    sql.limit(place.rows)
}

fn columns(place: &Place, sorts: Sorts) -> Vec<(&'static str, bool)> {
    let fields = place.order.fields().iter();
    let column = fields.filter_map(|by| {
        let sort = sorts.iter().find(|sort| sort.field == by.field)?;
        Some((sort.column, by.descending))
    });
    column.collect()
}

/// What comes behind `keys`. Where all columns run in one direction, one comparison of rows, which an index
/// answers; else column by column.
fn after(sql: Statement, order: &[(&'static str, bool)], keys: Vec<Value>) -> Statement {
    let comparison = |descending| if descending { " < " } else { " > " };
    if order.windows(2).all(|pair| pair[0].1 == pair[1].1) {
        let sql = order.iter().enumerate().fold(sql, |sql, (index, (column, _))| {
            sql.push(if index == 0 { "(" } else { ", " }).push(column)
        });
        let descending = order.first().is_some_and(|(_, descending)| *descending);
        return sql.push(")").push(comparison(descending)).list(keys);
    }
    let mut sql = sql.push("(");
    for last in 0..order.len() {
        sql = sql.push(if last == 0 { "(" } else { " or (" });
        for (index, ((column, descending), key)) in order.iter().zip(&keys).take(last + 1).enumerate() {
            sql = sql
                .push(if index == 0 { "" } else { " and " })
                .push(column)
                .push(if index == last { comparison(*descending) } else { " = " })
                .bind(key.clone());
        }
        sql = sql.push(")");
    }
    sql.push(")")
}

fn value(key: &Key) -> Value {
    match key {
        Key::Int(number) => Value::Int(*number),
        Key::Day(day) => Value::Day(*day),
        Key::Text(text) => Value::Text(text.clone()),
        Key::Uuid(id) => Value::Uuid(*id),
        // Lists in the database are not sorted by these.
        Key::Path(plan, _) => Value::Text(plan.clone()),
        Key::None => Value::MaybeDay(None),
    }
}
