//! What commands cost the database: statements, by what they recorded first.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use super::App;
use crate::domain::event::Event;

/// The statements of the last command of each kind.
#[derive(Default)]
pub(super) struct Spent(Mutex<BTreeMap<&'static str, u32>>);

impl Spent {
    pub(super) fn note(&self, event: Event, statements: u32) {
        metrics::histogram!("duban_command_statements", "event" => event.as_str()).record(statements);
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.insert(event.as_str(), statements);
    }
}

impl App {
    /// How many statements the last command took that recorded this first, to begin and to end included.
    pub fn statements_of(&self, event: Event) -> Option<u32> {
        let last = self.spent.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.get(event.as_str()).copied()
    }
}
