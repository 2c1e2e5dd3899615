//! `POST /feedback/{id}/publish` and `POST /feedback/{id}/reject`

use serde_json::json;

use super::{FEEDBACK, REQUIREMENT, give, on, publish, reject, total, words};
use crate::support::{
    database::select,
    sample::{
        feedback::portal,
        reports::{act, report},
    },
};

on_both! {
    async fn shows_once_it_was_looked_at(app: &TestApp) {
        let portal = portal(app, "portal");
        let given = portal.post(FEEDBACK, &words(4, "公开很及时")).await.expect(201);
        let (path, received) = (given.header("location").to_owned(), given.json());
        assert_eq!((&received["status"], &received["received_on"]), (&json!("pending"), &json!("2017-06-30")));
        for caller in [app.anonymous(), portal.clone(), app.role("unit_reporter"), app.role("secrecy_reviewer"), app.role("admin")] {
            caller.get(&path).await.problem(404, "not_found");
            assert_eq!(total(&caller, "").await, 0);
            assert_eq!(total(&caller, "?status=pending").await, 0);
        }
        for role in ["coordinator", "inspector", "auditor"] {
            let seen = app.role(role).get(&path).await.ok().json();
            assert_eq!((&seen["portal"], &seen["version"]), (&json!("portal"), &json!(1)));
            let may = if role == "coordinator" { json!(["publish", "reject"]) } else { json!([]) };
            assert_eq!(seen["allowed_actions"], may, "{role}");
            assert_eq!(total(&app.role(role), "?status=pending").await, 1);
        }
        let etag = app.coordinator().etag(&path).await;
        let published = app.coordinator().transition(&format!("{path}/publish"), &etag).await.ok();
        assert_eq!(published.json()["status"], "published");
        app.coordinator().transition(&format!("{path}/publish"), &etag).await.problem(412, "stale");
        let problem = app.coordinator().transition(&format!("{path}/publish"), "*").await.problem(409, "wrong_state");
        assert_eq!(problem["allowed_actions"], json!(["reject"]));
        let seen = app.anonymous().get(&path).await.ok().json();
        assert_eq!(seen, json!({
            "id": received["id"], "plan_id": "dg-2017", "requirement_id": REQUIREMENT, "rating": 4, "text": "公开很及时",
            "received_on": "2017-06-30", "status": "published", "allowed_actions": [], "links": {}
        }));
        // It may be taken back, for good.
        act(&app.coordinator(), &path, "reject", "*", &json!({"reason": " "})).await.problem(422, "invalid");
        let rejected = reject(&app.coordinator(), &path).await.ok().json();
        assert_eq!((&rejected["status"], &rejected["reason"]), (&json!("rejected"), &json!("与该事项无关")));
        app.anonymous().get(&path).await.problem(404, "not_found");
        app.coordinator().transition(&format!("{path}/publish"), "*").await.problem(409, "wrong_state");
        let log = select(&app.config, "select event from log_entry where event like 'feedback.%' order by id").await;
        assert_eq!(log, ["feedback.received", "feedback.published", "feedback.rejected"]);
    }

    async fn goes_with_its_report(app: &TestApp) {
        let cleared = report(app, "clear").await;
        let path = give(&portal(app, "portal"), &on(&cleared, 2)).await;
        publish(app, &path).await;
        let seen = app.anonymous().get(&path).await.ok().json();
        assert_eq!((&seen["report_id"], &seen["unit"]["code"]), (&on(&cleared, 2)["report_id"], &json!("zwfwb")));
        let summary = format!("{FEEDBACK}/summary");
        assert_eq!(app.anonymous().get(&summary).await.ok().json()["count"], 1);
        act(&app.role("secrecy_reviewer"), &cleared, "withhold", "*", &json!({"reason": "涉密"})).await.ok();
        app.anonymous().get(&path).await.problem(404, "not_found");
        assert_eq!(total(&app.anonymous(), "").await, 0);
        assert_eq!(app.anonymous().get(&summary).await.ok().json()["count"], 0);
        assert!(app.anonymous().get(&format!("{FEEDBACK}?format=csv")).await.ok().text().lines().count() == 1);
        app.coordinator().get(&path).await.ok();
        act(&app.role("secrecy_reviewer"), &cleared, "clear", "*", &json!({})).await.ok();
        app.anonymous().get(&path).await.ok();
    }
}
