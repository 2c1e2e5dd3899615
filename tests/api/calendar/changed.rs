//! The official calendar changes after due days were computed.

use serde_json::{Value, json};

use crate::support::{TestApp, texts};

/// A plan with one deadline, published.
async fn plan(app: &TestApp, id: &str, rollover: &str, due_on: &str) {
    let deadline = json!({"phrase": "期限", "rule": {"kind": "date", "due_on": due_on}});
    let plan = json!({
        "id": id, "title": "试点方案", "year": 2017, "settings": {"rollover": rollover, "obligations_from": "2017-01-01"},
        "tasks": [{"title": "任务", "requirements": [{"text": "要求", "units": [{"code": "czj"}], "deadlines": [deadline]}]}]
    });
    app.coordinator().post("/api/v1/plans", &plan).await.expect(201);
    app.coordinator()
        .transition(&format!("/api/v1/plans/{id}/publish"), "*")
        .await
        .ok();
}

on_both! {
    async fn due_days_roll_anew_or_are_told(app: &TestApp) {
        // Both on a Friday; 2017-09-30 is a Saturday that is worked.
        plan(app, "t-2017", "none", "2017-09-29").await;
        plan(app, "u-2017", "next_working_day", "2017-09-29").await;
        plan(app, "v-2017", "next_working_day", "2017-06-29").await;
        let path = "/api/v1/calendar/2017";
        let before = app.anonymous().get(path).await.ok().json();
        let put = async |year: &Value| app.role("admin").put(path, "*", year).await.ok().json();
        let due = async |id: &str| app.role("auditor").get(&format!("/api/v1/obligations/{id}")).await.ok().json()["due_on"].clone();
        let (stays, rolls, past) = ("t-2017.1.1.d1.czj.2017", "u-2017.1.1.d1.czj.2017", "v-2017.1.1.d1.czj.2017");

        let mut changed = before.clone();
        for day in ["2017-09-29", "2017-06-29"] {
            changed["days_off"].as_array_mut().unwrap().push(json!({"date": day, "name": "临时放假"}));
        }
        let reply = put(&changed).await;
        assert_eq!((&reply["moved"], &reply["days_off"]), (&json!(1), &changed["days_off"]));
        assert_eq!((due(rolls).await, due(stays).await, due(past).await), (json!("2017-09-30"), json!("2017-09-29"), json!("2017-06-29")));
        let told = |reply: &Value, plan: &str| -> Vec<Value> {
            let due = reply["due_on_days_off"].as_array().unwrap().iter();
            due.filter(|due| due["plan_id"] == plan).cloned().collect()
        };
        assert_eq!(told(&reply, "t-2017"), [json!({"plan_id": "t-2017", "due_on": "2017-09-29", "obligations": 1})]);
        assert_eq!(told(&reply, "u-2017"), Vec::<Value>::new());
        // The document's own 12月底 is a Sunday. What is told is what the ledger lists.
        for due in reply["due_on_days_off"].as_array().unwrap() {
            let (plan, day) = (due["plan_id"].as_str().unwrap(), due["due_on"].as_str().unwrap());
            let listed = app.role("auditor").walk(&format!("/api/v1/obligations?plan={plan}&due_from={day}&due_to={day}&limit=200")).await;
            assert_eq!(due["obligations"], listed.len(), "{due}");
        }
        assert_eq!(texts(&told(&reply, "dg-2017"), "due_on").last().unwrap(), "2017-12-31");
        // What is done is told no more.
        app.coordinator().request(reqwest::Method::POST, &format!("/api/v1/obligations/{stays}/exempt"))
            .header("If-Match", "*").json(&json!({"reason": "不再需要"})).send().await.unwrap();
        assert_eq!(told(&put(&changed).await, "t-2017"), Vec::<Value>::new());
        let reply = put(&before).await;
        assert_eq!((&reply["moved"], due(rolls).await), (&json!(1), json!("2017-09-29")));
        assert_eq!(app.anonymous().get(path).await.ok().json(), before, "reading a year is as ever");
    }
}
