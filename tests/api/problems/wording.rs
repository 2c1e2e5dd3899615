//! What is wrong with a request is said in whole sentences of the API, in both languages, whatever found it.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::support::{Caller, Reply, document::Document, sample::sample};

/// Words that only libraries use.
const FOREIGN: &[&str] = &[
    "expected",
    "invalid type",
    "invalid value",
    "invalid length",
    "invalid digit",
    "EOF",
    "i32",
    "u32",
    "i64",
    "u64",
    "f64",
    "usize",
    "struct",
    "variant",
    "sequence",
    "tuple",
    " map",
    "string `",
    "` at",
    "premature",
    "out of range",
    "trailing",
    "parsing",
    "unsupported",
    "deserial",
    "did not match",
    "`",
];

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

/// Every text of a problem is in the language that was asked for, and in the words of the API.
#[track_caller]
fn readable(what: &str, language: &str, problem: &Value) {
    let faults = problem["errors"].as_array().into_iter().flatten();
    let texts = faults
        .map(|fault| &fault["detail"])
        .chain([&problem["detail"], &problem["title"]]);
    for text in texts.map(|text| text.as_str().unwrap()) {
        let foreign = FOREIGN.iter().find(|word| text.contains(*word));
        assert_eq!(foreign, None, "{what}: {text}");
        assert_eq!(is_chinese(text), language == "zh", "{what}: {text}");
    }
}

/// Sends a request in each language, and gives the English problem, if it is one.
async fn refused(what: &str, request: impl Fn() -> RequestBuilder) -> Option<Value> {
    let mut last = None;
    for language in ["zh", "en"] {
        let reply = Reply::to(request().header("Accept-Language", language)).await;
        assert!(reply.status < 500, "{what}: {}", reply.text());
        if reply.status < 400 {
            return None;
        }
        let problem = reply.json();
        readable(what, language, &problem);
        last = Some(problem);
    }
    last
}

fn json_body(caller: &Caller<'_>, method: Method, path: &str, body: Vec<u8>) -> RequestBuilder {
    let request = caller.request(method, path).header("If-Match", "*");
    request.header("Content-Type", "application/json").body(body)
}

/// What a field can be instead of what it should be.
fn wrong() -> Vec<Value> {
    vec![
        json!("x"),
        json!(-7),
        json!(1.5),
        json!(1e30),
        json!([7]),
        json!({"x": 7}),
        json!(null),
        json!(true),
        json!("17-06-30"),
    ]
}

fn object_schemas<'d>(document: &'d Document, schema: &'d Value) -> Vec<&'d Value> {
    let schema = document.resolve(schema);
    let of = ["oneOf", "anyOf", "allOf"]
        .iter()
        .find_map(|key| schema[*key].as_array());
    match of {
        Some(all) => all.iter().flat_map(|schema| object_schemas(document, schema)).collect(),
        None => vec![schema],
    }
}

on_both! {
    /// Each field of each body, as something else.
    async fn of_each_field(app: &TestApp) {
        let document = Document::of(app).await;
        let caller = app.all_roles(&[]);
        let mut refusals = 0;
        for (n, operation) in document.operations().into_iter().enumerate() {
            let Some(schema) = operation.value["requestBody"]["content"]["application/json"].get("schema") else { continue };
            let made = sample(app, operation, 8000 + n).await;
            let good = made.body.clone().unwrap_or_else(|| json!({}));
            let fields = object_schemas(&document, schema).into_iter().filter_map(|schema| schema["properties"].as_object());
            let send = async |what: &str, body: Vec<u8>| {
                let what = format!("{} {what}", operation.name());
                refused(&what, || json_body(&caller, operation.method(), &made.path, body.clone())).await
            };
            for name in fields.flat_map(|fields| fields.keys()) {
                // All at once with another fault, so that nothing is done and what is wrong is told beside it.
                for value in wrong() {
                    let mut body = good.clone();
                    body[name] = value.clone();
                    body["nosuch"] = json!(1);
                    let problem = send(&format!("{name}: {value}"), body.to_string().into_bytes()).await.unwrap();
                    assert_eq!(problem["code"], "invalid", "{body} {problem}");
                    let faults = problem["errors"].as_array().unwrap();
                    assert!(faults.iter().any(|fault| fault["pointer"] == "/nosuch"), "{problem}");
                    refusals += faults.len();
                }
            }
            let whole = good.to_string().into_bytes();
            for body in [whole[..whole.len() - 1].to_vec(), b" ".to_vec(), b"[1, 2".to_vec(), b"{\"a\": 1e999}".to_vec(), b"{,}".to_vec(), b"{\"\\ud800\": 1}".to_vec()] {
                let problem = send("cut off", body).await.unwrap();
                assert_eq!(problem["code"], "malformed_json", "{problem}");
            }
        }
        assert!(refusals > 1000, "{refusals}");
    }

    /// Each parameter of each query, as something else.
    async fn of_each_parameter(app: &TestApp) {
        let document = Document::of(app).await;
        let caller = app.all_roles(&[]);
        let mut refusals = 0;
        for (n, operation) in document.operations().into_iter().enumerate().filter(|(_, operation)| operation.is_read()) {
            let path = sample(app, operation, 8500 + n).await.path;
            let path = path.split('?').next().unwrap();
            for parameter in operation.parameters("query") {
                let (name, schema) = (parameter["name"].as_str().unwrap(), document.resolve(&parameter["schema"]));
                let schema = schema.get("items").map_or(schema, |items| document.resolve(items));
                for value in ["x y", "1.5", "99999999999999999999", "-1", "17-06-30", "2017-02-30", "", "\u{200b}"] {
                    let query = serde_html_form::to_string([(name, value)]).unwrap();
                    let what = format!("{} {name}={value}", operation.name());
                    let Some(problem) = refused(&what, || caller.request(Method::GET, &format!("{path}?{query}"))).await else {
                        // Numbers in words are words; a search is for anything.
                        let free = ["q", "limit", "cursor", "sort", "fields", "embed", "format", "bom", "headers", "reason"].contains(&name);
                        assert!(free || schema["format"] != "date" && schema["format"] != "date-time", "{what} is taken");
                        assert!(free || !value.trim_matches('\u{200b}').is_empty(), "{what} is taken");
                        continue;
                    };
                    refusals += 1;
                    let detail = problem["errors"][0]["detail"].as_str().unwrap_or_default();
                    if value.trim_matches('\u{200b}').is_empty() || problem["errors"][0]["parameter"] != name {
                        continue;
                    }
                    match schema["format"].as_str() {
                        Some("date") => assert!(detail.contains("2017-12-31"), "{what}: {detail}"),
                        Some("date-time") => assert!(detail.contains("2017-06-30T09:00:00Z"), "{what}: {detail}"),
                        _ => {}
                    }
                }
            }
        }
        assert!(refusals > 300, "{refusals}");
    }
}
