//! `/feedback`: what the public says

use duban::service::{feedback::forget_sources, work::Context};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    Caller, Engine, Reply, TestApp,
    database::select,
    sample::{
        feedback::portal,
        reports::{act, report},
    },
    texts,
};

const FEEDBACK: &str = "/api/v1/feedback";
const REQUIREMENT: &str = "dg-2017.17.3";

fn faults(problem: &Value) -> Vec<(&str, &str)> {
    let faults = problem["errors"].as_array().unwrap().iter();
    faults
        .map(|fault| (fault["pointer"].as_str().unwrap(), fault["code"].as_str().unwrap()))
        .collect()
}

fn words(rating: i64, text: &str) -> Value {
    json!({"requirement_id": REQUIREMENT, "rating": rating, "text": text})
}

async fn give(caller: &Caller<'_>, body: &Value) -> String {
    caller
        .post(FEEDBACK, body)
        .await
        .expect(201)
        .header("location")
        .to_owned()
}

async fn publish(app: &TestApp, path: &str) {
    app.coordinator().transition(&format!("{path}/publish"), "*").await.ok();
}

async fn reject(caller: &Caller<'_>, path: &str) -> Reply {
    act(caller, path, "reject", "*", &json!({"reason": "与该事项无关"})).await
}

/// The feedback on a report, by its id.
fn on(report: &str, rating: i64) -> Value {
    json!({"report_id": report.rsplit('/').next().unwrap(), "rating": rating})
}

async fn total(caller: &Caller<'_>, query: &str) -> u64 {
    let list = caller.get(&format!("{FEEDBACK}{query}")).await.ok().json();
    assert_eq!(
        list["items"].as_array().map(Vec::len),
        list["total"].as_u64().and_then(|n| usize::try_from(n).ok())
    );
    list["total"].as_u64().unwrap()
}

