//! `POST /second-reviews/{id}/uphold`

use serde_json::json;

use super::{criticism, decide, object, objected};
use crate::{
    notices::{coordinator, of_unit, say},
    reports::{Cast, act, report},
};

on_both! {
    async fn is_decided_by_who_had_no_part_in_it(app: &TestApp) {
        let notice = criticism(app).await;
        let humen = of_unit(app, "humen");
        let asked = object(&humen, &notice).await.expect(201).json();
        assert_eq!((asked["status"].as_str(), asked["decide_by"].as_str()), (Some("requested"), Some("2017-07-30")));
        assert_eq!(asked["allowed_actions"], json!(["withdraw"]));
        let path = format!("/api/v1/second-reviews/{}", asked["id"].as_str().unwrap());
        object(&humen, &notice).await.problem(409, "already_exists");
        for who in ["wang", "li", "zhao"] {
            let caller = coordinator(app, who);
            assert_eq!(caller.get(&path).await.ok().json()["allowed_actions"], json!([]), "{who}");
            decide(&caller, &path, "uphold").await.problem(403, "forbidden");
        }
        decide(&app.role("inspector"), &path, "uphold").await.problem(403, "forbidden");
        let sun = coordinator(app, "sun");
        let seen = sun.get(&path).await.ok();
        assert_eq!(seen.json()["allowed_actions"], json!(["uphold", "overturn"]));
        say(&sun, &path, "uphold", &json!({})).await.problem(422, "invalid");
        let upheld = decide(&sun, &path, "uphold").await.ok().json();
        assert_eq!((upheld["status"].as_str(), upheld["decided_by"].as_str(), upheld["decision"].as_str()), (Some("upheld"), Some("sun"), Some("经核实")));
        decide(&sun, &path, "overturn").await.problem(409, "wrong_state");
        assert_eq!(sun.get(&notice).await.ok().json()["status"], "issued");
    }

    async fn an_upheld_return_stays_and_the_next_one_may_be_objected_to(app: &TestApp) {
        let cast = Cast::of(app);
        let path = report(&cast, &["submit"]).await;
        object(&cast.reporter, &path).await.problem(409, "wrong_state");
        act(&cast.coordinator, &path, "return", "*", &json!({"reason": "请补充网址"})).await.ok();
        let review = objected(&cast.reporter, &path).await;
        let qian = coordinator(app, "qian");
        assert_eq!(decide(&qian, &review, "uphold").await.ok().json()["decision"], "经核实");
        assert_eq!(qian.get(&path).await.ok().json()["status"], "returned");
        object(&cast.reporter, &path).await.problem(409, "already_exists");
        act(&cast.reporter, &path, "submit", "*", &json!({})).await.ok();
        app.clock.set("2017-06-30T01:30:00Z".parse().unwrap());
        act(&cast.coordinator, &path, "return", "*", &json!({"reason": "仍缺网址"})).await.ok();
        object(&cast.reporter, &path).await.expect(201);
    }
}
