//! `/notices`. Today is 2017-06-30, a Friday.

mod answer;
mod approve;
mod automatic;
mod create;
mod escalation;
mod get;
mod issue;
mod life;
mod list;

use serde_json::{Value, json};

use crate::support::{Caller, Reply, TestApp};

/// Overdue since 2017-04-01.
const OBLIGATION: &str = "dg-2017.1.1.d1.humen.2017Q1";

/// A coordinator.
pub fn coordinator<'a>(app: &'a TestApp, subject: &str) -> Caller<'a> {
    app.somebody(subject, "coordinator", None)
}

/// Somebody of a unit.
pub fn of_unit<'a>(app: &'a TestApp, unit: &str) -> Caller<'a> {
    app.somebody(&format!("of-{unit}"), "unit_reporter", Some(unit))
}

/// A blue reminder to 虎门镇.
pub fn reminder() -> Value {
    json!({
        "plan_id": "dg-2017", "kind": "reminder", "level": "blue", "subject": "关于报送一季度进展的催办",
        "text": "请于7月7日前报送。", "units": ["humen"], "obligations": [OBLIGATION], "reply_by": "2017-07-07"
    })
}

/// A commendation or a criticism of 虎门镇 and 长安镇.
pub fn circular(kind: &str) -> Value {
    json!({"plan_id": "dg-2017", "kind": kind, "subject": "关于一季度进展的通报", "text": "现予通报。", "units": ["humen", "changan"]})
}

/// Another body, with some members changed.
pub fn with(mut body: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

pub async fn drafted(caller: &Caller<'_>, body: &Value) -> String {
    let reply = caller.post("/api/v1/notices", body).await.expect(201);
    reply.header("location").to_owned()
}

pub async fn issued(caller: &Caller<'_>, body: &Value) -> String {
    let path = drafted(caller, body).await;
    act(caller, &path, "issue").await.ok();
    path
}

/// A step without a body, on whatever version there is.
pub async fn act(caller: &Caller<'_>, path: &str, action: &str) -> Reply {
    caller.transition(&format!("{path}/{action}"), "*").await
}

/// A step with a body.
pub async fn say(caller: &Caller<'_>, path: &str, action: &str, body: &Value) -> Reply {
    caller.step(&format!("{path}/{action}"), body).await
}

async fn ids(caller: &Caller<'_>, query: &str) -> Vec<String> {
    let items = caller.walk(&format!("/api/v1/notices?limit=2&{query}")).await;
    let path = |id: String| format!("/api/v1/notices/{id}");
    crate::support::texts(&items, "id").into_iter().map(path).collect()
}
