//! A database without room: nothing is written, all is read, and it goes on as soon as there is room.

use futures_util::future::join_all;
use reqwest::Client;
use serde_json::{Value, json};

use crate::support::{
    Caller, Engine, Reply, TestApp,
    database::{Database, config, execute},
    process::Process,
    soon,
};

const UNIT: &str = "/api/v1/units/czj";
/// Read from the database, not from memory.
const LEDGER: &str = "/api/v1/obligations?as_of=2017-06-30&limit=5";

async fn write(caller: &Caller<'_>, note: &str) -> Reply {
    caller.patch(UNIT, "*", &json!({"note": note})).await
}

fn refused(reply: Reply) {
    assert_eq!(reply.header("retry-after"), "30");
    let problem = reply.problem(507, "insufficient_storage");
    assert!(problem["detail"].as_str().unwrap().contains("存储空间"), "{problem}");
}

/// Numbers of the sealed log: what was written is in it soon.
async fn last_sealed(caller: &Caller<'_>) -> Value {
    caller.get("/api/v1/audit-events?sort=-seq&limit=1").await.ok().json()["items"][0]["seq"].clone()
}

/// The process may not extend any file: every write of SQLite fails, as on a full disk.
#[cfg(target_os = "linux")]
#[actix_web::test]
async fn sqlite_writes_again_the_moment_there_is_room() {
    let database = Database::seeded(Engine::Sqlite).await;
    // Eight wait for the one writer below, on a machine that may be busy: that is not what is tried here.
    let process = Process::start_confined(&[("DATABASE_URL", &database.url), ("DUBAN_DATABASE_LOCK_SECONDS", "300")]);
    let http = Client::builder().no_proxy().build().unwrap();
    let config = config(&database.url);
    let as_role = |role: &str| process.caller(&http, &config, &[role]);
    let (coordinator, auditor) = (as_role("coordinator"), as_role("auditor"));
    write(&coordinator, "之前").await.ok();

    for round in 0..3 {
        process.let_files_grow_to("0");
        refused(write(&coordinator, "写不下").await);
        join_all((0..8).map(async |_| refused(write(&coordinator, "写不下").await))).await;
        for path in [UNIT, LEDGER, "/api/v1/requirements?limit=5"] {
            auditor.get(path).await.ok();
        }
        auditor.get("/readyz").await.problem(503, "unavailable");
        if round == 2 {
            // Nobody writes: it finds out by itself.
            process.let_files_grow_to("unlimited");
            auditor.ready().await;
        }
        assert_ne!(auditor.get(UNIT).await.ok().json()["note"], "写不下");

        process.let_files_grow_to("unlimited");
        let note = format!("又能写 {round}");
        write(&coordinator, &note).await.ok();
        assert_eq!(auditor.get(UNIT).await.ok().json()["note"], *note);
        let before = last_sealed(&auditor).await;
        write(&coordinator, "再写").await.ok();
        soon(async || last_sealed(&auditor).await != before).await;
    }
    process.stop().well();
    database.drop().await;
}

/// PostgreSQL says so itself; here it is made to.
#[actix_web::test]
async fn postgres_writes_again_the_moment_there_is_room() {
    let app = TestApp::start(Engine::Postgres).await;
    app.during(async |app| {
        let full = "create function full_disk() returns trigger language plpgsql as $$ begin \
                    raise exception 'could not extend file' using errcode = '53100'; end $$; \
                    create trigger full_disk before insert on log_entry execute function full_disk()";
        execute(&app.config, full).await;
        let coordinator = app.coordinator();
        for _ in 0..3 {
            refused(write(&coordinator, "写不下").await);
            app.role("auditor").get(LEDGER).await.ok();
        }
        execute(&app.config, "drop trigger full_disk on log_entry").await;
        write(&coordinator, "又能写").await.ok();
    })
    .await;
}
