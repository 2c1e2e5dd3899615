//! `POST /progress-reports/{id}/accept` and the other judgements: by one who did not write it, and once

use futures_util::future::join;
use serde_json::json;

use super::{Cast, OBLIGATION, REPORTS, act, path, report, report_on};

on_both! {
    async fn nobody_judges_what_they_wrote(app: &TestApp) {
        let all = ["unit_reporter", "unit_approver", "coordinator", "secrecy_reviewer"];
        let one = app.bearing(Some(app.token("qian", &all, Some("hbj"), &[])));
        let cast = Cast::of(app);
        let path = path(&one.post(REPORTS, &report_on(OBLIGATION)).await.expect(201));
        let submitted = act(&one, &path, "submit", "*", &json!({})).await.ok();
        assert_eq!(submitted.json()["allowed_actions"], json!(["withdraw"]));
        act(&one, &path, "accept", "*", &json!({})).await.problem(403, "forbidden");
        act(&one, &path, "return", "*", &json!({"reason": "x"})).await.problem(403, "forbidden");
        act(&cast.coordinator, &path, "accept", "*", &json!({})).await.ok();
        act(&one, &path, "clear", "*", &json!({})).await.problem(403, "forbidden");
        // Nor who only changed a word of it later.
        act(&cast.reporter, &path, "revise", "*", &json!({})).await.ok();
        cast.approver.patch(&path, "*", &json!({"measures": "已逐项核对"})).await.ok();
        let settings = json!({"settings": {"unit_signoff": true}, "reason": "实行审签"});
        app.coordinator().patch("/api/v1/plans/dg-2017", "*", &settings).await.ok();
        act(&cast.reporter, &path, "submit", "*", &json!({})).await.ok();
        act(&cast.approver, &path, "sign", "*", &json!({})).await.problem(403, "forbidden");
    }

    async fn two_coordinators_at_once(app: &TestApp) {
        let cast = Cast::of(app);
        let path = report(&cast, &["submit"]).await;
        let other = app.bearing(Some(app.token("wu", &["coordinator"], None, &[])));
        let etag = other.get(&path).await.ok().etag();
        let (accept, refuse) = (json!({}), json!({"reason": "请补充"}));
        let (one, two) = join(
            act(&cast.coordinator, &path, "accept", &etag, &accept),
            act(&other, &path, "return", &etag, &refuse),
        ).await;
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412], "{} {}", one.text(), two.text());
    }

    async fn a_closed_plan_takes_no_reports_but_may_still_be_cleared(app: &TestApp) {
        let cast = Cast::of(app);
        let path = report(&cast, &["submit", "accept"]).await;
        app.coordinator().transition("/api/v1/plans/dg-2017/close?accept_unfinished=true", "*").await.ok();
        act(&cast.reporter, &path, "revise", "*", &json!({})).await.problem(409, "wrong_state");
        cast.reporter.post(REPORTS, &report_on("dg-2017.17.3.d2.hbj.2017Q1")).await.problem(409, "wrong_state");
        act(&cast.secrecy, &path, "clear", "*", &json!({})).await.ok();
        app.anonymous().get(&path).await.ok();
    }
}
