//! Many writers at once: nothing is lost, nothing is done twice, nobody is turned away

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{
    Engine, TestApp,
    fixtures::{self, amendments, holding},
    texts,
};

const WRITERS: usize = 32;

/// Creates, edits, publishes and amends a plan.
async fn write(app: &TestApp, id: &str) {
    let caller = app.bearing(Some(app.token(&format!("author-of-{id}"), &["coordinator"], None, &[])));
    caller.post("/api/v1/plans", &fixtures::plan(id)).await.expect(201);
    let plan = format!("/api/v1/plans/{id}");
    caller
        .patch(
            &plan,
            &caller.etag(&plan).await,
            &json!({"title": format!("{id}的方案")}),
        )
        .await
        .ok();
    let task = json!({"plan_id": id, "title": "新增的任务", "requirements": [{"text": "新增的要求。"}]});
    caller.post("/api/v1/tasks", &task).await.expect(201);
    caller
        .transition(&format!("{plan}/publish?accept_open=true"), "*")
        .await
        .ok();
    let change = json!({"text": format!("{id}的要求。"), "reason": format!("{id}的理由")});
    caller
        .patch(&format!("/api/v1/requirements/{id}.3.1"), "\"1\"", &change)
        .await
        .ok();
}

on_both! {
    async fn of_plans_of_their_own(app: &TestApp) {
        let ids: Vec<String> = (0..WRITERS).map(|number| format!("plan-{number}")).collect();
        join_all(ids.iter().map(|id| write(app, id))).await;
        assert_eq!(app.anonymous().get("/api/v1/plans").await.ok().json()["total"], WRITERS + 1);
        for id in &ids {
            let plan = app.anonymous().get(&format!("/api/v1/plans/{id}?embed=requirements")).await.ok().json();
            assert_eq!((&plan["title"], &plan["version"]), (&json!(format!("{id}的方案")), &json!(3)));
            assert_eq!((&plan["task_count"], &plan["requirement_count"]), (&json!(3), &json!(3)));
            assert_eq!(plan["tasks"][2]["requirements"][0]["text"], format!("{id}的要求。"));
            let page = app.coordinator().get(&format!("/api/v1/plans/{id}/amendments")).await.ok().json();
            assert_eq!(page["total"], 1);
            let entry = &page["items"][0];
            assert_eq!(entry["actor"], format!("author-of-{id}"));
            assert_eq!(entry["reason"], format!("{id}的理由"));
            assert_eq!(entry["before"]["text"], "新增的要求。");
            assert_eq!(entry["after"]["text"], format!("{id}的要求。"));
        }
    }

    async fn of_one_plan(app: &TestApp) {
        let caller = app.coordinator();
        let page = caller.get("/api/v1/requirements?plan=dg-2017&limit=32").await.ok().json();
        let ids = texts(page["items"].as_array().unwrap(), "id");
        assert_eq!(ids.len(), WRITERS);
        let path = |id: &String| format!("/api/v1/requirements/{id}");
        let paths: Vec<String> = ids.iter().map(path).collect();
        let changes: Vec<Value> = ids.iter().map(|id| json!({"text": format!("{id}改。"), "reason": format!("{id}的理由")})).collect();
        let writes = paths.iter().zip(&changes).map(|(path, change)| caller.patch(path, "\"1\"", change));
        for reply in join_all(writes).await {
            assert_eq!(reply.ok().json()["version"], 2);
        }
        for (id, path) in ids.iter().zip(&paths) {
            assert_eq!(app.anonymous().get(path).await.ok().json()["text"], format!("{id}改。"));
        }
        let entries = caller.walk("/api/v1/plans/dg-2017/amendments?limit=10").await;
        let mut subjects = texts(&entries, "subject");
        let mut expected = ids;
        subjects.sort();
        expected.sort();
        assert_eq!(subjects, expected);
        for entry in &entries {
            let subject = entry["subject"].as_str().unwrap();
            assert_eq!(entry["reason"], format!("{subject}的理由"));
            assert_eq!(entry["after"]["text"], format!("{subject}改。"));
        }
    }

    async fn of_one_thing(app: &TestApp) {
        fixtures::published(app, "dg-2018").await;
        let caller = app.coordinator();
        // Each reads, changes and tries again when somebody was faster.
        let write = async |number: usize| {
            let path = "/api/v1/requirements/dg-2018.1.1";
            loop {
                let read = caller.get(path).await.ok();
                let text = format!("{} {number}", read.json()["text"].as_str().unwrap());
                let reply = caller.patch(path, &read.etag(), &json!({"text": text, "reason": "补充"})).await;
                if reply.status == 200 {
                    break;
                }
                reply.problem(412, "stale");
            }
        };
        join_all((0..8).map(write)).await;
        let requirement = caller.get("/api/v1/requirements/dg-2018.1.1").await.ok().json();
        assert_eq!(requirement["version"], 9);
        let words: Vec<&str> = requirement["text"].as_str().unwrap().split(' ').collect();
        for number in 0..8 {
            assert!(words.contains(&number.to_string().as_str()), "{number}: {words:?}");
        }
        assert_eq!(amendments(app, "dg-2018").await, 8);
    }

    async fn of_units(app: &TestApp) {
        let caller = app.coordinator();
        let unit = |number: usize| json!({
            "code": format!("dw-{number}"), "name": format!("第{number}单位"), "kind": "department"
        });
        let units: Vec<Value> = (0..WRITERS).map(unit).collect();
        for reply in join_all(units.iter().map(|unit| caller.post("/api/v1/units", unit))).await {
            reply.expect(201);
        }
        assert_eq!(app.anonymous().get("/api/v1/units").await.ok().json()["total"], 71 + WRITERS);
    }
}

/// On SQLite they do: it has one writer at a time.
#[actix_web::test]
async fn of_different_plans_do_not_wait_for_one_another() {
    let app = TestApp::start(Engine::Postgres).await;
    app.during(async |app: &TestApp| {
        fixtures::draft(app, "dg-2018").await;
        fixtures::draft(app, "dg-2019").await;
        holding(app, "plan:dg-2018", async |release| {
            write(app, "dg-2020").await;
            app.coordinator()
                .transition("/api/v1/plans/dg-2019/publish", "*")
                .await
                .ok();
            app.coordinator()
                .patch("/api/v1/units/hbj", "*", &json!({"note": "备注"}))
                .await
                .ok();
            release.send(()).unwrap();
        })
        .await;
    })
    .await;
}
