//! A page of a list in SQL: behind a row, in the list's order, found by an index.

use crate::{
    db::{Statement, Value},
    domain::{
        ledger::sort_on,
        order::{SortKey, Window},
        time::Day,
    },
};

/// The fields that a list can be sorted by. No column is null, or rows would be lost between two pages.
pub type Sorts = &'static [Sort];

/// A field to sort by.
pub struct Sort {
    /// Its name in `sort=`.
    pub field: &'static str,
    column: &'static str,
    /// The column that goes on where the first says the same.
    and: Option<&'static str>,
    kind: Kind,
}

/// What a column holds.
#[derive(Clone, Copy)]
enum Kind {
    Int,
    Day,
    Text,
    Uuid,
    /// A plan and a number in it.
    Task,
    /// A number, or [`nothing`].
    MaybeInt,
    /// A day, or [`nothing`].
    MaybeDay,
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

    /// Two columns with a plan and the number of a task in it.
    pub const fn task(field: &'static str, plan: &'static str, number: &'static str) -> Self {
        Self {
            and: Some(number),
            ..Self::new(field, plan, Kind::Task)
        }
    }

    /// A column of numbers which has [`Sort::nothing`] where there is none.
    pub const fn maybe_int(field: &'static str, column: &'static str) -> Self {
        Self::new(field, column, Kind::MaybeInt)
    }

    /// A column of days which has [`Sort::nothing`] where there is none.
    pub const fn maybe_day(field: &'static str, column: &'static str) -> Self {
        Self::new(field, column, Kind::MaybeDay)
    }

    /// What stands in the column where there is no value: it comes last in either direction.
    pub fn nothing(&self, descending: bool) -> Value {
        match (self.kind, descending) {
            (Kind::MaybeInt, false) => Value::Int(i64::from(i32::MAX)),
            (Kind::MaybeInt, true) => Value::Int(i64::from(i32::MIN)),
            (_, false) => Value::Day(sort_on(None)),
            (_, true) => Value::Day(Day::from_ymd_opt(1, 1, 1).unwrap_or(Day::MIN)),
        }
    }

    /// A field of a list that is in memory.
    pub const fn in_memory(field: &'static str) -> Self {
        Self::new(field, "", Kind::Any)
    }

    const fn new(field: &'static str, column: &'static str, kind: Kind) -> Self {
        Self {
            field,
            column,
            and: None,
            kind,
        }
    }

    /// Whether the column can be compared with `key`.
    pub fn compares(&self, key: &SortKey) -> bool {
        matches!(
            (self.kind, key),
            (Kind::Int, SortKey::Int(_))
                | (Kind::Day, SortKey::Day(_))
                | (Kind::Text, SortKey::Text(_))
                | (Kind::Uuid, SortKey::Uuid(_))
                | (Kind::MaybeInt, SortKey::Int(_) | SortKey::None)
                | (Kind::MaybeDay, SortKey::Day(_) | SortKey::None)
                | (Kind::Any, _)
        ) || matches!((self.kind, key), (Kind::Task, SortKey::Path(_, numbers)) if numbers.len() == 1)
    }
}

/// Continues a statement that has conditions with ` and …` for what is behind `place`, ` order by …` and
/// ` limit …`.
pub fn page<S>(sql: Statement<S>, window: &Window, sorts: Sorts) -> Statement<S> {
    in_order(behind(sql, window, sorts), window, sorts)
}

/// Continues a statement that has conditions with ` and …` for what is behind `place`.
pub fn behind<S>(sql: Statement<S>, window: &Window, sorts: Sorts) -> Statement<S> {
    match &window.after {
        None => sql,
        Some(keys) => after(
            sql.push(" and "),
            &columns(window, sorts),
            sorted_by(window, sorts).zip(keys).flat_map(values).collect(),
        ),
    }
}

/// Continues a statement that has conditions with ` and …` for what is behind the row with these `keys`, if there is one,
/// in the order of the columns, and ` order by …`: for reading all of something in pages.
pub fn onward<const N: usize>(sql: Statement, columns: [&'static str; N], keys: Option<[Value; N]>) -> Statement {
    let order = columns.map(|column| (column, false));
    let sql = match keys {
        None => sql,
        Some(keys) => after(sql.push(" and "), &order, keys.into()),
    };
    order_by(sql, &order)
}

/// Continues a statement with ` order by …` and ` limit …`.
pub fn in_order<S>(sql: Statement<S>, window: &Window, sorts: Sorts) -> Statement<S> {
    order_by(sql, &columns(window, sorts)).limit(window.rows)
}

fn order_by<S>(sql: Statement<S>, order: &[(&'static str, bool)]) -> Statement<S> {
    order
        .iter()
        .enumerate()
        .fold(sql, |sql, (index, (column, descending))| {
            sql.push(if index == 0 { " order by " } else { ", " })
                .push(column)
                .push(if *descending { " desc" } else { "" })
        })
}

fn sorted_by(window: &Window, sorts: Sorts) -> impl Iterator<Item = (&'static Sort, bool)> {
    let fields = window.order.fields().iter();
    fields.filter_map(|by| {
        let sort = sorts.iter().find(|sort| sort.field == by.field)?;
        Some((sort, by.descending))
    })
}

fn columns(window: &Window, sorts: Sorts) -> Vec<(&'static str, bool)> {
    let both = |(sort, descending): (&'static Sort, bool)| {
        let columns = [Some(sort.column), sort.and].into_iter().flatten();
        columns.map(move |column| (column, descending))
    };
    sorted_by(window, sorts).flat_map(both).collect()
}

/// What comes behind `keys`. Where all columns run in one direction, one comparison of rows, which an index
/// answers; else column by column.
fn after<S>(sql: Statement<S>, order: &[(&'static str, bool)], keys: Vec<Value>) -> Statement<S> {
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

/// What a row has in the columns of a field.
fn values(((sort, descending), key): ((&'static Sort, bool), &SortKey)) -> Vec<Value> {
    match key {
        SortKey::Int(number) => vec![Value::Int(*number)],
        SortKey::Day(day) => vec![Value::Day(*day)],
        SortKey::Text(text) => vec![Value::Text(text.clone())],
        SortKey::Uuid(id) => vec![Value::Uuid(*id)],
        SortKey::Path(plan, numbers) => {
            let numbers = numbers.iter().map(|number| Value::Int((*number).into()));
            std::iter::once(Value::Text(plan.clone())).chain(numbers).collect()
        }
        SortKey::None => vec![sort.nothing(descending)],
    }
}
