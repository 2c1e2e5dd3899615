//! What scopes show, in SQL: conditions for a `where`.

use crate::{
    db::{Statement, Value},
    domain::scope::Whose,
};

/// Whose rows are seen, where `column` has the unit that a row belongs to.
pub(super) fn owned_by(column: &'static str, whose: &Whose) -> Statement {
    match whose {
        Whose::Nobodys => Statement::new("1 = 0"),
        Whose::Units(units) => match units.iter().next() {
            // What nearly all callers ask: an index answers it best.
            Some(only) if units.len() == 1 => Statement::new(column).push(" = ").bind(Value::Text(only.to_string())),
            _ => Statement::new(column)
                .push(" in ")
                .list(units.iter().map(|unit| Value::Text(unit.to_string()))),
        },
        Whose::Everybodys => Statement::new("1 = 1"),
    }
}

/// All rows or none.
pub(super) fn only_if(seen: bool) -> Statement {
    Statement::new(if seen { "1 = 1" } else { "1 = 0" })
}
