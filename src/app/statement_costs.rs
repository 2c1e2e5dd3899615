//! How many SQL statements each command runs, counted by the first event that it records.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use super::App;
use crate::domain::event::Event;

/// The statements of the last command of each kind.
#[derive(Default)]
pub(super) struct StatementCosts(Mutex<BTreeMap<&'static str, u32>>);

impl StatementCosts {
    pub(super) fn note(&self, event: Event, statements: u32) {
        metrics::histogram!("duban_command_statements", "event" => event.as_str()).record(statements);
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.insert(event.as_str(), statements);
    }
}

impl App {
    /// How many statements the last command took that recorded this first, to begin and to end included.
    pub fn statements_of(&self, event: Event) -> Option<u32> {
        let last = self.statement_costs.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.get(event.as_str()).copied()
    }
}
