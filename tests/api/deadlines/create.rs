//! `POST /deadlines`

use serde_json::json;

use crate::support::fixtures::{self, assert_faults, create, everything};

const DEADLINES: &str = "/api/v1/deadlines";

on_both! {
    async fn in_a_draft(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let caller = app.coordinator();
        let new = json!({
            "requirement_id": "dg-2018.1.2", "phrase": "6月底", "source": "text",
            "rule": {"kind": "date", "due_on": "2018-06-30"}
        });
        let deadline = create(&caller, DEADLINES, &new).await;
        assert_eq!(deadline, json!({
            "id": "dg-2018.1.2.d2", "plan_id": "dg-2018", "requirement_id": "dg-2018.1.2", "phrase": "6月底",
            "source": "text", "rule": {"kind": "date", "due_on": "2018-06-30"}, "due_on": "2018-06-30", "version": 1
        }));
        // The requirement shows it, in a new version of its own.
        let requirement = caller.get("/api/v1/requirements/dg-2018.1.2").await.ok().json();
        assert_eq!((&requirement["version"], &requirement["deadlines"][1]["phrase"]), (&json!(2), &json!("6月底")));
        assert_eq!(caller.get("/api/v1/requirements/dg-2018.1.1").await.ok().json()["version"], 1);
        assert_eq!(caller.find("/api/v1/requirements", &[("q", "6月底"), ("plan", "dg-2018")]).await.ok().json()["total"], 1);
        assert_eq!(caller.get("/api/v1/deadlines?plan=dg-2018&due_to=2018-06-30").await.ok().json()["total"], 1);
    }

    async fn by_amendment(app: &TestApp) {
        let caller = app.coordinator();
        let plan = "/api/v1/plans/dg-2017?embed=requirements";
        let before = caller.get(plan).await.ok().json();
        let total = caller.get("/api/v1/deadlines").await.ok().json()["total"].as_u64().unwrap();
        let new = json!({
            "requirement_id": "dg-2017.18.1", "phrase": "自考6月", "reason": "按省考试院安排",
            "rule": {"kind": "date", "due_on": "2017-06-30", "label": "自考"}
        });
        let deadline = create(&caller, DEADLINES, &new).await;
        assert_eq!((&deadline["id"], &deadline["source"]), (&json!("dg-2017.18.1.d3"), &json!("column")));
        let mut after = caller.get(plan).await.ok().json();
        let requirement = &mut after["tasks"][17]["requirements"][0];
        assert_eq!(requirement["version"], 2);
        assert_eq!(requirement["deadlines"].as_array_mut().unwrap().pop().unwrap()["rule"], deadline["rule"]);
        requirement["version"] = json!(1);
        assert_eq!(after, before);
        assert_eq!(app.anonymous().get("/api/v1/deadlines").await.ok().json()["total"], total + 1);
        let due = app.anonymous().get("/api/v1/deadlines?requirement=dg-2017.18.1&sort=due_on").await.ok().json();
        let ids = crate::support::texts(due["items"].as_array().unwrap(), "id");
        assert_eq!(ids, ["dg-2017.18.1.d1", "dg-2017.18.1.d3", "dg-2017.18.1.d2"]);
    }

    async fn numbers_follow_the_highest(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let caller = app.coordinator();
        let new = json!({"requirement_id": "dg-2018.1.1", "phrase": "全年", "rule": {"kind": "year_round"}});
        assert_eq!(create(&caller, DEADLINES, &new).await["id"], "dg-2018.1.1.d3");
        caller.delete("/api/v1/deadlines/dg-2018.1.1.d1", "*").await.expect(204);
        // What is left keeps its id.
        assert_eq!(create(&caller, DEADLINES, &new).await["id"], "dg-2018.1.1.d4");
        let page = caller.get("/api/v1/deadlines?requirement=dg-2018.1.1").await.ok().json();
        let ids = crate::support::texts(page["items"].as_array().unwrap(), "id");
        assert_eq!(ids, ["dg-2018.1.1.d2", "dg-2018.1.1.d3", "dg-2018.1.1.d4"]);
    }

    async fn many_at_once(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let caller = app.coordinator();
        let new = json!({"requirement_id": "dg-2018.1.2", "phrase": "全年", "rule": {"kind": "year_round"}});
        let replies = futures_util::future::join_all((0..8).map(|_| caller.post(DEADLINES, &new))).await;
        for reply in replies {
            reply.expect(201);
        }
        let requirement = caller.get("/api/v1/requirements/dg-2018.1.2").await.ok().json();
        assert_eq!((requirement["deadlines"].as_array().unwrap().len(), &requirement["version"]), (9, &json!(9)));
    }

    async fn parent_missing(app: &TestApp) {
        let deadline = |of: &str| json!({
            "requirement_id": of, "phrase": "全年", "rule": {"kind": "year_round"}, "reason": "增补"
        });
        for of in ["dg-2018.1.1", "dg-2017.40.1", "dg-2017.1.9"] {
            let problem = app.coordinator().post(DEADLINES, &deadline(of)).await.problem(422, "invalid");
            assert_faults(&problem, &[("/requirement_id", "not_found")]);
        }
        for of in ["dg-2017", "dg-2017.1", "dg-2017.1.1.d1", "dg-2017.1.01"] {
            let problem = app.coordinator().post(DEADLINES, &deadline(of)).await.problem(422, "invalid");
            assert_faults(&problem, &[("/requirement_id", "invalid")]);
        }
    }

    async fn invalid(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let before = everything(app).await;
        let new = json!({
            "requirement_id": "dg-2018.1.1", "phrase": "长".repeat(201),
            "rule": {"kind": "on_event", "event": " ", "within": {"count": 0, "unit": "day"}}
        });
        let problem = app.coordinator().post(DEADLINES, &new).await.problem(422, "invalid");
        assert_faults(&problem, &[
            ("/phrase", "too_long"),
            ("/rule/event", "required"),
            ("/rule/within/count", "out_of_range"),
        ]);
        for (missing, rest) in [
            ("/phrase", json!({"requirement_id": "dg-2018.1.1", "rule": {"kind": "year_round"}})),
            ("/requirement_id", json!({"phrase": "全年", "rule": {"kind": "year_round"}})),
        ] {
            let problem = app.coordinator().post(DEADLINES, &rest).await.problem(422, "invalid");
            assert_faults(&problem, &[(missing, "required")]);
        }
        assert_eq!(everything(app).await, before);
    }

    async fn by_other_roles(app: &TestApp) {
        let before = everything(app).await;
        let new = json!({
            "requirement_id": "dg-2017.1.1", "phrase": "全年", "rule": {"kind": "year_round"}, "reason": "增补"
        });
        app.anonymous().post(DEADLINES, &new).await.problem(401, "unauthenticated");
        for role in ["unit_reporter", "unit_approver", "secrecy_reviewer", "inspector", "auditor", "admin"] {
            app.role(role).post(DEADLINES, &new).await.problem(403, "forbidden");
        }
        assert_eq!(everything(app).await, before);
    }
}
