//! Paths, methods and formats that are not there.

use reqwest::Method;
use serde_json::json;

use crate::support::{
    Engine, Reply, TestApp,
    document::{Document, Operation},
};

#[actix_web::test]
async fn what_does_not_exist_is_not_found() {
    let app = TestApp::start(Engine::Sqlite).await;
    for path in [
        "/nosuch",
        "/api",
        "/api/v2/plans",
        "/api/v1/plans/dg-2017/nosuch",
        "/api/v1/plans//amendments",
        "/docs/nosuch.js",
        "/api/v1/%00",
        "/api/v1/%FF%FE",
        "/%E7%9D%A3%E5%8A%9E",
    ] {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let reply = Reply::to(app.coordinator().request(method.clone(), path)).await;
            let problem = reply.problem(404, "not_found");
            assert_eq!(problem["instance"], path, "{method}");
        }
    }
    app.stop().await;
}

/// A path that is nearly one is told which; what is said is the same for everybody.
#[actix_web::test]
async fn a_path_that_is_nearly_one_is_told_which() {
    let app = TestApp::start(Engine::Sqlite).await;
    for (path, meant, why) in [
        ("/api/v1/plans/", "/api/v1/plans", "斜杠"),
        ("/api/v1/", "/api/v1", "斜杠"),
        ("/api/v1/plans/dg-2017/", "/api/v1/plans/dg-2017", "斜杠"),
        ("/api/v1/Plans", "/api/v1/plans", "小写"),
        ("/API/v1/plans", "/api/v1/plans", "小写"),
        ("/api/v1/Progress-Reports", "/api/v1/progress-reports", "小写"),
        ("/api/v1/plan", "/api/v1/plans", "没有"),
        ("/api/v1/plan/dg-2017", "/api/v1/plans/dg-2017", "没有"),
        ("/api/v1/progress_reports", "/api/v1/progress-reports", "没有"),
        ("/api/v1/obligation", "/api/v1/obligations", "没有"),
        (
            "/api/v1/plans/dg-2017/statistic",
            "/api/v1/plans/dg-2017/statistics",
            "没有",
        ),
        ("/plans", "/api/v1/plans", "没有"),
        ("/api/units/czj", "/api/v1/units/czj", "没有"),
        ("/openapi", "/openapi.json", "没有"),
    ] {
        for caller in [app.coordinator(), app.anonymous()] {
            let problem = caller.get(path).await.problem(404, "not_found");
            let detail = problem["detail"].as_str().unwrap();
            assert!(
                detail.contains(&format!("是否指 {meant}？")) && detail.contains(why),
                "{path}: {detail}"
            );
        }
    }
    let reply = app.anonymous().get("/api/v1/nosuch").await.problem(404, "not_found");
    assert_eq!(reply["detail"], "没有这个路径（GET /api/v1 列出所有资源）");
    app.stop().await;
}

#[actix_web::test]
async fn what_is_no_id_cannot_exist() {
    let app = TestApp::start(Engine::Sqlite).await;
    let slug = "小写字母";
    for (path, form) in [
        ("plans/DG-2017", slug),
        ("plans/dg_2017", slug),
        ("plans/dg-2017.1", slug),
        ("plans/%E6%96%B9%E6%A1%88", slug),
        ("plans/dg-2017%00", slug),
        ("plans/dg-2017%2F..", slug),
        ("plans/%20dg-2017", slug),
        ("plans/%FF", slug),
        ("tasks/dg-2017", "如 dg-2017.17"),
        ("tasks/dg-2017.0", "如 dg-2017.17"),
        ("tasks/dg-2017.017", "如 dg-2017.17"),
        ("tasks/dg-2017.99999999999999999999", "如 dg-2017.17"),
        ("tasks/dg-2017.-1", "如 dg-2017.17"),
        ("requirements/dg-2017.17", "如 dg-2017.17.3"),
        ("requirements/17.3", "如 dg-2017.17.3"),
        ("deadlines/dg-2017.18.1.2", "如 dg-2017.18.1.d2"),
        ("deadlines/dg-2017.18.1.d0", "如 dg-2017.18.1.d2"),
        ("deadlines/dg-2017.18.1.i1", "如 dg-2017.18.1.d2"),
        ("units/ZWFWB", slug),
        ("units/%E5%B8%82%E8%B4%A2%E6%94%BF%E5%B1%80", slug),
        ("progress-reports/7", "UUID"),
        ("calendar/MMXVII", "年份"),
        ("obligations/dg-2017", "应办事项编号"),
    ] {
        let problem = app
            .coordinator()
            .get(&format!("/api/v1/{path}"))
            .await
            .problem(404, "not_found");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(form), "{path}: {detail}");
    }
    // Of what could be one, the same is said whether it is not there or not to be known of.
    let missing = app
        .anonymous()
        .get("/api/v1/plans/dg-1999")
        .await
        .problem(404, "not_found");
    let draft = json!({"id": "dg-2018", "title": "草案", "year": 2018});
    app.coordinator().post("/api/v1/plans", &draft).await.expect(201);
    for path in [
        "plans/dg-2018",
        "plans/dg-2018/statistics",
        "tasks/dg-2017.40",
        "requirements/dg-2017.17.99",
        "units/nosuch",
        "units/nosuch/members",
    ] {
        let reply = app.anonymous().get(&format!("/api/v1/{path}")).await;
        assert_eq!(reply.problem(404, "not_found")["detail"], missing["detail"], "{path}");
    }
    app.stop().await;
}

