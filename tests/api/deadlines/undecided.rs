//! Deadlines of which nobody has said when: owed without a day until a coordinator gives them a rule. Today is 2017-06-30.

use serde_json::{Value, json};

use crate::{
    reports::report_on,
    support::{TestApp, texts},
};

async fn owed(app: &TestApp, query: &str) -> Vec<Value> {
    app.role("auditor").walk(&format!("/api/v1/obligations?{query}")).await
}

/// The whole plan's figures, whose states add up.
async fn figures(app: &TestApp) -> Value {
    let statistics = app
        .role("auditor")
        .get("/api/v1/plans/dg-2017/statistics")
        .await
        .ok()
        .json();
    let total = statistics["total"].clone();
    let states = [
        "waiting",
        "undecided",
        "not_open",
        "open",
        "submitted",
        "returned",
        "fulfilled",
        "exempted",
    ];
    let sum: i64 = states.iter().map(|state| total[state].as_i64().unwrap()).sum();
    assert_eq!(total["total"], sum);
    total
}

on_both! {
    async fn owed_by_each_unit_without_a_day_until_there_is_a_rule(app: &TestApp) {
        let coordinator = app.coordinator();
        assert_eq!(figures(app).await["undecided"], 0);
        let new = json!({"requirement_id": "dg-2017.11.1", "phrase": "适时", "rule": {"kind": "undecided"}, "reason": "补录"});
        let created = coordinator.post("/api/v1/deadlines", &new).await.expect(201);
        let id = created.json()["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/deadlines/{id}");
        let rows = owed(app, "requirement=dg-2017.11.1&rule_kind=undecided").await;
        let waiting = format!("{id}.dsj.undecided");
        assert_eq!(texts(&rows, "id"), [waiting.as_str()]);
        assert_eq!((&rows[0]["state"], &rows[0]["light"], &rows[0]["timeliness"]), (&json!("undecided"), &json!("none"), &json!("pending")));
        assert!(rows[0].get("due_on").is_none() && rows[0].get("opens_on").is_none());
        assert_eq!(owed(app, "plan=dg-2017&state=undecided").await, rows);
        assert_eq!(figures(app).await["undecided"], 1);
        let reporter = app.bearing(Some(app.token("reporter", &["unit_reporter"], Some("dsj"), &[])));
        reporter.post("/api/v1/progress-reports", &report_on(&waiting)).await.problem(409, "wrong_state");

        let decide = |rule: Value| json!({"rule": rule, "reason": "经请示明确"});
        let dated = coordinator.patch(&path, &created.etag(), &decide(json!({"kind": "date", "due_on": "2017-10-31"}))).await.ok();
        let rows = owed(app, "requirement=dg-2017.11.1&rule_kind=date").await;
        assert_eq!(texts(&rows, "id"), [format!("{id}.dsj.2017")]);
        assert_eq!((&rows[0]["due_on"], &rows[0]["light"]), (&json!("2017-10-31"), &json!("green")));
        assert_eq!(owed(app, "state=undecided").await, Vec::<Value>::new());
        assert_eq!(figures(app).await["undecided"], 0);

        // Undone, it is the row that it was.
        coordinator.patch(&path, &dated.etag(), &decide(json!({"kind": "undecided"}))).await.ok();
        assert_eq!(texts(&owed(app, "requirement=dg-2017.11.1&rule_kind=undecided").await, "id"), [waiting]);
        assert_eq!(owed(app, "requirement=dg-2017.11.1&rule_kind=date").await, Vec::<Value>::new());
    }
}
