//! `changed_since=`: what changed, what is gone, and nothing of what one does not see.

use serde_json::{Value, json};

use crate::{
    imports::import,
    reports::{REPORTS, report_on},
    support::{Caller, TestApp, database::sealed},
};

const OBLIGATION: &str = "dg-2017.17.3.d2.hbj.2017Q2";

/// What changed in the list since the mark, the ids that are gone, and the next mark.
async fn pull(caller: &Caller<'_>, path: &str, mark: &str) -> (Vec<String>, Value, String) {
    let page = caller.get(&format!("{path}?changed_since={mark}")).await.ok().json();
    let changes = &page["changes"];
    assert_eq!(changes["complete"], mark == "start", "{page}");
    let next = changes["mark"].as_str().unwrap().to_owned();
    let id = |row: &Value| row.get("id").unwrap_or(&row["code"]).as_str().unwrap().to_owned();
    (
        page["items"].as_array().unwrap().iter().map(id).collect(),
        changes["gone"].clone(),
        next,
    )
}

on_both! {
    async fn the_public_hears_of_what_is_public(app: &TestApp) {
        let (public, wang) = (app.anonymous(), app.somebody("wang", "unit_reporter", Some("hbj")));
        let (boss, sun) = (app.somebody("boss", "coordinator", None), app.somebody("sun", "secrecy_reviewer", None));
        let (items, _, mut mark) = pull(&public, REPORTS, "start").await;
        assert!(items.is_empty());
        let path = wang.post(REPORTS, &report_on(OBLIGATION)).await.expect(201).header("location").to_owned();
        let id = path.rsplit('/').next().unwrap();
        let nothing = (Vec::<String>::new(), json!([]));
        for (caller, step, told) in [
            (&wang, "submit", nothing.clone()),
            (&boss, "accept", nothing.clone()),
            (&sun, "clear", (vec![id.to_owned()], json!([]))),
            (&wang, "revise", (Vec::new(), json!([id]))),
        ] {
            caller.step(&format!("{path}/{step}"), &json!({})).await.ok();
            let (items, gone, next) = pull(&public, REPORTS, &mark).await;
            assert_eq!((items, gone), told, "{step}");
            mark = next;
        }
        // What was told before its entry had a number may be told again; nothing else is.
        wang.step(&format!("{path}/submit"), &json!({})).await.ok();
        let (items, gone, _) = pull(&public, REPORTS, &mark).await;
        assert!(items.is_empty() && (gone == json!([]) || gone == json!([id])), "{gone}");
        // Between two marks that only differ in what happened unseen, there is nothing to tell them apart by.
        let (_, _, again) = pull(&public, REPORTS, &mark).await;
        assert_eq!(again.len(), mark.len());
        assert_ne!(again, mark);
    }

    async fn an_office_hears_of_the_rows_that_changed_only(app: &TestApp) {
        let (boss, wang) = (app.somebody("boss", "coordinator", None), app.somebody("wang", "unit_reporter", Some("hbj")));
        let ledger = "/api/v1/obligations";
        let (_, _, mark) = pull(&boss, ledger, "start").await;
        let path = wang.post(REPORTS, &report_on(OBLIGATION)).await.expect(201).header("location").to_owned();
        let (items, gone, mark) = pull(&boss, ledger, &mark).await;
        assert_eq!((items, gone), (Vec::new(), json!([])), "a draft is its unit's own");
        wang.step(&format!("{path}/submit"), &json!({})).await.ok();
        let (items, _, mark) = pull(&boss, ledger, &mark).await;
        assert_eq!(items, [OBLIGATION]);
        // What has left the filter is gone.
        let open = format!("{ledger}?state=submitted&changed_since=start");
        let held = boss.get(&open).await.ok().json();
        assert_eq!(held["total"], 1);
        wang.step(&format!("{path}/withdraw"), &json!({})).await.ok();
        let since = held["changes"]["mark"].as_str().unwrap();
        let left = boss.get(&format!("{ledger}?state=submitted&changed_since={since}")).await.ok().json();
        assert_eq!((&left["items"], &left["changes"]["gone"]), (&json!([]), &json!([OBLIGATION])));
        // A mark is of one list with its filters, and of one person: whoever else shows it is told all there is.
        let other = boss.get(&format!("/api/v1/extensions?changed_since={mark}")).await;
        assert_eq!(other.problem(400, "invalid_parameter")["errors"][0]["parameter"], "changed_since");
        let of_wang = wang.get(&format!("{ledger}?changed_since={mark}")).await.ok().json();
        assert_eq!(of_wang["changes"]["complete"], true);
        boss.get(&format!("{ledger}?changed_since=2017-06-30T00:00:00Z")).await.ok();
        for format in ["csv", "ndjson"] {
            let refused = boss.get(&format!("{ledger}?changed_since={mark}&format={format}")).await.problem(400, "invalid_parameter");
            assert!(refused["detail"].as_str().unwrap().contains("changed_since=start&limit=1"), "{refused}");
        }
        for refused in [format!("{mark}&as_of=2017-06-30"), format!("{mark}&group_by=unit"), format!("A{mark}"), "yesterday".to_owned()] {
            boss.get(&format!("{ledger}?changed_since={refused}")).await.problem(400, "invalid_parameter");
        }
    }

    async fn a_day_that_passes_changes_what_came_near_or_was_let_pass(app: &TestApp) {
        let path = "/api/v1/obligations?requirement=dg-2017.17.3";
        let auditor = |app: &TestApp| app.token("shen", &["auditor"], None, &[]);
        let caller = app.bearing(Some(auditor(app)));
        let begun = caller.get(&format!("{path}&changed_since=start")).await.ok().json();
        let mark = begun["changes"]["mark"].as_str().unwrap();
        app.clock.set("2017-07-01T01:00:00Z".parse().unwrap());
        let caller = app.bearing(Some(auditor(app)));
        let page = caller.get(&format!("{path}&changed_since={mark}&limit=200")).await.ok().json();
        let rows = page["items"].as_array().unwrap();
        assert!(!rows.is_empty() && page["changes"]["complete"] == false, "{page}");
        assert!(rows.iter().any(|row| row["id"] == OBLIGATION && row["light"] == "red"), "{page}");
        let all = caller.get(path).await.ok().json();
        assert!(page["total"].as_i64() < all["total"].as_i64());
    }

    /// What is said of a report is public as long as that is, and what happens to it meanwhile is nobody's to hear.
    async fn what_is_said_goes_with_its_report(app: &TestApp) {
        const FEEDBACK: &str = "/api/v1/feedback";
        let (public, wang) = (app.anonymous(), app.somebody("wang", "unit_reporter", Some("hbj")));
        let (boss, sun) = (app.somebody("boss", "coordinator", None), app.somebody("sun", "secrecy_reviewer", None));
        let path = wang.post(REPORTS, &report_on(OBLIGATION)).await.expect(201).header("location").to_owned();
        for (caller, step) in [(&wang, "submit"), (&boss, "accept"), (&sun, "clear")] {
            caller.step(&format!("{path}/{step}"), &json!({})).await.ok();
        }
        let about = json!({"report_id": path.rsplit('/').next().unwrap(), "rating": 4});
        let said = app.role("portal").post(FEEDBACK, &about).await.expect(201).json()["id"].as_str().unwrap().to_owned();
        let (items, _, mut mark) = pull(&public, FEEDBACK, "start").await;
        assert!(items.is_empty());
        let nothing = (Vec::<String>::new(), json!([]));
        let (shown, gone) = ((vec![said.clone()], json!([])), (Vec::new(), json!([said])));
        let feedback = format!("{FEEDBACK}/{said}");
        for (caller, path, step, told) in [
            (&boss, &feedback, "publish", &shown),
            (&wang, &path, "revise", &gone),
            (&boss, &feedback, "reject", &nothing),
        ] {
            let why = if step == "reject" { json!({"reason": "无关"}) } else { json!({}) };
            caller.step(&format!("{path}/{step}"), &why).await.ok();
            sealed(&app.app).await;
            let (items, gone, next) = pull(&public, FEEDBACK, &mark).await;
            assert_eq!((&items, &gone), (&told.0, &told.1), "{step}");
            mark = next;
        }
    }

    /// A day is its first instant in Shanghai, and an offset may be written as it comes.
    async fn an_instant_is_what_a_person_means(app: &TestApp) {
        let wang = app.somebody("wang", "unit_reporter", Some("hbj"));
        let path = wang.post(REPORTS, &report_on(OBLIGATION)).await.expect(201).header("location").to_owned();
        let id = path.rsplit('/').next().unwrap();
        // It is 09:00 in Shanghai.
        let is_told = async |since: &str| {
            let page = wang.get(&format!("{REPORTS}?changed_since={since}")).await.ok().json();
            assert_eq!(page["changes"]["gone"], json!([]), "{since}");
            page["items"].as_array().unwrap().iter().any(|row| row["id"] == id)
        };
        for since in ["2017-06-30", "2017-06-30T01:00:00Z", "2017-06-30T09:00:00+08:00", "2017-06-30T09:00:00%2B08:00"] {
            assert!(is_told(since).await, "{since}");
        }
        // Of what a day to come may bring, nothing is known but what is there.
        let to_come = wang.get(&format!("{REPORTS}?changed_since=2017-07-01")).await.ok().json();
        assert_eq!(to_come["changes"]["complete"], true);
    }

    /// An instant is when a change began. It may be written later, and by a clock that is behind: who read the list meanwhile did
    /// not see it.
    async fn an_instant_misses_nothing(app: &TestApp) {
        // What the plan came with was written on the day of this test.
        let at = |time: &str| app.clock.set(format!("2099-06-30T{time}Z").parse().unwrap());
        at("01:00:00");
        let wang = app.somebody("wang", "unit_reporter", Some("hbj"));
        let write = async |period: &str| {
            let obligation = format!("dg-2017.17.3.d2.hbj.{period}");
            wang.post(REPORTS, &report_on(&obligation)).await.expect(201).json()["id"].as_str().unwrap().to_owned()
        };
        let told = async |since: &str| {
            let page = wang.get(&format!("{REPORTS}?changed_since=2099-06-30T{since}")).await.ok().json();
            assert_eq!(page["changes"]["complete"], false, "{since}");
            let mut ids: Vec<String> = page["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
            ids.sort();
            ids
        };
        at("01:10:00.123456");
        let (one, other) = (write("2017Q1").await, write("2017Q2").await);
        sealed(&app.app).await;
        let both = vec![one, other];
        for since in [
            "01:10:00.123455Z", "01:10:00.123456Z", "01:10:00.1234565Z", "01:10:00.123457Z", "01:10:00.123Z", "01:10:00.124Z", "01:10:00Z",
            "01:10:01Z", "09:10:00.123456%2B08:00", "01:15:00.123456Z",
        ] {
            assert_eq!(told(since).await, both, "{since}");
        }
        assert_eq!(told("01:15:00.123457Z").await, Vec::<String>::new());
        // Begun before somebody read the list, and committed after.
        at("01:19:00");
        let late = write("2017Q3").await;
        at("01:30:00");
        write("2017Q4").await;
        sealed(&app.app).await;
        assert!(told("01:20:00Z").await.contains(&late));
    }

    async fn of_a_plan_what_was_amended_and_what_was_removed(app: &TestApp) {
        let (boss, public) = (app.coordinator(), app.anonymous());
        let lists = ["plans", "tasks", "requirements", "deadlines", "units"].map(|list| format!("/api/v1/{list}"));
        let mut marks = Vec::new();
        for list in &lists {
            marks.push(pull(&public, list, "start").await.2);
        }
        let text = json!({"text": "改过的要求。", "reason": "更正"});
        boss.patch("/api/v1/requirements/dg-2017.17.3", "*", &text).await.ok();
        boss.delete("/api/v1/requirements/dg-2017.12.1?reason=%E5%B9%B6%E5%85%A5", "*").await.expect(204);
        // What somebody drafts is nobody's.
        crate::support::fixtures::draft(app, "dg-2018").await;
        for (list, mark) in lists.iter().zip(&marks) {
            let (items, gone, _) = pull(&public, list, mark).await;
            let removed = match list.as_str() {
                "/api/v1/requirements" => json!(["dg-2017.12.1"]),
                "/api/v1/deadlines" => json!(["dg-2017.12.1.d1"]),
                _ => json!([]),
            };
            assert_eq!(gone, removed, "{list}");
            let changed = match list.as_str() {
                "/api/v1/plans" => items == ["dg-2017"],
                "/api/v1/units" => items.is_empty(),
                _ => !items.is_empty() && items.iter().all(|id| id.starts_with("dg-2017.17") || id.starts_with("dg-2017.12")),
            };
            assert!(changed, "{list}: {items:?}");
        }
        // What left the filter is gone too.
        let path = "/api/v1/requirements?q=%E6%94%B9%E8%BF%87%E7%9A%84";
        let held = public.get(&format!("{path}&changed_since=start")).await.ok().json();
        assert_eq!(held["total"], 1);
        boss.patch("/api/v1/requirements/dg-2017.17.3", "*", &json!({"text": "又改。", "reason": "更正"})).await.ok();
        let since = held["changes"]["mark"].as_str().unwrap();
        let left = public.get(&format!("{path}&changed_since={since}")).await.ok().json();
        let gone = left["changes"]["gone"].as_array().unwrap();
        assert!(left["items"] == json!([]) && gone.contains(&json!("dg-2017.17.3")), "{left}");
    }

    /// What is read in is forgotten after a day, of which no entry of the log tells.
    async fn of_imports_what_came_and_what_went(app: &TestApp) {
        const IMPORTS: &str = "/api/v1/imports";
        let zhao = app.somebody("zhao", "coordinator", None);
        let file = "序号,工作任务,责任单位,完成时限\n1,公开环境质量。,市环保局,12月底\n".as_bytes();
        let read = async || import(&app.somebody("zhao", "coordinator", None), "a.csv", file).await.expect(201).json()["id"].as_str().unwrap().to_owned();
        let (kept, deleted) = (read().await, read().await);
        let (_, _, mark) = pull(&zhao, IMPORTS, "start").await;
        zhao.delete(&format!("{IMPORTS}/{deleted}"), "*").await.expect(204);
        zhao.patch(&format!("{IMPORTS}/{kept}"), "*", &json!({"plan": {"id": "dg-2018"}})).await.ok();
        sealed(&app.app).await;
        let (items, gone, mark) = pull(&zhao, IMPORTS, &mark).await;
        assert_eq!((items, gone), (vec![kept.clone()], json!([deleted])));
        let open = zhao.get(&format!("{IMPORTS}?status=open&changed_since=start")).await.ok().json();
        // It is 09:00 in Shanghai.
        app.clock.set("2017-07-01T00:59:59.999999Z".parse().unwrap());
        let zhao = app.somebody("zhao", "coordinator", None);
        let (items, gone, mark) = pull(&zhao, IMPORTS, &mark).await;
        assert_eq!((items, gone), (Vec::new(), json!([])));
        let new = read().await;
        app.clock.set("2017-07-01T01:00:00Z".parse().unwrap());
        sealed(&app.app).await;
        let (items, gone, mark) = pull(&zhao, IMPORTS, &mark).await;
        assert!(items == [new.clone()] && gone.as_array().unwrap().contains(&json!(kept)), "{items:?} {gone}");
        let (items, _, _) = pull(&zhao, IMPORTS, &mark).await;
        assert!(items.is_empty(), "{items:?}");
        let since = open["changes"]["mark"].as_str().unwrap();
        let left = zhao.get(&format!("{IMPORTS}?status=open&changed_since={since}")).await.ok().json();
        assert_eq!((&left["items"][0]["id"], left["total"].as_i64()), (&json!(new), Some(1)), "{left}");
    }

    async fn of_registered_events_and_of_the_log_what_was_added(app: &TestApp) {
        const DEADLINE: &str = "/api/v1/deadlines/dg-2017.11.1.d1";
        let (boss, public) = (app.coordinator(), app.anonymous());
        let events = format!("{DEADLINE}/occurrences");
        let (amendments, history) = ("/api/v1/plans/dg-2017/amendments", format!("/api/v1/obligations/{OBLIGATION}/history"));
        let register = async |day: &str| {
            let happened = json!({"happened_on": day, "due_on": "2017-07-10"});
            boss.post(&events, &happened).await.expect(201).json()["id"].as_str().unwrap().to_owned()
        };
        let first = register("2017-06-20").await;
        sealed(&app.app).await;
        let (_, _, of_events) = pull(&public, &events, "start").await;
        let (_, _, of_amendments) = pull(&boss, amendments, "start").await;
        let (_, _, of_history) = pull(&boss, &history, "start").await;
        let text = json!({"text": "改过的要求。", "reason": "更正"});
        boss.patch("/api/v1/requirements/dg-2017.17.1", "*", &text).await.ok();
        boss.step(&format!("/api/v1/obligations/{OBLIGATION}/exempt"), &json!({"reason": "职责已划转"})).await.ok();
        sealed(&app.app).await;
        // An amendment of the plan is none of its events.
        let (items, gone, of_events) = pull(&public, &events, &of_events).await;
        assert_eq!((items, gone), (Vec::new(), json!([])));
        for (path, mark, event) in [(amendments, &of_amendments, "requirement.updated"), (&history, &of_history, "obligation.exempted")] {
            let page = boss.get(&format!("{path}?changed_since={mark}")).await.ok().json();
            let told: Vec<&Value> = page["items"].as_array().unwrap().iter().map(|row| &row["event"]).collect();
            assert_eq!((told, &page["changes"]["gone"]), (vec![&json!(event)], &json!([])), "{path}");
            let next = page["changes"]["mark"].as_str().unwrap();
            let (items, ..) = pull(&boss, path, next).await;
            assert!(items.is_empty(), "{path}: {items:?}");
        }
        let second = register("2017-06-21").await;
        boss.step(&format!("{events}/{first}/withdraw"), &json!({"reason": "误登"})).await.ok();
        let (mut items, gone, _) = pull(&public, &events, &of_events).await;
        items.sort();
        let mut both = vec![first, second];
        both.sort();
        assert_eq!((items, gone), (both, json!([])));
    }

    /// Who follows a list that names no units hears nothing of them, and of the calendar only who counts by it.
    async fn of_units_and_of_the_calendar_those_are_told_whom_they_concern(app: &TestApp) {
        let (boss, admin) = (app.coordinator(), app.role("admin"));
        let lists: Vec<(String, bool, bool)> = [
            ("obligations", true, true), ("plans", true, true), ("progress-reports", true, false), ("requirements", true, false), ("tasks", true, false),
            ("deadlines", true, false), ("units", true, false), ("extensions", true, false), ("notices", true, false), ("second-reviews", true, false),
            ("feedback", true, false), ("imports", false, false), ("plans/dg-2017/amendments", false, false), ("deadlines/dg-2017.11.1.d1/occurrences", false, false),
        ].into_iter().map(|(list, units, calendar)| (format!("/api/v1/{list}"), units, calendar)).collect();
        let path = app.somebody("wang", "unit_reporter", Some("hbj")).post(REPORTS, &report_on(OBLIGATION)).await.expect(201);
        let path = path.header("location").to_owned();
        app.somebody("wang", "unit_reporter", Some("hbj")).step(&format!("{path}/submit"), &json!({})).await.ok();
        sealed(&app.app).await;
        for of_units in [true, false] {
            let (mut marks, mut before) = (Vec::new(), Vec::new());
            for (list, ..) in &lists {
                let page = boss.get(&format!("{list}?changed_since=start")).await.ok().json();
                marks.push(page["changes"]["mark"].as_str().unwrap().to_owned());
                before.push(page["items"].clone());
            }
            if of_units {
                let named = json!({"name": "市生态环境局"});
                boss.patch("/api/v1/units/hbj", "*", &named).await.ok();
            } else {
                let mut year = admin.get("/api/v1/calendar/2017").await.ok().json();
                year["days_off"].as_array_mut().unwrap().push(json!({"date": "2017-07-03", "name": "高温放假"}));
                admin.put("/api/v1/calendar/2017", "*", &year).await.ok();
            }
            for (((list, units, calendar), mark), before) in lists.iter().zip(&marks).zip(&before) {
                let page = boss.get(&format!("{list}?changed_since={mark}")).await.ok().json();
                let concerned = if of_units { units } else { calendar };
                assert_eq!(page["changes"]["complete"], *concerned, "{list}");
                let after = boss.get(list).await.ok().json();
                assert!(*concerned || *before == after["items"], "{list} is another and nobody is told");
            }
        }
    }

    /// Who asks now this replica and now that, while others write, ends with what is there.
    async fn with_writers_at_work_and_across_replicas(app: &TestApp) {
        const LISTS: &[&str] = &[REPORTS, "/api/v1/obligations?requirement=dg-2017.1.1&period=2017Q2&unit=humen&unit=changan&limit=200", "/api/v1/tasks?limit=200", "/api/v1/notices"];
        app.replica().await.during(async |other| {
            let writing = std::cell::Cell::new(true);
            let units = ["humen", "changan", "houjie"];
            let write = async |unit: &'static str| {
                let reporter = app.somebody("writer", "unit_reporter", Some(unit));
                let (boss, author) = (other.somebody("boss", "coordinator", None), app.somebody("author", "coordinator", None));
                let obligation = format!("dg-2017.1.1.d1.{unit}.2017Q2");
                let path = reporter.post(REPORTS, &report_on(&obligation)).await.expect(201).header("location").to_owned();
                for (caller, step) in [(&reporter, "submit"), (&reporter, "withdraw"), (&reporter, "submit"), (&boss, "accept"), (&reporter, "revise")] {
                    caller.step(&format!("{path}/{step}"), &json!({})).await.ok();
                    sealed(&other.app).await;
                }
                let notice = json!({"plan_id": "dg-2017", "kind": "reminder", "level": "blue", "reply_by": "2017-07-20", "subject": "催报", "text": "请报送。", "units": [unit]});
                let notice = boss.post("/api/v1/notices", &notice).await.expect(201).header("location").to_owned();
                boss.step(&format!("{notice}/issue"), &json!({})).await.ok();
                let text = json!({"title": format!("{unit}的任务"), "reason": "更正"});
                author.patch("/api/v1/tasks/dg-2017.2", "*", &text).await.ok();
            };
            let writers = async {
                futures_util::future::join_all(units.map(write)).await;
                writing.set(false);
            };
            let follow = async |list: &'static str, who: &str, role: &str, unit: Option<&str>| {
                let mut held: std::collections::BTreeMap<String, Value> = std::collections::BTreeMap::new();
                let mut mark = "start".to_owned();
                for turn in 0.. {
                    // Once more from each after the last has written.
                    let last = !writing.get();
                    for app in [app, other] {
                        let joint = if list.contains('?') { '&' } else { '?' };
                        let caller = app.somebody(who, role, unit);
                        let page = caller.get(&format!("{list}{joint}changed_since={mark}")).await.ok().json();
                        assert!(page.get("next").is_none(), "{list} has one page");
                        let changes = &page["changes"];
                        if changes["complete"] == true {
                            held.clear();
                        }
                        for id in changes["gone"].as_array().unwrap() {
                            held.remove(id.as_str().unwrap());
                        }
                        for row in page["items"].as_array().unwrap() {
                            held.insert(row["id"].as_str().unwrap().to_owned(), row.clone());
                        }
                        changes["mark"].as_str().unwrap().clone_into(&mut mark);
                    }
                    if last || turn > 500 {
                        break;
                    }
                }
                let there = other.somebody(who, role, unit).walk(list).await;
                let there: std::collections::BTreeMap<String, Value> = there.into_iter().map(|row| (row["id"].as_str().unwrap().to_owned(), row)).collect();
                assert_eq!(held, there, "{who} {list}");
            };
            let callers = [("auditor", "auditor", None), ("chen", "unit_reporter", Some("humen"))];
            let followers = LISTS.iter().flat_map(|list| callers.map(|(who, role, unit)| follow(list, who, role, unit)));
            futures_util::future::join(writers, futures_util::future::join_all(followers)).await;
        })
        .await;
    }
}
