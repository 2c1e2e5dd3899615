//! Statements put together from fixed pieces, for filters that may be there or not.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::{Query, Tx};

/// A statement put together from fixed pieces, for filters that may be there or not.
#[derive(Debug, Default)]
pub struct Statement {
    text: String,
    values: Vec<Value>,
    /// One letter per value. PostgreSQL's driver remembers a statement by its text alone, whatever
    /// the types of its parameters: one text, one list of types.
    types: String,
}

/// A value of a [`Statement`].
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A day.
    Day(NaiveDate),
    /// A day, or none.
    MaybeDay(Option<NaiveDate>),
    /// A whole number.
    Int(i64),
    /// An instant.
    Instant(DateTime<Utc>),
    /// A UUID.
    Uuid(Uuid),
}

impl Statement {
    /// Starts with `text`.
    pub fn new(text: &'static str) -> Self {
        Self::default().push(text)
    }

    /// Goes on with `text`.
    #[must_use]
    pub fn push(mut self, text: &'static str) -> Self {
        self.text.push_str(text);
        self
    }

    /// Goes on with a parameter.
    #[must_use]
    pub fn bind(mut self, value: Value) -> Self {
        self.types.push(match value {
            Value::Text(_) => 't',
            Value::Day(_) | Value::MaybeDay(_) => 'd',
            Value::Int(_) => 'i',
            Value::Instant(_) => 'z',
            Value::Uuid(_) => 'u',
        });
        self.values.push(value);
        self.text.push('$');
        self.text.push_str(&self.values.len().to_string());
        self
    }

    /// Goes on with `(…, …)`, or with a list that holds nothing when there are no values.
    #[must_use]
    pub fn list(mut self, values: impl IntoIterator<Item = Value>) -> Self {
        self.text.push('(');
        for (index, value) in values.into_iter().enumerate() {
            self = self.push(if index == 0 { "" } else { ", " }).bind(value);
        }
        if self.text.ends_with('(') {
            self.text.push_str("null");
        }
        self.push(")")
    }

    /// Goes on with another statement's pieces.
    #[must_use]
    pub fn append(mut self, other: &Self) -> Self {
        let mut values = other.values.iter().cloned();
        let mut rest = other.text.as_str();
        while let Some((before, after)) = rest.split_once('$') {
            self.text.push_str(before);
            if let Some(value) = values.next() {
                self = self.bind(value);
            }
            rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
        }
        self.text.push_str(rest);
        self
    }
}

impl Tx {
    /// A statement that was put together.
    pub fn run(&mut self, statement: Statement) -> Query<'_> {
        let Statement { text, values, types } = statement;
        let query = self.prepare(AssertSqlSafe(format!("{text} /*{types}*/")));
        values.into_iter().fold(query, |query, value| match value {
            Value::Text(value) => query.bind(value),
            Value::Day(value) => query.bind(value),
            Value::MaybeDay(value) => query.bind(value),
            Value::Int(value) => query.bind(value),
            Value::Instant(value) => query.bind(value),
            Value::Uuid(value) => query.bind(value),
        })
    }
}

/// The highest `$n` in the statement. No statement of ours has a `$` in a literal.
pub(super) fn arity(sql: &str) -> usize {
    sql.split('$')
        .skip(1)
        .filter_map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok())
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::arity;

    #[test]
    fn arity_is_the_highest_number() {
        assert_eq!(arity("select 1"), 0);
        assert_eq!(arity("select $2, $1 where $2 is null"), 2);
        assert_eq!(arity("values ($1,$2,$10)"), 10);
    }
}
