//! Nothing is served from before a change: at once where it was made, soon everywhere.

use serde_json::{Value, json};

use super::get;
use crate::support::{Caller, Engine, Reply, TestApp, soon};

const REQUIREMENT: &str = "/api/v1/requirements/dg-2017.17.1";

/// All that says what 17.1 says.
const SAYING_IT: &[&str] = &[
    REQUIREMENT,
    "/api/v1/requirements?task=dg-2017.17",
    "/api/v1/requirements?limit=200",
    "/api/v1/requirements?format=csv",
    "/api/v1/requirements?format=ndjson",
    "/api/v1/requirements?unit=hbj&limit=200",
    "/api/v1/tasks/dg-2017.17?embed=requirements",
    "/api/v1/tasks?embed=requirements&task=dg-2017.17",
    "/api/v1/plans/dg-2017?embed=requirements",
    "/api/v1/plans?embed=requirements",
    "/api/v1/deadlines?requirement=dg-2017.17.1&embed=requirement",
    "/api/v1/deadlines/dg-2017.17.1.d1?embed=requirement",
];

/// Amends 17.1 through `caller`.
async fn amend(caller: &Caller<'_>, text: &str) -> Reply {
    let etag = caller.etag(REQUIREMENT).await;
    caller
        .patch(REQUIREMENT, &etag, &json!({"text": text, "reason": "测试修订"}))
        .await
        .ok()
}

async fn text_of(caller: &Caller<'_>) -> Value {
    caller.get(REQUIREMENT).await.ok().json()["text"].clone()
}

on_both! {
    async fn an_amendment_is_everywhere_at_once(app: &TestApp) {
        let readers = [app.anonymous(), app.role("unit_reporter"), app.coordinator()];
        let mut before = Vec::new();
        for reader in &readers {
            for path in SAYING_IT {
                let reply = reader.get(path).await.ok();
                assert!(!reply.text().contains("改了"), "{path}");
                before.push(reply.etag());
            }
        }
        amend(&app.coordinator(), "改了。").await;
        let mut before = before.iter();
        for reader in &readers {
            for path in SAYING_IT {
                // The copy from before is no longer good.
                let reply = get(reader, path, &[("If-None-Match", before.next().unwrap())])
                    .await
                    .ok();
                assert!(reply.text().contains("改了。"), "{path}");
                get(reader, path, &[("If-None-Match", &reply.etag())]).await.expect(304);
            }
        }
    }

    async fn what_a_change_does_not_touch_keeps_its_tag(app: &TestApp) {
        let untouched = [
            "/api/v1/requirements/dg-2017.17.2",
            "/api/v1/requirements?task=dg-2017.18",
            "/api/v1/units",
            "/api/v1/tasks/dg-2017.18?embed=requirements",
        ];
        let mut before = Vec::new();
        for path in untouched {
            before.push(app.anonymous().etag(path).await);
        }
        amend(&app.coordinator(), "改了。").await;
        for (path, before) in untouched.iter().zip(before) {
            get(&app.anonymous(), path, &[("If-None-Match", &before)])
                .await
                .expect(304);
        }
    }

    async fn a_change_gives_the_tag_that_is_read_next(app: &TestApp) {
        let coordinator = app.coordinator();
        let changed = amend(&coordinator, "改了。").await;
        let read = coordinator.get(REQUIREMENT).await.ok();
        assert_eq!((changed.etag(), changed.json()), (read.etag(), read.json()));
        // And is good for the next change without reading in between.
        let again = json!({"text": "又改了。", "reason": "测试修订"});
        coordinator.patch(REQUIREMENT, &changed.etag(), &again).await.ok();
        assert_eq!(text_of(&app.anonymous()).await, "又改了。");
    }

    async fn a_renamed_unit_is_renamed_wherever_it_stands(app: &TestApp) {
        let paths = [
            "/api/v1/units/hbj",
            "/api/v1/units?kind=department&limit=200",
            "/api/v1/units/ygdw/members",
            REQUIREMENT,
            "/api/v1/requirements?task=dg-2017.17",
            "/api/v1/requirements?format=csv",
            "/api/v1/plans/dg-2017?embed=requirements",
        ];
        for path in paths {
            assert!(
                !app.anonymous().get(path).await.ok().text().contains("市生态环境局"),
                "{path}"
            );
        }
        let coordinator = app.coordinator();
        let etag = coordinator.etag("/api/v1/units/hbj").await;
        coordinator
            .patch("/api/v1/units/hbj", &etag, &json!({"name": "市生态环境局"}))
            .await
            .ok();
        for path in paths {
            assert!(
                app.anonymous().get(path).await.ok().text().contains("市生态环境局"),
                "{path}"
            );
        }
    }

    async fn a_plan_appears_when_it_is_published(app: &TestApp) {
        let (anonymous, coordinator) = (app.anonymous(), app.coordinator());
        let plan = json!({"id": "dg-2018", "title": "方案", "year": 2018, "tasks": [{"title": "任务"}]});
        let draft = coordinator.post("/api/v1/plans", &plan).await.expect(201);
        let (hidden, seen) = (
            anonymous.get("/api/v1/plans").await.ok(),
            coordinator.get("/api/v1/plans").await.ok(),
        );
        assert_eq!((&hidden.json()["total"], &seen.json()["total"]), (&json!(1), &json!(2)));
        coordinator
            .transition("/api/v1/plans/dg-2018/publish", &draft.etag())
            .await
            .ok();
        let now = get(&anonymous, "/api/v1/plans", &[("If-None-Match", &hidden.etag())])
            .await
            .ok();
        assert_eq!(now.json()["total"], 2);
        anonymous.get("/api/v1/tasks/dg-2018.1").await.ok();
    }

    async fn a_deleted_draft_is_gone(app: &TestApp) {
        let coordinator = app.coordinator();
        let plan = json!({"id": "dg-2018", "title": "方案", "year": 2018});
        let draft = coordinator.post("/api/v1/plans", &plan).await.expect(201);
        let list = coordinator.get("/api/v1/plans").await.ok();
        coordinator.get("/api/v1/plans/dg-2018").await.ok();
        coordinator
            .delete("/api/v1/plans/dg-2018", &draft.etag())
            .await
            .expect(204);
        coordinator.get("/api/v1/plans/dg-2018").await.problem(404, "not_found");
        let now = get(&coordinator, "/api/v1/plans", &[("If-None-Match", &list.etag())])
            .await
            .ok();
        assert_eq!(now.json()["total"], 1);
    }

    async fn a_refused_change_changes_nothing(app: &TestApp) {
        let before = app.anonymous().get(REQUIREMENT).await.ok();
        let change = json!({"text": "改了。", "reason": "测试修订"});
        app.coordinator()
            .patch(REQUIREMENT, "\"99-x\"", &change)
            .await
            .problem(412, "stale");
        app.role("unit_reporter")
            .patch(REQUIREMENT, &before.etag(), &change)
            .await
            .problem(403, "forbidden");
        app.coordinator()
            .patch(REQUIREMENT, &before.etag(), &json!({"text": " ", "reason": "测试修订"}))
            .await
            .problem(422, "invalid");
        get(&app.anonymous(), REQUIREMENT, &[("If-None-Match", &before.etag())])
            .await
            .expect(304);
    }
}

