//! `DELETE /plans/{id}`

use serde_json::json;

use crate::support::fixtures::{self, create, everything};

const PLAN: &str = "/api/v1/plans/dg-2018";

on_both! {
    async fn success(app: &TestApp) {
        let before = everything(app).await;
        fixtures::draft(app, "dg-2018").await;
        let caller = app.coordinator();
        let reply = caller.delete(PLAN, &caller.etag(PLAN).await).await.expect(204);
        assert_eq!(reply.text(), "");
        for path in ["plans/dg-2018", "tasks/dg-2018.1", "requirements/dg-2018.1.1", "deadlines/dg-2018.1.1.d1"] {
            caller.get(&format!("/api/v1/{path}")).await.problem(404, "not_found");
        }
        for list in ["tasks", "requirements", "deadlines"] {
            caller.get(&format!("/api/v1/{list}?plan=dg-2018")).await.problem(400, "invalid_parameter");
        }
        assert_eq!(everything(app).await, before);
    }

    async fn twice(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        app.coordinator().delete(PLAN, "*").await.expect(204);
        app.coordinator().delete(PLAN, "*").await.problem(404, "not_found");
        // The id is free again.
        create(&app.coordinator(), "/api/v1/plans", &json!({"id": "dg-2018", "title": "方案", "year": 2018})).await;
        assert_eq!(app.coordinator().get("/api/v1/tasks?plan=dg-2018").await.ok().json()["total"], 0);
    }

    async fn not_found(app: &TestApp) {
        for id in ["dg-2018", "DG-2017"] {
            app.coordinator().delete(&format!("/api/v1/plans/{id}"), "*").await.problem(404, "not_found");
        }
    }

    async fn published(app: &TestApp) {
        fixtures::published(app, "dg-2018").await;
        fixtures::closed(app, "dg-2019").await;
        let before = everything(app).await;
        for id in ["dg-2017", "dg-2018", "dg-2019"] {
            app.coordinator().delete(&format!("/api/v1/plans/{id}"), "*").await.problem(409, "wrong_state");
        }
        assert_eq!(everything(app).await, before);
    }

    async fn by_other_roles(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        app.anonymous().delete(PLAN, "*").await.problem(401, "unauthenticated");
        for role in ["unit_reporter", "unit_approver", "secrecy_reviewer", "inspector", "auditor", "admin"] {
            app.role(role).delete(PLAN, "*").await.problem(403, "forbidden");
        }
        app.coordinator().get(PLAN).await.ok();
    }
}
