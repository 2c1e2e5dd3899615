//! `POST /progress-reports/{id}/submit`

use serde_json::json;

use super::{Cast, act, report};
use crate::support::Reply;

on_both! {
    async fn a_key_makes_a_step_once(app: &TestApp) {
        let cast = Cast::of(app);
        let path = report(&cast, &[]).await;
        let submit = || {
            let request = cast.reporter.request(reqwest::Method::POST, &format!("{path}/submit"));
            Reply::to(request.header("If-Match", "\"1\"").header("Idempotency-Key", "k-1"))
        };
        let first = submit().await.ok();
        let again = submit().await.ok();
        assert_eq!((first.json(), again.header("idempotency-replayed")), (again.json(), "true"));
        act(&cast.reporter, &path, "submit", "\"1\"", &json!({})).await.problem(412, "stale");
        let request = cast.reporter.request(reqwest::Method::POST, &format!("{path}/withdraw"));
        Reply::to(request).await.problem(428, "precondition_required");
    }
}
