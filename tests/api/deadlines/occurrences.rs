//! `/deadlines/{id}/occurrences`, and `POST /deadlines/{id}/occurrences/{member}/withdraw`: what waits until somebody
//! registers that it happened. Today is 2017-06-30.

use serde_json::json;

use crate::support::{Reply, TestApp, fixtures::assert_faults, texts, workbook};

const DEADLINE: &str = "/api/v1/deadlines/dg-2017.11.1.d1/occurrences";

async fn ledger(app: &TestApp, requirement: &str) -> Vec<String> {
    texts(
        &app.role("auditor")
            .walk(&format!(
                "/api/v1/obligations?requirement={requirement}&rule_kind=on_event"
            ))
            .await,
        "id",
    )
}

on_both! {
    async fn a_document_arrives_and_is_due_by_the_day_given(app: &TestApp) {
        let coordinator = app.coordinator();
        assert_eq!(ledger(app, "dg-2017.11.1").await, ["dg-2017.11.1.d1.dsj.waiting"]);
        let waiting = coordinator.get("/api/v1/obligations/dg-2017.11.1.d1.dsj.waiting").await.ok().json();
        assert_eq!((waiting["state"].as_str(), waiting["light"].as_str(), waiting.get("due_on")), (Some("waiting"), Some("none"), None));
        // 及时 has no number: whoever registers it says the day.
        let arrived = json!({"happened_on": "2017-06-20", "document": "粤府办〔2017〕24号"});
        let problem = coordinator.post(DEADLINE, &arrived).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], "/due_on");
        let arrived = json!({"happened_on": "2017-06-20", "due_on": "2017-07-10", "document": "粤府办〔2017〕24号"});
        let event = coordinator.post(DEADLINE, &arrived).await.expect(201).json();
        assert_eq!(event["period"], "e1");
        assert_eq!(ledger(app, "dg-2017.11.1").await, ["dg-2017.11.1.d1.dsj.e1"]);
        let row = coordinator.get("/api/v1/obligations/dg-2017.11.1.d1.dsj.e1").await.ok().json();
        assert_eq!((row["opens_on"].as_str(), row["due_on"].as_str(), row["light"].as_str()), (Some("2017-06-20"), Some("2017-07-10"), Some("green")));
        // It may happen again.
        coordinator.post(DEADLINE, &json!({"happened_on": "2017-06-30", "due_on": "2017-07-20"})).await.expect(201);
        assert_eq!(ledger(app, "dg-2017.11.1").await, ["dg-2017.11.1.d1.dsj.e1", "dg-2017.11.1.d1.dsj.e2"]);
        assert_eq!(app.anonymous().get(DEADLINE).await.ok().json()["total"], 2);
    }

    async fn it_can_be_corrected_and_withdrawn_visibly(app: &TestApp) {
        let coordinator = app.coordinator();
        let event = coordinator.post(DEADLINE, &json!({"happened_on": "2017-06-20", "due_on": "2017-07-10"})).await.expect(201);
        let path = format!("{DEADLINE}/{}", event.json()["id"].as_str().unwrap());
        let corrected = coordinator.patch(&path, &event.etag(), &json!({"due_on": "2017-07-14", "note": "以收文登记为准"})).await.ok();
        assert_eq!(coordinator.get("/api/v1/obligations/dg-2017.11.1.d1.dsj.e1").await.ok().json()["due_on"], "2017-07-14");
        coordinator.patch(&path, &event.etag(), &json!({"note": null})).await.problem(412, "stale");
        let withdraw = |body: serde_json::Value| {
            Reply::to(coordinator.request(reqwest::Method::POST, &format!("{path}/withdraw")).header("If-Match", corrected.etag()).json(&body))
        };
        withdraw(json!({})).await.problem(422, "invalid");
        let gone = withdraw(json!({"reason": "登记有误"})).await.ok().json();
        assert_eq!((gone["withdrawal_reason"].as_str(), gone["withdrawn_at"].is_string()), (Some("登记有误"), true));
        assert_eq!(ledger(app, "dg-2017.11.1").await, ["dg-2017.11.1.d1.dsj.waiting"], "it waits again");
        assert_eq!(app.anonymous().get(DEADLINE).await.ok().json()["total"], 1, "and the entry stays");
        // A number is not used twice.
        let next = coordinator.post(DEADLINE, &json!({"happened_on": "2017-06-21", "due_on": "2017-07-11"})).await.expect(201);
        assert_eq!(next.json()["period"], "e2");
    }

    async fn one_event_is_registered_once(app: &TestApp) {
        let coordinator = app.coordinator();
        let event = |day: &str, more: serde_json::Value| {
            let mut event = json!({"happened_on": day, "due_on": "2017-07-10"});
            event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            event
        };
        let document = json!({"document": "粤府办〔2017〕24号"});
        let first = coordinator.post(DEADLINE, &event("2017-06-20", document.clone())).await.expect(201);
        for again in [document.clone(), json!({"document": "粤府办〔2017〕24 号", "note": "再次收到", "due_on": "2017-07-20"})] {
            let problem = coordinator.post(DEADLINE, &event("2017-06-20", again)).await.problem(409, "already_exists");
            assert!(problem["detail"].as_str().unwrap().contains("e1"), "{problem}");
        }
        assert_eq!(ledger(app, "dg-2017.11.1").await, ["dg-2017.11.1.d1.dsj.e1"]);
        // Without a document the note tells them apart; another day is another event.
        let noted = coordinator.post(DEADLINE, &event("2017-06-20", json!({"note": "电话通知"}))).await.expect(201);
        for another in [json!({}), json!({"note": "会议纪要"})] {
            coordinator.post(DEADLINE, &event("2017-06-20", another)).await.expect(201);
        }
        for again in [json!({}), json!({"note": "会议 纪要"})] {
            coordinator.post(DEADLINE, &event("2017-06-20", again)).await.problem(409, "already_exists");
        }
        coordinator.post(DEADLINE, &event("2017-06-21", document.clone())).await.expect(201);
        // Nor does a correction make two of one. What was withdrawn did not happen.
        let at = |event: &Reply| format!("{DEADLINE}/{}", event.json()["id"].as_str().unwrap());
        coordinator.patch(&at(&noted), "*", &document).await.problem(409, "already_exists");
        coordinator.patch(&at(&noted), "*", &json!({"note": "电话通知，已记录"})).await.ok();
        crate::support::sample::reports::act(&coordinator, &at(&first), "withdraw", "*", &json!({"reason": "登记有误"})).await.ok();
        coordinator.patch(&at(&noted), "*", &document).await.ok();
    }

    async fn an_event_may_concern_some_of_them(app: &TestApp) {
        let coordinator = app.coordinator();
        let path = "/api/v1/deadlines/dg-2017.22.1.d2/occurrences";
        let count = async |period: &str| {
            let rows = app.role("auditor").walk(&format!("/api/v1/obligations?requirement=dg-2017.22.1&rule_kind=on_event&period={period}")).await;
            rows.len()
        };
        let all = count("waiting").await;
        assert!(all > 60, "{all}");
        let mut letter = json!({"happened_on": "2017-06-26", "document": "信访件1号", "units": ["虎门镇", "changan"]});
        let event = coordinator.post(path, &letter).await.expect(201);
        assert_eq!(texts(event.json()["units"].as_array().unwrap(), "code"), ["changan", "humen"]);
        assert_eq!((count("e1").await, count("waiting").await), (2, all - 2), "others wait on");
        coordinator.post(path, &letter).await.problem(409, "already_exists");
        // A collective means its members; who does not owe it is not named.
        letter["units"] = json!(["zhenjie"]);
        coordinator.post(path, &letter).await.expect(201);
        assert!(count("e2").await > 30);
        for (units, fault) in [(json!([]), "/units"), (json!(["无此单位"]), "/units/0")] {
            letter["units"] = units;
            let problem = coordinator.post(path, &letter).await.problem(422, "invalid");
            assert_eq!(problem["errors"][0]["pointer"], fault);
        }
        let problem = coordinator.post(DEADLINE, &json!({"happened_on": "2017-06-20", "due_on": "2017-07-10", "units": ["humen"]})).await.problem(422, "invalid");
        assert_faults(&problem, &[("/units/0", "conflict")]);
        // Corrected, the others are asked no more.
        let event = format!("{path}/{}", event.json()["id"].as_str().unwrap());
        coordinator.patch(&event, "*", &json!({"units": ["humen"]})).await.ok();
        assert_eq!(count("e1").await, 1);
        let everybody = coordinator.patch(&event, "*", &json!({"units": null})).await.ok().json();
        assert_eq!((everybody.get("units"), count("waiting").await), (None, 0));
        assert!(count("e1").await > 60);
    }

    async fn what_would_be_nobodys_is_not_registered(app: &TestApp) {
        let coordinator = app.coordinator();
        // Due before the plan begins, or farther off than anybody means.
        for (happened_on, due_on) in [("2016-11-01", "2016-12-31"), ("2017-06-20", "2019-06-21"), ("2017-06-20", "9999-12-31")] {
            let problem = coordinator.post(DEADLINE, &json!({"happened_on": happened_on, "due_on": due_on})).await.problem(422, "invalid");
            assert_faults(&problem, &[("/due_on", "out_of_range")]);
        }
        let counted = "/api/v1/deadlines/dg-2017.22.1.d2/occurrences";
        let problem = coordinator.post(counted, &json!({"happened_on": "2016-12-01"})).await.problem(422, "invalid");
        assert_faults(&problem, &[("/happened_on", "out_of_range")]);
        assert_eq!(ledger(app, "dg-2017.11.1").await, ["dg-2017.11.1.d1.dsj.waiting"]);
        // What happened before and is due within it is owed.
        coordinator.post(DEADLINE, &json!({"happened_on": "2016-12-20", "due_on": "2017-01-10"})).await.expect(201);
        assert_eq!(ledger(app, "dg-2017.11.1").await, ["dg-2017.11.1.d1.dsj.e1"]);
        // Of a plan that began to count later, only what is due from then on.
        let change = json!({"settings": {"obligations_from": "2017-07-01"}, "reason": "自七月起计"});
        coordinator.patch("/api/v1/plans/dg-2017", "*", &change).await.ok();
        let late = json!({"happened_on": "2017-06-20", "due_on": "2017-06-30"});
        let problem = coordinator.post(DEADLINE, &late).await.problem(422, "invalid");
        assert!(problem["errors"][0]["detail"].as_str().unwrap().contains("2017-07-01"), "{problem}");
    }

    async fn a_number_of_working_days_makes_the_day(app: &TestApp) {
        let coordinator = app.coordinator();
        let path = "/api/v1/deadlines/dg-2017.22.1.d2/occurrences";
        let event = coordinator.post(path, &json!({"happened_on": "2017-05-26"})).await.expect(201).json();
        assert_eq!(event["due_on"], "2017-06-01", "05-27 is worked, 端午 is not");
        assert_eq!(ledger(app, "dg-2017.22.1").await.len(), 67, "32 city units and the 35 that exist on that day");
        let problem = coordinator.post(path, &json!({"happened_on": "2017-05-26", "due_on": "2017-06-02"})).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], "/due_on");
        let problem = coordinator.post(path, &json!({"happened_on": "2017-07-01"})).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], "/happened_on", "tomorrow has not happened");
    }

    async fn only_a_coordinator_registers_and_only_where_something_waits(app: &TestApp) {
        let body = json!({"happened_on": "2017-06-20", "due_on": "2017-07-10"});
        app.anonymous().post(DEADLINE, &body).await.problem(401, "unauthenticated");
        app.role("inspector").post(DEADLINE, &body).await.problem(403, "forbidden");
        let coordinator = app.coordinator();
        coordinator.post("/api/v1/deadlines/dg-2017.2.1.d1/occurrences", &body).await.problem(409, "wrong_state");
        coordinator.post("/api/v1/deadlines/dg-2017.2.1.d9/occurrences", &body).await.problem(404, "not_found");
    }

    /// Days and document are public; what was remarked is for the offices, and for whom it concerns.
    async fn remarks_are_for_who_reads_the_ledger(app: &TestApp) {
        let happened = json!({"happened_on": "2017-06-20", "due_on": "2017-07-10", "document": "明文一号", "note": "暗号备注"});
        let event = app.coordinator().post(DEADLINE, &happened).await.expect(201).json();
        assert_eq!(event["note"], "暗号备注");
        let path = format!("{DEADLINE}/{}", event["id"].as_str().unwrap());
        let withdrawn = app.coordinator().step(&format!("{path}/withdraw"), &json!({"reason": "暗号理由"})).await.ok().json();
        assert_eq!(withdrawn["withdrawal_reason"], "暗号理由");
        let unit = |unit: &str| app.somebody("li", "unit_reporter", Some(unit));
        let writes = app.bearing(Some(app.token("writes", &["coordinator"], None, &["plans:write"])));
        for (who, caller, reads) in [
            ("anonymous", app.anonymous(), false), ("portal", app.role("portal"), false),
            ("secrecy reviewer", app.role("secrecy_reviewer"), false), ("a coordinator who only writes", writes.clone(), false),
            ("a unit that it does not concern", unit("humen"), false), ("a unit that it concerns", unit("dsj"), true),
            ("coordinator", app.coordinator(), true), ("inspector", app.role("inspector"), true),
            ("auditor", app.role("auditor"), true), ("admin", app.role("admin"), true),
        ] {
            for form in ["limit=9", "format=csv", "format=ndjson", "format=xlsx", "fields=document,note,withdrawal_reason", "changed_since=start"] {
                let reply = caller.get(&format!("{DEADLINE}?{form}")).await.ok();
                let text = if reply.body.starts_with(b"PK") { workbook::parts(&reply.body).into_values().collect() } else { reply.text() };
                let has = |word: &str| text.contains(word);
                assert_eq!((has("明文一号"), has("暗号备注"), has("暗号理由")), (true, reads, reads), "{who}: {form}");
            }
        }
        let shown = writes.patch(&path, "*", &json!({"document": "明文二号"})).await.ok().json();
        assert_eq!((&shown["document"], shown.get("note"), shown.get("withdrawal_reason")), (&json!("明文二号"), None, None));
    }

    /// What was said of an event can be taken back for ever; what it means, no longer.
    async fn what_is_public_by_mistake_is_taken_back(app: &TestApp) {
        let coordinator = app.coordinator();
        let register = async |day: &str| {
            let happened = json!({"happened_on": day, "due_on": "2017-07-10", "document": "秘密文号", "note": "备注"});
            let event = coordinator.post(DEADLINE, &happened).await.expect(201).json();
            format!("{DEADLINE}/{}", event["id"].as_str().unwrap())
        };
        let (first, second) = (register("2017-06-20").await, register("2017-06-21").await);
        let is_public = async || app.anonymous().get(DEADLINE).await.ok().text().matches("秘密文号").count();
        coordinator.step(&format!("{first}/withdraw"), &json!({"reason": "登记有误"})).await.ok();
        assert_eq!(is_public().await, 2);
        for role in ["inspector", "admin"] {
            app.role(role).patch(&first, "*", &json!({"document": null})).await.problem(403, "forbidden");
        }
        coordinator.patch(&first, "*", &json!({"due_on": "2017-07-11"})).await.problem(409, "wrong_state");
        coordinator.patch(&first, "\"1\"", &json!({"document": null})).await.problem(412, "stale");
        let cleared = coordinator.patch(&first, "*", &json!({"document": null, "note": null})).await.ok().json();
        assert_eq!((cleared.get("document"), cleared.get("note"), &cleared["withdrawal_reason"]), (None, None, &json!("登记有误")));
        assert_eq!(is_public().await, 1);
        assert_eq!(ledger(app, "dg-2017.11.1").await, ["dg-2017.11.1.d1.dsj.e2"]);
        coordinator.transition("/api/v1/plans/dg-2017/close?accept_unfinished=true", "*").await.ok();
        coordinator.patch(&second, "*", &json!({"happened_on": "2017-06-22"})).await.problem(409, "wrong_state");
        coordinator.patch(&second, "*", &json!({"document": null})).await.ok();
        assert_eq!(is_public().await, 0);
        assert_eq!(ledger(app, "dg-2017.11.1").await, ["dg-2017.11.1.d1.dsj.e2"]);
    }
}
