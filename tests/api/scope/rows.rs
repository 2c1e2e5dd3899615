//! Rows of every kind, at random, each with marks in its texts and who may see them.

use std::collections::BTreeMap;

use proptest::test_runner::TestRunner;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Who, pick};
use crate::support::{
    Caller, Reply, TestApp,
    sample::{feedback::portal, reports::act},
};

/// Units that have rows.
pub const UNITS: &[&str] = &["humen", "changan", "houjie", "dalang"];

/// Both of them are addressed by each notice.
const ADDRESSED: &[&[&str]] = &[&["humen", "changan"], &["houjie", "dalang"], &["dalang", "humen"]];

/// Something that was made, and who may see it.
#[derive(Debug)]
pub struct Row {
    pub path: String,
    pub who: Who,
    /// Texts that occur nowhere else, and who may see each.
    pub marks: Vec<(String, Who)>,
}

/// What each mark begins and ends with; its number is between.
const MARK: (&str, char) = ("暗号", '号');

/// The marks that stand in a reply, which is looked through once: some have megabytes.
pub fn found<'m>(marks: &BTreeMap<&'m str, Who>, reply: &str) -> BTreeMap<&'m str, Who> {
    let rests = reply.split(MARK.0).skip(1);
    let texts = rests.filter_map(|rest| Some(format!("{}{}{}", MARK.0, rest.split_once(MARK.1)?.0, MARK.1)));
    let there = texts.filter_map(|text| marks.get_key_value(text.as_str()));
    there.map(|(mark, who)| (*mark, *who)).collect()
}

/// Makes rows, and numbers their marks.
struct Maker<'a> {
    app: &'a TestApp,
    made: usize,
}

impl<'a> Maker<'a> {
    /// A text that occurs nowhere else.
    fn mark(&mut self) -> String {
        self.made += 1;
        let (begin, end) = MARK;
        format!("{begin}{}{end}", self.made)
    }

