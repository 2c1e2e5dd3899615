//! Bodies that are not what they should be.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use reqwest::Method;
use serde_json::{Value, json};

use super::{faults, plan, with};
use crate::support::{Engine, Reply, TestApp};

async fn post(app: &TestApp, content_type: &str, body: impl Into<reqwest::Body>) -> Reply {
    let request = app.coordinator().request(Method::POST, "/api/v1/plans");
    Reply::to(request.header("Content-Type", content_type).body(body)).await
}

pub async fn post_json(app: &TestApp, body: impl Into<reqwest::Body>) -> Reply {
    post(app, "application/json", body).await
}

#[actix_web::test]
async fn only_json_is_read() {
    let app = TestApp::start(Engine::Sqlite).await;
    for content_type in [
        "",
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonx",
        "application/problem+json",
    ] {
        let reply = post(&app, content_type, plan().to_string()).await;
        assert_eq!(reply.header("accept"), "application/json");
        let problem = reply.problem(415, "unsupported_media_type");
        assert_eq!(problem["errors"][0]["header"], "Content-Type");
    }
    let request = app.coordinator().request(Method::POST, "/api/v1/plans");
    Reply::to(request.body(plan().to_string()))
        .await
        .problem(415, "unsupported_media_type");
    let request = app.coordinator().request(Method::POST, "/api/v1/plans").json(&plan());
    Reply::to(request.header("Content-Encoding", "gzip"))
        .await
        .problem(415, "unsupported_media_type");

    post(&app, "Application/JSON; charset=utf-8", plan().to_string())
        .await
        .expect(201);
    let request = app
        .coordinator()
        .request(Method::PATCH, "/api/v1/plans/dg-2018")
        .header("If-Match", "*");
    let patch = request
        .header("Content-Type", "application/merge-patch+json")
        .body("{\"title\": \"合并\"}");
    Reply::to(patch).await.ok();
    app.stop().await;
}

#[actix_web::test]
async fn a_body_has_a_largest_size() {
    let app = TestApp::start_with(Engine::Sqlite, |config| config.body_limit = 1000).await;
    let padded = |length: usize| {
        let body = plan().to_string();
        let pad = " ".repeat(length - body.len());
        body + &pad
    };
    post_json(&app, padded(1001)).await.problem(413, "payload_too_large");
    post_json(&app, padded(1_000_000))
        .await
        .problem(413, "payload_too_large");
    // What says that it is too long is not waited for.
    for length in ["1001", "3000000", "9223372036854775807"] {
        let announced = format!(
            "POST /api/v1/deadlines/parse HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n"
        );
        let begun = std::time::Instant::now();
        let answer = raw(&app, announced.into_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 413 "), "{length}: {answer}");
        assert!(
            begun.elapsed() < std::time::Duration::from_secs(10),
            "{length}: it waited"
        );
    }
    // Also when its length is not announced.
    let body = padded(5000);
    let chunked = format!(
        "POST /api/v1/plans HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
        app.coordinator().token.unwrap(),
        body.len(),
    );
    let answer = raw(&app, chunked.into_bytes()).await;
    assert!(
        answer.starts_with("HTTP/1.1 413 ") && answer.contains("payload_too_large"),
        "{answer}"
    );
    post_json(&app, padded(1000)).await.expect(201);
    app.stop().await;
}

/// Sends bytes that no client would, and reads the answer to its end.
async fn raw(app: &TestApp, request: Vec<u8>) -> String {
    let address = app.base.strip_prefix("http://").unwrap().to_owned();
    let exchange = move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(&request).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    };
    tokio::task::spawn_blocking(exchange).await.unwrap()
}

#[actix_web::test]
async fn what_is_not_json_is_malformed() {
    let app = TestApp::start(Engine::Sqlite).await;
    let whole = plan().to_string();
    let not_utf8 = [&b"{\"id\": \"dg-2018\", \"title\": \""[..], b"\xff\xfe", b"\"}"].concat();
    let bodies: Vec<Vec<u8>> = vec![
        b"".to_vec(),
        b" ".to_vec(),
        b"{".to_vec(),
        b"nul".to_vec(),
        b"\0".to_vec(),
        b"{'id': 1}".to_vec(),
        b"{\"id\": \"dg-2018\",}".to_vec(),
        b"{\"year\": NaN}".to_vec(),
        b"{\"year\": 1e999}".to_vec(),
        b"{\"title\": \"\\ud800\"}".to_vec(),
        b"{\"title\": \"a\nb\"}".to_vec(),
        format!("\u{feff}{whole}").into_bytes(),
        whole.as_bytes()[..whole.len() - 1].to_vec(),
        format!("{whole} x").into_bytes(),
        format!("{whole}{whole}").into_bytes(),
        format!("{whole},").into_bytes(),
        not_utf8,
    ];
    for body in bodies {
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        let reply = post_json(&app, body).await;
        assert_eq!(reply.status, 400, "{shown}: {}", reply.text());
        reply.problem(400, "malformed_json");
    }
    assert_eq!(app.coordinator().get("/api/v1/plans").await.json()["total"], 1);
    app.stop().await;
}

