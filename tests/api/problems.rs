//! Errors: what is wrong is said as `application/problem+json`, whoever noticed it.

mod bodies;
mod declared;
mod form;
mod fuzz;
mod headers;
mod odd;
mod paths;
mod positions;
mod texts;
mod wording;

use serde_json::{Value, json};

/// A plan that is accepted as it is.
fn plan() -> Value {
    json!({
        "id": "dg-2018", "title": "方案", "year": 2018, "issuer": "zwfwb",
        "tasks": [{"title": "任务", "requirements": [{
            "text": "正文", "units_phrase": "市财政局", "units": [{"code": "czj", "role": "lead"}],
            "deadlines": [{"phrase": "12月底", "rule": {"kind": "date", "due_on": "2018-12-31"}}],
            "indicators": [{"name": "办理率", "comparator": "gte", "target": 80, "unit": "%"}]
        }]}]
    })
}

/// `value` with something else at `pointer`, which may be a new member of what is there.
fn with(mut value: Value, pointer: &str, new: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match value.pointer_mut(parent).unwrap() {
        Value::Array(items) => items[name.parse::<usize>().unwrap()] = new,
        parent => parent[name] = new,
    }
    value
}

/// Each fault as `(pointer, code)`.
fn faults(problem: &Value) -> Vec<(&str, &str)> {
    let listed = problem["errors"].as_array().into_iter().flatten();
    listed
        .map(|fault| (fault["pointer"].as_str().unwrap(), fault["code"].as_str().unwrap()))
        .collect()
}
