//! `If-Match`: what every change of an existing thing asks for

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    Caller, Reply, TestApp,
    fixtures::{self, assert_faults, everything},
};

const PLAN: &str = "/api/v1/plans/dg-2018";

/// Every route that changes something that exists; the thing whose entity tag it wants comes last.
fn routes() -> Vec<(Method, &'static str, Option<Value>, &'static str)> {
    let period = json!({"periods": [{"valid_from": "2017-07-01"}]});
    vec![
        (
            Method::PATCH,
            "plans/dg-2018",
            Some(json!({"title": "标题"})),
            "plans/dg-2018",
        ),
        (
            Method::PATCH,
            "tasks/dg-2018.1",
            Some(json!({"title": "标题"})),
            "tasks/dg-2018.1",
        ),
        (
            Method::PATCH,
            "requirements/dg-2018.1.1",
            Some(json!({"text": "正文。"})),
            "requirements/dg-2018.1.1",
        ),
        (
            Method::PATCH,
            "deadlines/dg-2018.1.1.d1",
            Some(json!({"phrase": "11月底前"})),
            "deadlines/dg-2018.1.1.d1",
        ),
        (Method::PATCH, "units/hbj", Some(json!({"note": "备注"})), "units/hbj"),
        (Method::PUT, "units/ygdw/members/humen", Some(period), "units/ygdw"),
        (Method::DELETE, "units/zfbm/members/lyj", None, "units/zfbm"),
        (
            Method::DELETE,
            "deadlines/dg-2018.1.1.d2",
            None,
            "deadlines/dg-2018.1.1.d2",
        ),
        (
            Method::DELETE,
            "requirements/dg-2018.1.2",
            None,
            "requirements/dg-2018.1.2",
        ),
        (Method::DELETE, "tasks/dg-2018.2", None, "tasks/dg-2018.2"),
        (Method::DELETE, "units/wglj", None, "units/wglj"),
        (Method::POST, "plans/dg-2018/publish", None, "plans/dg-2018"),
        (
            Method::POST,
            "plans/dg-2018/close?accept_unfinished=true",
            None,
            "plans/dg-2018",
        ),
        (Method::DELETE, "plans/dg-2019", None, "plans/dg-2019"),
    ]
}

async fn prepare(app: &TestApp) {
    fixtures::draft(app, "dg-2018").await;
    fixtures::draft(app, "dg-2019").await;
    let new = json!({"code": "wglj", "name": "市文广旅体局", "kind": "department"});
    fixtures::create(&app.coordinator(), "/api/v1/units", &new).await;
}

async fn send(caller: &Caller<'_>, method: &Method, path: &str, body: Option<&Value>, tags: &[&str]) -> Reply {
    let mut request = caller.request(method.clone(), path);
    for tag in tags {
        request = request.header("If-Match", *tag);
    }
    if let Some(body) = body {
        request = request.json(body);
    }
    Reply::to(request).await
}

async fn retitle(app: &TestApp, title: &str, tags: &[&str]) -> Reply {
    send(
        &app.coordinator(),
        &Method::PATCH,
        PLAN,
        Some(&json!({"title": title})),
        tags,
    )
    .await
}

