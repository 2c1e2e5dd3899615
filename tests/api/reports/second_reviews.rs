//! 复核 of a return: within 30 days, by who had no part in it; overturned, the report is as if submitted.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Cast, REPORTS, act, obligation, report};
use crate::support::{Caller, Reply, TestApp, fixtures::assert_faults};

const REVIEWS: &str = "/api/v1/second-reviews";

async fn object(caller: &Caller<'_>, report: &str) -> Reply {
    let body = json!({"progress_report_id": report.rsplit('/').next().unwrap(), "reason": "网址已在佐证中"});
    caller.post(REVIEWS, &body).await
}

async fn objected(caller: &Caller<'_>, report: &str) -> String {
    object(caller, report).await.expect(201).header("location").to_owned()
}

async fn decide(caller: &Caller<'_>, review: &str, action: &str) -> Reply {
    let request = caller.request(Method::POST, &format!("{review}/{action}"));
    Reply::to(request.header("If-Match", "*").json(&json!({"reason": "经核实"}))).await
}

fn coordinator<'a>(app: &'a TestApp, subject: &str) -> Caller<'a> {
    app.bearing(Some(app.token(subject, &["coordinator"], None, &[])))
}

on_both! {
    async fn an_overturned_return_is_accepted_after_all(app: &TestApp) {
        let cast = Cast::of(app);
        let path = report(&cast, &["submit", "return"]).await;
        let asked = object(&cast.reporter, &path).await.expect(201).json();
        assert_eq!((&asked["subject_kind"], &asked["decide_by"]), (&json!("progress_report"), &json!("2017-07-30")));
        assert!(path.ends_with(asked["progress_report_id"].as_str().unwrap()) && asked.get("notice_id").is_none());
        let review = format!("{REVIEWS}/{}", asked["id"].as_str().unwrap());
        object(&cast.reporter, &path).await.problem(409, "already_exists");
        // Who returned it, and who wrote it, whatever else they are.
        for who in ["zhao", "wang"] {
            let caller = coordinator(app, who);
            assert_eq!(caller.get(&review).await.ok().json()["allowed_actions"], json!([]), "{who}");
            decide(&caller, &review, "overturn").await.problem(403, "forbidden");
        }
        let returned = format!("{REPORTS}?returned=true");
        assert_eq!(cast.coordinator.get(&returned).await.ok().json()["total"], 1);
        let qian = coordinator(app, "qian");
        assert_eq!(qian.get(&review).await.ok().json()["allowed_actions"], json!(["uphold", "overturn"]));
        let before = qian.get(&path).await.ok().json();
        assert_eq!(decide(&qian, &review, "overturn").await.ok().json()["status"], "overturned");
        let after = qian.get(&path).await.ok().json();
        assert_eq!((&after["status"], after["version"].as_i64()), (&json!("submitted"), before["version"].as_i64().map(|version| version + 1)));
        assert_eq!(obligation(app, "2017-06-30").await["state"], "submitted");
        assert_eq!(cast.coordinator.get(&returned).await.ok().json()["total"], 0, "it counts as never returned");
        act(&cast.coordinator, &path, "accept", "*", &json!({})).await.ok();
        assert_eq!(obligation(app, "2017-06-30").await["state"], "fulfilled");
        decide(&qian, &review, "uphold").await.problem(409, "wrong_state");
        let sql = "select event from log_entry where event like 'second_review.%' or event in ('progress_report.returned', 'progress_report.reinstated', 'progress_report.accepted') order by id";
        let expected = ["progress_report.returned", "second_review.requested", "second_review.overturned", "progress_report.reinstated", "progress_report.accepted"];
        assert_eq!(crate::support::database::select(&app.config, sql).await, expected);
    }

    async fn an_upheld_return_stays_and_the_next_one_may_be_objected_to(app: &TestApp) {
        let cast = Cast::of(app);
        let path = report(&cast, &["submit"]).await;
        object(&cast.reporter, &path).await.problem(409, "wrong_state");
        act(&cast.coordinator, &path, "return", "*", &json!({"reason": "请补充网址"})).await.ok();
        let review = objected(&cast.reporter, &path).await;
        let qian = coordinator(app, "qian");
        assert_eq!(decide(&qian, &review, "uphold").await.ok().json()["decision"], "经核实");
        assert_eq!(qian.get(&path).await.ok().json()["status"], "returned");
        object(&cast.reporter, &path).await.problem(409, "already_exists");
        act(&cast.reporter, &path, "submit", "*", &json!({})).await.ok();
        app.clock.set("2017-06-30T01:30:00Z".parse().unwrap());
        act(&cast.coordinator, &path, "return", "*", &json!({"reason": "仍缺网址"})).await.ok();
        object(&cast.reporter, &path).await.expect(201);
    }

    async fn is_asked_for_within_thirty_days_of_the_return(app: &TestApp) {
        let cast = Cast::of(app);
        let path = report(&cast, &["submit", "return"]).await;
        let reporter = || app.bearing(Some(app.token("wang", &["unit_reporter"], Some("hbj"), &[])));
        app.clock.set("2017-07-30T16:00:00Z".parse().unwrap());
        let said = object(&reporter(), &path).await.problem(409, "wrong_state");
        assert!(said["detail"].as_str().unwrap().contains("2017-07-30"), "{said}");
        app.clock.set("2017-07-30T15:59:59Z".parse().unwrap());
        object(&reporter(), &path).await.expect(201);
    }

    /// What was withdrawn does not lapse: the unit mends its report as if it had not objected.
    async fn is_withdrawn_and_the_return_stays(app: &TestApp) {
        let cast = Cast::of(app);
        let path = report(&cast, &["submit", "return"]).await;
        let review = objected(&cast.reporter, &path).await;
        act(&cast.stranger, &review, "withdraw", "*", &json!({})).await.problem(404, "not_found");
        act(&cast.reporter, &review, "withdraw", "*", &json!({})).await.ok();
        assert_eq!(cast.reporter.get(&path).await.ok().json()["status"], "returned");
        act(&cast.reporter, &path, "submit", "*", &json!({})).await.ok();
        assert_eq!(cast.reporter.get(&review).await.ok().json()["status"], "withdrawn");
    }

    async fn lapses_when_the_unit_goes_on_with_its_report(app: &TestApp) {
        let cast = Cast::of(app);
        let path = report(&cast, &["submit", "return"]).await;
        let review = objected(&cast.reporter, &path).await;
        cast.reporter.patch(&path, "*", &json!({"summary": "已补充网址"})).await.ok();
        let qian = coordinator(app, "qian");
        let seen = qian.get(&review).await.ok().json();
        assert_eq!((&seen["status"], &seen["allowed_actions"]), (&json!("lapsed"), &json!([])));
        act(&cast.reporter, &review, "withdraw", "*", &json!({})).await.problem(409, "wrong_state");
        decide(&qian, &review, "overturn").await.problem(409, "wrong_state");
        act(&cast.reporter, &path, "submit", "*", &json!({})).await.ok();
        app.clock.set("2017-06-30T01:30:00Z".parse().unwrap());
        act(&cast.coordinator, &path, "return", "*", &json!({"reason": "仍缺网址"})).await.ok();
        cast.reporter.patch(&path, "*", &json!({"summary": "再次补充"})).await.ok();
        // Nobody puts back into review what nobody has returned.
        object(&cast.reporter, &path).await.problem(409, "wrong_state");
    }

    async fn is_seen_by_the_unit_and_the_reviewing_offices(app: &TestApp) {
        let cast = Cast::of(app);
        let path = report(&cast, &["submit", "return"]).await;
        let problem = object(&cast.stranger, &path).await.problem(422, "invalid");
        assert_faults(&problem, &[("/progress_report_id", "not_found")]);
        object(&cast.coordinator, &path).await.problem(403, "forbidden");
        let id: Value = path.rsplit('/').next().unwrap().into();
        let problem = cast.reporter.post(REVIEWS, &json!({"reason": "理由"})).await.problem(422, "invalid");
        assert_faults(&problem, &[("/notice_id", "required")]);
        let both = json!({"reason": "理由", "notice_id": id, "progress_report_id": id});
        let problem = cast.reporter.post(REVIEWS, &both).await.problem(422, "invalid");
        assert_faults(&problem, &[("/progress_report_id", "conflict")]);
        let review = objected(&cast.reporter, &path).await;
        for caller in [&cast.reporter, &cast.approver, &cast.coordinator, &app.role("inspector"), &app.role("auditor")] {
            caller.get(&review).await.ok();
            for query in ["", "?unit=hbj", &format!("?progress_report={}", id.as_str().unwrap())] {
                assert_eq!(caller.get(&format!("{REVIEWS}{query}")).await.ok().json()["total"], 1);
            }
        }
        for caller in [&cast.stranger, &app.role("admin")] {
            caller.get(&review).await.problem(404, "not_found");
            assert_eq!(caller.get(REVIEWS).await.ok().json()["total"], 0);
        }
        cast.secrecy.get(&review).await.problem(403, "forbidden");
        app.anonymous().get(&review).await.problem(401, "unauthenticated");
        // Nor does what is public say how it came to be.
        act(&cast.reporter, &path, "submit", "*", &json!({})).await.ok();
        act(&cast.coordinator, &path, "accept", "*", &json!({})).await.ok();
        act(&cast.secrecy, &path, "clear", "*", &json!({})).await.ok();
        for (query, total) in [("", 1), ("?returned=true", 0), ("?returned=false", 0)] {
            assert_eq!(app.anonymous().get(&format!("{REPORTS}{query}")).await.ok().json()["total"], total, "{query}");
        }
        assert_eq!(cast.reporter.get(&format!("{REPORTS}?returned=true")).await.ok().json()["total"], 1);
    }
}
