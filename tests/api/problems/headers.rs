//! Headers that are missing, wrong, or ask for another language.

use reqwest::{
    Method,
    header::{HeaderName, HeaderValue},
};
use serde_json::{Value, json};

use super::plan;
use crate::support::{Engine, Reply, TestApp, document::Document, sample::sample};

async fn get(app: &TestApp, path: &str, name: &str, value: &[u8]) -> Reply {
    let name: HeaderName = name.parse().unwrap();
    let request = app.anonymous().request(Method::GET, path);
    Reply::to(request.header(name, HeaderValue::from_bytes(value).unwrap())).await
}

#[actix_web::test]
async fn a_request_keeps_the_id_it_came_with() {
    let app = TestApp::start(Engine::Sqlite).await;
    for id in [
        "12345678",
        "019a1b2c-3d4e-7f00-8000-000000000000",
        "trace_1.span_2",
        &"x".repeat(64),
    ] {
        let reply = get(&app, "/api/v1/plans", "X-Request-Id", id.as_bytes()).await;
        assert_eq!(reply.ok().header("x-request-id"), id);
        let problem = get(&app, "/nosuch", "X-Request-Id", id.as_bytes())
            .await
            .problem(404, "not_found");
        assert_eq!(problem["request_id"], id);
    }
    app.stop().await;
}

#[actix_web::test]
async fn an_id_that_is_none_is_replaced() {
    let app = TestApp::start(Engine::Sqlite).await;
    let mut seen = std::collections::BTreeSet::new();
    let long = "x".repeat(65);
    let wrong: &[&[u8]] = &[
        b"",
        b"1234567",
        long.as_bytes(),
        b"two words",
        b"<script>alert(1)</script>",
        b"a,b;c=d\"e\"",
        "督办督办督办".as_bytes(),
        b"\xff\xff\xff\xff\xff\xff\xff\xff",
    ];
    for id in wrong {
        let reply = get(&app, "/nosuch", "X-Request-Id", id).await;
        let given = reply.problem(404, "not_found")["request_id"]
            .as_str()
            .unwrap()
            .to_owned();
        assert_eq!(given.len(), 36, "{given} is no UUID");
        assert!(seen.insert(given), "given twice");
    }
    let without = app.anonymous().get("/healthz").await.ok();
    assert!(seen.insert(without.header("x-request-id").to_owned()));
    app.stop().await;
}

#[actix_web::test]
async fn errors_are_in_the_language_that_is_preferred() {
    let app = TestApp::start(Engine::Sqlite).await;
    let chinese = "没有找到";
    for (accepted, tag, title) in [
        ("", "zh-CN", chinese),
        ("zh", "zh-CN", chinese),
        ("de", "zh-CN", chinese),
        ("*", "zh-CN", chinese),
        ("zh-CN, en;q=0.9", "zh-CN", chinese),
        ("en", "en", "Not found"),
        ("EN-us", "en", "Not found"),
        ("zh;q=0.5, en;q=0.8", "en", "Not found"),
        ("de, en;q=0.1", "en", "Not found"),
        ("en;q=x, zh", "zh-CN", chinese),
        ("nonsense;;,,=", "zh-CN", chinese),
    ] {
        let reply = get(&app, "/api/v1/plans/nosuch", "Accept-Language", accepted.as_bytes()).await;
        assert_eq!(reply.header("content-language"), tag, "{accepted}");
        assert_eq!(reply.problem(404, "not_found")["title"], title);
    }
    // The faults too, and what the code says never changes.
    let request = app
        .coordinator()
        .request(Method::POST, "/api/v1/plans")
        .json(&json!({"id": "a"}));
    let english = Reply::to(request.header("Accept-Language", "en"))
        .await
        .problem(422, "invalid");
    let chinese = app
        .coordinator()
        .post("/api/v1/plans", &json!({"id": "a"}))
        .await
        .problem(422, "invalid");
    assert_eq!(english["errors"][0]["detail"], "field title is missing");
    assert_eq!(chinese["errors"][0]["detail"], "缺少字段 title");
    assert_eq!(english["errors"][0]["code"], chinese["errors"][0]["code"]);
    app.stop().await;
}

#[actix_web::test]
async fn an_idempotency_key_is_printable() {
    let app = TestApp::start(Engine::Sqlite).await;
    let with_key = async |key: &[u8], id: &str| {
        let mut body = plan();
        body["id"] = json!(id);
        let request = app.coordinator().request(Method::POST, "/api/v1/plans").json(&body);
        Reply::to(request.header("Idempotency-Key", HeaderValue::from_bytes(key).unwrap())).await
    };
    let long = "k".repeat(256);
    let wrong: &[&[u8]] = &[b"", b"\"\"", long.as_bytes(), "键".as_bytes(), b"\xff", b"a\tb"];
    for key in wrong {
        let problem = with_key(key, "dg-2018").await.problem(400, "invalid_header");
        assert_eq!(problem["errors"][0]["header"], "Idempotency-Key", "{key:?}");
    }
    for (n, key) in [&long.as_bytes()[..255], b"\"quoted\"", b"x"].into_iter().enumerate() {
        with_key(key, &format!("dg-{}", char::from(b'a' + u8::try_from(n).unwrap())))
            .await
            .expect(201);
    }
    app.stop().await;
}

