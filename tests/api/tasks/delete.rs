//! `DELETE /tasks/{id}`

use serde_json::json;

use crate::support::fixtures::{self, create, everything};

on_both! {
    async fn in_a_draft(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let caller = app.coordinator();
        let path = "/api/v1/tasks/dg-2018.2";
        caller.delete(path, &caller.etag(path).await).await.expect(204);
        caller.get(path).await.problem(404, "not_found");
        let plan = caller.get("/api/v1/plans/dg-2018").await.ok().json();
        assert_eq!((&plan["task_count"], &plan["version"]), (&json!(1), &json!(1)));
    }

    async fn by_amendment(app: &TestApp) {
        let caller = app.coordinator();
        let before = caller.get("/api/v1/plans/dg-2017?embed=requirements").await.ok().text();
        create(&caller, "/api/v1/tasks", &json!({"plan_id": "dg-2017", "title": "多余的任务", "reason": "增补"})).await;
        caller.delete("/api/v1/tasks/dg-2017.40?reason=误增", "*").await.expect(204);
        assert_eq!(caller.get("/api/v1/plans/dg-2017?embed=requirements").await.ok().text(), before);
        let page = caller.get("/api/v1/plans/dg-2017/amendments").await.ok().json();
        assert_eq!((&page["items"][0]["event"], &page["items"][0]["reason"]), (&json!("task.deleted"), &json!("误增")));
        assert_eq!(page["items"][0]["before"]["title"], "多余的任务");
    }

    async fn with_requirements(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let before = everything(app).await;
        let caller = app.coordinator();
        for path in ["/api/v1/tasks/dg-2018.1", "/api/v1/tasks/dg-2017.17?reason=撤销"] {
            caller.delete(path, "*").await.problem(409, "in_use");
        }
        assert_eq!(everything(app).await, before);
        // It can go once they have gone.
        for path in ["requirements/dg-2018.1.1", "requirements/dg-2018.1.2", "tasks/dg-2018.1"] {
            caller.delete(&format!("/api/v1/{path}"), "*").await.expect(204);
        }
        assert_eq!(caller.get("/api/v1/plans/dg-2018").await.ok().json()["task_count"], 1);
    }

    async fn not_found(app: &TestApp) {
        for id in ["dg-2018.1", "dg-2017.40", "dg-2017.017", "dg-2017"] {
            app.coordinator().delete(&format!("/api/v1/tasks/{id}?reason=撤销"), "*").await.problem(404, "not_found");
        }
    }

    async fn twice(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        app.coordinator().delete("/api/v1/tasks/dg-2018.2", "*").await.expect(204);
        app.coordinator().delete("/api/v1/tasks/dg-2018.2", "*").await.problem(404, "not_found");
    }

    async fn by_other_roles(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let path = "/api/v1/tasks/dg-2018.2";
        app.anonymous().delete(path, "*").await.problem(401, "unauthenticated");
        for role in ["unit_reporter", "unit_approver", "secrecy_reviewer", "inspector", "auditor", "admin"] {
            app.role(role).delete(path, "*").await.problem(403, "forbidden");
        }
        app.coordinator().get(path).await.ok();
    }
}
