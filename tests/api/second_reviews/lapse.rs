//! A second review ends by itself when the unit goes on with what was returned

use serde_json::json;

use super::{decide, object, objected};
use crate::{
    notices::coordinator,
    reports::{Cast, act, report},
};

on_both! {
    async fn lapses_when_the_unit_goes_on_with_its_report(app: &TestApp) {
        let cast = Cast::of(app);
        let path = report(&cast, &["submit", "return"]).await;
        let review = objected(&cast.reporter, &path).await;
        cast.reporter.patch(&path, "*", &json!({"summary": "已补充网址"})).await.ok();
        let qian = coordinator(app, "qian");
        let seen = qian.get(&review).await.ok().json();
        assert_eq!((&seen["status"], &seen["allowed_actions"]), (&json!("lapsed"), &json!([])));
        act(&cast.reporter, &review, "withdraw", "*", &json!({})).await.problem(409, "wrong_state");
        decide(&qian, &review, "overturn").await.problem(409, "wrong_state");
        act(&cast.reporter, &path, "submit", "*", &json!({})).await.ok();
        app.clock.set("2017-06-30T01:30:00Z".parse().unwrap());
        act(&cast.coordinator, &path, "return", "*", &json!({"reason": "仍缺网址"})).await.ok();
        cast.reporter.patch(&path, "*", &json!({"summary": "再次补充"})).await.ok();
        // Nobody puts back into review what nobody has returned.
        object(&cast.reporter, &path).await.problem(409, "wrong_state");
    }
}
