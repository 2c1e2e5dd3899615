//! `POST /extensions/{id}/sign`

use serde_json::json;

use super::{act, path, request};

on_both! {
    async fn is_signed_first_where_the_plan_asks_for_it(app: &TestApp) {
        let coordinator = app.coordinator();
        let etag = coordinator.etag("/api/v1/plans/dg-2017").await;
        let settings = json!({"settings": {"unit_signoff": true}, "reason": "实行审签"});
        coordinator.patch("/api/v1/plans/dg-2017", &etag, &settings).await.ok();
        let asked = app.somebody("wang", "unit_reporter", Some("zdb")).post("/api/v1/extensions", &request("2018-01-31")).await.expect(201);
        let path = path(&asked);
        act(&coordinator, &path, "grant", &asked.etag(), &json!({})).await.problem(409, "wrong_state");
        app.somebody("wang", "unit_approver", Some("zdb")).transition(&format!("{path}/sign"), &asked.etag()).await.problem(403, "forbidden");
        app.somebody("zhao", "unit_approver", Some("humen")).transition(&format!("{path}/sign"), &asked.etag()).await.problem(404, "not_found");
        let signed = app.somebody("zhao", "unit_approver", Some("zdb")).transition(&format!("{path}/sign"), &asked.etag()).await.ok();
        assert_eq!(signed.json()["signed_by"], "zhao");
        let granted = act(&coordinator, &path, "grant", &signed.etag(), &json!({})).await.ok().json();
        assert_eq!(granted["granted_due_on"], "2018-01-31", "the day asked for");
    }
}
