//! The only module that knows there are two databases.
//!
//! A [`Db`] opens transactions, a [`Tx`] runs statements. Each statement is written once, in the SQL
//! both engines understand; the compiler proves that both can encode its parameters and decode its
//! rows, the test suite runs it on both.
#![expect(clippy::disallowed_methods, reason = "the one place that hands statements to sqlx")]

mod listener;
mod statement;

use std::time::Duration;

use sqlx::{
    ConnectOptions, Encode, Error, FromRow, PgConnection, PgPool, Postgres, Result, SqlSafeStr, Sqlite,
    SqliteConnection, SqlitePool, Transaction, Type,
    migrate::{MigrateError, Migrator},
    postgres::{PgConnectOptions, PgListener, PgPoolOptions, PgRow},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous},
};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

pub use self::{
    listener::Listener,
    statement::{Statement, Value},
};

/// A value both engines can encode.
pub trait Bind<'q>: Encode<'q, Sqlite> + Type<Sqlite> + Encode<'q, Postgres> + Type<Postgres> + Send {}
impl<'q, T> Bind<'q> for T where T: Encode<'q, Sqlite> + Type<Sqlite> + Encode<'q, Postgres> + Type<Postgres> + Send {}

/// A row type both engines can produce; `#[derive(FromRow)]` is enough.
pub trait Record: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Record for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// A database.
#[derive(Clone)]
pub enum Db {
    /// An embedded file in WAL mode: many readers, one writer. Writers queue for the one connection
    /// instead of polling for the file's lock.
    Sqlite {
        /// For reads.
        readers: SqlitePool,
        /// For writes.
        writer: SqlitePool,
    },
    /// A server.
    Postgres(PgPool),
}

/// How a database stands against the migrations in this binary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// All applied.
    Current,
    /// Some are not applied yet.
    Behind,
}

