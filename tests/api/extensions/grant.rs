//! `POST /extensions/{id}/grant`

use serde_json::json;

use super::{OBLIGATION, act, path, request};

on_both! {
    async fn is_asked_by_the_unit_and_granted_to_another_day(app: &TestApp) {
        let reporter = app.somebody("wang", "unit_reporter", Some("zdb"));
        let asked = reporter.post("/api/v1/extensions", &request("2018-02-16")).await.expect(201);
        assert_eq!(asked.json()["allowed_actions"], json!(["withdraw"]));
        reporter.post("/api/v1/extensions", &request("2018-03-31")).await.problem(409, "already_exists");
        let coordinator = app.coordinator();
        let seen = coordinator.get(&path(&asked)).await.ok();
        assert_eq!(seen.json()["allowed_actions"], json!(["grant", "refuse"]));
        let far = act(&coordinator, &path(&asked), "grant", "*", &json!({"granted_due_on": "2020-01-01"})).await.problem(422, "invalid");
        assert_eq!(far["errors"][0]["pointer"], "/granted_due_on");
        let granted = act(&coordinator, &path(&asked), "grant", &seen.etag(), &json!({"granted_due_on": "2018-02-28", "decision": "春节后完成"})).await.ok().json();
        assert_eq!((granted["status"].as_str(), granted["granted_due_on"].as_str(), granted["due_on"].as_str()), (Some("granted"), Some("2018-02-28"), Some("2017-12-31")));
        let row = reporter.get(&format!("/api/v1/obligations/{OBLIGATION}?as_of=2018-02-13")).await.ok().json();
        assert_eq!((row["due_on"].as_str(), row["original_due_on"].as_str()), (Some("2018-02-28"), Some("2017-12-31")));
        // Across 春节: worked are the 14th, the 22nd to 24th (a Saturday, 调休) and the 26th to 28th.
        assert_eq!((row["overdue"].as_bool(), row["days_left"].as_i64(), row["working_days_left"].as_i64()), (Some(false), Some(15), Some(7)));
        act(&coordinator, &path(&asked), "grant", "*", &json!({})).await.problem(409, "wrong_state");
        // An amendment to a sooner day does not take back what was granted.
        let etag = coordinator.etag("/api/v1/deadlines/dg-2017.2.1.d1").await;
        let sooner = json!({"rule": {"kind": "date", "due_on": "2017-11-30"}, "reason": "提前"});
        coordinator.patch("/api/v1/deadlines/dg-2017.2.1.d1", &etag, &sooner).await.ok();
        let row = reporter.get(&format!("/api/v1/obligations/{OBLIGATION}")).await.ok().json();
        assert_eq!((row["due_on"].as_str(), row["original_due_on"].as_str()), (Some("2018-02-28"), Some("2017-11-30")));
    }
}
