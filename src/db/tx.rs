//! A transaction and its statements.
//!
//! What cannot fail in a file is not waited for: that one begins to read, and ends.
//!
//! It owns its connection. One that is not known to be as it was when it came, because a statement was
//! given up or the transaction could not be ended, is closed and not used again: what SQLite rolled back
//! by itself, or PostgreSQL still works on, must not meet the next caller.

mod locks;

use std::{sync::Arc, time::Duration};

use sqlx::{Error, Result, SqlSafeStr};
use tokio::task::JoinHandle;

use super::{
    deferred::Deferred,
    embedded::Readers,
    file_connection::FileConnection,
    group_commit::WriteLock,
    pool::{Pooled, discard},
    query::{OneRow, Query, Run, within},
    server::Sessions,
    statement,
    watch::Watch,
};

/// A transaction.
pub struct Tx {
    /// `None` once it is over.
    on: Option<Engine>,
    state: State,
}

pub(super) enum Engine {
    /// One who reads a file.
    Sqlite(Pooled<Readers>),
    /// The one who writes to it.
    Writer(WriteLock),
    Postgres(Pooled<Sessions>),
}

#[derive(Default)]
pub(super) struct State {
    begun: Begun,
    /// A failed statement dooms the transaction on PostgreSQL; so it does on SQLite, here.
    pub doomed: bool,
    /// A statement is under way, or its outcome is unknown.
    pub(super) unclean: bool,
    limit: Limit,
    pub(super) deferred: Deferred,
    /// How many there were, to begin and to end it included.
    pub(super) statements: u32,
}

/// Whether there is anything to end.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Begun {
    /// A transaction.
    #[default]
    Yes,
    /// It begins so, with its first statement.
    Not(&'static str),
    /// It is one statement, and nothing else.
    Never,
}

/// After what time a server that does not answer is given up.
#[derive(Clone, Copy)]
pub(super) struct Timeouts {
    /// With a statement.
    pub statement: Duration,
    /// With what needs no work: to begin, to roll back.
    pub control: Duration,
}

/// What limits the statements of a transaction.
#[derive(Clone, Default)]
pub(super) enum Limit {
    /// Nothing: an embedded database answers, or the process does not either.
    #[default]
    None,
    /// A server, and how long we wait for it.
    Timeouts(Timeouts),
    /// We do.
    Watch(Arc<Watch>),
}

impl Limit {
    fn timeouts(&self) -> Option<&Timeouts> {
        if let Self::Timeouts(timeouts) = self {
            Some(timeouts)
        } else {
            None
        }
    }

    fn watch(&self) -> Option<&Watch> {
        if let Self::Watch(watch) = self {
            Some(watch)
        } else {
            None
        }
    }

    /// With a statement.
    fn statement(&self) -> Option<Duration> {
        self.timeouts().map(|timeouts| timeouts.statement)
    }

    /// With what needs no work.
    fn control(&self) -> Option<Duration> {
        self.timeouts().map(|timeouts| timeouts.control)
    }
}

impl Tx {
    pub(super) async fn begin(on: Engine, begin: &'static str, limit: Limit) -> Result<Self> {
        let control = limit.control();
        let mut tx = Self::new(on, Begun::Yes, limit);
        tx.control(begin, control).await?;
        Ok(tx)
    }

    /// One that begins with its first statement; in a file, to which no others write or where others have begun.
    pub(super) fn to_begin(on: Engine, begin: &'static str, limit: Limit) -> Self {
        Self::new(on, Begun::Not(begin), limit)
    }

    /// One statement, which needs no transaction.
    pub(super) fn alone(on: Engine, limit: Limit) -> Self {
        Self::new(on, Begun::Never, limit)
    }

    fn new(on: Engine, begun: Begun, limit: Limit) -> Self {
        Self {
            on: Some(on),
            state: State {
                begun,
                limit,
                ..State::default()
            },
        }
    }

