//! `/healthz`, `/readyz` and `/metrics`

use reqwest::Method;
use serde_json::json;

use super::lifecycle::client;
use crate::support::{
    Caller, Engine, Reply, TestApp,
    database::{config, execute, select},
    issuer::JwksServer,
    process::{Process, run, text},
    soon,
};

async fn unmigrated(engine: Engine) -> TestApp {
    TestApp::start_empty(engine, |config| {
        config.migrate = false;
        // It is not put where there is no place for it.
        config.seed = Some(true);
    })
    .await
}

/// A replica that comes up before the migrations were applied waits for them.
async fn is_ready_when_migrated(engine: Engine) {
    let app = unmigrated(engine).await;
    let caller = app.anonymous();
    assert_eq!(
        caller.get("/healthz").await.ok().json(),
        json!({"status": "ok"}),
        "alive all the same"
    );
    let reply = caller.get("/readyz").await;
    assert!(!reply.header("retry-after").is_empty());
    reply.problem(503, "unavailable");
    for path in [
        "/api/v1/plans",
        "/api/v1/units",
        "/api/v1/obligations",
        "/api/v1/progress-reports",
    ] {
        let reply = app.role("auditor").get(path).await;
        assert_eq!(reply.header("retry-after"), "5", "{path}");
        for leak in ["revision", "table", "select", "relation", "SQL"] {
            assert!(!reply.text().contains(leak), "{}", reply.text());
        }
        let problem = reply.problem(503, "unavailable");
        assert!(problem["detail"].as_str().unwrap().contains("迁移"), "{problem}");
    }
    let report = json!({"obligation_id": "dg-2017.17.3.d2.hbj.2017Q2", "summary": "进展"});
    let wang = app.somebody("wang", "unit_reporter", Some("hbj"));
    wang.post("/api/v1/progress-reports", &report)
        .await
        .problem(503, "unavailable");
    app.app.migrate().await.unwrap();
    caller.ready().await;
    assert_eq!(
        caller.get("/api/v1/plans").await.ok().json(),
        json!({"items": [], "total": 0})
    );
    app.stop().await;
}

#[actix_web::test]
async fn sqlite_is_ready_when_migrated() {
    is_ready_when_migrated(Engine::Sqlite).await;
}

#[actix_web::test]
async fn postgres_is_ready_when_migrated() {
    is_ready_when_migrated(Engine::Postgres).await;
}

/// All connections are closed, and those that come are told this of the database.
async fn set(app: &TestApp, to: &str) {
    let alter = format!(
        "begin read write;
         do $$ begin execute format('alter database %I {to}', current_database()); end $$;
         select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid();
         commit"
    );
    execute(&app.config, &alter).await;
}

/// Nobody has to write and fail for it.
#[actix_web::test]
async fn a_database_that_takes_no_changes_is_not_ready() {
    let app = TestApp::start(Engine::Postgres).await;
    app.during(async |app| {
        set(app, "set default_transaction_read_only = on").await;
        let problem = app.anonymous().get("/readyz").await.problem(503, "unavailable");
        assert!(problem["detail"].as_str().unwrap().contains("不能写入"), "{problem}");
        app.anonymous().get("/api/v1/plans").await.ok();
        set(app, "reset default_transaction_read_only").await;
        app.anonymous().ready().await;
    })
    .await;
}

/// Whoever looks for migrations then looks in the wrong place.
#[actix_web::test]
async fn a_server_that_refuses_connections_is_not_one_without_migrations() {
    let app = TestApp::start(Engine::Postgres).await;
    app.during(async |app| {
        let role = &select(&app.config, "select 'r_' || current_database()").await[0];
        let create = format!(
            "create role {role} login; grant all on all tables in schema public to {role};
             grant all on all sequences in schema public to {role}"
        );
        execute(&app.config, &create).await;
        let mut config = app.config.clone();
        let mut url = reqwest::Url::parse(config.database_url.expose()).unwrap();
        url.set_username(role).unwrap();
        config.database_url = url.as_str().into();
        config.migrate = false;
        config.seed = Some(false);
        let limited = app.replica_with(config).await;
        limited.anonymous().get("/readyz").await.ok();
        let refuse = format!(
            "alter role {role} connection limit 0;
             select pg_terminate_backend(pid) from pg_stat_activity where usename = '{role}'"
        );
        execute(&app.config, &refuse).await;
        let problem = limited.anonymous().get("/readyz").await.problem(503, "overloaded");
        assert!(!problem["detail"].as_str().unwrap().contains("迁移"), "{problem}");
        limited.stop().await;
        execute(&app.config, &format!("drop owned by {role}; drop role {role}")).await;
    })
    .await;
}

on_both! {
    async fn a_started_service_is_ready(app: &TestApp) {
        for path in ["/healthz", "/readyz"] {
            let reply = app.anonymous().get(path).await.ok();
            assert_eq!(reply.header("cache-control"), "no-store");
            assert_eq!(reply.json(), json!({"status": "ok"}));
        }
    }

    /// A probe must not be the thing that fails when the database does.
    async fn without_its_database_it_is_alive_and_not_ready(app: &TestApp) {
        app.app.close().await;
        app.anonymous().get("/healthz").await.ok();
        app.anonymous().get("/metrics").await.ok();
        let reply = app.anonymous().get("/readyz").await;
        assert_eq!(reply.header("retry-after"), "5");
        reply.problem(503, "unavailable");
        let body = json!({"id": "dg-2018", "title": "方案", "year": 2018});
        app.coordinator().post("/api/v1/plans", &body).await.problem(503, "unavailable");
    }
}

