//! Ids of what people create: UUIDv7s of the application's clock.

use chrono::DateTime;
use duban::clock::Clock as _;
use uuid::Uuid;

use crate::support::{document::Document, sample::sample};

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
}
