//! The whole life of one report, by five tokens; with `PATCH /progress-reports/{id}`, `POST /progress-reports/{id}/sign`,
//! `POST /progress-reports/{id}/return`, `POST /progress-reports/{id}/revise` and
//! `GET /progress-reports/{id}/history`

use serde_json::{Value, json};

use super::{Cast, OBLIGATION, REPORTS, act, obligation, path, report_on};
use crate::support::texts;

on_both! {
    async fn from_draft_to_public_and_back(app: &TestApp) {
        let Cast { reporter, approver, coordinator, secrecy, stranger } = Cast::of(app);
        let anonymous = app.anonymous();
        // The plan asks for the unit's signature.
        let settings = json!({"settings": {"unit_signoff": true}, "reason": "实行审签"});
        app.coordinator().patch("/api/v1/plans/dg-2017", "*", &settings).await.ok();

        // A draft, which only the unit sees.
        let draft = reporter.post(REPORTS, &json!({"obligation_id": OBLIGATION})).await.expect(201);
        let path = path(&draft);
        assert_eq!((draft.json()["status"].as_str(), draft.json()["allowed_actions"].clone()), (Some("draft"), json!(["update", "delete", "submit"])));
        for other in [&anonymous, &coordinator, &secrecy, &stranger, &app.role("inspector"), &app.role("auditor")] {
            other.get(&path).await.problem(404, "not_found");
            assert_eq!(other.get(REPORTS).await.ok().json()["total"], 0);
        }
        let problem = act(&reporter, &path, "submit", "*", &json!({})).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], "/summary");
        let whole = json!({"summary": "已公开第二季度环境质量状况", "percent": 100, "claims_completion": true, "evidence": report_on("")["evidence"]});
        let saved = reporter.patch(&path, &draft.etag(), &whole).await.ok();
        reporter.patch(&path, &draft.etag(), &whole).await.problem(412, "stale");

        // Submitted once the approver has signed; the approver did not write it.
        let unsigned = act(&reporter, &path, "submit", &saved.etag(), &json!({})).await.ok();
        assert_eq!((unsigned.json()["status"].as_str(), obligation(app, "2017-06-30").await["state"].as_str()), (Some("awaiting_signoff"), Some("open")));
        coordinator.get(&path).await.problem(404, "not_found");
        let submitted = act(&approver, &path, "sign", &unsigned.etag(), &json!({})).await.ok();
        assert_eq!(submitted.json()["status"], "submitted");
        let row = obligation(app, "2017-06-30").await;
        assert_eq!((row["state"].as_str(), row["light"].as_str(), row["timeliness"].as_str()), (Some("submitted"), Some("none"), Some("on_time")));

        // Returned with a reason, mended, submitted and signed again.
        let seen = coordinator.get(&path).await.ok();
        assert_eq!(seen.json()["allowed_actions"], json!(["accept", "return"]));
        act(&coordinator, &path, "return", &seen.etag(), &json!({"reason": " "})).await.problem(422, "invalid");
        let returned = act(&coordinator, &path, "return", &seen.etag(), &json!({"reason": "请补充措施"})).await.ok();
        assert_eq!((returned.json()["status"].as_str(), returned.json()["review"].as_str()), (Some("returned"), Some("请补充措施")));
        let row = obligation(app, "2017-06-30").await;
        assert_eq!((row["state"].as_str(), row["light"].as_str()), (Some("returned"), Some("yellow")));
        reporter.patch(&path, "*", &json!({"measures": "在网站和微信公众号同步公开"})).await.ok();
        act(&reporter, &path, "submit", "*", &json!({})).await.ok();
        act(&approver, &path, "sign", "*", &json!({})).await.ok();

        // What the secrecy reviewer does not read has no history for them either.
        let history = format!("{path}/history");
        secrecy.get(&history).await.problem(404, "not_found");

        // Accepted: the obligation is fulfilled, and the public still sees nothing.
        let accepted = act(&coordinator, &path, "accept", "*", &json!({"note": "材料齐全"})).await.ok();
        assert_eq!((accepted.json()["status"].as_str(), accepted.json()["publication"].as_str()), (Some("accepted"), Some("pending")));
        let row = obligation(app, "2017-06-30").await;
        assert_eq!((row["state"].as_str(), row["fulfilled_on"].as_str(), row["light"].as_str()), (Some("fulfilled"), Some("2017-06-30"), Some("none")));
        // Whoever reviews it reads how it came to be, but for what its drafts said.
        let seen = secrecy.walk(&history).await;
        assert_eq!(texts(&seen, "event"), texts(&reporter.walk(&history).await, "event"));
        let said = |item: &Value| item.get("before").is_some() || item.get("after").is_some();
        for item in &seen {
            let writing = item["event"] == "progress_report.created" || item["event"] == "progress_report.saved";
            assert_ne!(said(item), writing, "{item}");
        }
        let of_unit = |unit| app.bearing(Some(app.token("sun", &["secrecy_reviewer"], Some(unit), &[])));
        assert_eq!(texts(&of_unit("hbj").walk(&history).await, "id"), texts(&seen, "id"));
        of_unit("humen").get(&history).await.problem(404, "not_found");
        anonymous.get(&path).await.problem(404, "not_found");
        stranger.get(&path).await.problem(404, "not_found");

        // Cleared: anybody reads it, without the names of persons.
        act(&secrecy, &path, "clear", "*", &json!({})).await.ok();
        let public = anonymous.get(&path).await.ok();
        assert_eq!((public.json()["summary"].as_str(), public.json()["cleared_on"].as_str()), (Some("已公开第二季度环境质量状况"), Some("2017-06-30")));
        for person in ["wang", "\"li\"", "zhao", "sun", "请补充措施", "材料齐全"] {
            assert!(!public.text().contains(person), "{person} in {}", public.text());
        }
        assert_eq!(stranger.get(&path).await.ok().json(), public.json());
        assert_eq!(anonymous.get(REPORTS).await.ok().json()["total"], 1);

        // Revised: off the public page until both reviews are through again.
        let revised = act(&reporter, &path, "revise", "*", &json!({})).await.ok();
        assert_eq!((revised.json()["status"].as_str(), revised.json()["revision"].as_i64(), revised.json()["publication"].as_str()), (Some("draft"), Some(2), Some("pending")));
        anonymous.get(&path).await.problem(404, "not_found");
        assert_eq!(anonymous.get(REPORTS).await.ok().json()["total"], 0);
        assert_eq!(obligation(app, "2017-06-30").await["state"], "open");
        reporter.patch(&path, "*", &json!({"summary": "已公开并更正"})).await.ok();
        for (caller, action) in [(&reporter, "submit"), (&approver, "sign"), (&coordinator, "accept")] {
            anonymous.get(&path).await.problem(404, "not_found");
            act(caller, &path, action, "*", &json!({})).await.ok();
        }
        anonymous.get(&path).await.problem(404, "not_found");
        act(&secrecy, &path, "clear", "*", &json!({})).await.ok();
        assert_eq!(anonymous.get(&path).await.ok().json()["summary"], "已公开并更正");

        // And all of it is on the record, for the unit and the reviewing offices.
        let history = reporter.walk(&format!("{path}/history")).await;
        let events = texts(&history, "event");
        let steps = [
            "created", "saved", "submitted", "signed", "returned", "saved", "submitted", "signed", "accepted", "cleared", "revised", "saved",
            "submitted", "signed", "accepted", "cleared",
        ];
        assert_eq!(events, steps.map(|step| format!("progress_report.{step}")));
        assert_eq!((history[4]["actor"].as_str(), history[4]["reason"].as_str()), (Some("zhao"), Some("请补充措施")));
        assert_eq!(history[11]["after"]["content"]["summary"], "已公开并更正");
        let seen = coordinator.walk(&format!("{path}/history")).await;
        assert_eq!((seen.len(), seen[11].get("after"), seen[12]["after"]["status"].as_str()), (16, None, Some("awaiting_signoff")), "what a draft said is the unit's");
        stranger.get(&format!("{path}/history")).await.problem(404, "not_found");
        anonymous.get(&format!("{path}/history")).await.problem(401, "unauthenticated");
    }
}
