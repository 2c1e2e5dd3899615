//! `Idempotency-Key`: a request that is sent again is done once

mod changes;

use std::pin::pin;

use duban::service::{idempotency::forget_old, work::Context};
use futures_util::future::{join_all, select};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    Caller, Engine, Reply, database,
    document::Document,
    fixtures::{self, amendments, assert_faults, everything, holding},
    sample::{reports::report, sample},
};

const PLANS: &str = "/api/v1/plans";
const PUBLISH: &str = "/api/v1/plans/dg-2018/publish";

async fn post(caller: &Caller<'_>, path: &str, key: &str, body: &Value) -> Reply {
    Reply::to(
        caller
            .request(Method::POST, path)
            .header("Idempotency-Key", key)
            .json(body),
    )
    .await
}

async fn transition(caller: &Caller<'_>, path: &str, key: &str) -> Reply {
    let request = caller.request(Method::POST, path).header("Idempotency-Key", key);
    Reply::to(request.header("If-Match", "*")).await
}

fn replayed(reply: &Reply) -> bool {
    reply
        .headers
        .get("idempotency-replayed")
        .is_some_and(|value| value == "true")
}

/// Fails unless `again` is `first` once more.
fn assert_same(first: &Reply, again: &Reply) {
    assert!(!replayed(first) && replayed(again));
    assert_eq!((first.status, &first.body), (again.status, &again.body));
    for name in ["content-type", "etag", "location", "cache-control"] {
        assert_eq!(first.headers.get(name), again.headers.get(name), "{name}");
    }
}