    pub(super) async fn commit(mut self) -> Result<()> {
        if self.state.doomed || self.state.deferred.is_lost() {
            // PostgreSQL answers `commit` of an aborted transaction with success and saves nothing.
            self.rollback().await;
            return Err(Error::Protocol("a statement failed, its error was dropped".into()));
        }
        if let Some(Engine::Writer(write_lock)) = &mut self.on
            && let Err(error) = self.state.make_changes(&mut write_lock.connection).await
        {
            self.rollback().await;
            return Err(error);
        }
        if self.state.begun != Begun::Yes {
            return Ok(());
        }
        if let Some(Engine::Writer(mut write_lock)) = self.on.take_if(|on| on.is_left_open()) {
            // Its savepoint would end with the commit, too.
            if write_lock.is_shared() && !write_lock.connection.send("release one") {
                write_lock.run("release one").await?;
            }
            return write_lock.leave().await;
        }
        self.control("commit", self.state.limit.statement()).await?;
        self.over();
        Ok(())
    }

    pub(super) async fn rollback(mut self) {
        if let Some(undone) = self.undo() {
            // An error would be that the process ends.
            drop(undone.await);
        } else if !self.state.unclean && self.is_postgres() {
            self.give_back().await;
        }
    }

    /// Undoes what a writer has done, who may have neighbours; `None` where there is nothing to keep for others.
    fn undo(&mut self) -> Option<JoinHandle<()>> {
        if self.state.begun != Begun::Yes {
            return None;
        }
        let unclean = self.state.unclean;
        match self
            .on
            .take_if(|on| matches!(on, Engine::Writer(write_lock) if write_lock.is_shared() || !unclean))?
        {
            Engine::Writer(write_lock) => Some(write_lock.undo()),
            Engine::Sqlite(_) | Engine::Postgres(_) => None,
        }
    }

    /// Rolls back, and leaves the connection to others.
    async fn give_back(mut self) {
        let limit = self.state.limit.control();
        match self.control("rollback", limit).await {
            Ok(()) => self.over(),
            // A lost connection has rolled back by itself.
            Err(error) => tracing::debug!(%error, "not rolled back; the connection is closed"),
        }
    }

    /// Its connection is for others now.
    fn over(&mut self) {
        if let Some(Engine::Writer(write_lock)) = self.on.take() {
            write_lock.end();
        }
    }

    /// Begins or ends it.
    async fn control(&mut self, sql: impl SqlSafeStr, limit: Option<Duration>) -> Result<()> {
        let sql = sqlx::raw_sql(sql);
        let Some(on) = &mut self.on else { return Ok(()) };
        self.state.unclean = true;
        self.state.statements += 1;
        match on {
            Engine::Sqlite(file) => {
                let done = sql.execute(file.ask()).await;
                file.answered(done)?;
            }
            Engine::Writer(write_lock) => {
                let done = sql.execute(write_lock.connection.ask()).await;
                write_lock.connection.answered(done)?;
            }
            Engine::Postgres(connection) => within(limit, sql.execute(&mut **connection)).await.map(drop)?,
        }
        self.state.unclean = false;
        Ok(())
    }

    /// A statement with `$1…$n` for its parameters.
    pub fn query(&mut self, sql: &'static str) -> Query<'_> {
        self.prepare(sql)
    }

    pub(super) fn prepare(&mut self, sql: impl SqlSafeStr) -> Query<'_> {
        let sql = sql.into_sql_str();
        let wanted = statement::arity(sql.as_str());
        let run = self.on.as_mut().map(|on| match on {
            Engine::Sqlite(connection) => Run::Sqlite(connection, sqlx::query(sql)),
            Engine::Writer(write_lock) => Run::Sqlite(&mut write_lock.connection, sqlx::query(sql)),
            Engine::Postgres(connection) => Run::Postgres(connection, sqlx::query(sql)),
        });
        Query::new(run, wanted, &mut self.state)
    }

