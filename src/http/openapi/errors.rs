//! What all routes of a kind have in common: the headers they read, the errors they answer with.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::operations;
use crate::{error::Code, http::problem::PROBLEM_JSON};

/// What is read with a token only.
const PRIVATE: &[&str] = &[
    "/amendments",
    "/assessment",
    "/history",
    "/obligations",
    "/extensions",
    "/notices",
    "/second-reviews",
    "/audit-events",
];

/// Declares, for each operation, the headers it reads and every error it can answer with.
pub fn add_errors(document: &mut Value) {
    let mut used: BTreeSet<u16> = BTreeSet::new();
    operations(document, |method, path, operation| {
        let api = path.starts_with("/api/");
        // Asks, though it is a POST: what it asks does not fit into a query.
        let asks = path == "/api/v1/deadlines/parse";
        let write = method != "get" && !asks;
        let creates = operation["responses"].get("201").is_some();
        let private = write || PRIVATE.iter().any(|part| path.contains(part));
        let mut parameters = operation
            .get("parameters")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        let has_query = parameters.iter().any(|parameter| parameter["in"] == "query");
        let mut statuses: Vec<u16> = vec![500];
        if api {
            statuses.extend([400, 401, 503]);
        }
        if path == "/readyz" {
            statuses.push(503);
        }
        if path.contains('{') {
            statuses.push(404);
        }
        let by_calendar = path.contains("/calendar/")
            || path.ends_with("/calendar.ics")
            || parameters.iter().any(|parameter| parameter["name"] == "as_of");
        if by_calendar {
            statuses.push(422);
        }
        if operation.contains_key("requestBody") {
            statuses.extend([413, 415, 422]);
        }
        if private {
            statuses.push(403);
            // The security of the document says that a token may be left out: here it may not.
            operation.insert("security".into(), json!([{"bearer": []}]));
        }
        if api && method == "get" {
            statuses.push(406);
            parameters.push(header(
                "If-None-Match",
                "已有的 ETag；未变则 304 (answered with 304 when unchanged)",
                false,
                "\"1-2f3a\"",
            ));
            operation["responses"]["304"] = json!({"description": "未变化 (not modified)"});
        }
        if write {
            statuses.extend([409, 507]);
            if method == "post" {
                parameters.push(header(
                    "Idempotency-Key",
                    "重试时保证只做一次；同键同内容给出同一答复 (repeats are answered alike)",
                    false,
                    "8f14e45f-ceea-467f-a9d4-7d8c1f2b3a4c",
                ));
                statuses.push(422);
            }
            if path == "/api/v1/feedback" {
                statuses.push(429);
            }
            if has_query {
                statuses.push(422);
            }
            // Many things at once have no one version.
            if !creates && path.contains('{') {
                parameters.push(header(
                    "If-Match",
                    "读取时的 ETag，或 `\"版本\"` (the ETag you read, or the quoted version)",
                    // A year of the calendar may be new.
                    !path.contains("/calendar/"),
                    "\"1\"",
                ));
                statuses.extend([412, 428]);
            }
        }
        if !parameters.is_empty() {
            operation.insert("parameters".into(), Value::Array(parameters));
        }
        statuses.sort_unstable();
        statuses.dedup();
        for status in statuses {
            operation["responses"][status.to_string()] =
                json!({"$ref": format!("#/components/responses/Problem{status}")});
            used.insert(status);
        }
        if let Some(responses) = operation["responses"].as_object_mut() {
            responses.sort_keys();
            for (status, response) in responses {
                add_headers(status, api, write, response);
            }
        }
    });
    let mut responses = Map::new();
    for status in used {
        let codes: Vec<Code> = Code::ALL
            .iter()
            .copied()
            .filter(|code| code.status().as_u16() == status)
            .collect();
        let titles: Vec<String> = codes
            .iter()
            .map(|code| format!("`{}` {} ({})", code.as_str(), code.title().zh, code.title().en))
            .collect();
        let example = codes.first().map(|code| {
            json!({
                "type": format!("/errors#{}", code.as_str()), "title": code.title().zh, "status": status, "code": code.as_str(),
                "detail": code.title().zh, "instance": "/api/v1/requirements/dg-2017.17.3", "request_id": "019a1b2c-3d4e-7f00-8000-000000000000"
            })
        });
        let content = json!({PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}});
        responses.insert(
            format!("Problem{status}"),
            json!({"description": titles.join("；"), "content": content}),
        );
    }
    document["components"]["responses"] = Value::Object(responses);
}

fn header(name: &str, description: &str, required: bool, example: &str) -> Value {
    json!({"name": name, "in": "header", "description": description, "required": required, "schema": {"type": "string"}, "example": example})
}

fn add_headers(status: &str, api: bool, write: bool, response: &mut Value) {
    if response.get("$ref").is_some() || !api {
        return;
    }
    let text = |description: &str| json!({"description": description, "schema": {"type": "string"}});
    let mut headers = Map::new();
    if status == "200" || status == "201" || status == "304" {
        headers.insert(
            "ETag".into(),
            text("版本标签，用于 If-Match 和 If-None-Match (entity tag)"),
        );
    }
    if status == "201" {
        headers.insert("Location".into(), text("新资源的路径 (where it is)"));
    }
    if status == "200" && !write {
        headers.insert("Link".into(), text("下一页 rel=\"next\" (the next page)"));
    }
    if !headers.is_empty() {
        response["headers"] = Value::Object(headers);
    }
}
