//! What ends a statement of SQLite whose caller has gone, or that takes too long. A server does both by itself.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use sqlx::Result;

use super::file_connection::FileConnection;

/// Steps of SQLite's machine between two looks: a small part of a millisecond.
const STEPS: i32 = 20_000;

/// Watches over the statements of one transaction.
pub(super) struct Watch {
    limit: Duration,
    state: Mutex<State>,
}

#[derive(Clone, Copy)]
enum State {
    /// A statement may run until then.
    Until(Instant),
    /// The caller has gone.
    GivenUp,
    /// The transaction is over; the connection has been given to another.
    Over,
}

impl Watch {
    /// Watches over what `file` does from now on; each statement may take `limit`.
    pub(super) async fn over(file: &mut FileConnection, limit: Duration) -> Result<Arc<Self>> {
        let watch = Arc::new(Self {
            limit,
            state: Mutex::new(State::Over),
        });
        let watching = watch.clone();
        let mut handle = file.ask().lock_handle().await?;
        handle.set_progress_handler(STEPS, move || match watching.state() {
            State::Until(end) => Instant::now() < end,
            State::GivenUp => false,
            State::Over => true,
        });
        drop(handle);
        file.answered(Ok(watch))
    }

    /// A statement begins.
    pub(super) fn begin(&self) {
        self.set(State::Until(Instant::now() + self.limit));
    }

    /// The caller of what runs has gone.
    pub(super) fn give_up(&self) {
        self.set(State::GivenUp);
    }

    /// Nothing runs any more.
    pub(super) fn end(&self) {
        self.set(State::Over);
    }

    fn state(&self) -> State {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, state: State) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }
}
