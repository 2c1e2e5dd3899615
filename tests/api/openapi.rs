//! The OpenAPI document: as committed, well-formed, and true of the running service.

mod clients;
mod routes;

use std::collections::BTreeSet;

use duban::http::openapi;
use serde_json::{Value, json};

use crate::support::{
    Engine, Reply, TestApp,
    document::{Document, Operation, visit},
    sample::sample,
};

#[test]
fn the_committed_document_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/openapi.json");
    let committed = std::fs::read_to_string(path).unwrap();
    // No `assert_eq!`: nobody wants to see two documents of this length.
    assert!(
        committed == openapi::document().unwrap(),
        "openapi/openapi.json is not what the code says. If the change is meant:\n    \
         cargo run -- openapi > openapi/openapi.json"
    );
}

/// `$ref` of the schema, without what stands before the name.
fn name_of(reference: &Value) -> &str {
    reference["$ref"]
        .as_str()
        .unwrap_or_default()
        .rsplit('/')
        .next()
        .unwrap()
}

/// A word is the last segment of its route; what is done by another method, or elsewhere, says where.
#[test]
fn what_is_offered_is_called_as_its_route_is() {
    let document = Document::new(serde_json::from_str(&openapi::document().unwrap()).unwrap());
    let all = document.operations();
    let names: BTreeSet<String> = all.iter().map(Operation::name).collect();
    let mut seen = 0;
    for operation in all
        .iter()
        .filter(|operation| operation.is_read() && operation.path.ends_with("/{id}"))
    {
        let reply = &operation.value["responses"]["200"]["content"]["application/json"]["schema"];
        let offered = &document.resolve(reply)["properties"]["allowed_actions"];
        if offered.is_null() {
            continue;
        }
        seen += 1;
        assert_eq!(
            name_of(&document.resolve(reply)["properties"]["links"]),
            "Links",
            "{}",
            operation.name()
        );
        let (path, actions) = (operation.path, document.resolve(&offered["items"]));
        let described = actions["description"].as_str().unwrap_or_default();
        for word in actions["enum"].as_array().unwrap() {
            let word = word.as_str().unwrap();
            let said = described.split_once(&format!("`{word}` 即 "));
            let route = match said {
                None => format!("POST {path}/{word}"),
                Some((_, rest)) if rest.starts_with('`') => {
                    let (method, elsewhere) = rest.split('`').nth(1).unwrap().split_once(' ').unwrap();
                    format!("{method} /api/v1{elsewhere}")
                }
                Some((_, rest)) => {
                    let method: String = rest.chars().take_while(char::is_ascii_uppercase).collect();
                    format!("{method} {path}")
                }
            };
            assert!(
                names.contains(&route),
                "{}: {word} is not {route}",
                name_of(&offered["items"])
            );
        }
    }
    assert_eq!(
        seen, 8,
        "plans, imports, obligations, extensions, reports, notices, second reviews and feedback"
    );
}

fn has_chinese(text: &str) -> bool {
    text.chars()
        .any(|character| ('\u{4e00}'..='\u{9fff}').contains(&character))
}

/// `中文 (English)`, in this order or mixed: both have to be there.
fn is_bilingual(text: &str) -> bool {
    has_chinese(text) && text.chars().any(|character| character.is_ascii_alphabetic())
}

/// What is wrong with how the document describes `operation`.
fn complaints(document: &Document, operation: Operation<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let mut complain = |why: &str| found.push(format!("{}: {why}", operation.name()));
    let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let id = operation.id();
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
        complain("its operationId is not in snake_case");
    }
    let summary = text(operation.value, "summary");
    if !(is_bilingual(&summary) && summary.ends_with(')')) {
        complain("its summary is not `中文 (English)`");
    }
    let known: Vec<&Value> = document.json["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| &tag["name"])
        .collect();
    match operation.value["tags"].as_array().map(Vec::as_slice) {
        Some([tag]) if known.contains(&tag) => {}
        _ => complain("it has not one tag of the list"),
    }
    for parameter in operation.value["parameters"].as_array().into_iter().flatten() {
        if !has_chinese(&text(parameter, "description")) {
            complain(&format!("parameter {} is not described", parameter["name"]));
        }
    }
    let mut media: Vec<(String, &Value)> = Vec::new();
    if let Some(body) = operation.value.get("requestBody") {
        // A form of a file has no example.
        if body["content"].get("multipart/form-data").is_none() {
            media.push(("its body".into(), &body["content"]["application/json"]));
        }
        // There is a choice that need not be made.
        let optional = ["accept_report", "clear_report", "grant_extension"].contains(&id);
        if (body["required"] == true) == optional {
            complain("its body is required, or not, against what is expected");
        }
    }
    let responses = operation.value["responses"].as_object().unwrap();
    if !responses.keys().any(|status| status.starts_with('2')) {
        complain("it declares no success");
    }
    for (status, response) in responses {
        let response = document.resolve(response);
        if !has_chinese(&text(response, "description")) {
            complain(&format!("{status} is not described"));
        }
        if let Some(content) = response["content"].as_object() {
            let json = content
                .iter()
                .filter(|(name, _)| name.ends_with("json") && !name.contains("ndjson"));
            media.extend(json.map(|(_, media)| (format!("its {status}"), media)));
        }
    }
    for (what, media) in media {
        match media.get("example") {
            // The document does not hold itself.
            None if id == "get_openapi" => {}
            None => complain(&format!("{what} has no example")),
            Some(example) => {
                for fault in document.faults(&media["schema"], example) {
                    complain(&format!("the example of {what} is not as its schema: {fault}"));
                }
            }
        }
    }
    found
}

