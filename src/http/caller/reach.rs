//! What a handler reaches of the application: it reads, works aside, and runs commands of its caller. Nothing else.

use std::sync::Arc;

use tokio::sync::OwnedSemaphorePermit;

use super::Call;
use crate::{
    app::{Files, ReplyKey, Room},
    domain::{
        feedback::Limits,
        invalidation::{LastChanges, LogLength},
        scope::Scope,
        time::Instant,
    },
    error::Result,
    memory::CachedLedgers,
    service::{
        idempotency::{self, Request},
        work::Work,
    },
    store::{Tx, idempotency::SavedReply},
};

impl Call {
    /// The instant of now.
    pub fn now(&self) -> Instant {
        self.app.clock().now()
    }

    /// Runs `query` on one snapshot of the database.
    pub async fn read<R>(&self, query: impl AsyncFnOnce(&mut Tx) -> Result<R>) -> Result<R> {
        self.app.read(query).await
    }

    /// Room for what looks through many rows, or takes a processor for a while.
    pub async fn room(&self) -> Result<Room> {
        self.app.room().await
    }

    /// Like [`Call::read`], for what looks at many rows.
    pub async fn scan<R>(&self, query: impl AsyncFnOnce(&mut Tx) -> Result<R>) -> Result<R> {
        self.app.scan(query).await
    }

    /// The same for who has room.
    pub async fn scan_in<R>(&self, room: &Room, query: impl AsyncFnOnce(&mut Tx) -> Result<R>) -> Result<R> {
        self.app.scan_in(room, query).await
    }

    /// Does what takes a processor for a while, where it holds up nobody.
    pub async fn work_in<R: Send + 'static>(
        &self,
        room: Room,
        work: impl FnOnce() -> Result<R> + Send + 'static,
    ) -> Result<R> {
        self.app.work_in(room, work).await
    }

    /// The reply that the same request got before: for who looks at a thing before the command does.
    pub async fn replayed(&self, once: Option<&Request>) -> Result<Option<SavedReply>> {
        let Some(request) = once else { return Ok(None) };
        let replayed = async |tx: &mut Tx| idempotency::replayed(tx, &self.context, request).await;
        self.app.read(replayed).await
    }

    /// Runs a command of this caller; `once`: a repeat of the same request gets the same reply again.
    pub async fn write_once(
        &self,
        once: Option<Request>,
        command: impl AsyncFnOnce(&mut Work<'_>) -> Result<SavedReply>,
    ) -> Result<SavedReply> {
        self.app.write_once(&self.context, once, command).await
    }

    /// A fresh secret.
    pub fn new_secret(&self) -> String {
        self.app.new_secret()
    }

    /// Where attachments are kept, if that is not the database.
    pub fn files(&self) -> Option<&Files> {
        self.app.files.as_ref()
    }

    /// Removes from there what nobody refers to any more.
    pub async fn discard_files(&self, keys: Vec<String>) {
        self.app.discard_files(keys).await;
    }

    /// How much feedback is taken.
    pub fn feedback_limits(&self) -> Limits {
        Limits {
            per_minute: self.app.config.feedback_per_minute,
            per_day: self.app.config.feedback_per_day,
        }
    }

    /// What the log has said, as current as can be known.
    pub async fn last_changes(&self) -> Result<Arc<LastChanges>> {
        self.app.last_changes(&self.context).await
    }

    /// The same as it was last read.
    pub fn last_changes_read(&self) -> Arc<LastChanges> {
        self.app.last_changes_read()
    }

    /// Waits while others make the reply under `key`.
    pub async fn flight(&self, key: &ReplyKey) -> Option<OwnedSemaphorePermit> {
        self.app.flight(key).await
    }

    /// The key that marks are sealed with.
    pub async fn follow_key(&self) -> Result<[u8; 32]> {
        self.app.follow_key().await
    }

    /// The ledgers in memory.
    pub fn memory(&self) -> Option<CachedLedgers> {
        self.app.memory()
    }

    /// The same; they answer at once if they are as far as the log is `known` to be.
    pub fn memory_known(&self, known: Option<LogLength>) -> Option<CachedLedgers> {
        // A draft has none.
        let with_ledgers = || self.catalog().visible(&Scope::public());
        let plans = || with_ledgers().map(|plan| plan.content.plan.id.clone()).collect();
        self.memory().map(|memory| CachedLedgers {
            known: known.map(|length| (length, plans())),
            ..memory
        })
    }
}
