//! PostgreSQL: its pool, and what its sessions are told.

use std::io;

use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Error, PgConnection, PgPool, Postgres, Result,
    migrate::{MigrateError, Migrator},
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use tokio::time::timeout;

use super::{
    Limits, Listener, Trouble,
    opened::Opened,
    session,
    tx::{Engine, Limit, Patience, Tx},
};

/// PostgreSQL.
#[derive(Clone)]
pub struct Server {
    /// For all but listening.
    pub pool: PgPool,
    /// For listening: one, and room for a new one while a lost one is being closed.
    listening: PgPool,
    opened: Opened,
    patience: Patience,
}

impl Server {
    pub(super) async fn connect(url: &str, limits: Limits) -> Result<Self> {
        let options = url
            .parse::<PgConnectOptions>()?
            .application_name("duban")
            // A pooler refuses what it does not know, and we have no use for it.
            .extra_float_digits(None)
            .disable_statement_logging();
        let pool = PgPoolOptions::new()
            // One is the listener's.
            .max_connections(limits.connections.saturating_sub(1).max(1))
            .acquire_timeout(limits.wait)
            .test_before_acquire(false)
            .after_connect(move |connection, _| Box::pin(teach(connection, limits)))
            .connect_with(options.clone())
            .await?;
        let listening = PgPoolOptions::new()
            .max_connections(3)
            .acquire_timeout(limits.wait)
            .idle_timeout(limits.idle)
            .connect_lazy_with(options);
        session::must_be_ours(&pool, &listening).await?;
        Ok(Self {
            pool,
            listening,
            opened: Opened::default(),
            patience: Patience {
                // It ends a statement by itself; whoever does not answer by then will not.
                statement: limits.statement + limits.wait,
                control: limits.wait,
            },
        })
    }

    /// Applies what is missing.
    pub(super) async fn migrate(&self, migrations: &Migrator) -> Result<(), MigrateError> {
        migrations.run(&mut *self.unhurried().await?).await
    }

    pub(super) async fn analyze(&self) -> Result<()> {
        let analyze = sqlx::raw_sql("analyze");
        analyze.execute(&mut *self.unhurried().await?).await.map(drop)
    }

    /// A session without limits, for what takes the time it needs. Nobody else gets it.
    async fn unhurried(&self) -> Result<PoolConnection<Postgres>> {
        let mut own = self.pool.acquire().await?;
        own.close_on_drop();
        sqlx::raw_sql("reset all").execute(&mut *own).await?;
        Ok(own)
    }

    pub(super) async fn read(&self) -> Result<Tx> {
        self.begin("begin isolation level repeatable read read only").await
    }

    pub(super) async fn write(&self) -> Result<Tx> {
        self.begin("begin").await
    }

    async fn begin(&self, begin: &'static str) -> Result<Tx> {
        // A connection may have been lost while it rested: whether it is good, its first statement tells.
        let mut rested = self.pool.options().get_max_connections();
        loop {
            let acquired = self.pool.acquire().await.map_err(|error| match error {
                // While nobody uses a connection, none is waited for but the server itself.
                Error::PoolTimedOut if !self.opened.any() => {
                    io::Error::new(io::ErrorKind::TimedOut, "no connection to the server").into()
                }
                error => error,
            })?;
            let on = Engine::Postgres(acquired);
            match Tx::begin(on, begin, &self.opened, Limit::Patience(self.patience)).await {
                Err(error) if rested > 0 && is_lost(&error) => rested -= 1,
                outcome => return outcome,
            }
        }
    }

    pub(super) async fn listen(&self, channel: &str) -> Result<Listener> {
        Listener::new(&self.listening, channel, self.patience.control).await
    }

    pub(super) async fn close(&self) {
        // The one that listens hears of it only when it is told.
        let both = async { tokio::join!(self.listening.close(), self.pool.close()) };
        if timeout(self.patience.control, both).await.is_err() {
            tracing::warn!("the database does not answer; its connections are not closed properly");
        }
    }
}

/// Tells a session what it is to keep to, once: each transaction would cost the server as much again.
async fn teach(connection: &mut PgConnection, limits: Limits) -> Result<()> {
    let (statement, lock, idle) = (
        limits.statement.as_millis(),
        limits.lock.as_millis(),
        limits.idle.as_millis(),
    );
    let manners = format!(
        "set statement_timeout = {statement}; set lock_timeout = {lock}; \
         set idle_in_transaction_session_timeout = {idle}"
    );
    sqlx::raw_sql(AssertSqlSafe(manners)).execute(&mut *connection).await?;
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
    !late && Trouble::of(error) == Trouble::Unreachable
}
