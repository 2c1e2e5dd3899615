//! A transaction and its statements.
//!
//! It owns its connection. One that is not known to be as it was when it came, because a statement was
//! given up or the transaction could not be ended, is closed and not used again: what SQLite rolled back
//! by itself, or PostgreSQL still works on, must not meet the next caller.

use std::{io, sync::Arc, time::Duration};

use sqlx::{
    AssertSqlSafe, Encode, Error, PgConnection, Postgres, Result, SqlSafeStr, Sqlite, SqliteConnection, Type,
    pool::PoolConnection,
};

use tokio::time::timeout;

use super::{
    Bind, Record,
    opened::{Open, Opened},
    statement,
    watch::Watch,
};

/// A transaction.
pub struct Tx {
    /// `None` once it is over.
    on: Option<Engine>,
    state: State,
    /// Counted while it lasts, and passed on to who rolls it back.
    open: Open,
}

pub(super) enum Engine {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

#[derive(Default)]
struct State {
    /// A failed statement dooms the transaction on PostgreSQL; so it does on SQLite, here.
    doomed: bool,
    /// A statement is under way, or nobody knows what became of it.
    unclean: bool,
    limit: Limit,
    /// How many there were, to begin and to end it included.
    statements: u32,
}

/// After what time a server that does not answer is given up.
#[derive(Clone, Copy)]
pub(super) struct Patience {
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
    Patience(Patience),
    /// We do.
    Watch(Arc<Watch>),
}

impl Limit {
    fn patience(&self) -> Option<&Patience> {
        if let Self::Patience(patience) = self {
            Some(patience)
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
        self.patience().map(|patience| patience.statement)
    }

    /// With what needs no work.
    fn control(&self) -> Option<Duration> {
        self.patience().map(|patience| patience.control)
    }
}

impl Tx {
    pub(super) async fn begin(on: Engine, begin: &Arc<str>, opened: &Opened, limit: Limit) -> Result<Self> {
        let control = limit.control();
        let mut tx = Self {
            on: Some(on),
            state: State {
                limit,
                ..State::default()
            },
            open: opened.one(),
        };
        tx.control(AssertSqlSafe(begin.clone()), control).await?;
        Ok(tx)
    }

    pub(super) async fn commit(mut self) -> Result<()> {
        if self.state.doomed {
            // PostgreSQL answers `commit` of an aborted transaction with success and saves nothing.
            self.rollback().await;
            return Err(Error::Protocol("a statement failed, its error was dropped".into()));
        }
        self.control("commit", self.state.limit.statement()).await?;
        self.on = None;
        Ok(())
    }

    pub(super) async fn rollback(self) {
        if !self.state.unclean {
            self.give_back().await;
        }
    }

    /// Rolls back, and leaves the connection to others.
    async fn give_back(mut self) {
        let limit = self.state.limit.control();
        match self.control("rollback", limit).await {
            Ok(()) => self.on = None,
            // A lost connection has rolled back by itself; SQLite does too when its disk is full.
            Err(error) => tracing::debug!(%error, "not rolled back; the connection is closed"),
        }
    }

    /// Begins or ends it.
    async fn control(&mut self, sql: impl SqlSafeStr, limit: Option<Duration>) -> Result<()> {
        let sql = sqlx::raw_sql(sql);
        let Some(on) = &mut self.on else { return Ok(()) };
        self.state.unclean = true;
        self.state.statements += 1;
        match on {
            Engine::Sqlite(connection) => sql.execute(&mut **connection).await.map(drop)?,
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
            Engine::Postgres(connection) => Run::Postgres(connection, sqlx::query(sql)),
        });
        Query {
            run,
            wanted,
            bound: 0,
            state: &mut self.state,
        }
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

    /// Waits until no other transaction holds `thing`, and holds it until this one ends.
    /// SQLite has one writer at a time anyway.
    pub async fn lock(&mut self, thing: &str) -> Result<()> {
        self.on_postgres("select pg_advisory_xact_lock(hashtextextended($1, 0))", thing)
            .await
    }

    /// Like [`Tx::lock`], for those who only need that `thing` stays as it is: they do not wait for
    /// one another.
    pub async fn lock_shared(&mut self, thing: &str) -> Result<()> {
        self.on_postgres("select pg_advisory_xact_lock_shared(hashtextextended($1, 0))", thing)
            .await
    }

    pub(super) async fn on_postgres(&mut self, sql: &'static str, thing: &str) -> Result<()> {
        if self.is_postgres() {
            self.query(sql).bind(thing).execute().await?;
        }
        Ok(())
    }

    /// Like [`Tx::lock`], but `false` at once when another transaction holds it.
    pub async fn try_lock(&mut self, thing: &str) -> Result<bool> {
        if !self.is_postgres() {
            return Ok(true);
        }
        let lock = "select pg_try_advisory_xact_lock(hashtextextended($1, 0))";
        let (held,): (bool,) = self.query(lock).bind(thing).one().await?;
        Ok(held)
    }

