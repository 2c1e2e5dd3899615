//! A backup is restored while replicas run, or a server takes over that lacks the last transactions: nothing that was lost
//! is served, and who follows is told.

use serde_json::{Value, json};

use crate::{
    reports::{REPORTS, report_on},
    support::{Caller, TestApp, backup::Backup, database::sealed},
};

const REQUIREMENT: &str = "/api/v1/requirements/dg-2017.17.1";
const UNIT: &str = "/api/v1/units/czj";

/// What is kept in memory in one way or another.
const READS: &[&str] = &[
    REQUIREMENT,
    UNIT,
    "/api/v1/requirements?task=dg-2017.17",
    "/api/v1/tasks?embed=requirements&task=dg-2017.17",
    "/api/v1/obligations?unit=hbj&limit=200&embed=report",
    "/api/v1/obligations?state=submitted&limit=200",
    "/api/v1/obligations?group_by=light",
    "/api/v1/obligations?format=csv&unit=hbj",
    "/api/v1/obligations?as_of=2017-06-29&unit=hbj",
    "/api/v1/plans/dg-2017/statistics?group_by=unit",
    "/api/v1/plans/dg-2017/board.svg",
    "/api/v1/plans/dg-2017/assessment",
    "/api/v1/progress-reports?limit=200",
    "/api/v1/progress-reports?q=%E6%95%B4%E6%94%B9",
    "/api/v1/me/todo",
];

/// What everybody is told there.
async fn told(app: &TestApp) -> Vec<(String, String)> {
    let mut told = Vec::new();
    let hbj = app.somebody("wang", "unit_reporter", Some("hbj"));
    for caller in [app.coordinator(), app.role("auditor"), app.anonymous(), hbj] {
        for path in READS {
            let reply = caller.get(path).await;
            let text = reply.text().replace(&app.base, "");
            let text = if reply.status == 200 { text } else { String::new() };
            told.push(((*path).to_owned(), format!("{} {text}", reply.status)));
        }
    }
    told
}

/// What somebody is told who knows nothing of before.
async fn told_anew(app: &TestApp) -> Vec<(String, String)> {
    let mut config = app.config.clone();
    config.ledger_memory_mib = 0;
    let fresh = app.replica_with(config).await;
    let told = told(&fresh).await;
    fresh.stop().await;
    told
}

async fn assert_told_the_same(apps: &[&TestApp], when: &str) {
    let expected = told_anew(apps[0]).await;
    for (number, app) in apps.iter().enumerate() {
        for (told, expected) in told(app).await.iter().zip(&expected) {
            assert_eq!(told, expected, "replica {number}, {when}");
        }
    }
}

async fn hand_in(app: &TestApp, obligation: &str) {
    let wang = app.somebody("wang", "unit_reporter", Some("hbj"));
    let mut report = report_on(obligation);
    // Who claims that has to give the values of indicators.
    report["claims_completion"] = json!(false);
    let path = wang.post(REPORTS, &report).await.expect(201);
    let path = path.header("location").to_owned();
    wang.step(&format!("{path}/submit"), &json!({})).await.ok();
    app.coordinator().step(&format!("{path}/accept"), &json!({})).await.ok();
}

async fn amend(app: &TestApp, text: &str) {
    let change = json!({"text": text, "reason": "测试修订"});
    app.coordinator().patch(REQUIREMENT, "*", &change).await.ok();
}

