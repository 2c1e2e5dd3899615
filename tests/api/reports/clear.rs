//! `POST /progress-reports/{id}/clear` and `POST /progress-reports/{id}/withhold`: a report that is not cleared is as
//! good as none outside its unit and the reviewing offices. That no byte
//! of it is shown, `scope` holds for rows of all kinds.

use reqwest::Method;
use serde_json::json;

use super::{OBLIGATION, REPORTS, act, path};
use crate::support::{Caller, Reply, TestApp};

/// Writes a report and takes these steps with it.
async fn write(app: &TestApp, unit: &str, n: usize, way: &[&str]) -> String {
    let reporter = app.somebody("writer", "unit_reporter", Some(unit));
    let word = format!("暗号{n}号");
    let obligation = if unit == "hbj" {
        OBLIGATION.into()
    } else {
        format!("dg-2017.{}.1.d1.{unit}.2017Q2", [1, 5, 10, 24][n % 4])
    };
    let text = |what: &str| format!("{word}{what}");
    let body = json!({
        "obligation_id": obligation, "summary": text("摘要"), "measures": text("措施"), "problems": text("问题"), "next_steps": text("打算"),
        "percent": 100, "claims_completion": true,
        "evidence": [{"title": text("佐证"), "url": format!("https://example.org/{word}"), "published_on": "2017-06-01"}]
    });
    let path = path(&reporter.post(REPORTS, &body).await.expect(201));
    for step in way {
        let (caller, body) = match *step {
            "accept" => (app.somebody("zhao", "coordinator", None), json!({"note": text("意见")})),
            "return" => (
                app.somebody("zhao", "coordinator", None),
                json!({"reason": text("理由")}),
            ),
            "clear" => (app.somebody("sun", "secrecy_reviewer", None), json!({})),
            "withhold" => (
                app.somebody("sun", "secrecy_reviewer", None),
                json!({"reason": text("密点")}),
            ),
            _ => (reporter.clone(), json!({})),
        };
        act(&caller, &path, step, "*", &body).await.ok();
    }
    path
}

on_both! {
    async fn a_hidden_report_answers_like_none_at_all(app: &TestApp) {
        let hidden = write(app, "hbj", 1, &["submit", "accept"]).await;
        let missing = format!("{REPORTS}/019a1b2c-3d4e-7f00-8000-00000000000f");
        let strip = |reply: Reply, path: &str| {
            let body = reply.text().replace(path, "").replace(reply.header("x-request-id"), "");
            let mut names: Vec<String> = reply.headers.keys().map(ToString::to_string).collect();
            names.sort();
            (reply.status, body, names)
        };
        let stranger = app.somebody("he", "unit_reporter", Some("humen"));
        for caller in [app.anonymous(), stranger, app.role("admin")] {
            for (method, action) in [(Method::GET, ""), (Method::PATCH, ""), (Method::DELETE, ""), (Method::POST, "/submit"), (Method::POST, "/accept"), (Method::POST, "/clear")] {
                let ask = async |path: &str| {
                    let request = caller.request(method.clone(), &format!("{path}{action}")).header("If-Match", "*");
                    strip(Reply::to(if method == Method::PATCH { request.json(&json!({})) } else { request }).await, path)
                };
                assert_eq!(ask(&hidden).await, ask(&missing).await, "{method} {action}");
            }
        }
    }

    /// What goes on behind the gate changes nothing in front of it: not a byte, not an entity tag.
    async fn hidden_steps_leave_no_trace(app: &TestApp) {
        write(app, "changan", 1, &["submit", "accept", "clear"]).await;
        let stranger = app.somebody("he", "unit_reporter", Some("humen"));
        let paths = [REPORTS.to_owned(), format!("{REPORTS}?unit=hbj"), format!("{REPORTS}?q=暗号"), format!("{REPORTS}?format=ndjson"), "/api/v1/units".into(), "/api/v1/requirements?limit=200".into()];
        let look = async || {
            let mut seen = Vec::new();
            for caller in [&app.anonymous(), &stranger] {
                for path in &paths {
                    let reply = caller.get(path).await.ok();
                    let etag = reply.headers.get("etag").map(|tag| tag.to_str().unwrap().to_owned());
                    seen.push((path.clone(), etag, reply.text()));
                }
            }
            seen
        };
        let before = look().await;
        write(app, "hbj", 2, &["submit", "return", "submit", "accept", "withhold"]).await;
        assert_eq!(look().await, before);
    }

    /// Two look at what becomes public, also where one person has both roles.
    async fn who_accepted_a_report_does_not_clear_it(app: &TestApp) {
        let both = |name: &str| app.bearing(Some(app.token(name, &["coordinator", "secrecy_reviewer"], None, &[])));
        let (zhao, sun) = (both("zhao"), both("sun"));
        let path = write(app, "hbj", 1, &["submit"]).await;
        act(&zhao, &path, "accept", "*", &json!({})).await.ok();
        let offered = async |caller: &Caller<'_>| {
            let one = caller.get(&path).await.ok().json()["allowed_actions"].clone();
            let listed = caller.get(REPORTS).await.ok().json();
            assert_eq!(listed["items"][0]["allowed_actions"], one);
            one
        };
        // Whoever asks first, each is offered what is theirs.
        for _ in 0..2 {
            assert_eq!(offered(&sun).await, json!(["clear", "withhold"]));
            assert_eq!(offered(&zhao).await, json!(["withhold"]));
        }
        let problem = act(&zhao, &path, "clear", "*", &json!({})).await.problem(403, "forbidden");
        assert!(problem["detail"].as_str().unwrap().contains("另一名保密审查员"), "{problem}");
        app.anonymous().get(&path).await.problem(404, "not_found");
        // It is withheld by them, and cleared by somebody else.
        act(&zhao, &path, "withhold", "*", &json!({"reason": "暂缓"})).await.ok();
        act(&zhao, &path, "clear", "*", &json!({})).await.problem(403, "forbidden");
        act(&sun, &path, "clear", "*", &json!({})).await.ok();
        app.anonymous().get(&path).await.ok();
    }
}
