//! `POST /feedback`

use duban::service::{feedback::forget_sources, work::Context};
use reqwest::Method;
use serde_json::{Value, json};

use super::{FEEDBACK, REQUIREMENT, give, on, reject, total, words};
use crate::support::{
    Engine, Reply,
    database::select,
    sample::{feedback::portal, reports::report},
};

fn faults(problem: &Value) -> Vec<(&str, &str)> {
    let faults = problem["errors"].as_array().unwrap().iter();
    faults
        .map(|fault| (fault["pointer"].as_str().unwrap(), fault["code"].as_str().unwrap()))
        .collect()
}

on_both! {
    async fn is_on_what_anybody_may_see(app: &TestApp) {
        let portal = portal(app, "portal");
        app.coordinator().post("/api/v1/plans", &json!({
            "id": "dg-2018", "title": "草案", "year": 2018, "tasks": [{"title": "任务", "requirements": [{"text": "正文"}]}]
        })).await.expect(201);
        let accepted = report(app, "accept").await;
        let missing = "019a1b2c-3d4e-7f00-8000-000000000000";
        // A report that is hidden is one that does not exist.
        let mut told = Vec::new();
        for body in [on(&accepted, 5), json!({"report_id": missing, "rating": 5})] {
            let problem = portal.post(FEEDBACK, &body).await.problem(422, "invalid");
            assert_eq!(faults(&problem), [("/report_id", "not_found")]);
            told.push(problem["errors"].clone());
        }
        assert_eq!(told[0], told[1]);
        for id in ["dg-2018.1.1", "dg-2017.99.1"] {
            let problem = portal.post(FEEDBACK, &json!({"requirement_id": id, "rating": 5})).await.problem(422, "invalid");
            assert_eq!(faults(&problem), [("/requirement_id", "not_found")]);
        }
        let both = json!({"report_id": missing, "requirement_id": REQUIREMENT, "rating": 5});
        for (body, expected) in [
            (json!({"rating": 5}), ("/report_id", "required")),
            (both, ("/requirement_id", "conflict")),
            (words(0, "x"), ("/rating", "out_of_range")),
            (words(6, "x"), ("/rating", "out_of_range")),
            (words(5, " "), ("/text", "required")),
            (words(5, "a\u{1}b"), ("/text", "invalid")),
            (words(5, &"长".repeat(1001)), ("/text", "too_long")),
            (json!({"requirement_id": REQUIREMENT, "rating": 5, "phone": "x"}), ("/phone", "unknown")),
        ] {
            let problem = portal.post(FEEDBACK, &body).await.problem(422, "invalid");
            assert_eq!(faults(&problem), [expected]);
        }
        assert_eq!(total(&app.coordinator(), "").await, 0);
    }

    async fn is_handed_in_by_portals(app: &TestApp) {
        for caller in [app.coordinator(), app.role("unit_reporter"), app.role("auditor"), app.role("admin")] {
            caller.post(FEEDBACK, &words(5, "好")).await.problem(403, "forbidden");
        }
        app.anonymous().post(FEEDBACK, &words(5, "好")).await.problem(401, "unauthenticated");
        let narrowed = app.bearing(Some(app.token("p", &["portal"], None, &["read"])));
        narrowed.post(FEEDBACK, &words(5, "好")).await.problem(403, "forbidden");
        // The scope alone gives nothing, and a portal sees no more than anybody.
        let scoped = app.bearing(Some(app.token("p", &[], None, &["feedback:write"])));
        scoped.post(FEEDBACK, &words(5, "好")).await.problem(403, "forbidden");
        let path = give(&app.role("portal"), &words(5, "好")).await;
        app.role("portal").transition(&format!("{path}/publish"), "*").await.problem(403, "forbidden");
        app.role("portal").get("/api/v1/obligations").await.problem(403, "forbidden");
        for role in ["inspector", "auditor", "portal"] {
            reject(&app.role(role), &path).await.problem(403, "forbidden");
        }
    }

    async fn keeps_nothing_of_who_said_it(app: &TestApp) {
        let body = json!({
            "requirement_id": REQUIREMENT, "rating": 3, "source": "citizen-4711",
            "text": "请回电138-0013-8000，身份证44190019900101123X。2017年第2季度。"
        });
        let given = portal(app, "portal").post(FEEDBACK, &body).await.expect(201).json();
        assert_eq!(given["text"], "请回电***-****-****，身份证******************。2017年第2季度。");
        assert_eq!(given.get("source"), None);
        let dump = ["feedback", "log_entry", "idempotency"].map(|table| match app.engine {
            Engine::Sqlite if table == "feedback" => "select coalesce(text, '') || portal || source from feedback".to_owned(),
            Engine::Sqlite if table == "log_entry" => "select coalesce(after, '') from log_entry".to_owned(),
            Engine::Sqlite => "select reply from idempotency".to_owned(),
            Engine::Postgres => format!("select cast({table} as text) from {table}"),
        });
        for sql in dump {
            for row in select(&app.config, &sql).await {
                // Whole, since four digits stand in a hash or an id now and then.
                for said in ["citizen-4711", "138-0013-8000", "44190019900101123X"] {
                    assert!(!row.contains(said), "{row}");
                }
            }
        }
        let hashes = "select source from feedback where source is not null";
        assert_eq!(select(&app.config, hashes).await[0].len(), 64);
        let logged = select(&app.config, "select cast(after as text) from log_entry where event = 'feedback.received'").await;
        assert!(!logged[0].contains("source"), "{logged:?}");
        app.clock.set("2017-07-30T00:59:59Z".parse().unwrap());
        app.app.write(&Context::system(), forget_sources).await.unwrap();
        assert_eq!(select(&app.config, hashes).await.len(), 1);
        app.clock.set("2017-07-30T01:00:01Z".parse().unwrap());
        app.app.write(&Context::system(), forget_sources).await.unwrap();
        assert!(select(&app.config, hashes).await.is_empty());
    }

    async fn of_one_source_is_limited(app: &TestApp) {
        // A token lives for an hour only.
        let here = || portal(app, "portal");
        let from = |source: &str, n: usize| json!({"requirement_id": format!("dg-2017.{n}.1"), "rating": 3, "source": source});
        for n in 1..=10 {
            here().post(FEEDBACK, &from("a", n)).await.expect(201);
            app.clock.set(format!("2017-06-30T01:{n:02}:00Z").parse().unwrap());
        }
        // The first came at 01:00.
        app.clock.set("2017-07-01T00:59:00Z".parse().unwrap());
        let reply = here().post(FEEDBACK, &from("a", 11)).await;
        assert_eq!(reply.header("retry-after"), "61");
        reply.problem(429, "too_many_requests");
        here().post(FEEDBACK, &from("b", 11)).await.expect(201);
        // What one portal calls a source is not what another does.
        portal(app, "another").post(FEEDBACK, &from("a", 11)).await.expect(201);
        app.clock.set("2017-07-01T01:00:01Z".parse().unwrap());
        here().post(FEEDBACK, &from("a", 11)).await.expect(201);
        let again = here().post(FEEDBACK, &from("b", 11)).await;
        again.problem(409, "already_exists");
    }

    async fn of_one_portal_is_limited(app: &TestApp) {
        let here = portal(app, "portal");
        for n in 0..60 {
            here.post(FEEDBACK, &words(3, &format!("第{n}条"))).await.expect(201);
        }
        let reply = here.post(FEEDBACK, &words(3, "再一条")).await;
        assert_eq!(reply.header("retry-after"), "61");
        reply.problem(429, "too_many_requests");
        let replica = app.replica().await;
        portal(&replica, "portal").post(FEEDBACK, &words(3, "再一条")).await.problem(429, "too_many_requests");
        replica.stop().await;
        portal(app, "another").post(FEEDBACK, &words(3, "再一条")).await.expect(201);
        app.clock.set("2017-06-30T01:01:00Z".parse().unwrap());
        here.post(FEEDBACK, &words(3, "再一条")).await.expect(201);
    }

    async fn is_given_once_for_a_key(app: &TestApp) {
        let here = portal(app, "portal");
        let send = async || {
            let request = here.request(Method::POST, FEEDBACK).header("Idempotency-Key", "k");
            Reply::to(request.json(&words(3, "一条"))).await.expect(201)
        };
        let (first, again) = (send().await, send().await);
        assert_eq!((again.header("idempotency-replayed"), &again.body), ("true", &first.body));
        assert_eq!(total(&app.coordinator(), "").await, 1);
    }
}
