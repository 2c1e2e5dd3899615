//! `/extensions`: due days that move, on the record. Today is 2017-06-30.

mod create;
mod get;
mod grant;
mod list;
mod refuse;
mod sign;

use serde_json::{Value, json};

use crate::support::Reply;
pub use crate::support::sample::reports::act;

const OBLIGATION: &str = "dg-2017.2.1.d1.zdb.2017";

fn request(until: &str) -> Value {
    json!({"obligation_id": OBLIGATION, "requested_due_on": until, "reason": "项目征地未完成", "progress": "已公开三批项目清单"})
}

fn path(reply: &Reply) -> String {
    format!("/api/v1/extensions/{}", reply.json()["id"].as_str().unwrap())
}
