//! `allowed_actions` of reports, also where a step is refused

use serde_json::json;

use super::{Cast, act, report};

on_both! {
    async fn a_wrong_step_is_told_what_is_allowed(app: &TestApp) {
        let cast = Cast::of(app);
        let path = report(&cast, &["submit"]).await;
        let problem = act(&cast.reporter, &path, "submit", "*", &json!({})).await.problem(409, "wrong_state");
        assert_eq!(problem["allowed_actions"], json!(["withdraw"]));
        let problem = act(&cast.secrecy, &path, "clear", "*", &json!({})).await.problem(404, "not_found");
        assert!(problem.get("allowed_actions").is_none(), "what is not accepted does not exist for a secrecy reviewer");
        act(&cast.coordinator, &path, "accept", "*", &json!({})).await.ok();
        let problem = act(&cast.coordinator, &path, "return", "*", &json!({"reason": "x"})).await.problem(409, "wrong_state");
        assert_eq!(problem["allowed_actions"], json!([]));
        let problem = act(&cast.reporter, &path, "withdraw", "*", &json!({})).await.problem(409, "wrong_state");
        assert_eq!(problem["allowed_actions"], json!(["revise"]));
        cast.reporter.patch(&path, "*", &json!({"percent": 1})).await.problem(409, "wrong_state");
        cast.reporter.delete(&path, "*").await.problem(409, "wrong_state");
    }
}
