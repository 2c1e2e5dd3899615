//! `POST /progress-reports/reviews` and `POST /progress-reports/clearances`: many at once

use reqwest::Method;
use serde_json::{Value, json};

use super::{Cast, REPORTS, act, path, report_on};
use crate::support::{Caller, Reply, TestApp};

const BULK: &str = "/api/v1/progress-reports/reviews";
const CLEARANCES: &str = "/api/v1/progress-reports/clearances";

/// Submitted reports of three towns.
async fn three(app: &TestApp) -> Vec<Reply> {
    let mut reports = Vec::new();
    for unit in ["humen", "changan", "houjie"] {
        let reporter = app.bearing(Some(app.token("chen", &["unit_reporter"], Some(unit), &[])));
        let made = reporter
            .post(REPORTS, &report_on(&format!("dg-2017.1.1.d1.{unit}.2017Q2")))
            .await
            .expect(201);
        reports.push(act(&reporter, &path(&made), "submit", "*", &json!({})).await.ok());
    }
    reports
}

fn items(reports: &[Reply]) -> Vec<Value> {
    let item = |reply: &Reply| json!({"id": reply.json()["id"], "version": reply.json()["version"]});
    reports.iter().map(item).collect()
}

async fn statuses(caller: &Caller<'_>) -> Vec<String> {
    let mut found = crate::support::texts(&caller.walk(REPORTS).await, "status");
    found.sort();
    found
}