#[actix_web::test]
async fn every_reply_forbids_sniffing() {
    let app = TestApp::start(Engine::Sqlite).await;
    let document = Document::of(&app).await;
    for (n, operation) in document.operations().into_iter().enumerate() {
        let sample = sample(&app, operation, n).await;
        for caller in [app.coordinator(), app.anonymous()] {
            let reply = sample.send(&caller, operation).await;
            assert_eq!(
                reply.header("x-content-type-options"),
                "nosniff",
                "{}",
                operation.name()
            );
        }
    }
    for path in ["/nosuch", "/docs/", "/docs", "/"] {
        let reply = app.anonymous().get(path).await;
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
    }
    app.stop().await;
}

on_both! {
    /// Nobody's change is overwritten unseen.
    async fn a_change_says_what_it_changes(app: &TestApp) {
        let document = Document::of(app).await;
        let caller = app.coordinator();
        let mut changes = 0;
        for (n, operation) in document.operations().into_iter().enumerate() {
            let parameters = operation.value["parameters"].as_array();
            let conditional = parameters.into_iter().flatten().any(|parameter| parameter["name"] == "If-Match");
            // What creates a thing in another has no version yet; a year of the calendar may be new.
            let creates = operation.value["responses"].get("201").is_some();
            assert_eq!(conditional, !operation.is_read() && operation.path.contains('{') && !creates, "{}", operation.name());
            if !conditional || operation.id() == "put_calendar_year" {
                continue;
            }
            // These need somebody of the unit, not a coordinator: tests/api/obligations/extensions.rs and notices.
            let of_unit = operation.path.contains("/progress-reports/{id}");
            if of_unit || ["sign_extension", "withdraw_extension", "withdraw_second_review", "acknowledge_notice", "answer_notice"].contains(&operation.id()) {
                continue;
            }
            changes += 1;
            let sample = sample(app, operation, n).await;
            let send = async |tags: &[&str]| {
                let mut request = caller.request(operation.method(), &sample.path);
                for tag in tags {
                    request = request.header("If-Match", *tag);
                }
                Reply::to(if let Some(body) = &sample.body { request.json(body) } else { request }).await
            };
            let problem = send(&[]).await.problem(428, "precondition_required");
            assert_eq!(problem["errors"][0]["header"], "If-Match");
            let mut current = String::new();
            // What is no entity tag was never read anywhere: nobody has changed the thing since.
            for nonsense in ["", "nonsense", "abc-7", ", ,", "W/", "'1'"] {
                let problem = send(&[nonsense]).await.problem(400, "invalid_header");
                assert_eq!(problem["errors"][0]["header"], "If-Match");
            }
            for stale in ["\"0\"", "\"999-abc\"", "W/\"999\"", "\"\"", "\"nonsense\"", "nonsense, \"0\"", "\"no\", \"7777\""] {
                let reply = send(&[stale]).await;
                current = reply.etag();
                reply.problem(412, "stale");
            }
            // The tag that comes with the refusal is the one to send, alone or among others.
            let reply = send(&["\"0\"", &format!("\"x\", W/{current}")]).await;
            assert!(matches!(reply.status, 200 | 204), "{}: {}", operation.name(), reply.text());
            let again = send(&[&current]).await;
            assert!(matches!(again.status, 404 | 409 | 412), "{}: {}", operation.name(), again.text());
        }
        assert!(changes >= 14, "{changes}");
    }

    /// The thing's own tag, as it was read, is good for one change.
    async fn an_etag_is_good_until_the_next_change(app: &TestApp) {
        let path = "/api/v1/tasks/dg-2017.17";
        let caller = app.coordinator();
        let etag = caller.etag(path).await;
        let title = |title: &str| json!({"title": title, "reason": "更正标题"});
        let changed = caller.patch(path, &etag, &title("甲")).await.ok();
        assert_eq!(caller.etag(path).await, changed.etag());
        let problem: Value = caller.patch(path, &etag, &title("乙")).await.problem(412, "stale");
        assert!(problem["detail"].as_str().unwrap().contains('2'), "{problem}");
        assert_eq!(caller.get(path).await.json()["title"], "甲");
        caller.patch(path, &changed.etag(), &title("乙")).await.ok();
    }
}
