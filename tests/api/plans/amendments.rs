//! `GET /plans/{id}/amendments`, and the reasons that lead to them

use serde_json::{Value, json};

use crate::support::{
    database::sealed,
    fixtures::{self, amendments, assert_faults, edits, everything},
    texts,
};

const PATH: &str = "/api/v1/plans/dg-2018/amendments";

on_both! {
    async fn who_when_and_why(app: &TestApp) {
        fixtures::published(app, "dg-2018").await;
        app.clock.set("2018-03-01T02:03:04.000005Z".parse().unwrap());
        let caller = app.bearing(Some(app.token("zhang.san", &["coordinator"], Some("fzj"), &[])));
        let change = json!({"text": "改过的要求。", "reason": "  机构改革  "});
        caller.patch("/api/v1/requirements/dg-2018.1.2", "*", &change).await.ok();
        let page = app.coordinator().get(PATH).await.ok().json();
        assert_eq!((&page["total"], page.get("next")), (&json!(1), None));
        let entry = &page["items"][0];
        assert_eq!(entry["actor"], "zhang.san");
        assert_eq!(entry["actor_unit"], "fzj");
        assert_eq!(entry["at"], "2018-03-01T02:03:04.000005Z");
        assert_eq!(entry["event"], "requirement.updated");
        assert_eq!(entry["subject"], "dg-2018.1.2");
        assert_eq!(entry["reason"], "机构改革");
        for (side, text, version) in [("before", "每季度公布审计结果。", 1), ("after", "改过的要求。", 2)] {
            assert_eq!(entry[side]["id"], "dg-2018.1.2");
            assert_eq!(entry[side]["text"], text);
            assert_eq!(entry[side]["version"], version);
        }
        // All but what changed is the same before and after.
        let (mut before, after) = (entry["before"].clone(), entry["after"].clone());
        before["text"] = after["text"].clone();
        before["version"] = after["version"].clone();
        assert_eq!(before, after);
        // In one order on both databases.
        sealed(&app.app).await;
        let log = app.role("auditor").get("/api/v1/audit-events?subject=dg-2018.1.2&event=requirement.updated").await.ok().json();
        for entry in [entry, &log["items"][0]] {
            for side in ["before", "after"] {
                let names: Vec<&String> = entry[side].as_object().unwrap().keys().collect();
                assert!(names.len() > 5 && names.is_sorted(), "{names:?}");
            }
        }
    }

    async fn every_edit_of_a_published_plan_leaves_one(app: &TestApp) {
        fixtures::published(app, "dg-2018").await;
        let caller = app.coordinator();
        for (count, edit) in (1..).zip(edits("dg-2018")) {
            let reply = edit.send(&caller, Some("*"), Some(&format!("理由{count}"))).await;
            reply.expect(edit.success());
            assert_eq!(amendments(app, "dg-2018").await, count);
        }
        // Newest first.
        let page = caller.get(PATH).await.ok().json();
        let items = page["items"].as_array().unwrap();
        let expected: Vec<String> = (1..=10).rev().map(|count| format!("理由{count}")).collect();
        assert_eq!(texts(items, "reason"), expected);
        let mut happened: Vec<(String, String)> =
            texts(items, "event").into_iter().zip(texts(items, "subject")).collect();
        happened.reverse();
        let happened: Vec<(&str, &str)> = happened.iter().map(|(event, subject)| (&**event, &**subject)).collect();
        assert_eq!(happened, [
            ("plan.updated", "dg-2018"),
            ("task.created", "dg-2018.3"),
            ("task.updated", "dg-2018.1"),
            ("task.deleted", "dg-2018.2"),
            ("requirement.created", "dg-2018.1.3"),
            ("requirement.updated", "dg-2018.1.1"),
            ("requirement.deleted", "dg-2018.1.2"),
            ("deadline.created", "dg-2018.1.1.d3"),
            ("deadline.updated", "dg-2018.1.1.d1"),
            ("deadline.deleted", "dg-2018.1.1.d2"),
        ]);
        for entry in items {
            let event = entry["event"].as_str().unwrap();
            // A deadline's entry shows its requirement, which is there before and after.
            let of_deadline = event.starts_with("deadline.");
            assert_eq!(entry.get("before").is_some(), of_deadline || !event.ends_with(".created"), "{event}");
            assert_eq!(entry.get("after").is_some(), of_deadline || !event.ends_with(".deleted"), "{event}");
        }
    }

    async fn page_by_page(app: &TestApp) {
        fixtures::published(app, "dg-2018").await;
        let caller = app.coordinator();
        for count in 1..=7 {
            let change = json!({"title": format!("第{count}版"), "reason": format!("理由{count}")});
            caller.patch("/api/v1/plans/dg-2018", "*", &change).await.ok();
        }
        let first = caller.get(&format!("{PATH}?limit=3")).await.ok();
        let page = first.json();
        assert_eq!((&page["total"], page["items"].as_array().unwrap().len()), (&json!(7), 3));
        let next = page["next"].as_str().unwrap();
        assert_eq!(first.header("link"), format!("<{next}>; rel=\"next\""));
        // What comes meanwhile is newer, and shifts nothing.
        caller.patch("/api/v1/plans/dg-2018", "*", &json!({"title": "第8版", "reason": "理由8"})).await.ok();
        let rest = texts(&caller.walk(next).await, "reason");
        assert_eq!(rest, ["理由4", "理由3", "理由2", "理由1"]);
        let all = texts(&caller.walk(&format!("{PATH}?limit=2")).await, "reason");
        let expected: Vec<String> = (1..=8).rev().map(|count| format!("理由{count}")).collect();
        assert_eq!(all, expected);
        // A page that is exactly full is the last.
        assert_eq!(caller.get(&format!("{PATH}?limit=8")).await.ok().json().get("next"), None);
    }

    async fn pages_that_cannot_be(app: &TestApp) {
        fixtures::published(app, "dg-2018").await;
        let caller = app.coordinator();
        for count in 1..=2 {
            let change = json!({"title": format!("第{count}版"), "reason": "更正"});
            caller.patch("/api/v1/plans/dg-2018", "*", &change).await.ok();
        }
        for limit in ["0", "201", "-1", "x"] {
            let problem = caller.get(&format!("{PATH}?limit={limit}")).await.problem(400, "invalid_parameter");
            assert_eq!(fixtures::faults(&problem)[0].0, "limit");
        }
        let problem = caller.get(&format!("{PATH}?sort=at")).await.problem(400, "invalid_parameter");
        assert_faults(&problem, &[("sort", "invalid")]);
        caller.get(&format!("{PATH}?cursor=abc")).await.problem(400, "invalid_cursor");
        // One plan's cursor is not another's.
        let page = caller.get(&format!("{PATH}?limit=1")).await.ok().json();
        let next = page["next"].as_str().unwrap().replace("dg-2018", "dg-2017");
        caller.get(&next).await.problem(400, "invalid_cursor");
    }

    async fn drafts_leave_none(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        for edit in edits("dg-2018") {
            edit.send(&app.coordinator(), Some("*"), Some("草案不需要理由")).await.expect(edit.success());
        }
        assert_eq!(amendments(app, "dg-2018").await, 0);
        app.coordinator().transition("/api/v1/plans/dg-2018/publish?accept_open=true", "*").await.ok();
        assert_eq!(amendments(app, "dg-2018").await, 0);
    }

    async fn of_other_plans_are_not_listed(app: &TestApp) {
        fixtures::published(app, "dg-2018").await;
        app.coordinator().patch("/api/v1/plans/dg-2018", "*", &json!({"title": "标题", "reason": "更正"})).await.ok();
        assert_eq!(amendments(app, "dg-2017").await, 0);
    }

    async fn not_found(app: &TestApp) {
        for id in ["dg-2018", "DG"] {
            app.coordinator().get(&format!("/api/v1/plans/{id}/amendments")).await.problem(404, "not_found");
        }
    }

    async fn by_role(app: &TestApp) {
        let path = "/api/v1/plans/dg-2017/amendments";
        app.anonymous().get(path).await.problem(401, "unauthenticated");
        for role in ["unit_reporter", "unit_approver", "secrecy_reviewer"] {
            app.role(role).get(path).await.problem(403, "forbidden");
        }
        for role in ["coordinator", "inspector", "auditor", "admin"] {
            assert_eq!(app.role(role).get(path).await.ok().json()["total"], 0, "{role}");
        }
    }

    async fn need_a_reason(app: &TestApp) {
        fixtures::published(app, "dg-2018").await;
        let before = everything(app).await;
        let caller = app.coordinator();
        let (long, control) = ("长".repeat(501), "有\u{0}空字符");
        for edit in edits("dg-2018") {
            let place = if edit.body.is_some() { "/reason" } else { "reason" };
            for reason in [None, Some(""), Some(" \u{3000}")] {
                let problem = edit.send(&caller, Some("*"), reason).await.problem(422, "reason_required");
                assert_faults(&problem, &[(place, "required")]);
            }
            let problem = edit.send(&caller, Some("*"), Some(&long)).await.problem(422, "invalid");
            assert_faults(&problem, &[(place, "too_long")]);
            // A query with it cannot be read; a body says where it is.
            let (status, code) = if edit.body.is_some() { (422, "invalid") } else { (400, "invalid_parameter") };
            let problem = edit.send(&caller, Some("*"), Some(control)).await.problem(status, code);
            assert_faults(&problem, &[(place, "invalid")]);
        }
        assert_eq!(everything(app).await, before);
    }

    async fn reasons_may_be_long(app: &TestApp) {
        fixtures::published(app, "dg-2018").await;
        let reason = "长".repeat(500);
        let change = json!({"title": "标题", "reason": reason});
        app.coordinator().patch("/api/v1/plans/dg-2018", "*", &change).await.ok();
        let page: Value = app.coordinator().get(PATH).await.ok().json();
        assert_eq!(page["items"][0]["reason"], reason);
    }
}
