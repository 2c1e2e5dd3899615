//! `DELETE /requirements/{id}`

use serde_json::json;

use crate::support::fixtures::{self, everything};

on_both! {
    async fn in_a_draft(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let caller = app.coordinator();
        let path = "/api/v1/requirements/dg-2018.1.1";
        caller.delete(path, &caller.etag(path).await).await.expect(204);
        caller.get(path).await.problem(404, "not_found");
        caller.get("/api/v1/deadlines/dg-2018.1.1.d1").await.problem(404, "not_found");
        assert_eq!(caller.get("/api/v1/deadlines?plan=dg-2018").await.ok().json()["total"], 1);
        let task = caller.get("/api/v1/tasks/dg-2018.1?embed=requirements").await.ok().json();
        assert_eq!(task["requirement_count"], 1);
        // The other keeps its number.
        assert_eq!(task["requirements"][0]["id"], "dg-2018.1.2");
    }

    async fn by_amendment(app: &TestApp) {
        let caller = app.coordinator();
        let plan = "/api/v1/plans/dg-2017?embed=requirements";
        let mut expected = caller.get(plan).await.ok().json();
        let path = "/api/v1/requirements/dg-2017.17.3";
        let etag = caller.etag(path).await;
        caller.delete(&format!("{path}?reason=并入17.2"), &etag).await.expect(204);
        app.anonymous().get(path).await.problem(404, "not_found");
        app.anonymous().get("/api/v1/deadlines/dg-2017.17.3.d2").await.problem(404, "not_found");
        expected["tasks"][16]["requirements"].as_array_mut().unwrap().remove(2);
        expected["tasks"][16]["requirement_count"] = json!(4);
        expected["requirement_count"] = json!(126);
        assert_eq!(caller.get(plan).await.ok().json(), expected);
        let entry = caller.get("/api/v1/plans/dg-2017/amendments").await.ok().json()["items"][0].clone();
        assert_eq!((&entry["event"], &entry["reason"]), (&json!("requirement.deleted"), &json!("并入17.2")));
        assert_eq!(entry["before"]["deadlines"][1]["phrase"], "每季度");
    }

    async fn twice(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let path = "/api/v1/requirements/dg-2018.1.1";
        app.coordinator().delete(path, "*").await.expect(204);
        app.coordinator().delete(path, "*").await.problem(404, "not_found");
    }

    async fn not_found(app: &TestApp) {
        let before = everything(app).await;
        for id in ["dg-2018.1.1", "dg-2017.40.1", "dg-2017.1.9", "dg-2017.1"] {
            let path = format!("/api/v1/requirements/{id}?reason=撤销");
            app.coordinator().delete(&path, "*").await.problem(404, "not_found");
        }
        assert_eq!(everything(app).await, before);
    }

    async fn by_other_roles(app: &TestApp) {
        let path = "/api/v1/requirements/dg-2017.1.1?reason=撤销";
        app.anonymous().delete(path, "*").await.problem(401, "unauthenticated");
        for role in ["unit_reporter", "unit_approver", "secrecy_reviewer", "inspector", "auditor", "admin"] {
            app.role(role).delete(path, "*").await.problem(403, "forbidden");
        }
        app.coordinator().get("/api/v1/requirements/dg-2017.1.1").await.ok();
    }
}
