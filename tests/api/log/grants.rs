//! What a service with the rights of `docs/postgres-grants.sql` can do, and what it cannot.

use duban::ids::secret;
use reqwest::Client;
use serde_json::json;

use crate::support::{
    Caller, Engine,
    database::{Database, config, execute, refused, select},
    process::{Process, run, text},
};

const GRANTS: &str = include_str!("../../../docs/postgres-grants.sql");

#[actix_web::test]
async fn are_enough_to_serve_and_not_to_forge() {
    let database = Database::seeded(Engine::Postgres).await;
    let owner = config(&database.url);
    // Roles belong to the whole server.
    let role = format!("duban_service_{}", secret());
    let password = secret();
    execute(&owner, &format!("create role {role} login password '{password}'")).await;
    // It can be run again.
    for _ in 0..2 {
        execute(&owner, &GRANTS.replace("duban_service", &role)).await;
    }
    let mut url = reqwest::Url::parse(&database.url).unwrap();
    url.set_username(&role).unwrap();
    url.set_password(Some(&password)).unwrap();
    let url = String::from(url);

    let service = Process::start(&[
        ("DATABASE_URL", &url),
        ("DUBAN_MIGRATE", "false"),
        ("DUBAN_SEED", "false"),
    ]);
    let http = Client::builder().no_proxy().build().unwrap();
    let caller = |role: &str| Caller {
        http: &http,
        base: &service.base,
        token: Some(text(&run(&["token", "--role", role], &[]).stdout).trim().to_owned()),
    };
    let (coordinator, auditor) = (caller("coordinator"), caller("auditor"));
    coordinator.get("/readyz").await.ok();
    let note = json!({"note": "备注"});
    coordinator.patch("/api/v1/units/hbj", "*", &note).await.ok();
    let plan = json!({"id": "dg-2018", "title": "方案", "year": 2018});
    coordinator.post("/api/v1/plans", &plan).await.expect(201);
    coordinator.transition("/api/v1/plans/dg-2018/publish", "*").await.ok();
    coordinator.delete("/api/v1/units/lyj", "*").await;
    let mut seen = 0;
    while seen < 3 {
        let page = auditor.get("/api/v1/audit-events?after=73").await.ok().json();
        seen = page["items"].as_array().unwrap().len();
    }
    service.stop().well();
    let output = run(&["verify"], &[("DATABASE_URL", &url)]);
    assert!(output.status.success(), "{}", text(&output.stderr));

    let service = config(&url);
    for table in ["log_entry", "log_seal"] {
        let column = if table == "log_entry" { "actor" } else { "hash" };
        for forgery in [
            format!("update {table} set {column} = 'eve'"),
            format!("delete from {table}"),
            format!("truncate {table} cascade"),
            format!("drop table {table} cascade"),
            format!("alter table {table} disable trigger all"),
        ] {
            let why = refused(&service, &forgery).await;
            assert!(
                why.contains("permission denied") || why.contains("must be owner"),
                "{forgery}: {why}"
            );
        }
        assert!(
            !select(&service, &format!("select {column} from {table}"))
                .await
                .is_empty()
        );
    }
    let unread = "select cast(relname as text) from pg_class where relnamespace = to_regnamespace('public') \
                  and relkind in ('r', 'p', 'v', 'm', 'S') and not has_table_privilege(oid, 'select')";
    assert_eq!(select(&service, unread).await, [""; 0], "a backup reads everything");
    for forged in [
        "create table forged (id bigint)",
        "create temporary table unit (id bigint)",
    ] {
        let why = refused(&service, forged).await;
        assert!(why.contains("permission denied"), "{forged}: {why}");
    }
    refused(&service, "update _sqlx_migrations set version = 1").await;
    execute(&owner, &format!("drop owned by {role}; drop role {role}")).await;
    database.drop().await;
}
