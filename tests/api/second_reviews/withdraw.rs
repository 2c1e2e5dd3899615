//! `POST /second-reviews/{id}/withdraw`

use serde_json::json;

use super::{criticism, decide, object, objected};
use crate::{
    notices::{coordinator, of_unit},
    reports::{Cast, act, report},
};

on_both! {
    async fn is_withdrawn_by_the_unit_that_asked_while_it_is_not_decided(app: &TestApp) {
        let notice = criticism(app).await;
        let (humen, changan, sun) = (of_unit(app, "humen"), of_unit(app, "changan"), coordinator(app, "sun"));
        let path = objected(&humen, &notice).await;
        act(&changan, &path, "withdraw", "*", &json!({})).await.problem(404, "not_found");
        act(&sun, &path, "withdraw", "*", &json!({})).await.problem(403, "forbidden");
        humen.transition(&format!("{path}/withdraw"), "\"7\"").await.problem(412, "stale");
        // Anybody of the unit, not only who wrote it.
        let approver = app.bearing(Some(app.token("chen", &["unit_approver"], Some("humen"), &[])));
        assert_eq!(approver.get(&path).await.ok().json()["allowed_actions"], json!(["withdraw"]));
        let after = act(&approver, &path, "withdraw", "*", &json!({})).await.ok().json();
        assert_eq!((&after["status"], &after["allowed_actions"], &after["version"]), (&json!("withdrawn"), &json!([]), &json!(2)));
        for problem in [
            act(&humen, &path, "withdraw", "*", &json!({})).await.problem(409, "wrong_state"),
            decide(&sun, &path, "uphold").await.problem(409, "wrong_state"),
        ] {
            assert_eq!(problem["allowed_actions"], json!([]));
        }
        // It was the one time; the notice holds.
        object(&humen, &notice).await.problem(409, "already_exists");
        assert_eq!(sun.get(&notice).await.ok().json()["status"], "issued");
        let list = sun.get("/api/v1/second-reviews?status=withdrawn").await.ok().json();
        assert_eq!((&list["total"], &list["items"][0]["overdue"]), (&json!(1), &json!(false)));
        // What is decided is not withdrawn.
        let decided = objected(&changan, &notice).await;
        decide(&sun, &decided, "uphold").await.ok();
        act(&changan, &decided, "withdraw", "*", &json!({})).await.problem(409, "wrong_state");
        let sql = "select event from log_entry where event like 'second_review.%' order by id";
        let expected = ["second_review.requested", "second_review.withdrawn", "second_review.requested", "second_review.upheld"];
        assert_eq!(crate::support::database::select(&app.config, sql).await, expected);
    }

    /// What was withdrawn does not lapse: the unit mends its report as if it had not objected.
    async fn is_withdrawn_and_the_return_stays(app: &TestApp) {
        let cast = Cast::of(app);
        let path = report(&cast, &["submit", "return"]).await;
        let review = objected(&cast.reporter, &path).await;
        act(&cast.stranger, &review, "withdraw", "*", &json!({})).await.problem(404, "not_found");
        act(&cast.reporter, &review, "withdraw", "*", &json!({})).await.ok();
        assert_eq!(cast.reporter.get(&path).await.ok().json()["status"], "returned");
        act(&cast.reporter, &path, "submit", "*", &json!({})).await.ok();
        assert_eq!(cast.reporter.get(&review).await.ok().json()["status"], "withdrawn");
    }
}
