//! `DELETE /deadlines/{id}`

use serde_json::json;

use crate::support::fixtures::{self, everything};

on_both! {
    async fn in_a_draft(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let caller = app.coordinator();
        let path = "/api/v1/deadlines/dg-2018.1.1.d1";
        caller.delete(path, &caller.etag(path).await).await.expect(204);
        caller.get(path).await.problem(404, "not_found");
        let requirement = caller.get("/api/v1/requirements/dg-2018.1.1").await.ok().json();
        assert_eq!(requirement["version"], 2);
        assert_eq!(crate::support::texts(requirement["deadlines"].as_array().unwrap(), "id"), ["dg-2018.1.1.d2"]);
    }

    async fn by_amendment(app: &TestApp) {
        let caller = app.coordinator();
        let plan = "/api/v1/plans/dg-2017?embed=requirements";
        let mut expected = caller.get(plan).await.ok().json();
        let path = "/api/v1/deadlines/dg-2017.18.1.d1";
        let etag = caller.etag(path).await;
        caller.delete(&format!("{path}?reason=中考条件已公布"), &etag).await.expect(204);
        app.anonymous().get(path).await.problem(404, "not_found");
        let requirement = &mut expected["tasks"][17]["requirements"][0];
        requirement["deadlines"].as_array_mut().unwrap().remove(0);
        requirement["version"] = json!(2);
        assert_eq!(caller.get(plan).await.ok().json(), expected);
        let entry = caller.get("/api/v1/plans/dg-2017/amendments").await.ok().json()["items"][0].clone();
        assert_eq!((&entry["event"], &entry["reason"]), (&json!("deadline.deleted"), &json!("中考条件已公布")));
        assert_eq!(entry["before"]["deadlines"].as_array().unwrap().len(), 2);
        assert_eq!(entry["after"]["deadlines"].as_array().unwrap().len(), 1);
    }

    async fn twice(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let path = "/api/v1/deadlines/dg-2018.1.1.d1";
        app.coordinator().delete(path, "*").await.expect(204);
        app.coordinator().delete(path, "*").await.problem(404, "not_found");
        assert_eq!(app.coordinator().get("/api/v1/requirements/dg-2018.1.1").await.ok().json()["version"], 2);
    }

    async fn not_found(app: &TestApp) {
        let before = everything(app).await;
        for id in ["dg-2018.1.1.d1", "dg-2017.1.1.d2", "dg-2017.1.9.d1", "dg-2017.1.1"] {
            let path = format!("/api/v1/deadlines/{id}?reason=撤销");
            app.coordinator().delete(&path, "*").await.problem(404, "not_found");
        }
        assert_eq!(everything(app).await, before);
    }

    async fn by_other_roles(app: &TestApp) {
        let path = "/api/v1/deadlines/dg-2017.1.1.d1?reason=撤销";
        app.anonymous().delete(path, "*").await.problem(401, "unauthenticated");
        for role in ["unit_reporter", "unit_approver", "secrecy_reviewer", "inspector", "auditor", "admin"] {
            app.role(role).delete(path, "*").await.problem(403, "forbidden");
        }
        app.coordinator().get("/api/v1/deadlines/dg-2017.1.1.d1").await.ok();
    }
}