on_both! {
    async fn the_same_again(app: &TestApp) {
        let caller = app.coordinator();
        let unit = json!({"code": "wglj", "name": "市文广旅体局", "kind": "department"});
        let task = json!({"plan_id": "dg-2017", "title": "新增的任务", "reason": "增补"});
        let requirement = json!({"task_id": "dg-2017.1", "text": "新增的要求。", "reason": "增补"});
        let deadline = json!({
            "requirement_id": "dg-2017.1.1", "phrase": "6月底", "reason": "增补",
            "rule": {"kind": "date", "due_on": "2017-06-30"}
        });
        for (path, body) in [
            ("plans", fixtures::plan("dg-2018")), ("units", unit), ("tasks", task), ("requirements", requirement),
            ("deadlines", deadline),
        ] {
            let path = format!("/api/v1/{path}");
            let first = post(&caller, &path, &path, &body).await.expect(201);
            let after = everything(app).await;
            for _ in 0..2 {
                assert_same(&first, &post(&caller, &path, &path, &body).await);
            }
            assert_eq!(everything(app).await, after);
        }
        assert_eq!(amendments(app, "dg-2017").await, 3);
    }

    async fn transitions(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let caller = app.coordinator();
        for (action, query) in [("publish", ""), ("close", "?accept_unfinished=true")] {
            let path = format!("{PLANS}/dg-2018/{action}{query}");
            let first = transition(&caller, &path, action).await.ok();
            app.clock.set("2017-06-30T01:30:00Z".parse().unwrap());
            // Without the key it could not be done twice.
            assert_same(&first, &transition(&caller, &path, action).await);
            caller.transition(&path, "*").await.problem(409, "wrong_state");
        }
        let plan = caller.get("/api/v1/plans/dg-2018").await.ok().json();
        assert_eq!((&plan["status"], &plan["version"]), (&json!("closed"), &json!(3)));
    }

    async fn what_was_said_is_said_again(app: &TestApp) {
        let caller = app.coordinator();
        let first = post(&caller, PLANS, "k", &fixtures::plan("dg-2018")).await.expect(201);
        // Also after the thing has changed, and after it is gone.
        caller.patch("/api/v1/plans/dg-2018", "*", &json!({"title": "改过的标题"})).await.ok();
        assert_same(&first, &post(&caller, PLANS, "k", &fixtures::plan("dg-2018")).await);
        caller.delete("/api/v1/plans/dg-2018", "*").await.expect(204);
        assert_same(&first, &post(&caller, PLANS, "k", &fixtures::plan("dg-2018")).await);
        caller.get("/api/v1/plans/dg-2018").await.problem(404, "not_found");
    }

    async fn another_body(app: &TestApp) {
        let caller = app.coordinator();
        post(&caller, PLANS, "k", &fixtures::plan("dg-2018")).await.expect(201);
        let before = everything(app).await;
        post(&caller, PLANS, "k", &fixtures::plan("dg-2019")).await.problem(422, "idempotency_mismatch");
        assert_eq!(everything(app).await, before);
        // The first is still remembered.
        assert!(replayed(&post(&caller, PLANS, "k", &fixtures::plan("dg-2018")).await));
    }

    async fn another_route(app: &TestApp) {
        let caller = app.coordinator();
        post(&caller, PLANS, "k", &fixtures::plan("dg-2018")).await.expect(201);
        fixtures::draft(app, "dg-2019").await;
        let before = everything(app).await;
        let unit = json!({"code": "wglj", "name": "市文广旅体局", "kind": "department"});
        post(&caller, "/api/v1/units", "k", &unit).await.problem(422, "idempotency_mismatch");
        transition(&caller, PUBLISH, "k").await.problem(422, "idempotency_mismatch");
        assert_eq!(everything(app).await, before);
        transition(&caller, PUBLISH, "p").await.ok();
        transition(&caller, "/api/v1/plans/dg-2018/close", "p").await.problem(422, "idempotency_mismatch");
        transition(&caller, "/api/v1/plans/dg-2019/publish", "p").await.problem(422, "idempotency_mismatch");
        assert_eq!(caller.get("/api/v1/plans/dg-2019").await.ok().json()["status"], "draft");
    }

    async fn another_caller(app: &TestApp) {
        let other = app.bearing(Some(app.token("li.si", &["coordinator"], None, &[])));
        post(&app.coordinator(), PLANS, "k", &fixtures::plan("dg-2018")).await.expect(201);
        let reply = post(&other, PLANS, "k", &fixtures::plan("dg-2019")).await.expect(201);
        assert!(!replayed(&reply));
        // The same request is the other's own too: it is done, and fails.
        post(&other, PLANS, "l", &fixtures::plan("dg-2018")).await.problem(409, "already_exists");
        assert!(replayed(&post(&other, PLANS, "k", &fixtures::plan("dg-2019")).await));
    }

    async fn a_caller_who_may_no_longer(app: &TestApp) {
        post(&app.coordinator(), PLANS, "k", &fixtures::plan("dg-2018")).await.expect(201);
        let demoted = app.bearing(Some(app.token("a-coordinator", &["inspector"], None, &[])));
        post(&demoted, PLANS, "k", &fixtures::plan("dg-2018")).await.problem(403, "forbidden");
        let anonymous = post(&app.anonymous(), PLANS, "k", &fixtures::plan("dg-2018")).await;
        anonymous.problem(401, "unauthenticated");
    }

    async fn quoted_or_bare(app: &TestApp) {
        let caller = app.coordinator();
        let first = post(&caller, PLANS, "\"8e03978e-40d5\"", &fixtures::plan("dg-2018")).await.expect(201);
        assert_same(&first, &post(&caller, PLANS, "8e03978e-40d5", &fixtures::plan("dg-2018")).await);
        let second = post(&caller, PLANS, "8E03978E-40D5", &fixtures::plan("dg-2019")).await.expect(201);
        assert!(!replayed(&second));
    }

    async fn a_failure_leaves_the_key_free(app: &TestApp) {
        let caller = app.coordinator();
        let mut new = fixtures::plan("dg-2018");
        new["issuer"] = json!("nosuch");
        for _ in 0..20 {
            let reply = post(&caller, PLANS, "k", &new).await;
            assert!(!replayed(&reply));
            reply.problem(422, "invalid");
        }
        post(&caller, PLANS, "k", &json!({"id": "dg-2017", "title": "方案", "year": 2017})).await.problem(409, "already_exists");
        let first = post(&caller, PLANS, "k", &fixtures::plan("dg-2018")).await.expect(201);
        assert_same(&first, &post(&caller, PLANS, "k", &fixtures::plan("dg-2018")).await);
        // A transition that came too early works later.
        let close = "/api/v1/plans/dg-2018/close?accept_unfinished=true";
        transition(&caller, close, "c").await.problem(409, "wrong_state");
        caller.transition(PUBLISH, "*").await.ok();
        assert!(!replayed(&transition(&caller, close, "c").await.ok()));
    }

    async fn without_a_key(app: &TestApp) {
        let task = json!({"plan_id": "dg-2017", "title": "新增的任务", "reason": "增补"});
        for number in ["40", "41"] {
            let reply = app.coordinator().post("/api/v1/tasks", &task).await.expect(201);
            assert_eq!(reply.json()["id"], format!("dg-2017.{number}"));
            assert_eq!(reply.headers.get("idempotency-replayed"), None);
        }
    }

    async fn keys_that_cannot_be(app: &TestApp) {
        let caller = app.coordinator();
        for key in [b"".as_slice(), b"\"\"", "键".as_bytes(), &[b'k'; 256]] {
            let request = caller.request(Method::POST, PLANS).header("Idempotency-Key", key);
            let problem = Reply::to(request.json(&fixtures::plan("dg-2018"))).await.problem(400, "invalid_header");
            assert_faults(&problem, &[("Idempotency-Key", "invalid")]);
        }
        caller.get("/api/v1/plans/dg-2018").await.problem(404, "not_found");
        post(&caller, PLANS, &"k".repeat(255), &fixtures::plan("dg-2018")).await.expect(201);
    }

    async fn while_the_first_is_at_work(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        // SQLite has one process, PostgreSQL may have several.
        let replica = app.replica().await;
        let here = app.coordinator();
        let there = if app.engine == Engine::Postgres { replica.coordinator() } else { app.coordinator() };
        let done = holding(app, "plan:dg-2018", async |release| {
            let (one, two) = (pin!(transition(&here, PUBLISH, "k")), pin!(transition(&there, PUBLISH, "k")));
            // Whichever comes first waits; the other is told so.
            let (refused, waiting) = select(one, two).await.factor_first();
            assert_eq!(refused.header("retry-after"), "1");
            refused.problem(409, "idempotency_in_flight");
            release.send(()).unwrap();
            waiting.await.ok()
        })
        .await;
        assert_same(&done, &transition(&here, PUBLISH, "k").await);
        replica.stop().await;
    }

    async fn many_at_once(app: &TestApp) {
        let caller = app.coordinator();
        let task = json!({"plan_id": "dg-2017", "title": "新增的任务", "reason": "增补"});
        let replies = join_all((0..12).map(|_| post(&caller, "/api/v1/tasks", "k", &task))).await;
        let (done, refused): (Vec<Reply>, Vec<Reply>) = replies.into_iter().partition(|reply| reply.status == 201);
        assert_eq!(done.iter().filter(|reply| !replayed(reply)).count(), 1);
        for reply in refused {
            reply.problem(409, "idempotency_in_flight");
        }
        assert_eq!(caller.get("/api/v1/plans/dg-2017").await.ok().json()["task_count"], 40);
        assert_eq!(amendments(app, "dg-2017").await, 1);
        assert!(replayed(&post(&caller, "/api/v1/tasks", "k", &task).await));
    }

    /// What is there is given to all who ask: those who read it do not keep one another from it.
    async fn many_hear_again_what_was_said(app: &TestApp) {
        let replica = app.replica().await;
        let (here, there) = (app.coordinator(), replica.coordinator());
        let first = post(&here, PLANS, "k", &fixtures::plan("dg-2018")).await.expect(201);
        let (same, other) = (fixtures::plan("dg-2018"), fixtures::plan("dg-2019"));
        for _ in 0..4 {
            let callers = [&here, &there, &here, &there, &here, &there, &here, &there];
            for reply in join_all(callers.map(|caller| post(caller, PLANS, "k", &same))).await {
                assert_same(&first, &reply);
            }
            for reply in join_all(callers.map(|caller| post(caller, PLANS, "k", &other))).await {
                reply.problem(422, "idempotency_mismatch");
            }
        }
        replica.stop().await;
    }

    async fn on_another_replica(app: &TestApp) {
        let replica = app.replica().await;
        let first = post(&app.coordinator(), PLANS, "k", &fixtures::plan("dg-2018")).await.expect(201);
        assert_same(&first, &post(&replica.coordinator(), PLANS, "k", &fixtures::plan("dg-2018")).await);
        if app.engine == Engine::Postgres {
            let task = json!({"plan_id": "dg-2017", "title": "新增的任务", "reason": "增补"});
            let (here, there) = (app.coordinator(), replica.coordinator());
            let callers = [&here, &there, &here, &there];
            let replies = join_all(callers.map(|caller| post(caller, "/api/v1/tasks", "l", &task))).await;
            assert_eq!(replies.iter().filter(|reply| reply.status == 201 && !replayed(reply)).count(), 1);
            assert_eq!(here.get("/api/v1/plans/dg-2017").await.ok().json()["task_count"], 40);
        }
        replica.stop().await;
    }

    async fn is_forgotten_after_a_week(app: &TestApp) {
        let again = async |now: &str| {
            app.clock.set(now.parse().unwrap());
            app.app.write(&Context::system(), forget_old).await.unwrap();
            post(&app.coordinator(), PLANS, "k", &fixtures::plan("dg-2018")).await
        };
        again("2017-06-30T01:00:00Z").await.expect(201);
        assert!(replayed(&again("2017-07-07T01:00:00Z").await));
        again("2017-07-07T01:00:01Z").await.problem(409, "already_exists");
    }
    /// Every operation that documents the header.
    async fn wherever_it_is_documented(app: &TestApp) {
        let document = Document::of(app).await;
        let caller = app.all_roles(&[]);
        let mut documented = 0;
        for (n, operation) in document.operations().into_iter().enumerate() {
            let parameters = operation.value["parameters"].as_array();
            if !parameters.is_some_and(|all| all.iter().any(|one| one["name"] == "Idempotency-Key")) {
                continue;
            }
            let sample = sample(app, operation, n).await;
            let send = async || {
                let request = sample.request(&caller, operation);
                Reply::to(request.header("Idempotency-Key", format!("key-{n}"))).await
            };
            let first = send().await;
            assert!((200..300).contains(&first.status), "{}: {}", operation.name(), first.text());
            let again = send().await;
            documented += 1;
            // It told a secret.
            if operation.id() == "open_calendar_feed" {
                again.problem(409, "already_exists");
                continue;
            }
            assert!(replayed(&again), "{} was done twice", operation.name());
            assert_same(&first, &again);
        }
        assert!(documented >= 30, "{documented}");
    }

    async fn a_repeat_tells_a_token_that_does_not_read_no_more_than_the_step(app: &TestApp) {
        let path = format!("{}/accept", report(app, "submit").await);
        let boss = |scopes: &[&str]| app.bearing(Some(app.token("boss", &["coordinator"], None, scopes)));
        let (all, writes) = (boss(&[]), boss(&["reports:write"]));
        let first = transition(&all, &path, "k").await.ok();
        let again = transition(&writes, &path, "k").await.expect(204);
        assert!(replayed(&again) && again.body.is_empty() && again.headers.get("content-type").is_none());
        assert_eq!(again.etag(), first.etag());
        assert_same(&first, &transition(&all, &path, "k").await);
        assert_same(&first, &transition(&boss(&["read", "reports:write"]), &path, "k").await);
        // Nor of what has parts that are not public: what it would be shown itself, it is not told by others.
        let remarked = json!({"happened_on": "2017-06-20", "due_on": "2017-07-10", "note": "内部备注"});
        let event = all.post("/api/v1/deadlines/dg-2017.11.1.d1/occurrences", &remarked).await.expect(201).json();
        let withdraw = format!("/api/v1/deadlines/dg-2017.11.1.d1/occurrences/{}/withdraw", event["id"].as_str().unwrap());
        let step = async |caller: &Caller<'_>| {
            let request = caller.request(Method::POST, &withdraw).header("Idempotency-Key", "w").header("If-Match", "*");
            Reply::to(request.json(&json!({"reason": "内部理由"}))).await
        };
        assert!(step(&all).await.ok().text().contains("内部备注"));
        assert!(step(&boss(&["plans:write"])).await.expect(204).body.is_empty());
    }

    async fn a_secret_is_told_once_and_kept_nowhere(app: &TestApp) {
        let (caller, feed) = (app.coordinator(), "/api/v1/units/humen/calendar-feed");
        let url = transition(&caller, feed, "k").await.expect(201).json()["url"].as_str().unwrap().to_owned();
        let secret = url.split("token=").nth(1).unwrap();
        transition(&caller, feed, "k").await.problem(409, "already_exists");
        app.anonymous().get(&url).await.ok();
        let kept = database::select(&app.config, "select cast(reply as text) from idempotency").await;
        assert!(kept.len() == 1 && !kept[0].contains(secret) && !kept[0].contains("token="), "{kept:?}");
        let other = transition(&caller, feed, "l").await.expect(201).json();
        app.anonymous().get(&url).await.problem(404, "not_found");
        app.anonymous().get(other["url"].as_str().unwrap()).await.ok();
    }
}