/// What there is, for whoever asks: each link works, and what is not there would not.
async fn lists_what_this_caller_may_read(app: &TestApp) {
    let document = Document::of(app).await;
    let is_list = |operation: &Operation<'_>| {
        let schema = &operation.value["responses"]["200"]["content"]["application/json"]["schema"]["$ref"];
        operation.is_read()
            && !operation.path.contains('{')
            && schema.as_str().is_some_and(|name| name.ends_with("Page"))
    };
    let lists: Vec<&str> = document
        .operations()
        .into_iter()
        .filter(is_list)
        .map(|operation| operation.path)
        .collect();
    assert!(lists.len() > 10, "{lists:?}");
    for caller in [
        app.anonymous(),
        app.coordinator(),
        app.role("auditor"),
        app.role("unit_reporter"),
    ] {
        let index = caller.get("/api/v1").await.ok();
        let shown: Vec<String> = index.json()["collections"]
            .as_array()
            .unwrap()
            .iter()
            .map(|collection| collection["href"].as_str().unwrap().to_owned())
            .collect();
        for path in &lists {
            let link = format!("{}{path}", app.base);
            let may = caller.get(path).await.status == 200;
            assert_eq!(shown.contains(&link), may, "{path}");
        }
        assert!(shown.len() <= lists.len());
        for name in ["vocabulary", "openapi", "docs"] {
            caller.get(index.json()[name].as_str().unwrap()).await.ok();
        }
        let again = caller
            .request(Method::GET, "/api/v1")
            .header("If-None-Match", index.etag());
        Reply::to(again).await.expect(304);
    }
    app.anonymous()
        .get("/api/v1?nosuch=1")
        .await
        .problem(400, "unknown_parameter");
}

#[actix_web::test]
async fn the_index_lists_what_this_caller_may_read() {
    let app = TestApp::start(Engine::Sqlite).await;
    app.during(lists_what_this_caller_may_read).await;
}

#[actix_web::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let app = TestApp::start(Engine::Sqlite).await;
    let document = Document::of(&app).await;
    let mut refused = 0;
    for (template, item) in document.json["paths"].as_object().unwrap() {
        let item = item.as_object().unwrap();
        let path = template.replace("{id}", "dg-2017").replace("{member}", "zwfwb");
        let spell = |name: &str| {
            if name == "get" {
                vec!["GET".to_owned(), "HEAD".to_owned()]
            } else {
                vec![name.to_uppercase()]
            }
        };
        let mut allowed: Vec<String> = item.keys().flat_map(|name| spell(name)).collect();
        allowed.push("OPTIONS".into());
        allowed.sort();
        let listed = |reply: &Reply| {
            let mut listed: Vec<String> = reply.header("allow").split(", ").map(str::to_owned).collect();
            listed.sort();
            listed
        };
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"] {
            if allowed.contains(&method.to_owned()) {
                continue;
            }
            refused += 1;
            let request = app.coordinator().request(method.parse().unwrap(), &path);
            let reply = Reply::to(request).await.expect(405);
            assert_eq!(listed(&reply), allowed, "{method} {path}");
            if method == "HEAD" {
                assert!(reply.body.is_empty());
            } else {
                reply.problem(405, "method_not_allowed");
            }
        }
        let reply = Reply::to(app.anonymous().request(Method::OPTIONS, &path))
            .await
            .expect(204);
        assert_eq!(listed(&reply), allowed);
    }
    assert!(refused > 50);
    app.stop().await;
}

