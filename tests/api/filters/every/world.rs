//! Something of every kind in every list, in two plans, by several units, on several days.

use super::*;
use crate::{
    filters::model::second_plan,
    support::{
        Reply,
        sample::{IMPORTED, feedback::portal},
    },
};

async fn act(caller: &Caller<'_>, path: &str, action: &str, body: &Value) -> Value {
    caller.step(&format!("{path}/{action}"), body).await.ok().json()
}

async fn made(caller: &Caller<'_>, list: &str, body: &Value) -> String {
    let path = format!("/api/v1/{list}");
    caller.post(&path, body).await.expect(201).header("location").to_owned()
}

fn id(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

/// Something of every kind in every list, in two plans, by several units, on several days.
pub async fn world(app: &TestApp) {
    second_plan(app).await;
    fixtures::draft(app, "dg-2018").await;
    let office = app.coordinator();
    let unit = |code: &'static str| app.somebody("reporter", "unit_reporter", Some(code));
    // Parts of units, by which other systems call them.
    for (code, parent, identifier) in [("yike", "hbj", "D-1"), ("erke", "gaj", "D-2")] {
        let identifiers = json!([{"scheme": "oa", "value": identifier}]);
        let office_of = json!({"code": code, "name": code, "kind": "internal_office", "parent": parent, "identifiers": identifiers});
        office.post("/api/v1/units", &office_of).await.expect(201);
    }
    // Extensions in each state.
    for (obligation, step, body) in [
        ("dg-2017.2.1.d1.zdb.2017", "", json!({})),
        ("t-2017.1.1.d2.humen.2017", "grant", json!({})),
        ("t-2017.1.1.d2.changan.2017", "refuse", json!({"reason": "不宜延期"})),
        ("t-2017.1.1.d2.czj.2017", "withdraw", json!({})),
    ] {
        let code = obligation.split('.').nth(4).unwrap().to_owned();
        let asker = app.somebody("reporter", "unit_reporter", Some(&code));
        let request = json!({"obligation_id": obligation, "requested_due_on": "2018-01-31", "reason": "理由", "progress": "进展"});
        let path = made(&asker, "extensions", &request).await;
        if !step.is_empty() {
            let caller = if step == "withdraw" { &asker } else { &office };
            act(caller, &path, step, &body).await;
        }
    }
    // Notices of each kind, some answered, and what units object to.
    let notice = |plan: &str, kind: &str, level: Option<&str>, units: &[&str], obligations: &[&str]| {
        let mut body = json!({"plan_id": plan, "kind": kind, "subject": "事由", "text": "正文。", "units": units});
        if let Some(level) = level {
            body["level"] = json!(level);
            body["reply_by"] = json!("2017-07-07");
            body["obligations"] = json!(obligations);
        }
        if level == Some("red") {
            body["urgent_reason"] = json!("紧急");
        }
        body
    };
    let first = made(
        &office,
        "notices",
        &notice(
            "t-2017",
            "reminder",
            Some("blue"),
            &["humen", "changan"],
            &["t-2017.1.1.d1.humen.2017"],
        ),
    )
    .await;
    act(&office, &first, "issue", &json!({})).await;
    let second = made(
        &office,
        "notices",
        &notice(
            "dg-2017",
            "supervision",
            Some("red"),
            &["hbj"],
            &["dg-2017.17.3.d2.hbj.2017Q1"],
        ),
    )
    .await;
    act(&office, &second, "issue", &json!({})).await;
    act(&unit("hbj"), &second, "answer", &json!({"text": "已报送。"})).await;
    let third = made(
        &office,
        "notices",
        &notice("dg-2017", "reminder", Some("blue"), &["humen"], &[]),
    )
    .await;
    act(&office, &third, "issue", &json!({})).await;
    act(&office, &third, "rescind", &json!({"reason": "误发"})).await;
    made(
        &office,
        "notices",
        &notice("dg-2017", "criticism", None, &["humen", "houjie"], &[]),
    )
    .await;
    app.clock.set("2017-07-03T01:00:00Z".parse().unwrap());
    let (office, deputy) = (app.coordinator(), app.somebody("deputy", "coordinator", None));
    let unit = |code: &'static str| app.somebody("reporter", "unit_reporter", Some(code));
    let object = |notice: &str| json!({"notice_id": id(notice), "reason": "已按期报送"});
    let humen = made(&unit("humen"), "second-reviews", &object(&first)).await;
    act(&deputy, &humen, "uphold", &json!({"reason": "属实"})).await;
    made(&unit("changan"), "second-reviews", &object(&first)).await;
    made(&unit("hbj"), "second-reviews", &object(&second)).await;
    // A report that is public, one that is returned, and what the public says of them.
    let report = |obligation: &str| {
        json!({
            "obligation_id": obligation, "summary": "已公开", "percent": 100, "claims_completion": true, "evidence": [{"title": "佐证", "published_on": "2017-06-01"}]
        })
    };
    let public = made(&unit("humen"), "progress-reports", &report("t-2017.1.1.d1.humen.2017")).await;
    act(&unit("humen"), &public, "submit", &json!({})).await;
    act(&office, &public, "accept", &json!({})).await;
    act(
        &app.somebody("secrecy", "secrecy_reviewer", None),
        &public,
        "clear",
        &json!({}),
    )
    .await;
    let other = made(
        &unit("changan"),
        "progress-reports",
        &report("t-2017.1.1.d2.changan.2017"),
    )
    .await;
    act(&unit("changan"), &other, "submit", &json!({})).await;
    act(&office, &other, "accept", &json!({})).await;
    act(
        &app.somebody("secrecy", "secrecy_reviewer", None),
        &other,
        "clear",
        &json!({}),
    )
    .await;
    let returned = made(&unit("hbj"), "progress-reports", &report("dg-2017.17.3.d2.hbj.2017Q2")).await;
    act(&unit("hbj"), &returned, "submit", &json!({})).await;
    act(&office, &returned, "return", &json!({"reason": "请补充"})).await;
    made(
        &unit("hbj"),
        "second-reviews",
        &json!({"progress_report_id": id(&returned), "reason": "已补充"}),
    )
    .await;
    let request = office.request(
        reqwest::Method::POST,
        "/api/v1/obligations/t-2017.1.1.d2.houjie.2017/exempt",
    );
    Reply::to(request.header("If-Match", "*").json(&json!({"reason": "职责已划转"})))
        .await
        .ok();
    for (nth, (body, step)) in [
        (
            json!({"requirement_id": "dg-2017.17.3", "rating": 4, "text": "公开很及时"}),
            "publish",
        ),
        (
            json!({"requirement_id": "t-2017.1.1", "rating": 2, "text": "看不到"}),
            "",
        ),
        (
            json!({"report_id": id(&public), "rating": 5, "text": "很好"}),
            "publish",
        ),
        (json!({"report_id": id(&other), "rating": 1, "text": "无关"}), "reject"),
    ]
    .into_iter()
    .enumerate()
    {
        let path = made(&portal(app, &format!("portal-{nth}")), "feedback", &body).await;
        if !step.is_empty() {
            let why = if step == "reject" {
                json!({"reason": "无关"})
            } else {
                json!({})
            };
            act(&office, &path, step, &why).await;
        }
    }
    app.clock.set("2017-07-10T01:00:00Z".parse().unwrap());
    // A file that became a plan, and one that did not.
    let office = app.coordinator();
    for id in ["rw-2018", ""] {
        let sent = crate::imports::import(&office, "任务.csv", IMPORTED).await.expect(201);
        let path = sent.header("location").to_owned();
        if !id.is_empty() {
            office.patch(&path, "*", &json!({"plan": {"id": id}})).await.ok();
            act(&office, &path, "commit", &json!({})).await;
        }
    }
}