    fn of_unit(&self, unit: &str) -> Caller<'a> {
        self.app
            .bearing(Some(self.app.token("writer", &["unit_reporter"], Some(unit), &[])))
    }

    fn office(&self, name: &str, role: &str) -> Caller<'a> {
        self.app.bearing(Some(self.app.token(name, &[role], None, &[])))
    }

    /// A report, whose first words were others.
    async fn report(&mut self, unit: &'static str, obligation: &str, way: &[&str]) -> Row {
        let (first, mark, note) = (self.mark(), self.mark(), self.mark());
        let writer = self.of_unit(unit);
        let body = json!({"obligation_id": obligation, "summary": first});
        let made = writer.post("/api/v1/progress-reports", &body).await.expect(201);
        let path = made.header("location").to_owned();
        let text = |what: &str| format!("{mark}{what}");
        let body = json!({
            "summary": text("摘要"), "measures": text("措施"), "problems": text("问题"), "next_steps": text("打算"), "percent": 100,
            "evidence": [{"title": text("佐证"), "url": "https://example.org", "published_on": "2017-06-01"}]
        });
        writer.patch(&path, "*", &body).await.ok();
        for step in way {
            let (caller, body) = match *step {
                "accept" => (self.office("zhao", "coordinator"), json!({"note": note})),
                "return" => (self.office("zhao", "coordinator"), json!({"reason": note})),
                "clear" => (self.office("sun", "secrecy_reviewer"), json!({"note": note})),
                "withhold" => (self.office("sun", "secrecy_reviewer"), json!({"reason": note})),
                _ => (writer.clone(), json!({})),
            };
            act(&caller, &path, step, "*", &body).await.ok();
        }
        let whole = match way.last() {
            None | Some(&("withdraw" | "revise")) => Who::Unit(unit),
            Some(&("submit" | "return")) => Who::Handed(unit),
            Some(_) => Who::Accepted(unit),
        };
        let who = if way.last() == Some(&"clear") {
            Who::Anybody
        } else {
            whole
        };
        let mut marks = vec![(mark, who), (first, Who::Unit(unit))];
        // What was said of it before, it may no longer say.
        if ["return", "accept", "clear", "withhold"].contains(way.last().unwrap_or(&"")) {
            marks.push((note, whole));
        }
        Row { path, who, marks }
    }

    async fn extension(&mut self, unit: &'static str, obligation: &str, way: Option<&str>) -> Row {
        let (mark, decision) = (self.mark(), self.mark());
        let body =
            json!({"obligation_id": obligation, "requested_due_on": "2018-06-30", "reason": mark, "progress": mark});
        let made = self.of_unit(unit).post("/api/v1/extensions", &body).await.expect(201);
        let path = made.header("location").to_owned();
        let who = Who::Ledger(unit);
        let mut marks = vec![(mark, who)];
        if let Some(step) = way {
            let (caller, body) = match step {
                "grant" => (self.office("zhao", "coordinator"), json!({"decision": decision})),
                "refuse" => (self.office("zhao", "coordinator"), json!({"reason": decision})),
                _ => (self.of_unit(unit), json!({})),
            };
            act(&caller, &path, step, "*", &body).await.ok();
            if step != "withdraw" {
                marks.push((decision, who));
            }
        }
        Row { path, who, marks }
    }

    /// 免办.
    async fn exemption(&mut self, unit: &'static str, obligation: &str) -> Row {
        let mark = self.mark();
        let path = format!("/api/v1/obligations/{obligation}");
        act(
            &self.office("zhao", "coordinator"),
            &path,
            "exempt",
            "*",
            &json!({"reason": mark}),
        )
        .await
        .ok();
        let who = Who::Ledger(unit);
        Row {
            path,
            who,
            marks: vec![(mark, who)],
        }
    }

    /// A notice to two units, of which the first answers; and its second review.
    async fn notice(&mut self, units: &'static [&'static str], steps: usize) -> Vec<Row> {
        let author = self.office("qian", "inspector");
        let mark = self.mark();
        let body = json!({"plan_id": "dg-2017", "kind": "reminder", "level": "blue", "subject": mark, "text": mark, "units": units, "reply_by": "2017-07-31"});
        let path = author
            .post("/api/v1/notices", &body)
            .await
            .expect(201)
            .header("location")
            .to_owned();
        let who = if steps == 0 {
            Who::Offices
        } else {
            Who::Addressed(units)
        };
        let (mut marks, mut rows) = (vec![(mark, who)], Vec::new());
        let (first, own) = (self.of_unit(units[0]), Who::Ledger(units[0]));
        if steps > 0 {
            act(&author, &path, "issue", "*", &json!({})).await.ok();
        }
        if steps > 1 {
            let answer = self.mark();
            act(&first, &path, "answer", "*", &json!({"text": answer})).await.ok();
            marks.push((answer, own));
        }
        if steps > 2 {
            rows.push(self.objection(&first, "notice_id", &path, own).await);
        }
        if steps > 3 {
            let reason = self.mark();
            act(&author, &path, "rescind", "*", &json!({"reason": reason}))
                .await
                .ok();
            marks.push((reason, who));
        }
        rows.push(Row { path, who, marks });
        rows
    }

    /// A second review of what `path` is.
    async fn objection(&mut self, caller: &Caller<'_>, field: &str, path: &str, who: Who) -> Row {
        let mark = self.mark();
        let mut body = json!({"reason": mark});
        body[field] = path.rsplit('/').next().unwrap().into();
        let made = caller.post("/api/v1/second-reviews", &body).await.expect(201);
        Row {
            path: made.header("location").to_owned(),
            who,
            marks: vec![(mark, who)],
        }
    }

    async fn feedback(&mut self, about: Value, way: Option<&str>) -> Row {
        let (mark, reason) = (self.mark(), self.mark());
        let mut body = json!({"rating": 4, "text": mark});
        body.as_object_mut().unwrap().extend(about.as_object().unwrap().clone());
        let made = portal(self.app, "portal")
            .post("/api/v1/feedback", &body)
            .await
            .expect(201);
        let path = made.header("location").to_owned();
        let who = if way == Some("publish") {
            Who::Anybody
        } else {
            Who::Moderators
        };
        let mut marks = vec![(mark, who)];
        if let Some(step) = way {
            let rejects = step == "reject";
            let said = if rejects { json!({"reason": reason}) } else { json!({}) };
            act(&self.office("zhao", "coordinator"), &path, step, "*", &said)
                .await
                .ok();
            if rejects {
                marks.push((reason, who));
            }
        }
        Row { path, who, marks }
    }

    /// A report that was public once, and what the public said of it.
    async fn taken_back(&mut self, (unit, obligation): (&'static str, String)) -> Vec<Row> {
        let mut report = self.report(unit, &obligation, &["submit", "accept", "clear"]).await;
        let id = report.path.rsplit('/').next().unwrap();
        let mut said = self.feedback(json!({"report_id": id}), Some("publish")).await;
        let mark = self.mark();
        let judge = self.office("sun", "secrecy_reviewer");
        act(&judge, &report.path, "withhold", "*", &json!({"reason": mark}))
            .await
            .ok();
        report.who = Who::Accepted(unit);
        report.marks[0].1 = report.who;
        report
            .marks
            .retain(|(_, who)| *who == report.who || *who == Who::Unit(unit));
        report.marks.push((mark, report.who));
        said.who = Who::Moderators;
        said.marks[0].1 = said.who;
        vec![report, said]
    }

    /// A plan that is a draft.
    async fn draft(&mut self) -> Row {
        let (mark, who) = (self.mark(), Who::Offices);
        let deadline = json!({"phrase": mark, "rule": {"kind": "date", "due_on": "2019-12-31"}});
        let requirement = json!({"text": mark, "units": [{"code": "humen"}], "deadlines": [deadline]});
        let plan = json!({"id": "dg-2019", "title": mark, "year": 2019, "tasks": [{"title": mark, "requirements": [requirement]}]});
        self.office("zhao", "coordinator")
            .post("/api/v1/plans", &plan)
            .await
            .expect(201);
        Row {
            path: "/api/v1/plans/dg-2019".into(),
            who,
            marks: vec![(mark, who)],
        }
    }

    /// A file of which a plan may become.
    async fn import(&mut self) -> Row {
        let (mark, who) = (self.mark(), Who::Offices);
        let file = format!("2019年{mark}\n序号,工作任务,责任单位,完成时限\n1,{mark},虎门镇,6月底\n");
        let office = self.office("zhao", "coordinator");
        let made = crate::imports::import(&office, "任务.csv", file.as_bytes())
            .await
            .expect(201);
        Row {
            path: made.header("location").to_owned(),
            who,
            marks: vec![(mark, who)],
        }
    }

    /// What a column that is not public says of somebody's requirement.
    async fn private_cell(&mut self, unit: &'static str) -> Row {
        let (mark, who) = (self.mark(), Who::Ledger(unit));
        let office = self.office("zhao", "coordinator");
        let deadline = json!({"phrase": "12月底", "rule": {"kind": "date", "due_on": "2017-12-31"}});
        let cells = json!([{"name": "责任领导", "text": mark}]);
        let requirement = json!({"text": "正文", "units": [{"code": unit}], "deadlines": [deadline], "extra": cells});
        let plan = json!({
            "id": "dg-2017-x", "title": "方案", "year": 2017, "extra_columns": [{"name": "责任领导"}],
            "tasks": [{"title": "任务", "extra": cells, "requirements": [requirement]}]
        });
        office.post("/api/v1/plans", &plan).await.expect(201);
        act(&office, "/api/v1/plans/dg-2017-x", "publish", "*", &json!({}))
            .await
            .ok();
        Row {
            path: "/api/v1/requirements/dg-2017-x.1.1".into(),
            who: Who::Anybody,
            marks: vec![(mark, who)],
        }
    }

    /// Why a published plan was changed.
    async fn amendment(&mut self) -> Row {
        let (mark, who) = (self.mark(), Who::Offices);
        let body = json!({"settings": {"due_soon_working_days": 4}, "reason": mark});
        let path = "/api/v1/plans/dg-2017";
        let request = self
            .office("zhao", "coordinator")
            .request(Method::PATCH, path)
            .header("If-Match", "*");
        Reply::to(request.json(&body)).await.ok();
        Row {
            path: path.into(),
            who: Who::Anybody,
            marks: vec![(mark, who)],
        }
    }
}

