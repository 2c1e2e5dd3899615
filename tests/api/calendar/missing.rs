//! The State Council has not said yet which days of a year are worked: what needs no working days answers as
//! ever, what does is left out and says so.

use serde_json::{Value, json};

use crate::support::{Caller, Engine, Reply, TestApp};

/// A plan of one requirement, published: its deadlines are these days.
async fn plan(app: &TestApp, year: i32, rollover: &str, days: &[&str]) {
    let deadlines: Vec<Value> = days
        .iter()
        .map(|day| json!({"phrase": day, "rule": {"kind": "date", "due_on": day}}))
        .collect();
    let id = format!("t-{year}");
    let plan = json!({
        "id": id, "title": "试点方案", "year": year, "settings": {"rollover": rollover, "auto_reminder": true},
        "tasks": [{"title": "任务", "requirements": [{"text": "要求", "units": [{"code": "czj"}], "deadlines": deadlines}]}]
    });
    let etag = app.coordinator().post("/api/v1/plans", &plan).await.expect(201).etag();
    let publish = format!("/api/v1/plans/{id}/publish");
    app.coordinator().transition(&publish, &etag).await.ok();
}

async fn put_2027(admin: Caller<'_>) {
    let off = [
        ("2027-01-01", "元旦"),
        ("2027-05-01", "劳动节"),
        ("2027-10-01", "国庆节"),
    ];
    let off = off.map(|(date, name)| json!({"date": date, "name": name}));
    let year = json!({"year": 2027, "days_off": off, "make_up_workdays": []});
    let request = admin.request(reqwest::Method::PUT, "/api/v1/calendar/2027").json(&year);
    Reply::to(request).await.expect(200);
}

