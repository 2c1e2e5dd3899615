//! `PATCH /tasks/{id}`

use serde_json::{Value, json};

use crate::support::fixtures::{self, amendments, assert_faults, everything};

const TASK: &str = "/api/v1/tasks/dg-2018.1";

on_both! {
    async fn in_a_draft(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let caller = app.coordinator();
        let mut expected = caller.get(TASK).await.ok().json();
        let reply = caller.patch(TASK, &caller.etag(TASK).await, &json!({"title": "改过的任务"})).await.ok();
        expected["title"] = json!("改过的任务");
        expected["version"] = json!(2);
        assert_eq!(reply.json(), expected);
        let shown = caller.get(TASK).await.ok();
        assert_eq!((shown.json(), shown.etag()), (reply.json(), reply.etag()));
        // Its requirements are still there and show the new heading.
        let requirement = caller.get("/api/v1/requirements/dg-2018.1.2").await.ok().json();
        assert_eq!((&requirement["task_title"], &requirement["version"]), (&json!("改过的任务"), &json!(1)));
        assert_eq!(caller.find("/api/v1/requirements", &[("q", "改过的任务")]).await.ok().json()["total"], 2);
    }

    async fn by_amendment(app: &TestApp) {
        let caller = app.coordinator();
        let path = "/api/v1/tasks/dg-2017.17";
        let before = caller.get("/api/v1/plans/dg-2017?embed=requirements").await.ok().text();
        let etag = caller.etag(path).await;
        caller.patch(path, &etag, &json!({"title": "推进环保信息公开", "reason": "更正标题"})).await.ok();
        let after = caller.get("/api/v1/plans/dg-2017?embed=requirements").await.ok().text();
        let task = "\"number\":17,\"title\":\"推进环境保护信息公开\",\"headings\":[],\"requirement_count\":5,\"version\":1";
        assert_eq!(before.matches(task).count(), 1);
        let renamed = task.replace("环境保护", "环保").replace("\"version\":1", "\"version\":2");
        let expected = before
            .replace(task, &renamed)
            .replace("\"task_title\":\"推进环境保护信息公开\"", "\"task_title\":\"推进环保信息公开\"");
        assert_eq!(after, expected);
    }

    async fn nothing_new(app: &TestApp) {
        let caller = app.coordinator();
        let path = "/api/v1/tasks/dg-2017.17";
        let before = caller.get(path).await.ok();
        let same = json!({"title": before.json()["title"], "reason": "确认"});
        for change in [same, json!({"reason": "什么也没有"})] {
            let reply = caller.patch(path, &before.etag(), &change).await.ok();
            assert_eq!((reply.json(), reply.etag()), (before.json(), before.etag()));
        }
        assert_eq!(amendments(app, "dg-2017").await, 0);
    }

    async fn invalid(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let before = everything(app).await;
        let cases: [(Value, (&str, &str)); 6] = [
            (json!({"title": ""}), ("/title", "required")),
            (json!({"title": null}), ("/title", "required")),
            (json!({"title": "有\u{0}空字符"}), ("/title", "invalid")),
            (json!({"title": 17}), ("/title", "invalid")),
            (json!({"number": 3}), ("/number", "unknown")),
            (json!({"requirements": []}), ("/requirements", "unknown")),
        ];
        for (change, fault) in cases {
            let problem = app.coordinator().patch(TASK, "*", &change).await.problem(422, "invalid");
            assert_faults(&problem, &[fault]);
        }
        assert_eq!(everything(app).await, before);
    }

    async fn not_found(app: &TestApp) {
        let change = json!({"title": "标题", "reason": "更正"});
        for id in ["dg-2018.1", "dg-2017.40", "dg-2017.017", "dg-2017", "dg-2017.1.1"] {
            app.coordinator().patch(&format!("/api/v1/tasks/{id}"), "*", &change).await.problem(404, "not_found");
        }
    }

    async fn by_other_roles(app: &TestApp) {
        let before = everything(app).await;
        let (path, change) = ("/api/v1/tasks/dg-2017.1", json!({"title": "标题", "reason": "更正"}));
        app.anonymous().patch(path, "*", &change).await.problem(401, "unauthenticated");
        for role in ["unit_reporter", "unit_approver", "secrecy_reviewer", "inspector", "auditor", "admin"] {
            app.role(role).patch(path, "*", &change).await.problem(403, "forbidden");
        }
        assert_eq!(everything(app).await, before);
    }
}
