//! Requests about progress reports, on reports that were written for them.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Sample, ledger::obligation};
use crate::support::{Caller, Reply, TestApp};

const REPORTS: &str = "/api/v1/progress-reports";

/// The request of the operation `id`, if it is one of progress reports'.
pub async fn sample(app: &TestApp, id: &str) -> Option<Sample> {
    let step = async |until: &str, action: &str| format!("{}/{action}", report(app, until).await);
    let reason = json!({"reason": "理由"});
    Some(match id {
        "list_reports" => Sample::at(REPORTS),
        "get_report" => Sample::at(report(app, "clear").await),
        "get_report_history" => Sample::at(format!("{}/history", report(app, "submit").await)),
        "create_report" => Sample::with(REPORTS, draft(&obligation(app, false).await)),
        "update_report" => Sample::with(report(app, "draft").await, json!({"percent": 50})),
        "delete_report" => Sample::at(report(app, "draft").await),
        "submit_report" => Sample::at(step("draft", "submit").await),
        "sign_report" => Sample::at(format!("{}/sign", written(app, "submit", true).await)),
        "withdraw_report" => Sample::at(step("submit", "withdraw").await),
        "accept_report" => Sample::with(step("submit", "accept").await, json!({"note": "材料齐全"})),
        "return_report" => Sample::with(step("submit", "return").await, reason),
        "clear_report" => Sample::with(step("accept", "clear").await, json!({})),
        "withhold_report" => Sample::with(step("accept", "withhold").await, reason),
        "revise_report" => Sample::at(step("accept", "revise").await),
        "review_reports" => {
            let path = report(app, "submit").await;
            let id = path.rsplit('/').next().unwrap();
            let body = json!({"decision": "accept", "reports": [{"id": id, "version": 2}]});
            Sample::with(format!("{REPORTS}/reviews"), body)
        }
        "judge_reports" => {
            let path = report(app, "accept").await;
            let id = path.rsplit('/').next().unwrap();
            let body = json!({"decision": "clear", "reports": [{"id": id, "version": 3}]});
            Sample::with(format!("{REPORTS}/clearances"), body)
        }
        _ => return None,
    })
}

fn draft(obligation: &str) -> Value {
    let id = obligation.rsplit('/').next().unwrap();
    json!({"obligation_id": id, "summary": "已转发并部署", "percent": 100, "claims_completion": true})
}

/// A report of 市政务服务办 by somebody whom no caller of the walk is, taken up to a step.
pub async fn report(app: &TestApp, until: &str) -> String {
    written(app, until, false).await
}

async fn written(app: &TestApp, until: &str, signoff: bool) -> String {
    let writer = app.bearing(Some(app.token("writer", &["unit_reporter"], Some("zwfwb"), &[])));
    let made = writer
        .post(REPORTS, &draft(&obligation(app, signoff).await))
        .await
        .expect(201)
        .json();
    let path = format!("{REPORTS}/{}", made["id"].as_str().unwrap());
    for (action, role) in [
        ("submit", "writer"),
        ("accept", "coordinator"),
        ("clear", "secrecy_reviewer"),
    ] {
        if until == "draft" {
            break;
        }
        let caller = if role == "writer" {
            writer.clone()
        } else {
            app.role(role)
        };
        act(&caller, &path, action, "*", &json!({})).await.ok();
        if until == action {
            break;
        }
    }
    path
}

/// A step that says something, on a version.
pub async fn act(caller: &Caller<'_>, path: &str, action: &str, etag: &str, body: &Value) -> Reply {
    let request = caller
        .request(Method::POST, &format!("{path}/{action}"))
        .header("If-Match", etag);
    Reply::to(request.json(body)).await
}
