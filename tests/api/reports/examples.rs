//! The examples in the document, one after another

use serde_json::json;

use super::{Cast, REPORTS, act, path};

on_both! {
    async fn the_documents_examples_work(app: &TestApp) {
        let cast = Cast::of(app);
        let document = crate::support::document::Document::of(app).await;
        let example = |id: &str| {
            let operations = document.operations();
            let operation = operations.iter().find(|operation| operation.id() == id).unwrap();
            operation.value["requestBody"]["content"]["application/json"]["example"].clone()
        };
        let path = path(&cast.reporter.post(REPORTS, &example("create_report")).await.expect(201));
        cast.reporter.patch(&path, "*", &example("update_report")).await.ok();
        for (caller, action, body) in [
            (&cast.reporter, "submit", json!({})),
            (&cast.coordinator, "return", example("return_report")),
            (&cast.reporter, "submit", json!({})),
            (&cast.coordinator, "accept", example("accept_report")),
            (&cast.secrecy, "withhold", example("withhold_report")),
            (&cast.secrecy, "clear", example("clear_report")),
        ] {
            act(caller, &path, action, "*", &body).await.ok();
        }
        let result = cast.coordinator.post(&format!("{REPORTS}/reviews"), &example("review_reports")).await.ok().json();
        assert_eq!(result["failed"], 1, "there is no such report");
    }
}
