//! Ids of what people create: UUIDv7s of the application's clock.

use chrono::DateTime;
use duban::clock::Clock as _;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    document::Document,
    fixtures::{self, assert_faults, create},
    sample::sample,
};

fn milliseconds(id: &str) -> Option<i64> {
    let (seconds, nanos) = id.parse::<Uuid>().ok()?.get_timestamp()?.to_unix();
    Some(DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)?.timestamp_millis())
}

on_both! {
    async fn are_of_the_instant_at_which_it_was_created(app: &TestApp) {
        let document = Document::of(app).await;
        let mut created = 0;
        for (n, operation) in document.operations().into_iter().enumerate() {
            if operation.value["responses"].get("201").is_none() {
                continue;
            }
            let sample = sample(app, operation, n).await;
            app.clock.set(app.clock.now() + chrono::Duration::seconds(1));
            let reply = sample.send(&app.all_roles(&[]), operation).await.expect(201);
            let now = app.clock.now().timestamp_millis();
            assert_eq!(milliseconds(reply.header("x-request-id")), Some(now), "{}", operation.name());
            let id = reply.json()["id"].as_str().and_then(milliseconds);
            if let Some(id) = id {
                assert_eq!(id, now, "{}", operation.name());
                created += 1;
            }
        }
        assert!(created >= 6, "{created}");
    }

    async fn are_in_the_order_of_creation(app: &TestApp) {
        let portal = app.role("portal");
        let mut made = Vec::new();
        for n in 0..5 {
            let words = serde_json::json!({"requirement_id": "dg-2017.17.3", "rating": 4, "text": format!("意见 {n}")});
            made.push(portal.post("/api/v1/feedback", &words).await.expect(201).json()["id"].as_str().unwrap().to_owned());
        }
        assert!(made.is_sorted(), "{made:?}");
    }

    /// The log speaks of one thing by one id.
    async fn are_not_given_again(app: &TestApp) {
        let caller = app.coordinator();
        let task = |reason: &str| json!({"plan_id": "dg-2017", "title": "增补的任务", "requirements": [{"text": "增补的要求。"}], "reason": reason});
        let requirement = json!({"task_id": "dg-2017.40", "text": "增补的要求。", "reason": "增补"});
        let deadline = json!({"requirement_id": "dg-2017.40.2", "phrase": "全年", "rule": {"kind": "year_round"}, "reason": "增补"});
        let made = async |kind: &str, body: &Value| create(&caller, &format!("/api/v1/{kind}"), body).await["id"].as_str().unwrap().to_owned();
        let remove = async |kind: &str, id: &str| {
            caller.delete(&format!("/api/v1/{kind}/{id}?reason=误增"), "*").await.expect(204);
        };
        assert_eq!(made("tasks", &task("增补")).await, "dg-2017.40");
        assert_eq!(made("requirements", &requirement).await, "dg-2017.40.2");
        for number in 1..4 {
            let id = made("deadlines", &deadline).await;
            assert_eq!(id, format!("dg-2017.40.2.d{number}"));
            remove("deadlines", &id).await;
        }
        remove("requirements", "dg-2017.40.2").await;
        assert_eq!(made("requirements", &requirement).await, "dg-2017.40.3");
        // Nor to whoever asks for it, once the plan is published.
        let mut again = requirement.clone();
        again["number"] = json!(2);
        let problem = caller.post("/api/v1/requirements", &again).await.problem(422, "invalid");
        assert_faults(&problem, &[("/number", "duplicate")]);
        for id in ["dg-2017.40.1", "dg-2017.40.3"] {
            remove("requirements", id).await;
        }
        remove("tasks", "dg-2017.40").await;
        assert_eq!(made("tasks", &task("再增")).await, "dg-2017.41");
        let mut again = task("再增");
        again["number"] = json!(40);
        let problem = caller.post("/api/v1/tasks", &again).await.problem(422, "invalid");
        assert_faults(&problem, &[("/number", "duplicate")]);
        again["number"] = json!(43);
        assert_eq!(made("tasks", &again).await, "dg-2017.43");
        let sql = "select count(*) || ' ' || subject from log_entry where event in ('task.created', 'requirement.created', 'deadline.created') group by subject having count(*) > 1";
        assert_eq!(crate::support::database::select(&app.config, sql).await, Vec::<String>::new());
        // A draft is numbered as its document is.
        fixtures::draft(app, "dg-2018").await;
        remove("tasks", "dg-2018.2").await;
        let mut second = json!({"plan_id": "dg-2018", "title": "推进执行公开", "number": 2});
        assert_eq!(made("tasks", &second).await, "dg-2018.2");
        second.as_object_mut().unwrap().remove("number");
        assert_eq!(made("tasks", &second).await, "dg-2018.3");
    }
}