#[actix_web::test]
async fn head_is_get_without_the_body() {
    let app = TestApp::start(Engine::Sqlite).await;
    for (path, status) in [
        ("/api/v1/plans/dg-2017", 200),
        ("/healthz", 200),
        ("/api/v1/plans/nosuch", 404),
    ] {
        let head = Reply::to(app.anonymous().request(Method::HEAD, path))
            .await
            .expect(status);
        let get = app.anonymous().get(path).await.expect(status);
        assert!(head.body.is_empty() && !get.body.is_empty());
        for name in ["content-type", "content-length"] {
            if name == "content-length" && status == 404 {
                // The body repeats the request's id; only the length of that is the same.
                continue;
            }
            assert_eq!(head.header(name), get.header(name), "{path}");
        }
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_format_that_is_not_offered_is_not_acceptable() {
    let app = TestApp::start(Engine::Sqlite).await;
    let accepting = async |path: &str, accept: &str| {
        Reply::to(app.anonymous().request(Method::GET, path).header("Accept", accept)).await
    };
    for (path, accept) in [
        ("/api/v1/plans", "image/png"),
        ("/api/v1/plans", "text/html"),
        ("/api/v1/plans", "*/*;q=0"),
        ("/api/v1/plans", "nonsense"),
        ("/api/v1/plans/dg-2017", "text/csv"),
        ("/api/v1/plans/dg-2017", "application/json;q=0, text/*"),
    ] {
        let problem = accepting(path, accept).await.problem(406, "not_acceptable");
        assert_eq!(problem["errors"][0]["header"], "Accept", "{accept}");
        assert!(problem["detail"].as_str().unwrap().contains("application/json"));
    }
    for accept in ["*/*", "application/*", "text/html, application/json;q=0.1", ""] {
        accepting("/api/v1/plans/dg-2017", accept).await.ok();
    }
    // An error is a problem, whatever the caller would rather have had.
    accepting("/api/v1/plans/nosuch", "application/json")
        .await
        .problem(404, "not_found");
    accepting("/nosuch", "text/csv").await.problem(404, "not_found");
    app.stop().await;
}

#[actix_web::test]
async fn errors_are_readable_whatever_the_coding() {
    let app = TestApp::start(Engine::Sqlite).await;
    for coding in [
        "gzip",
        "br",
        "gzip, br;q=0.5",
        "zstd",
        "nonsense",
        "identity;q=0, *;q=0",
    ] {
        for path in ["/api/v1/plans/nosuch", "/nosuch", "/api/v1/plans?nosuch=1"] {
            let request = app
                .anonymous()
                .request(Method::GET, path)
                .header("Accept-Encoding", coding);
            let reply = Reply::to(request).await;
            assert!(reply.headers.get("content-encoding").is_none(), "{coding}");
            assert!((400..500).contains(&reply.status), "{coding}: {}", reply.status);
            let (status, code) = (reply.status, reply.json()["code"].as_str().unwrap().to_owned());
            reply.problem(status, &code);
        }
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_query_that_is_wrong_names_the_parameter() {
    let app = TestApp::start(Engine::Sqlite).await;
    for (path, name, code) in [
        ("plans?nosuch=1", "nosuch", "unknown_parameter"),
        ("plans/dg-2017?limit=1", "limit", "unknown_parameter"),
        ("plans?limit=0", "limit", "invalid_parameter"),
        ("plans?limit=201", "limit", "invalid_parameter"),
        ("plans?limit=ten", "limit", "invalid_parameter"),
        ("plans?limit=1&limit=2", "limit", "invalid_parameter"),
        ("plans?status=lost", "status", "invalid_parameter"),
        ("plans?sort=colour", "sort", "invalid_parameter"),
        ("plans?fields=colour", "fields", "invalid_parameter"),
        ("plans?embed=colour", "embed", "invalid_parameter"),
        ("plans?format=pdf", "format", "invalid_parameter"),
        ("plans?bom=true", "bom", "invalid_parameter"),
        ("plans?cursor=xyz", "cursor", "invalid_cursor"),
        ("requirements?due_from=2017-02-30", "due_from", "invalid_parameter"),
        ("requirements?unit=%E6%B2%A1%E6%9C%89", "unit", "invalid_parameter"),
        ("requirements?plan=DG", "plan", "invalid_parameter"),
        ("units?on=soon", "on", "invalid_parameter"),
        ("units?%FF=1", "\u{fffd}", "unknown_parameter"),
    ] {
        let problem = app.anonymous().get(&format!("/api/v1/{path}")).await.problem(400, code);
        let named: Vec<_> = problem["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|fault| &fault["parameter"])
            .collect();
        assert_eq!(named, [&json!(name)], "{path}");
    }
    app.stop().await;
}
