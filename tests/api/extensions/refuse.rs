//! `POST /extensions/{id}/refuse` and `POST /extensions/{id}/withdraw`

use serde_json::json;

use super::{OBLIGATION, act, path, request};

on_both! {
    async fn is_refused_with_a_reason_or_withdrawn(app: &TestApp) {
        let reporter = app.somebody("wang", "unit_reporter", Some("zdb"));
        let coordinator = app.coordinator();
        let asked = reporter.post("/api/v1/extensions", &request("2018-01-31")).await.expect(201);
        act(&coordinator, &path(&asked), "refuse", &asked.etag(), &json!({})).await.problem(422, "invalid");
        let refused = act(&coordinator, &path(&asked), "refuse", &asked.etag(), &json!({"reason": "不宜延期"})).await.ok().json();
        assert_eq!((refused["status"].as_str(), refused["decision"].as_str()), (Some("refused"), Some("不宜延期")));
        let again = reporter.post("/api/v1/extensions", &request("2018-01-31")).await.expect(201);
        let withdrawn = reporter.transition(&format!("{}/withdraw", path(&again)), &again.etag()).await.ok().json();
        assert_eq!(withdrawn["status"], "withdrawn");
        assert_eq!(coordinator.get("/api/v1/extensions?status=refused&status=withdrawn").await.ok().json()["total"], 2);
        let row = reporter.get(&format!("/api/v1/obligations/{OBLIGATION}")).await.ok().json();
        assert_eq!(row["due_on"], "2017-12-31");
    }
}
