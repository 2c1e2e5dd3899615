//! `/extensions`: due days that move, on the record. Today is 2017-06-30.

mod create;
mod get;
mod grant;
mod list;
mod refuse;
mod sign;

use serde_json::{Value, json};

use crate::support::{Caller, Reply, TestApp};

const OBLIGATION: &str = "dg-2017.2.1.d1.zdb.2017";

fn of_unit<'a>(app: &'a TestApp, subject: &str, role: &str, unit: &str) -> Caller<'a> {
    app.bearing(Some(app.token(subject, &[role], Some(unit), &[])))
}

fn request(until: &str) -> Value {
    json!({"obligation_id": OBLIGATION, "requested_due_on": until, "reason": "项目征地未完成", "progress": "已公开三批项目清单"})
}

async fn act(caller: &Caller<'_>, path: &str, action: &str, etag: &str, body: &Value) -> Reply {
    Reply::to(
        caller
            .request(reqwest::Method::POST, &format!("{path}/{action}"))
            .header("If-Match", etag)
            .json(body),
    )
    .await
}

fn path(reply: &Reply) -> String {
    format!("/api/v1/extensions/{}", reply.json()["id"].as_str().unwrap())
}
