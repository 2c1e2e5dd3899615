//! Requests about attachments and about feedback.

use duban::ids::secret;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{
    Sample,
    reports::{act, report},
};
use crate::support::{Caller, Reply, TestApp};

/// As little as is a PDF.
pub const PDF: &[u8] = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n";

const FEEDBACK: &str = "/api/v1/feedback";

/// The request of the operation `id`, if it is one of these.
pub async fn sample(app: &TestApp, id: &str) -> Option<Sample> {
    Some(match id {
        "add_attachment" => Sample {
            file: Some(("证明.pdf", PDF)),
            ..Sample::at(format!("{}/attachments", report(app, "draft").await))
        },
        "get_attachment" => Sample::at(attached(app, "clear").await.1),
        "remove_attachment" => Sample::at(attached(app, "draft").await.1),
        "list_feedback" => Sample::at(FEEDBACK),
        "summarise_feedback" => Sample::at(format!("{FEEDBACK}/summary")),
        "get_feedback" => {
            let path = given(app).await;
            app.coordinator().transition(&format!("{path}/publish"), "*").await.ok();
            Sample::at(path)
        }
        "give_feedback" => Sample::with(FEEDBACK, words()),
        "publish_feedback" => Sample::at(format!("{}/publish", given(app).await)),
        "reject_feedback" => Sample::with(
            format!("{}/reject", given(app).await),
            json!({"reason": "与该事项无关"}),
        ),
        _ => return None,
    })
}

fn words() -> Value {
    json!({"requirement_id": "dg-2017.17.3", "rating": 4, "text": "公开很及时"})
}

/// Feedback that waits to be looked at.
async fn given(app: &TestApp) -> String {
    let made = portal(app, &secret()).post(FEEDBACK, &words()).await;
    made.expect(201).header("location").to_owned()
}

/// A portal's service token.
pub fn portal<'a>(app: &'a TestApp, name: &str) -> Caller<'a> {
    app.bearing(Some(app.token(name, &["portal"], None, &["feedback:write"])))
}

/// `request` with a file, as `curl -F file=@…` sends it.
pub fn form(request: RequestBuilder, name: &str, bytes: &[u8]) -> RequestBuilder {
    let head = format!(
        "--the-boundary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    let body = [head.as_bytes(), bytes, b"\r\n--the-boundary--\r\n"].concat();
    request
        .header("Content-Type", "multipart/form-data; boundary=the-boundary")
        .body(body)
}

/// Sends a file to a report.
pub async fn attach(caller: &Caller<'_>, report: &str, name: &str, bytes: &[u8]) -> Reply {
    let request = caller.request(Method::POST, &format!("{report}/attachments"));
    Reply::to(form(request, name, bytes)).await
}

/// A report with a file, taken up to a step, and the file.
pub async fn attached(app: &TestApp, until: &str) -> (String, String) {
    let writer = writer(app);
    let path = report(app, "draft").await;
    let file = attach(&writer, &path, "证明.pdf", PDF).await.expect(201);
    for (action, caller) in [
        ("submit", writer),
        ("accept", app.coordinator()),
        ("clear", app.role("secrecy_reviewer")),
    ] {
        if until == "draft" {
            break;
        }
        act(&caller, &path, action, "*", &json!({})).await.ok();
        if until == action {
            break;
        }
    }
    (path, file.header("location").to_owned())
}

/// Who writes the reports of these samples.
pub fn writer(app: &TestApp) -> Caller<'_> {
    app.bearing(Some(app.token("writer", &["unit_reporter"], Some("zwfwb"), &[])))
}
