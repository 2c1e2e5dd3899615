//! `POST /notices`

use serde_json::json;

use super::{circular, coordinator, reminder, with};
use crate::support::fixtures::assert_faults;

on_both! {
    async fn a_draft_that_says_nonsense_is_refused_whole(app: &TestApp) {
        let wang = coordinator(app, "wang");
        let wrong = json!({
            "plan_id": "dg-2017", "kind": "reminder", "level": "yellow", "subject": "", "text": "正文", "units": ["humen", "humen", "nosuch"],
            "obligations": ["nonsense", "dg-2017.1.1.d1.changan.2017Q1", "dg-2017.1.1.d1.humen.1999Q1"], "reply_by": "2017-06-29"
        });
        let problem = wang.post("/api/v1/notices", &wrong).await.problem(422, "invalid");
        assert_faults(&problem, &[
            ("/subject", "required"), ("/reply_by", "out_of_range"), ("/units/1", "duplicate"), ("/units/2", "not_found"),
            ("/obligations/0", "not_found"), ("/obligations/1", "conflict"), ("/obligations/2", "not_found"),
            ("/urgent_reason", "required"),
        ]);
        let missing = with(reminder(), &json!({"plan_id": "dg-1999"}));
        assert_faults(&wang.post("/api/v1/notices", &missing).await.problem(422, "invalid"), &[("/plan_id", "not_found")]);
        let draft = json!({"id": "dg-2018", "title": "草案", "year": 2018});
        wang.post("/api/v1/plans", &draft).await.expect(201);
        let early = json!({"plan_id": "dg-2018", "obligations": []});
        wang.post("/api/v1/notices", &with(reminder(), &early)).await.problem(409, "wrong_state");
        let graded = with(circular("criticism"), &json!({"level": "red", "follows": "nonsense"}));
        let problem = wang.post("/api/v1/notices", &graded).await.problem(422, "invalid");
        assert_faults(&problem, &[("/level", "conflict"), ("/follows", "conflict")]);
    }
}
