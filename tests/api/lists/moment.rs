//! The pages of a list are of one day, however slowly they are read.

use serde_json::{Value, json};

use crate::support::{TestApp, texts};

/// A plan whose towns owe each month, and once late in the year: some 1,600 rows.
async fn plan(app: &TestApp) {
    let monthly =
        json!({"phrase": "每月", "rule": {"kind": "recurring", "every": "month", "due": {"kind": "period_end"}}});
    let late = json!({"phrase": "12月20日前", "rule": {"kind": "date", "due_on": "2017-12-20"}});
    let requirement =
        |deadline: &Value| json!({"text": "要求", "units": [{"code": "zhenjie"}], "deadlines": [deadline]});
    let plan = json!({"id": "t-2017", "title": "试点方案", "year": 2017, "tasks": [{"title": "任务", "requirements": [
        requirement(&late), requirement(&monthly), requirement(&monthly), requirement(&monthly), requirement(&monthly)
    ]}]});
    let caller = app.coordinator();
    caller.post("/api/v1/plans", &plan).await.expect(201);
    caller.transition("/api/v1/plans/t-2017/publish", "*").await.ok();
}

on_both! {
    async fn pages_keep_the_today_of_the_first(app: &TestApp) {
        plan(app).await;
        let notice = json!({
            "plan_id": "t-2017", "kind": "reminder", "level": "blue", "subject": "催办", "text": "请报送。", "units": ["humen"],
            "obligations": [], "reply_by": "2017-07-07"
        });
        for _ in 0..3 {
            let path = app.coordinator().post("/api/v1/notices", &notice).await.expect(201).header("location").to_owned();
            app.coordinator().transition(&format!("{path}/issue"), "*").await.ok();
        }
        for (before, after, path, changes) in [
            ("2017-06-30T15:59:00Z", "2017-06-30T16:01:00Z", "/api/v1/obligations?plan=t-2017&overdue=false&limit=200", "overdue"),
            ("2017-06-30T15:59:00Z", "2017-06-30T16:01:00Z", "/api/v1/obligations?plan=t-2017&light=yellow&limit=20", "light"),
            ("2017-07-07T15:59:00Z", "2017-07-07T16:01:00Z", "/api/v1/notices?overdue=false&limit=1", "overdue"),
        ] {
            app.clock.set(before.parse().unwrap());
            let caller = app.coordinator();
            let expected = caller.walk(path).await;
            let first = caller.get(path).await.ok().json();
            app.clock.set(after.parse().unwrap());
            let mut found = first["items"].as_array().unwrap().clone();
            let rest = caller.walk(first["next"].as_str().unwrap()).await;
            assert!(!rest.is_empty());
            found.extend(rest);
            assert_eq!(texts(&found, "id"), texts(&expected, "id"), "{path}");
            let said = |rows: &[Value]| rows.iter().map(|row| row[changes].clone()).collect::<Vec<_>>();
            assert_eq!(said(&found), said(&expected), "{path}");
            // Whoever asks now is told of now.
            assert_ne!(caller.get(path).await.ok().json()["total"], first["total"], "{path}");
        }
    }
}
