//! A plan that is published after its period began: what fell due before is nobody's. Today is 2017-06-30.

use serde_json::{Value, json};

use crate::support::{TestApp, fixtures::create, texts};

const PLAN: &str = "/api/v1/plans/t-2017";

fn plan(settings: &Value) -> Value {
    let fixed = |day: &str| json!({"phrase": day, "rule": {"kind": "date", "due_on": day}});
    let monthly =
        json!({"phrase": "每月", "rule": {"kind": "recurring", "every": "month", "due": {"kind": "period_end"}}});
    json!({"id": "t-2017", "title": "试点方案", "year": 2017, "settings": settings, "tasks": [{"title": "任务", "requirements": [
        {"text": "要求", "units": [{"code": "czj"}], "deadlines": [monthly, fixed("2017-06-29"), fixed("2017-06-30")]}
    ]}]})
}

async fn owed(app: &TestApp) -> Vec<String> {
    let rows = app
        .role("auditor")
        .walk("/api/v1/obligations?plan=t-2017&sort=due_on,id")
        .await;
    texts(&rows, "due_on")
}

async fn figures(app: &TestApp) -> (Value, Value) {
    let total = app.role("auditor").get(&format!("{PLAN}/statistics")).await.ok().json()["total"].clone();
    (total["total"].clone(), total["red"].clone())
}

on_both! {
    async fn what_fell_due_before_is_nobodys(app: &TestApp) {
        let boss = app.coordinator();
        create(&boss, "/api/v1/plans", &plan(&json!({}))).await;
        let published = boss.transition(&format!("{PLAN}/publish"), "*").await.ok().json();
        assert_eq!(published["settings"]["obligations_from"], "2017-06-30");
        let rest = ["2017-06-30", "2017-06-30", "2017-07-31", "2017-08-31", "2017-09-30", "2017-10-31", "2017-11-30", "2017-12-31"];
        assert_eq!(owed(app).await, rest);
        assert_eq!(figures(app).await, (json!(8), json!(0)));
        let scores = boss.get(&format!("{PLAN}/assessment")).await.ok().json();
        assert!(!scores.to_string().contains("2017-05"), "{scores}");
        // A later day frees units of what they have not begun, an earlier one gives it back.
        let from = async |day: Value| {
            let change = json!({"settings": {"obligations_from": day}, "reason": "明确起算日"});
            boss.patch(PLAN, "*", &change).await.ok();
        };
        from(json!("2017-08-01")).await;
        assert_eq!(owed(app).await, rest[3..]);
        from(json!("2017-05-31")).await;
        let may = ["2017-05-31", "2017-06-29"];
        assert_eq!(owed(app).await, [&may, &rest[..]].concat());
        assert_eq!(figures(app).await, (json!(10), json!(2)));
        from(json!("2017-06-30")).await;
        assert_eq!((owed(app).await, figures(app).await), (rest.map(str::to_owned).to_vec(), (json!(8), json!(0))));
    }

    async fn a_plan_may_say_from_which_day(app: &TestApp) {
        let boss = app.coordinator();
        create(&boss, "/api/v1/plans", &plan(&json!({"obligations_from": "2017-01-01"}))).await;
        boss.transition(&format!("{PLAN}/publish"), "*").await.ok();
        assert_eq!(owed(app).await.len(), 14);
        assert_eq!(figures(app).await, (json!(14), json!(6)));
    }
}
