//! A feed that is followed with `after=` has every change once, in order, while others write.

use std::time::Duration;

use futures_util::future::{join, join_all};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::support::{Caller, Engine, TestApp, fixtures, texts};

const WRITERS: usize = 32;
/// What each writer leaves in the log, in this order.
const LEFT: &[&str] = &[
    "plan.created",
    "plan.updated",
    "task.created",
    "plan.published",
    "requirement.updated",
];

async fn write(caller: Caller<'_>, id: &str) {
    caller.post("/api/v1/plans", &fixtures::plan(id)).await.expect(201);
    let plan = format!("/api/v1/plans/{id}");
    caller.patch(&plan, "*", &json!({"title": "标题"})).await.ok();
    let task = json!({"plan_id": id, "title": "新增的任务"});
    caller.post("/api/v1/tasks", &task).await.expect(201);
    caller.transition(&format!("{plan}/publish"), "*").await.ok();
    let change = json!({"text": "改过的要求。", "reason": "理由"});
    caller
        .patch(&format!("/api/v1/requirements/{id}.1.1"), "*", &change)
        .await
        .ok();
}

/// Follows the feed until it has `wanted` entries. Numbers never leave a gap, not even for a moment.
async fn follow(caller: &Caller<'_>, mut after: u64, wanted: usize) -> Vec<Value> {
    let mut seen: Vec<Value> = Vec::new();
    while seen.len() < wanted {
        let page = caller
            .get(&format!("/api/v1/audit-events?after={after}&limit=7"))
            .await
            .ok()
            .json();
        let items = page["items"].as_array().unwrap().clone();
        assert!(page["total"].as_u64().unwrap() >= items.len() as u64);
        for item in items {
            after += 1;
            assert_eq!(item["seq"], after);
            seen.push(item);
        }
    }
    seen
}

async fn everything_once_in_order(replicas: &[&TestApp]) {
    let ids: Vec<String> = (0..WRITERS).map(|number| format!("plan-{number}")).collect();
    let auditors: Vec<Caller<'_>> = replicas.iter().map(|app| app.role("auditor")).collect();
    let first = auditors[0].get("/api/v1/audit-events?limit=1").await.ok().json()["total"]
        .as_u64()
        .unwrap();
    let writers = join_all(
        ids.iter()
            .enumerate()
            .map(|(number, id)| write(replicas[number % replicas.len()].coordinator(), id)),
    );
    let readers = join_all(
        auditors
            .iter()
            .map(|auditor| follow(auditor, first, WRITERS * LEFT.len())),
    );
    let (_, feeds) = timeout(Duration::from_mins(2), join(writers, readers)).await.unwrap();
    for feed in &feeds {
        assert!(feed == &feeds[0], "two readers have seen different things");
    }
    for id in &ids {
        let of_plan = feeds[0].iter().filter(|item| item["plan_id"] == **id);
        assert_eq!(texts(of_plan, "event"), LEFT, "{id}");
    }
    let last = auditors[0]
        .get("/api/v1/audit-events?sort=-seq&limit=1")
        .await
        .ok()
        .json();
    assert_eq!(last["items"][0], *feeds[0].last().unwrap());
}

#[actix_web::test]
async fn with_many_writers() {
    let app = TestApp::start(Engine::Sqlite).await;
    app.during(async |app: &TestApp| everything_once_in_order(&[app]).await)
        .await;
}

#[actix_web::test]
async fn with_many_writers_on_several_replicas() {
    let app = TestApp::start(Engine::Postgres).await;
    app.during(async |first: &TestApp| {
        let second = first.replica().await;
        second
            .during(async |second: &TestApp| {
                let third = first.replica().await;
                third
                    .during(async |third: &TestApp| everything_once_in_order(&[first, second, third]).await)
                    .await;
            })
            .await;
    })
    .await;
}

/// A writer that has not committed yet keeps nobody's entry back, and comes later itself.
#[actix_web::test]
async fn a_slow_writer_keeps_nobody_back() {
    let app = TestApp::start(Engine::Postgres).await;
    app.during(async |app: &TestApp| {
        fixtures::draft(app, "dg-2018").await;
        fixtures::holding(app, "plan:dg-2018", async |release| {
            let note = json!({"note": "备注"});
            app.coordinator().patch("/api/v1/units/hbj", "*", &note).await.ok();
            let seen = follow(&app.role("auditor"), 73, 2).await;
            assert_eq!(texts(&seen, "event"), ["plan.created", "unit.updated"]);
            release.send(()).unwrap();
        })
        .await;
    })
    .await;
}
