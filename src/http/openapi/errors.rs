//! What follows from the answers that an operation declares: the headers it reads and sends, and its security.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::operations;
use utoipa::openapi::Required;

use crate::{
    error::Code,
    http::{input::if_match_header, problem::PROBLEM_JSON},
};

/// Completes what each operation says that it answers: with what follows from it, and the headers it reads.
pub fn add_errors(document: &mut Value) {
    let mut used: BTreeSet<u16> = BTreeSet::new();
    operations(document, |method, _, operation| {
        let answers = |operation: &Map<String, Value>, status: &str| operation["responses"].get(status).is_some();
        let reads = method == "get" && answers(operation, "400");
        let writes = answers(operation, "409");
        let mut parameters = operation
            .get("parameters")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        let mut statuses: Vec<u16> = vec![500];
        if answers(operation, "403") && !operation.contains_key("security") {
            // The security of the document says that a token may be left out: here it may not.
            operation.insert("security".into(), json!([{"bearer": []}]));
        }
        if reads {
            parameters.push(header(
                "If-None-Match",
                "已有的 ETag；未变则 304 (answered with 304 when unchanged)",
            ));
            operation["responses"]["304"] = json!({"description": "未变化 (not modified)"});
        }
        if reads && answers(operation, "401") {
            statuses.push(406);
        }
        // Of what not everybody sees, a token that may not read is shown nothing: `reply::Representation`.
        let shows_all = ["plans", "tasks", "requirements", "deadlines", "units", "calendar"];
        let tag = operation["tags"][0].as_str().unwrap_or_default();
        let amends = writes && ["plans", "tasks", "requirements", "deadlines"].contains(&tag);
        if answers(operation, "428") && answers(operation, "200") && !shows_all.contains(&tag) {
            let done =
                "已完成；令牌没有 `read` 范围时不返回内容 (done; a token without the scope `read` is shown nothing)";
            operation["responses"]["204"] = json!({"description": done});
        }
        if writes {
            parameters.push(header(
                "Idempotency-Key",
                "重试时保证只做一次，每次新请求用新的键；同键同内容给出同一答复 (a new key for each request; repeats are answered alike)",
            ));
            statuses.push(422);
        }
        let has_if_match = parameters.iter().any(|parameter| parameter["name"] == "If-Match");
        if answers(operation, "428") && !has_if_match {
            parameters.push(json!(if_match_header(Required::True).build()));
        }
        let of_one = has_if_match || answers(operation, "428") || answers(operation, "201");
        if !parameters.is_empty() {
            operation.insert("parameters".into(), Value::Array(parameters));
        }
        for status in statuses {
            operation["responses"][status.to_string()] =
                json!({"$ref": format!("#/components/responses/Problem{status}")});
        }
        if let Some(responses) = operation["responses"].as_object_mut() {
            responses.sort_keys();
            used.extend(
                responses
                    .keys()
                    .filter_map(|status| status.parse::<u16>().ok())
                    .filter(|status| *status >= 400),
            );
            for (status, response) in responses {
                add_headers(status, reads, of_one, writes, response);
                if amends && status.starts_with('2') && response.get("$ref").is_none() {
                    response["headers"]["Obligations"] = obligations();
                }
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
            json!({"description": titles.join("；"), "headers": error_headers(status), "content": content}),
        );
    }
    document["components"]["responses"] = Value::Object(responses);
}

/// What became of the ledger.
fn obligations() -> Value {
    let description = "已发布的方案修订后台账的变化：新增、移动、撤去和保留的应办事项数；保留的是按修订已不再这样要求、但已到期或已着手办理而未办结的\
                       (what became of the ledger by a change of a published plan: how many obligations were created, moved, \
                       withdrawn and kept; those are kept that are not asked for any more, or with another day, but were due \
                       already or begun, and are not done)";
    json!({"description": description, "schema": {"type": "string"}, "example": "created=0, moved=2, withdrawn=0, kept=1"})
}

/// Without an example: sent as it stands, it would do harm.
fn header(name: &str, description: &str) -> Value {
    json!({"name": name, "in": "header", "description": description, "required": false, "schema": {"type": "string"}})
}

fn text(description: &str) -> Value {
    json!({"description": description, "schema": {"type": "string"}})
}

/// The headers of an answer that is no error: `of_one` thing, which has a version; `repeats`: under an Idempotency-Key.
fn add_headers(status: &str, reads: bool, of_one: bool, repeats: bool, response: &mut Value) {
    if response.get("$ref").is_some() || !(reads || of_one || repeats) {
        return;
    }
    let mut headers = Map::new();
    if (reads || of_one) && matches!(status, "200" | "201" | "304") {
        headers.insert(
            "ETag".into(),
            text("版本标签，用于 If-Match 和 If-None-Match (entity tag)"),
        );
    }
    if status == "201" {
        headers.insert("Location".into(), text("新资源的路径 (where it is)"));
    }
    if status == "200" && reads {
        headers.insert("Link".into(), text("下一页 rel=\"next\" (the next page)"));
    }
    if repeats && matches!(status, "200" | "201") {
        headers.insert(
            "Idempotency-Replayed".into(),
            text("`true`：这是先前答复的重复 (`true`: an earlier answer, given again)"),
        );
    }
    if !headers.is_empty() {
        response["headers"] = Value::Object(headers);
    }
}

/// The headers of the errors with this status.
fn error_headers(status: u16) -> Value {
    let mut headers =
        json!({"X-Request-Id": text("本次请求的编号，排查时提供 (the request's id, for whoever looks into it)")});
    let more = match status {
        401 => Some(("WWW-Authenticate", "如何认证 (how to authenticate; RFC 6750)")),
        405 => Some(("Allow", "可用的方法 (the methods there are)")),
        412 => Some(("ETag", "当前版本，如可告知 (the present version, where it may be told)")),
        429 | 503 => Some(("Retry-After", "多少秒后再试 (seconds to wait)")),
        _ => None,
    };
    if let Some((name, description)) = more {
        headers[name] = text(description);
    }
    headers
}
