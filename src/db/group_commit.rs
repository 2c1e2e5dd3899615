//! Group commit: what is written to an SQLite file at the same time, the disk confirms at once.
//!
//! One transaction writes at a time. Whoever is done with it while others wait leaves it open: the next works in a
//! savepoint of it, and so on. The commit waits for its turn among them; who is in it is answered when it is on the
//! disk. What fails is undone to where its savepoint began, and nobody else hears of it.

use std::{
    io, mem,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use sqlx::{
    Error, Result,
    migrate::{MigrateError, Migrator},
    sqlite::SqliteConnectOptions,
};
use tokio::{
    runtime::Handle,
    sync::{Mutex, OwnedMutexGuard, oneshot},
    task::JoinHandle,
    time::timeout,
};

use super::file_connection::FileConnection;

/// Those who write to a file, one after the other.
#[derive(Clone)]
pub(super) struct Writer(Arc<Inner>);

struct Inner {
    options: SqliteConnectOptions,
    state: Arc<Mutex<WriterState>>,
    waiting: AtomicUsize,
    is_closed: AtomicBool,
    /// How long a caller waits for the lock.
    wait: Duration,
    /// Where it commits: the thread of one who writes may end before those it commits for.
    runtime: Handle,
}

/// What the one whose turn it is finds.
#[derive(Default)]
struct WriterState {
    /// The connection, `None` where it has to be opened.
    connection: Option<FileConnection>,
    /// Those who have left a transaction open on it; empty where there is none.
    members: Vec<Member>,
}

type Member = oneshot::Sender<Result<(), Arc<Error>>>;

/// The right to write, until it is dropped. A connection that is not given back is closed, and with it whatever is open.
pub(super) struct WriteLock {
    writer: Writer,
    state: OwnedMutexGuard<WriterState>,
    pub(super) connection: FileConnection,
    members: Vec<Member>,
}

/// Why a commit failed, for each of those who were in it.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(super) struct CommitFailure(pub(super) Arc<Error>);

impl Writer {
    /// Opens a connection when it is first needed.
    pub(super) fn new(options: SqliteConnectOptions, wait: Duration) -> Self {
        Self(Arc::new(Inner {
            options,
            state: Arc::default(),
            waiting: AtomicUsize::new(0),
            is_closed: AtomicBool::new(false),
            wait,
            runtime: Handle::current(),
        }))
    }

    /// How many wait for their turn.
    pub(super) fn waiting(&self) -> usize {
        self.0.waiting.load(Ordering::Relaxed)
    }

    /// Waits until it is our turn, in the order of those who came.
    pub(super) async fn acquire(&self) -> Result<WriteLock> {
        let Inner {
            state, waiting, wait, ..
        } = &*self.0;
        let waits = Waiting::new(waiting);
        let write_lock = timeout(*wait, state.clone().lock_owned()).await;
        drop(waits);
        let mut state = write_lock.map_err(|_| Error::PoolTimedOut)?;
        if self.is_closed() {
            return Err(Error::PoolClosed);
        }
        let connection = match state.connection.take() {
            Some(connection) => connection,
            None => FileConnection::open(&self.0.options).await?,
        };
        Ok(self.lock(state, connection))
    }

    fn lock(&self, mut state: OwnedMutexGuard<WriterState>, connection: FileConnection) -> WriteLock {
        WriteLock {
            writer: self.clone(),
            connection,
            members: mem::take(&mut state.members),
            state,
        }
    }

    /// Applies what is missing.
    pub(super) async fn migrate(&self, migrations: &Migrator) -> Result<(), MigrateError> {
        let mut write_lock = self.acquire().await?;
        let done = migrations.run(write_lock.connection.ask()).await;
        write_lock.connection.answered(Ok(()))?;
        write_lock.end();
        done
    }

    /// Commits when its turn comes: those who wait now are in it.
    fn commit_in_turn(&self) {
        let writer = self.clone();
        self.0.runtime.spawn(async move { writer.commit().await });
    }

    /// Commits what was left open.
    async fn commit(&self) {
        let mut state = self.0.state.clone().lock_owned().await;
        let left = !state.members.is_empty();
        if let Some(connection) = state.connection.take_if(|_| left) {
            self.lock(state, connection).commit().await;
        }
    }

    fn is_closed(&self) -> bool {
        self.0.is_closed.load(Ordering::Acquire)
    }

    /// Closes it, after those who wait now.
    pub(super) async fn close(&self) {
        drop(self.0.state.lock().await);
        self.0.is_closed.store(true, Ordering::Release);
        self.commit().await;
        let connection = self.0.state.lock().await.connection.take();
        if let Some(connection) = connection
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "the database is not closed properly");
        }
    }
}

impl WriteLock {
    /// Whether others have written in this transaction, and wait for it.
    pub(super) fn is_shared(&self) -> bool {
        !self.members.is_empty()
    }

    /// Whether the commit is left to come.
    pub(super) fn is_left_open(&self) -> bool {
        self.is_shared() || self.writer.0.waiting.load(Ordering::Acquire) > 0
    }

    /// Its transaction is over.
    pub(super) fn end(self) {
        let Self {
            mut state, connection, ..
        } = self;
        state.connection = Some(connection);
    }

    /// Leaves the transaction to others, if there is one.
    pub(super) fn pass_on(self) {
        let Self {
            mut state,
            connection,
            members,
            ..
        } = self;
        state.connection = Some(connection);
        state.members = members;
    }

    /// Leaves the transaction open to others, and waits until it is committed.
    pub(super) async fn leave(mut self) -> Result<()> {
        let (member, committed) = oneshot::channel();
        if !self.is_shared() {
            self.writer.commit_in_turn();
        }
        self.members.push(member);
        self.pass_on();
        match committed.await {
            Ok(outcome) => outcome.map_err(|error| Error::AnyDriverError(Box::new(CommitFailure(error)))),
            Err(_) => Err(rolled_back()),
        }
    }

    /// Undoes what was done in this turn, also where the caller has gone.
    pub(super) fn undo(mut self) -> JoinHandle<()> {
        let runtime = self.writer.0.runtime.clone();
        runtime.spawn(async move {
            if !self.is_shared() {
                if self.run("rollback").await.is_ok() {
                    self.end();
                }
                return;
            }
            // Else SQLite has rolled back all by itself, as it does when the disk is full: the others hear of it as the
            // connection is closed.
            if self.run("rollback to one; release one").await.is_ok() {
                self.pass_on();
            }
        })
    }

    /// Commits, and tells those who wait for it.
    async fn commit(mut self) {
        let outcome = self.run("commit").await.map_err(Arc::new);
        let members = mem::take(&mut self.members);
        if outcome.is_ok() {
            self.end();
        } else {
            drop(self);
        }
        for member in members {
            // Whoever has gone does not want to know.
            drop(member.send(outcome.clone()));
        }
    }

    pub(super) async fn run(&mut self, sql: &'static str) -> Result<()> {
        let done = sqlx::raw_sql(sql).execute(self.connection.ask()).await;
        self.connection.answered(done).map(drop)
    }
}

/// What those are told whose work was lost with that of others.
fn rolled_back() -> Error {
    io::Error::other("SQLite has rolled back what was about to be committed").into()
}

/// Counted while it waits, also where it gives up.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(waiting: &'a AtomicUsize) -> Self {
        waiting.fetch_add(1, Ordering::AcqRel);
        Self(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests;
