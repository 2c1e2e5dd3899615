//! `/progress-reports`: from draft to public, and who sees what on the way. Today is 2017-06-30.

mod accept;
mod allowed_actions;
mod attachments;
mod clear;
mod create;
mod examples;
mod indicators;
mod life;
mod reviews;
mod search;
mod submit;
mod withdraw;

use serde_json::{Value, json};

pub use crate::support::sample::reports::act;
use crate::support::{Caller, Reply, TestApp};

/// Where reports are.
pub const REPORTS: &str = "/api/v1/progress-reports";
/// Due today, by 市环保局.
pub const OBLIGATION: &str = "dg-2017.17.3.d2.hbj.2017Q2";

/// The people of one report.
pub struct Cast<'a> {
    pub reporter: Caller<'a>,
    pub approver: Caller<'a>,
    pub coordinator: Caller<'a>,
    pub secrecy: Caller<'a>,
    pub stranger: Caller<'a>,
}

impl<'a> Cast<'a> {
    pub fn of(app: &'a TestApp) -> Self {
        let somebody =
            |subject: &str, role: &str, unit: Option<&str>| app.bearing(Some(app.token(subject, &[role], unit, &[])));
        Self {
            reporter: somebody("wang", "unit_reporter", Some("hbj")),
            approver: somebody("li", "unit_approver", Some("hbj")),
            coordinator: somebody("zhao", "coordinator", None),
            secrecy: somebody("sun", "secrecy_reviewer", None),
            stranger: somebody("zhou", "unit_reporter", Some("humen")),
        }
    }
}

/// A complete report on an obligation.
pub fn report_on(obligation: &str) -> Value {
    json!({
        "obligation_id": obligation, "summary": "已公开第二季度环境质量状况", "percent": 100, "claims_completion": true,
        "measures": "在网站和微信公众号同步公开",
        "evidence": [{"title": "季度状况", "url": "https://www.dg.gov.cn/hbj/2017q2.html", "published_on": "2017-06-28"}]
    })
}

/// Where the report is that a reply shows.
pub fn path(reply: &Reply) -> String {
    format!("{REPORTS}/{}", reply.json()["id"].as_str().unwrap())
}

/// Writes a report on [`OBLIGATION`] and takes these steps with it.
pub async fn report(cast: &Cast<'_>, steps: &[&str]) -> String {
    let path = path(&cast.reporter.post(REPORTS, &report_on(OBLIGATION)).await.expect(201));
    for step in steps {
        let (caller, body) = match *step {
            "accept" => (&cast.coordinator, json!({})),
            "return" => (&cast.coordinator, json!({"reason": "请补充网址"})),
            "clear" => (&cast.secrecy, json!({})),
            "withhold" => (&cast.secrecy, json!({"reason": "涉密"})),
            "sign" => (&cast.approver, json!({})),
            _ => (&cast.reporter, json!({})),
        };
        act(caller, &path, step, "*", &body).await.ok();
    }
    path
}

/// The obligation as the ledger shows it on a day.
pub async fn obligation(app: &TestApp, as_of: &str) -> Value {
    let path = format!("/api/v1/obligations/{OBLIGATION}?as_of={as_of}");
    app.role("auditor").get(&path).await.ok().json()
}