#[actix_web::test]
async fn each_operation_is_described() {
    let app = TestApp::start(Engine::Sqlite).await;
    let document = Document::of(&app).await;
    let operations = document.operations();
    let complaints: Vec<String> = operations
        .iter()
        .flat_map(|operation| complaints(&document, *operation))
        .collect();
    assert!(complaints.is_empty(), "{complaints:#?}");
    let ids: BTreeSet<&str> = operations.iter().map(Operation::id).collect();
    assert_eq!(ids.len(), operations.len(), "an operationId is used twice");
    assert!(operations.len() >= 36, "{}", operations.len());
    app.stop().await;
}

#[actix_web::test]
async fn every_reference_points_somewhere_and_every_schema_is_used() {
    let app = TestApp::start(Engine::Sqlite).await;
    let document = Document::of(&app).await;
    let mut used = BTreeSet::new();
    visit(&document.json, "", &mut |object, at| {
        if let Some(reference) = object.get("$ref").and_then(Value::as_str) {
            let target = reference
                .strip_prefix('#')
                .and_then(|pointer| document.json.pointer(pointer));
            assert!(target.is_some(), "{at}: {reference}");
            used.insert(reference.rsplit('/').next().unwrap().to_owned());
        }
    });
    for (name, schema) in document.json["components"]["schemas"].as_object().unwrap() {
        // utoipa writes the items of a page out in full, and keeps their schema beside it.
        let item = used.contains(&format!("{name}Page"));
        assert!(item || used.contains(name), "{name} is not used");
        let id = name.ends_with("Id") || name == "UnitCode";
        assert!(id || schema.get("description").is_some(), "{name} is not described");
    }
    app.stop().await;
}

/// Without what differs from one database to the next: when it was published, and its version.
fn lasting(mut value: Value) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(object) => {
                for name in ["version", "published_at", "next"] {
                    object.remove(name);
                }
                object.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    strip(&mut value);
    value
}

