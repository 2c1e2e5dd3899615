//! `POST /plans/{id}/close`

use serde_json::json;

use crate::support::fixtures::{self, edits, everything};

const PLAN: &str = "/api/v1/plans/dg-2018";
const CLOSE: &str = "/api/v1/plans/dg-2018/close";

on_both! {
    async fn success(app: &TestApp) {
        let published = fixtures::published(app, "dg-2018").await;
        app.clock.set("2019-01-10T01:00:00Z".parse().unwrap());
        let caller = app.coordinator();
        let reply = caller.transition(CLOSE, &caller.etag(PLAN).await).await.ok();
        let mut expected = published;
        expected["status"] = json!("closed");
        expected["closed_at"] = json!("2019-01-10T01:00:00Z");
        expected["version"] = json!(3);
        expected["allowed_actions"] = json!([]);
        expected["links"] = json!({});
        assert_eq!(reply.json(), expected);
        let shown = caller.get(PLAN).await.ok();
        assert_eq!((shown.json(), shown.etag()), (reply.json(), reply.etag()));
        assert_eq!(app.anonymous().get(PLAN).await.ok().json()["status"], "closed");
    }

    async fn a_draft(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        app.coordinator().transition(CLOSE, "*").await.problem(409, "wrong_state");
        assert_eq!(app.coordinator().get(PLAN).await.ok().json()["status"], "draft");
    }

    async fn twice(app: &TestApp) {
        fixtures::closed(app, "dg-2018").await;
        let before = everything(app).await;
        app.coordinator().transition(CLOSE, "*").await.problem(409, "wrong_state");
        assert_eq!(everything(app).await, before);
    }

    async fn nothing_changes_afterwards(app: &TestApp) {
        fixtures::closed(app, "dg-2018").await;
        let before = everything(app).await;
        for edit in edits("dg-2018") {
            edit.send(&app.coordinator(), Some("*"), Some("补充")).await.problem(409, "wrong_state");
        }
        assert_eq!(everything(app).await, before);
    }

    async fn not_found(app: &TestApp) {
        app.coordinator().transition(CLOSE, "*").await.problem(404, "not_found");
    }

    async fn by_other_roles(app: &TestApp) {
        fixtures::published(app, "dg-2018").await;
        app.anonymous().transition(CLOSE, "*").await.problem(401, "unauthenticated");
        for role in ["unit_reporter", "unit_approver", "secrecy_reviewer", "inspector", "auditor", "admin"] {
            app.role(role).transition(CLOSE, "*").await.problem(403, "forbidden");
        }
        assert_eq!(app.coordinator().get(PLAN).await.ok().json()["status"], "published");
    }
}