#[actix_web::test]
async fn requests_are_measured_by_route() {
    let app = TestApp::start(Engine::Sqlite).await;
    app.anonymous().get("/api/v1/plans/dg-2017").await.ok();
    app.anonymous().get("/api/v1/plans/nosuch").await.expect(404);
    app.anonymous()
        .get("/api/v1/nosuch/with-an-id-of-its-own")
        .await
        .expect(404);
    // Whoever invents methods must not fill the memory with their measurements.
    for method in ["BREW", "WHEN"] {
        Reply::to(
            app.anonymous()
                .request(Method::from_bytes(method.as_bytes()).unwrap(), "/healthz"),
        )
        .await
        .expect(405);
    }
    let reply = app.anonymous().get("/metrics").await.ok();
    assert!(reply.header("content-type").starts_with("text/plain; version=0.0.4"));
    let text = reply.text();
    // The recorder is the process's: other tests are in it too.
    let counted = |labels: &[&str]| {
        text.lines().any(|line| {
            line.starts_with("http_request_duration_seconds_count{") && labels.iter().all(|label| line.contains(label))
        })
    };
    let route = "route=\"/api/v1/plans/{id}\"";
    assert!(counted(&["method=\"GET\"", route, "status=\"200\""]), "{text}");
    assert!(counted(&["method=\"GET\"", route, "status=\"404\""]), "{text}");
    assert!(
        counted(&["method=\"GET\"", "route=\"unmatched\"", "status=\"404\""]),
        "{text}"
    );
    assert!(
        text.contains("http_request_duration_seconds_bucket{") && text.contains("le=\"0.0005\""),
        "{text}"
    );
    for private in ["dg-2017", "with-an-id-of-its-own", "BREW", "WHEN"] {
        assert!(!text.contains(private), "{private}");
    }
    app.stop().await;
}

/// What an alarm needs. In a process of its own: what is measured is the process's.
#[actix_web::test]
async fn figures_tell_of_a_log_that_is_not_sealed_and_of_keys_that_are_not_fetched() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/duban.sqlite3", dir.path().display());
    let keys = JwksServer::down();
    let settings = dir.path().join("duban.toml");
    // The key of the development's tokens, and an issuer that is away.
    let issuers = format!(
        "[[issuers]]\nissuer = \"duban-development\"\nsecret = \"duban-development-secret-never-for-production\"\n\
         [[issuers]]\nissuer = \"away\"\njwks_url = \"{}\"\n",
        keys.url
    );
    std::fs::write(&settings, issuers).unwrap();
    let process = Process::start(&[("DATABASE_URL", &url), ("DUBAN_CONFIG", settings.to_str().unwrap())]);
    let http = client();
    let caller = Caller {
        http: &http,
        base: &process.base,
        token: Some(
            text(&run(&["token", "--role", "coordinator"], &[]).stdout)
                .trim()
                .to_owned(),
        ),
    };
    caller.ready().await;
    let figures = async || caller.get("/metrics").await.ok().text();
    let has = |text: &str, figure: &str| text.lines().any(|line| line == figure);
    soon(async || has(&figures().await, "duban_log_unsealed 0")).await;
    let said = figures().await;
    for figure in [
        "duban_ready 1",
        "duban_log_unsealed_age_seconds 0",
        "duban_database_connections 8",
        "duban_database_connections_waiting 0",
        "duban_jwks_fetch_failures_total{issuer=\"away\"} 1",
        "duban_jwks_age_seconds{issuer=\"away\"} NaN",
    ] {
        assert!(has(&said, figure), "{figure}: {said}");
    }
    assert!(said.contains("\nduban_build_info{version=\""), "{said}");
    // Each says what it is.
    for line in said.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
        let name = line.split(' ').next().unwrap();
        assert!(said.contains(&format!("# HELP {name} ")), "{name}");
    }

    let stuck = "create trigger stuck before insert on log_seal begin select raise(abort, 'stuck'); end";
    execute(&config(&url), stuck).await;
    caller
        .patch("/api/v1/units/hbj", "*", &json!({"note": "备注"}))
        .await
        .ok();
    soon(async || has(&figures().await, "duban_ready 0")).await;
    assert!(has(&figures().await, "duban_log_unsealed 1"), "{}", figures().await);
    drop(process);
    keys.stop().await;
}

#[actix_web::test]
async fn the_page_of_errors_has_each_code() {
    let app = TestApp::start(Engine::Sqlite).await;
    let problem = app.anonymous().get("/nosuch").await.problem(404, "not_found");
    let (page, anchor) = problem["type"].as_str().unwrap().split_once('#').unwrap();
    let text = app.anonymous().get(page).await.ok().text();
    assert!(text.contains(&format!("id=\"{anchor}\"")));
    let document = app.anonymous().get("/openapi.json").await.json();
    for code in document["components"]["schemas"]["ErrorCode"]["enum"]
        .as_array()
        .unwrap()
    {
        assert!(text.contains(&format!("id={code}")), "{code}");
    }
    app.stop().await;
}
