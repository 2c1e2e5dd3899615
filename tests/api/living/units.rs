//! A unit is dissolved: what it left is somebody's, or the change is refused.

use super::*;

const UNIT: &str = "/api/v1/units/hbj";

async fn heir(app: &TestApp) {
    let heir = json!({"code": "sthjj", "name": "市生态环境局", "kind": "department"});
    app.somebody("boss", "coordinator", None)
        .post("/api/v1/units", &heir)
        .await
        .expect(201);
}

on_both! {
    async fn who_takes_over_owns_what_was_begun(app: &TestApp) {
        let fixed = |day: &str| json!({"kind": "date", "due_on": day});
        published(app, "t-2017", &[
            ("hbj", fixed("2017-06-15")), ("hbj", fixed("2017-09-15")), ("hbj", fixed("2017-10-15")), ("hbj", fixed("2017-11-15")),
        ]).await;
        let id = |number: u32| format!("t-2017.1.{number}.d1.hbj.2017");
        let (old, boss) = (app.somebody("wang", "unit_reporter", Some("hbj")), app.somebody("boss", "coordinator", None));
        let report = made(&old, REPORTS, &report_on(&id(2))).await;
        old.step(&format!("{report}/submit"), &json!({})).await.ok();
        let asked = json!({"obligation_id": id(3), "requested_due_on": "2017-12-15", "reason": "理由", "progress": "进展"});
        let extension = made(&old, "/api/v1/extensions", &asked).await;
        let notice = made(&boss, "/api/v1/notices", &json!({
            "plan_id": "t-2017", "kind": "reminder", "level": "blue", "subject": "催办", "text": "请报送。",
            "units": ["hbj"], "obligations": [id(1)], "reply_by": "2017-07-07"
        })).await;
        boss.step(&format!("{notice}/issue"), &json!({})).await.ok();

        heir(app).await;
        let end = json!({"valid_to": "2017-06-29", "successors": ["sthjj"]});
        boss.patch(UNIT, "*", &end).await.ok();
        let new = app.somebody("li", "unit_reporter", Some("sthjj"));
        let rows = ["t-2017.1.1.d1.hbj.2017", "t-2017.1.2.d1.hbj.2017", "t-2017.1.3.d1.hbj.2017", "t-2017.1.4.d1.sthjj.2017"];
        assert_eq!(ids(app, "plan=t-2017").await, rows, "what was begun or had passed keeps its name, and nobody owes twice");
        let seen = new.walk("/api/v1/obligations?plan=t-2017").await;
        assert_eq!(texts(&seen, "id"), rows);
        assert_eq!((&seen[0]["taken_over_by"][0]["code"], seen[3].get("taken_over_by")), (&json!("sthjj"), None));

        // The extension is decided, the report accepted, and the duty is done.
        assert_eq!(offered(&boss, &extension).await, json!(["grant", "refuse"]));
        boss.step(&format!("{extension}/grant"), &json!({})).await.ok();
        boss.step(&format!("{report}/accept"), &json!({})).await.ok();
        let done = new.get(&format!("/api/v1/obligations/{}", id(2))).await.ok().json();
        assert_eq!(done["state"], "fulfilled");
        // Who reviewed for secrecy there reads on, and reviews no more.
        let keeper = app.somebody("zhao", "secrecy_reviewer", Some("hbj"));
        let seen = keeper.walk(&format!("{REPORTS}?plan=t-2017")).await;
        assert_eq!(seen.len(), 1);
        assert_eq!(keeper.get(&report).await.ok().json()["allowed_actions"], json!([]));
        keeper.step(&format!("{report}/clear"), &json!({})).await.problem(403, "forbidden");
        // What was overdue is reported by who took over, and no more by who is gone.
        let overdue = format!("/api/v1/obligations/{}", id(1));
        assert_eq!(offered(&new, &overdue).await, json!(["report"]));
        assert_eq!(offered(&old, &overdue).await, json!([]));
        old.post(REPORTS, &report_on(&id(1))).await.problem(403, "forbidden");
        let late = made(&new, REPORTS, &report_on(&id(1))).await;
        new.step(&format!("{late}/submit"), &json!({})).await.ok();
        assert_eq!(old.get(&late).await.ok().json()["allowed_actions"], json!([]), "its people read on");
        // And so is the notice.
        assert_eq!(offered(&new, &notice).await, json!(["acknowledge", "answer"]));
        assert_eq!(offered(&old, &notice).await, json!([]));
        let before = new.etag(&notice).await;
        let answered = new.step(&format!("{notice}/answer"), &json!({"text": "已报"})).await.ok();
        assert_ne!(answered.etag(), before);
        assert_eq!(answered.etag(), new.etag(&notice).await);
        // A notice about what was taken over reaches whoever took over.
        let next = made(&boss, "/api/v1/notices", &json!({
            "plan_id": "t-2017", "kind": "supervision", "level": "blue", "subject": "督办", "text": "请报送。",
            "units": ["hbj"], "obligations": [id(1)], "reply_by": "2017-07-07"
        })).await;
        boss.step(&format!("{next}/issue"), &json!({})).await.ok();
        assert_eq!(offered(&new, &next).await, json!(["acknowledge", "answer"]));
        let objection = json!({"notice_id": next.rsplit('/').next(), "reason": "已报"});
        let review = made(&new, "/api/v1/second-reviews", &objection).await;
        assert_eq!(new.get(&review).await.ok().json()["unit"], "hbj");
        app.somebody("zhou", "unit_reporter", Some("humen")).get(&review).await.problem(404, "not_found");
    }

    async fn nobody_is_dissolved_who_leaves_work_to_nobody(app: &TestApp) {
        let boss = app.somebody("boss", "coordinator", None);
        let before = boss.get(UNIT).await.ok().json();
        for end in ["2017-06-29", "2017-06-30", "2017-09-30"] {
            let problem = boss.patch(UNIT, "*", &json!({"valid_to": end})).await.problem(409, "in_use");
            assert!(problem["detail"].as_str().unwrap().contains("dg-2017."), "{problem}");
        }
        assert_eq!(boss.get(UNIT).await.ok().json(), before);
        boss.patch(UNIT, "*", &json!({"valid_to": "2017-12-31"})).await.ok();
        heir(app).await;
        boss.patch(UNIT, "*", &json!({"valid_to": "2017-09-30", "successors": ["sthjj"]})).await.ok();
        // Who has taken over is not dissolved without a successor either.
        boss.patch("/api/v1/units/sthjj", "*", &json!({"valid_to": "2017-12-30"})).await.problem(409, "in_use");
        boss.patch(UNIT, "*", &json!({"successors": []})).await.problem(409, "in_use");
        boss.patch(UNIT, "*", &json!({"valid_to": null, "successors": []})).await.ok();
    }

    async fn what_a_notice_speaks_of_keeps_its_name(app: &TestApp) {
        let fixed = |day: &str| json!({"kind": "date", "due_on": day});
        published(app, "t-2017", &[("hbj", fixed("2017-09-15")), ("hbj", fixed("2017-10-15"))]).await;
        let boss = app.somebody("boss", "coordinator", None);
        let named = "t-2017.1.1.d1.hbj.2017";
        let notice = made(&boss, "/api/v1/notices", &json!({
            "plan_id": "t-2017", "kind": "reminder", "level": "blue", "subject": "催办", "text": "请报送。",
            "units": ["hbj"], "obligations": [named], "reply_by": "2017-07-07"
        })).await;
        boss.step(&format!("{notice}/issue"), &json!({})).await.ok();
        heir(app).await;
        boss.patch(UNIT, "*", &json!({"valid_to": "2017-06-29", "successors": ["sthjj"]})).await.ok();
        assert_eq!(ids(app, "plan=t-2017").await, [named, "t-2017.1.2.d1.sthjj.2017"]);
        let new = app.somebody("li", "unit_reporter", Some("sthjj"));
        assert_eq!(offered(&new, &format!("/api/v1/obligations/{named}")).await, json!(["report", "request_extension"]));
    }

    async fn a_plan_gives_nothing_to_a_unit_that_ended_without_a_successor(app: &TestApp) {
        let boss = app.somebody("boss", "coordinator", None);
        heir(app).await;
        boss.patch("/api/v1/units/sthjj", "*", &json!({"valid_to": "2017-09-30"})).await.ok();
        let fixed = |day: &str| json!({"kind": "date", "due_on": day});
        published(app, "t-2017", &[("sthjj", fixed("2017-09-15")), ("hbj", fixed("2017-10-15"))]).await;
        let refused = |problem: Value| assert!(problem["detail"].as_str().unwrap().contains("sthjj"), "{problem}");
        // Another day, another unit, another requirement, a longer year.
        let later = json!({"rule": fixed("2017-10-01"), "reason": "延后"});
        refused(boss.patch("/api/v1/deadlines/t-2017.1.1.d1", "*", &later).await.problem(409, "wrong_state"));
        let units = json!({"units": [{"code": "hbj"}, {"code": "sthjj"}], "reason": "增加单位"});
        refused(boss.patch("/api/v1/requirements/t-2017.1.2", "*", &units).await.problem(409, "wrong_state"));
        let new = json!({"task_id": "t-2017.1", "text": "要求", "units": [{"code": "sthjj"}], "reason": "增补",
            "deadlines": [{"phrase": "期限", "rule": {"kind": "year_round"}}]});
        refused(boss.post("/api/v1/requirements", &new).await.problem(409, "wrong_state"));
        assert_eq!(ids(app, "plan=t-2017").await, ["t-2017.1.1.d1.sthjj.2017", "t-2017.1.2.d1.hbj.2017"]);
        // Up to its last day it may owe, and once somebody takes over everything may be said.
        let until = json!({"rule": fixed("2017-09-30"), "reason": "延后"});
        boss.patch("/api/v1/deadlines/t-2017.1.1.d1", "*", &until).await.ok();
        boss.patch("/api/v1/units/sthjj", "*", &json!({"successors": ["hbj"]})).await.ok();
        boss.patch("/api/v1/deadlines/t-2017.1.1.d1", "*", &later).await.ok();
    }

    async fn a_draft_is_not_published_that_gives_work_to_nobody(app: &TestApp) {
        let boss = app.somebody("boss", "coordinator", None);
        heir(app).await;
        let due = |day: &str| json!([{"phrase": "期限", "rule": {"kind": "date", "due_on": day}}]);
        let requirement = |day: &str| json!({"text": "要求", "units": [{"code": "sthjj"}], "deadlines": due(day)});
        let plan = json!({"id": "t-2017", "title": "方案", "year": 2017, "tasks": [{"title": "任务", "requirements": [requirement("2017-09-15"), requirement("2017-10-15")]}]});
        boss.post("/api/v1/plans", &plan).await.expect(201);
        assert_eq!(offered(&boss, "/api/v1/plans/t-2017").await, json!(["update", "delete", "publish"]));
        boss.patch("/api/v1/units/sthjj", "*", &json!({"valid_to": "2017-09-30"})).await.ok();
        let left = json!(["update", "delete"]);
        assert_eq!(offered(&boss, "/api/v1/plans/t-2017").await, left);
        let publish = "/api/v1/plans/t-2017/publish";
        let refused = boss.transition(publish, "*").await.problem(409, "wrong_state");
        assert_eq!(refused["allowed_actions"], left);
        let said = &refused["detail"];
        assert!(said.as_str().unwrap().contains("sthjj") && said.as_str().unwrap().contains("t-2017.1.2.d1"), "{said}");
        assert_eq!(boss.get("/api/v1/plans/t-2017").await.ok().json()["status"], "draft");
        boss.patch("/api/v1/deadlines/t-2017.1.2.d1", "*", &json!({"rule": {"kind": "date", "due_on": "2017-09-30"}})).await.ok();
        boss.transition(publish, "*").await.ok();
        assert_eq!(ids(app, "plan=t-2017").await, ["t-2017.1.1.d1.sthjj.2017", "t-2017.1.2.d1.sthjj.2017"]);
    }

    async fn a_unit_with_a_past_is_not_deleted(app: &TestApp) {
        let boss = app.somebody("boss", "coordinator", None);
        let town = json!({"code": "xinzhen", "name": "新镇", "kind": "town", "region_code": "441900199"});
        boss.post("/api/v1/units", &town).await.expect(201);
        let rows = ids(app, "unit=xinzhen").await;
        assert!(!rows.is_empty());
        let open = rows.iter().find(|id| id.ends_with("2017Q4")).unwrap();
        let reporter = app.somebody("wang", "unit_reporter", Some("xinzhen"));
        let asked = json!({"obligation_id": open, "requested_due_on": "2018-01-15", "reason": "理由", "progress": "进展"});
        made(&reporter, "/api/v1/extensions", &asked).await;
        boss.delete("/api/v1/units/xinzhen", "*").await.problem(409, "in_use");
        assert_eq!(ids(app, "unit=xinzhen").await, rows);
    }
}
