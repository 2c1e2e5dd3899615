//! What amendments make of the ledger: work that comes after publication makes nobody late for the past. Today is 2017-06-30.

use serde_json::{Value, json};

use crate::support::{
    Caller, TestApp,
    fixtures::{assert_faults, create},
    texts,
};

const QUARTERLY: &str = "/api/v1/requirements/t-2017.1.1";

/// A plan of one requirement, due all year since January.
async fn published(app: &TestApp) -> Caller<'_> {
    let boss = app.coordinator();
    let plan = json!({"id": "t-2017", "title": "试点方案", "year": 2017, "settings": {"obligations_from": "2017-01-01"},
    "tasks": [{"title": "任务", "requirements": [
        {"text": "要求", "units": [{"code": "hbj"}], "deadlines": [{"phrase": "全年"}]},
        {"text": "来信", "units": [{"code": "hbj"}], "deadlines": [{"phrase": "收到群众来信后10日内"}]}
    ]}]});
    create(&boss, "/api/v1/plans", &plan).await;
    boss.transition("/api/v1/plans/t-2017/publish", "*").await.ok();
    boss
}

/// What is owed for a requirement of the plan: deadline, unit and period.
async fn owed(app: &TestApp, requirement: &str) -> Vec<String> {
    let path = format!("/api/v1/obligations?requirement=t-2017.{requirement}&sort=id");
    let ids = texts(&app.role("auditor").walk(&path).await, "id");
    let begin = format!("t-2017.{requirement}.");
    ids.into_iter().map(|id| id[begin.len()..].to_owned()).collect()
}

/// How many are late for want of a report.
async fn missing(app: &TestApp) -> Value {
    let total = app
        .role("auditor")
        .get("/api/v1/plans/t-2017/statistics")
        .await
        .ok()
        .json()["total"]
        .clone();
    total["missing"].clone()
}

/// Anything after which the ledger is made again.
async fn made_again(app: &TestApp) {
    let member = "/api/v1/units/ygdw/members/lyj";
    let change = json!({"periods": [{"valid_to": "2017-12-31"}]});
    app.coordinator().put(member, "*", &change).await.ok();
    let settings = json!({"settings": {"due_soon_working_days": 4}, "reason": "提前提醒"});
    app.coordinator()
        .patch("/api/v1/plans/t-2017", "*", &settings)
        .await
        .ok();
}

