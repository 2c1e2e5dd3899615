//! SQLite: an embedded file in WAL mode, with many readers and one writer.

use std::time::Duration;

use sqlx::{
    ConnectOptions, Result, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{
    Limits,
    group_commit::Writer,
    opened::Opened,
    tx::{Engine, Limit, Tx},
    watch::Watch,
};

/// Bytes of the file that readers look into where the system has them, instead of copying each page to a cache of
/// their own.
const MAPPED: &str = "33554432";

/// How transactions begin: who writes in one of others takes a savepoint.
const READ: &str = "begin";
const WRITE: &str = "begin immediate";
const JOIN: &str = "savepoint one";

/// SQLite.
#[derive(Clone)]
pub struct Embedded {
    readers: SqlitePool,
    pub(super) writer: Writer,
    opened: Opened,
    /// How long a statement of a scan may run.
    statement: Duration,
}

impl Embedded {
    /// Opens a file, and creates a missing one.
    pub(super) async fn open(url: &str, limits: Limits) -> Result<Self> {
        // synchronous FULL: an acknowledged write survives a power cut, not only a crash. Losing one that was
        // confirmed is what it must not do.
        let options = url
            .parse::<SqliteConnectOptions>()?
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(limits.lock)
            .disable_statement_logging();
        let writer = Writer::new(options.clone(), limits.lock);
        writer.turn().await?.end();
        let readers = pool(limits.connections)
            .acquire_timeout(limits.wait)
            // While one is open the log beside the file stays, also where there is no room for a new one.
            .min_connections(1)
            .connect_with(options.pragma("mmap_size", MAPPED))
            .await?;
        Ok(Self::new(readers, writer, limits.statement))
    }

    /// Opens what is there, and changes nothing.
    pub(super) async fn open_to_read(url: &str) -> Result<Self> {
        let options = url
            .parse::<SqliteConnectOptions>()?
            .read_only(true)
            .disable_statement_logging();
        let limits = Limits::default();
        let writer = Writer::new(options.clone(), limits.lock);
        let readers = pool(1).connect_with(options).await?;
        Ok(Self::new(readers, writer, limits.statement))
    }

    fn new(readers: SqlitePool, writer: Writer, statement: Duration) -> Self {
        Self {
            readers,
            writer,
            opened: Opened::default(),
            statement,
        }
    }

    pub(super) async fn read(&self) -> Result<Tx> {
        let on = Engine::Sqlite(self.readers.acquire().await?);
        Tx::begin(on, READ, &self.opened, Limit::None).await
    }

    pub(super) async fn scan(&self) -> Result<Tx> {
        let mut connection = self.readers.acquire().await?;
        let watch = Watch::over(&mut connection, self.statement).await?;
        let on = Engine::Sqlite(connection);
        Tx::begin(on, READ, &self.opened, Limit::Watch(watch)).await
    }

    pub(super) async fn write(&self) -> Result<Tx> {
        let turn = self.writer.turn().await?;
        let begin = if turn.is_shared() { JOIN } else { WRITE };
        Tx::begin(Engine::Writer(turn), begin, &self.opened, Limit::None).await
    }

    pub(super) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// A file's connections are good for as long as the process runs.
fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}
