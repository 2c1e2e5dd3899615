//! `POST /progress-reports`

use serde_json::json;

use super::{Cast, OBLIGATION, REPORTS, act, path, report_on};
use crate::support::{fixtures::assert_faults, texts};

on_both! {
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

    async fn submitted_at_once_it_is_what_both_steps_make_of_it(app: &TestApp) {
        let (cast, auditor) = (Cast::of(app), app.role("auditor"));
        let rows = auditor.get("/api/v1/obligations?unit=hbj&state=open&limit=5").await.ok().json();
        let open = texts(rows["items"].as_array().unwrap(), "id");
        let new = |obligation: &str, submit: bool| {
            let mut new = report_on(obligation);
            new["submit"] = json!(submit);
            new
        };
        let mut lacking = new(&open[4], true);
        lacking["summary"] = json!("");
        lacking["percent"] = json!(99);
        let problem = cast.reporter.post(REPORTS, &lacking).await.problem(422, "invalid");
        assert_faults(&problem, &[("/summary", "required"), ("/percent", "conflict")]);
        for (pair, signoff, status) in [(&open[..2], false, "submitted"), (&open[2..4], true, "awaiting_signoff")] {
            let settings = json!({"settings": {"unit_signoff": signoff}, "reason": "审签"});
            app.coordinator().patch("/api/v1/plans/dg-2017", "*", &settings).await.ok();
            let begun = path(&cast.reporter.post(REPORTS, &new(&pair[0], false)).await.expect(201));
            act(&cast.reporter, &begun, "submit", "\"1\"", &json!({})).await.ok();
            let made = cast.reporter.post(REPORTS, &new(&pair[1], true)).await.expect(201);
            let shown = cast.reporter.get(&path(&made)).await.ok();
            assert_eq!((shown.json(), shown.etag(), &made.json()["status"]), (made.json(), made.etag(), &json!(status)));
            let mut told = Vec::new();
            for (report, obligation) in [(&begun, &pair[0]), (&path(&made), &pair[1])] {
                let report = cast.reporter.get(report).await.ok().json();
                let said = ["status", "version", "publication", "submitted_by", "submitted_at", "reported_on", "claims_completion", "allowed_actions"];
                let said = said.map(|field| report.get(field).cloned());
                let stands = auditor.get(&format!("/api/v1/obligations/{obligation}")).await.ok().json();
                let stands = (stands["state"].clone(), stands["version"].clone());
                let history = cast.reporter.walk(&format!("{REPORTS}/{}/history", report["id"].as_str().unwrap())).await;
                told.push((said, stands, texts(&history, "event")));
            }
            assert_eq!(told[0], told[1]);
        }
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
}
