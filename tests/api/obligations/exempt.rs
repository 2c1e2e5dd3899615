//! `POST /obligations/{id}/exempt` and `POST /obligations/{id}/restore`

use serde_json::{Value, json};

on_both! {
    async fn an_exemption_has_a_reason_and_an_end(app: &TestApp) {
        let path = "/api/v1/obligations/dg-2017.1.1.d1.humen.2017Q2";
        let coordinator = app.coordinator();
        let exempt = async |caller: crate::support::Caller<'_>, etag: &str, body: &Value| {
            let request = caller.request(reqwest::Method::POST, &format!("{path}/exempt")).header("If-Match", etag).json(body);
            crate::support::Reply::to(request).await
        };
        let etag = coordinator.etag(path).await;
        exempt(coordinator.clone(), &etag, &json!({})).await.problem(422, "invalid");
        exempt(app.role("inspector"), &etag, &json!({"reason": "x"})).await.problem(403, "forbidden");
        let row = exempt(coordinator.clone(), &etag, &json!({"reason": "职责已划转"})).await.ok().json();
        assert_eq!((row["state"].as_str(), row["light"].as_str(), row["allowed_actions"][0].as_str()), (Some("exempted"), Some("none"), Some("restore")));
        exempt(coordinator.clone(), &etag, &json!({"reason": "再一次"})).await.problem(412, "stale");
        exempt(coordinator.clone(), "*", &json!({"reason": "再一次"})).await.problem(409, "wrong_state");
        let statistics = coordinator.get("/api/v1/plans/dg-2017/statistics").await.ok().json();
        assert_eq!(statistics["total"]["exempted"], 1);
        // An amendment does not undo it.
        let task = "/api/v1/tasks/dg-2017.1";
        let new = json!({"task_id": "dg-2017.1", "text": "新增要求", "units": [{"code": "humen"}], "deadlines": [], "reason": "增补"});
        coordinator.post("/api/v1/requirements", &new).await.expect(201);
        assert_eq!(coordinator.get(path).await.ok().json()["state"], "exempted", "{task}");
        let row = coordinator.transition(&format!("{path}/restore"), "*").await.ok().json();
        assert_eq!((row["state"].as_str(), row["light"].as_str()), (Some("open"), Some("yellow")));
    }
}
