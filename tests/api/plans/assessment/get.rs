//! What earns points and what costs them, and who sees it.

use serde_json::{Value, json};

use super::{PATH, at, plan, report, scores};
use crate::support::{Caller, TestApp, fixtures::assert_faults};

/// A notice of the plan, sent to a unit by somebody who may send it.
async fn notice(app: &TestApp, unit: &str, more: &Value) {
    let mut body = json!({"plan_id": "kp-2017", "subject": "事由", "text": "正文", "units": [unit]});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    let author = app.bearing(Some(app.token("author", &["inspector"], None, &[])));
    let path = author
        .post("/api/v1/notices", &body)
        .await
        .expect(201)
        .header("location")
        .to_owned();
    let urges = body.get("level").is_some();
    if !urges {
        author.transition(&format!("{path}/submit"), "*").await.ok();
        app.coordinator().transition(&format!("{path}/approve"), "*").await.ok();
    }
    author.transition(&format!("{path}/issue"), "*").await.ok();
}

/// Every fact's query lists as many things as the fact counts, the ones it names among them; that there are some.
async fn assert_links(caller: &Caller<'_>, query: &str) {
    let view = caller.get(&format!("{PATH}?{query}")).await.ok().json();
    let mut seen = 0;
    for score in view["items"].as_array().unwrap() {
        for part in score["parts"].as_array().unwrap() {
            for fact in part["facts"].as_array().unwrap() {
                let list = caller.get(fact["link"].as_str().unwrap()).await.ok().json();
                let ids = crate::support::texts(list["items"].as_array().unwrap(), "id");
                let named = fact["ids"].as_array().unwrap();
                let listed = |id: &Value| ids.iter().any(|listed| listed == id.as_str().unwrap());
                assert!(!named.is_empty() && named.iter().all(listed), "{fact}: {ids:?}");
                // Which notices were not answered in time, their ids say.
                if fact["kind"] != "unanswered" {
                    assert_eq!(list["total"], fact["count"], "{fact}");
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 4);
}

on_both! {
    async fn each_fact_changes_its_points(app: &TestApp) {
        at(app, "2017-06-10T01:00:00Z");
        plan(app).await;
        assert!(scores(&app.coordinator(), "").await.is_empty(), "nobody has owed anything yet");
        report(app, "humen", 1, &["submit", "accept"]).await;
        at(app, "2017-06-22T01:00:00Z");
        let late = report(app, "humen", 2, &["submit"]).await;
        at(app, "2017-06-30T01:00:00Z");
        // Nothing is due on the day itself; the next requirement is due in July.
        assert_eq!(scores(&app.coordinator(), "").await, [
            "hbj 0.0 + 0.0 + 0.0 + 10.0 = 10.0, 1 of 1",
            "humen 20.0 + 22.5 + 20.0 + 10.0 = 72.5, 1 of 2",
            "changan 0.0 + 0.0 + 0.0 + 10.0 = 10.0, 2 of 2",
        ]);
        let (coordinator, zhao) = (app.coordinator(), app.bearing(Some(app.token("zhao", &["coordinator"], None, &[]))));
        let humen = app.bearing(Some(app.token("of-humen", &["unit_reporter"], Some("humen"), &[])));
        let act = crate::support::sample::reports::act;
        act(&zhao, &late, "return", "*", &json!({"reason": "请补充"})).await.ok();
        assert_eq!(scores(&coordinator, "unit=humen").await, ["humen 20.0 + 15.0 + 8.0 + 10.0 = 53.0, 1 of 2"]);
        act(&humen, &late, "submit", "*", &json!({})).await.ok();
        act(&zhao, &late, "accept", "*", &json!({})).await.ok();
        assert_eq!(scores(&coordinator, "unit=humen").await, ["humen 40.0 + 22.5 + 18.0 + 10.0 = 90.5, 1 of 2"]);
        notice(app, "changan", &json!({"kind": "reminder", "level": "blue", "reply_by": "2017-07-07"})).await;
        assert_eq!(scores(&coordinator, "unit=changan").await, ["changan 0.0 + 0.0 + 0.0 + 9.0 = 9.0, 2 of 2"]);
        notice(app, "changan", &json!({"kind": "criticism"})).await;
        assert_eq!(scores(&coordinator, "unit=changan").await, ["changan 0.0 + 0.0 + 0.0 + 4.0 = 4.0, 2 of 2"]);
        notice(app, "changan", &json!({"kind": "commendation"})).await;
        assert_eq!(scores(&coordinator, "unit=changan").await, ["changan 0.0 + 0.0 + 0.0 + 6.0 = 6.0, 2 of 2"]);
        assert_links(&coordinator, "").await;
        at(app, "2017-07-08T01:00:00Z");
        let coordinator = app.coordinator();
        assert_eq!(scores(&coordinator, "unit=changan").await, ["changan 0.0 + 0.0 + 0.0 + 5.0 = 5.0, 2 of 2"]);
        // As it was known at the end of an earlier day.
        assert_eq!(scores(&coordinator, "unit=humen&as_of=2017-06-29").await, ["humen 20.0 + 22.5 + 20.0 + 10.0 = 72.5, 1 of 2"]);
        assert_eq!(scores(&coordinator, "unit=humen&as_of=2017-06-16").await, ["humen 40.0 + 30.0 + 20.0 + 10.0 = 100.0, 1 of 2"]);
        assert_links(&coordinator, "as_of=2017-06-29").await;
        // What is exempted is not owed.
        for n in [1, 2] {
            let request = coordinator.request(reqwest::Method::POST, &format!("/api/v1/obligations/kp-2017.1.{n}.d1.hbj.2017/exempt"));
            crate::support::Reply::to(request.header("If-Match", "*").json(&json!({"reason": "职责已划转"}))).await.ok();
        }
        assert!(scores(&coordinator, "unit_kind=department").await.is_empty());
    }

    async fn what_is_due_on_the_day_itself_is_not_missing(app: &TestApp) {
        at(app, "2017-06-20T01:00:00Z");
        plan(app).await;
        report(app, "humen", 2, &["submit"]).await;
        let coordinator = app.coordinator();
        let on_the_day = [
            "hbj 0.0 + 0.0 + 0.0 + 10.0 = 10.0, 1 of 1",
            "humen 0.0 + 15.0 + 10.0 + 10.0 = 35.0, 1 of 2",
            "changan 0.0 + 0.0 + 0.0 + 10.0 = 10.0, 2 of 2",
        ];
        assert_eq!(scores(&coordinator, "").await, on_the_day);
        assert_links(&coordinator, "").await;
        let of = async |unit: &str, as_of: &str| {
            let path = format!("/api/v1/plans/kp-2017/statistics?group_by=unit&unit={unit}&as_of={as_of}");
            let total = coordinator.get(&path).await.ok().json()["total"].clone();
            let counts = ["expected", "reported", "missing", "yellow"].map(|name| total[name].as_i64().unwrap());
            (counts, total["reporting_rate"].as_f64().unwrap(), total["original"]["expected"].as_i64().unwrap())
        };
        assert_eq!((of("humen", "2017-06-20").await, of("changan", "2017-06-20").await), (([2, 1, 1, 0], 0.5, 2), ([1, 0, 1, 1], 0.0, 1)));
        assert_eq!((of("humen", "2017-06-21").await, of("changan", "2017-06-21").await), (([2, 1, 1, 0], 0.5, 2), ([2, 0, 2, 0], 0.0, 2)));
        let series = coordinator.get("/api/v1/plans/kp-2017/statistics/series?from=2017-06-20&to=2017-06-20").await.ok().json();
        assert_eq!(series["points"][0]["total"]["expected"], 4);
        at(app, "2017-06-21T01:00:00Z");
        let coordinator = app.coordinator();
        assert_eq!(scores(&coordinator, "as_of=2017-06-20").await, on_the_day);
        assert_eq!(scores(&coordinator, "unit=changan").await, ["changan 0.0 + 0.0 + 0.0 + 10.0 = 10.0, 2 of 2"]);
        assert_links(&coordinator, "").await;
    }

    async fn a_unit_that_has_ended_is_not_ranked(app: &TestApp) {
        at(app, "2017-06-10T01:00:00Z");
        plan(app).await;
        let ended = json!({"valid_to": "2017-06-25", "successors": ["humen"]});
        app.coordinator().patch("/api/v1/units/changan", "*", &ended).await.ok();
        at(app, "2017-06-30T01:00:00Z");
        let coordinator = app.coordinator();
        assert_eq!(scores(&coordinator, "as_of=2017-06-25&unit_kind=town").await, [
            "changan 0.0 + 0.0 + 0.0 + 10.0 = 10.0, 1 of 2",
            "humen 0.0 + 0.0 + 0.0 + 10.0 = 10.0, 1 of 2",
        ]);
        for query in ["as_of=2017-06-26&unit_kind=town", "unit_kind=town"] {
            assert_eq!(scores(&coordinator, query).await, [
                "humen 0.0 + 0.0 + 0.0 + 10.0 = 10.0, 1 of 1",
                "changan 0.0 + 0.0 + 0.0 + 10.0 = 10.0, null of 1",
            ], "{query}");
        }
        let frozen = coordinator.post(&format!("{PATH}/freeze"), &json!({"as_of": "2017-06-26"})).await.expect(201).json();
        let items = frozen["items"].as_array().unwrap();
        let changan = items.iter().find(|score| score["unit"]["code"] == "changan").unwrap();
        assert_eq!((changan.get("rank"), &changan["ranked"]), (None, &json!(1)));
    }

    async fn units_see_their_own_score_and_nobody_else_any(app: &TestApp) {
        plan(app).await;
        assert_eq!(scores(&app.role("auditor"), "unit_kind=town").await, [
            "changan 0.0 + 0.0 + 0.0 + 10.0 = 10.0, 1 of 2",
            "humen 0.0 + 0.0 + 0.0 + 10.0 = 10.0, 1 of 2",
        ], "ties share a rank");
        for role in ["coordinator", "inspector", "admin"] {
            assert_eq!(scores(&app.role(role), "").await.len(), 3, "{role}");
        }
        let humen = app.bearing(Some(app.token("li", &["unit_approver"], Some("humen"), &[])));
        assert_eq!(scores(&humen, "").await, ["humen 0.0 + 0.0 + 0.0 + 10.0 = 10.0, 1 of 2"]);
        assert!(scores(&humen, "unit=changan").await.is_empty());
        app.anonymous().get(PATH).await.problem(401, "unauthenticated");
        app.role("secrecy_reviewer").get(PATH).await.problem(403, "forbidden");
        app.coordinator().get("/api/v1/plans/nosuch/assessment").await.problem(404, "not_found");
        app.coordinator().get(&format!("{PATH}?unit=nosuch")).await.problem(400, "invalid_parameter");
        let table = app.coordinator().get(&format!("{PATH}?format=csv&unit=humen")).await.ok();
        assert_eq!(table.text(), "unit,name,unit_kind,rank,ranked,total,completion,timeliness,quality,notices\r\nhumen,虎门镇,town,1,2,10,0,0,0,10\r\n");
    }

    async fn a_score_says_of_which_moment_it_is_and_lists_that_moment_only(app: &TestApp) {
        at(app, "2017-06-10T01:00:00Z");
        plan(app).await;
        report(app, "humen", 1, &["submit", "accept"]).await;
        at(app, "2017-06-22T01:00:00Z");
        report(app, "humen", 2, &["submit"]).await;
        at(app, "2017-06-30T01:00:00Z");
        let humen = app.bearing(Some(app.token("li", &["unit_approver"], Some("humen"), &[])));
        let facts = async |caller: &Caller<'_>, query: &str| {
            let view = caller.get(&format!("{PATH}?{query}")).await.ok().json();
            let parts = view["items"][0]["parts"].as_array().unwrap();
            let facts: Vec<Value> = parts.iter().flat_map(|part| part["facts"].as_array().unwrap().clone()).collect();
            (view.get("known_on").cloned(), facts)
        };
        for query in ["", "as_of=2017-06-30", "as_of=2017-12-31"] {
            let (known_on, own) = facts(&humen, query).await;
            assert_eq!(known_on, Some(json!("2017-06-29")), "{query}");
            assert!(!own.is_empty() && own.iter().all(|fact| fact.get("link").is_none()), "{query}: {own:?}");
            let (known_on, all) = facts(&app.coordinator(), query).await;
            assert!(known_on.is_none() && all.iter().all(|fact| fact["link"].is_string()), "{query}: {all:?}");
        }
        for caller in [&humen, &app.coordinator()] {
            assert_eq!(facts(caller, "as_of=2017-06-29").await.0, Some(json!("2017-06-29")));
            assert_links(caller, "as_of=2017-06-29").await;
        }
        // What was frozen is of when it was frozen.
        app.coordinator().post(&format!("{PATH}/freeze"), &json!({"as_of": "2017-06-30"})).await.expect(201);
        let (known_on, frozen) = facts(&humen, "as_of=2017-06-30").await;
        assert!(known_on.is_none() && frozen.iter().all(|fact| fact["link"].is_string()), "{frozen:?}");
    }

    async fn the_plan_sets_the_weights(app: &TestApp) {
        plan(app).await;
        let path = "/api/v1/plans/kp-2017";
        let coordinator = app.coordinator();
        let set = async |assessment: Value| {
            let change = json!({"settings": {"assessment": assessment}, "reason": "调整考评办法"});
            coordinator.patch(path, "*", &change).await
        };
        let problem = set(json!({"completion": 101, "notices": 11, "deductions": {"red": 200}})).await.problem(422, "invalid");
        assert_faults(&problem, &[
            ("/settings/assessment/completion", "out_of_range"),
            ("/settings/assessment", "conflict"),
            ("/settings/assessment/deductions/red", "out_of_range"),
        ]);
        set(json!({"completion": 20, "notices": 30})).await.ok();
        assert_eq!(scores(&coordinator, "unit=humen").await, ["humen 0.0 + 0.0 + 0.0 + 30.0 = 30.0, 1 of 2"]);
    }
}
