//! Reading a column as the domain value it holds.

use std::{error::Error as StdError, str::FromStr};

use serde::{Serialize, de::DeserializeOwned};
use sqlx::Error;
use uuid::Uuid;

use crate::{
    db::Value,
    domain::{numbering::Numbers, person::Person, step::Step, time::Instant},
};

/// What is stored is not what this binary writes: a fault of the data, not of the caller.
fn corrupt(column: &str, error: impl StdError + Send + Sync + 'static) -> Error {
    Error::ColumnDecode {
        index: column.to_owned(),
        source: Box::new(error),
    }
}

/// An id or code.
pub fn parsed<T: FromStr<Err: StdError + Send + Sync + 'static>>(column: &str, text: &str) -> Result<T, Error> {
    text.parse().map_err(|error| corrupt(column, error))
}

/// A plain enum, by its name on the wire.
pub fn named<T: DeserializeOwned>(column: &str, text: String) -> Result<T, Error> {
    serde_json::from_value(text.into()).map_err(|error| corrupt(column, error))
}

/// The name of a plain enum on the wire.
pub fn name(value: impl Serialize) -> Result<String, Error> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => Ok(name),
        Ok(_) => Err(Error::Encode("not a plain enum".into())),
        Err(error) => Err(Error::Encode(Box::new(error))),
    }
}

/// A step, from its two columns.
pub fn step(by: Option<String>, at: Option<Instant>) -> Option<Step> {
    by.zip(at).map(|(by, at)| taken(&by, at))
}

/// A step that was taken in any case.
pub fn taken(by: &str, at: Instant) -> Step {
    Step {
        by: Person::parse(by),
        at,
    }
}

/// Who took the step.
pub fn who(step: Option<&Step>) -> Option<String> {
    step.map(|step| step.by.text())
}

/// The beginning of a statement that counts rows: SQLite and PostgreSQL agree on the type of this.
pub const COUNT: &str = "select cast(count(*) as bigint)";

/// The beginning of a statement that selects ids.
pub const IDS: &str = "select id";

/// Ids or codes, for a list of a statement.
pub fn texts<'t, T: ToString + 't>(values: impl IntoIterator<Item = &'t T>) -> impl Iterator<Item = Value> {
    values.into_iter().map(|value| Value::Text(value.to_string()))
}

/// Ids of what people create, for a list of a statement.
pub fn ids<T: Into<Uuid> + Copy>(values: &[T]) -> impl Iterator<Item = Value> {
    values.iter().copied().map(Value::id)
}

/// Plain enums by their names on the wire, for a list of a statement.
pub fn names<T: Serialize + Copy>(values: &[T]) -> Result<Vec<Value>, Error> {
    values.iter().map(|value| Ok(Value::Text(name(*value)?))).collect()
}

/// A positive number within its parent.
pub fn number(column: &str, value: i64) -> Result<u32, Error> {
    u32::try_from(value).map_err(|error| corrupt(column, error))
}

/// The numbers that parts of something have, and the highest of one that was removed.
pub fn numbers(taken: Vec<(i64,)>, last_removed: Option<(i64,)>) -> Result<Numbers, Error> {
    let taken = taken.into_iter().map(|(value,)| number("number", value));
    Ok(Numbers {
        taken: taken.collect::<Result<_, _>>()?,
        last_removed: number("last_removed", last_removed.map_or(0, |(value,)| value))?,
    })
}
