//! How many SQL statements each command runs, counted by the first event that it records; and how often the database is
//! asked for what is read.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use super::App;
use crate::domain::event::Event;

/// What the database was asked.
#[derive(Default)]
pub(super) struct StatementCosts {
    /// The statements of the last command of each kind.
    last: Mutex<BTreeMap<&'static str, u32>>,
    /// Transactions that only read.
    reads: AtomicU64,
}

impl StatementCosts {
    pub(super) fn note(&self, event: Event, statements: u32) {
        metrics::histogram!("duban_command_statements", "event" => event.as_str()).record(statements);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.insert(event.as_str(), statements);
    }

    pub(super) fn note_read(&self) {
        metrics::counter!("duban_read_transactions").increment(1);
        self.reads.fetch_add(1, Ordering::Relaxed);
    }
}

impl App {
    /// How many statements the last command took that recorded this first, to begin and to end included.
    pub fn statements_of(&self, event: Event) -> Option<u32> {
        let last = self.statement_costs.last.lock();
        last.unwrap_or_else(PoisonError::into_inner)
            .get(event.as_str())
            .copied()
    }

    /// How many transactions requests have begun in order to read.
    pub fn reads(&self) -> u64 {
        self.statement_costs.reads.load(Ordering::Relaxed)
    }
}
