//! Requests about notices: on notices that were made for them, by somebody whom no caller of a walk is.

use serde_json::{Value, json};

use super::Sample;
use crate::support::{Caller, Reply, TestApp};

/// The request of the operation `id`, if it is one about notices.
pub async fn sample(app: &TestApp, id: &str) -> Option<Sample> {
    let reason = json!({"reason": "理由"});
    Some(match id {
        "list_notices" => Sample::at("/api/v1/notices"),
        "get_notice" => Sample::at(issued(app).await),
        "create_notice" => Sample::with("/api/v1/notices", notice("reminder")),
        "update_notice" => Sample::with(draft(app, "reminder").await, json!({"text": "另一正文"})),
        "delete_notice" => Sample::at(draft(app, "reminder").await),
        "submit_notice" => Sample::at(draft(app, "criticism").await + "/submit"),
        "approve_notice" => Sample::at(submitted(app).await + "/approve"),
        "return_notice" => Sample::with(submitted(app).await + "/return", reason),
        "issue_notice" => Sample::at(draft(app, "reminder").await + "/issue"),
        "rescind_notice" => Sample::with(issued(app).await + "/rescind", reason),
        "acknowledge_notice" => Sample::at(issued(app).await + "/acknowledge"),
        "answer_notice" => Sample::with(issued(app).await + "/answer", json!({"text": "已报送。"})),
        "list_second_reviews" => Sample::at("/api/v1/second-reviews"),
        "request_second_review" => Sample::with("/api/v1/second-reviews", objection(&issued(app).await)),
        "get_second_review" => Sample::at(review(app).await),
        "withdraw_second_review" => Sample::at(review(app).await + "/withdraw"),
        "uphold_second_review" => Sample::with(review(app).await + "/uphold", reason),
        "overturn_second_review" => Sample::with(review(app).await + "/overturn", reason),
        _ => return None,
    })
}

/// To 市政务服务办, about nothing in the ledger.
fn notice(kind: &str) -> Value {
    let mut body = json!({"plan_id": "dg-2017", "kind": kind, "subject": "事由", "text": "正文", "units": ["zwfwb"]});
    if kind == "reminder" {
        body["level"] = json!("blue");
        body["reply_by"] = json!("2017-07-31");
    }
    body
}

fn objection(notice: &str) -> Value {
    json!({"notice_id": notice.rsplit('/').next().unwrap(), "reason": "理由"})
}

fn author(app: &TestApp) -> Caller<'_> {
    app.bearing(Some(app.token("author", &["inspector"], None, &[])))
}

fn made(reply: Reply) -> String {
    reply.expect(201).header("location").to_owned()
}

async fn draft(app: &TestApp, kind: &str) -> String {
    made(author(app).post("/api/v1/notices", &notice(kind)).await)
}

async fn submitted(app: &TestApp) -> String {
    let path = draft(app, "criticism").await;
    author(app).transition(&format!("{path}/submit"), "*").await.ok();
    path
}

async fn issued(app: &TestApp) -> String {
    let path = draft(app, "reminder").await;
    author(app).transition(&format!("{path}/issue"), "*").await.ok();
    path
}

async fn review(app: &TestApp) -> String {
    let objector = app.bearing(Some(app.token("objector", &["unit_reporter"], Some("zwfwb"), &[])));
    let body = objection(&issued(app).await);
    made(objector.post("/api/v1/second-reviews", &body).await)
}
