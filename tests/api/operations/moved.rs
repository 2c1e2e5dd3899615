//! The file of SQLite is deleted, moved away or replaced while it is open: what is written to it nobody would find again.

use std::{fs, path::PathBuf};

use serde_json::json;

use crate::support::{Engine, TestApp};

const UNIT: &str = "/api/v1/units/czj";

#[actix_web::test]
async fn nothing_is_taken_that_would_be_lost() {
    let app = TestApp::start(Engine::Sqlite).await;
    app.during(async |app| {
        let file = PathBuf::from(app.config.database_url.expose().trim_start_matches("sqlite://"));
        let away = file.with_extension("away");
        let change = async |note: &str| app.coordinator().patch(UNIT, "*", &json!({"note": note})).await;
        change("在").await.ok();
        fs::rename(&file, &away).unwrap();
        let refused = change("移走").await;
        assert_eq!(refused.header("retry-after"), "5");
        refused.problem(503, "unavailable");
        app.anonymous().get("/readyz").await.problem(503, "unavailable");
        assert!(!file.exists(), "no empty one comes in its place");
        // Another in its place is another.
        fs::copy(&away, &file).unwrap();
        change("替换").await.problem(503, "unavailable");
        app.anonymous().get("/readyz").await.problem(503, "unavailable");
        // Back again, it goes on.
        fs::rename(&away, &file).unwrap();
        change("回来").await.ok();
        app.anonymous().ready().await;
        fs::remove_file(&file).unwrap();
        change("删除").await.problem(503, "unavailable");
    })
    .await;
}
