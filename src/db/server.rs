//! PostgreSQL: its pool, and what its sessions are told.

use std::{io, time::Duration};

use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, Error, PgConnection, PgPool, Result,
    migrate::{MigrateError, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
};

use tokio::time::timeout;

use super::{
    Failure, Limits, Listener,
    pool::{ConnectionManager, Pool},
    session,
    tx::{Engine, Limit, Timeouts, Tx},
};

/// PostgreSQL.
#[derive(Clone)]
pub struct Server {
    /// For all but listening.
    pub(super) pool: Pool<Sessions>,
    /// For listening: one, and room for a new one while a lost one is being closed.
    listening: PgPool,
    timeouts: Timeouts,
}

impl Server {
    pub(super) async fn connect(url: &str, limits: Limits) -> Result<Self> {
        let options = url
            .parse::<PgConnectOptions>()?
            .application_name("duban")
            // A pooler refuses what it does not know, and we have no use for it.
            .extra_float_digits(None)
            .disable_statement_logging();
        let sessions = Sessions {
            options: options.clone(),
            limits,
        };
        // One is the listener's.
        let pool = Pool::new(sessions, limits.connections.saturating_sub(1).max(1), limits.wait)?;
        let listening = PgPoolOptions::new()
            .max_connections(3)
            .acquire_timeout(limits.wait)
            .idle_timeout(limits.idle)
            .connect_lazy_with(options);
        session::must_be_ours(&pool, &listening).await?;
        Ok(Self {
            pool,
            listening,
            timeouts: Timeouts {
                // It ends a statement by itself; whoever does not answer by then will not.
                statement: limits.statement + limits.wait,
                control: limits.wait,
            },
        })
    }

    /// Applies what is missing.
    pub(super) async fn migrate(&self, migrations: &Migrator) -> Result<(), MigrateError> {
        // A session without limits, for what takes the time it needs.
        let mut own = self.pool.manager().options.connect().await?;
        migrations.run(&mut own).await?;
        Ok(own.close().await?)
    }

    pub(super) async fn analyze(&self) -> Result<()> {
        let mut own = self.pool.manager().options.connect().await?;
        sqlx::raw_sql("analyze").execute(&mut own).await?;
        own.close().await
    }

    pub(super) async fn read(&self) -> Result<Tx> {
        self.begin("begin isolation level repeatable read read only").await
    }

    pub(super) async fn write(&self) -> Result<Tx> {
        self.begin("begin").await
    }

    async fn begin(&self, begin: &'static str) -> Result<Tx> {
        let mut retries = Retries(self.pool.most());
        loop {
            let on = Engine::Postgres(self.pool.get().await?);
            match Tx::begin(on, begin, Limit::Timeouts(self.timeouts)).await {
                Err(error) if retries.explains(&error) => {}
                outcome => return outcome,
            }
        }
    }

    pub(super) async fn read_once<R>(&self, look: impl AsyncFn(&mut Tx) -> Result<R>) -> Result<R> {
        let mut retries = Retries(self.pool.most());
        loop {
            let on = Engine::Postgres(self.pool.get().await?);
            match look(&mut Tx::alone(on, Limit::Timeouts(self.timeouts))).await {
                Err(error) if retries.explains(&error) => {}
                outcome => return outcome,
            }
        }
    }

    pub(super) async fn listen(&self, channel: &str) -> Result<Listener> {
        Listener::new(&self.listening, channel, self.timeouts.control).await
    }

    pub(super) async fn close(&self) {
        // The one that listens hears of it only when it is told.
        let both = async { tokio::join!(self.listening.close(), self.pool.close()) };
        if timeout(self.timeouts.control, both).await.is_err() {
            tracing::warn!("the database does not answer; its connections are not closed properly");
        }
    }
}

/// Connections that may have been lost while they rested: whether one is good, its first statement tells.
struct Retries(usize);

impl Retries {
    /// Whether the first statement failed for that, and another connection may be good.
    fn explains(&mut self, error: &Error) -> bool {
        let explains = self.0 > 0 && is_lost(error);
        self.0 -= usize::from(explains);
        explains
    }
}

/// Opens sessions.
pub(super) struct Sessions {
    options: PgConnectOptions,
    limits: Limits,
}

/// A session is not kept for ever: what it has in memory of the server's tables and statements only grows.
const LIFETIME: Duration = Duration::from_mins(30);

impl Manager for Sessions {
    type Type = PgConnection;
    type Error = Error;

    async fn create(&self) -> Result<PgConnection> {
        // It takes much room, and is rarely done.
        let open = async {
            let mut connection = self.options.connect().await?;
            configure_session(&mut connection, self.limits).await?;
            Ok(connection)
        };
        Box::pin(open).await
    }

    async fn recycle(&self, _: &mut PgConnection, metrics: &Metrics) -> RecycleResult<Error> {
        if metrics.age() < LIFETIME {
            Ok(())
        } else {
            Err(RecycleError::message("it is old"))
        }
    }
}

impl ConnectionManager for Sessions {
    async fn close(connection: PgConnection) -> Result<()> {
        connection.close().await
    }
}

/// Tells a session what it is to keep to, once: each transaction would cost the server as much again.
async fn configure_session(connection: &mut PgConnection, limits: Limits) -> Result<()> {
    let (statement, lock, idle) = (
        limits.statement.as_millis(),
        limits.lock.as_millis(),
        limits.idle.as_millis(),
    );
    let settings = format!(
        "set statement_timeout = {statement}; set lock_timeout = {lock}; \
         set idle_in_transaction_session_timeout = {idle}"
    );
    sqlx::raw_sql(AssertSqlSafe(settings)).execute(&mut *connection).await?;
    // A statement whose caller has gone is ended, where the server's system can tell it.
    let notices = sqlx::raw_sql("set client_connection_check_interval = 500");
    match notices.execute(connection).await {
        Ok(_) | Err(Error::Database(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Whether the connection is gone, rather than slow.
fn is_lost(error: &Error) -> bool {
    let late = matches!(error, Error::Io(error) if error.kind() == io::ErrorKind::TimedOut);
    !late && Failure::of(error) == Failure::Unreachable
}
