//! Whether this process should be sent requests.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::{
    db::Schema,
    error::{Code, Result},
};

/// The reason why this process is not ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotReady {
    /// It was told to stop.
    Stopping,
    /// Migrations are missing.
    Unmigrated,
    /// The database takes no changes.
    NotWriting,
    /// The log cannot be sealed.
    NotSealing,
}

/// What is known of whether this process can serve; set by whatever finds out, and read by `/readyz`.
#[derive(Default)]
pub struct Readiness {
    /// It was told to stop.
    draining: AtomicBool,
    /// The last change failed for want of a database that takes it.
    not_writing: AtomicBool,
    /// The log could not be sealed the last time.
    not_sealing: AtomicBool,
}

impl Readiness {
    /// It will stop soon.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Release);
    }

    /// Whether it will stop soon.
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Acquire)
    }

    /// Whether the last change found a database that takes changes.
    pub fn writes(&self) -> bool {
        !self.not_writing.load(Ordering::Acquire)
    }

    /// Whether the log could be sealed.
    pub fn set_sealing(&self, sealing: bool) {
        self.not_sealing.store(!sealing, Ordering::Release);
    }

    /// A change was made, or was not and why.
    pub(super) fn note<R>(&self, outcome: &Result<R>, changed: bool) {
        match outcome {
            Ok(_) if changed => self.not_writing.store(false, Ordering::Release),
            Err(error) if matches!(error.code, Code::Unavailable | Code::InsufficientStorage) => {
                self.not_writing.store(true, Ordering::Release);
            }
            // Nothing was to be changed, or the caller was at fault: that says nothing.
            _ => {}
        }
    }

    /// What keeps it from being ready, if anything does.
    pub(super) fn not_ready(&self, schema: Schema) -> Option<NotReady> {
        [
            (self.is_draining(), NotReady::Stopping),
            (schema == Schema::Behind, NotReady::Unmigrated),
            (schema == Schema::ReadOnly || !self.writes(), NotReady::NotWriting),
            (self.not_sealing.load(Ordering::Acquire), NotReady::NotSealing),
        ]
        .into_iter()
        .find_map(|(there, not_ready)| there.then_some(not_ready))
    }
}
