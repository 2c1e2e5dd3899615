//! The only module that knows there are two databases.
//!
//! A [`Db`] opens transactions, a [`Tx`] runs statements. Each statement is written once, in the SQL
//! both engines understand; the compiler proves that both can encode its parameters and decode its
//! rows, the test suite runs it on both.
#![expect(clippy::disallowed_methods, reason = "the one place that hands statements to sqlx")]

mod deferred;
mod embedded;
mod failure;
mod file_connection;
mod group_commit;
mod listener;
mod pool;
mod query;
mod search;
mod server;
mod session;
mod statement;
mod tx;
mod watch;

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{
    Encode, Error, FromRow, Postgres, Result, Sqlite, Type,
    migrate::{MigrateError, Migrator},
    postgres::PgRow,
    sqlite::SqliteRow,
};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

pub use self::{
    embedded::Embedded,
    failure::Failure,
    listener::Listener,
    pool::Usage,
    query::{OneRow, Query},
    search::Words,
    server::Server,
    statement::{Open, Statement, Value},
    tx::Tx,
};

/// A value both engines can encode.
pub trait Bind<'q>: Encode<'q, Sqlite> + Type<Sqlite> + Encode<'q, Postgres> + Type<Postgres> + Send {}
impl<'q, T> Bind<'q> for T where T: Encode<'q, Sqlite> + Type<Sqlite> + Encode<'q, Postgres> + Type<Postgres> + Send {}

/// A row type both engines can produce; `#[derive(FromRow)]` is enough.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// A value that says nothing by itself: a number, a day, yes or no, an id.
pub trait Plain {}
impl Plain for bool {}
impl Plain for i64 {}
impl Plain for NaiveDate {}
impl Plain for DateTime<Utc> {}
impl<T: Plain> Plain for Option<T> {}

/// A row that may be read by a statement of which `S` is known. By any may be read one or two plain values, and a row that
/// says so itself, and why nobody is shown by it what is not for him. All others need a scope:
///
/// ```compile_fail
/// # use duban::db::{Record, Tx};
/// #[derive(sqlx::FromRow)]
/// struct Secret { text: String }
/// async fn secrets(tx: &mut Tx) -> sqlx::Result<Vec<Secret>> {
///     tx.query("select text from feedback").all().await
/// }
/// ```
///
/// ```
/// # use duban::db::{Record, Tx};
/// # #[derive(sqlx::FromRow)]
/// # struct Secret { text: String }
/// # async fn secrets(tx: &mut Tx) -> sqlx::Result<Vec<Secret>> {
/// #     tx.query("select text from feedback").all().await
/// # }
/// /// It is shown to nobody.
/// impl Record for Secret {}
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can be read within a scope only",
    label = "by a statement that is `within` what `store::scope::shown_by` says; or say why not: `impl Record for …`"
)]
pub trait Record<S = Open>: Row {}
impl<A: Plain> Record for (A,) where (A,): Row {}
impl<A: Plain, B: Plain> Record for (A, B) where (A, B): Row {}

/// A database.
#[derive(Clone)]
pub enum Db {
    /// An embedded file in WAL mode: many readers, one writer.
    Sqlite(Embedded),
    /// A server.
    Postgres(Server),
}

/// What the database may take of us, and we of it.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Most connections.
    pub connections: u32,
    /// How long a caller waits for a connection, and for an answer that needs no work.
    pub wait: Duration,
    /// How long for what another transaction holds; on SQLite also for the one writer.
    pub lock: Duration,
    /// How long a statement may run; on SQLite only one that scans.
    pub statement: Duration,
    /// How long a transaction may rest between two statements. SQLite has no such limit.
    pub idle: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 8,
            wait: Duration::from_secs(5),
            lock: Duration::from_secs(10),
            statement: Duration::from_secs(15),
            idle: Duration::from_mins(1),
        }
    }
}

/// Why migrations are not applied.
#[derive(Debug, thiserror::Error)]
pub enum NotMigrated {
    /// A later release has been there.
    #[error(
        "the database has migration {0} of a later release, which this binary does not know. While replicas are \
         upgraded one by one, start those of the older release with DUBAN_MIGRATE=false; else use the later release \
         (docs/operate/upgrades.md)"
    )]
    Newer(i64),
    /// One of them failed.
    #[error(transparent)]
    Failed(MigrateError),
}

/// How a database stands against the migrations in this binary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// All applied.
    Current,
    /// All applied, in a database that takes no changes: a standby, or one that was told so.
    ReadOnly,
    /// Some are not applied yet.
    Behind,
}

impl Db {
    /// Connects to `sqlite:…` or `postgres://…`; creates a missing SQLite file.
    pub async fn connect(url: &str, limits: Limits) -> Result<Self> {
        if url.starts_with("sqlite:") {
            Embedded::open(url, limits).await.map(Self::Sqlite)
        } else {
            Server::connect(url, limits).await.map(Self::Postgres)
        }
    }

