//! A frozen result stays as it was.

use serde_json::{Value, json};

use super::{PATH, at, plan, report, scores};
use crate::support::{Caller, Reply, fixtures::assert_faults};

async fn freeze(caller: &Caller<'_>, as_of: &str) -> Reply {
    caller.post(&format!("{PATH}/freeze"), &json!({"as_of": as_of})).await
}

async fn assessment(caller: &Caller<'_>, query: &str) -> Value {
    caller.get(&format!("{PATH}?{query}")).await.ok().json()
}

on_both! {
    async fn stays_as_it_was(app: &TestApp) {
        plan(app).await;
        let coordinator = app.coordinator();
        assert!(assessment(&coordinator, "").await.get("frozen_at").is_none());
        let reply = freeze(&coordinator, "2017-06-30").await.expect(201);
        assert_eq!(reply.header("location"), format!("{PATH}?as_of=2017-06-30"));
        let frozen = reply.json();
        assert_eq!((&frozen["frozen_by"], &frozen["frozen_at"]), (&json!("a-coordinator"), &json!("2017-06-30T01:00:00Z")));
        assert_eq!(coordinator.get(reply.header("location")).await.ok().json(), frozen);
        freeze(&coordinator, "2017-06-30").await.problem(409, "already_exists");
        // Reports, other weights, an amendment: the result does not know of them.
        report(app, "humen", 1, &["submit", "accept"]).await;
        let patch = json!({"settings": {"assessment": {"completion": 10, "notices": 40}}, "reason": "调整考评办法"});
        coordinator.patch("/api/v1/plans/kp-2017", "*", &patch).await.ok();
        assert_eq!(assessment(&coordinator, "as_of=2017-06-30").await, frozen);
        at(app, "2017-07-05T01:00:00Z");
        let coordinator = app.coordinator();
        assert_eq!(assessment(&coordinator, "").await, frozen, "without a day, the last frozen one");
        assert_eq!(scores(&coordinator, "as_of=2017-07-05&unit=humen").await, ["humen 5.0 + 7.5 + 10.0 + 40.0 = 62.5, 1 of 2"]);
        freeze(&coordinator, "2017-07-05").await.expect(201);
        let last = assessment(&coordinator, "").await;
        let days: Vec<&Value> = last["freezes"].as_array().unwrap().iter().map(|freeze| &freeze["as_of"]).collect();
        assert_eq!((&last["as_of"], days), (&json!("2017-07-05"), vec![&json!("2017-06-30"), &json!("2017-07-05")]));
        assert_eq!(assessment(&coordinator, "as_of=2017-06-30").await["items"], frozen["items"]);
        let humen = app.bearing(Some(app.token("li", &["unit_reporter"], Some("humen"), &[])));
        let own = assessment(&humen, "as_of=2017-06-30").await;
        assert_eq!((&own["total"], &own["items"][0]["unit"]["code"]), (&json!(1), &json!("humen")));
        let sql = "select subject from log_entry where event = 'assessment.frozen' order by id";
        assert_eq!(crate::support::database::select(&app.config, sql).await, ["kp-2017@2017-06-30", "kp-2017@2017-07-05"]);
    }

    async fn is_a_coordinators_and_of_no_future_day(app: &TestApp) {
        plan(app).await;
        for role in ["unit_reporter", "unit_approver", "secrecy_reviewer", "inspector", "auditor", "admin"] {
            freeze(&app.role(role), "2017-06-30").await.problem(403, "forbidden");
        }
        freeze(&app.anonymous(), "2017-06-30").await.problem(401, "unauthenticated");
        let coordinator = app.coordinator();
        for day in ["2017-07-01", "2016-12-31"] {
            let problem = freeze(&coordinator, day).await.problem(422, "invalid");
            assert_faults(&problem, &[("/as_of", "out_of_range")]);
        }
        coordinator.post("/api/v1/plans", &json!({"id": "cg-2017", "title": "草案", "year": 2017})).await.expect(201);
        let draft = "/api/v1/plans/cg-2017/assessment/freeze";
        coordinator.post(draft, &json!({"as_of": "2017-06-30"})).await.problem(409, "wrong_state");
        coordinator.post("/api/v1/plans/nosuch/assessment/freeze", &json!({"as_of": "2017-06-30"})).await.problem(404, "not_found");
        // What is frozen is asked for once, whatever happens to the line.
        let request = || {
            let request = coordinator.request(reqwest::Method::POST, &format!("{PATH}/freeze"));
            Reply::to(request.header("Idempotency-Key", "year-end").json(&json!({"as_of": "2017-06-30"})))
        };
        let first = request().await.expect(201).json();
        assert_eq!(request().await.expect(201).json(), first);
    }
}