/// Runs `case` with two replicas on one PostgreSQL; an embedded database has none.
pub(super) async fn with_a_replica(case: impl AsyncFnOnce(&TestApp, &TestApp)) {
    let app = TestApp::start(Engine::Postgres).await;
    app.during(async |app| {
        let replica = app.replica().await;
        replica.during(async |replica| case(app, replica).await).await;
    })
    .await;
}

#[actix_web::test]
async fn replicas_follow_one_another() {
    with_a_replica(async |app, replica| {
        let old = replica.anonymous().etag(REQUIREMENT).await;
        assert_eq!(app.anonymous().etag(REQUIREMENT).await, old);
        for (round, text) in ["改了。", "又改了。", "再改了。"].into_iter().enumerate() {
            // By turns, so that each hears of the other.
            let (here, there) = if round % 2 == 0 { (app, replica) } else { (replica, app) };
            let changed = amend(&here.coordinator(), text).await;
            // Who may write reads what was written, wherever; so does everybody where it was written.
            let seen = there.coordinator().get(REQUIREMENT).await.ok();
            assert_eq!((seen.json(), seen.etag()), (changed.json(), changed.etag()), "{text}");
            assert_eq!(text_of(&here.anonymous()).await, text);
            soon(async || text_of(&there.anonymous()).await == text).await;
            get(&there.anonymous(), REQUIREMENT, &[("If-None-Match", &old)])
                .await
                .ok();
        }
        // Lists in each format follow too, and the tags of both agree.
        for path in SAYING_IT {
            let (here, there) = (
                app.anonymous().get(path).await.ok(),
                replica.anonymous().get(path).await.ok(),
            );
            assert!(there.text().contains("再改了。"), "{path}");
            assert_eq!(here.etag(), there.etag(), "{path}");
        }
    })
    .await;
}

#[actix_web::test]
async fn a_reader_of_a_replica_hears_of_a_change() {
    with_a_replica(async |app, replica| {
        // Nobody who may write reads there: that would make it look.
        let anonymous = replica.anonymous();
        let listed = "/api/v1/requirements?task=dg-2017.17";
        let (one, all) = (anonymous.etag(REQUIREMENT).await, anonymous.etag(listed).await);
        amend(&app.coordinator(), "改了。").await;
        soon(async || text_of(&anonymous).await == "改了。").await;
        get(&anonymous, REQUIREMENT, &[("If-None-Match", &one)]).await.ok();
        let list = get(&anonymous, listed, &[("If-None-Match", &all)]).await.ok();
        assert!(list.text().contains("改了。"));
    })
    .await;
}
