//! The reminder worker's command: each due day is noted once as near and once as overdue.

use duban::service::{reminders::note_due, work::Context};
use serde_json::json;

use crate::support::TestApp;

async fn note_all(app: &TestApp) -> usize {
    let mut noted = 0;
    loop {
        match app.app.write(&Context::system(), note_due).await.unwrap() {
            0 => return noted,
            more => noted += more,
        }
    }
}

on_both! {
    async fn once_each_also_after_days_of_silence(app: &TestApp) {
        // 2017-06-30 is a Friday: near is what falls due within three working days.
        let near = app.role("auditor").get("/api/v1/obligations?light=yellow&limit=1").await.ok().json()["total"].as_u64().unwrap();
        assert_eq!(note_all(app).await as u64, near, "what was past before it entered the ledger is not news");
        assert_eq!(note_all(app).await, 0);
        let plan = json!({"id": "t-2017", "title": "试点方案", "year": 2017, "tasks": [{"title": "任务", "requirements": [
            {"text": "要求", "units": [{"code": "czj"}], "deadlines": [{"phrase": "7月20日前", "rule": {"kind": "date", "due_on": "2017-07-20"}}]}
        ]}]});
        let coordinator = app.coordinator();
        let etag = coordinator.post("/api/v1/plans", &plan).await.expect(201).etag();
        coordinator.transition("/api/v1/plans/t-2017/publish", &etag).await.ok();
        assert_eq!(note_all(app).await, 0, "not near yet");
        app.clock.set("2017-07-16T16:00:00Z".parse().unwrap());
        assert_eq!(note_all(app).await, 1, "Monday: three working days left");
        app.clock.set("2017-07-20T10:00:00Z".parse().unwrap());
        assert_eq!(note_all(app).await, 0, "the due day itself is not overdue");
        // Down for a week: one is overdue, and the two monthly duties of July are near.
        app.clock.set("2017-07-27T01:00:00Z".parse().unwrap());
        assert_eq!(note_all(app).await, 3);
        assert_eq!(note_all(app).await, 0);
    }
}
