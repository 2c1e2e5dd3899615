//! `GET /second-reviews`, and one of them: who sees it

use serde_json::{Value, json};

use super::{REVIEWS, object, objected};
use crate::{
    reports::{Cast, REPORTS, act, report},
    support::fixtures::assert_faults,
};

on_both! {
    async fn is_seen_by_the_unit_and_the_reviewing_offices(app: &TestApp) {
        let cast = Cast::of(app);
        let path = report(&cast, &["submit", "return"]).await;
        let problem = object(&cast.stranger, &path).await.problem(422, "invalid");
        assert_faults(&problem, &[("/progress_report_id", "not_found")]);
        object(&cast.coordinator, &path).await.problem(403, "forbidden");
        let id: Value = path.rsplit('/').next().unwrap().into();
        let problem = cast.reporter.post(REVIEWS, &json!({"reason": "理由"})).await.problem(422, "invalid");
        assert_faults(&problem, &[("/notice_id", "required")]);
        let both = json!({"reason": "理由", "notice_id": id, "progress_report_id": id});
        let problem = cast.reporter.post(REVIEWS, &both).await.problem(422, "invalid");
        assert_faults(&problem, &[("/progress_report_id", "conflict")]);
        let review = objected(&cast.reporter, &path).await;
        for caller in [&cast.reporter, &cast.approver, &cast.coordinator, &app.role("inspector"), &app.role("auditor")] {
            caller.get(&review).await.ok();
            for query in ["", "?unit=hbj", &format!("?progress_report={}", id.as_str().unwrap())] {
                assert_eq!(caller.get(&format!("{REVIEWS}{query}")).await.ok().json()["total"], 1);
            }
        }
        for caller in [&cast.stranger, &app.role("admin")] {
            caller.get(&review).await.problem(404, "not_found");
            assert_eq!(caller.get(REVIEWS).await.ok().json()["total"], 0);
        }
        cast.secrecy.get(&review).await.problem(403, "forbidden");
        app.anonymous().get(&review).await.problem(401, "unauthenticated");
        // Nor does what is public say how it came to be.
        act(&cast.reporter, &path, "submit", "*", &json!({})).await.ok();
        act(&cast.coordinator, &path, "accept", "*", &json!({})).await.ok();
        act(&cast.secrecy, &path, "clear", "*", &json!({})).await.ok();
        for (query, total) in [("", 1), ("?returned=true", 0), ("?returned=false", 0)] {
            assert_eq!(app.anonymous().get(&format!("{REPORTS}{query}")).await.ok().json()["total"], total, "{query}");
        }
        assert_eq!(cast.reporter.get(&format!("{REPORTS}?returned=true")).await.ok().json()["total"], 1);
    }
}
