//! The reminder worker's command: each due day is noted once as near and once as overdue.

use duban::service::{
    reminders::{Noting, note_due},
    work::{Context, Work},
};
use serde_json::json;

use crate::support::database::sealed;

on_both! {
    async fn once_each_also_after_days_of_silence(app: &TestApp) {
        // 2017-06-30 is a Friday: near is what falls due within three working days.
        let near = app.role("auditor").get("/api/v1/obligations?light=yellow&limit=1").await.ok().json()["total"].as_u64().unwrap();
        assert_eq!(app.note_due().await as u64, near, "what was past before it entered the ledger is not news");
        assert_eq!(app.note_due().await, 0);
        let plan = json!({"id": "t-2017", "title": "试点方案", "year": 2017, "tasks": [{"title": "任务", "requirements": [
            {"text": "要求", "units": [{"code": "czj"}], "deadlines": [{"phrase": "7月20日前", "rule": {"kind": "date", "due_on": "2017-07-20"}}]}
        ]}]});
        let coordinator = app.coordinator();
        let etag = coordinator.post("/api/v1/plans", &plan).await.expect(201).etag();
        coordinator.transition("/api/v1/plans/t-2017/publish", &etag).await.ok();
        assert_eq!(app.note_due().await, 0, "not near yet");
        app.clock.set("2017-07-16T16:00:00Z".parse().unwrap());
        assert_eq!(app.note_due().await, 1, "Monday: three working days left");
        app.clock.set("2017-07-20T10:00:00Z".parse().unwrap());
        assert_eq!(app.note_due().await, 0, "the due day itself is not overdue");
        // Down for a week: one is overdue, and the two monthly duties of July are near.
        app.clock.set("2017-07-27T01:00:00Z".parse().unwrap());
        assert_eq!(app.note_due().await, 3);
        assert_eq!(app.note_due().await, 0);
    }

    /// Each reader asks for all that waits for its number: after a quarter that would be hundreds of thousands.
    async fn no_faster_than_the_log_is_sealed(app: &TestApp) {
        app.clock.set("2017-12-29T02:00:00Z".parse().unwrap());
        let once = async || {
            let twice = async |work: &mut Work<'_>| Ok([note_due(work).await?, note_due(work).await?]);
            app.app.write(&Context::system(), twice).await.unwrap()
        };
        let mut turns = 0;
        loop {
            sealed(&app.app).await;
            match once().await {
                [Noting::More(200), Noting::Later] => turns += 1,
                [Noting::More(1..200) | Noting::Done, _] => break,
                other => panic!("{other:?}"),
            }
        }
        assert!(turns > 5, "{turns}");
    }
}