/// The ids of the rows of a page, in its order.
fn ids(page: &Value) -> Vec<String> {
    let rows = page["items"].as_array().unwrap().iter();
    rows.map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

/// Obligations of a unit on which nothing is reported.
async fn open(app: &TestApp) -> Vec<String> {
    let path = "/api/v1/obligations?unit=hbj&state=open&limit=200&fields=id";
    let page = app.coordinator().get(path).await.ok().json();
    ids(&page)
}

/// The next mark, whether all rows came, and their ids.
async fn pull(caller: &Caller<'_>, mark: &str) -> (String, bool, Vec<String>) {
    let page = caller
        .get(&format!("{REPORTS}?limit=200&changed_since={mark}"))
        .await
        .ok()
        .json();
    let mut ids = ids(&page);
    ids.sort();
    let changes = &page["changes"];
    (
        changes["mark"].as_str().unwrap().to_owned(),
        changes["complete"].as_bool().unwrap(),
        ids,
    )
}

async fn all(caller: &Caller<'_>) -> Vec<String> {
    let page = caller.get(&format!("{REPORTS}?limit=200")).await.ok().json();
    let mut ids = ids(&page);
    ids.sort();
    ids
}

async fn head(app: &TestApp) -> i64 {
    let path = "/api/v1/audit-events?sort=-seq&limit=1";
    app.role("auditor").get(path).await.ok().json()["items"][0]["seq"]
        .as_i64()
        .unwrap()
}

on_both! {
    async fn what_was_lost_is_not_served(app: &TestApp) {
        let replica = app.replica().await;
        let obligations = open(app).await;
        for obligation in &obligations[..2] {
            hand_in(app, obligation).await;
        }
        sealed(&app.app).await;
        let backup = Backup::of(&app.config).await;
        let then = told(app).await;
        for obligation in &obligations[2..5] {
            hand_in(app, obligation).await;
        }
        amend(app, "失去的修订。").await;
        app.coordinator().patch(UNIT, "*", &json!({"note": "失去的备注"})).await.ok();
        sealed(&app.app).await;
        let (lost, known) = (told(app).await, head(app).await);
        assert_ne!(lost, then);
        told(&replica).await;

        backup.restore(&app.config).await;
        let restored = || async {
            for app in [app, &replica] {
                // As the worker does it twice a second.
                app.app.renew().await.unwrap();
            }
        };
        restored().await;
        assert_eq!(told(app).await, then);
        assert_told_the_same(&[app, &replica], "the log is shorter than it was").await;

        // As many amendments as were lost: their numbers are the same.
        amend(app, "另一个修订。").await;
        hand_in(app, &obligations[5]).await;
        sealed(&app.app).await;
        assert!(head(app).await < known);
        restored().await;
        assert_told_the_same(&[app, &replica], "something was written").await;

        backup.restore(&app.config).await;
        for obligation in &obligations[6..12] {
            hand_in(&replica, obligation).await;
        }
        amend(&replica, "又一个修订。").await;
        sealed(&app.app).await;
        assert!(head(&replica).await > known);
        restored().await;
        assert_told_the_same(&[app, &replica], "the log is longer than it was").await;
        replica.stop().await;
    }

    async fn who_follows_is_told_all_anew(app: &TestApp) {
        let auditor = app.role("auditor");
        let obligations = open(app).await;
        hand_in(app, &obligations[0]).await;
        sealed(&app.app).await;
        let (common, _, _) = pull(&auditor, "start").await;
        let backup = Backup::of(&app.config).await;
        for obligation in &obligations[1..4] {
            hand_in(app, obligation).await;
        }
        sealed(&app.app).await;
        let (mark, complete, told) = pull(&auditor, &common).await;
        assert!(!complete && told.len() == 3);
        let known = head(app).await;

        backup.restore(&app.config).await;
        app.app.renew().await.unwrap();
        let (anew, complete, told) = pull(&auditor, &mark).await;
        assert!(complete, "the log is shorter than it was");
        assert_eq!(told, all(&auditor).await);
        assert_eq!(told.len(), 1);
        let (_, complete, told) = pull(&auditor, &anew).await;
        assert!(!complete && told.is_empty());
        let beyond = auditor.get(&format!("/api/v1/audit-events?after={known}")).await;
        assert_eq!(beyond.problem(400, "invalid_parameter")["errors"][0]["parameter"], "after");

        for obligation in &obligations[4..9] {
            hand_in(app, obligation).await;
        }
        sealed(&app.app).await;
        assert!(head(app).await > known);
        let (_, complete, told) = pull(&auditor, &mark).await;
        assert!(complete, "the log is longer than it was");
        assert_eq!(told, all(&auditor).await);
        // What was known before the backup goes on.
        let (_, complete, told) = pull(&auditor, &common).await;
        assert!(!complete && told.len() == 5, "{told:?}");
        let items = auditor.get(&format!("/api/v1/audit-events?after={}", head(app).await)).await.ok().json();
        assert_eq!(items["items"], Value::Array(Vec::new()));
    }
}
