//! `POST /extensions/{id}/sign`

use serde_json::json;

use super::{act, of_unit, path, request};

on_both! {
    async fn is_signed_first_where_the_plan_asks_for_it(app: &TestApp) {
        let coordinator = app.coordinator();
        let etag = coordinator.etag("/api/v1/plans/dg-2017").await;
        let settings = json!({"settings": {"unit_signoff": true}, "reason": "实行审签"});
        coordinator.patch("/api/v1/plans/dg-2017", &etag, &settings).await.ok();
        let asked = of_unit(app, "wang", "unit_reporter", "zdb").post("/api/v1/extensions", &request("2018-01-31")).await.expect(201);
        let path = path(&asked);
        act(&coordinator, &path, "grant", &asked.etag(), &json!({})).await.problem(409, "wrong_state");
        of_unit(app, "wang", "unit_approver", "zdb").transition(&format!("{path}/sign"), &asked.etag()).await.problem(403, "forbidden");
        of_unit(app, "zhao", "unit_approver", "humen").transition(&format!("{path}/sign"), &asked.etag()).await.problem(404, "not_found");
        let signed = of_unit(app, "zhao", "unit_approver", "zdb").transition(&format!("{path}/sign"), &asked.etag()).await.ok();
        assert_eq!(signed.json()["signed_by"], "zhao");
        let granted = act(&coordinator, &path, "grant", &signed.etag(), &json!({})).await.ok().json();
        assert_eq!(granted["granted_due_on"], "2018-01-31", "the day asked for");
    }
}