on_both! {
    async fn each_has_its_own_result(app: &TestApp) {
        let Cast { coordinator, .. } = Cast::of(app);
        let mut items = items(&three(app).await);
        items[1]["version"] = json!(1);
        items.push(json!({"id": "019a1b2c-3d4e-7f00-8000-000000000000", "version": 1}));
        let result = coordinator.post(BULK, &json!({"decision": "accept", "note": "齐全", "reports": items})).await.ok().json();
        let told: Vec<u64> = result["items"].as_array().unwrap().iter().map(|item| item["status"].as_u64().unwrap()).collect();
        assert_eq!((told, result["done"].as_u64(), result["failed"].as_u64()), (vec![200, 412, 200, 404], Some(2), Some(2)));
        assert_eq!((result["items"][0]["version"].as_i64(), result["items"][1]["code"].as_str()), (Some(3), Some("stale")));
        assert_eq!(statuses(&coordinator).await, ["accepted", "accepted", "submitted"]);
    }

    async fn says_what_is_wrong_in_the_language_of_the_caller(app: &TestApp) {
        let Cast { coordinator, .. } = Cast::of(app);
        let mut items = items(&three(app).await);
        items[0]["version"] = json!(1);
        let review = json!({"decision": "accept", "reports": items});
        let said = async |language: &str| {
            let request = coordinator.request(Method::POST, BULK).header("Accept-Language", language).json(&review);
            Reply::to(request).await.ok().json()["items"][0]["detail"].as_str().unwrap().to_owned()
        };
        assert!(said("en").await.starts_with("there is a newer version"));
        assert!(said("zh-CN").await.starts_with("已有新版本"));
    }

    async fn all_or_none_when_asked(app: &TestApp) {
        let Cast { coordinator, .. } = Cast::of(app);
        let mut items = items(&three(app).await);
        let right = items.clone();
        items[2]["version"] = json!(1);
        let problem = coordinator.post(BULK, &json!({"decision": "return", "note": "请补充", "atomic": true, "reports": items})).await.problem(422, "invalid");
        assert_eq!((problem["errors"].as_array().unwrap().len(), problem["errors"][0]["pointer"].as_str()), (1, Some("/reports/2")));
        assert_eq!(statuses(&coordinator).await, ["submitted"; 3]);
        coordinator.post(BULK, &json!({"decision": "return", "note": "请补充", "atomic": true, "reports": right})).await.ok();
        assert_eq!(statuses(&coordinator).await, ["returned"; 3]);
    }

    async fn what_cannot_be_read_changes_nothing(app: &TestApp) {
        let Cast { coordinator, reporter, .. } = Cast::of(app);
        let items = items(&three(app).await);
        for (body, pointers) in [
            (json!({"decision": "return", "reports": items}), &["/note"][..]),
            (json!({"decision": "accept", "reports": []}), &["/reports"]),
            (json!({"decision": "accept", "reports": [items[0], items[0]]}), &["/reports/1/id"]),
            (json!({"decision": "return", "reports": [items[0], items[0], items[0]]}), &["/note", "/reports/1/id", "/reports/2/id"]),
        ] {
            let problem = coordinator.post(BULK, &body).await.problem(422, "invalid");
            let found: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect();
            assert_eq!(found, pointers);
        }
        reporter.post(BULK, &json!({"decision": "accept", "reports": items})).await.problem(403, "forbidden");
        assert_eq!(statuses(&coordinator).await, ["submitted"; 3]);
    }

    /// Each by whoever may clear it, and not by who accepted it; none is public before.
    async fn many_are_cleared_or_withheld(app: &TestApp) {
        let Cast { coordinator, .. } = Cast::of(app);
        let reports = three(app).await;
        let all = json!({"decision": "accept", "reports": items(&reports)});
        coordinator.post(BULK, &all).await.ok();
        let item = |reply: &Reply, version: i64| json!({"id": reply.json()["id"], "version": version});
        let accepted: Vec<Value> = reports.iter().map(|report| item(report, 3)).collect();
        let judge = app.somebody("sun", "secrecy_reviewer", None);
        let clear = json!({"decision": "clear", "note": "不涉密", "reports": accepted});
        for caller in [&coordinator, &app.somebody("he", "unit_reporter", Some("humen")), &app.role("auditor")] {
            caller.post(CLEARANCES, &clear).await.problem(403, "forbidden");
        }
        let public = async || app.anonymous().get(&format!("{REPORTS}?limit=1")).await.ok().json()["total"].clone();
        assert_eq!(public().await, 0);
        // A reviewer of a unit judges its own, and is told of no others.
        let of_unit = app.somebody("qian", "secrecy_reviewer", Some("humen"));
        let own = of_unit.post(CLEARANCES, &clear).await.ok().json();
        let told: Vec<(u64, Option<i64>)> = own["items"].as_array().unwrap().iter().map(|item| (item["status"].as_u64().unwrap(), item["version"].as_i64())).collect();
        assert_eq!(told, [(200, Some(4)), (404, None), (404, None)]);
        assert_eq!((own["done"].as_u64(), own["failed"].as_u64(), public().await), (Some(1), Some(2), json!(1)));
        // What was read before is not what is decided on.
        let stale = judge.post(CLEARANCES, &json!({"decision": "withhold", "note": "涉密", "atomic": true, "reports": accepted})).await.problem(422, "invalid");
        assert_eq!(stale["errors"][0]["pointer"], "/reports/0");
        assert_eq!(public().await, 1);
        let now = [item(&reports[0], 4), item(&reports[1], 3), item(&reports[2], 3)];
        let unexplained = judge.post(CLEARANCES, &json!({"decision": "withhold", "reports": now})).await.problem(422, "invalid");
        assert_eq!(unexplained["errors"][0]["pointer"], "/note");
        let withheld = judge.post(CLEARANCES, &json!({"decision": "withhold", "note": "涉密", "reports": now})).await.ok().json();
        assert_eq!((withheld["done"].as_u64(), public().await), (Some(3), json!(0)));
        let publication = crate::support::texts(&coordinator.walk(REPORTS).await, "publication");
        assert_eq!(publication, ["withheld"; 3]);
    }

    /// Whoever accepted one does not clear it: that one is refused, and the others are not.
    async fn who_accepted_does_not_clear(app: &TestApp) {
        let reports = three(app).await;
        let both = app.bearing(Some(app.token("zhao", &["coordinator", "secrecy_reviewer"], None, &[])));
        let listed = items(&reports);
        both.post(BULK, &json!({"decision": "accept", "reports": [listed[0]]})).await.ok();
        app.somebody("qian", "coordinator", None).post(BULK, &json!({"decision": "accept", "reports": [listed[1]]})).await.ok();
        let accepted: Vec<Value> = reports[..2].iter().map(|report| json!({"id": report.json()["id"], "version": 3})).collect();
        let told = both.post(CLEARANCES, &json!({"decision": "clear", "reports": accepted})).await.ok().json();
        let statuses: Vec<u64> = told["items"].as_array().unwrap().iter().map(|item| item["status"].as_u64().unwrap()).collect();
        assert_eq!(statuses, [403, 200]);
    }
}