#[actix_web::test]
async fn deep_nesting_is_refused() {
    let app = TestApp::start(Engine::Sqlite).await;
    for depth in [200, 100_000] {
        for (open, close) in [("[", "]"), ("{\"tasks\":", "}"), ("{\"tasks\":[", "]}")] {
            let nested = format!("{{\"tasks\": {}7{}}}", open.repeat(depth), close.repeat(depth));
            let reply = post_json(&app, nested).await;
            let (status, code) = (reply.status, reply.json()["code"].as_str().unwrap().to_owned());
            assert!(matches!(status, 400 | 422), "{}", reply.text());
            reply.problem(status, &code);
        }
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_body_is_an_object() {
    let app = TestApp::start(Engine::Sqlite).await;
    // The last has the fields in their order: serde would take it.
    for body in [
        "[]",
        "7",
        "\"x\"",
        "null",
        "true",
        r#"["dg-2018", "方案", 2018, null, null, null, []]"#,
    ] {
        let problem = post_json(&app, body).await.problem(422, "invalid");
        assert_eq!(faults(&problem), [("", "invalid")], "{body}");
    }
    app.stop().await;
}

#[actix_web::test]
async fn each_fault_has_its_pointer() {
    let app = TestApp::start(Engine::Sqlite).await;
    let requirement = "/tasks/0/requirements/0";
    let at = |rest: &str| format!("{requirement}{rest}");
    let cases = [
        // Of the wrong type or form.
        ("/title".into(), json!(7), "invalid"),
        ("/id".into(), json!("DG-2018"), "invalid"),
        ("/year".into(), json!("2018"), "invalid"),
        ("/year".into(), json!(2018.5), "invalid"),
        ("/year".into(), json!(99_999_999_999_i64), "invalid"),
        ("/period_from".into(), json!("2018-02-30"), "invalid"),
        ("/tasks".into(), json!({}), "invalid"),
        ("/tasks/0".into(), json!("任务"), "invalid"),
        ("/tasks/0/number".into(), json!(-1), "invalid"),
        (at("/units/0/role"), json!("boss"), "invalid"),
        (at("/units/0/code"), json!(7), "invalid"),
        (at("/deadlines/0/rule/kind"), json!("whenever"), "invalid"),
        (at("/indicators/0/target"), json!("80"), "invalid"),
        // Well-formed, but not possible.
        ("/year".into(), json!(1900), "out_of_range"),
        ("/issuer".into(), json!("nosuch"), "not_found"),
        ("/title".into(), json!(""), "required"),
        ("/title".into(), json!("　"), "required"),
        ("/title".into(), json!("长".repeat(201)), "too_long"),
        ("/tasks/0/number".into(), json!(0), "out_of_range"),
        ("/tasks/0/number".into(), json!(1000), "out_of_range"),
        (at("/text"), json!("长".repeat(5001)), "too_long"),
        (at("/units/0/code"), json!("nosuch"), "not_found"),
        (at("/indicators/0/target"), json!(1e300), "out_of_range"),
        // Not there at all.
        ("/titel".into(), json!("x"), "unknown"),
        ("/tasks/0/titel".into(), json!("x"), "unknown"),
        (at("/units/0/names"), json!("x"), "unknown"),
    ];
    for (pointer, value, code) in cases {
        let body = with(plan(), &pointer, value);
        let problem = post_json(&app, body.to_string()).await.problem(422, "invalid");
        assert_eq!(faults(&problem), [(pointer.as_str(), code)], "{problem}");
    }
    let mut body = plan();
    body["a/b~c"] = json!("escaped as RFC 6901 has it");
    let problem = post_json(&app, body.to_string()).await.problem(422, "invalid");
    assert_eq!(faults(&problem), [("/a~1b~0c", "unknown")]);
    assert_eq!(app.coordinator().get("/api/v1/plans").await.json()["total"], 1);
    app.stop().await;
}

#[actix_web::test]
async fn what_is_missing_is_named() {
    let app = TestApp::start(Engine::Sqlite).await;
    for pointer in [
        "/id",
        "/title",
        "/year",
        "/tasks/0/title",
        "/tasks/0/requirements/0/text",
        "/tasks/0/requirements/0/units/0/code",
        "/tasks/0/requirements/0/deadlines/0/phrase",
        "/tasks/0/requirements/0/deadlines/0/rule/kind",
        "/tasks/0/requirements/0/indicators/0/unit",
    ] {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let mut body = plan();
        body.pointer_mut(parent)
            .unwrap()
            .as_object_mut()
            .unwrap()
            .remove(name)
            .unwrap();
        let problem = post_json(&app, body.to_string()).await.problem(422, "invalid");
        assert_eq!(faults(&problem), [(pointer, "required")]);
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_member_that_comes_twice_is_refused() {
    let app = TestApp::start(Engine::Sqlite).await;
    for (body, pointer) in [
        (r#"{"id": "a", "title": "一", "title": "二", "year": 2018}"#, "/title"),
        (
            r#"{"id": "a", "title": "一", "year": 2018, "tasks": [{"title": "一", "title": "二"}]}"#,
            "/tasks/0/title",
        ),
    ] {
        let problem = post_json(&app, body).await.problem(422, "invalid");
        assert_eq!(faults(&problem), [(pointer, "duplicate")]);
    }
    let patch = app
        .coordinator()
        .request(Method::PATCH, "/api/v1/units/czj")
        .header("If-Match", "*");
    let patch = patch
        .header("Content-Type", "application/json")
        .body(r#"{"note": "一", "note": null}"#);
    let problem = Reply::to(patch).await.problem(422, "invalid");
    assert_eq!(faults(&problem), [("/note", "duplicate")]);
    app.stop().await;
}

#[actix_web::test]
async fn all_faults_are_told_at_once() {
    let app = TestApp::start(Engine::Sqlite).await;
    let body = json!({
        "id": "dg-2018", "title": "", "year": 1, "issuer": "nosuch", "tasks": [
            {"number": 2, "title": "任务"},
            {"number": 2, "title": " ", "requirements": [{"text": "", "units": [{"code": "czj"}, {"code": "czj"}]}]}
        ]
    });
    let problem = post_json(&app, body.to_string()).await.problem(422, "invalid");
    let expected = [
        ("/title", "required"),
        ("/year", "out_of_range"),
        ("/issuer", "not_found"),
        ("/tasks/1/number", "duplicate"),
        ("/tasks/1/title", "required"),
        ("/tasks/1/requirements/0/text", "required"),
        ("/tasks/1/requirements/0/units/1/code", "duplicate"),
    ];
    assert_eq!(faults(&problem), expected);
    app.stop().await;
}

/// Numbers have at most four digits in an id: a plan that would run out of them is refused, or it
/// could be stored and never read again.
#[actix_web::test]
async fn numbers_do_not_run_out_of_the_id() {
    let app = TestApp::start(Engine::Sqlite).await;
    let many = |item: Value| Value::Array(vec![item; 1000]);
    let requirement = json!({"text": "正文"});
    let deadline = json!({"phrase": "全年", "rule": {"kind": "year_round"}});
    let indicator = json!({"name": "办理率", "comparator": "gte", "target": 80, "unit": "%"});
    let first = "/tasks/0/requirements/0";
    for (body, pointer) in [
        (
            with(plan(), "/tasks", many(json!({"title": "任务"}))),
            "/tasks/999/number".to_owned(),
        ),
        (
            with(plan(), "/tasks/0/requirements", many(requirement)),
            "/tasks/0/requirements/999/number".to_owned(),
        ),
        (
            with(plan(), &format!("{first}/deadlines"), many(deadline)),
            format!("{first}/deadlines"),
        ),
        (
            with(plan(), &format!("{first}/indicators"), many(indicator)),
            format!("{first}/indicators"),
        ),
    ] {
        let problem = post_json(&app, body.to_string()).await.problem(422, "invalid");
        let fault = if pointer.ends_with("/number") {
            "out_of_range"
        } else {
            "too_long"
        };
        assert_eq!(faults(&problem), [(pointer.as_str(), fault)]);
    }
    let caller = app.coordinator();
    caller
        .post("/api/v1/plans", &with(plan(), "/tasks/0/number", json!(999)))
        .await
        .expect(201);
    let one_more = json!({"plan_id": "dg-2018", "title": "再一项"});
    let problem = caller.post("/api/v1/tasks", &one_more).await.problem(422, "invalid");
    assert_eq!(faults(&problem), [("/number", "out_of_range")]);
    caller.get("/api/v1/plans/dg-2018?embed=requirements").await.ok();
    app.stop().await;
}
