//! `duban verify`: holds for what was not touched, and finds the first entry that was.

use std::process::Output;

use duban::config::LogHash;
use serde_json::json;

use crate::support::{
    Engine, TestApp,
    database::{Database, config, execute, sealed},
    fixtures,
    process::{run, text},
};

fn verify(url: &str, args: &[&str]) -> Output {
    // In production, and without keys of issuers: they are of no concern to it.
    let env = [("DATABASE_URL", url), ("DUBAN_ENV", "production")];
    run(&[&["verify"], args].concat(), &env)
}

/// The head it prints.
#[track_caller]
fn intact(output: &Output) -> String {
    let printed = text(&output.stdout);
    assert!(output.status.success(), "{printed}{}", text(&output.stderr));
    let head = printed.lines().find_map(|line| line.strip_prefix("head "));
    head.unwrap().to_owned()
}

#[track_caller]
fn broken(output: &Output, signs: &[&str]) {
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for sign in signs {
        assert!(said.contains(sign), "{sign}: {said}");
    }
    assert!(output.stdout.is_empty());
}

/// What somebody did to the database, and what is said of it.
const TAMPERED: &[(&str, &[&str])] = &[
    (
        "update log_entry set actor = 'eve' where {40}",
        &["seq 40, id 0", ", unit.created ", "was altered"],
    ),
    (
        "update log_entry set actor_unit = 'zwfwb' where {40}",
        &["seq 40, id 0", "was altered"],
    ),
    (
        "update log_entry set event = 'unit.updated' where {40}",
        &["seq 40, id 0", "unit.updated ", "was altered"],
    ),
    (
        "update log_entry set subject = 'eve' where {40}",
        &["seq 40, id 0", "unit.created eve", "was altered"],
    ),
    (
        "update log_entry set plan_id = 'dg-2016' where {40}",
        &["seq 40, id 0", "was altered"],
    ),
    (
        "update log_entry set reason = '理由' where {40}",
        &["seq 40, id 0", "was altered"],
    ),
    (
        "update log_entry set after = '{}' where {40}",
        &["seq 40, id 0", "was altered"],
    ),
    (
        "update log_entry set before = 'null' where {40}",
        &["seq 40, id 0", "was altered"],
    ),
    (
        "update log_entry set request_id = 'request-1' where {40}",
        &["seq 40, id 0", "was altered"],
    ),
    (
        "update log_entry set at = '2017-06-30T01:00:00+00:00' where {40}",
        &["seq 40, id 0", "was altered"],
    ),
    (
        "update log_entry set actor_unit = '?' where {40}",
        &["seq 40, id 0", "unit.created ", "cannot be read"],
    ),
    // The first of several is named.
    (
        "update log_entry set actor = 'eve' where {40} or {20} or {60}",
        &["seq 20, id 0", "was altered"],
    ),
    (
        "update log_seal set hash = (select hash from log_seal where seq = 39) where seq = 40",
        &["seq 40, id 0", "was altered"],
    ),
    (
        "update log_seal set algorithm = 'sm3' where seq = 40",
        &["seq 40, id 0", "was altered"],
    ),
    (
        "delete from log_seal where seq = 40",
        &["seq 40: ", "no entry with this number"],
    ),
    (
        "delete from log_seal where seq = 1",
        &["seq 1: ", "no entry with this number"],
    ),
    // Its entry is still there.
    (
        "delete from log_seal where seq = 73",
        &["plan.published dg-2017", "neither sealed nor waiting"],
    ),
];

/// A sealed log to which this was done.
async fn tampered(engine: Engine, sql: &str) -> Database {
    let database = Database::seeded(engine).await;
    let mut sql = sql.to_owned();
    for seq in [20, 40, 60, 73] {
        let is_it = format!("id = (select entry_id from log_seal where seq = {seq})");
        sql = sql.replace(&format!("{{{seq}}}"), &is_it);
    }
    execute(&config(&database.url), &sql).await;
    database
}

async fn finds_what_was_touched(engine: Engine) {
    for (sql, signs) in TAMPERED {
        let database = tampered(engine, sql).await;
        broken(&verify(&database.url, &[]), signs);
        database.drop().await;
    }
}

/// Whoever owns the tables can take away what keeps entries of seals from being deleted.
fn unguarded(engine: Engine, sql: &str) -> String {
    match engine {
        Engine::Sqlite => format!("pragma foreign_keys = off; {sql}"),
        Engine::Postgres => format!("alter table log_seal drop constraint log_seal_entry_id_fkey; {sql}"),
    }
}