impl Db {
    /// Connects to `sqlite:…` or `postgres://…`; creates a missing SQLite file.
    pub async fn connect(url: &str, connections: u32) -> Result<Self> {
        if !url.starts_with("sqlite:") {
            let options = url
                .parse::<PgConnectOptions>()?
                .application_name("duban")
                .disable_statement_logging();
            let pool = PgPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(Duration::from_secs(5))
                .connect_with(options)
                .await?;
            return Ok(Self::Postgres(pool));
        }
        // synchronous FULL: an acknowledged write survives a power cut, not only a crash. Writes of
        // this service are few; losing one that was confirmed is what it must not do.
        let options = url
            .parse::<SqliteConnectOptions>()?
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(10))
            .disable_statement_logging();
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(30))
            .connect_with(options.clone())
            .await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(Duration::from_secs(5))
            .connect_with(options)
            .await?;
        Ok(Self::Sqlite { readers, writer })
    }

    /// Connects like [`Db::connect`] to what is there, with one connection, and changes nothing.
    pub async fn connect_to_read(url: &str) -> Result<Self> {
        if !url.starts_with("sqlite:") {
            return Self::connect(url, 1).await;
        }
        let options = url
            .parse::<SqliteConnectOptions>()?
            .read_only(true)
            .disable_statement_logging();
        let readers = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options)
            .await?;
        let writer = readers.clone();
        Ok(Self::Sqlite { readers, writer })
    }

    /// Applies what is missing. Replicas that start together wait for one another.
    pub async fn migrate(&self) -> Result<(), MigrateError> {
        match self {
            Self::Sqlite { writer, .. } => SQLITE.run(writer).await,
            Self::Postgres(pool) => POSTGRES.run(pool).await,
        }
    }

    /// Whether the database is reachable, and has all migrations of this binary.
    pub async fn schema(&self) -> Result<Schema> {
        let wanted = match self {
            Self::Sqlite { .. } => SQLITE.iter().map(|migration| migration.version).max(),
            Self::Postgres(_) => POSTGRES.iter().map(|migration| migration.version).max(),
        };
        let sql = "select cast(coalesce(max(version), 0) as bigint) from _sqlx_migrations where success";
        let applied: Result<(i64,)> = self.read(async |tx| tx.query(sql).one().await).await;
        match applied {
            Ok((applied,)) if Some(applied) >= wanted => Ok(Schema::Current),
            Ok(_) | Err(Error::Database(_)) => Ok(Schema::Behind),
            Err(error) => Err(error),
        }
    }

    /// Whether other processes may write to it and tell us so with notifications.
    pub fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// Runs `work` on one consistent snapshot; never commits.
    pub async fn read<R, E: From<Error>>(&self, work: impl AsyncFnOnce(&mut Tx) -> Result<R, E>) -> Result<R, E> {
        let on = match self {
            Self::Sqlite { readers, .. } => Engine::Sqlite(readers.begin().await?),
            Self::Postgres(pool) => Engine::Postgres(
                pool.begin_with("begin isolation level repeatable read read only")
                    .await?,
            ),
        };
        work(&mut Tx { on, doomed: false }).await
    }

    /// Commits when `work` returns `Ok`, rolls back otherwise.
    ///
    /// Writers on different things run side by side on PostgreSQL: a command locks what it changes
    /// with [`Tx::lock`].
    pub async fn write<R, E: From<Error>>(&self, work: impl AsyncFnOnce(&mut Tx) -> Result<R, E>) -> Result<R, E> {
        let on = match self {
            Self::Sqlite { writer, .. } => Engine::Sqlite(writer.begin_with("begin immediate").await?),
            Self::Postgres(pool) => Engine::Postgres(pool.begin().await?),
        };
        let mut tx = Tx { on, doomed: false };
        let value = match work(&mut tx).await {
            Ok(value) => value,
            Err(error) => {
                // Now, not some time after the caller has heard of it: its locks must be gone by then.
                tx.rollback().await;
                return Err(error);
            }
        };
        if tx.doomed {
            // PostgreSQL answers `commit` of an aborted transaction with success and saves nothing.
            tx.rollback().await;
            return Err(Error::Protocol("a statement failed, its error was dropped".into()).into());
        }
        match tx.on {
            Engine::Sqlite(tx) => tx.commit().await?,
            Engine::Postgres(tx) => tx.commit().await?,
        }
        Ok(value)
    }

    /// A listener on `channel`; `None` where there is nobody else to hear from.
    pub async fn listen(&self, channel: &str) -> Result<Option<Listener>> {
        let Self::Postgres(pool) = self else { return Ok(None) };
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(channel).await?;
        Ok(Some(Listener(listener)))
    }

    /// Whether it was closed.
    pub fn is_closed(&self) -> bool {
        match self {
            Self::Sqlite { writer, .. } => writer.is_closed(),
            Self::Postgres(pool) => pool.is_closed(),
        }
    }

    /// Closes all connections, after what runs has ended.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// A transaction.
pub struct Tx {
    on: Engine,
    /// A failed statement dooms the transaction on PostgreSQL; so it does on SQLite, here.
    doomed: bool,
}

enum Engine {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    /// A statement with `$1…$n` for its parameters.
    pub fn query(&mut self, sql: &'static str) -> Query<'_> {
        self.prepare(sql)
    }

    /// A connection that is lost has rolled back by itself.
    async fn rollback(self) {
        let done = match self.on {
            Engine::Sqlite(tx) => tx.rollback().await,
            Engine::Postgres(tx) => tx.rollback().await,
        };
        if let Err(error) = done {
            tracing::warn!(%error, "rollback");
        }
    }

    fn prepare(&mut self, sql: impl SqlSafeStr) -> Query<'_> {
        let sql = sql.into_sql_str();
        let wanted = statement::arity(sql.as_str());
        let run = match &mut self.on {
            Engine::Sqlite(tx) => Run::Sqlite(tx, sqlx::query(sql)),
            Engine::Postgres(tx) => Run::Postgres(tx, sqlx::query(sql)),
        };
        Query {
            run,
            wanted,
            bound: 0,
            doomed: &mut self.doomed,
        }
    }

    /// Waits until no other transaction holds `thing`, and holds it until this one ends.
    /// SQLite has one writer at a time anyway.
    pub async fn lock(&mut self, thing: &str) -> Result<()> {
        self.advisory("select pg_advisory_xact_lock(hashtextextended($1, 0))", thing)
            .await
    }

