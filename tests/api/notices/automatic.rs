//! Plans that remind by themselves.

use serde_json::{Value, json};

use super::{issued, of_unit};
use crate::support::TestApp;

/// A plan of two units with two deadlines in July; it reminds by itself if it says so.
async fn plan(app: &TestApp, id: &str, auto_reminder: bool) {
    let due = |day: &str| json!({"phrase": day, "rule": {"kind": "date", "due_on": day}});
    let plan = json!({
        "id": id, "title": "试点方案", "year": 2017, "settings": {"auto_reminder": auto_reminder},
        "tasks": [{"title": "任务", "requirements": [{
            "text": "要求", "units": [{"code": "czj"}, {"code": "sjj", "role": "support"}],
            "deadlines": [due("2017-07-10"), due("2017-07-12"), due("2017-07-20")]
        }]}]
    });
    let etag = app.coordinator().post("/api/v1/plans", &plan).await.expect(201).etag();
    app.coordinator()
        .transition(&format!("/api/v1/plans/{id}/publish"), &etag)
        .await
        .ok();
}

on_both! {
    async fn remind_each_unit_once_however_many_replicas_there_are(app: &TestApp) {
        plan(app, "t-2017", true).await;
        plan(app, "u-2017", false).await;
        app.note_due().await;
        assert_eq!(app.coordinator().get("/api/v1/notices").await.ok().json()["total"], 0, "nothing is overdue yet");
        // Down for days: two of three are overdue by then.
        let now = "2017-07-14T01:00:00Z".parse().unwrap();
        let other = app.replica().await;
        app.clock.set(now);
        other.clock.set(now);
        futures_util::future::join(app.note_due(), other.note_due()).await;
        app.note_due().await;
        other.stop().await;
        let notices = app.coordinator().walk("/api/v1/notices").await;
        let numbers = crate::support::texts(&notices, "number");
        assert_eq!(numbers, ["催〔2017〕2号", "催〔2017〕1号"], "one to each unit");
        for notice in &notices {
            assert_eq!((&notice["plan_id"], &notice["kind"], &notice["level"], &notice["status"]), (&json!("t-2017"), &json!("reminder"), &json!("blue"), &json!("issued")));
            // Friday; five working days later.
            assert_eq!((&notice["reply_by"], &notice["issued_by"]), (&json!("2017-07-21"), &json!("system")));
            let unit = notice["units"][0]["unit"]["code"].as_str().unwrap();
            let named = ["d1", "d2"].map(|deadline| format!("t-2017.1.1.{deadline}.{unit}.2017"));
            assert_eq!(notice["units"][0]["obligations"], json!(named));
            let seen = of_unit(app, unit).get("/api/v1/notices").await.ok().json();
            assert_eq!(seen["total"], 1);
        }
    }

    /// More than are noted in one transaction.
    async fn remind_a_unit_once_of_however_much(app: &TestApp) {
        let due = |day: u32| json!({"phrase": "7月", "rule": {"kind": "date", "due_on": format!("2017-07-{day:02}")}});
        let deadlines: Vec<_> = (1..=12).map(due).collect();
        let mut requirements: Vec<_> = (0..43).map(|_| json!({"text": "要求", "units": [{"code": "czj"}], "deadlines": deadlines})).collect();
        requirements[42]["units"] = json!([{"code": "czj"}, {"code": "sjj"}]);
        let plan = json!({"id": "t-2017", "title": "试点方案", "year": 2017, "settings": {"auto_reminder": true}, "tasks": [{"title": "任务", "requirements": requirements}]});
        app.coordinator().post("/api/v1/plans", &plan).await.expect(201);
        app.coordinator().transition("/api/v1/plans/t-2017/publish", "*").await.ok();
        app.clock.set("2017-07-14T01:00:00Z".parse().unwrap());
        app.note_due().await;
        let notices = app.coordinator().walk("/api/v1/notices?plan=t-2017").await;
        let asked = |notice: &Value| (notice["units"][0]["unit"]["code"].clone(), notice["units"][0]["obligations"].as_array().unwrap().len());
        assert_eq!(notices.iter().map(asked).collect::<Vec<_>>(), [(json!("sjj"), 12), (json!("czj"), 516)]);
    }

    async fn do_not_repeat_what_an_office_has_asked(app: &TestApp) {
        plan(app, "t-2017", true).await;
        let by_hand = json!({
            "plan_id": "t-2017", "kind": "reminder", "level": "blue", "subject": "催办", "text": "请报送。", "units": ["czj"],
            "obligations": ["t-2017.1.1.d1.czj.2017", "t-2017.1.1.d2.czj.2017"], "reply_by": "2017-07-18"
        });
        issued(&app.coordinator(), &by_hand).await;
        app.clock.set("2017-07-14T01:00:00Z".parse().unwrap());
        app.note_due().await;
        let units: Vec<String> = app.coordinator().walk("/api/v1/notices").await.iter()
            .map(|notice| notice["units"][0]["unit"]["code"].as_str().unwrap().to_owned()).collect();
        assert_eq!(units, ["sjj", "czj"]);
    }
}