on_both! {
    async fn stops_nobody(app: &TestApp) {
        app.clock.set("2026-12-29T01:00:00Z".parse().unwrap());
        plan(app, 2026, "none", &["2026-12-31", "2027-01-20"]).await;
        plan(app, 2027, "next_working_day", &["2027-01-31"]).await;
        let auditor = app.role("auditor");
        let row = async |id: &str| auditor.get(&format!("/api/v1/obligations/{id}")).await.ok().json();

        let near = row("t-2026.1.1.d1.czj.2026").await;
        assert_eq!((near["light"].as_str(), near["working_days_left"].as_i64()), (Some("yellow"), Some(2)));
        assert!(near.get("calendar").is_none(), "nothing is missing for it: {near}");
        let later = row("t-2026.1.1.d2.czj.2026").await;
        assert_eq!((later["calendar"].as_str(), later["days_left"].as_i64()), (Some("missing:2027"), Some(22)));
        assert!(later.get("light").is_none() && later.get("working_days_left").is_none(), "{later}");
        let unrolled = row("t-2027.1.1.d1.czj.2027").await;
        assert_eq!((unrolled["calendar"].as_str(), unrolled["state"].as_str()), (Some("missing:2027"), Some("not_open")));
        assert!(unrolled.get("due_on").is_none(), "01-31 is a Sunday: nobody knows where it rolls: {unrolled}");

        for path in [
            "/api/v1/obligations?plan=t-2026&format=csv", "/api/v1/obligations?as_of=2027-05-01&limit=5",
            "/api/v1/obligations?group_by=light&plan=t-2026", "/api/v1/plans/t-2026/board.svg", "/api/v1/plans/dg-2017/statistics",
        ] {
            auditor.get(path).await.ok();
        }
        let total = async |query: &str| auditor.get(&format!("/api/v1/obligations?plan=t-2026&{query}")).await.ok().json()["total"].clone();
        assert_eq!((total("light=yellow").await, total("light=unknown").await, total("light=green").await), (json!(1), json!(1), json!(0)));
        assert_eq!(total("overdue=false").await, 2, "what is not known to be near is not overdue");
        let counted = app.anonymous().get("/api/v1/plans/t-2026/statistics?group_by=light").await.ok().json();
        assert_eq!(counted["calendar"], "missing:2027");
        let grouped = async |query: &str| auditor.get(&format!("/api/v1/obligations?group_by=light&plan={query}")).await.ok().json();
        assert_eq!(grouped("t-2026").await["calendar"], "missing:2027");
        // It is told only where something is unknown for want of it.
        for path in ["/api/v1/plans/dg-2017/statistics?as_of=2028-06-30&group_by=light", "/api/v1/plans/t-2026/statistics?as_of=2028-06-30"] {
            let counted = app.anonymous().get(path).await.ok().json();
            assert_eq!((counted.get("calendar"), counted["total"].get("unknown")), (None, None), "{path}");
        }
        for query in ["dg-2017&as_of=2028-06-30", "dg-2017&as_of=1900-01-01", "t-2026&light=yellow"] {
            let grouped = grouped(query).await;
            assert!(grouped.get("calendar").is_none(), "{query}: {grouped}");
        }
        let path = "/api/v1/plans/dg-2017/statistics/series?from=2028-06-01&to=2028-06-30&step=month";
        let series = app.anonymous().get(path).await.ok().json();
        assert!(series["points"][0].get("calendar").is_none(), "{series}");
        assert_eq!((&counted["total"]["yellow"], &counted["total"]["unknown"]), (&json!(1), &json!(1)));

        // Reminders go on too, without a day that nobody can count.
        app.clock.set("2027-01-05T01:00:00Z".parse().unwrap());
        let auditor = app.role("auditor");
        let row = async |id: &str| auditor.get(&format!("/api/v1/obligations/{id}")).await.ok().json();
        app.note_due().await;
        let notices = app.coordinator().get("/api/v1/notices?plan=t-2026").await.ok().json();
        assert_eq!((&notices["total"], notices["items"][0].get("reply_by")), (&json!(1), None));
        assert_eq!(row("t-2026.1.1.d1.czj.2026").await["light"], "red");

        put_2027(app.role("admin")).await;
        let rolled = row("t-2027.1.1.d1.czj.2027").await;
        assert_eq!((rolled["due_on"].as_str(), rolled["light"].as_str()), (Some("2027-02-01"), Some("green")));
        assert!(rolled.get("calendar").is_none());
        assert_eq!(row("t-2026.1.1.d2.czj.2026").await["working_days_left"], 11);
    }

    async fn whoever_registers_an_event_may_count_the_days(app: &TestApp) {
        app.clock.set("2026-12-31T01:00:00Z".parse().unwrap());
        let (coordinator, path) = (app.coordinator(), "/api/v1/deadlines/dg-2017.22.1.d2/occurrences");
        let refused = coordinator.post(path, &json!({"happened_on": "2026-12-30"})).await.problem(422, "no_calendar");
        assert!(refused["detail"].as_str().unwrap().contains("PUT /calendar/2027"), "{refused}");
        assert_eq!(refused["errors"][0]["pointer"], "/due_on");
        let event = coordinator.post(path, &json!({"happened_on": "2026-12-30", "due_on": "2027-01-05"})).await.expect(201).json();
        assert_eq!(event["due_on"], "2027-01-05");
    }

    async fn is_warned_of_before(app: &TestApp) {
        let ready = async || app.anonymous().get("/readyz").await.ok().json();
        app.clock.set("2026-11-01T01:00:00Z".parse().unwrap());
        assert_eq!(ready().await, json!({"status": "ok"}), "60 days before the end of the year");
        app.clock.set("2026-11-02T01:00:00Z".parse().unwrap());
        let warning = ready().await["warnings"][0].clone();
        assert!(warning.as_str().unwrap().contains("2027") && warning.as_str().unwrap().contains("59"), "{warning}");
        let metrics = app.anonymous().get("/metrics").await.ok().text();
        assert!(metrics.lines().any(|line| line.starts_with("duban_calendar_days_left ")), "{metrics}");
        put_2027(app.role("admin")).await;
        app.anonymous().get("/api/v1/calendar/2027").await.ok();
        assert_eq!(ready().await, json!({"status": "ok"}));
    }

    async fn leaves_days_without_a_word_of_work(app: &TestApp) {
        let days = app.anonymous().get("/api/v1/calendar/days?from=2026-12-31&to=2027-01-01").await.ok().json();
        assert_eq!(days, json!({
            "items": [{"date": "2026-12-31", "working_day": true}, {"date": "2027-01-01"}], "total": 2, "calendar": "missing:2027"
        }));
    }
}

async fn is_there_without_the_seed(engine: Engine) {
    let app = TestApp::start_empty(engine, |_| {}).await;
    for year in [2004, 2026] {
        app.anonymous().get(&format!("/api/v1/calendar/{year}")).await.ok();
    }
    app.stop().await;
}

#[actix_web::test]
async fn is_there_without_the_seed_on_sqlite() {
    is_there_without_the_seed(Engine::Sqlite).await;
}

#[actix_web::test]
async fn is_there_without_the_seed_on_postgres() {
    is_there_without_the_seed(Engine::Postgres).await;
}
