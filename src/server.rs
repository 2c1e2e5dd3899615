//! Composition: the application, its routes and middlewares, its workers, and how it stops. Tests
//! start the same.

use std::{
    net::TcpListener,
    sync::{Mutex, OnceLock},
    time::Duration,
};

use actix_cors::Cors;
use actix_web::{
    App as ActixApp, HttpRequest, HttpServer,
    dev::{Server, ServerHandle},
    http::header::CONTENT_SECURITY_POLICY,
    middleware::{Compress, Condition, DefaultHeaders, from_fn},
    rt::{
        signal::unix::{Signal, SignalKind, signal},
        time::sleep,
    },
    web::{self, Data},
};
use anyhow::{Context as _, anyhow};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use utoipa_actix_web::AppExt as _;
use utoipa_swagger_ui::{Config as SwaggerConfig, SwaggerUi};

use crate::{
    app::App,
    db::Schema,
    http::{
        self, Declared, Unmatched,
        csv_paths::{CsvPaths, serve_csv_path},
        measures,
        observe::observe,
        openapi,
    },
    service::{
        calendar::add_official_years,
        obligations::{file_roles, settle_new},
        seed::load_seed,
        work::Context,
    },
    worker,
};

/// How long a connection is kept that says nothing: longer than proxies keep theirs (nginx: 60 s), so that none of them
/// sends a request into one that has just been closed.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// Buckets of `http_request_duration_seconds`: a cached read is far below a millisecond.
const BUCKETS: &[f64] = &[
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0,
];

/// Buckets of `duban_command_statements`.
const STATEMENTS: &[f64] = &[5.0, 10.0, 15.0, 20.0, 30.0, 50.0, 100.0, 1000.0];

/// What Swagger UI may do: its own scripts, the document and the API of this service; it sets styles itself, and
/// its pictures are in them.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                           connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Headers that a page's script may read.
const EXPOSED: &[&str] = &[
    "ETag",
    "Link",
    "Location",
    "X-Request-Id",
    "Retry-After",
    "Idempotency-Replayed",
    "Obligations",
    "Content-Disposition",
    "WWW-Authenticate",
];

fn metrics_handle() -> anyhow::Result<PrometheusHandle> {
    // One recorder a process, however many servers the tests start in it, and however close together.
    static HANDLE: Mutex<Option<PrometheusHandle>> = Mutex::new(None);
    let mut held = HANDLE.lock().map_err(|_| anyhow!("poisoned"))?;
    if let Some(handle) = &*held {
        return Ok(handle.clone());
    }
    let handle = PrometheusBuilder::new()
        .set_buckets(BUCKETS)?
        .set_buckets_for_metric(Matcher::Full("duban_command_statements".into()), STATEMENTS)?
        .install_recorder()?;
    measures::describe();
    Ok(held.insert(handle).clone())
}

/// Applies the migrations, and adds the official calendars that came since.
pub async fn migrate(app: &App) -> anyhow::Result<()> {
    app.migrate().await?;
    Ok(app.write(&Context::system(), add_official_years).await?)
}

/// Migrates as configured, and fills the catalog.
pub async fn prepare(app: &App) -> anyhow::Result<()> {
    let name = app.config.database_named()?;
    let prepared = prepare_all(app).await;
    prepared.with_context(|| format!("cannot prepare the database {name}"))
}

async fn prepare_all(app: &App) -> anyhow::Result<()> {
    if app.config.migrate {
        migrate(app).await?;
    }
    // Migrations that somebody else applies may come later: until then `/readyz` says so, and nothing is put.
    if app.schema().await? == Schema::Behind {
        tracing::warn!(
            "the database lacks migrations of this release: it is ready when somebody has run `duban migrate`"
        );
    } else {
        // Ledgers of plans that were published before there were ledgers. One that cannot be filled must
        // not keep the service from starting.
        if let Err(error) = app.write(&Context::system(), settle_new).await {
            tracing::warn!(%error, "ledgers could not be filled");
        }
        if let Err(error) = app.write(&Context::system(), file_roles).await {
            tracing::warn!(%error, "ledgers could not be filed under roles");
        }
        app.refresh_catalog().await?;
        if let Some((year, days_left)) = app.calendar_wanted() {
            tracing::warn!(year, days_left, "the official calendar of that year has not been put");
        }
    }
    Ok(())
}

/// Loads the plan of 2017 into a database that has been prepared and has nothing yet, as configured. For who serves:
/// other commands work on what is there.
pub async fn seed(app: &App) -> anyhow::Result<()> {
    if !app.config.seeds() || app.schema().await? == Schema::Behind {
        return Ok(());
    }
    let name = app.config.database_named()?;
    let loaded = app.write(&Context::system(), load_seed).await;
    loaded.with_context(|| format!("cannot load the plan of 2017 into {name} (`--seed false` leaves it out)"))
}

