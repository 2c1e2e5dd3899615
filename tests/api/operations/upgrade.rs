//! Two releases on one database, as `docs/operate/upgrades.md` has it in a table.

use super::lifecycle::client;
use crate::support::{
    Caller, Engine,
    database::{Database, config, execute},
    process::{Process, run, text},
};

/// While replicas are upgraded one by one, the older ones meet a database of the next release.
async fn an_older_binary_meets_a_newer_database(engine: Engine) {
    let database = Database::seeded(engine).await;
    let url = database.url.as_str();
    let http = client();
    let running = Process::start(&[("DATABASE_URL", url)]);
    let later = "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
                 select 9999, 'of a later release', success, checksum, execution_time from _sqlx_migrations where version = 1";
    execute(&config(url), later).await;

    let refused = run(&[], &[("DATABASE_URL", url), ("DUBAN_ADDR", "127.0.0.1:0")]);
    assert!(!refused.status.success(), "it would change what it does not know");
    let said = text(&refused.stderr);
    for needed in [
        "migration 9999 of a later release",
        "DUBAN_MIGRATE=false",
        "docs/operate/upgrades.md",
    ] {
        assert!(said.contains(needed), "{said}");
    }

    let restarted = Process::start(&[("DATABASE_URL", url), ("DUBAN_MIGRATE", "false")]);
    for process in [running, restarted] {
        let caller = Caller {
            http: &http,
            base: &process.base,
            token: None,
        };
        assert_eq!(caller.get("/readyz").await.ok().json()["status"], "ok");
        let plans = caller.get("/api/v1/plans").await.ok().json();
        assert_eq!(plans["total"], 1);
        process.stop().well();
    }
    database.drop().await;
}

#[actix_web::test]
async fn sqlite() {
    an_older_binary_meets_a_newer_database(Engine::Sqlite).await;
}

#[actix_web::test]
async fn postgres() {
    an_older_binary_meets_a_newer_database(Engine::Postgres).await;
}
