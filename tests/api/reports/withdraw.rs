//! `POST /progress-reports/{id}/withdraw` and `DELETE /progress-reports/{id}`

use serde_json::json;

use super::{Cast, act, report};

on_both! {
    async fn a_draft_can_be_deleted_and_a_withdrawn_report_goes_on(app: &TestApp) {
        let cast = Cast::of(app);
        let draft = report(&cast, &[]).await;
        cast.reporter.delete(&draft, "*").await.expect(204);
        cast.reporter.get(&draft).await.problem(404, "not_found");
        let path = report(&cast, &["submit", "withdraw"]).await;
        cast.coordinator.get(&path).await.problem(404, "not_found");
        let mine = cast.reporter.get(&path).await.ok().json();
        assert_eq!((mine["status"].as_str(), mine.get("reported_on"), mine["allowed_actions"].clone()), (Some("withdrawn"), None, json!(["update", "submit"])));
        act(&cast.reporter, &path, "submit", "*", &json!({})).await.ok();
        assert_eq!(cast.coordinator.get(&path).await.ok().json()["status"], "submitted");
    }
}
