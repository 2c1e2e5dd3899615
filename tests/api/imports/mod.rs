//! `/imports`

mod at_once;
mod beside;
mod commit;
mod create;
mod exported;
mod left;
mod odd;
mod others;
mod times;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Caller, Reply, sample::feedback::form};

/// Sends a file.
pub async fn import(caller: &Caller<'_>, name: &str, bytes: &[u8]) -> Reply {
    Reply::to(form(caller.request(Method::POST, "/api/v1/imports"), name, bytes)).await
}

/// The codes of what was found.
fn codes(import: &Value) -> Vec<&str> {
    let findings = import["preview"]["findings"].as_array().unwrap();
    findings
        .iter()
        .map(|finding| finding["code"].as_str().unwrap())
        .collect()
}

/// What says which plan is made.
fn called(id: &str) -> Value {
    json!({"plan": {"id": id}})
}
