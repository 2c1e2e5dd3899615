//! A database for each test: a copy of one that was migrated and seeded once.
#![expect(
    clippy::disallowed_methods,
    reason = "tests read where their PostgreSQL is, and make databases there"
)]

use std::path::PathBuf;

use actix_web::web::Data;
use duban::{
    app::App,
    cli::Cli,
    clock::SystemClock,
    config::Config,
    ids::secret,
    server,
    service::{
        seals::{Sealing, seal_waiting},
        work::Context,
    },
};
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, SqliteConnection, postgres::PgConnectOptions,
    sqlite::SqliteConnectOptions,
};
use tempfile::TempDir;
use tokio::sync::{Mutex, OnceCell};

use super::Engine;

/// A database that is gone when this is.
pub struct Database {
    pub url: String,
    name: Option<String>,
    _dir: Option<TempDir>,
}

static SQLITE: OnceCell<PathBuf> = OnceCell::const_new();
static POSTGRES: OnceCell<String> = OnceCell::const_new();
/// PostgreSQL copies a template for one at a time.
static COPYING: Mutex<()> = Mutex::const_new(());

fn server_url() -> String {
    std::env::var("DUBAN_TEST_POSTGRES_URL")
        .expect("DUBAN_TEST_POSTGRES_URL is not set: run scripts/test, which brings a PostgreSQL")
}

fn url_of(name: &str) -> String {
    let mut url = reqwest::Url::parse(&server_url()).unwrap();
    url.set_path(name);
    url.into()
}

async fn on_server(sql: String) {
    let options: PgConnectOptions = server_url().parse().unwrap();
    let mut connection = options.connect().await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(&mut connection)
        .await
        .unwrap();
}

/// The settings of every test: the defaults, on this database.
pub fn config(url: &str) -> Config {
    let mut config = Cli::without_flags().unwrap();
    config.database_url = url.into();
    config.workers = Some(1);
    config.shutdown_seconds = 0;
    config
}

/// The first column of what `sql` finds, past the service.
pub async fn select(config: &Config, sql: &str) -> Vec<String> {
    let (url, sql) = (config.database_url.expose(), AssertSqlSafe(sql.to_owned()));
    if url.starts_with("sqlite:") {
        let mut connection = url.parse::<SqliteConnectOptions>().unwrap().connect().await.unwrap();
        let found = sqlx::query_scalar(sql).fetch_all(&mut connection).await;
        connection.close().await.unwrap();
        return found.unwrap();
    }
    let mut connection = url.parse::<PgConnectOptions>().unwrap().connect().await.unwrap();
    let found = sqlx::query_scalar(sql).fetch_all(&mut connection).await;
    connection.close().await.unwrap();
    found.unwrap()
}

/// Runs statements past the service.
pub async fn execute(config: &Config, sql: &str) {
    try_execute(config, sql).await.unwrap();
}

/// Why the database refuses these statements.
pub async fn refused(config: &Config, sql: &str) -> String {
    try_execute(config, sql).await.unwrap_err().to_string()
}

async fn try_execute(config: &Config, sql: &str) -> sqlx::Result<()> {
    let (url, sql) = (config.database_url.expose(), AssertSqlSafe(sql.to_owned()));
    if url.starts_with("sqlite:") {
        let mut connection = url.parse::<SqliteConnectOptions>()?.connect().await?;
        let done = sqlx::raw_sql(sql).execute(&mut connection).await;
        connection.close().await?;
        return done.map(drop);
    }
    let mut connection = url.parse::<PgConnectOptions>()?.connect().await?;
    let done = sqlx::raw_sql(sql).execute(&mut connection).await;
    connection.close().await?;
    done.map(drop)
}

/// A transaction past the service, which holds what it locked until it is released.
pub enum Held {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// Begins one with these statements.
pub async fn hold(config: &Config, sql: &str) -> Held {
    let (url, sql) = (config.database_url.expose(), AssertSqlSafe(sql.to_owned()));
    if url.starts_with("sqlite:") {
        let mut connection = url.parse::<SqliteConnectOptions>().unwrap().connect().await.unwrap();
        sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
        return Held::Sqlite(connection);
    }
    let mut connection = url.parse::<PgConnectOptions>().unwrap().connect().await.unwrap();
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    Held::Postgres(connection)
}

impl Held {
    /// Rolls it back.
    pub async fn release(self) {
        match self {
            Self::Sqlite(mut connection) => drop(sqlx::raw_sql("rollback").execute(&mut connection).await.unwrap()),
            Self::Postgres(mut connection) => drop(sqlx::raw_sql("rollback").execute(&mut connection).await.unwrap()),
        }
    }
}

/// Seals what was committed: tests need not wait for the worker that does.
pub async fn sealed(app: &App) {
    let (context, algorithm) = (Context::system(), app.log_algorithm());
    // Elsewhere: the worker, which is done in a moment.
    while app
        .write(&context, async |work| seal_waiting(work, algorithm).await)
        .await
        .unwrap()
        != Sealing::Done
    {
        tokio::task::yield_now().await;
    }
}

async fn seed(url: &str) {
    let app = Data::new(App::new(config(url), Box::new(SystemClock)).await.unwrap());
    server::prepare(&app).await.unwrap();
    server::seed(&app).await.unwrap();
    sealed(&app).await;
    app.close().await;
}

impl Database {
    /// A copy of the seeded one.
    pub async fn seeded(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => {
                let template = SQLITE.get_or_init(|| async {
                    // Outlives every test; the operating system clears it away.
                    let path = tempfile::tempdir().unwrap().keep().join("template.sqlite3");
                    seed(&format!("sqlite://{}", path.display())).await;
                    path
                });
                let empty = Self::empty(engine).await;
                std::fs::copy(template.await, empty.url.trim_start_matches("sqlite://")).unwrap();
                empty
            }
            Engine::Postgres => {
                let template = POSTGRES.get_or_init(|| async {
                    let name = format!("duban_template_{}", secret());
                    on_server(format!("create database {name}")).await;
                    seed(&url_of(&name)).await;
                    // Files are copied in two thirds of the time that it takes to log each page; before 15 there was
                    // no other way.
                    let version = select(&config(&server_url()), "show server_version_num").await[0].parse::<u32>();
                    let strategy = if version.unwrap() < 150_000 {
                        ""
                    } else {
                        " strategy file_copy"
                    };
                    format!("template {name}{strategy}")
                });
                Self::postgres(template.await).await
            }
        }
    }

    /// A database with nothing in it.
    pub async fn empty(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => {
                let dir = tempfile::tempdir().unwrap();
                let url = format!("sqlite://{}", dir.path().join("duban.sqlite3").display());
                Self {
                    url,
                    name: None,
                    _dir: Some(dir),
                }
            }
            Engine::Postgres => Self::postgres("").await,
        }
    }

    async fn postgres(template: &str) -> Self {
        let name = format!("duban_test_{}", secret());
        let _one_at_a_time = COPYING.lock().await;
        on_server(format!("create database {name} {template}")).await;
        Self {
            url: url_of(&name),
            name: Some(name),
            _dir: None,
        }
    }

    /// Removes it from the server.
    pub async fn drop(self) {
        if let Some(name) = &self.name {
            on_server(format!("drop database {name} with (force)")).await;
        }
    }
}
