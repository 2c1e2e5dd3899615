//! `/plans/{id}/assessment`: two towns and a department in a plan of their own. Today is 2017-06-30.

mod freeze;
mod get;

use serde_json::{Value, json};

use crate::support::{Caller, TestApp, sample::reports::act};

/// The plan's assessment.
const PATH: &str = "/api/v1/plans/kp-2017/assessment";

/// What falls due on 15 and 20 June, and on 31 July, is owed by 虎门镇, 长安镇 and 市环保局.
async fn plan(app: &TestApp) {
    let units = json!([{"code": "humen"}, {"code": "changan"}, {"code": "hbj"}]);
    let requirement = |day: &str| {
        let rule = json!({"kind": "date", "due_on": day});
        json!({"text": "正文", "units": units, "deadlines": [{"phrase": day, "rule": rule}]})
    };
    let plan = json!({
        "id": "kp-2017", "title": "考评试点方案", "year": 2017, "settings": {"obligations_from": "2017-01-01"},
        "tasks": [{"title": "任务", "requirements": [requirement("2017-06-15"), requirement("2017-06-20"), requirement("2017-07-31")]}]
    });
    app.coordinator().post("/api/v1/plans", &plan).await.expect(201);
    app.coordinator()
        .transition("/api/v1/plans/kp-2017/publish", "*")
        .await
        .ok();
}

/// A unit's report that says it is done, on requirement `n`, taken these steps further.
async fn report(app: &TestApp, unit: &str, n: u32, steps: &[&str]) -> String {
    let reporter = app.bearing(Some(app.token(
        &format!("of-{unit}"),
        &["unit_reporter"],
        Some(unit),
        &[],
    )));
    let body = json!({
        "obligation_id": format!("kp-2017.1.{n}.d1.{unit}.2017"), "summary": "已办结", "percent": 100, "claims_completion": true
    });
    let made = reporter
        .post("/api/v1/progress-reports", &body)
        .await
        .expect(201)
        .json();
    let path = format!("/api/v1/progress-reports/{}", made["id"].as_str().unwrap());
    for step in steps {
        let (caller, body) = match *step {
            "accept" => (app.coordinator(), json!({})),
            "return" => (app.coordinator(), json!({"reason": "请补充"})),
            _ => (reporter.clone(), json!({})),
        };
        act(&caller, &path, step, "*", &body).await.ok();
    }
    path
}

fn at(app: &TestApp, now: &str) {
    app.clock.set(now.parse().unwrap());
}

/// The scores of an assessment: unit, completion, timeliness, quality, notices, total and rank.
async fn scores(caller: &Caller<'_>, query: &str) -> Vec<String> {
    let view = caller.get(&format!("{PATH}?{query}")).await.ok().json();
    let items = view["items"].as_array().unwrap();
    assert_eq!(view["total"], items.len());
    items.iter().map(line).collect()
}

fn line(score: &Value) -> String {
    let parts: Vec<String> = score["parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["points"].to_string())
        .collect();
    format!(
        "{} {} = {}, {} of {}",
        score["unit"]["code"].as_str().unwrap(),
        parts.join(" + "),
        score["total"],
        score["rank"],
        score["ranked"]
    )
}
