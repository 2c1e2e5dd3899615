//! Two small plans, one for each thing that figures may tell, and what goes on behind their doors.

use serde_json::{Value, json};

use crate::support::{
    Caller, TestApp,
    sample::{
        feedback::{PDF, attach, portal},
        reports::act,
    },
};

/// The one tells its status, the other of cleared reports.
pub const PLANS: &[&str] = &["zt-2017", "hz-2017"];

/// Six requirements of three towns: three are overdue on 2017-07-01, three are not.
fn plan(id: &str, public_figures: &str) -> Value {
    let due = [
        "2017-06-29",
        "2017-05-31",
        "2017-06-30",
        "2017-12-30",
        "2017-12-31",
        "2017-12-31",
    ];
    let requirements: Vec<Value> = due
        .iter()
        .map(|due| {
            json!({
                "text": format!("应于 {due} 前完成"), "units": [{"code": "humen"}, {"code": "changan"}, {"code": "houjie"}],
                "deadlines": [{"phrase": *due, "rule": {"kind": "date", "due_on": *due}}]
            })
        })
        .collect();
    json!({
        "id": id, "title": "方案", "year": 2017, "settings": {"public_figures": public_figures, "obligations_from": "2017-01-01"},
        "tasks": [{"title": "任务", "requirements": requirements}]
    })
}

/// Who works inside, and the things that anybody may see.
pub struct Inside<'a> {
    app: &'a TestApp,
    /// Reports that are public.
    pub public: Vec<String>,
    /// Feedback that is public.
    pub feedback: String,
}

impl<'a> Inside<'a> {
    /// The plans, each with a report that is public.
    pub async fn new(app: &'a TestApp) -> Self {
        let mut inside = Self {
            app,
            public: Vec::new(),
            feedback: String::new(),
        };
        for (id, told) in PLANS.iter().zip(["status", "cleared"]) {
            app.coordinator()
                .post("/api/v1/plans", &plan(id, told))
                .await
                .expect(201);
            let publish = format!("/api/v1/plans/{id}/publish");
            app.coordinator().transition(&publish, "*").await.ok();
            let report = inside.report(id, "humen", 1, &["submit", "accept", "clear"]).await;
            inside.public.push(report);
        }
        let about = json!({"report_id": inside.public[0].rsplit('/').next(), "rating": 5, "text": "清楚"});
        inside.feedback = inside.given(&about, Some("publish")).await;
        inside
    }

