//! SQLite: an embedded file in WAL mode, with many readers and one writer.

use std::{
    fs, io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant as Monotonic},
};

use deadpool::managed::{Manager, Metrics, RecycleResult};
use sqlx::{
    ConnectOptions as _, Error, Result,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::time::timeout;

use super::{
    Limits,
    file_connection::FileConnection,
    group_commit::Writer,
    pool::{ConnectionManager, Pool, Usage},
    tx::{Engine, Limit, Tx},
    watch::Watch,
};

/// Bytes of the file that readers look into where the system has them, instead of copying each page to a cache of
/// their own.
const MAPPED: &str = "33554432";

/// Rows that a connection's thread reads ahead.
const AHEAD: usize = 512;

/// By so much SQLite may be late to say that it has waited long enough.
const LATE: Duration = Duration::from_millis(250);

/// How transactions begin: who writes in one of others takes a savepoint.
const READ: &str = "begin";
const WRITE: &str = "begin immediate";
const JOIN: &str = "savepoint one";

/// SQLite.
#[derive(Clone)]
pub struct Embedded {
    /// The file that was opened; `None` where it is only looked at.
    opened: Option<Arc<OpenFile>>,
    readers: Pool<Readers>,
    pub(super) writer: Writer,
    /// How long a caller waits to write.
    lock: Duration,
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
            .row_buffer_size(AHEAD)
            .disable_statement_logging();
        // What a savepoint may have to restore was five of six pages that went to the system, to a file of its own.
        let writer = Writer::new(options.clone().pragma("temp_store", "memory"), limits.lock);
        writer.acquire().await?.end();
        let opened = OpenFile::find(options.get_filename())?;
        // Where it has gone since, an empty one would come in its place.
        let options = options.create_if_missing(false).pragma("mmap_size", MAPPED);
        Self::new(options, limits, writer, Some(Arc::new(opened))).await
    }

    /// Opens what is there, and changes nothing.
    pub(super) async fn open_to_read(url: &str) -> Result<Self> {
        let options = url
            .parse::<SqliteConnectOptions>()?
            .read_only(true)
            .disable_statement_logging();
        let limits = Limits {
            connections: 1,
            ..Limits::default()
        };
        let writer = Writer::new(options.clone(), limits.lock);
        Self::new(options, limits, writer, None).await
    }

    async fn new(
        options: SqliteConnectOptions,
        limits: Limits,
        writer: Writer,
        opened: Option<Arc<OpenFile>>,
    ) -> Result<Self> {
        let readers = Readers {
            options,
            opened: opened.clone(),
        };
        let readers = Pool::new(readers, limits.connections, limits.wait)?;
        // While one is open the log beside the file stays, also where there is no room for a new one.
        drop(readers.get().await?);
        Ok(Self {
            opened,
            readers,
            writer,
            lock: limits.lock,
            statement: limits.statement,
        })
    }

    pub(super) async fn read(&self) -> Result<Tx> {
        let on = Engine::Sqlite(self.readers.get().await?);
        Ok(Tx::to_begin(on, READ, Limit::None))
    }

    pub(super) async fn read_once(&self) -> Result<Tx> {
        Ok(Tx::alone(Engine::Sqlite(self.readers.get().await?), Limit::None))
    }

    pub(super) async fn scan(&self) -> Result<Tx> {
        let mut connection = self.readers.get().await?;
        let watch = Watch::over(&mut connection, self.statement).await?;
        let on = Engine::Sqlite(connection);
        Ok(Tx::to_begin(on, READ, Limit::Watch(watch)))
    }

    pub(super) async fn write(&self) -> Result<Tx> {
        let since = Monotonic::now();
        // Each time: it takes a millionth of a second, and what is written to a file that nobody finds again is lost.
        self.opened.as_deref().map_or(Ok(()), OpenFile::must_be_there)?;
        let write_lock = self.writer.acquire().await?;
        if write_lock.is_shared() {
            return Ok(Tx::to_begin(Engine::Writer(write_lock), JOIN, Limit::None));
        }
        // Another process may be writing. Whoever has waited for others of ours, who waited for it, has waited for it too.
        let left = self.lock.saturating_sub(since.elapsed()) + LATE;
        let begun = timeout(left, Tx::begin(Engine::Writer(write_lock), WRITE, Limit::None)).await;
        begun.map_err(|_| Error::PoolTimedOut)?
    }

    pub(super) fn usage(&self) -> Usage {
        let mut usage = self.readers.usage();
        usage.waiting += self.writer.waiting();
        usage
    }

    pub(super) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// A file, and which one it is, whatever it is called later.
pub(super) struct OpenFile {
    path: PathBuf,
    device: u64,
    inode: u64,
}

impl OpenFile {
    fn find(path: &Path) -> Result<Self> {
        let found = fs::metadata(path)?;
        Ok(Self {
            path: path.to_owned(),
            device: found.dev(),
            inode: found.ino(),
        })
    }

    /// Fails where it was deleted, moved away or replaced.
    fn must_be_there(&self) -> Result<()> {
        let found = Self::find(&self.path);
        if found.is_ok_and(|found| (found.device, found.inode) == (self.device, self.inode)) {
            return Ok(());
        }
        let gone = format!(
            "{} is not the file that was opened: it was deleted, moved or replaced. Put it back, or restart the service",
            self.path.display()
        );
        Err(io::Error::new(io::ErrorKind::NotFound, gone).into())
    }
}

/// Those who read the file. Their connections are good for as long as the process runs.
pub(super) struct Readers {
    options: SqliteConnectOptions,
    opened: Option<Arc<OpenFile>>,
}

impl Manager for Readers {
    type Type = FileConnection;
    type Error = Error;

    async fn create(&self) -> Result<FileConnection> {
        // One that opens another file would see other rows than its neighbours.
        self.opened.as_deref().map_or(Ok(()), OpenFile::must_be_there)?;
        Box::pin(FileConnection::open(&self.options)).await
    }

    async fn recycle(&self, _: &mut FileConnection, _: &Metrics) -> RecycleResult<Error> {
        Ok(())
    }
}

impl ConnectionManager for Readers {
    async fn close(connection: FileConnection) -> Result<()> {
        connection.close().await
    }
}