    /// Like [`Tx::lock`], for those who only need that `thing` stays as it is: they do not wait for
    /// one another.
    pub async fn lock_shared(&mut self, thing: &str) -> Result<()> {
        self.advisory("select pg_advisory_xact_lock_shared(hashtextextended($1, 0))", thing)
            .await
    }

    async fn advisory(&mut self, lock: &'static str, thing: &str) -> Result<()> {
        if let Engine::Postgres(tx) = &mut self.on {
            sqlx::query(lock)
                .bind(thing)
                .execute(&mut **tx)
                .await
                .inspect_err(|_| self.doomed = true)?;
        }
        Ok(())
    }

    /// Like [`Tx::lock`], but `false` at once when another transaction holds it.
    pub async fn try_lock(&mut self, thing: &str) -> Result<bool> {
        let Engine::Postgres(tx) = &mut self.on else {
            return Ok(true);
        };
        let lock = "select pg_try_advisory_xact_lock(hashtextextended($1, 0))";
        sqlx::query_scalar(lock)
            .bind(thing)
            .fetch_one(&mut **tx)
            .await
            .inspect_err(|_| self.doomed = true)
    }

    /// Tells the listeners on `channel`, if this commits.
    pub async fn notify(&mut self, channel: &str, payload: &str) -> Result<()> {
        if let Engine::Postgres(tx) = &mut self.on {
            let notify = "select pg_notify($1, $2)";
            sqlx::query(notify)
                .bind(channel)
                .bind(payload)
                .execute(&mut **tx)
                .await
                .inspect_err(|_| self.doomed = true)?;
        }
        Ok(())
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
    run: Run<'t>,
    wanted: usize,
    bound: usize,
    doomed: &'t mut bool,
}

impl<'t> Query<'t> {
    /// Binds the next parameter.
    pub fn bind<'q>(self, value: impl Bind<'q>) -> Self {
        let run = match self.run {
            Run::Sqlite(conn, query) => Run::Sqlite(conn, query.bind(value)),
            Run::Postgres(conn, query) => Run::Postgres(conn, query.bind(value)),
        };
        Self {
            run,
            bound: self.bound + 1,
            ..self
        }
    }

    /// All rows.
    pub async fn all<T: Record>(self) -> Result<Vec<T>> {
        let (run, doomed) = self.checked()?;
        let rows = match run {
            Run::Sqlite(conn, query) => query
                .fetch_all(conn)
                .await
                .and_then(|rows| rows.iter().map(T::from_row).collect()),
            Run::Postgres(conn, query) => query
                .fetch_all(conn)
                .await
                .and_then(|rows| rows.iter().map(T::from_row).collect()),
        };
        rows.inspect_err(|_| *doomed = true)
    }

    /// The row, if there is one.
    pub async fn optional<T: Record>(self) -> Result<Option<T>> {
        let (run, doomed) = self.checked()?;
        let row = match run {
            Run::Sqlite(conn, query) => query
                .fetch_optional(conn)
                .await
                .and_then(|row| row.as_ref().map(T::from_row).transpose()),
            Run::Postgres(conn, query) => query
                .fetch_optional(conn)
                .await
                .and_then(|row| row.as_ref().map(T::from_row).transpose()),
        };
        row.inspect_err(|_| *doomed = true)
    }

    /// The row; none is an error.
    pub async fn one<T: Record>(self) -> Result<T> {
        self.optional().await?.ok_or(Error::RowNotFound)
    }

    /// The number of rows changed.
    pub async fn execute(self) -> Result<u64> {
        let (run, doomed) = self.checked()?;
        let done = match run {
            Run::Sqlite(conn, query) => query.execute(conn).await.map(|done| done.rows_affected()),
            Run::Postgres(conn, query) => query.execute(conn).await.map(|done| done.rows_affected()),
        };
        done.inspect_err(|_| *doomed = true)
    }

    /// SQLite binds a missing parameter as null without a word; refuse it on both engines.
    fn checked(self) -> Result<(Run<'t>, &'t mut bool)> {
        if self.bound == self.wanted {
            return Ok((self.run, self.doomed));
        }
        *self.doomed = true;
        Err(Error::Protocol(format!(
            "statement takes {} parameters, {} bound",
            self.wanted, self.bound
        )))
    }
}
