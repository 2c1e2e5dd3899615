//! `POST /extensions`

use serde_json::json;

use super::{OBLIGATION, act, path, request};
use crate::support::fixtures::assert_faults;

on_both! {
    async fn only_one_at_a_time_is_offered_and_none_in_a_closed_plan(app: &TestApp) {
        let reporter = app.somebody("wang", "unit_reporter", Some("zdb"));
        let offered = async || reporter.get(&format!("/api/v1/obligations/{OBLIGATION}")).await.ok().json()["allowed_actions"].clone();
        assert_eq!(offered().await, json!(["report", "request_extension"]));
        let asked = reporter.post("/api/v1/extensions", &request("2018-01-31")).await.expect(201);
        assert_eq!(offered().await, json!(["report"]));
        let draft = json!({"obligation_id": OBLIGATION, "summary": "已公开"});
        reporter.post("/api/v1/progress-reports", &draft).await.expect(201);
        assert_eq!(offered().await, json!([]));
        reporter.post("/api/v1/progress-reports", &draft).await.problem(409, "already_exists");
        let coordinator = app.coordinator();
        let etag = coordinator.etag("/api/v1/plans/dg-2017").await;
        coordinator.transition("/api/v1/plans/dg-2017/close?accept_unfinished=true", &etag).await.ok();
        let seen = coordinator.get(&path(&asked)).await.ok();
        assert_eq!(seen.json()["allowed_actions"], json!(["refuse"]), "what waits can be ended");
        let refused = act(&coordinator, &path(&asked), "grant", &seen.etag(), &json!({})).await.problem(409, "wrong_state");
        assert_eq!(refused["allowed_actions"], json!(["refuse"]));
        let row = coordinator.get(&format!("/api/v1/obligations/{OBLIGATION}")).await.ok();
        assert_eq!(row.json()["allowed_actions"], json!([]));
        act(&coordinator, &format!("/api/v1/obligations/{OBLIGATION}"), "exempt", &row.etag(), &json!({"reason": "划转"})).await.problem(409, "wrong_state");
    }

    async fn is_asked_in_time_by_who_owes(app: &TestApp) {
        let reporter = app.somebody("wang", "unit_reporter", Some("zdb"));
        let problem = reporter.post("/api/v1/extensions", &request("2017-12-31")).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], "/requested_due_on");
        for far in ["2020-01-01", "9999-12-31"] {
            let problem = reporter.post("/api/v1/extensions", &request(far)).await.problem(422, "invalid");
            assert_faults(&problem, &[("/requested_due_on", "out_of_range")]);
        }
        // Another unit's obligation is as good as none.
        let other = app.somebody("li", "unit_reporter", Some("humen"));
        let hidden = other.post("/api/v1/extensions", &request("2018-01-31")).await.problem(422, "invalid");
        let mut missing = request("2018-01-31");
        missing["obligation_id"] = json!("dg-2017.2.1.d1.zdb.1999");
        let missing = reporter.post("/api/v1/extensions", &missing).await.problem(422, "invalid");
        assert_eq!(hidden["errors"], missing["errors"]);
        app.coordinator().post("/api/v1/extensions", &request("2018-01-31")).await.problem(403, "forbidden");
        // Q1 has passed.
        let late = json!({"obligation_id": "dg-2017.1.1.d1.humen.2017Q1", "requested_due_on": "2017-09-30", "reason": "忙", "progress": "无"});
        other.post("/api/v1/extensions", &late).await.problem(409, "wrong_state");
        let asked = reporter.post("/api/v1/extensions", &request("2018-01-31")).await.expect(201);
        other.get(&path(&asked)).await.problem(404, "not_found");
        assert_eq!(other.get("/api/v1/extensions").await.ok().json()["total"], 0);
        assert_eq!(reporter.get("/api/v1/extensions").await.ok().json()["total"], 1);
    }
}
