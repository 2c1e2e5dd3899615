//! `POST /plans/{id}/close` and `POST /plans/{id}/reopen`

use serde_json::{Value, json};

use crate::{
    reports::report_on,
    support::{
        Caller, TestApp,
        fixtures::{self, edits, everything},
    },
};

const REOPEN: &str = "/api/v1/plans/bj-2017/reopen";

/// A plan of one unit that owes something by the 5th, 10th, 20th and by the end of July 2017.
struct Closing<'a> {
    app: &'a TestApp,
}

impl<'a> Closing<'a> {
    async fn new(app: &'a TestApp) -> Self {
        let year = Self { app };
        year.on("2017-07-01");
        let owed = |day: &str| {
            let rule = json!({"kind": "date", "due_on": day});
            json!({"text": "要求", "units": [{"code": "hbj"}], "deadlines": [{"phrase": "期限", "rule": rule}]})
        };
        let days = ["2017-07-05", "2017-07-10", "2017-07-20", "2017-07-31"];
        let plan = json!({"id": "bj-2017", "title": "方案", "year": 2017,
            "tasks": [{"title": "任务", "requirements": days.map(owed)}]});
        year.office().post("/api/v1/plans", &plan).await.expect(201);
        let publish = "/api/v1/plans/bj-2017/publish";
        year.office().transition(publish, "*").await.ok();
        year
    }

    fn on(&self, day: &str) {
        self.app.clock.set(format!("{day}T01:00:00Z").parse().unwrap());
    }

    fn office(&self) -> Caller<'a> {
        self.app.somebody("boss", "coordinator", None)
    }

    fn unit(&self) -> Caller<'a> {
        self.app.somebody("wang", "unit_reporter", Some("hbj"))
    }

    async fn done(&self, number: u32) {
        let mut report = report_on(&format!("bj-2017.1.{number}.d1.hbj.2017"));
        report["submit"] = json!(true);
        let made = self.unit().post("/api/v1/progress-reports", &report).await.expect(201);
        let accept = format!("{}/accept", made.header("location"));
        self.office().step(&accept, &json!({})).await.ok();
    }

    async fn exempts(&self, number: u32) {
        let path = format!("/api/v1/obligations/bj-2017.1.{number}.d1.hbj.2017/exempt");
        self.office().step(&path, &json!({"reason": "划转"})).await.ok();
    }

    /// What is told of it on a day: rows, figures, the board, and the score.
    async fn tells(&self, caller: &Caller<'_>, query: &str) -> Value {
        let get = async |path: &str| {
            let mark = if path.contains('?') { "&" } else { "?" };
            let asked = if query.is_empty() {
                String::new()
            } else {
                format!("{mark}{query}")
            };
            let reply = caller.get(&format!("/api/v1/{path}{asked}")).await;
            if matches!(reply.status, 401 | 403) {
                Value::Null
            } else {
                reply.ok().json()
            }
        };
        let fields = "fields=id,state,light,overdue,timeliness,days_left";
        let rows = get(&format!("obligations?plan=bj-2017&{fields}")).await["items"].clone();
        let red = get("obligations?plan=bj-2017&light=red").await["total"].clone();
        let late = get("obligations?plan=bj-2017&timeliness=missing").await["total"].clone();
        let groups = get("obligations?plan=bj-2017&group_by=light").await["groups"].clone();
        let statistics = get("plans/bj-2017/statistics").await["total"].clone();
        let scores = get("plans/bj-2017/assessment").await;
        let score = scores["items"][0]["total"].clone();
        json!({"rows": rows, "red": red, "late": late, "groups": groups, "statistics": statistics, "score": score})
    }
}

const PLAN: &str = "/api/v1/plans/dg-2018";
const CLOSE: &str = "/api/v1/plans/dg-2018/close?accept_unfinished=true";

