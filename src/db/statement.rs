//! Statements put together from fixed pieces, for filters that may be there or not.

use std::marker::PhantomData;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{AssertSqlSafe, Result};
use uuid::Uuid;

use super::{OneRow, Query, Record, Tx, search::Words};

/// A statement put together from fixed pieces, for filters that may be there or not. `S` is what is known of its rows: a
/// [`Record<S>`](Record) can be read by it.
#[derive(Debug)]
pub struct Statement<S = Open>(Vec<Piece>, PhantomData<S>);

/// Nothing is known of the rows of a statement.
#[derive(Debug)]
pub struct Open;

#[derive(Debug, Clone)]
pub(super) enum Piece {
    Text(&'static str),
    Value(Value),
    /// Differs between the engines.
    Words(Words),
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
    /// Whole numbers, on PostgreSQL only.
    Ints(Vec<i64>),
    /// An instant.
    Instant(DateTime<Utc>),
    /// A UUID.
    Uuid(Uuid),
}

impl Value {
    /// The id of what people create.
    pub fn id(id: impl Into<Uuid>) -> Self {
        Self::Uuid(id.into())
    }

    /// A letter for its type.
    fn letter(&self) -> char {
        match self {
            Self::Text(_) => 't',
            Self::Day(_) | Self::MaybeDay(_) => 'd',
            Self::Int(_) => 'i',
            Self::Ints(_) => 'I',
            Self::Instant(_) => 'z',
            Self::Uuid(_) => 'u',
        }
    }
}

impl Default for Statement {
    fn default() -> Self {
        Self(Vec::new(), PhantomData)
    }
}

impl Statement {
    /// Starts with `text`.
    pub fn new(text: &'static str) -> Self {
        Self::default().push(text)
    }

    /// This statement with what is known of its rows.
    pub fn known<S>(self, _: S) -> Statement<S> {
        Statement(self.0, PhantomData)
    }
}

impl<S> Statement<S> {
    /// Goes on with `text`.
    #[must_use]
    pub fn push(mut self, text: &'static str) -> Self {
        self.0.push(Piece::Text(text));
        self
    }

    /// Goes on with a parameter.
    #[must_use]
    pub fn bind(mut self, value: Value) -> Self {
        self.0.push(Piece::Value(value));
        self
    }

    /// Goes on with a pattern for `like`: whatever contains `text`.
    #[must_use]
    pub fn containing(self, text: &str) -> Self {
        let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        self.bind(Value::Text(format!("%{escaped}%"))).push(" escape '\\'")
    }

    /// Goes on with `column > … and column < …`: ids that begin with `id` and a dot, which stand together in an index.
    #[must_use]
    pub fn below(self, column: &'static str, id: &impl ToString) -> Self {
        let id = id.to_string();
        self.push(column)
            .push(" > ")
            .bind(Value::Text(format!("{id}.")))
            .push(" and ")
            .push(column)
            .push(" < ")
            .bind(Value::Text(format!("{id}/")))
    }

    /// Goes on with ` limit …`. SQLite plans a statement anew whenever its limit is bound, but not that of a sum.
    #[must_use]
    pub fn limit(self, rows: i64) -> Self {
        self.push(" limit 0 + ").bind(Value::Int(rows))
    }

    /// Goes on with `(…, …)`, or with a list that holds nothing when there are no values.
    #[must_use]
    pub fn list(self, values: impl IntoIterator<Item = Value>) -> Self {
        let mut values = values.into_iter();
        let first = values.next();
        let sql = self.push("(");
        let sql = match first {
            None => sql.push("null"),
            Some(first) => values.fold(sql.bind(first), |sql, value| sql.push(", ").bind(value)),
        };
        sql.push(")")
    }

    /// Goes on with ` from … where …`: the reports that say these words.
    #[must_use]
    pub fn reports_saying(mut self, words: Words) -> Self {
        self.0.push(Piece::Words(words));
        self
    }

    /// Goes on with another statement's pieces.
    #[must_use]
    pub fn append(mut self, other: &Statement) -> Self {
        self.0.extend(other.0.iter().cloned());
        self
    }

    /// Goes on with the pieces of a statement of which something is known, and so it is of the whole.
    #[must_use]
    pub fn within<K>(self, other: &Statement<K>) -> Statement<K> {
        let mut pieces = self.0;
        pieces.extend(other.0.iter().cloned());
        Statement(pieces, PhantomData)
    }

    pub(super) fn into_pieces(self) -> Vec<Piece> {
        self.0
    }

    /// Its text for one engine, and the values of its parameters.
    fn render(self, on_postgres: bool) -> (String, Vec<Value>) {
        let mut text = String::new();
        let mut values = Vec::new();
        let pieces = self.0.into_iter().flat_map(|piece| match piece {
            Piece::Words(words) if on_postgres => words.on_postgres(),
            Piece::Words(words) => words.on_sqlite(),
            piece => vec![piece],
        });
        for piece in pieces {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Value(value) => {
                    values.push(value);
                    text.push('$');
                    text.push_str(&values.len().to_string());
                }
                // They are rendered into the other two.
                Piece::Words(_) => {}
            }
        }
        // PostgreSQL's driver remembers a statement by its text alone, whatever the types of its
        // parameters: one text, one list of types.
        text.push_str(" /*");
        text.extend(values.iter().map(Value::letter));
        text.push_str("*/");
        (text, values)
    }
}

impl Tx {
    /// A statement that was put together.
    pub fn run<S>(&mut self, statement: Statement<S>) -> Query<'_, S> {
        let (text, values) = statement.render(self.is_postgres());
        bound(self.prepare(AssertSqlSafe(text)), values).known()
    }

    /// Runs a change that is to touch exactly one row.
    pub fn run_change(&mut self, statement: Statement) -> Query<'_, OneRow> {
        let (text, values) = statement.render(self.is_postgres());
        bound(self.prepare_change(AssertSqlSafe(text)), values)
    }

    /// What `made` makes of all rows, `rows` of them at once: `behind` says which come behind a `place`.
    pub async fn in_pages<R: Record, P, T>(
        &mut self,
        rows: i64,
        behind: impl Fn(Option<&P>) -> Statement,
        place: impl Fn(&R) -> P,
        made: impl Fn(R) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut all = Vec::new();
        let mut last = None;
        loop {
            let page: Vec<R> = self.run(behind(last.as_ref()).limit(rows)).all().await?;
            let full = i64::try_from(page.len()).is_ok_and(|count| count == rows);
            last = page.last().filter(|_| full).map(&place);
            for row in page {
                all.push(made(row)?);
            }
            if last.is_none() {
                return Ok(all);
            }
        }
    }
}

fn bound<S>(query: Query<'_, S>, values: Vec<Value>) -> Query<'_, S> {
    values.into_iter().fold(query, |query, value| match value {
        Value::Text(value) => query.bind(value),
        Value::Day(value) => query.bind(value),
        Value::MaybeDay(value) => query.bind(value),
        Value::Int(value) => query.bind(value),
        Value::Ints(value) => query.bind_on_postgres(value),
        Value::Instant(value) => query.bind(value),
        Value::Uuid(value) => query.bind(value),
    })
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
