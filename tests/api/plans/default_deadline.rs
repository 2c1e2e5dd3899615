//! The deadline of requirements that have none.

use serde_json::{Value, json};

use crate::support::{
    TestApp,
    fixtures::{assert_faults, create},
    texts,
};

const PLAN: &str = "/api/v1/plans/dg-2018";

async fn deadlines(app: &TestApp) -> Vec<String> {
    let all = app.coordinator().walk("/api/v1/deadlines?plan=dg-2018").await;
    let text = |one: &Value, field: &str| one[field].as_str().unwrap().to_owned();
    all.iter()
        .map(|one| format!("{} {} {}", text(one, "id"), text(one, "source"), text(one, "phrase")))
        .collect()
}

async fn owed(app: &TestApp) -> Vec<String> {
    let rows = app
        .role("auditor")
        .walk("/api/v1/obligations?plan=dg-2018&sort=id")
        .await;
    texts(&rows, "id")
}

on_both! {
    async fn follows_the_plan(app: &TestApp) {
        app.clock.set("2018-01-01T08:30:00Z".parse().unwrap());
        let boss = app.coordinator();
        let of = |unit: &str, deadlines: Value| json!({"text": "要求", "units": [{"code": unit}], "deadlines": deadlines});
        let own = json!({"phrase": "6月底", "rule": {"kind": "date", "due_on": "2018-06-30"}});
        let plan = json!({
            "id": "dg-2018", "title": "方案", "year": 2018, "default_deadline": {"phrase": "12月底"},
            "tasks": [{"title": "任务", "requirements": [of("hbj", json!([])), of("czj", json!([own]))]}]
        });
        let created = create(&boss, "/api/v1/plans", &plan).await;
        assert_eq!(created["default_deadline"], json!({"phrase": "12月底", "rule": {"kind": "date", "due_on": "2018-12-31"}}));
        assert_eq!(deadlines(app).await, ["dg-2018.1.1.d1 default 12月底", "dg-2018.1.2.d1 column 6月底"]);
        boss.transition(&format!("{PLAN}/publish"), "*").await.ok();
        assert_eq!(owed(app).await, ["dg-2018.1.1.d1.hbj.2018", "dg-2018.1.2.d1.czj.2018"]);
        let found = app.anonymous().get("/api/v1/deadlines?source=default").await.ok().json();
        assert_eq!(texts(found["items"].as_array().unwrap(), "id"), ["dg-2018.1.1.d1"]);
        // It is not taken away or said by itself.
        boss.delete("/api/v1/deadlines/dg-2018.1.1.d1?reason=%E9%94%99", "*").await.problem(409, "wrong_state");
        let said = json!({"requirement_id": "dg-2018.1.2", "phrase": "年底", "source": "default", "reason": "补录"});
        assert_faults(&boss.post("/api/v1/deadlines", &said).await.problem(422, "invalid"), &[("/source", "conflict")]);
        // Another default moves the day, and the requirement says something else then.
        let version = boss.get("/api/v1/requirements/dg-2018.1.1").await.ok().json()["version"].clone();
        let change = json!({"default_deadline": {"phrase": "11月底"}, "reason": "提前"});
        boss.patch(PLAN, "*", &change).await.ok();
        assert_eq!(deadlines(app).await[0], "dg-2018.1.1.d1 default 11月底");
        let row = app.role("auditor").get("/api/v1/obligations/dg-2018.1.1.d1.hbj.2018").await.ok().json();
        assert_eq!(row["due_on"], "2018-11-30");
        assert!(boss.get("/api/v1/requirements/dg-2018.1.1").await.ok().json()["version"].as_i64() > version.as_i64());
        // A deadline of its own takes its place, and gives it back when it goes.
        let own = json!({"requirement_id": "dg-2018.1.1", "phrase": "3月底", "reason": "补录"});
        let created = create(&boss, "/api/v1/deadlines", &own).await;
        assert_eq!(created["rule"], json!({"kind": "date", "due_on": "2018-03-31"}), "its phrase was read");
        assert_eq!(deadlines(app).await[0], "dg-2018.1.1.d2 column 3月底");
        assert_eq!(owed(app).await[0], "dg-2018.1.1.d2.hbj.2018");
        boss.delete("/api/v1/deadlines/dg-2018.1.1.d2?reason=%E9%94%99", "*").await.expect(204);
        assert_eq!(deadlines(app).await[0], "dg-2018.1.1.d3 default 11月底");
        // Who changes it makes it the requirement's own.
        let change = json!({"phrase": "10月底", "rule": {"kind": "date", "due_on": "2018-10-31"}, "reason": "明确"});
        boss.patch("/api/v1/deadlines/dg-2018.1.1.d3", "*", &change).await.ok();
        boss.patch(PLAN, "*", &json!({"default_deadline": null, "reason": "取消"})).await.ok();
        assert_eq!(deadlines(app).await, ["dg-2018.1.1.d3 column 10月底", "dg-2018.1.2.d1 column 6月底"]);
        // What is added later takes it too.
        boss.patch(PLAN, "*", &json!({"default_deadline": {"phrase": "适时"}, "reason": "恢复"})).await.ok();
        let mut new = of("sjj", json!([]));
        new["task_id"] = json!("dg-2018.1");
        new["reason"] = json!("增补");
        let added = create(&boss, "/api/v1/requirements", &new).await;
        assert_eq!((&added["deadlines"][0]["source"], &added["deadlines"][0]["rule"]["kind"]), (&json!("default"), &json!("undecided")));
    }
}
