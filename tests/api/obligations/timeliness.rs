//! What counts as reported, and since when: the report that stands, and of what is to be done by a day the one that claims
//! completion.

use serde_json::{Value, json};

use crate::{
    reports::{REPORTS, report_on},
    support::{Caller, TestApp},
};

const PLAN: &str = "sx-2017";
/// To be done by 2017-07-05.
const ONCE: &str = "sx-2017.1.1.d1.hbj.2017";
/// Once its event has happened.
const AFTER_EVENT: &str = "sx-2017.1.2.d1.hbj.e1";
/// Reported on each month; this one by 2017-07-31.
const MONTHLY: &str = "sx-2017.1.3.d1.hbj.2017-07";

/// One office and one unit, day by day.
struct Year<'a> {
    app: &'a TestApp,
}

impl<'a> Year<'a> {
    async fn new(app: &'a TestApp) -> Self {
        let year = Self { app };
        year.on("2017-07-01");
        let owed = |rule: Value| json!({"text": "要求", "units": [{"code": "hbj"}], "deadlines": [{"phrase": "期限", "rule": rule}]});
        let requirements = [
            owed(json!({"kind": "date", "due_on": "2017-07-05"})),
            owed(json!({"kind": "on_event", "event": "收到来文", "within": {"count": 10, "unit": "day"}})),
            owed(json!({"kind": "recurring", "every": "month", "due": {"kind": "period_end"}})),
        ];
        let plan = json!({"id": PLAN, "title": "方案", "year": 2017, "settings": {"public_figures": "cleared"},
            "tasks": [{"title": "任务", "requirements": requirements}]});
        year.office().post("/api/v1/plans", &plan).await.expect(201);
        year.office()
            .transition(&format!("/api/v1/plans/{PLAN}/publish"), "*")
            .await
            .ok();
        let happened = json!({"happened_on": "2017-06-25"});
        year.office()
            .post("/api/v1/deadlines/sx-2017.1.2.d1/occurrences", &happened)
            .await
            .expect(201);
        year
    }

    fn on(&self, day: &str) {
        self.app.clock.set(format!("{day}T01:00:00Z").parse().unwrap());
    }

    fn office(&self) -> Caller<'a> {
        self.app.somebody("boss", "coordinator", None)
    }

    /// Begins a report, and hands it in; where it is.
    async fn hands_in(&self, on: &str, claims: bool) -> String {
        let mut report = report_on(on);
        report["claims_completion"] = json!(claims);
        report["submit"] = json!(true);
        let unit = self.app.somebody("wang", "unit_reporter", Some("hbj"));
        unit.post(REPORTS, &report)
            .await
            .expect(201)
            .header("location")
            .to_owned()
    }

    async fn step(&self, report: &str, action: &str) {
        let (caller, body) = match action {
            "accept" => (self.office(), json!({})),
            "return" => (self.office(), json!({"reason": "请补充"})),
            "clear" => (self.app.somebody("sun", "secrecy_reviewer", None), json!({})),
            _ => (self.app.somebody("wang", "unit_reporter", Some("hbj")), json!({})),
        };
        caller.step(&format!("{report}/{action}"), &body).await.ok();
    }

    async fn claims(&self, report: &str, claims: bool) {
        let unit = self.app.somebody("wang", "unit_reporter", Some("hbj"));
        unit.patch(report, "*", &json!({"claims_completion": claims}))
            .await
            .ok();
    }

    /// State, timeliness and the day that counts, of one and in its list, and as the group's figures have it.
    async fn stands(&self, id: &str, as_of: &str) -> (String, String, Option<String>) {
        let auditor = self.app.role("auditor");
        let row = auditor
            .get(&format!("/api/v1/obligations/{id}?as_of={as_of}"))
            .await
            .ok()
            .json();
        let text = |name: &str| row[name].as_str().map(str::to_owned);
        let (state, timeliness) = (text("state").unwrap(), text("timeliness").unwrap());
        let requirement = id.rsplit_once(".d1").unwrap().0;
        let period = id.rsplit_once('.').unwrap().1;
        let query = format!("requirement={requirement}&period={period}&as_of={as_of}");
        let listed = auditor
            .get(&format!(
                "/api/v1/obligations?{query}&timeliness={timeliness}&state={state}"
            ))
            .await
            .ok()
            .json();
        assert_eq!(
            (&listed["total"], &listed["items"][0]["id"]),
            (&json!(1), &json!(id)),
            "{as_of}"
        );
        let figures = auditor
            .get(&format!("/api/v1/obligations?{query}&group_by=unit"))
            .await
            .ok()
            .json();
        for (figure, is) in [("on_time", "on_time"), ("late", "late"), ("missing", "missing")] {
            let due = row["due_on"].as_str().unwrap() <= as_of || is == "missing";
            assert_eq!(
                figures["groups"][0][figure],
                json!(i64::from(due && timeliness == is)),
                "{figure} {as_of} {row}"
            );
        }
        (state, timeliness, text("reported_on"))
    }

    async fn is(&self, id: &str, as_of: &str, state: &str, timeliness: &str, reported_on: Option<&str>) {
        let expected = (state.to_owned(), timeliness.to_owned(), reported_on.map(str::to_owned));
        assert_eq!(self.stands(id, as_of).await, expected, "{id} {as_of}");
    }
}

