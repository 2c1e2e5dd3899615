//! Steps that are refused, and why.

use futures_util::future::join;
use serde_json::json;

use super::{Cast, OBLIGATION, REPORTS, act, path, report, report_on};
use crate::support::Reply;

on_both! {
    async fn a_wrong_step_is_told_what_is_allowed(app: &TestApp) {
        let cast = Cast::of(app);
        let path = report(&cast, &["submit"]).await;
        let problem = act(&cast.reporter, &path, "submit", "*", &json!({})).await.problem(409, "wrong_state");
        assert_eq!(problem["allowed_actions"], json!(["withdraw"]));
        let problem = act(&cast.secrecy, &path, "clear", "*", &json!({})).await.problem(404, "not_found");
        assert!(problem.get("allowed_actions").is_none(), "what is not accepted does not exist for a secrecy reviewer");
        act(&cast.coordinator, &path, "accept", "*", &json!({})).await.ok();
        let problem = act(&cast.coordinator, &path, "return", "*", &json!({"reason": "x"})).await.problem(409, "wrong_state");
        assert_eq!(problem["allowed_actions"], json!([]));
        let problem = act(&cast.reporter, &path, "withdraw", "*", &json!({})).await.problem(409, "wrong_state");
        assert_eq!(problem["allowed_actions"], json!(["revise"]));
        cast.reporter.patch(&path, "*", &json!({"percent": 1})).await.problem(409, "wrong_state");
        cast.reporter.delete(&path, "*").await.problem(409, "wrong_state");
    }

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
        cast.approver.patch(&path, "*", &json!({"percent": 100})).await.ok();
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

    async fn a_report_is_of_the_callers_unit_and_one_at_a_time(app: &TestApp) {
        let cast = Cast::of(app);
        let new = report_on(OBLIGATION);
        let problem = cast.stranger.post(REPORTS, &new).await.problem(422, "invalid");
        let unknown = cast.stranger.post(REPORTS, &report_on("dg-2017.17.3.d2.hbj.2099Q1")).await.problem(422, "invalid");
        assert_eq!((&problem["errors"], &problem["detail"]), (&unknown["errors"], &unknown["detail"]), "another unit's is the same as none");
        cast.coordinator.post(REPORTS, &new).await.problem(403, "forbidden");
        let mut named = new.clone();
        named["unit"] = json!("humen");
        cast.reporter.post(REPORTS, &named).await.problem(422, "invalid");
        cast.reporter.post(REPORTS, &new).await.expect(201);
        cast.reporter.post(REPORTS, &new).await.problem(409, "already_exists");
        // What has not begun, or waits, cannot be reported on.
        cast.reporter.post(REPORTS, &report_on("dg-2017.17.3.d2.hbj.2017Q3")).await.problem(409, "wrong_state");
    }

    async fn what_is_wrong_with_it_is_said_with_its_place(app: &TestApp) {
        let cast = Cast::of(app);
        let body = json!({
            "obligation_id": OBLIGATION, "percent": 101, "measures": "",
            "evidence": [{"title": "", "url": "javascript:alert(1)", "published_on": "2017-07-01"}],
            "indicators": [{"indicator_id": "dg-2017.26.1.i1", "value": 1}]
        });
        let problem = cast.reporter.post(REPORTS, &body).await.problem(422, "invalid");
        let pointers: Vec<&str> = problem["errors"].as_array().unwrap().iter().map(|fault| fault["pointer"].as_str().unwrap()).collect();
        assert_eq!(pointers, ["/measures", "/percent", "/evidence/0/title", "/evidence/0/url", "/evidence/0/published_on", "/indicators/0/indicator_id"]);
        assert_eq!(cast.reporter.get(REPORTS).await.ok().json()["total"], 0, "and nothing was made");
    }

    async fn indicators_are_held_against_their_targets(app: &TestApp) {
        let rows = app.role("auditor").walk("/api/v1/obligations?requirement=dg-2017.26.1&limit=200&as_of=2017-06-30&state=open").await;
        let row = &rows[0];
        let unit = row["unit"]["code"].as_str().unwrap();
        let reporter = app.bearing(Some(app.token("wang", &["unit_reporter"], Some(unit), &[])));
        let mut body = report_on(row["id"].as_str().unwrap());
        body["indicators"] = json!([{"indicator_id": "dg-2017.26.1.i1", "value": 80, "unit": "个"}]);
        let problem = reporter.post(REPORTS, &body).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], "/indicators/0/unit");
        body["indicators"] = json!([{"indicator_id": "dg-2017.26.1.i1", "value": 80}, {"indicator_id": "dg-2017.26.1.i2", "value": 79.9, "unit": "%"}]);
        let made = reporter.post(REPORTS, &body).await.expect(201);
        let met: Vec<bool> = made.json()["indicators"].as_array().unwrap().iter().map(|reading| reading["met"].as_bool().unwrap()).collect();
        assert_eq!(met, [true, false]);
        // Who claims completion gives all seven.
        let problem = act(&reporter, &path(&made), "submit", "*", &json!({})).await.problem(422, "invalid");
        assert_eq!(problem["errors"].as_array().unwrap().len(), 5);
        let values: Vec<_> = (1..=7).map(|n| json!({"indicator_id": format!("dg-2017.26.1.i{n}"), "value": 90})).collect();
        reporter.patch(&path(&made), "*", &json!({"indicators": values})).await.ok();
        act(&reporter, &path(&made), "submit", "*", &json!({})).await.ok();
    }

    async fn the_documents_examples_work(app: &TestApp) {
        let cast = Cast::of(app);
        let document = crate::support::document::Document::of(app).await;
        let example = |id: &str| {
            let operations = document.operations();
            let operation = operations.iter().find(|operation| operation.id() == id).unwrap();
            operation.value["requestBody"]["content"]["application/json"]["example"].clone()
        };
        let path = path(&cast.reporter.post(REPORTS, &example("create_report")).await.expect(201));
        cast.reporter.patch(&path, "*", &example("update_report")).await.ok();
        for (caller, action, body) in [
            (&cast.reporter, "submit", json!({})),
            (&cast.coordinator, "return", example("return_report")),
            (&cast.reporter, "submit", json!({})),
            (&cast.coordinator, "accept", example("accept_report")),
            (&cast.secrecy, "withhold", example("withhold_report")),
            (&cast.secrecy, "clear", example("clear_report")),
        ] {
            act(caller, &path, action, "*", &body).await.ok();
        }
        let result = cast.coordinator.post(&format!("{REPORTS}/reviews"), &example("review_reports")).await.ok().json();
        assert_eq!(result["failed"], 1, "there is no such report");
    }

    async fn a_key_makes_a_step_once(app: &TestApp) {
        let cast = Cast::of(app);
        let path = report(&cast, &[]).await;
        let submit = || {
            let request = cast.reporter.request(reqwest::Method::POST, &format!("{path}/submit"));
            Reply::to(request.header("If-Match", "\"1\"").header("Idempotency-Key", "k-1"))
        };
        let first = submit().await.ok();
        let again = submit().await.ok();
        assert_eq!((first.json(), again.header("idempotency-replayed")), (again.json(), "true"));
        act(&cast.reporter, &path, "submit", "\"1\"", &json!({})).await.problem(412, "stale");
        let request = cast.reporter.request(reqwest::Method::POST, &format!("{path}/withdraw"));
        Reply::to(request).await.problem(428, "precondition_required");
    }

    async fn a_draft_can_be_deleted_and_a_withdrawn_report_goes_on(app: &TestApp) {
        let cast = Cast::of(app);
        let draft = report(&cast, &[]).await;
        cast.reporter.delete(&draft, "*").await.expect(204);
        cast.reporter.get(&draft).await.problem(404, "not_found");
        let path = report(&cast, &["submit", "withdraw"]).await;
        cast.coordinator.get(&path).await.problem(404, "not_found");
        let mine = cast.reporter.get(&path).await.ok().json();
        assert_eq!((mine["status"].as_str(), mine.get("reported_on"), mine["allowed_actions"].clone()), (Some("withdrawn"), None, json!(["update", "submit"])));
        act(&cast.reporter, &path, "submit", "*", &json!({})).await.ok();
        assert_eq!(cast.coordinator.get(&path).await.ok().json()["status"], "submitted");
    }

    async fn a_closed_plan_takes_no_reports_but_may_still_be_cleared(app: &TestApp) {
        let cast = Cast::of(app);
        let path = report(&cast, &["submit", "accept"]).await;
        app.coordinator().transition("/api/v1/plans/dg-2017/close", "*").await.ok();
        act(&cast.reporter, &path, "revise", "*", &json!({})).await.problem(409, "wrong_state");
        cast.reporter.post(REPORTS, &report_on("dg-2017.17.3.d2.hbj.2017Q1")).await.problem(409, "wrong_state");
        act(&cast.secrecy, &path, "clear", "*", &json!({})).await.ok();
        app.anonymous().get(&path).await.ok();
    }
}
