//! PostgreSQL goes away, falls silent, or is slow: how long others wait, and what they hear.

use std::time::{Duration, Instant};

use futures_util::future::{join, join_all};
use serde_json::json;

use crate::support::{
    Caller, Engine, Reply, TestApp,
    database::{execute, hold, select},
    proxy::Proxy,
    soon,
};

const UNIT: &str = "/api/v1/units/czj";
/// Read from memory, when that may be believed.
const MEMORY: &str = "/api/v1/requirements?limit=5";
/// Read from the database.
const LEDGER: &str = "/api/v1/obligations?as_of=2017-06-30&unit=czj&limit=5";

/// A service that waits a second for anything, and the way to its database.
async fn start() -> (TestApp, Proxy) {
    let mut proxy = None;
    let app = TestApp::start_on(Engine::Postgres, async |config| {
        let mut url = config.database_url.expose().to_owned();
        proxy = Some(Proxy::before(&mut url).await);
        config.database_url = url.as_str().into();
        config.database_wait_seconds = 1;
        config.database_lock_seconds = 1;
        config.database_statement_seconds = 1;
        config.database_idle_seconds = 1;
    })
    .await;
    (app, proxy.unwrap())
}

/// Many read at the same time; the replies, and how long the last one took.
async fn crowd(app: &TestApp) -> (Vec<Reply>, Duration) {
    let begun = Instant::now();
    let auditor = app.role("auditor");
    let asked = (0..40).map(|number| {
        let path = if number % 4 == 0 { LEDGER } else { MEMORY };
        let caller = auditor.clone();
        async move { caller.get(path).await }
    });
    (join_all(asked).await, begun.elapsed())
}

fn unavailable(reply: Reply) {
    assert_eq!(reply.header("retry-after"), "5");
    let problem = reply.problem(503, "unavailable");
    assert!(problem["detail"].as_str().unwrap().contains("无法访问"), "{problem}");
}

/// What needs no database.
async fn the_rest(app: &TestApp) {
    for path in ["/healthz", "/metrics", "/openapi.json", "/errors", "/docs/"] {
        app.anonymous().get(path).await.ok();
    }
    unavailable(app.anonymous().get("/readyz").await);
}

async fn works(caller: &Caller<'_>) {
    for path in [UNIT, MEMORY, LEDGER] {
        caller.get(path).await.ok();
    }
    caller.ready().await;
    caller.patch(UNIT, "*", &json!({"note": "回来了"})).await.ok();
}

#[actix_web::test]
async fn readers_of_a_database_that_is_away_wait_together() {
    let (app, mut proxy) = start().await;
    app.during(async |app| {
        works(&app.coordinator()).await;
        for _ in 0..2 {
            proxy.close().await;
            let (replies, took) = crowd(app).await;
            replies.into_iter().for_each(unavailable);
            // One attempt is a second. One behind another they would wait for half a minute.
            assert!(took < Duration::from_secs(5), "{took:?}");
            the_rest(app).await;
            unavailable(app.coordinator().patch(UNIT, "*", &json!({"note": "不在"})).await);
            proxy.open().await;
            works(&app.coordinator()).await;
        }
    })
    .await;
}

#[actix_web::test]
async fn a_silent_database_is_given_up() {
    let (app, mut proxy) = start().await;
    app.during(async |app| {
        works(&app.coordinator()).await;
        for _ in 0..2 {
            proxy.freeze();
            let (replies, took) = crowd(app).await;
            for reply in replies {
                // From memory, as long as it may be believed.
                if reply.status != 200 {
                    let reply = reply.expect(503);
                    assert!(!reply.header("retry-after").is_empty());
                }
            }
            app.role("auditor").get(LEDGER).await.expect(503);
            soon(async || app.role("auditor").get(MEMORY).await.status != 200).await;
            // At worst a connection, a statement, and the patience with both.
            assert!(took < Duration::from_secs(8), "{took:?}");
            the_rest(app).await;
            proxy.open().await;
            works(&app.coordinator()).await;
        }
    })
    .await;
}