on_both! {
    async fn missing(app: &TestApp) {
        prepare(app).await;
        let before = everything(app).await;
        for (method, path, body, _) in routes() {
            let reply = send(&app.coordinator(), &method, &format!("/api/v1/{path}"), body.as_ref(), &[]).await;
            let problem = reply.problem(428, "precondition_required");
            assert_faults(&problem, &[("If-Match", "required")]);
        }
        assert_eq!(everything(app).await, before);
    }

    async fn stale(app: &TestApp) {
        prepare(app).await;
        let before = everything(app).await;
        for (method, path, body, thing) in routes() {
            let current = app.coordinator().etag(&format!("/api/v1/{thing}")).await;
            let path = format!("/api/v1/{path}");
            let reply = send(&app.coordinator(), &method, &path, body.as_ref(), &["\"99-abc\""]).await;
            // It says which version there is now.
            let version = reply.etag();
            reply.problem(412, "stale");
            assert!(current.starts_with(version.trim_end_matches('"')), "{path}: {version} {current}");
        }
        assert_eq!(everything(app).await, before);
    }

    async fn current(app: &TestApp) {
        prepare(app).await;
        for (method, path, body, thing) in routes() {
            let etag = app.coordinator().etag(&format!("/api/v1/{thing}")).await;
            let path = format!("/api/v1/{path}");
            let reply = send(&app.coordinator(), &method, &path, body.as_ref(), &[&etag]).await;
            assert!(matches!(reply.status, 200 | 204), "{method} {path}: {}", reply.text());
            // Once only: whoever comes after with the same tag has missed something.
            let again = send(&app.coordinator(), &method, &path, body.as_ref(), &[&etag]).await;
            assert!(matches!(again.status, 404 | 412), "{method} {path}: {}", again.text());
        }
    }

    async fn of_what_is_not_there(app: &TestApp) {
        for (method, path, body, _) in routes() {
            let path = path.replace("dg-201", "dg-202").replace("hbj", "nosuch").replace("ygdw", "nosuch").replace("zfbm", "nosuch");
            let reply = send(&app.coordinator(), &method, &format!("/api/v1/{path}"), body.as_ref(), &["*"]).await;
            reply.problem(404, "not_found");
        }
    }

    async fn is_taken_as_proxies_and_people_send_it(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        for form in [
            "{tag}", "W/{tag}", "\"{version}\"", "{version}", "W/\"{version}\"", "\"{opaque}+gzip\"", "\"{opaque}-gzip\"",
            "\"0-x\", {tag}", "{tag},\"0-x\"", "\"nonsense\" , W/{tag}", "*",
        ] {
            let tag = app.coordinator().etag(PLAN).await;
            let opaque = tag.trim_matches('"');
            let version = opaque.split('-').next().unwrap();
            let given = form.replace("{tag}", &tag).replace("{version}", version).replace("{opaque}", opaque);
            retitle(app, form, &[&given]).await.ok();
            retitle(app, "没有人", &["\"0\"", "\"nonsense\""]).await.problem(412, "stale");
        }
        let tag = app.coordinator().etag(PLAN).await;
        retitle(app, "两个头", &["\"0-x\"", &tag]).await.ok();
    }

    async fn that_names_no_version(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        for tag in ["\"\"", "\"2\"", "\"2-x\", \"3\"", "\"x\"", "\"-1\"", "\"1x\"", "\"+1\"", "\"**\""] {
            retitle(app, "标题", &[tag]).await.problem(412, "stale");
        }
        for no_tag in ["", "1.0", "x"] {
            retitle(app, "标题", &[no_tag]).await.problem(400, "invalid_header");
        }
        assert_eq!(app.coordinator().get(PLAN).await.ok().json()["version"], 1);
    }

    async fn of_a_compressed_reply(app: &TestApp) {
        let caller = app.coordinator();
        for coding in ["gzip", "br"] {
            let path = "/api/v1/plans/dg-2017?embed=requirements";
            let read = Reply::to(caller.request(Method::GET, path).header("Accept-Encoding", coding)).await.ok();
            assert_eq!(read.header("content-encoding"), coding);
            assert!(read.etag().ends_with(&format!("+{coding}\"")), "{}", read.etag());
            let change = json!({"title": format!("标题{coding}"), "reason": "更正"});
            caller.patch("/api/v1/plans/dg-2017", &read.etag(), &change).await.ok();
            caller.patch("/api/v1/plans/dg-2017", &read.etag(), &change).await.problem(412, "stale");
        }
    }

    async fn of_any_view_of_the_thing(app: &TestApp) {
        let caller = app.coordinator();
        let change = |title: &str| json!({"title": title, "reason": "更正"});
        for (version, query) in (1..).zip(["?fields=id", "?embed=tasks", ""]) {
            let anybody = app.anonymous().etag(&format!("/api/v1/plans/dg-2017{query}")).await;
            let expected = caller.get("/api/v1/plans/dg-2017").await.ok().json()["version"].as_u64().unwrap();
            assert_eq!(expected, version + 1);
            caller.patch("/api/v1/plans/dg-2017", &anybody, &change(&format!("标题{version}"))).await.ok();
        }
    }
}
