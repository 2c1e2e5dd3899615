//! `POST /requirements`

use serde_json::{Value, json};

use crate::support::fixtures::{self, assert_faults, create, everything};

const REQUIREMENTS: &str = "/api/v1/requirements";

/// The first requirement of the plan in [`fixtures::plan`], for another task.
fn whole(task: &str) -> Value {
    let mut new = fixtures::plan("dg-2018")["tasks"][0]["requirements"][0].clone();
    new["task_id"] = json!(task);
    new
}

on_both! {
    async fn in_a_draft(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let requirement = create(&app.coordinator(), REQUIREMENTS, &whole("dg-2018.2")).await;
        assert_eq!(requirement, json!({
            "id": "dg-2018.2.1", "plan_id": "dg-2018", "task_id": "dg-2018.2", "task_title": "推进执行公开",
            "number": "2.1", "text": "完善政府法律顾问制度，覆盖率达80%以上。", "units_phrase": "市法制局、各镇（街、园区）",
            "units": [
                {"code": "fzj", "name": "市法制局", "kind": "department", "role": "lead"},
                {"code": "zhenjie", "name": "各镇（街、园区）", "kind": "collective", "role": "support"}
            ],
            "deadlines": [
                {"id": "dg-2018.2.1.d1", "phrase": "全年", "source": "column", "rule": {"kind": "year_round"}},
                {
                    "id": "dg-2018.2.1.d2", "phrase": "12月底", "source": "column",
                    "rule": {"kind": "date", "due_on": "2018-12-31"}, "due_on": "2018-12-31"
                }
            ],
            "indicators": [{
                "id": "dg-2018.2.1.i1", "name": "覆盖率", "comparator": "gte", "target": 80.0, "unit": "%",
                "phrase": "80%以上"
            }],
            "version": 1
        }));
        let task = app.coordinator().get("/api/v1/tasks/dg-2018.2").await.ok().json();
        assert_eq!((&task["requirement_count"], &task["version"]), (&json!(1), &json!(1)));
    }

    async fn minimal(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let new = json!({"task_id": "dg-2018.1", "text": "新增的要求。"});
        let requirement = create(&app.coordinator(), REQUIREMENTS, &new).await;
        assert_eq!(requirement["id"], "dg-2018.1.3");
        assert_eq!(requirement["units_phrase"], "");
        for list in ["units", "deadlines", "indicators"] {
            assert_eq!(requirement[list], json!([]), "{list}");
        }
    }

    async fn by_amendment(app: &TestApp) {
        let caller = app.coordinator();
        let plan = "/api/v1/plans/dg-2017?embed=requirements";
        let before = caller.get(plan).await.ok().json();
        let mut new = whole("dg-2017.17");
        new["reason"] = json!("按省工作部署增补");
        let requirement = create(&caller, REQUIREMENTS, &new).await;
        assert_eq!((&requirement["id"], &requirement["number"]), (&json!("dg-2017.17.6"), &json!("17.6")));
        let mut after = caller.get(plan).await.ok().json();
        assert_eq!((&after["task_count"], &after["requirement_count"]), (&json!(39), &json!(128)));
        let task = &mut after["tasks"][16];
        assert_eq!(task["requirement_count"], 6);
        assert_eq!(task["requirements"].as_array_mut().unwrap().pop(), Some(requirement));
        task["requirement_count"] = json!(5);
        after["requirement_count"] = json!(127);
        assert_eq!(after, before);
        let anybody = app.anonymous().get("/api/v1/requirements?unit=fzj&task=dg-2017.17").await.ok().json();
        assert_eq!(anybody["items"][0]["id"], "dg-2017.17.6");
    }

    async fn numbers(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let caller = app.coordinator();
        let new = |number: Value| json!({"task_id": "dg-2018.1", "text": "要求。", "number": number});
        assert_eq!(create(&caller, REQUIREMENTS, &new(json!(10))).await["id"], "dg-2018.1.10");
        assert_eq!(create(&caller, REQUIREMENTS, &new(json!(null))).await["id"], "dg-2018.1.11");
        let problem = caller.post(REQUIREMENTS, &new(json!(2))).await.problem(422, "invalid");
        assert_faults(&problem, &[("/number", "duplicate")]);
        for number in [0, 1000, u32::MAX] {
            let problem = caller.post(REQUIREMENTS, &new(json!(number))).await.problem(422, "invalid");
            assert_faults(&problem, &[("/number", "out_of_range")]);
        }
        // Ten comes after two.
        let page = caller.get("/api/v1/requirements?task=dg-2018.1&fields=number").await.ok().json();
        assert_eq!(crate::support::texts(page["items"].as_array().unwrap(), "number"), ["1.1", "1.2", "1.10", "1.11"]);
    }

    async fn parent_missing(app: &TestApp) {
        for task in ["dg-2018.1", "dg-2017.40"] {
            let new = json!({"task_id": task, "text": "要求。", "reason": "增补"});
            let problem = app.coordinator().post(REQUIREMENTS, &new).await.problem(422, "invalid");
            assert_faults(&problem, &[("/task_id", "not_found")]);
        }
        for task in ["dg-2017", "dg-2017.017", "dg-2017.1.1"] {
            let new = json!({"task_id": task, "text": "要求。", "reason": "增补"});
            let problem = app.coordinator().post(REQUIREMENTS, &new).await.problem(422, "invalid");
            assert_faults(&problem, &[("/task_id", "invalid")]);
        }
    }

    async fn invalid(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let before = everything(app).await;
        let new = json!({
            "task_id": "dg-2018.1", "number": 1, "text": "\t\n", "units_phrase": " ", "units": [{"code": "nosuch"}],
            "deadlines": [
                {"phrase": "全年", "rule": {"kind": "year_round"}},
                {"phrase": "每月", "rule": {"kind": "recurring", "every": "month", "due": {"kind": "day", "day": 32}}}
            ],
            "indicators": [{"name": "率", "comparator": "gte", "target": -1e13, "unit": "%"}]
        });
        let problem = app.coordinator().post(REQUIREMENTS, &new).await.problem(422, "invalid");
        assert_faults(&problem, &[
            ("/number", "duplicate"),
            ("/text", "required"),
            ("/units_phrase", "required"),
            ("/units/0/code", "not_found"),
            ("/deadlines/1/rule/due/day", "out_of_range"),
            ("/indicators/0/target", "out_of_range"),
        ]);
        assert_eq!(everything(app).await, before);
    }

    async fn by_other_roles(app: &TestApp) {
        let before = everything(app).await;
        let new = json!({"task_id": "dg-2017.1", "text": "要求。", "reason": "增补"});
        app.anonymous().post(REQUIREMENTS, &new).await.problem(401, "unauthenticated");
        for role in ["unit_reporter", "unit_approver", "secrecy_reviewer", "inspector", "auditor", "admin"] {
            app.role(role).post(REQUIREMENTS, &new).await.problem(403, "forbidden");
        }
        assert_eq!(everything(app).await, before);
    }
}