/// Whoever finds all connections in use hears that, not that there is no database.
#[actix_web::test]
async fn a_slow_query_is_not_an_absent_database() {
    let app = TestApp::start_with(Engine::Postgres, |config| {
        config.database_connections = 3;
        config.database_wait_seconds = 1;
        config.database_lock_seconds = 3;
    })
    .await;
    app.during(async |app| {
        let held = hold(&app.config, "begin; lock table obligation in access exclusive mode").await;
        let auditor = app.role("auditor");
        let replies = join_all((0..8).map(|_| auditor.get(LEDGER))).await;
        for reply in replies {
            assert_eq!(reply.header("retry-after"), "2");
            let problem = reply.problem(503, "overloaded");
            let detail = problem["detail"].as_str().unwrap();
            assert!(detail.contains("使用中") || detail.contains("占用"), "{problem}");
        }
        held.release().await;
        auditor.get(LEDGER).await.ok();
    })
    .await;
}

on_both! {
    /// A change waits for somebody else's for a time, and then says so.
    async fn what_others_hold_is_waited_for_and_given_up(app: &TestApp) {
        let other = {
            let mut config = app.config.clone();
            config.database_lock_seconds = 1;
            app.replica_with(config).await
        };
        let statement = match app.engine {
            Engine::Sqlite => "begin immediate",
            Engine::Postgres => "begin; lock table unit in access exclusive mode",
        };
        let held = hold(&app.config, statement).await;
        let change = async || other.coordinator().patch(UNIT, "*", &json!({"note": "等"})).await;
        for reply in join_all((0..3).map(|_| change())).await {
            assert_eq!(reply.header("retry-after"), "2");
            reply.problem(503, "overloaded");
        }
        held.release().await;
        change().await.ok();
        other.stop().await;
    }
}

/// Also who waits behind another change that waits for it.
#[actix_web::test]
async fn nobody_waits_twice_for_another_process() {
    let app = TestApp::start(Engine::Sqlite).await;
    app.during(async |app| {
        let other = {
            let mut config = app.config.clone();
            config.database_lock_seconds = 2;
            app.replica_with(config).await
        };
        let held = hold(&app.config, "begin immediate").await;
        let change = async || other.coordinator().patch(UNIT, "*", &json!({"note": "等"})).await;
        let behind = async {
            // The first has begun to wait, and gives up while this one waits for it.
            let begun = Instant::now();
            while begun.elapsed() < Duration::from_millis(300) {
                other.anonymous().get("/healthz").await.ok();
            }
            let begun = Instant::now();
            change().await.problem(503, "overloaded");
            begun.elapsed()
        };
        let (first, took) = join(change(), behind).await;
        first.problem(503, "overloaded");
        assert!(took < Duration::from_secs(3), "{took:?}");
        held.release().await;
        change().await.ok();
        other.stop().await;
    })
    .await;
}

/// A statement that takes too long is ended by the server, and its connection is used again.
#[actix_web::test]
async fn a_statement_has_a_time_limit() {
    let app = TestApp::start_with(Engine::Postgres, |config| config.database_statement_seconds = 1).await;
    app.during(async |app| {
        let slow = "create function slow() returns trigger language plpgsql as $$ begin \
                    perform pg_sleep(60); return new; end $$; \
                    create trigger slow before update on unit for each row execute function slow()";
        execute(&app.config, slow).await;
        let change = async || app.coordinator().patch(UNIT, "*", &json!({"note": "太慢"})).await;
        let running = "select count(*)::text from pg_stat_activity \
                       where datname = current_database() and wait_event = 'PgSleep'";
        let reply = change().await;
        assert_eq!(reply.header("retry-after"), "5");
        let problem = reply.problem(503, "overloaded");
        assert!(problem["detail"].as_str().unwrap().contains("超时"), "{problem}");
        assert_eq!(select(&app.config, running).await, ["0"]);
        execute(&app.config, "drop trigger slow on unit").await;
        change().await.ok();
        app.anonymous().ready().await;
    })
    .await;
}
