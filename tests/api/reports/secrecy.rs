//! Nothing of a report that is not cleared reaches anybody outside its unit and the reviewing offices:
//! random reports, random requests at every route, and every byte that comes back.

use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use reqwest::Method;
use serde_json::json;

use super::{OBLIGATION, REPORTS, act, path};
use crate::support::{Caller, Reply, TestApp, document::Document};

/// How far a report is taken, with what its last step says.
const WAYS: &[&[&str]] = &[
    &[],
    &["submit"],
    &["submit", "withdraw"],
    &["submit", "return"],
    &["submit", "return", "submit"],
    &["submit", "accept"],
    &["submit", "accept", "withhold"],
    &["submit", "accept", "clear"],
    &["submit", "accept", "clear", "withhold"],
    &["submit", "accept", "clear", "revise"],
    &["submit", "accept", "clear", "revise", "submit", "accept"],
];

const UNITS: &[&str] = &["humen", "changan", "houjie", "dalang", "hbj"];

/// A report with a word in every text of it that occurs nowhere else.
struct Written {
    unit: &'static str,
    path: String,
    word: String,
    public: bool,
}

/// The same choices each time, for a given seed.
fn runner(seed: u8) -> TestRunner {
    TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]))
}

fn pick<T: Clone + std::fmt::Debug + 'static>(runner: &mut TestRunner, from: &'static [T]) -> T {
    prop::sample::select(from).new_tree(runner).unwrap().current()
}

fn somebody<'a>(app: &'a TestApp, subject: &str, role: &str, unit: Option<&str>) -> Caller<'a> {
    app.bearing(Some(app.token(subject, &[role], unit, &[])))
}

async fn write(app: &TestApp, unit: &'static str, n: usize, way: &[&str]) -> Option<Written> {
    let reporter = somebody(app, "writer", "unit_reporter", Some(unit));
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
    let made = reporter.post(REPORTS, &body).await;
    if made.status != 201 {
        return None;
    }
    let path = path(&made);
    for step in way {
        let (caller, body) = match *step {
            "accept" => (
                somebody(app, "zhao", "coordinator", None),
                json!({"note": text("意见")}),
            ),
            "return" => (
                somebody(app, "zhao", "coordinator", None),
                json!({"reason": text("理由")}),
            ),
            "clear" => (somebody(app, "sun", "secrecy_reviewer", None), json!({})),
            "withhold" => (
                somebody(app, "sun", "secrecy_reviewer", None),
                json!({"reason": text("密点")}),
            ),
            _ => (reporter.clone(), json!({})),
        };
        act(&caller, &path, step, "*", &body).await.ok();
    }
    let public = way.last() == Some(&"clear");
    Some(Written {
        unit,
        path,
        word,
        public,
    })
}

/// Everything that came back, as text: status, headers, body.
fn all(reply: &Reply) -> String {
    format!("{} {:?} {}", reply.status, reply.headers, reply.text())
}

/// Requests at every route that reads, with parameters that a curious caller would try.
fn requests(document: &Document, written: &[Written], runner: &mut TestRunner) -> Vec<String> {
    let mut paths = Vec::new();
    for operation in document.operations() {
        if !operation.is_read() {
            continue;
        }
        let ids: Vec<String> = if operation.path.contains("progress-reports") {
            written
                .iter()
                .map(|one| one.path.rsplit('/').next().unwrap().to_owned())
                .collect()
        } else {
            [
                "dg-2017",
                "dg-2017.1",
                "dg-2017.1.1",
                "dg-2017.1.1.d1",
                "humen",
                OBLIGATION,
                "dg-2017.1.1.d1.humen.2017Q2",
                "2017",
            ]
            .map(str::to_owned)
            .into()
        };
        let ids = if operation.path.contains("{id}") {
            ids
        } else {
            vec![String::new()]
        };
        for id in ids {
            let path = operation.path.replace("{id}", &id).replace("{member}", "humen");
            let parameters = operation.value["parameters"].as_array().cloned().unwrap_or_default();
            let offered: Vec<String> = parameters
                .iter()
                .filter(|one| one["in"] == "query")
                .map(|one| one["name"].as_str().unwrap().to_owned())
                .collect();
            paths.push(path.clone());
            for _ in 0..3 {
                let word = &written[(0..written.len()).new_tree(runner).unwrap().current()].word;
                let mut query = Vec::new();
                for name in &offered {
                    let value = match name.as_str() {
                        "q" => word.clone(),
                        "format" => pick(runner, &["json", "csv", "ndjson"]).to_owned(),
                        "as_of" => pick(runner, &["2017-06-29", "2017-06-30", "2017-12-31"]).to_owned(),
                        "status" => {
                            pick(runner, &["draft", "submitted", "returned", "accepted", "withdrawn"]).to_owned()
                        }
                        "publication" => pick(runner, &["pending", "cleared", "withheld"]).to_owned(),
                        "unit" => pick(runner, UNITS).to_owned(),
                        "group_by" => pick(runner, &["unit", "task", "period", "light"]).to_owned(),
                        "plan" => "dg-2017".to_owned(),
                        _ => continue,
                    };
                    if pick(runner, &[true, false]) {
                        query.push((name.clone(), value));
                    }
                }
                paths.push(format!("{path}?{}", serde_html_form::to_string(&query).unwrap()));
            }
        }
    }
    paths
}