    /// Tells the listeners on `channel`, if this commits.
    pub async fn notify(&mut self, channel: &str, payload: &str) -> Result<()> {
        if self.is_postgres() {
            let notify = "select pg_notify($1, $2)";
            self.query(notify).bind(channel).bind(payload).execute().await?;
        }
        Ok(())
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        let Some(mut on) = self.on.take() else { return };
        if self.state.unclean {
            if let Some(watch) = self.state.limit.watch() {
                watch.give_up();
            }
            match &mut on {
                Engine::Sqlite(connection) => connection.close_on_drop(),
                Engine::Postgres(connection) => connection.close_on_drop(),
            }
            return;
        }
        if let Some(watch) = self.state.limit.watch() {
            watch.end();
        }
        // Nobody waits for it: what was only read, or whose caller has gone. A runtime that ends drops what it is given
        // to do: then the connection is closed, and not handed on once more.
        let rest = Self {
            on: Some(on),
            state: State {
                unclean: true,
                limit: self.state.limit.clone(),
                ..State::default()
            },
            open: self.open.0.one(),
        };
        tokio::spawn(rest.give_back());
    }
}

type On<DB> = sqlx::query::Query<'static, DB, <DB as sqlx::Database>::Arguments>;

enum Run<'t> {
    Sqlite(&'t mut SqliteConnection, On<Sqlite>),
    Postgres(&'t mut PgConnection, On<Postgres>),
}

/// A statement on its way.
#[must_use]
pub struct Query<'t> {
    run: Option<Run<'t>>,
    wanted: usize,
    bound: usize,
    state: &'t mut State,
}

impl<'t> Query<'t> {
    /// Binds the next parameter.
    pub fn bind<'q>(self, value: impl Bind<'q>) -> Self {
        let run = self.run.map(|run| match run {
            Run::Sqlite(connection, query) => Run::Sqlite(connection, query.bind(value)),
            Run::Postgres(connection, query) => Run::Postgres(connection, query.bind(value)),
        });
        Self {
            run,
            bound: self.bound + 1,
            ..self
        }
    }

    /// Binds the next parameter, of a type that SQLite does not have.
    pub(super) fn bind_on_postgres<'q>(self, value: impl Encode<'q, Postgres> + Type<Postgres> + Send) -> Self {
        let run = self.run.map(|run| match run {
            Run::Sqlite(connection, query) => Run::Sqlite(connection, query),
            Run::Postgres(connection, query) => Run::Postgres(connection, query.bind(value)),
        });
        Self {
            run,
            bound: self.bound + 1,
            ..self
        }
    }

    /// All rows.
    pub async fn all<T: Record>(self) -> Result<Vec<T>> {
        let (run, state) = self.checked()?;
        let rows = match run {
            Run::Sqlite(connection, query) => query
                .fetch_all(connection)
                .await
                .and_then(|rows| rows.iter().map(T::from_row).collect()),
            Run::Postgres(connection, query) => within(state.limit.statement(), query.fetch_all(connection))
                .await
                .and_then(|rows| rows.iter().map(T::from_row).collect()),
        };
        state.settled(rows)
    }

    /// The row, if there is one.
    pub async fn optional<T: Record>(self) -> Result<Option<T>> {
        let (run, state) = self.checked()?;
        let row = match run {
            Run::Sqlite(connection, query) => query
                .fetch_optional(connection)
                .await
                .and_then(|row| row.as_ref().map(T::from_row).transpose()),
            Run::Postgres(connection, query) => within(state.limit.statement(), query.fetch_optional(connection))
                .await
                .and_then(|row| row.as_ref().map(T::from_row).transpose()),
        };
        state.settled(row)
    }

    /// The row; none is an error.
    pub async fn one<T: Record>(self) -> Result<T> {
        self.optional().await?.ok_or(Error::RowNotFound)
    }

    /// The number of rows changed.
    pub async fn execute(self) -> Result<u64> {
        let (run, state) = self.checked()?;
        let done = match run {
            Run::Sqlite(connection, query) => query.execute(connection).await.map(|done| done.rows_affected()),
            Run::Postgres(connection, query) => within(state.limit.statement(), query.execute(connection))
                .await
                .map(|done| done.rows_affected()),
        };
        state.settled(done)
    }

    /// SQLite binds a missing parameter as null without a word; refuse it on both engines.
    fn checked(self) -> Result<(Run<'t>, &'t mut State)> {
        let Some(run) = self.run.filter(|_| self.bound == self.wanted) else {
            self.state.doomed = true;
            return Err(Error::Protocol(format!(
                "statement takes {} parameters, {} bound",
                self.wanted, self.bound
            )));
        };
        self.state.unclean = true;
        self.state.statements += 1;
        if let Some(watch) = self.state.limit.watch() {
            watch.begin();
        }
        Ok((run, self.state))
    }
}

/// What does not come in time does not come.
async fn within<T>(limit: Option<Duration>, answer: impl Future<Output = Result<T>>) -> Result<T> {
    let Some(limit) = limit else { return answer.await };
    let late = |_| io::Error::new(io::ErrorKind::TimedOut, "the server does not answer");
    timeout(limit, answer).await.map_err(late)?
}

impl State {
    /// A statement is over. Whether the connection is still of use, its error tells.
    fn settled<T>(&mut self, result: Result<T>) -> Result<T> {
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