on_both! {
    /// An example that is shown is what the real plan really says.
    async fn examples_are_what_the_service_answers(app: &TestApp) {
        let document = Document::of(app).await;
        let mut compared = 0;
        for operation in document.operations().into_iter().filter(Operation::is_read) {
            let media = &operation.value["responses"]["200"]["content"]["application/json"];
            // What has not happened in the plan is made up: amendments, events, extensions, figures of a day. Links have
            // another host.
            let made_up = ["get_index", "get_vocabulary", "get_me", "list_todo", "list_amendments", "list_occurrences", "get_statistics", "get_statistics_series"].contains(&operation.id())
                || ["/imports", "/obligations", "/extensions", "/progress-reports", "/feedback", "/notices", "/second-reviews", "/assessment", "/calendar", "/audit-events"]
                    .iter()
                    .any(|part| operation.path.contains(part));
            let (Some(example), false) = (media.get("example"), made_up) else {
                continue;
            };
            let parameters = operation.value["parameters"].as_array().into_iter().flatten();
            let path = parameters.filter(|parameter| parameter["in"] == "path").fold(
                operation.path.to_owned(),
                |path, parameter| {
                    let (name, id) = (parameter["name"].as_str().unwrap(), parameter["example"].as_str().unwrap());
                    path.replace(&format!("{{{name}}}"), id)
                },
            );
            let answer = app.anonymous().get(&path).await.ok().json();
            compared += 1;
            if let Some(shown) = example["items"].as_array() {
                assert_eq!(example["total"], answer["total"], "{}", operation.name());
                let more = answer["total"].as_u64() > u64::try_from(shown.len()).ok();
                assert_eq!(example.get("next").is_some(), more, "{}", operation.name());
                let real: Vec<Value> = app.anonymous().walk(&path).await.into_iter().map(lasting).collect();
                for item in shown {
                    assert!(real.contains(&lasting(item.clone())), "{}: {item}", operation.name());
                }
            } else {
                assert_eq!(lasting(example.clone()), lasting(answer), "{}", operation.name());
            }
        }
        assert!(compared >= 13, "{compared}");
    }

    /// Whoever copies a request from the documentation gets what it promises.
    async fn examples_of_requests_work(app: &TestApp) {
        let document = Document::of(app).await;
        let operations = document.operations();
        let mut left: BTreeSet<&str> = operations
            .iter()
            .filter(|operation| operation.value.get("requestBody").is_some())
            // The ledger's need an event, an obligation, a file or a unit's own token: tests/api/imports, tests/api/obligations, tests/api/reports, tests/api/notices.
            .filter(|operation| {
                let elsewhere = ["imports", "extensions", "obligations", "calendar", "progress-reports", "feedback", "notices", "second-reviews"];
                !operation.value["tags"].as_array().unwrap().iter().any(|tag| elsewhere.contains(&tag.as_str().unwrap()))
            })
            .filter(|operation| !operation.path.contains("/occurrences") && !["parse_deadline", "reopen_plan"].contains(&operation.id()))
            .map(Operation::id)
            .collect();
        for id in [
            "create_plan", "create_task", "create_requirement", "create_deadline", "create_unit", "update_plan",
            "update_task", "update_requirement", "update_deadline", "update_unit", "set_member", "freeze_assessment",
        ] {
            assert!(left.remove(id), "{id}");
            let operation = *operations.iter().find(|operation| operation.id() == id).unwrap();
            let mut path = operation.path.to_owned();
            for parameter in operation.value["parameters"].as_array().into_iter().flatten() {
                if parameter["in"] == "path" {
                    let name = format!("{{{}}}", parameter["name"].as_str().unwrap());
                    path = path.replace(&name, parameter["example"].as_str().unwrap());
                }
            }
            let body = &operation.value["requestBody"]["content"]["application/json"]["example"];
            let request = app.coordinator();
            let request = request.request(operation.method(), &path).header("If-Match", "*").json(body);
            let reply = Reply::to(request).await;
            assert!(matches!(reply.status, 200 | 201), "{id}: {}", reply.text());
            document.assert_declares(operation, &reply);
            // A member is changed through its collective, and has no address of its own.
            if id != "set_member" {
                let written = reply.headers.get("location").map_or(path.as_str(), |at| at.to_str().unwrap());
                let now = app.coordinator().etag(written).await;
                assert_eq!(now, reply.etag(), "{id}: what was written is not what is read");
            }
        }
        assert!(left.is_empty(), "no order for {left:?}");
    }

    /// Every reply to a GET is one that the document declares, with no member that it does not.
    async fn replies_are_as_declared(app: &TestApp) {
        let document = Document::of(app).await;
        let draft = json!({"id": "dg-2018", "title": "草案", "year": 2018, "tasks": [{"title": "任务"}]});
        app.coordinator().post("/api/v1/plans", &draft).await.expect(201);
        let reason = json!({"title": "另一标题", "reason": "更正标题"});
        app.coordinator().patch("/api/v1/tasks/dg-2017.1", "*", &reason).await.ok();
        for operation in document.operations().into_iter().filter(Operation::is_read) {
            let path = sample(app, operation, 0).await.path;
            // Or a history would get its numbers between two looks.
            crate::support::database::sealed(&app.app).await;
            let mut queries = vec![String::new()];
            for (name, values) in [
                ("limit", &["1", "200", "0"][..]),
                ("embed", &["task", "tasks", "requirement", "requirements", "members", "nosuch"]),
                ("format", &["json", "csv", "ndjson", "nosuch"]),
                ("sort", &["id", "-due_on", "nosuch"]),
                ("unit", &["czj", "nosuch"]),
                ("on", &["2017-06-30", "nosuch"]),
                ("nosuch", &["1"]),
            ] {
                queries.extend(values.iter().map(|value| format!("?{name}={value}")));
            }
            for query in &queries {
                for caller in [app.anonymous(), app.coordinator(), app.role("auditor")] {
                    let reply = caller.get(&format!("{path}{query}")).await;
                    // These take no parameters, and are not asked for any.
                    if operation.path.starts_with("/api/") || query.is_empty() {
                        document.assert_declares(operation, &reply);
                    }
                    let tag = reply.headers.get("etag").filter(|_| reply.status == 200).cloned();
                    let Some(tag) = tag.filter(|_| operation.path.starts_with("/api/")) else { continue };
                    let request = caller.request(operation.method(), &format!("{path}{query}"));
                    let reply = Reply::to(request.header("If-None-Match", tag)).await.expect(304);
                    document.assert_declares(operation, &reply);
                }
            }
            let strange = app.coordinator().get(&path.replace("dg-2017", "dg-1917").replace("zhenjie", "nosuch")).await;
            document.assert_declares(operation, &strange);
        }
    }
}