    fn of_unit(&self, unit: &str) -> Caller<'a> {
        self.app
            .bearing(Some(self.app.token("writer", &["unit_reporter"], Some(unit), &[])))
    }

    fn office(&self, name: &str, role: &str) -> Caller<'a> {
        self.app.bearing(Some(self.app.token(name, &[role], None, &[])))
    }

    /// Writes a report, and takes these steps with it.
    pub async fn report(&self, plan: &str, unit: &str, requirement: usize, steps: &[&str]) -> String {
        let body = json!({
            "obligation_id": format!("{plan}.1.{requirement}.d1.{unit}.2017"), "summary": "内部进展", "claims_completion": true
        });
        let made = self.of_unit(unit).post("/api/v1/progress-reports", &body).await;
        let path = made.expect(201).header("location").to_owned();
        for step in steps {
            self.step(unit, &path, step).await;
        }
        path
    }

    /// A step of the offices.
    pub async fn act(&self, path: &str, step: &str) {
        self.step("", path, step).await;
    }

    async fn step(&self, unit: &str, path: &str, step: &str) {
        let reason = json!({"reason": "内部理由"});
        let (caller, body) = match step {
            "accept" => (self.office("zhao", "coordinator"), json!({"note": "内部意见"})),
            "grant" => (self.office("zhao", "coordinator"), json!({"decision": "内部意见"})),
            "return" | "refuse" | "reject" | "exempt" | "overturn" => (self.office("zhao", "coordinator"), reason),
            "publish" => (self.office("zhao", "coordinator"), json!({})),
            "clear" => (self.office("sun", "secrecy_reviewer"), json!({})),
            "withhold" => (self.office("sun", "secrecy_reviewer"), reason),
            "issue" => (self.office("qian", "inspector"), json!({})),
            "answer" => (self.of_unit(unit), json!({"text": "内部答复"})),
            _ => (self.of_unit(unit), json!({})),
        };
        act(&caller, path, step, "*", &body).await.ok();
    }

    async fn given(&self, body: &Value, step: Option<&str>) -> String {
        let made = portal(self.app, "portal").post("/api/v1/feedback", body).await;
        let path = made.expect(201).header("location").to_owned();
        if let Some(step) = step {
            self.act(&path, step).await;
        }
        path
    }

    /// Reports of 虎门 that nobody outside sees: two are done, and others are on their way.
    pub async fn reports_go_on(&self, plan: &str) {
        self.report(plan, "humen", 2, &["submit", "accept"]).await;
        self.report(plan, "humen", 3, &["submit", "return", "submit", "accept", "withhold"])
            .await;
        self.report(plan, "humen", 4, &["submit"]).await;
        self.report(plan, "humen", 5, &["submit", "withdraw"]).await;
    }

    /// Everything that nobody outside is told of.
    pub async fn goes_on(&self) {
        for plan in PLANS {
            self.reports_go_on(plan).await;
            self.papers_go_on(plan).await;
        }
        self.app
            .coordinator()
            .post("/api/v1/plans", &plan("nb-2018", "status"))
            .await
            .expect(201);
        let about = json!({"requirement_id": "zt-2017.1.1", "rating": 1, "text": "等待处理"});
        self.given(&about, None).await;
        self.given(&about, Some("reject")).await;
        let more = json!({"report_id": self.public[0].rsplit('/').next(), "rating": 1, "text": "等待处理"});
        self.given(&more, None).await;
        let feed = "/api/v1/units/humen/calendar-feed";
        self.of_unit("humen").transition(feed, "*").await.expect(201);
    }

    /// Of one plan: drafts, extensions, exemptions, notices, second reviews.
    async fn papers_go_on(&self, plan: &str) {
        let draft = self.report(plan, "changan", 2, &[]).await;
        attach(&self.of_unit("changan"), &draft, "内部.pdf", PDF)
            .await
            .expect(201);
        let returned = self.report(plan, "changan", 3, &["submit", "return"]).await;
        let objection = json!({"progress_report_id": returned.rsplit('/').next(), "reason": "内部异议"});
        let review = self.of_unit("changan").post("/api/v1/second-reviews", &objection).await;
        let review = review.expect(201).header("location").to_owned();
        act(
            &self.office("chen", "coordinator"),
            &review,
            "overturn",
            "*",
            &json!({"reason": "内部理由"}),
        )
        .await
        .ok();
        for (requirement, step) in [(4, "grant"), (6, "refuse")] {
            let body = json!({
                "obligation_id": format!("{plan}.1.{requirement}.d1.changan.2017"), "requested_due_on": "2018-01-31",
                "reason": "内部理由", "progress": "内部进展"
            });
            let made = self.of_unit("changan").post("/api/v1/extensions", &body).await;
            let path = made.expect(201).header("location").to_owned();
            self.act(&path, step).await;
        }
        self.act(&format!("/api/v1/obligations/{plan}.1.5.d1.changan.2017"), "exempt")
            .await;
        let notice = json!({
            "plan_id": plan, "kind": "reminder", "level": "blue", "subject": "内部事由", "text": "内部正文",
            "units": ["humen", "changan"], "reply_by": "2017-07-31"
        });
        let made = self.office("qian", "inspector").post("/api/v1/notices", &notice).await;
        let path = made.expect(201).header("location").to_owned();
        self.act(&path, "issue").await;
        self.step("humen", &path, "answer").await;
    }
}
