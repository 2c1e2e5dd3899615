//! What scopes show, in SQL: conditions for a `where`.

use crate::{
    db::{Record, Row, Statement, Value},
    domain::scope::{Owners, Scope, Scoped},
};

/// What is known of a statement whose rows are within what a scope shows. Any row can be read by it; there is no way to
/// one but [`shown_by`].
#[derive(Debug)]
pub struct Seen(());

impl<R: Row> Record<Seen> for R {}

/// That a row is among what `scope` shows.
pub(super) fn shown_by<T: Scoped>(
    scope: &Scope<T>,
    condition: impl FnOnce(&T::Visibility) -> Statement,
) -> Statement<Seen> {
    condition(scope.visibility()).known(Seen(()))
}

/// Whose rows are seen, where `column` has the unit that a row belongs to.
pub(super) fn owned_by(column: &'static str, owners: &Owners) -> Statement {
    match owners {
        Owners::Nobodys => Statement::new("1 = 0"),
        Owners::Units(units) => match units.iter().next() {
            // What nearly all callers ask: an index answers it best.
            Some(only) if units.len() == 1 => Statement::new(column).push(" = ").bind(Value::Text(only.to_string())),
            _ => Statement::new(column)
                .push(" in ")
                .list(units.iter().map(|unit| Value::Text(unit.to_string()))),
        },
        Owners::Everybodys => Statement::new("1 = 1"),
    }
}

/// All rows or none.
pub(super) fn only_if(seen: bool) -> Statement {
    Statement::new(if seen { "1 = 1" } else { "1 = 0" })
}