/// Makes the OpenAPI document ahead of [`serve`], which needs it: nothing in it is of the database, so it may be made while
/// that is prepared.
pub fn document() -> anyhow::Result<()> {
    documented().map(drop)
}

/// What is made of the OpenAPI document.
type Documented = (Data<openapi::Served>, Data<Unmatched>, Data<CsvPaths>, Data<Declared>);

/// The OpenAPI document, and what it says of paths, methods and parameters: made once a process, however often it serves.
fn documented() -> anyhow::Result<Documented> {
    static MADE: OnceLock<Documented> = OnceLock::new();
    if let Some(made) = MADE.get() {
        return Ok(made.clone());
    }
    let unmatched = Data::new(Unmatched::new(openapi::collected()));
    let tables = Data::new(CsvPaths::new(openapi::collected()));
    let declared = Data::new(Declared::new(openapi::collected()));
    let document = Data::new(openapi::Served::new(openapi::document()?));
    Ok(MADE.get_or_init(|| (document, unmatched, tables, declared)).clone())
}

/// Serves `app` on `listener` until it is stopped; its workers stop with it.
pub fn serve(app: Data<App>, listener: TcpListener) -> anyhow::Result<Server> {
    let (document, unmatched, tables, declared) = documented()?;
    let metrics = Data::new(metrics_handle()?);
    worker::start(&app);
    let workers = app.config.workers;
    let shutdown = app.config.shutdown_seconds;
    let mut server = HttpServer::new(move || {
        let cors = &app.config.cors_origins;
        ActixApp::new()
            .into_utoipa_app()
            .app_data(app.clone())
            .app_data(document.clone())
            .app_data(unmatched.clone())
            .app_data(tables.clone())
            .app_data(declared.clone())
            .app_data(metrics.clone())
            .configure(http::routes)
            .into_app()
            .service(web::redirect("/", "docs/"))
            .service(web::redirect("/docs", "docs/"))
            .service(
                web::scope("/docs")
                    // Its files only: our replies come compressed, each coding with a tag of its own.
                    .wrap(Compress::default())
                    .wrap(
                        DefaultHeaders::new()
                            .add(("X-Frame-Options", "DENY"))
                            .add((CONTENT_SECURITY_POLICY, DOCS_POLICY)),
                    )
                    .service(
                        SwaggerUi::new("/{_:.*}").config(
                            SwaggerConfig::from("../openapi.json")
                                .persist_authorization(false)
                                .deep_linking(true),
                        ),
                    ),
            )
            .default_service(web::to(async |req: HttpRequest, table: Data<Unmatched>| {
                Unmatched::answer(&req, &table)
            }))
            .wrap(from_fn(serve_csv_path))
            .wrap(Condition::new(!cors.is_empty(), cors_for(cors)))
            .wrap(from_fn(observe))
    })
    // Who closes a connection has gone: nothing is worked on for nobody.
    .h1_allow_half_closed(false)
    .keep_alive(KEEP_ALIVE)
    .shutdown_timeout(shutdown)
    .disable_signals()
    .listen(listener)?;
    if let Some(workers) = workers {
        server = server.workers(workers.into());
    }
    Ok(server.run())
}

/// The signals that ask it to stop. They end it in no other way once this is made: who says that it serves has it.
pub struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
    quit: Signal,
}

impl StopSignals {
    /// From now on.
    pub fn install() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
        })
    }

    /// Stops `server` on one of them. SIGTERM: `/readyz` says so first, for as long as the settings allow, then what
    /// has begun is finished. A second signal, SIGINT and SIGQUIT do not wait.
    pub async fn stop(mut self, app: Data<App>, server: ServerHandle) {
        let gracefully = tokio::select! {
            _ = self.terminate.recv() => true,
            _ = self.interrupt.recv() => false,
            _ = self.quit.recv() => false,
        };
        if gracefully {
            app.readiness.drain();
            tracing::info!(seconds = app.config.drain().as_secs(), "stopping");
            tokio::select! {
                () = sleep(app.config.drain()) => {}
                _ = self.terminate.recv() => {}
                _ = self.interrupt.recv() => {}
            }
        }
        server.stop(gracefully).await;
    }
}

fn cors_for(origins: &[String]) -> Cors {
    let mut cors = Cors::default()
        .allowed_methods(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
        .allow_any_header()
        .expose_headers(EXPOSED.iter().copied())
        .max_age(3600);
    for origin in origins {
        cors = if origin == "*" {
            cors.allow_any_origin().send_wildcard()
        } else {
            cors.allowed_origin(origin)
        };
    }
    cors
}