async fn finds_what_is_gone(engine: Engine) {
    let database = Database::seeded(engine).await;
    let head = intact(&verify(&database.url, &[]));
    assert!(head.starts_with("73:"), "{head}");
    assert_eq!(intact(&verify(&database.url, &["--expect", &head])), head);
    let other = format!("73:{}", "0".repeat(64));
    let rewritten = verify(&database.url, &["--expect", &other]);
    broken(&rewritten, &["seq 73, id 0", "plan.published dg-2017", "written down"]);
    assert_eq!(verify(&database.url, &["--expect", "73"]).status.code(), Some(2));

    let last = unguarded(
        engine,
        "delete from log_entry where {73}; delete from log_seal where seq = 73",
    );
    let cut = tampered(engine, &last).await;
    // Of itself a shorter log is as good as a longer one.
    assert!(intact(&verify(&cut.url, &[])).starts_with("72:"));
    broken(
        &verify(&cut.url, &["--expect", &head]),
        &["seq 73", "the log ends at 72"],
    );
    cut.drop().await;

    let gone = tampered(engine, &unguarded(engine, "delete from log_entry where {40}")).await;
    broken(&verify(&gone.url, &[]), &["seq 40, id 0", "the entry is gone"]);
    gone.drop().await;

    let waiting =
        "insert into log_pending (entry_id) select id from log_entry where {73}; delete from log_seal where seq = 73";
    let waiting = tampered(engine, waiting).await;
    let output = verify(&waiting.url, &[]);
    assert!(intact(&output).starts_with("72:") && text(&output.stdout).contains("1 条待封存"));
    execute(
        &config(&waiting.url),
        &unguarded(engine, "delete from log_entry where event = 'plan.published'"),
    )
    .await;
    broken(&verify(&waiting.url, &[]), &["it waited to be sealed, and is gone"]);
    waiting.drop().await;
    database.drop().await;
}

#[actix_web::test]
async fn finds_what_was_touched_on_sqlite() {
    finds_what_was_touched(Engine::Sqlite).await;
}

#[actix_web::test]
async fn finds_what_was_touched_on_postgres() {
    finds_what_was_touched(Engine::Postgres).await;
}

#[actix_web::test]
async fn finds_what_is_gone_on_sqlite() {
    finds_what_is_gone(Engine::Sqlite).await;
}

#[actix_web::test]
async fn finds_what_is_gone_on_postgres() {
    finds_what_is_gone(Engine::Postgres).await;
}

/// The algorithm may change; what was sealed before stays provable. Beside a running service, and with
/// numbers that the two databases keep in spellings of their own.
async fn proves_two_algorithms(engine: Engine) {
    let app = TestApp::start_with(engine, |config| config.log_hash = LogHash::Sm3).await;
    app.during(async |app: &TestApp| {
        let mut plan = fixtures::plan("dg-2018");
        let indicator = plan["tasks"][0]["requirements"][0]["indicators"][0].clone();
        let targets = [1e12, 0.1, 1e-7, 80.0, -0.0, 1.5e-300].map(|target| json!(target));
        let indicators = targets.map(|target| {
            let mut indicator = indicator.clone();
            indicator["target"] = target;
            indicator
        });
        plan["tasks"][0]["requirements"][0]["indicators"] = json!(indicators);
        app.coordinator().post("/api/v1/plans", &plan).await.expect(201);
        sealed(&app.app).await;
        let head = intact(&verify(app.config.database_url.expose(), &[]));
        let event = app.role("auditor").get("/api/v1/audit-events/74").await.ok().json();
        assert_eq!(event["algorithm"], "sm3");
        assert_eq!(head, format!("74:{}", event["hash"].as_str().unwrap()));
        let before = app.role("auditor").get("/api/v1/audit-events/73").await.ok().json();
        assert_eq!(before["algorithm"], "sha256");
    })
    .await;
}

#[actix_web::test]
async fn proves_two_algorithms_on_sqlite() {
    proves_two_algorithms(Engine::Sqlite).await;
}

#[actix_web::test]
async fn proves_two_algorithms_on_postgres() {
    proves_two_algorithms(Engine::Postgres).await;
}

#[test]
fn makes_no_database() {
    let dir = tempfile::tempdir().unwrap();
    let output = verify(&format!("sqlite://{}/duban.sqlite3", dir.path().display()), &[]);
    broken(&output, &["cannot read the database"]);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}
