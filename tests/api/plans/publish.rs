//! `POST /plans/{id}/publish`

use serde_json::json;

use crate::support::fixtures::{self, everything};

const PLAN: &str = "/api/v1/plans/dg-2018";
const PUBLISH: &str = "/api/v1/plans/dg-2018/publish";

on_both! {
    async fn success(app: &TestApp) {
        let draft = fixtures::draft(app, "dg-2018").await;
        app.anonymous().get(PLAN).await.problem(404, "not_found");
        app.clock.set("2018-01-15T08:30:00.123456Z".parse().unwrap());
        let caller = app.coordinator();
        let reply = caller.transition(PUBLISH, &caller.etag(PLAN).await).await.ok();
        let mut expected = draft;
        expected["status"] = json!("published");
        expected["published_at"] = json!("2018-01-15T08:30:00.123456Z");
        expected["version"] = json!(2);
        expected["allowed_actions"] = json!(["update", "close"]);
        expected["links"] = reply.json()["links"].clone();
        assert_eq!(reply.json(), expected);
        let shown = caller.get(PLAN).await.ok();
        assert_eq!((shown.json(), shown.etag()), (reply.json(), reply.etag()));
        // Anybody sees all of it at once.
        let seen = app.anonymous().get("/api/v1/plans/dg-2018?embed=requirements").await.ok().json();
        assert_eq!((&seen["status"], &seen["allowed_actions"]), (&json!("published"), &json!([])));
        assert_eq!(seen["tasks"][0]["requirements"][1]["text"], "每季度公布审计结果。");
        assert_eq!(app.anonymous().get("/api/v1/deadlines?plan=dg-2018").await.ok().json()["total"], 3);
    }

    async fn twice(app: &TestApp) {
        fixtures::published(app, "dg-2018").await;
        fixtures::closed(app, "dg-2019").await;
        let before = everything(app).await;
        for id in ["dg-2017", "dg-2018", "dg-2019"] {
            let path = format!("/api/v1/plans/{id}/publish");
            app.coordinator().transition(&path, "*").await.problem(409, "wrong_state");
        }
        assert_eq!(everything(app).await, before);
    }

    async fn twice_at_once(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let caller = app.coordinator();
        let (one, two) = futures_util::future::join(caller.transition(PUBLISH, "*"), caller.transition(PUBLISH, "*")).await;
        let (won, lost) = if one.status == 200 { (one, two) } else { (two, one) };
        lost.problem(409, "wrong_state");
        assert_eq!(won.ok().json()["version"], 2);
    }

    async fn not_found(app: &TestApp) {
        app.coordinator().transition(PUBLISH, "*").await.problem(404, "not_found");
    }

    async fn by_other_roles(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        app.anonymous().transition(PUBLISH, "*").await.problem(401, "unauthenticated");
        for role in ["unit_reporter", "unit_approver", "secrecy_reviewer", "inspector", "auditor", "admin"] {
            app.role(role).transition(PUBLISH, "*").await.problem(403, "forbidden");
        }
        assert_eq!(app.coordinator().get(PLAN).await.ok().json()["status"], "draft");
    }
}