    /// A statement that is to touch one row.
    pub fn change(&mut self, sql: &'static str) -> Query<'_, OneRow> {
        self.prepare_change(sql)
    }

    pub(super) fn prepare_change(&mut self, sql: impl SqlSafeStr) -> Query<'_, OneRow> {
        if self.is_postgres() {
            return self.prepare(sql).known();
        }
        let sql = sql.into_sql_str();
        let wanted = statement::arity(sql.as_str());
        self.state.doomed |= self.state.deferred.is_lost();
        let query = self.state.deferred.begin(sql);
        let run = self
            .on
            .as_mut()
            .and_then(|on| on.file())
            .map(|file| Run::Sqlite(file, query));
        Query::new(run, wanted, &mut self.state).known()
    }

    /// Whether nobody else writes while it lasts.
    pub fn writes_alone(&self) -> bool {
        !self.is_postgres()
    }

    /// How many statements it took so far, and takes to end.
    pub fn statements(&self) -> u32 {
        self.state.statements + 1
    }

    pub(super) fn is_postgres(&self) -> bool {
        matches!(self.on, Some(Engine::Postgres(_)))
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        drop(self.undo());
        let Some(on) = self.on.take() else { return };
        if let Some(watch) = self.state.limit.watch() {
            if self.state.unclean {
                watch.give_up();
            } else {
                watch.end();
            }
        }
        let has_begun = self.state.begun == Begun::Yes;
        match on {
            Engine::Writer(write_lock) if !has_begun => write_lock.pass_on(),
            // It is closed with its turn.
            Engine::Writer(_) => {}
            Engine::Sqlite(connection) if self.state.unclean => discard(connection),
            Engine::Postgres(connection) if self.state.unclean => discard(connection),
            Engine::Sqlite(mut connection) => {
                if has_begun && !connection.send("rollback") {
                    discard(connection);
                }
            }
            Engine::Postgres(_) if !has_begun => {}
            // Nobody waits for it: what was only read, or whose caller has gone. A runtime that ends drops what it is
            // given to do: then the connection is closed, and not handed on once more.
            Engine::Postgres(_) => {
                let rest = Self {
                    on: Some(on),
                    state: State {
                        unclean: true,
                        limit: self.state.limit.clone(),
                        ..State::default()
                    },
                };
                tokio::spawn(rest.give_back());
            }
        }
    }
}

impl Engine {
    /// Whether it is a writer who leaves the commit to others.
    fn is_left_open(&self) -> bool {
        matches!(self, Self::Writer(write_lock) if write_lock.is_left_open())
    }

    /// Its connection to a file.
    fn file(&mut self) -> Option<&mut FileConnection> {
        match self {
            Self::Sqlite(connection) => Some(connection),
            Self::Writer(write_lock) => Some(&mut write_lock.connection),
            Self::Postgres(_) => None,
        }
    }
}

impl State {
    /// Begins it, if its first statement comes now.
    pub(super) async fn begin(&mut self, file: &mut FileConnection) -> Result<()> {
        let Begun::Not(begin) = self.begun else { return Ok(()) };
        self.begun = Begun::Yes;
        self.statements += 1;
        if file.send(begin) {
            return Ok(());
        }
        self.unclean = true;
        let answer = sqlx::query(begin).execute(file.ask()).await;
        self.settled(file.answered(answer)).map(drop)
    }

    /// After what time a statement is given up.
    pub(super) fn timeouts(&self) -> Option<Duration> {
        self.limit.statement()
    }

    /// A statement begins.
    pub(super) fn begun(&mut self) {
        self.unclean = true;
        self.statements += 1;
        if let Some(watch) = self.limit.watch() {
            watch.begin();
        }
    }

    /// A statement is over. Whether the connection is still of use, its error tells.
    pub(super) fn settled<T>(&mut self, result: Result<T>) -> Result<T> {
        self.doomed |= result.is_err();
        self.unclean = matches!(
            result,
            Err(Error::Io(_) | Error::Tls(_) | Error::Protocol(_) | Error::WorkerCrashed)
        );
        result
    }
}

#[cfg(test)]
mod tests;
