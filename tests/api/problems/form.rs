//! The form of bodies: what is needed, and all that is wrong with it.

use reqwest::Method;
use serde_json::json;

use super::bodies::post_json;
use crate::support::{Engine, Reply, TestApp};

/// What is needed is said of a body that is not there, whatever its type is said to be.
#[actix_web::test]
async fn a_body_left_out_says_what_was_needed() {
    let app = TestApp::start(Engine::Sqlite).await;
    for content_type in ["application/json", ""] {
        for (path, needed) in [
            ("plans", "须有字段 id, title, year"),
            ("deadlines/parse", "须有字段 phrase"),
        ] {
            let request = app
                .coordinator()
                .request(Method::POST, &format!("/api/v1/{path}"))
                .header("If-Match", "*");
            let request = if content_type.is_empty() {
                request
            } else {
                request.header("Content-Type", content_type)
            };
            let problem = Reply::to(request).await.problem(400, "malformed_json");
            assert!(problem["detail"].as_str().unwrap().contains(needed), "{problem}");
        }
    }
    // A step that needs a reason says so, and where.
    let silent = app.coordinator();
    let exempt = "/api/v1/obligations/dg-2017.17.3.d2.hbj.2017Q2/exempt";
    let problem = silent.transition(exempt, "*").await.problem(422, "invalid");
    let fault = &problem["errors"][0];
    assert_eq!(
        (&fault["pointer"], &fault["code"]),
        (&json!("/reason"), &json!("required")),
        "{problem}"
    );
    let blank = post_json(&app, "  ").await.problem(400, "malformed_json");
    assert!(
        blank["detail"].as_str().unwrap().contains("须有字段 id, title, year"),
        "{blank}"
    );
    app.stop().await;
}

/// A client mends all that is wrong with the form at once.
#[actix_web::test]
async fn all_faults_of_form_are_told_at_once() {
    let app = TestApp::start(Engine::Sqlite).await;
    let body = json!({
        "titel": "a", "year": "2018", "issuer": "市财政局", "period_from": "18-01-01", "period_to": 7, "tasks": [
            {"title": "控制\u{7}", "number": -1, "requirements": {}},
            {"title": ["x"], "requirements": [{"text": "正文", "units": [{"code": "czj", "role": "leader"}], "deadlines": [
                {"phrase": "全年", "rule": {"kind": "yearround"}}, {"phrase": "12月底", "rule": {"kind": "date", "due_on": "2018-13-01", "event": "x"}}
            ]}]}
        ]
    });
    let problem = post_json(&app, body.to_string()).await.problem(422, "invalid");
    let deadlines = "/tasks/1/requirements/0/deadlines";
    let expected = [
        ("/id".to_owned(), "required", "缺少字段 id"),
        ("/title".to_owned(), "required", "缺少字段 title"),
        ("/titel".to_owned(), "unknown", "没有字段 titel，是否指 title？"),
        ("/year".to_owned(), "invalid", "应为整数"),
        ("/period_from".to_owned(), "invalid", "应为日期，如 2017-12-31"),
        ("/period_to".to_owned(), "invalid", "应为日期，如 2017-12-31"),
        ("/tasks/0/title".to_owned(), "invalid", "第 1 行含有控制字符 U+0007"),
        ("/tasks/0/number".to_owned(), "invalid", "应为不小于 0 的整数"),
        ("/tasks/0/requirements".to_owned(), "invalid", "应为列表（JSON 数组）"),
        ("/tasks/1/title".to_owned(), "invalid", "应为文本"),
        (
            "/tasks/1/requirements/0/units/0/role".to_owned(),
            "invalid",
            "没有 leader；可用：lead, support, responsible，是否指 lead？",
        ),
        (
            format!("{deadlines}/0/rule/kind"),
            "invalid",
            "没有 yearround；可用：date, year_round, recurring, on_event, undecided，是否指 year_round？",
        ),
        (format!("{deadlines}/1/rule/event"), "unknown", "没有字段 event"),
        (
            format!("{deadlines}/1/rule/due_on"),
            "invalid",
            "应为日期，如 2017-12-31",
        ),
    ];
    let found: Vec<_> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| {
            (
                fault["pointer"].as_str().unwrap().to_owned(),
                fault["code"].as_str().unwrap(),
                fault["detail"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(found, expected);
    app.stop().await;
}
