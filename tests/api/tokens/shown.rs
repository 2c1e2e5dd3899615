//! What a token that only writes is shown of what it changes.

use crate::support::{document::Document, sample::sample};

on_both! {
    /// No more than by a GET: of what not everybody sees, that it is done.
    async fn a_reply_to_a_change_shows_no_more_than_a_get(app: &TestApp) {
        let document = Document::of(app).await;
        let hides = ["extensions", "feedback", "notices", "obligations", "progress-reports", "second-reviews"];
        let writes = app.all_roles(&["reports:write", "plans:write", "feedback:write"]);
        let mut done = 0;
        for (n, operation) in document.operations().into_iter().enumerate() {
            let noun = operation.path.trim_start_matches("/api/v1/").split('/').next().unwrap();
            let responses = &operation.value["responses"];
            if operation.is_read() || !hides.contains(&noun) || responses.get("428").is_none() {
                continue;
            }
            let made = sample(app, operation, 9100 + n).await;
            let reply = made.send(&writes, operation).await;
            document.assert_declares(operation, &reply);
            assert!(reply.body.is_empty() || reply.status == 201 || reply.status >= 400, "{}: {}", operation.name(), reply.text());
            done += usize::from(reply.status == 204 && responses.get("200").is_some());
            if reply.status == 204 && responses.get("200").is_some() {
                assert!(reply.etag().starts_with('"'), "{}", operation.name());
            }
        }
        assert!(done > 5, "{done}");
    }
}
