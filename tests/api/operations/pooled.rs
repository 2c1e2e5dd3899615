//! PgBouncer in front of PostgreSQL: with sessions of our own it is not noticed, without them nothing starts.

use serde_json::json;

use crate::support::{
    Engine, TestApp,
    database::{Database, config},
    pooler::Pooler,
    process::{run, text},
    soon,
};

const UNIT: &str = "/api/v1/units/czj";

#[actix_web::test]
async fn with_sessions_of_their_own_replicas_work() {
    let mut pooler = None;
    let app = TestApp::start_on(Engine::Postgres, async |config| {
        let mut url = config.database_url.expose().to_owned();
        pooler = Pooler::before(&mut url, "session").await;
        config.database_url = url.as_str().into();
    })
    .await;
    app.during(async |app| {
        let other = app.replica().await;
        for note in ["一", "二", "三"] {
            app.coordinator().patch(UNIT, "*", &json!({"note": note})).await.ok();
            // It hears of the change, and reads it at once.
            soon(async || other.anonymous().get(UNIT).await.ok().json()["note"] == note).await;
        }
        other.stop().await;
    })
    .await;
    if pooler.is_none() {
        eprintln!("PgBouncer is not installed: tried without");
    }
}

#[actix_web::test]
async fn where_sessions_are_shared_nothing_starts() {
    let database = Database::empty(Engine::Postgres).await;
    for mode in ["transaction", "statement"] {
        let mut url = database.url.clone();
        let Some(_pooler) = Pooler::before(&mut url, mode).await else {
            eprintln!("PgBouncer is not installed: not tried");
            break;
        };
        assert!(config(&url).migrate);
        for command in ["serve", "migrate", "verify"] {
            let output = run(&[command], &[("DATABASE_URL", &url), ("DUBAN_ADDR", "127.0.0.1:0")]);
            let said = text(&output.stderr);
            assert!(!output.status.success(), "{mode}: {command}");
            assert!(said.contains("pool_mode = session"), "{mode}: {command}: {said}");
        }
    }
    database.drop().await;
}
