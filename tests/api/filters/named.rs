//! What a filter names must be there, as far as the caller may know of it.

use super::*;
use crate::{
    reports::{REPORTS, report_on},
    support::{TestApp, sample::feedback::portal},
};

const NOBODYS: &str = "0189dcd5-3d5f-7000-8000-000000000000";
const OBLIGATION: &str = "dg-2017.17.3.d2.hbj.2017Q2";

fn of_unit<'a>(app: &'a TestApp, unit: &str) -> Caller<'a> {
    app.bearing(Some(app.token("reporter", &["unit_reporter"], Some(unit), &[])))
}

async fn made(caller: &Caller<'_>, list: &str, body: &Value) -> String {
    let reply = caller.post(&format!("/api/v1/{list}"), body).await.expect(201);
    reply.header("location").rsplit('/').next().unwrap().to_owned()
}

/// A report that nobody has handed in, and a notice that nobody has issued.
async fn drafts(app: &TestApp) -> (String, String) {
    let report = made(&of_unit(app, "hbj"), "progress-reports", &report_on(OBLIGATION)).await;
    let notice = json!({
        "plan_id": "dg-2017", "kind": "reminder", "level": "blue", "subject": "催办", "text": "请报送。", "units": ["hbj"],
        "reply_by": "2017-07-07"
    });
    (report, made(&app.coordinator(), "notices", &notice).await)
}

on_both! {
    async fn what_is_not_there_is_told(app: &TestApp) {
        let (report, notice) = drafts(app).await;
        let submitted = crate::reports::act(&of_unit(app, "hbj"), &format!("{REPORTS}/{report}"), "submit", "*", &json!({})).await;
        submitted.ok();
        let office = app.all_roles(&[]);
        for (list, name, known, unknown) in [
            ("progress-reports", "obligation", OBLIGATION, "dg-2017.17.3.d2.hbj.2019Q2"),
            ("extensions", "obligation", OBLIGATION, "dg-2017.17.3.d2.humen.2017Q2"),
            ("notices", "obligation", OBLIGATION, "dg-2099.1.1.d1.hbj.2017"),
            ("second-reviews", "notice", &notice, NOBODYS),
            ("second-reviews", "progress_report", &report, NOBODYS),
            ("feedback", "report", &report, NOBODYS),
            ("feedback/summary", "report", &report, NOBODYS),
            ("obligations", "period", "2017Q2", "2031Q2"),
            ("progress-reports", "period", "2017-06", "2016-06"),
        ] {
            office.find(&format!("/api/v1/{list}"), &[(name, known)]).await.ok();
            let problem = refused(&office, list, &[(name, known), (name, unknown)], name).await;
            assert!(problem["detail"].as_str().unwrap().contains(unknown), "{problem}");
        }
    }

    /// Another year's period is one of the plan that has it, and of no other.
    async fn a_period_is_one_of_the_plans_asked_for(app: &TestApp) {
        fixtures::published(app, "dg-2018").await;
        let caller = app.coordinator();
        caller.get("/api/v1/obligations?period=2018Q1").await.ok();
        for place in [("plan", "dg-2018"), ("task", "dg-2018.1"), ("requirement", "dg-2018.1.2")] {
            caller.find("/api/v1/obligations", &[("period", "2018Q1"), place]).await.ok();
            refused(&caller, "obligations", &[("period", "2017Q1"), place], "period").await;
        }
        refused(&caller, "progress-reports", &[("period", "2018Q1"), ("plan", "dg-2017")], "period").await;
        caller.find("/api/v1/obligations", &[("period", "e7"), ("period", "waiting"), ("plan", "dg-2017")]).await.ok();
    }

    /// What was withdrawn from the ledger can still be asked for, and what others owe.
    async fn what_was_there_once_is_known(app: &TestApp) {
        let caller = app.coordinator();
        caller.delete("/api/v1/requirements/dg-2017.17.3?reason=%E5%B9%B6%E5%85%A5", "*").await.expect(204);
        for list in ["progress-reports", "extensions", "notices"] {
            caller.find(&format!("/api/v1/{list}"), &[("obligation", "dg-2017.17.3.d2.hbj.2017Q4")]).await.ok();
        }
    }

    /// What may not be known of is as unknown as what is not there, to the byte.
    async fn what_is_hidden_is_as_unknown_as_nothing(app: &TestApp) {
        let (report, notice) = drafts(app).await;
        let humen = of_unit(app, "humen");
        let anybody = app.anonymous();
        for (caller, list, name, hidden, unknown) in [
            (&anybody, "feedback", "report", report.as_str(), NOBODYS),
            (&anybody, "feedback/summary", "report", &report, NOBODYS),
            (&humen, "feedback", "report", &report, NOBODYS),
            (&humen, "second-reviews", "progress_report", &report, NOBODYS),
            (&humen, "second-reviews", "notice", &notice, NOBODYS),
            // The day of a unit's work is in no plan: whether it owes this is not told by what is listed.
            (&humen, "progress-reports", "obligation", OBLIGATION, "dg-2017.17.3.d2.hbj.2019Q2"),
            (&anybody, "progress-reports", "obligation", OBLIGATION, "dg-2017.17.3.d2.hbj.2019Q2"),
            (&humen, "extensions", "obligation", OBLIGATION, "dg-2017.17.3.d2.hbj.2019Q2"),
        ] {
            let path = format!("/api/v1/{list}");
            let ask = async |value: &str| {
                let reply = caller.find(&path, &[(name, value)]).await;
                let (status, text) = (reply.status, reply.text().replace(value, "…"));
                let mut said: Value = serde_json::from_str(&text).unwrap();
                said["request_id"] = Value::Null;
                (status, said)
            };
            assert_eq!(ask(hidden).await, ask(unknown).await, "{list} {name}");
        }
        // What is theirs is told.
        refused(&humen, "extensions", &[("obligation", "dg-2017.17.3.d2.humen.2017Q2")], "obligation").await;
    }

    /// A report that is public is known to everybody, and so is what was said of it.
    async fn what_is_public_is_known(app: &TestApp) {
        let (report, _) = drafts(app).await;
        let act = async |caller: &Caller<'_>, step: &str| {
            crate::reports::act(caller, &format!("{REPORTS}/{report}"), step, "*", &json!({})).await.ok();
        };
        act(&of_unit(app, "hbj"), "submit").await;
        act(&app.coordinator(), "accept").await;
        act(&app.bearing(Some(app.token("sun", &["secrecy_reviewer"], None, &[]))), "clear").await;
        made(&portal(app, "portal"), "feedback", &json!({"report_id": report, "rating": 5, "text": "很好"})).await;
        for caller in [app.anonymous(), of_unit(app, "humen"), app.coordinator()] {
            caller.find("/api/v1/feedback", &[("report", &report)]).await.ok();
            caller.find("/api/v1/feedback/summary", &[("report", &report)]).await.ok();
        }
    }
}