    /// Connects like [`Db::connect`] to what is there, with one connection, and changes nothing.
    pub async fn connect_to_read(url: &str) -> Result<Self> {
        if !url.starts_with("sqlite:") {
            // Somebody waits for what it has to tell, however long the log is and however much the server has to do.
            let limits = Limits {
                connections: 1,
                wait: Duration::from_secs(30),
                statement: Duration::from_hours(1),
                ..Limits::default()
            };
            return Self::connect(url, limits).await;
        }
        Embedded::open_to_read(url).await.map(Self::Sqlite)
    }

    /// Applies what is missing. Replicas that start together wait for one another.
    pub async fn migrate(&self) -> Result<(), NotMigrated> {
        let done = match self {
            Self::Sqlite(file) => file.writer.migrate(&SQLITE).await,
            Self::Postgres(server) => server.migrate(&POSTGRES).await,
        };
        done.map_err(|error| match error {
            MigrateError::VersionMissing(version) => NotMigrated::Newer(version),
            error => NotMigrated::Failed(error),
        })
    }

    /// Whether the database is reachable, has all migrations of this binary, and takes changes.
    pub async fn schema(&self) -> Result<Schema> {
        let (migrations, takes_none) = match self {
            Self::Sqlite(_) => (&SQLITE, "false"),
            // By default, not in this transaction: that only reads.
            Self::Postgres(_) => (
                &POSTGRES,
                "pg_is_in_recovery() or current_setting('default_transaction_read_only') = 'on'",
            ),
        };
        let sql = || {
            Statement::new("select cast(coalesce(max(version), 0) as bigint), ")
                .push(takes_none)
                .push(" from _sqlx_migrations where success")
        };
        let found: Result<(i64, bool)> = self.read_once(async |tx| tx.run(sql()).one().await).await;
        match found {
            Ok((applied, _)) if Some(applied) < migrations.iter().map(|migration| migration.version).max() => {
                Ok(Schema::Behind)
            }
            Ok((_, takes_none)) => Ok(if takes_none { Schema::ReadOnly } else { Schema::Current }),
            Err(error) if Failure::of(&error) == Failure::Unmigrated => Ok(Schema::Behind),
            Err(error) => Err(error),
        }
    }

    /// Whether other processes may write to it and tell us so with notifications.
    pub fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// Runs `work` on one consistent snapshot; never commits.
    pub async fn read<R, E: From<Error>>(&self, work: impl AsyncFnOnce(&mut Tx) -> Result<R, E>) -> Result<R, E> {
        let mut tx = match self {
            Self::Sqlite(file) => file.read().await?,
            Self::Postgres(server) => server.read().await?,
        };
        work(&mut tx).await
    }

    /// Runs one statement. To begin and to end would cost a server twice as much again.
    pub async fn read_once<R>(&self, look: impl AsyncFn(&mut Tx) -> Result<R>) -> Result<R> {
        match self {
            Self::Sqlite(file) => look(&mut file.read_once().await?).await,
            Self::Postgres(server) => server.read_once(look).await,
        }
    }

    /// Like [`Db::read`], for what looks at many rows: a statement that takes longer than is allowed ends with
    /// an error, one whose caller has gone ends too.
    pub async fn scan<R, E: From<Error>>(&self, work: impl AsyncFnOnce(&mut Tx) -> Result<R, E>) -> Result<R, E> {
        let Self::Sqlite(file) = self else {
            // It has these limits for all statements.
            return self.read(work).await;
        };
        let mut tx = file.scan().await?;
        work(&mut tx).await
    }

    /// Commits when `work` returns `Ok`, rolls back otherwise.
    ///
    /// Writers on different things run side by side on PostgreSQL: a command locks what it changes
    /// with [`Tx::lock`].
    pub async fn write<R, E: From<Error>>(&self, work: impl AsyncFnOnce(&mut Tx) -> Result<R, E>) -> Result<R, E> {
        let mut tx = match self {
            Self::Sqlite(file) => file.write().await?,
            Self::Postgres(server) => server.write().await?,
        };
        match work(&mut tx).await {
            Ok(value) => {
                tx.commit().await?;
                Ok(value)
            }
            Err(error) => {
                // Now, not some time after the caller has heard of it: its locks must be gone by then.
                tx.rollback().await;
                Err(error)
            }
        }
    }

    /// After many rows have come at once: lets a server learn what is in its tables, as it would by itself some minutes
    /// later. Until then it looks through all of them where an index would do.
    pub async fn analyze(&self) -> Result<()> {
        match self {
            // Its plans do not depend on it.
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(server) => server.analyze().await,
        }
    }

    /// A listener on `channel`; `None` where there are no other replicas.
    pub async fn listen(&self, channel: &str) -> Result<Option<Listener>> {
        match self {
            Self::Sqlite(_) => Ok(None),
            Self::Postgres(server) => server.listen(channel).await.map(Some),
        }
    }

    /// How its connections are used. On SQLite those who wait for their turn to write wait for one too.
    pub fn usage(&self) -> Usage {
        match self {
            Self::Sqlite(file) => file.usage(),
            Self::Postgres(server) => server.pool.usage(),
        }
    }

    /// Closes all connections, after what runs has ended. A server that does not answer is not waited for.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(file) => file.close().await,
            Self::Postgres(server) => server.close().await,
        }
    }
}
