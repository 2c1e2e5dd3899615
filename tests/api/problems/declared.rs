//! What an operation does not declare, it does not take: query parameters, and bodies.

use reqwest::{Method, RequestBuilder};

use crate::support::{
    Caller, Reply, TestApp,
    database::sealed,
    document::{Document, Operation},
    sample::{Sample, sample},
};

/// How many entries the log has.
async fn entries(app: &TestApp) -> u64 {
    sealed(&app.app).await;
    let log = app.role("auditor").get("/api/v1/audit-events?limit=1").await.ok();
    log.json()["total"].as_u64().unwrap()
}

/// The request of a sample at another path.
fn at(sample: &Sample, path: String, caller: &Caller<'_>, operation: Operation<'_>) -> RequestBuilder {
    let sample = Sample { path, ..sample.clone() };
    sample.request(caller, operation)
}

on_both! {
    /// Probes and scrapers, which are no part of the API, may add what they like.
    async fn an_unknown_parameter_is_refused_by_every_operation(app: &TestApp) {
        let document = Document::of(app).await;
        let caller = app.all_roles(&[]);
        let mut writes = 0;
        let all = document.operations().into_iter().enumerate();
        for (n, operation) in all.filter(|(_, operation)| operation.path.starts_with("/api/v1")) {
            let sample = sample(app, operation, 6200 + n).await;
            let name = operation.name();
            let before = entries(app).await;
            let joint = if sample.path.contains('?') { '&' } else { '?' };
            for unknown in ["zzz=1", "zzz", "%7Azz=", "Limit=1"] {
                let path = format!("{}{joint}{unknown}", sample.path);
                let reply = Reply::to(at(&sample, path, &caller, operation)).await;
                assert_eq!(reply.status, 400, "{name}: {}", reply.text());
                let problem = reply.problem(400, "unknown_parameter");
                let faults = problem["errors"].as_array().unwrap();
                let expected = if unknown.starts_with('L') { "Limit" } else { "zzz" };
                assert!(faults.len() == 1 && faults[0]["parameter"] == expected, "{name}: {problem}");
                let detail = problem["detail"].as_str().unwrap();
                for offered in operation.parameters("query") {
                    assert!(detail.contains(offered["name"].as_str().unwrap()), "{name}: {detail}");
                }
            }
            // It was refused for nothing else, and had done nothing.
            assert_eq!(entries(app).await, before, "{name}");
            let reply = sample.send(&caller, operation).await;
            assert!((200..300).contains(&reply.status), "{name}: {}", reply.text());
            writes += usize::from(!operation.is_read());
        }
        assert!(writes > 60, "{writes}");
    }

    /// 401, then 400 for the query, then 404 for the path, then the body, however long it takes to know the caller.
    async fn several_faults_are_told_in_one_order(app: &TestApp) {
        let document = Document::of(app).await;
        let (known, unknown) = (app.all_roles(&[]), app.bearing(Some("nonsense".into())));
        let all = document.operations().into_iter();
        let all = all.filter(|operation| operation.path.starts_with("/api/v1") && !operation.path.ends_with("calendar.ics"));
        let (mut with_id, mut with_body) = (0, 0);
        for operation in all {
            let path = operation.path.replace("{id}", "NO!").replace("{member}", "NO!");
            let send = async |caller: &Caller<'_>, query: &str| {
                let request = caller.request(operation.method(), &format!("{path}{query}")).header("If-Match", "*");
                let body = |request: RequestBuilder| request.header("Content-Type", "application/json").body("{{{");
                Reply::to(if operation.is_read() { request } else { body(request) }).await
            };
            let name = operation.name();
            send(&unknown, "?zzz=1").await.problem(401, "invalid_token");
            let reply = send(&known, "?zzz=1").await;
            assert_eq!(reply.status, 400, "{name}: {}", reply.text());
            reply.problem(400, "unknown_parameter");
            if operation.path.contains('{') {
                assert_eq!(send(&known, "").await.status, 404, "{name}");
                with_id += 1;
            } else if !operation.is_read() {
                let status = send(&known, "").await.status;
                assert!([400, 415].contains(&status), "{name}: {status}");
                with_body += 1;
            }
        }
        assert!(with_id > 60 && with_body > 8, "{with_id} {with_body}");
    }

    async fn a_refused_feed_leaves_the_old_one_alone(app: &TestApp) {
        let unit = app.somebody("u", "unit_reporter", Some("hbj"));
        let path = "/api/v1/units/hbj/calendar-feed";
        let opened = Reply::to(unit.request(Method::POST, path)).await.expect(201).json();
        let feed = opened["url"].as_str().unwrap().strip_prefix(&app.base).unwrap();
        Reply::to(unit.request(Method::POST, &format!("{path}?zzz=1"))).await.problem(400, "unknown_parameter");
        Reply::to(unit.request(Method::POST, path).body("{\"note\":\"x\"}")).await.problem(400, "bad_request");
        app.anonymous().get(feed).await.ok();
    }

    /// Whoever sends a note with a step that takes none would believe that it is kept.
    async fn a_body_is_refused_by_every_operation_that_takes_none(app: &TestApp) {
        let document = Document::of(app).await;
        let caller = app.all_roles(&[]);
        let mut steps = 0;
        let all = document.operations().into_iter().enumerate();
        let all = all.filter(|(_, operation)| !operation.is_read() && operation.value.get("requestBody").is_none());
        for (n, operation) in all {
            let name = operation.name();
            let first = sample(app, operation, 6600 + n).await;
            assert!(first.body.is_none() && first.file.is_none(), "{name}");
            let before = entries(app).await;
            let long = format!("{{\"note\":\"{}\"}}", "x".repeat(100_000));
            for (media, body) in [
                (Some("application/json"), "{\"note\":\"x\"}"),
                (Some("application/json"), "{{{"),
                (Some("application/json"), "[]"),
                (Some("application/json"), "null"),
                (Some("application/json"), "{} {}"),
                (Some("text/plain"), "xx"),
                (Some("application/x-www-form-urlencoded"), "note=x"),
                (None, "{\"note\":\"x\"}"),
                (Some("application/json"), long.as_str()),
            ] {
                let request = first.request(&caller, operation).body(body.to_owned());
                let request = if let Some(media) = media { request.header("Content-Type", media) } else { request };
                let problem = Reply::to(request).await.problem(400, "bad_request");
                let detail = problem["detail"].as_str().unwrap();
                assert!(detail.contains("不接受请求体"), "{name}: {detail}");
            }
            assert_eq!(entries(app).await, before, "{name}");
            // What says nothing is no body.
            for (m, body) in ["", "{}", " { }\n"].into_iter().enumerate() {
                for (k, media) in [None, Some("application/json")].into_iter().enumerate() {
                    let next = sample(app, operation, 7000 + n * 10 + m * 2 + k).await;
                    let request = next.request(&caller, operation).body(body);
                    let request = if let Some(media) = media { request.header("Content-Type", media) } else { request };
                    let reply = Reply::to(request).await;
                    assert!((200..300).contains(&reply.status), "{name} with {body:?}: {}", reply.text());
                }
            }
            steps += 1;
        }
        assert!(steps > 25, "{steps}");
    }
}
