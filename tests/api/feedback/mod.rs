//! `/feedback`: what the public says

mod create;
mod list;
mod publish;

use serde_json::{Value, json};

use crate::support::{Caller, Reply, TestApp, sample::reports::act};

const FEEDBACK: &str = "/api/v1/feedback";
const REQUIREMENT: &str = "dg-2017.17.3";

fn words(rating: i64, text: &str) -> Value {
    json!({"requirement_id": REQUIREMENT, "rating": rating, "text": text})
}

async fn give(caller: &Caller<'_>, body: &Value) -> String {
    caller
        .post(FEEDBACK, body)
        .await
        .expect(201)
        .header("location")
        .to_owned()
}

async fn publish(app: &TestApp, path: &str) {
    app.coordinator().transition(&format!("{path}/publish"), "*").await.ok();
}

async fn reject(caller: &Caller<'_>, path: &str) -> Reply {
    act(caller, path, "reject", "*", &json!({"reason": "与该事项无关"})).await
}

/// The feedback on a report, by its id.
fn on(report: &str, rating: i64) -> Value {
    json!({"report_id": report.rsplit('/').next().unwrap(), "rating": rating})
}

async fn total(caller: &Caller<'_>, query: &str) -> u64 {
    let list = caller.get(&format!("{FEEDBACK}{query}")).await.ok().json();
    assert_eq!(
        list["items"].as_array().map(Vec::len),
        list["total"].as_u64().and_then(|n| usize::try_from(n).ok())
    );
    list["total"].as_u64().unwrap()
}
