//! Columns of a document that the model has no word for: kept verbatim, and not the public's unless the plan says so.

use serde_json::{Value, json};

use crate::support::{
    Caller, TestApp,
    fixtures::{assert_faults, create},
    workbook,
};

const PLANS: &str = "/api/v1/plans";

fn plan() -> Value {
    let deadlines = json!([{"phrase": "12月底", "rule": {"kind": "date", "due_on": "2018-12-31"}}]);
    json!({
        "id": "dg-2018", "title": "方案", "year": 2018,
        "extra_columns": [{"name": "责任领导", "public": false}, {"name": "总投资", "public": true}],
        "tasks": [{
            "title": "任务", "extra": [{"name": "责任领导", "text": "暗号赵某"}],
            "requirements": [
                {"text": "要求一", "units": [{"code": "hbj"}], "deadlines": deadlines,
                 "extra": [{"name": "责任领导", "text": "暗号钱某\n（副局长）"}, {"name": "总投资", "text": "明码3亿元"}]},
                {"text": "要求二", "units": [{"code": "zhenjie"}], "deadlines": deadlines,
                 "extra": [{"name": "责任领导", "text": "暗号孙某"}]}
            ]
        }]
    })
}

/// What somebody sees of the cells, wherever they are shown.
async fn seen(caller: &Caller<'_>, word: &str) -> Vec<&'static str> {
    let mut seen = Vec::new();
    for (name, path) in [
        ("plan", "/api/v1/plans/dg-2018?embed=requirements"),
        ("task", "/api/v1/tasks/dg-2018.1"),
        ("requirement", "/api/v1/requirements/dg-2018.1.1?embed=task"),
        ("tasks", "/api/v1/tasks?plan=dg-2018&embed=requirements"),
        ("requirements", "/api/v1/requirements?plan=dg-2018"),
        ("deadlines", "/api/v1/deadlines?plan=dg-2018&embed=requirement"),
        ("csv", "/api/v1/requirements?plan=dg-2018&format=csv"),
        ("ndjson", "/api/v1/tasks?plan=dg-2018&format=ndjson"),
        ("xlsx", "/api/v1/requirements?plan=dg-2018&format=xlsx"),
        ("word", "/api/v1/plans/dg-2018?format=docx"),
        ("excel", "/api/v1/plans/dg-2018?format=xlsx&progress=true"),
    ] {
        let reply = caller.get(path).await.ok();
        let text = if reply.body.starts_with(b"PK") {
            workbook::parts(&reply.body).into_values().collect()
        } else {
            reply.text()
        };
        if text.contains(word) {
            seen.push(name);
        }
    }
    seen
}

async fn published(app: &TestApp) {
    app.clock.set("2018-01-01T08:30:00Z".parse().unwrap());
    create(&app.coordinator(), PLANS, &plan()).await;
    app.coordinator()
        .transition("/api/v1/plans/dg-2018/publish", "*")
        .await
        .ok();
}

on_both! {
    async fn seen_by_offices_and_whom_it_concerns(app: &TestApp) {
        published(app).await;
        let unit = |unit: &str| app.bearing(Some(app.token("somebody", &["unit_reporter"], Some(unit), &[])));
        let all = ["plan", "task", "requirement", "tasks", "requirements", "deadlines", "csv", "ndjson", "xlsx", "word", "excel"];
        for role in ["coordinator", "inspector", "auditor", "admin"] {
            assert_eq!(seen(&app.role(role), "暗号").await, all, "{role}");
        }
        assert_eq!(seen(&unit("hbj"), "暗号钱某").await, ["plan", "requirement", "tasks", "requirements", "deadlines", "csv", "xlsx", "word", "excel"]);
        assert_eq!(seen(&unit("hbj"), "暗号赵某").await, ["plan", "task", "requirement", "tasks", "ndjson", "word", "excel"]);
        assert!(seen(&unit("hbj"), "暗号孙某").await.is_empty(), "of towns only");
        assert_eq!(seen(&unit("humen"), "暗号孙某").await, ["plan", "tasks", "requirements", "deadlines", "csv", "xlsx", "word", "excel"]);
        // Whom it does not concern, sees what anybody does; so does a token that may not read.
        for outsider in [app.anonymous(), unit("czj"), app.role("portal"), app.role("secrecy_reviewer")] {
            assert!(seen(&outsider, "暗号").await.is_empty());
            assert_eq!(seen(&outsider, "明码").await, ["plan", "requirement", "tasks", "requirements", "deadlines", "csv", "xlsx", "word", "excel"]);
        }
        let names = |plan: Value| crate::support::texts(plan["extra_columns"].as_array().unwrap(), "name");
        let path = "/api/v1/plans/dg-2018";
        assert_eq!(names(app.anonymous().get(path).await.ok().json()), ["总投资"]);
        for outsider in ["czj", "nosuch"].map(unit) {
            assert_eq!(names(outsider.get(path).await.ok().json()), ["总投资"], "it has no part in the plan");
        }
        assert_eq!(names(unit("humen").get(path).await.ok().json()), ["责任领导", "总投资"]);
        assert_eq!(names(app.coordinator().get(path).await.ok().json()), ["责任领导", "总投资"]);
        // In their order, verbatim.
        let shown = app.coordinator().get("/api/v1/requirements/dg-2018.1.1").await.ok().json();
        assert_eq!(shown["extra"], plan()["tasks"][0]["requirements"][0]["extra"]);
        // What is not shown is not found either.
        for (word, found) in [("暗号钱某", 0), ("明码3亿元", 1)] {
            let page = app.coordinator().find("/api/v1/requirements", &[("q", word)]).await.ok().json();
            assert_eq!(page["total"], found, "{word}");
        }
    }

    async fn two_texts_that_the_public_does_not_see_look_alike(app: &TestApp) {
        published(app).await;
        let path = "/api/v1/plans/dg-2018?embed=requirements&fields=tasks";
        let look = async || {
            let reply = app.anonymous().get(path).await.ok();
            let body = reply.text();
            let tag = reply.etag().rsplit('-').next().unwrap().to_owned();
            (body.replace("\"version\":2", "\"version\":1"), tag, body)
        };
        let before = look().await;
        let other = json!({"extra": [{"name": "责任领导", "text": "暗号李某"}], "reason": "调整"});
        app.coordinator().patch("/api/v1/tasks/dg-2018.1", "*", &other).await.ok();
        let after = look().await;
        assert_eq!(before.0, after.0);
        assert_eq!(before.1 == after.1, before.2 == after.2, "the tag says no more than the body");
        // Once the plan makes the column public, everybody reads it.
        let columns = json!({"extra_columns": [{"name": "责任领导", "public": true}, {"name": "总投资"}], "reason": "公开"});
        app.coordinator().patch("/api/v1/plans/dg-2018", "*", &columns).await.ok();
        assert_eq!(seen(&app.anonymous(), "暗号李某").await, ["plan", "task", "requirement", "tasks", "ndjson", "word", "excel"]);
        assert!(seen(&app.anonymous(), "明码").await.is_empty());
    }

    async fn invalid(app: &TestApp) {
        let boss = app.coordinator();
        let mut wrong = plan();
        wrong["extra_columns"] = json!([{"name": "责任领导"}, {"name": " "}, {"name": "责任 领导"}]);
        assert_faults(&boss.post(PLANS, &wrong).await.problem(422, "invalid"), &[
            ("/extra_columns/1/name", "required"), ("/extra_columns/2/name", "duplicate"),
            ("/tasks/0/requirements/0/extra/1/name", "not_found"),
        ]);
        create(&boss, PLANS, &plan()).await;
        let cells = json!({"extra": [{"name": "总投资", "text": " "}, {"name": "总投资", "text": "1"}, {"name": "分值", "text": "5"}]});
        let reply = boss.patch("/api/v1/requirements/dg-2018.1.1", "*", &cells).await;
        assert_faults(&reply.problem(422, "invalid"), &[
            ("/extra/0/text", "required"), ("/extra/1/name", "duplicate"), ("/extra/2/name", "not_found"),
        ]);
        // A column in which something stands is not taken away.
        let none = json!({"extra_columns": [{"name": "责任领导"}]});
        let reply = boss.patch("/api/v1/plans/dg-2018", "*", &none).await;
        assert_faults(&reply.problem(422, "invalid"), &[("/extra_columns", "conflict")]);
        boss.patch("/api/v1/requirements/dg-2018.1.1", "*", &json!({"extra": []})).await.ok();
        boss.patch("/api/v1/plans/dg-2018", "*", &none).await.ok();
    }
}
