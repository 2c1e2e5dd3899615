//! `POST /second-reviews/{id}/overturn`

use serde_json::json;

use super::{REVIEWS, criticism, decide, object, objected};
use crate::{
    notices::{coordinator, of_unit, say},
    reports::{Cast, REPORTS, act, obligation, report},
};

on_both! {
    async fn overturns_for_one_unit_and_then_for_all(app: &TestApp) {
        let notice = criticism(app).await;
        let (humen, changan, sun) = (of_unit(app, "humen"), of_unit(app, "changan"), coordinator(app, "sun"));
        let before = humen.etag(&notice).await;
        decide(&sun, &objected(&humen, &notice).await, "overturn").await.ok();
        assert_ne!(humen.etag(&notice).await, before);
        let seen = humen.get(&notice).await.ok().json();
        assert!(seen["units"][0].get("lifted_at").is_some());
        assert_eq!((seen["status"].as_str(), &seen["allowed_actions"]), (Some("issued"), &json!([])));
        say(&humen, &notice, "answer", &json!({"text": "说明"})).await.problem(409, "wrong_state");
        object(&humen, &notice).await.problem(409, "wrong_state");
        assert_eq!(changan.get(&notice).await.ok().json()["allowed_actions"], json!(["acknowledge", "answer"]));
        decide(&sun, &objected(&changan, &notice).await, "overturn").await.ok();
        let seen = changan.get(&notice).await.ok().json();
        assert_eq!((seen["status"].as_str(), seen["rescind_reason"].as_str()), (Some("rescinded"), Some("经核实")));
        let sql = "select event from log_entry where event in ('notice.lifted', 'notice.rescinded') or event like 'second_review.%' order by id";
        let expected = ["second_review.requested", "second_review.overturned", "notice.lifted", "second_review.requested", "second_review.overturned", "notice.rescinded"];
        assert_eq!(crate::support::database::select(&app.config, sql).await, expected);
    }

    async fn an_overturned_return_is_accepted_after_all(app: &TestApp) {
        let cast = Cast::of(app);
        let path = report(&cast, &["submit", "return"]).await;
        let asked = object(&cast.reporter, &path).await.expect(201).json();
        assert_eq!((&asked["subject_kind"], &asked["decide_by"]), (&json!("progress_report"), &json!("2017-07-30")));
        assert!(path.ends_with(asked["progress_report_id"].as_str().unwrap()) && asked.get("notice_id").is_none());
        let review = format!("{REVIEWS}/{}", asked["id"].as_str().unwrap());
        object(&cast.reporter, &path).await.problem(409, "already_exists");
        // Who returned it, and who wrote it, whatever else they are.
        for who in ["zhao", "wang"] {
            let caller = coordinator(app, who);
            assert_eq!(caller.get(&review).await.ok().json()["allowed_actions"], json!([]), "{who}");
            decide(&caller, &review, "overturn").await.problem(403, "forbidden");
        }
        let returned = format!("{REPORTS}?returned=true");
        assert_eq!(cast.coordinator.get(&returned).await.ok().json()["total"], 1);
        let qian = coordinator(app, "qian");
        assert_eq!(qian.get(&review).await.ok().json()["allowed_actions"], json!(["uphold", "overturn"]));
        let before = qian.get(&path).await.ok().json();
        assert_eq!(decide(&qian, &review, "overturn").await.ok().json()["status"], "overturned");
        let after = qian.get(&path).await.ok().json();
        assert_eq!((&after["status"], after["version"].as_i64()), (&json!("submitted"), before["version"].as_i64().map(|version| version + 1)));
        assert_eq!(obligation(app, "2017-06-30").await["state"], "submitted");
        assert_eq!(cast.coordinator.get(&returned).await.ok().json()["total"], 0, "it counts as never returned");
        act(&cast.coordinator, &path, "accept", "*", &json!({})).await.ok();
        assert_eq!(obligation(app, "2017-06-30").await["state"], "fulfilled");
        decide(&qian, &review, "uphold").await.problem(409, "wrong_state");
        let sql = "select event from log_entry where event like 'second_review.%' or event in ('progress_report.returned', 'progress_report.reinstated', 'progress_report.accepted') order by id";
        let expected = ["progress_report.returned", "second_review.requested", "second_review.overturned", "progress_report.reinstated", "progress_report.accepted"];
        assert_eq!(crate::support::database::select(&app.config, sql).await, expected);
    }
}
