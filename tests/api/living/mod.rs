//! Every offered action can be taken, and all work is somebody's: when units are dissolved, plans closed,
//! events registered, and time goes on. Today is 2017-06-30.

mod conflicts;
mod model;
mod offers;
mod units;

use serde_json::{Value, json};

use crate::{
    reports::{REPORTS, report_on},
    support::{Caller, Reply, TestApp, texts},
};

/// Creates a thing; where it is.
async fn made(caller: &Caller<'_>, list: &str, body: &Value) -> String {
    caller.post(list, body).await.expect(201).header("location").to_owned()
}

/// What the caller may do to the thing.
async fn offered(caller: &Caller<'_>, path: &str) -> Value {
    caller.get(path).await.ok().json()["allowed_actions"].clone()
}

/// A plan of one task, published. Each requirement: who owes it, and its deadlines' rules.
async fn published(app: &TestApp, id: &str, requirements: &[(&str, Value)]) {
    let requirements: Vec<Value> = requirements
        .iter()
        .map(|(unit, rule)| json!({"text": "要求", "units": [{"code": unit}], "deadlines": [{"phrase": "期限", "rule": rule}]}))
        .collect();
    let plan = json!({"id": id, "title": "方案", "year": 2017, "settings": {"obligations_from": "2017-01-01"},
            "tasks": [{"title": "任务", "requirements": requirements}]});
    let caller = app.somebody("boss", "coordinator", None);
    caller.post("/api/v1/plans", &plan).await.expect(201);
    caller
        .transition(&format!("/api/v1/plans/{id}/publish"), "*")
        .await
        .ok();
}

async fn ids(app: &TestApp, query: &str) -> Vec<String> {
    let rows = app
        .role("auditor")
        .walk(&format!("/api/v1/obligations?limit=200&{query}"))
        .await;
    texts(&rows, "id")
}