on_both! {
    async fn success(app: &TestApp) {
        let published = fixtures::published(app, "dg-2018").await;
        app.clock.set("2019-01-10T01:00:00Z".parse().unwrap());
        let caller = app.coordinator();
        let reply = caller.transition(CLOSE, &caller.etag(PLAN).await).await.ok();
        let mut expected = published;
        expected["status"] = json!("closed");
        expected["closed_at"] = json!("2019-01-10T01:00:00Z");
        expected["version"] = json!(3);
        expected["allowed_actions"] = json!(["reopen"]);
        expected["links"] = json!({"reopen": {"method": "POST", "path": "/api/v1/plans/dg-2018/reopen"}});
        assert_eq!(reply.json(), expected);
        let shown = caller.get(PLAN).await.ok();
        assert_eq!((shown.json(), shown.etag()), (reply.json(), reply.etag()));
        assert_eq!(app.anonymous().get(PLAN).await.ok().json()["status"], "closed");
    }

    /// What is left undone is told, and it is not done by mistake.
    async fn what_is_left_undone_is_accepted_first(app: &TestApp) {
        let year = Closing::new(app).await;
        year.on("2017-07-06");
        year.done(2).await;
        let close = "/api/v1/plans/bj-2017/close";
        let boss = year.office();
        for path in [close.to_owned(), format!("{close}?accept_unfinished=false")] {
            let problem = boss.transition(&path, "*").await.problem(409, "unfinished");
            assert_eq!((&problem["unfinished"], &problem["not_yet_due"]), (&json!(3), &json!(2)), "{problem}");
            assert_eq!(problem["errors"][0]["parameter"], "accept_unfinished");
        }
        assert_eq!(boss.get("/api/v1/plans/bj-2017").await.ok().json()["status"], "published");
        year.done(1).await;
        year.done(3).await;
        year.exempts(4).await;
        boss.transition(close, "*").await.ok();
    }

    async fn a_closed_plan_stands_still(app: &TestApp) {
        let year = Closing::new(app).await;
        year.on("2017-07-06");
        year.done(3).await;
        let (auditor, unit) = (year.app.role("auditor"), year.unit());
        let waits = unit.get("/api/v1/me/todo?plan=bj-2017").await.ok().json();
        assert_eq!(waits["total"], 2, "{waits}");
        let closed = year.office().transition("/api/v1/plans/bj-2017/close?accept_unfinished=true", "*").await.ok().json();
        assert_eq!(closed["allowed_actions"], json!(["reopen"]));
        let before = year.tells(&auditor, "").await;
        assert_eq!((&before["statistics"]["overdue"], &before["statistics"]["missing"]), (&json!(1), &json!(1)));
        for day in ["2017-07-07", "2017-07-12", "2017-09-01"] {
            year.on(day);
            let (auditor, anonymous) = (year.app.role("auditor"), year.app.anonymous());
            for query in [String::new(), format!("as_of={day}"), "as_of=2018-01-31".to_owned()] {
                assert_eq!(year.tells(&auditor, &query).await, before, "{day} {query}");
                assert_eq!(year.tells(&anonymous, &query).await["statistics"]["overdue"], 1, "{day} {query}");
            }
            for caller in [year.unit(), year.office(), year.app.role("inspector")] {
                assert_eq!(caller.get("/api/v1/me/todo?plan=bj-2017").await.ok().json()["total"], 0);
                let all = caller.walk("/api/v1/me/todo").await;
                assert!(all.iter().all(|item| item["plan_id"] != "bj-2017"), "{all:?}");
            }
        }
        // Earlier days are what they were.
        let rows = year.app.role("auditor").get("/api/v1/obligations?plan=bj-2017&overdue=true&as_of=2017-07-05").await.ok().json();
        assert_eq!(rows["total"], 0);
        // It is opened again, with a reason, and is as late as if it had never been closed.
        let boss = year.office();
        boss.step(REOPEN, &json!({})).await.problem(422, "invalid");
        let reopened = boss.step(REOPEN, &json!({"reason": "补报年度报告"})).await.ok().json();
        assert_eq!((&reopened["status"], reopened.get("closed_at")), (&json!("published"), None));
        let after = year.tells(&year.app.role("auditor"), "").await;
        assert_eq!((&after["statistics"]["overdue"], &after["statistics"]["missing"]), (&json!(3), &json!(3)));
        assert_eq!(year.unit().get("/api/v1/me/todo?plan=bj-2017").await.ok().json()["total"], 3);
        let log = year.app.role("auditor").get("/api/v1/audit-events?plan=bj-2017&event=plan.reopened").await.ok().json();
        assert_eq!((&log["total"], &log["items"][0]["reason"]), (&json!(1), &json!("补报年度报告")));
        boss.step(REOPEN, &json!({"reason": "再次"})).await.problem(409, "wrong_state");
        year.done(1).await;
    }

    async fn a_draft(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        app.coordinator().transition(CLOSE, "*").await.problem(409, "wrong_state");
        assert_eq!(app.coordinator().get(PLAN).await.ok().json()["status"], "draft");
    }

    async fn twice(app: &TestApp) {
        fixtures::closed(app, "dg-2018").await;
        let before = everything(app).await;
        app.coordinator().transition(CLOSE, "*").await.problem(409, "wrong_state");
        assert_eq!(everything(app).await, before);
    }

    async fn nothing_changes_afterwards(app: &TestApp) {
        fixtures::closed(app, "dg-2018").await;
        let before = everything(app).await;
        for edit in edits("dg-2018") {
            edit.send(&app.coordinator(), Some("*"), Some("补充")).await.problem(409, "wrong_state");
        }
        assert_eq!(everything(app).await, before);
    }

    async fn not_found(app: &TestApp) {
        app.coordinator().transition(CLOSE, "*").await.problem(404, "not_found");
    }

    async fn by_other_roles(app: &TestApp) {
        fixtures::published(app, "dg-2018").await;
        app.anonymous().transition(CLOSE, "*").await.problem(401, "unauthenticated");
        for role in ["unit_reporter", "unit_approver", "secrecy_reviewer", "inspector", "auditor", "admin"] {
            app.role(role).transition(CLOSE, "*").await.problem(403, "forbidden");
        }
        assert_eq!(app.coordinator().get(PLAN).await.ok().json()["status"], "published");
    }
}