/// How far a report is taken.
const WAYS: &[&[&str]] = &[
    &[],
    &["submit"],
    &["submit", "withdraw"],
    &["submit", "return"],
    &["submit", "accept"],
    &["submit", "accept", "withhold"],
    &["submit", "accept", "clear"],
    &["submit", "accept", "clear", "withhold"],
    &["submit", "accept", "clear", "revise"],
];

/// What the units owe for these periods, each obligation given once.
struct Owed(Vec<(&'static str, String)>);

impl Owed {
    async fn of(app: &TestApp, periods: &str) -> Self {
        let units = UNITS.join("&unit=");
        let rows = app
            .coordinator()
            .walk(&format!("/api/v1/obligations?limit=200&{periods}&unit={units}"))
            .await;
        let owed = rows.iter().map(|row| {
            let unit = UNITS.iter().find(|unit| row["unit"]["code"] == **unit);
            (*unit.unwrap(), row["id"].as_str().unwrap().to_owned())
        });
        Self(owed.collect())
    }

    fn take(&mut self, runner: &mut TestRunner) -> (&'static str, String) {
        let places: Vec<usize> = (0..self.0.len()).collect();
        self.0.remove(pick(runner, &places))
    }
}

/// Rows of every kind, of random units.
pub async fn everything(app: &TestApp, runner: &mut TestRunner) -> Vec<Row> {
    let mut maker = Maker { app, made: 100 };
    let mut owed = Owed::of(app, "period=2017Q1&period=2017Q2").await;
    let mut later = Owed::of(app, "period=2017Q3&period=2017Q4").await;
    let mut rows = vec![
        maker.draft().await,
        maker.import().await,
        maker.amendment().await,
        maker.private_cell("humen").await,
    ];
    for n in 0..14 {
        let way = WAYS.get(n).copied().unwrap_or_else(|| pick(runner, WAYS));
        let (unit, obligation) = owed.take(runner);
        let made = maker.report(unit, &obligation, way).await;
        if way.last() == Some(&"return") {
            let (writer, theirs) = (maker.of_unit(unit), Who::Handed(unit));
            rows.push(maker.objection(&writer, "progress_report_id", &made.path, theirs).await);
        }
        rows.push(made);
    }
    rows.extend(maker.taken_back(owed.take(runner)).await);
    for way in [None, Some("withdraw"), Some("grant"), Some("refuse")] {
        let (unit, obligation) = later.take(runner);
        rows.push(maker.extension(unit, &obligation, way).await);
        let (unit, obligation) = later.take(runner);
        rows.push(maker.exemption(unit, &obligation).await);
    }
    for steps in 0..=4 {
        let units = pick(runner, ADDRESSED);
        rows.extend(maker.notice(units, steps).await);
    }
    for way in [None, Some("publish"), Some("reject")] {
        rows.push(maker.feedback(json!({"requirement_id": "dg-2017.17.3"}), way).await);
    }
    rows
}
