//! What is offered can be done, and what cannot be done is not offered.

use super::*;

const OBLIGATION: &str = "/api/v1/obligations/dg-2017.17.3.d2.hbj.2017Q2";

fn day(app: &TestApp, day: &str) {
    app.clock.set(format!("{day}T01:00:00Z").parse().unwrap());
}

on_both! {
    async fn nothing_is_offered_in_the_past(app: &TestApp) {
        let (reporter, boss) = (app.somebody("wang", "unit_reporter", Some("hbj")), app.somebody("boss", "coordinator", None));
        assert_eq!(offered(&reporter, OBLIGATION).await, json!(["report", "request_extension"]));
        let report = made(&reporter, REPORTS, &report_on("dg-2017.17.3.d2.hbj.2017Q2")).await;
        day(app, "2017-07-01");
        let (reporter, boss_now) = (app.somebody("wang", "unit_reporter", Some("hbj")), app.somebody("boss", "coordinator", None));
        for caller in [&reporter, &boss_now] {
            assert_eq!(offered(caller, &format!("{OBLIGATION}?as_of=2017-06-30")).await, json!([]));
        }
        assert_eq!(offered(&boss_now, &format!("{OBLIGATION}?as_of=2017-08-01")).await, json!(["exempt"]));
        let listed = reporter.get("/api/v1/obligations?as_of=2017-06-30&requirement=dg-2017.17.3").await.ok().json();
        assert!(listed["items"].as_array().unwrap().iter().all(|row| row["allowed_actions"] == json!([])));
        let then = reporter.get(&format!("{report}?as_of=2017-06-30")).await.ok().json();
        assert_eq!(then["allowed_actions"], json!([]));
        drop(boss);
    }

    async fn a_day_has_one_total_whatever_was_registered_later(app: &TestApp) {
        let query = "requirement=dg-2017.11.1&unit=dsj&rule_kind=on_event";
        let total = async |as_of: &str| {
            let statistics = app.role("auditor").get(&format!("/api/v1/plans/dg-2017/statistics?as_of={as_of}")).await.ok().json();
            statistics["total"]["total"].clone()
        };
        let before = total("2017-06-30").await;
        let boss = app.somebody("boss", "coordinator", None);
        boss.post("/api/v1/deadlines/dg-2017.11.1.d1/occurrences", &json!({"happened_on": "2017-06-20", "due_on": "2017-07-10"})).await.expect(201);
        assert_eq!(ids(app, query).await, ["dg-2017.11.1.d1.dsj.e1"]);
        day(app, "2017-07-03");
        for (as_of, period) in [("2017-03-31", "waiting"), ("2017-06-29", "waiting"), ("2017-06-30", "e1"), ("2017-07-03", "e1")] {
            assert_eq!(ids(app, &format!("{query}&as_of={as_of}")).await, [format!("dg-2017.11.1.d1.dsj.{period}")], "{as_of}");
            assert_eq!(total(as_of).await, before, "{as_of}");
        }
        let listed = app.role("auditor").get("/api/v1/obligations?plan=dg-2017&as_of=2017-06-29&limit=1").await.ok().json();
        let grouped = app.role("auditor").get("/api/v1/obligations?plan=dg-2017&as_of=2017-06-29&group_by=unit").await.ok().json();
        let sum: i64 = grouped["groups"].as_array().unwrap().iter().map(|group| group["total"].as_i64().unwrap()).sum();
        assert_eq!((&listed["total"], sum), (&before, before.as_i64().unwrap()));
    }

    async fn late_stays_late(app: &TestApp) {
        let id = "dg-2017.17.3.d2.hbj.2017Q2";
        let reporter = app.somebody("wang", "unit_reporter", Some("hbj"));
        let asked = json!({"obligation_id": id, "requested_due_on": "2017-07-31", "reason": "理由", "progress": "进展"});
        let extension = made(&reporter, "/api/v1/extensions", &asked).await;
        day(app, "2017-07-02");
        let (reporter, boss) = (app.somebody("wang", "unit_reporter", Some("hbj")), app.somebody("boss", "coordinator", None));
        let mut part = report_on(id);
        part["claims_completion"] = json!(false);
        let report = made(&reporter, REPORTS, &part).await;
        reporter.step(&format!("{report}/submit"), &json!({})).await.ok();
        boss.step(&format!("{report}/accept"), &json!({})).await.ok();
        let on_time = async || {
            let groups = app.role("auditor").get("/api/v1/obligations?requirement=dg-2017.17.3&period=2017Q2&unit=hbj&as_of=2017-08-01&group_by=unit").await.ok().json();
            groups["groups"][0]["on_time"].clone()
        };
        assert_eq!((reporter.get(OBLIGATION).await.ok().json()["timeliness"].as_str(), on_time().await), (Some("late"), json!(0)));
        boss.step(&format!("{extension}/grant"), &json!({})).await.ok();
        let row = reporter.get(OBLIGATION).await.ok().json();
        assert_eq!((row["timeliness"].as_str(), row["due_on"].as_str()), (Some("late"), Some("2017-07-31")), "what is left to do has more time");
        assert_eq!(on_time().await, json!(0));
        assert_eq!(reporter.get("/api/v1/obligations?requirement=dg-2017.17.3&timeliness=late").await.ok().json()["total"], 1);
    }

    async fn the_first_report_says_whether_it_was_in_time(app: &TestApp) {
        let id = "dg-2017.17.3.d2.hbj.2017Q2";
        let mut part = report_on(id);
        part["claims_completion"] = json!(false);
        for today in ["2017-06-30", "2017-07-02"] {
            day(app, today);
            let (reporter, boss) = (app.somebody("wang", "unit_reporter", Some("hbj")), app.somebody("boss", "coordinator", None));
            let report = made(&reporter, REPORTS, &part).await;
            reporter.step(&format!("{report}/submit"), &json!({})).await.ok();
            let row = reporter.get(OBLIGATION).await.ok().json();
            assert_eq!((&row["state"], &row["timeliness"], &row["reported_on"]), (&json!("submitted"), &json!("on_time"), &json!("2017-06-30")));
            boss.step(&format!("{report}/accept"), &json!({})).await.ok();
        }
    }

    async fn there_is_nothing_to_extend_of_what_is_done(app: &TestApp) {
        let id = "dg-2017.17.3.d2.hbj.2017Q2";
        let (reporter, boss) = (app.somebody("wang", "unit_reporter", Some("hbj")), app.somebody("boss", "coordinator", None));
        let asked = json!({"obligation_id": id, "requested_due_on": "2017-07-31", "reason": "理由", "progress": "进展"});
        let extension = made(&reporter, "/api/v1/extensions", &asked).await;
        boss.step(&format!("{OBLIGATION}/exempt"), &json!({"reason": "职责已划转"})).await.ok();
        assert_eq!(offered(&boss, &extension).await, json!(["refuse"]));
        assert_eq!(boss.step(&format!("{extension}/grant"), &json!({})).await.problem(409, "wrong_state")["allowed_actions"], json!(["refuse"]));
        boss.step(&format!("{extension}/refuse"), &json!({"reason": "已免办"})).await.ok();
    }

    async fn a_report_is_not_submitted_or_revised_where_there_is_no_place_for_it(app: &TestApp) {
        let id = "dg-2017.17.3.d2.hbj.2017Q2";
        let (reporter, boss) = (app.somebody("wang", "unit_reporter", Some("hbj")), app.somebody("boss", "coordinator", None));
        let mut part = report_on(id);
        part["claims_completion"] = json!(false);
        let first = made(&reporter, REPORTS, &part).await;
        reporter.step(&format!("{first}/submit"), &json!({})).await.ok();
        boss.step(&format!("{first}/accept"), &json!({})).await.ok();
        assert_eq!(offered(&reporter, &first).await, json!(["revise"]));
        let second = made(&reporter, REPORTS, &part).await;
        assert_eq!(offered(&reporter, &first).await, json!([]));
        reporter.step(&format!("{first}/revise"), &json!({})).await.problem(409, "already_exists");
        assert_eq!(offered(&reporter, &second).await, json!(["update", "delete", "submit"]));
        boss.step(&format!("{OBLIGATION}/exempt"), &json!({"reason": "职责已划转"})).await.ok();
        assert_eq!(offered(&reporter, &second).await, json!(["update", "delete"]));
        reporter.step(&format!("{second}/submit"), &json!({})).await.problem(409, "wrong_state");
    }

    async fn a_draft_that_is_out_of_date_is_not_offered_to_be_issued(app: &TestApp) {
        let boss = app.somebody("boss", "coordinator", None);
        let body = json!({
            "plan_id": "dg-2017", "kind": "reminder", "level": "blue", "subject": "催办", "text": "请报送。",
            "units": ["humen"], "obligations": ["dg-2017.1.1.d1.humen.2017Q1"], "reply_by": "2017-07-07"
        });
        let (first, second) = (made(&boss, "/api/v1/notices", &body).await, made(&boss, "/api/v1/notices", &body).await);
        assert_eq!(offered(&boss, &second).await, json!(["update", "delete", "issue"]));
        boss.step(&format!("{first}/issue"), &json!({})).await.ok();
        assert_eq!(offered(&boss, &second).await, json!(["update", "delete"]), "it is asked already");
        boss.step(&format!("{second}/issue"), &json!({})).await.problem(409, "already_exists");
        boss.step(&format!("{first}/rescind"), &json!({"reason": "误发"})).await.ok();
        assert_eq!(offered(&boss, &second).await, json!(["update", "delete", "issue"]));
        day(app, "2017-07-08");
        let boss = app.somebody("boss", "coordinator", None);
        assert_eq!(offered(&boss, &second).await, json!(["update", "delete"]), "its day has passed");
        let refused = boss.step(&format!("{second}/issue"), &json!({})).await.problem(409, "wrong_state");
        assert_eq!(refused["allowed_actions"], json!(["update", "delete"]));
        let listed = boss.get("/api/v1/notices?status=draft").await.ok().json();
        assert_eq!(listed["items"][0]["allowed_actions"], json!(["update", "delete"]));
    }

    async fn a_step_with_a_draft_tells_what_can_be_done_next(app: &TestApp) {
        let boss = app.somebody("boss", "coordinator", None);
        let body = json!({
            "plan_id": "dg-2017", "kind": "criticism", "subject": "通报", "text": "请整改。", "units": ["humen"], "reply_by": "2017-07-07"
        });
        let notice = made(&boss, "/api/v1/notices", &body).await;
        boss.step(&format!("{notice}/submit"), &json!({})).await.ok();
        day(app, "2017-07-08");
        let (boss, chief) = (app.somebody("boss", "coordinator", None), app.somebody("chief", "coordinator", None));
        let approved = chief.step(&format!("{notice}/approve"), &json!({})).await.ok().json();
        assert_eq!((&approved["allowed_actions"], offered(&chief, &notice).await), (&json!(["return"]), json!(["return"])));
        let reminder = json!({
            "plan_id": "dg-2017", "kind": "reminder", "level": "blue", "subject": "催办", "text": "请报送。", "units": ["humen"], "reply_by": "2017-07-09"
        });
        let reminder = made(&boss, "/api/v1/notices", &reminder).await;
        let change = json!({"obligations": ["dg-2017.1.1.d1.humen.2017Q1"]});
        let changed = boss.patch(&reminder, "*", &change).await.ok().json();
        assert_eq!(changed, boss.get(&reminder).await.ok().json());
    }

    async fn what_was_handed_in_is_judged_when_the_plan_is_closed(app: &TestApp) {
        published(app, "t-2017", &[("hbj", json!({"kind": "date", "due_on": "2017-09-15"})), ("hbj", json!({"kind": "year_round"}))]).await;
        let (reporter, boss) = (app.somebody("wang", "unit_reporter", Some("hbj")), app.somebody("boss", "coordinator", None));
        let report = made(&reporter, REPORTS, &report_on("t-2017.1.1.d1.hbj.2017")).await;
        let draft = made(&reporter, REPORTS, &report_on("t-2017.1.2.d1.hbj.2017Q2")).await;
        reporter.step(&format!("{report}/submit"), &json!({})).await.ok();
        let asked = json!({"obligation_id": "t-2017.1.1.d1.hbj.2017", "requested_due_on": "2017-10-31", "reason": "理由", "progress": "进展"});
        let extension = made(&reporter, "/api/v1/extensions", &asked).await;
        boss.transition("/api/v1/plans/t-2017/close?accept_unfinished=true", "*").await.ok();
        assert_eq!((offered(&reporter, &report).await, offered(&reporter, &draft).await), (json!([]), json!([])));
        assert_eq!((offered(&boss, &report).await, offered(&boss, &extension).await), (json!(["accept", "return"]), json!(["refuse"])));
        assert_eq!(offered(&reporter, &extension).await, json!(["withdraw"]));
        boss.step(&format!("{report}/accept"), &json!({})).await.ok();
        assert_eq!(reporter.get("/api/v1/obligations/t-2017.1.1.d1.hbj.2017").await.ok().json()["state"], "fulfilled");
        boss.step(&format!("{extension}/grant"), &json!({})).await.problem(409, "wrong_state");
        reporter.step(&format!("{extension}/withdraw"), &json!({})).await.ok();
    }

    async fn what_was_begun_stays_where_a_unit_leaves_or_a_requirement_goes(app: &TestApp) {
        published(app, "t-2017", &[("ygdw", json!({"kind": "date", "due_on": "2017-09-15"}))]).await;
        let id = "t-2017.1.1.d1.lyj.2017";
        let (reporter, boss) = (app.somebody("wang", "unit_reporter", Some("lyj")), app.somebody("boss", "coordinator", None));
        let report = made(&reporter, REPORTS, &report_on(id)).await;
        boss.delete("/api/v1/units/ygdw/members/lyj", "*").await.expect(204);
        boss.delete("/api/v1/requirements/t-2017.1.1?reason=%E5%B9%B6%E5%85%A5", "*").await.expect(204);
        assert_eq!(ids(app, "plan=t-2017").await, [id]);
        assert_eq!(offered(&reporter, &report).await, json!(["update", "delete", "submit"]));
        reporter.step(&format!("{report}/submit"), &json!({})).await.ok();
        boss.step(&format!("{report}/accept"), &json!({})).await.ok();
        assert_eq!(reporter.get(&format!("/api/v1/obligations/{id}")).await.ok().json()["state"], "fulfilled");
    }

    async fn what_was_given_up_goes_with_the_rest(app: &TestApp) {
        let due = |day: &str| ("ygdw", json!({"kind": "date", "due_on": day}));
        published(app, "t-2017", &[due("2017-09-15"), due("2017-10-15"), due("2017-11-15"), due("2017-12-15")]).await;
        let row = |number: u32| format!("t-2017.1.{number}.d1.lyj.2017");
        let (reporter, boss) = (app.somebody("wang", "unit_reporter", Some("lyj")), app.somebody("boss", "coordinator", None));
        let asked = json!({"obligation_id": row(1), "requested_due_on": "2017-12-15", "reason": "理由", "progress": "进展"});
        let extension = made(&reporter, "/api/v1/extensions", &asked).await;
        let draft = made(&reporter, REPORTS, &report_on(&row(2))).await;
        let exempt = format!("/api/v1/obligations/{}", row(3));
        boss.step(&format!("{exempt}/exempt"), &json!({"reason": "职责已划转"})).await.ok();
        boss.delete("/api/v1/units/ygdw/members/lyj", "*").await.expect(204);
        let left = async || ids(app, "plan=t-2017&unit=lyj").await;
        assert_eq!(left().await, [row(1), row(2), row(3)], "what was begun stays");
        reporter.step(&format!("{extension}/withdraw"), &json!({})).await.ok();
        assert_eq!(left().await, [row(2), row(3)]);
        reporter.delete(&draft, "*").await.expect(204);
        assert_eq!(left().await, [row(3)]);
        boss.step(&format!("{exempt}/restore"), &json!({})).await.ok();
        assert_eq!(left().await, Vec::<String>::new());
    }
}
