//! Running the service: probes, metrics, start and stop, the command line.

mod away;
mod commands;
mod crowded;
mod files;
mod full;
mod generate;
mod import;
mod interrupted;
mod kill;
mod lifecycle;
mod moved;
mod pooled;
mod probes;
mod restored;
mod seed;
mod silent;
mod slow;
mod statements;
mod upgrade;
mod workers;

use serde_json::json;

use crate::support::{Caller, Reply, database::Database, process::Process};

/// A store of attachments is asked, and does not answer.
fn out_of_reach(reply: Reply) {
    assert_eq!(reply.header("retry-after"), "5");
    let problem = reply.problem(503, "unavailable");
    assert!(problem["detail"].as_str().unwrap().contains("附件存储"), "{problem}");
}

/// The service over `database`, with its attachments in a store like S3 at `address`.
fn with_store_at(address: &str, database: &Database, more: &[(&str, &str)]) -> Process {
    let mut settings = vec![
        ("DATABASE_URL", database.url.as_str()),
        ("DUBAN_ATTACHMENTS", "s3://bucket/prefix"),
        ("AWS_ENDPOINT", address),
        ("AWS_ALLOW_HTTP", "true"),
        ("AWS_ACCESS_KEY_ID", "a"),
        ("AWS_SECRET_ACCESS_KEY", "b"),
        ("AWS_REGION", "c"),
    ];
    settings.extend(more);
    Process::start(&settings)
}

/// A draft of a report, for files.
async fn drafted(reporter: &Caller<'_>) -> String {
    let open = "/api/v1/obligations?as_of=2017-06-30&state=open&limit=1";
    let owed = reporter.get(open).await.ok().json();
    let body = json!({"obligation_id": owed["items"][0]["id"], "summary": "已完成"});
    let made = reporter.post("/api/v1/progress-reports", &body).await.expect(201);
    made.header("location").to_owned()
}

/// Tables that hold what people entered, with the number of their rows.
async fn row_counts(config: &duban::config::Config) -> Vec<String> {
    let tables = [
        "unit",
        "membership",
        "plan",
        "task",
        "requirement",
        "responsibility",
        "deadline",
        "indicator",
        "revision",
        "log_entry",
        "idempotency",
    ];
    let counts = tables.map(|table| format!("select '{table} ' || count(*) from {table}"));
    crate::support::database::select(config, &counts.join(" union all ")).await
}
