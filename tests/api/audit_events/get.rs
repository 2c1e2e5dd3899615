//! `GET /audit-events/{seq}`

use serde_json::json;

use super::some_changes;

on_both! {
    async fn say_all_of_a_change(app: &TestApp) {
        some_changes(app).await;
        let auditor = app.role("auditor");
        let event = auditor.get("/api/v1/audit-events/75").await.ok().json();
        let (before, after) = (&event["before"], &event["after"]);
        assert_eq!((&before["title"], &after["title"]), (&json!("推进决策公开"), &json!("另一标题")));
        assert_eq!(event["hash"].as_str().unwrap().len(), 64);
        for (name, value) in [
            ("seq", json!(75)), ("algorithm", json!("sha256")), ("at", json!("2018-02-28T16:00:00Z")), ("actor", json!("a-coordinator")),
            ("actor_unit", json!("zwfwb")), ("event", json!("task.updated")), ("thing", json!("task")), ("subject", json!("dg-2018.1")),
            ("plan_id", json!("dg-2018")), ("request_id", json!("request-0075")),
        ] {
            assert_eq!(event[name], value, "{name}");
        }
        assert_eq!(event.get("reason"), None);
        for id in ["0", "77", "075", "+75", "-1", "x", "9223372036854775807", "9223372036854775808"] {
            auditor.get(&format!("/api/v1/audit-events/{id}")).await.problem(404, "not_found");
        }
    }
}
