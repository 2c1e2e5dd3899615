//! `GET /extensions`

use serde_json::json;

on_both! {
    async fn is_found_by_a_collective_that_its_unit_belongs_to(app: &TestApp) {
        let row = "/api/v1/obligations?unit=humen&period=2017Q3&limit=1";
        let obligation = app.coordinator().get(row).await.ok().json()["items"][0]["id"].clone();
        let humen = app.somebody("li", "unit_reporter", Some("humen"));
        let request = json!({"obligation_id": obligation, "requested_due_on": "2018-12-31", "reason": "忙", "progress": "无"});
        let asked = humen.post("/api/v1/extensions", &request).await.expect(201).json();
        for (caller, total) in [(&app.coordinator(), 1), (&humen, 1), (&app.somebody("wang", "unit_reporter", Some("zdb")), 0)] {
            let found = caller.get("/api/v1/extensions?unit=各镇（街、园区）").await.ok().json();
            assert_eq!(found["total"], total);
            assert!(total == 0 || found["items"][0]["id"] == asked["id"]);
        }
        assert_eq!(app.coordinator().get("/api/v1/extensions?unit=zdb").await.ok().json()["total"], 0);
    }
}