on_both! {
    async fn shows_once_it_was_looked_at(app: &TestApp) {
        let portal = portal(app, "portal");
        let given = portal.post(FEEDBACK, &words(4, "公开很及时")).await.expect(201);
        let (path, received) = (given.header("location").to_owned(), given.json());
        assert_eq!((&received["status"], &received["received_on"]), (&json!("pending"), &json!("2017-06-30")));
        for caller in [app.anonymous(), portal.clone(), app.role("unit_reporter"), app.role("secrecy_reviewer"), app.role("admin")] {
            caller.get(&path).await.problem(404, "not_found");
            assert_eq!(total(&caller, "").await, 0);
            assert_eq!(total(&caller, "?status=pending").await, 0);
        }
        for role in ["coordinator", "inspector", "auditor"] {
            let seen = app.role(role).get(&path).await.ok().json();
            assert_eq!((&seen["portal"], &seen["version"]), (&json!("portal"), &json!(1)));
            let may = if role == "coordinator" { json!(["publish", "reject"]) } else { json!([]) };
            assert_eq!(seen["allowed_actions"], may, "{role}");
            assert_eq!(total(&app.role(role), "?status=pending").await, 1);
        }
        let etag = app.coordinator().etag(&path).await;
        let published = app.coordinator().transition(&format!("{path}/publish"), &etag).await.ok();
        assert_eq!(published.json()["status"], "published");
        app.coordinator().transition(&format!("{path}/publish"), &etag).await.problem(412, "stale");
        let problem = app.coordinator().transition(&format!("{path}/publish"), "*").await.problem(409, "wrong_state");
        assert_eq!(problem["allowed_actions"], json!(["reject"]));
        let seen = app.anonymous().get(&path).await.ok().json();
        assert_eq!(seen, json!({
            "id": received["id"], "plan_id": "dg-2017", "requirement_id": REQUIREMENT, "rating": 4, "text": "公开很及时",
            "received_on": "2017-06-30", "status": "published", "allowed_actions": []
        }));
        // It may be taken back, for good.
        act(&app.coordinator(), &path, "reject", "*", &json!({"reason": " "})).await.problem(422, "invalid");
        let rejected = reject(&app.coordinator(), &path).await.ok().json();
        assert_eq!((&rejected["status"], &rejected["reason"]), (&json!("rejected"), &json!("与该事项无关")));
        app.anonymous().get(&path).await.problem(404, "not_found");
        app.coordinator().transition(&format!("{path}/publish"), "*").await.problem(409, "wrong_state");
        let log = select(&app.config, "select event from log_entry where event like 'feedback.%' order by id").await;
        assert_eq!(log, ["feedback.received", "feedback.published", "feedback.rejected"]);
    }

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

    async fn goes_with_its_report(app: &TestApp) {
        let cleared = report(app, "clear").await;
        let path = give(&portal(app, "portal"), &on(&cleared, 2)).await;
        publish(app, &path).await;
        let seen = app.anonymous().get(&path).await.ok().json();
        assert_eq!((&seen["report_id"], &seen["unit"]["code"]), (&on(&cleared, 2)["report_id"], &json!("zwfwb")));
        let summary = format!("{FEEDBACK}/summary");
        assert_eq!(app.anonymous().get(&summary).await.ok().json()["count"], 1);
        act(&app.role("secrecy_reviewer"), &cleared, "withhold", "*", &json!({"reason": "涉密"})).await.ok();
        app.anonymous().get(&path).await.problem(404, "not_found");
        assert_eq!(total(&app.anonymous(), "").await, 0);
        assert_eq!(app.anonymous().get(&summary).await.ok().json()["count"], 0);
        assert!(app.anonymous().get(&format!("{FEEDBACK}?format=csv")).await.ok().text().lines().count() == 1);
        app.coordinator().get(&path).await.ok();
        act(&app.role("secrecy_reviewer"), &cleared, "clear", "*", &json!({})).await.ok();
        app.anonymous().get(&path).await.ok();
    }

    async fn is_found_by_what_it_is_on(app: &TestApp) {
        let portal = portal(app, "portal");
        let cleared = report(app, "clear").await;
        let id = cleared.rsplit('/').next().unwrap().to_owned();
        let mut paths = Vec::new();
        for body in [words(5, "=1+1"), words(4, "好"), words(1, "不好"), on(&cleared, 2)] {
            let path = give(&portal, &body).await;
            publish(app, &path).await;
            paths.push(path);
        }
        give(&portal, &words(1, "待审")).await;
        let anybody = app.anonymous();
        let all = anybody.get(FEEDBACK).await.ok().json();
        let in_plan = all["items"].as_array().unwrap().iter().filter(|item| item["plan_id"] == "dg-2017").count();
        for (query, count) in [
            ("", 4), ("?rating=5&rating=4", 2), ("?requirement=dg-2017.17.3", 3), ("?unit=zwfwb", 1), ("?unit=czj", 0),
            ("?plan=dg-2017", in_plan as u64), ("?plan=dg-2016", 0), (&format!("?report={id}"), 1), ("?status=published", 4), ("?status=pending", 0),
        ] {
            assert_eq!(total(&anybody, query).await, count, "{query}");
        }
        assert_eq!(total(&app.coordinator(), "").await, 5);
        let ids: Vec<String> = paths.iter().rev().map(|path| path.rsplit('/').next().unwrap().to_owned()).collect();
        assert_eq!(texts(&anybody.walk(&format!("{FEEDBACK}?limit=1")).await, "id"), ids);
        let summary = anybody.get(&format!("{FEEDBACK}/summary")).await.ok().json();
        assert_eq!((&summary["count"], &summary["mean"]), (&json!(4), &json!(3.0)));
        assert_eq!(summary["ratings"][0], json!({"rating": 1, "count": 1}));
        let of_requirement = anybody.get(&format!("{FEEDBACK}/summary?requirement=dg-2017.17.3")).await.ok().json();
        assert_eq!((&of_requirement["count"], &of_requirement["mean"]), (&json!(3), &json!(3.33)));
        let none = anybody.get(&format!("{FEEDBACK}/summary?rating=3")).await.ok().json();
        assert_eq!((&none["count"], none.get("mean")), (&json!(0), None));
        anybody.get(&format!("{FEEDBACK}?raiting=5")).await.problem(400, "unknown_parameter");
        anybody.get(&format!("{FEEDBACK}?report=x")).await.problem(400, "invalid_parameter");
        let csv = anybody.get(&format!("{FEEDBACK}?format=csv&rating=5")).await.ok().text();
        assert!(csv.contains(",'=1+1,2017-06-30,published"), "{csv}");
        let rows = app.coordinator().get(&format!("{FEEDBACK}?format=ndjson")).await.ok().text();
        assert_eq!(rows.lines().count(), 5);
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
                assert!(!row.contains("4711") && !row.contains("8000"), "{row}");
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
