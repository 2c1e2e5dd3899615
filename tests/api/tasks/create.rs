//! `POST /tasks`

use serde_json::{Value, json};

use crate::support::fixtures::{self, assert_faults, create, everything};

const TASKS: &str = "/api/v1/tasks";

/// The task of a whole plan, with a requirement.
fn whole() -> Value {
    fixtures::plan("dg-2018")["tasks"][0].clone()
}

on_both! {
    async fn in_a_draft(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let task = create(&app.coordinator(), TASKS, &json!({"plan_id": "dg-2018", "title": "推进管理公开"})).await;
        assert_eq!(task, json!({
            "id": "dg-2018.3", "plan_id": "dg-2018", "number": 3, "title": "推进管理公开",
            "headings": [], "requirement_count": 0, "version": 1
        }));
    }

    async fn with_requirements(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let mut new = whole();
        new["plan_id"] = json!("dg-2018");
        let task = create(&app.coordinator(), TASKS, &new).await;
        assert_eq!(task["requirement_count"], 2);
        // It says the same as the first, which came with the plan.
        let caller = app.coordinator();
        let requirements = |id: &str| format!("/api/v1/tasks/{id}?embed=requirements&fields=requirements");
        let first = caller.get(&requirements("dg-2018.1")).await.ok().text();
        let third = caller.get(&requirements("dg-2018.3")).await.ok().text();
        assert_eq!(first.replace("dg-2018.1", "dg-2018.3").replace("\"1.", "\"3."), third);
    }

    async fn by_amendment(app: &TestApp) {
        let caller = app.coordinator();
        let before = caller.get("/api/v1/plans/dg-2017?embed=requirements").await.ok().json();
        let mut new = whole();
        new["plan_id"] = json!("dg-2017");
        new["reason"] = json!("按省工作部署增补");
        let task = create(&caller, TASKS, &new).await;
        assert_eq!(task["id"], "dg-2017.40");
        let mut after = caller.get("/api/v1/plans/dg-2017?embed=requirements").await.ok().json();
        assert_eq!((&after["task_count"], &after["requirement_count"]), (&json!(40), &json!(129)));
        assert_eq!(after["tasks"][39]["title"], "推进决策公开");
        // Everything else is as it was, the plan's own version too.
        after["tasks"].as_array_mut().unwrap().truncate(39);
        after["task_count"] = json!(39);
        after["requirement_count"] = json!(127);
        assert_eq!(after, before);
        assert_eq!(app.anonymous().get("/api/v1/requirements?plan=dg-2017").await.ok().json()["total"], 129);
        assert_eq!(app.anonymous().get("/api/v1/deadlines?task=dg-2017.40").await.ok().json()["total"], 3);
        // Nobody is told why but those who may read amendments.
        assert!(!app.anonymous().get("/api/v1/tasks/dg-2017.40").await.ok().text().contains("增补"));
    }

    async fn numbers(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let caller = app.coordinator();
        let task = |number: Value| json!({"plan_id": "dg-2018", "title": "任务", "number": number});
        assert_eq!(create(&caller, TASKS, &task(json!(12))).await["id"], "dg-2018.12");
        assert_eq!(create(&caller, TASKS, &task(json!(null))).await["id"], "dg-2018.13");
        assert_eq!(create(&caller, TASKS, &task(json!(7))).await["id"], "dg-2018.7");
        let problem = caller.post(TASKS, &task(json!(7))).await.problem(422, "invalid");
        assert_faults(&problem, &[("/number", "duplicate")]);
        for number in [0, 1000, u32::MAX] {
            let problem = caller.post(TASKS, &task(json!(number))).await.problem(422, "invalid");
            assert_faults(&problem, &[("/number", "out_of_range")]);
        }
        create(&caller, TASKS, &task(json!(999))).await;
        let problem = caller.post(TASKS, &task(json!(null))).await.problem(422, "invalid");
        assert_faults(&problem, &[("/number", "out_of_range")]);
        let plan = caller.get("/api/v1/plans/dg-2018?embed=tasks").await.ok().json();
        let numbers: Vec<u64> = plan["tasks"].as_array().unwrap().iter().map(|task| task["number"].as_u64().unwrap()).collect();
        assert_eq!(numbers, [1, 2, 7, 12, 13, 999]);
    }

    async fn parent_missing(app: &TestApp) {
        let new = json!({"plan_id": "dg-2018", "title": "任务", "reason": "增补"});
        let problem = app.coordinator().post(TASKS, &new).await.problem(422, "invalid");
        assert_faults(&problem, &[("/plan_id", "not_found")]);
        for plan in ["DG-2017", "dg-2017.1", ""] {
            let new = json!({"plan_id": plan, "title": "任务", "reason": "增补"});
            let problem = app.coordinator().post(TASKS, &new).await.problem(422, "invalid");
            assert_faults(&problem, &[("/plan_id", "invalid")]);
        }
    }

    async fn invalid(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let before = everything(app).await;
        let new = json!({
            "plan_id": "dg-2018", "title": "长".repeat(201), "number": 2,
            "requirements": [{"text": "好的要求。"}, {"text": "", "units": [{"code": "nosuch"}]}, {"text": "好。", "number": 1}]
        });
        let problem = app.coordinator().post(TASKS, &new).await.problem(422, "invalid");
        assert_faults(&problem, &[
            ("/number", "duplicate"),
            ("/title", "too_long"),
            ("/requirements/2/number", "duplicate"),
            ("/requirements/1/text", "required"),
            ("/requirements/1/units/0/code", "not_found"),
        ]);
        assert_eq!(everything(app).await, before);
    }

    async fn many_at_once(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let caller = app.coordinator();
        let new = json!({"plan_id": "dg-2018", "title": "任务", "requirements": [{"text": "要求。"}]});
        let replies = futures_util::future::join_all((0..8).map(|_| caller.post(TASKS, &new))).await;
        let mut numbers: Vec<u64> =
            replies.into_iter().map(|reply| reply.expect(201).json()["number"].as_u64().unwrap()).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (3..=10).collect::<Vec<_>>());
        assert_eq!(caller.get("/api/v1/plans/dg-2018").await.ok().json()["requirement_count"], 10);
    }

    async fn by_other_roles(app: &TestApp) {
        let before = everything(app).await;
        let new = json!({"plan_id": "dg-2017", "title": "任务", "reason": "增补"});
        app.anonymous().post(TASKS, &new).await.problem(401, "unauthenticated");
        for role in ["unit_reporter", "unit_approver", "secrecy_reviewer", "inspector", "auditor", "admin"] {
            app.role(role).post(TASKS, &new).await.problem(403, "forbidden");
        }
        assert_eq!(everything(app).await, before);
    }
}
