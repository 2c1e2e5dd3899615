//! `POST /progress-reports/reviews`: many at once

use reqwest::Method;
use serde_json::{Value, json};

use super::{Cast, REPORTS, act, path, report_on};
use crate::support::{Caller, Reply, TestApp};

const BULK: &str = "/api/v1/progress-reports/reviews";

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
}