on_both! {
    async fn no_byte_of_what_is_not_cleared(app: &TestApp) {
        let mut runner = runner(17);
        let mut written = Vec::new();
        for n in 0..24 {
            let (unit, way) = (pick(&mut runner, UNITS), pick(&mut runner, WAYS));
            written.extend(write(app, unit, n, way).await);
        }
        assert!(written.iter().any(|one| one.public) && written.iter().filter(|one| !one.public).count() > 5, "nothing to hide");
        let document = Document::of(app).await;
        let paths = requests(&document, &written, &mut runner);
        let outsiders = [
            ("anonymous", None, app.anonymous()),
            ("nobody", None, app.bearing(Some(app.token("nobody", &[], None, &[])))),
            ("admin", None, somebody(app, "admin", "admin", None)),
            ("humen", Some("humen"), somebody(app, "he", "unit_reporter", Some("humen"))),
            ("secrecy of changan", Some("changan"), somebody(app, "liu", "secrecy_reviewer", Some("changan"))),
            ("coordinator without reading", None, app.bearing(Some(app.token("zhao", &["coordinator"], None, &["plans:write"])))),
        ];
        let mut seen_public = 0;
        for (name, unit, caller) in &outsiders {
            for path in &paths {
                let reply = all(&caller.get(path).await);
                for one in &written {
                    let own = *unit == Some(one.unit);
                    if !one.public && !own {
                        assert!(!reply.contains(&one.word), "{name} GET {path} shows {} of {}: {reply}", one.word, one.path);
                    }
                    seen_public += usize::from(one.public && reply.contains(&one.word));
                }
            }
        }
        assert!(seen_public > 0, "what is cleared is found");
    }

    async fn a_hidden_report_answers_like_none_at_all(app: &TestApp) {
        let hidden = write(app, "hbj", 1, &["submit", "accept"]).await.unwrap();
        let missing = format!("{REPORTS}/019a1b2c-3d4e-7f00-8000-00000000000f");
        let strip = |reply: Reply, path: &str| {
            let body = reply.text().replace(path, "").replace(reply.header("x-request-id"), "");
            let mut names: Vec<String> = reply.headers.keys().map(ToString::to_string).collect();
            names.sort();
            (reply.status, body, names)
        };
        let stranger = somebody(app, "he", "unit_reporter", Some("humen"));
        for caller in [app.anonymous(), stranger, app.role("admin")] {
            for (method, action) in [(Method::GET, ""), (Method::PATCH, ""), (Method::DELETE, ""), (Method::POST, "/submit"), (Method::POST, "/accept"), (Method::POST, "/clear")] {
                let ask = async |path: &str| {
                    let request = caller.request(method.clone(), &format!("{path}{action}")).header("If-Match", "*");
                    strip(Reply::to(if method == Method::PATCH { request.json(&json!({})) } else { request }).await, path)
                };
                assert_eq!(ask(&hidden.path).await, ask(&missing).await, "{method} {action}");
            }
        }
    }

    /// What goes on behind the gate changes nothing in front of it: not a byte, not an entity tag.
    async fn hidden_steps_leave_no_trace(app: &TestApp) {
        write(app, "changan", 1, &["submit", "accept", "clear"]).await.unwrap();
        let stranger = somebody(app, "he", "unit_reporter", Some("humen"));
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
        write(app, "hbj", 2, &["submit", "return", "submit", "accept", "withhold"]).await.unwrap();
        assert_eq!(look().await, before);
    }
}