on_both! {
    async fn added_work_counts_from_the_day_it_is_added(app: &TestApp) {
        let boss = published(app).await;
        assert_eq!(missing(app).await, 1);
        let mut new = json!({"task_id": "t-2017.1", "text": "增补", "units": [{"code": "swj"}], "deadlines": [{"phrase": "全年"}, {"phrase": "3月底"}], "reason": "增列"});
        let added = create(&boss, "/api/v1/requirements", &new).await;
        for part in [&added["units"][0], &added["deadlines"][0], &added["deadlines"][1]] {
            assert_eq!(part["effective_from"], "2017-06-30", "{added}");
        }
        let since = ["d1.swj.2017Q2", "d1.swj.2017Q3", "d1.swj.2017Q4"];
        assert_eq!(owed(app, "1.3").await, since);
        // A day that is said holds.
        new["effective_from"] = json!("2017-01-01");
        create(&boss, "/api/v1/requirements", &new).await;
        assert_eq!(owed(app, "1.4").await, [&["d1.swj.2017Q1"], &since[..], &["d2.swj.2017"]].concat());
        assert_eq!(missing(app).await, 3);
        new["effective_from"] = json!("2017-10-01");
        create(&boss, "/api/v1/requirements", &new).await;
        assert_eq!(owed(app, "1.5").await, since[2..]);
        new["effective_from"] = json!("1017-10-01");
        assert_faults(&boss.post("/api/v1/requirements", &new).await.problem(422, "invalid"), &[("/effective_from", "out_of_range")]);
        // So does what comes with a task, and a deadline alone.
        let task = json!({"plan_id": "t-2017", "title": "新任务", "reason": "增列", "requirements": [
            {"text": "要求", "units": [{"code": "swj"}], "deadlines": [{"phrase": "全年"}]}]});
        create(&boss, "/api/v1/tasks", &task).await;
        assert_eq!(owed(app, "2.1").await, since);
        let deadline = json!({"requirement_id": "t-2017.1.1", "phrase": "每月", "rule": {"kind": "recurring", "every": "month"}, "reason": "增列"});
        let added = create(&boss, "/api/v1/deadlines", &deadline).await;
        assert_eq!(added["effective_from"], "2017-06-30");
        let months: Vec<String> = (6..=12).map(|month| format!("d2.hbj.2017-{month:02}")).collect();
        assert_eq!(owed(app, "1.1").await[4..], months);
        assert_eq!(missing(app).await, 3);
        let before = app.role("auditor").walk("/api/v1/obligations?plan=t-2017&sort=id").await;
        made_again(app).await;
        assert_eq!(app.role("auditor").walk("/api/v1/obligations?plan=t-2017&sort=id").await, before);
    }

    async fn a_unit_owes_from_the_day_it_has_the_work(app: &TestApp) {
        let boss = published(app).await;
        let change = json!({"units": [{"code": "swj"}], "reason": "调整分工"});
        let after = boss.patch(QUARTERLY, "*", &change).await.ok().json();
        assert_eq!(after["units"][0]["effective_from"], "2017-06-30");
        assert_eq!(after["deadlines"][0].get("effective_from"), None);
        // Each quarter is owed once: what fell due before stays with whoever had it.
        let now = ["d1.hbj.2017Q1", "d1.swj.2017Q2", "d1.swj.2017Q3", "d1.swj.2017Q4"];
        assert_eq!(owed(app, "1.1").await, now);
        // Sent back as it is read, nothing changes; whoever stays has the day as before.
        let mut same = json!({"units": after["units"], "reason": "确认"});
        assert_eq!(boss.patch(QUARTERLY, "*", &same).await.ok().json(), after);
        made_again(app).await;
        assert_eq!(owed(app, "1.1").await, now);
        same["units"] = json!([{"code": "swj"}, {"code": "hbj", "role": "support"}]);
        same["effective_from"] = json!("2017-08-01");
        let both = boss.patch(QUARTERLY, "*", &same).await.ok().json();
        assert_eq!((&both["units"][0]["effective_from"], &both["units"][1]["effective_from"]), (&json!("2017-06-30"), &json!("2017-08-01")));
        let now = ["d1.hbj.2017Q1", "d1.hbj.2017Q3", "d1.hbj.2017Q4", "d1.swj.2017Q2", "d1.swj.2017Q3", "d1.swj.2017Q4"];
        assert_eq!(owed(app, "1.1").await, now, "the first quarter was its own");
        // A day that was wrong can be put right, either way.
        let from = async |day: &str| {
            let units = json!([{"code": "swj", "effective_from": day}, {"code": "hbj", "role": "support"}]);
            boss.patch(QUARTERLY, "*", &json!({"units": units, "reason": "更正"})).await.ok();
        };
        from("2017-01-01").await;
        assert_eq!(owed(app, "1.1").await, [&now[..3], &["d1.swj.2017Q1"], &now[3..]].concat());
        from("2017-06-30").await;
        assert_eq!(owed(app, "1.1").await, now);
        // The day is that of new units.
        let alone = json!({"text": "要求", "effective_from": "2017-08-01", "reason": "更正"});
        assert_faults(&boss.patch(QUARTERLY, "*", &alone).await.problem(422, "invalid"), &[("/effective_from", "conflict")]);
    }

    async fn who_is_named_for_a_collective_later_owes_from_then(app: &TestApp) {
        published(app).await;
        let named = async |members: Value| {
            let boss = app.coordinator();
            let units = json!([{"code": "zhenjie", "members": members}]);
            boss.patch(QUARTERLY, "*", &json!({"units": units, "reason": "调整分工"})).await.ok().json()["units"][0].clone()
        };
        let part = named(json!(["humen"])).await;
        assert_eq!((&part["effective_from"], part["members"][0].get("effective_from")), (&json!("2017-06-30"), None));
        app.clock.set("2017-08-01T01:00:00Z".parse().unwrap());
        let part = named(json!(["humen", "changan"])).await;
        assert_eq!((&part["effective_from"], &part["members"][1]["effective_from"]), (&json!("2017-06-30"), &json!("2017-08-01")));
        let now = ["d1.changan.2017Q3", "d1.changan.2017Q4", "d1.hbj.2017Q1", "d1.humen.2017Q2", "d1.humen.2017Q3", "d1.humen.2017Q4"];
        assert_eq!(owed(app, "1.1").await, now);
        assert_eq!(named(part["members"].clone()).await, part);
    }

    async fn another_rule_asks_for_nothing_that_is_over(app: &TestApp) {
        let boss = published(app).await;
        let path = "/api/v1/deadlines/t-2017.1.1.d1";
        let rule = json!({"kind": "recurring", "every": "month"});
        let after = boss.patch(path, "*", &json!({"phrase": "每月", "rule": rule, "reason": "加密"})).await.ok().json();
        assert_eq!(after["effective_from"], "2017-06-30");
        let months: Vec<String> = (6..=12).map(|month| format!("d1.hbj.2017-{month:02}")).collect();
        let now = [&months[..], &["d1.hbj.2017Q1".to_owned()]].concat();
        assert_eq!(owed(app, "1.1").await, now);
        made_again(app).await;
        assert_eq!(owed(app, "1.1").await, now);
        // Another day of the same is no new work.
        let other = json!({"requirement_id": "t-2017.1.1", "phrase": "9月底", "effective_from": "2017-01-01", "reason": "增列"});
        let other = create(&boss, "/api/v1/deadlines", &other).await;
        let path = format!("/api/v1/deadlines/{}", other["id"].as_str().unwrap());
        let sooner = json!({"phrase": "8月底", "rule": {"kind": "date", "due_on": "2017-08-31"}, "reason": "提前"});
        assert_eq!(boss.patch(&path, "*", &sooner).await.ok().json()["effective_from"], "2017-01-01");
        let always = json!({"effective_from": null, "reason": "更正"});
        assert_eq!(boss.patch(&path, "*", &always).await.ok().json().get("effective_from"), None);
    }

    async fn another_cadence_and_another_default_ask_for_nothing_that_is_over(app: &TestApp) {
        let boss = published(app).await;
        let change = json!({"settings": {"reporting_cadence": "month"}, "reason": "加密"});
        boss.patch("/api/v1/plans/t-2017", "*", &change).await.ok();
        let months: Vec<String> = (6..=12).map(|month| format!("d1.hbj.2017-{month:02}")).collect();
        assert_eq!(owed(app, "1.1").await, [&months[..], &["d1.hbj.2017Q1".to_owned()]].concat());
        assert_eq!(boss.get("/api/v1/deadlines/t-2017.1.1.d1").await.ok().json()["effective_from"], "2017-06-30");
        let new = json!({"task_id": "t-2017.1", "text": "无时限", "units": [{"code": "swj"}], "effective_from": "2017-01-01", "reason": "增列"});
        create(&boss, "/api/v1/requirements", &new).await;
        boss.patch("/api/v1/plans/t-2017", "*", &json!({"default_deadline": {"phrase": "3月底"}, "reason": "补充"})).await.ok();
        assert_eq!(owed(app, "1.3").await, [""; 0]);
        let said = json!({"default_deadline": {"phrase": "4月底"}, "reason": "补充"});
        boss.patch("/api/v1/plans/t-2017", "*", &json!({"default_deadline": null, "reason": "取消"})).await.ok();
        let mut since = said.clone();
        since["effective_from"] = json!("2017-04-01");
        boss.patch("/api/v1/plans/t-2017", "*", &since).await.ok();
        assert_eq!(owed(app, "1.3").await, ["d2.swj.2017"]);
    }

    async fn a_draft_is_published_as_a_whole(app: &TestApp) {
        let boss = app.coordinator();
        let plan = json!({"id": "t-2017", "title": "试点方案", "year": 2017, "settings": {"obligations_from": "2017-01-01"}, "tasks": [{"title": "任务"}]});
        create(&boss, "/api/v1/plans", &plan).await;
        let new = |from: Value| json!({"task_id": "t-2017.1", "text": "要求", "units": [{"code": "hbj"}], "deadlines": [{"phrase": "全年"}], "effective_from": from});
        let added = create(&boss, "/api/v1/requirements", &new(Value::Null)).await;
        assert_eq!((added["units"][0].get("effective_from"), added["deadlines"][0].get("effective_from")), (None, None));
        create(&boss, "/api/v1/requirements", &new(json!("2017-09-01"))).await;
        boss.transition("/api/v1/plans/t-2017/publish", "*").await.ok();
        assert_eq!(owed(app, "1.1").await.len(), 4);
        assert_eq!(owed(app, "1.2").await, ["d1.hbj.2017Q3", "d1.hbj.2017Q4"]);
    }

    async fn no_event_is_registered_for_what_does_not_count_yet(app: &TestApp) {
        let boss = published(app).await;
        let deadline = json!({"requirement_id": "t-2017.1.1", "phrase": "收到督查通知后5日内", "reason": "增列"});
        let added = create(&boss, "/api/v1/deadlines", &deadline).await;
        let events = format!("/api/v1/deadlines/{}/occurrences", added["id"].as_str().unwrap());
        let problem = boss.post(&events, &json!({"happened_on": "2017-06-20"})).await.problem(422, "invalid");
        assert_faults(&problem, &[("/happened_on", "out_of_range")]);
        boss.post(&events, &json!({"happened_on": "2017-06-26"})).await.expect(201);
    }

    async fn what_is_due_already_follows_a_decision_that_says_so(app: &TestApp) {
        let boss = published(app).await;
        let due = json!({"requirement_id": "t-2017.1.1", "phrase": "4月底", "effective_from": "2017-01-01", "reason": "增列"});
        let reply = boss.post("/api/v1/deadlines", &due).await.expect(201);
        assert_eq!(reply.header("obligations"), "created=1, moved=0, withdrawn=0, kept=0");
        let (path, row) = ("/api/v1/deadlines/t-2017.1.1.d2", "/api/v1/obligations/t-2017.1.1.d2.hbj.2017");
        let standing = async || {
            let row = app.role("auditor").get(row).await.ok().json();
            format!("{} {}", row["due_on"].as_str().unwrap(), row["light"].as_str().unwrap())
        };
        assert_eq!(standing().await, "2017-04-30 red");
        let mut later = json!({"phrase": "8月底", "reason": "市政府同意顺延"});
        let reply = boss.patch(path, "*", &later).await.ok();
        assert_eq!(reply.header("obligations"), "created=0, moved=0, withdrawn=0, kept=1");
        assert_eq!(standing().await, "2017-04-30 red");
        later["phrase"] = json!("9月底");
        later["applies_to"] = json!("unfinished");
        let reply = boss.patch(path, "*", &later).await.ok();
        assert_eq!(reply.header("obligations"), "created=0, moved=1, withdrawn=0, kept=0");
        assert_eq!(standing().await, "2017-09-30 green");
        later["applies_to"] = json!("everything");
        assert_faults(&boss.patch(path, "*", &later).await.problem(422, "invalid"), &[("/applies_to", "invalid")]);
        // So does a unit that is taken out.
        let out = json!({"units": [{"code": "swj"}], "applies_to": "unfinished", "reason": "调整分工"});
        let reply = boss.patch(QUARTERLY, "*", &out).await.ok();
        assert_eq!(reply.header("obligations"), "created=4, moved=0, withdrawn=5, kept=0");
        assert_eq!(missing(app).await, 0);
        // A text owes nobody anything, and a draft has no ledger.
        let words = boss.patch(QUARTERLY, "*", &json!({"text": "要求。", "reason": "更正"})).await.ok();
        assert!(words.headers.get("obligations").is_none());
    }

    async fn what_stays_of_a_deleted_requirement_keeps_its_words(app: &TestApp) {
        let boss = published(app).await;
        let of_unit = app.somebody("r.hbj", "unit_reporter", Some("hbj"));
        let path = "/api/v1/requirements/t-2017.1.1?reason=%E5%B7%B2%E5%B9%B6%E5%85%A5";
        let reply = boss.delete(path, "*").await.expect(204);
        assert_eq!(reply.header("obligations"), "created=0, moved=0, withdrawn=3, kept=1");
        let row = of_unit.get("/api/v1/obligations/t-2017.1.1.d1.hbj.2017Q1").await.ok().json();
        let words = |row: &Value| ["task_title", "text", "phrase", "rule_kind"].map(|field| row[field].as_str().unwrap_or_default().to_owned());
        assert_eq!(words(&row), ["任务", "要求", "全年", "year_round"]);
        let table = of_unit.get("/api/v1/obligations?plan=t-2017&requirement=t-2017.1.1&format=csv").await.ok().text();
        assert!(table.contains("任务,要求,全年"), "{table}");
        let todo = of_unit.walk("/api/v1/me/todo").await;
        assert!(todo.iter().any(|one| one["title"] == "要求" && one["requirement_id"] == "t-2017.1.1"), "{todo:?}");
        let found = of_unit.find("/api/v1/obligations", &[("plan", "t-2017"), ("q", "全年")]).await.ok().json();
        assert_eq!(found["total"], 1);
        // It can be reported on still, and then it stays.
        assert_eq!(row["allowed_actions"], json!(["report"]));
        // Nothing is left of what goes whole.
        let gone = "/api/v1/requirements/t-2017.1.2?applies_to=unfinished&reason=%E5%B7%B2%E5%B9%B6%E5%85%A5";
        let reply = boss.delete(gone, "*").await.expect(204);
        assert_eq!(reply.header("obligations"), "created=0, moved=0, withdrawn=1, kept=0");
    }

    async fn what_was_registered_wrongly_is_put_right_however_long_ago(app: &TestApp) {
        let boss = published(app).await;
        let events = "/api/v1/deadlines/t-2017.1.2.d1/occurrences";
        let row = "/api/v1/obligations/t-2017.1.2.d1.hbj.e1";
        let event = boss.post(events, &json!({"happened_on": "2017-04-01"})).await.expect(201);
        assert_eq!(app.role("auditor").get(row).await.ok().json()["light"], "red");
        let path = format!("{events}/{}", event.json()["id"].as_str().unwrap());
        let reply = boss.patch(&path, "*", &json!({"happened_on": "2017-06-25"})).await.ok();
        assert_eq!(reply.header("obligations"), "created=0, moved=1, withdrawn=0, kept=0");
        let moved = app.role("auditor").get(row).await.ok().json();
        assert_eq!((&moved["opens_on"], &moved["due_on"]), (&json!("2017-06-25"), &json!("2017-07-05")));
        boss.patch(&path, "*", &json!({"happened_on": "2017-04-02"})).await.ok();
        crate::support::sample::reports::act(&boss, &path, "withdraw", "*", &json!({"reason": "登记有误"})).await.ok();
        assert_eq!(owed(app, "1.2").await, ["d1.hbj.waiting"]);
    }
}