on_both! {
    async fn an_early_interim_report_does_not_make_a_milestone_in_time(app: &TestApp) {
        let year = Year::new(app).await;
        let ids = [ONCE, AFTER_EVENT];
        for id in ids {
            let interim = year.hands_in(id, false).await;
            year.is(id, "2017-07-01", "submitted", "pending", None).await;
            year.step(&interim, "accept").await;
            year.is(id, "2017-07-01", "open", "pending", None).await;
        }
        let mut done = Vec::new();
        year.on("2017-07-10");
        for id in ids {
            year.is(id, "2017-07-10", "open", "missing", None).await;
            done.push(year.hands_in(id, true).await);
            year.is(id, "2017-07-10", "submitted", "late", Some("2017-07-10")).await;
        }
        year.on("2017-07-12");
        for (id, done) in ids.into_iter().zip(done) {
            year.step(&done, "accept").await;
            year.is(id, "2017-07-12", "fulfilled", "late", Some("2017-07-10")).await;
            for (day, state, timeliness, reported_on) in [
                ("2017-07-01", "open", "pending", None), ("2017-07-07", "open", "missing", None),
                ("2017-07-11", "submitted", "late", Some("2017-07-10")),
            ] {
                year.is(id, day, state, timeliness, reported_on).await;
            }
        }
    }

    async fn a_slow_reviewer_makes_nobody_late(app: &TestApp) {
        let year = Year::new(app).await;
        year.on("2017-07-05");
        let done = year.hands_in(ONCE, true).await;
        year.on("2017-08-20");
        year.is(ONCE, "2017-08-20", "submitted", "on_time", Some("2017-07-05")).await;
        year.step(&done, "accept").await;
        year.is(ONCE, "2017-08-20", "fulfilled", "on_time", Some("2017-07-05")).await;
    }

    async fn interim_reports_are_all_that_is_asked_for_what_comes_again(app: &TestApp) {
        let year = Year::new(app).await;
        let interim = year.hands_in(MONTHLY, false).await;
        year.step(&interim, "accept").await;
        year.on("2017-08-10");
        year.is(MONTHLY, "2017-08-10", "open", "on_time", Some("2017-07-01")).await;
        year.hands_in(MONTHLY, true).await;
        year.is(MONTHLY, "2017-08-10", "submitted", "on_time", Some("2017-07-01")).await;
    }

    async fn what_was_returned_is_as_if_nobody_had_reported(app: &TestApp) {
        let year = Year::new(app).await;
        year.on("2017-07-02");
        let reports = [(ONCE, year.hands_in(ONCE, true).await), (MONTHLY, year.hands_in(MONTHLY, true).await)];
        for (id, _) in &reports {
            year.is(id, "2017-07-02", "submitted", "on_time", Some("2017-07-02")).await;
        }
        year.on("2017-07-03");
        for (id, report) in &reports {
            year.step(report, "return").await;
            year.is(id, "2017-07-03", "returned", "pending", None).await;
            // In time again, and returned again.
            year.step(report, "submit").await;
            year.is(id, "2017-07-03", "submitted", "on_time", Some("2017-07-03")).await;
        }
        year.on("2017-07-04");
        for (_, report) in &reports {
            year.step(report, "return").await;
        }
        year.on("2017-08-02");
        for (id, report) in &reports {
            year.is(id, "2017-08-02", "returned", "missing", None).await;
            year.step(report, "submit").await;
            year.is(id, "2017-08-02", "submitted", "late", Some("2017-08-02")).await;
        }
        year.on("2017-08-09");
        for (id, report) in &reports {
            year.step(report, "accept").await;
            year.is(id, "2017-08-09", "fulfilled", "late", Some("2017-08-02")).await;
            for (day, state, timeliness, reported_on) in [
                ("2017-07-02", "submitted", "on_time", Some("2017-07-02")), ("2017-07-03", "submitted", "on_time", Some("2017-07-03")),
                ("2017-07-05", "returned", "pending", None), ("2017-08-01", "returned", "missing", None),
            ] {
                year.is(id, day, state, timeliness, reported_on).await;
            }
        }
        // Each day's figures to the public, of what was known at its end.
        let of = async |as_of: &str| {
            let path = format!("/api/v1/plans/{PLAN}/statistics?group_by=period&as_of={as_of}");
            let figures = app.role("auditor").get(&path).await.ok().json();
            ["on_time", "late", "missing"].map(|name| figures["total"][name].as_i64().unwrap())
        };
        assert_eq!((of("2017-08-01").await, of("2017-08-02").await), ([0, 0, 3], [0, 2, 1]));
    }

    async fn what_was_withdrawn_was_not_reported(app: &TestApp) {
        let year = Year::new(app).await;
        let report = year.hands_in(ONCE, true).await;
        year.step(&report, "return").await;
        year.on("2017-07-02");
        year.step(&report, "submit").await;
        year.step(&report, "withdraw").await;
        year.on("2017-07-06");
        year.is(ONCE, "2017-07-06", "open", "missing", None).await;
        assert_eq!(year.office().get(&report).await.status, 404);
        year.step(&report, "submit").await;
        year.is(ONCE, "2017-07-06", "submitted", "late", Some("2017-07-06")).await;
    }

    async fn what_was_accepted_keeps_its_day_when_it_is_revised(app: &TestApp) {
        let year = Year::new(app).await;
        year.on("2017-07-02");
        let reports = [(ONCE, year.hands_in(ONCE, true).await), (MONTHLY, year.hands_in(MONTHLY, true).await)];
        for (_, report) in &reports {
            year.step(report, "accept").await;
        }
        year.on("2017-08-02");
        let again = [("revise", "open"), ("submit", "submitted"), ("return", "returned"), ("submit", "submitted"), ("accept", "fulfilled")];
        for (id, report) in &reports {
            for (action, state) in again {
                year.step(report, action).await;
                year.is(id, "2017-08-02", state, "on_time", Some("2017-07-02")).await;
            }
            // A revision that does not claim completion takes the claim back, once it is handed in.
            year.step(report, "revise").await;
            year.claims(report, false).await;
            year.is(id, "2017-08-02", "open", "on_time", Some("2017-07-02")).await;
            year.step(report, "submit").await;
            let (timeliness, day) = if *id == ONCE { ("missing", None) } else { ("on_time", Some("2017-07-02")) };
            year.is(id, "2017-08-02", "submitted", timeliness, day).await;
            year.step(report, "withdraw").await;
            year.is(id, "2017-08-02", "open", "on_time", Some("2017-07-02")).await;
        }
    }

    async fn an_interim_report_that_is_revised_to_a_claim_claims_from_then_on(app: &TestApp) {
        let year = Year::new(app).await;
        let report = year.hands_in(ONCE, false).await;
        year.step(&report, "accept").await;
        year.on("2017-07-09");
        year.step(&report, "revise").await;
        year.claims(&report, true).await;
        year.is(ONCE, "2017-07-09", "open", "missing", None).await;
        year.step(&report, "submit").await;
        year.is(ONCE, "2017-07-09", "submitted", "late", Some("2017-07-09")).await;
        year.step(&report, "return").await;
        year.is(ONCE, "2017-07-09", "returned", "missing", None).await;
        year.on("2017-07-11");
        year.step(&report, "submit").await;
        year.step(&report, "accept").await;
        year.is(ONCE, "2017-07-11", "fulfilled", "late", Some("2017-07-11")).await;
        // The public, of cleared reports, by the same day.
        year.step(&report, "clear").await;
        year.on("2017-07-12");
        let public = app.anonymous().get(&format!("/api/v1/plans/{PLAN}/statistics?group_by=task")).await.ok().json();
        assert_eq!((&public["total"]["reported"], &public["total"]["on_time"], &public["total"]["late"]), (&json!(1), &json!(0), &json!(1)));
    }

    /// With `cleared`, the public is told of an interim report as little as of none, but where it is all that is asked for.
    async fn public_figures_count_the_same_reports(app: &TestApp) {
        let year = Year::new(app).await;
        for id in [ONCE, MONTHLY] {
            let interim = year.hands_in(id, false).await;
            year.step(&interim, "accept").await;
            year.step(&interim, "clear").await;
        }
        year.on("2017-08-01");
        let of = async |requirement: &str| {
            let figures = app.anonymous().get(&format!("/api/v1/plans/{PLAN}/statistics?group_by=period&as_of=2017-08-01")).await.ok().json();
            let groups = figures["groups"].as_array().unwrap().clone();
            let group = groups.iter().find(|group| group["key"] == requirement).unwrap();
            (group["reported"].as_i64().unwrap(), group["missing"].as_i64().unwrap())
        };
        assert_eq!((of("2017").await, of("2017-07").await), ((0, 1), (1, 0)));
    }

    /// What was reported on is judged by the rule that held then.
    async fn another_rule_makes_nobody_late(app: &TestApp) {
        let year = Year::new(app).await;
        let interim = year.hands_in(MONTHLY, false).await;
        year.step(&interim, "accept").await;
        year.step(&interim, "clear").await;
        year.on("2017-08-03");
        let rule = json!({"phrase": "10月底前", "rule": {"kind": "date", "due_on": "2017-10-31"}, "reason": "调整"});
        year.office().patch("/api/v1/deadlines/sx-2017.1.3.d1", "*", &rule).await.ok();
        year.is(MONTHLY, "2017-08-03", "open", "on_time", Some("2017-07-01")).await;
        year.step(&interim, "revise").await;
        year.step(&interim, "submit").await;
        year.is(MONTHLY, "2017-08-03", "submitted", "on_time", Some("2017-07-01")).await;
        year.step(&interim, "accept").await;
        year.step(&interim, "clear").await;
        year.on("2017-08-04");
        let public = app.anonymous().get(&format!("/api/v1/plans/{PLAN}/statistics?group_by=period&as_of=2017-08-04")).await.ok().json();
        let group = public["groups"].as_array().unwrap().iter().find(|group| group["key"] == "2017-07").unwrap().clone();
        assert_eq!((&group["reported"], &group["missing"]), (&json!(1), &json!(0)));
    }
}
