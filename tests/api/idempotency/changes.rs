//! `Idempotency-Key` of PATCH, PUT and DELETE, and changes that change nothing.

use duban::domain::policy::Role;
use reqwest::Method;
use serde_json::{Value, json};

use super::assert_same;
use crate::support::{
    Reply, TestApp,
    document::Document,
    fixtures::everything,
    sample::{Sample, reports::report, sample},
};

/// How much the log has, and what plans and units say.
async fn recorded(app: &TestApp) -> (Value, String) {
    let all = everything(app).await;
    let log = app
        .role("auditor")
        .get("/api/v1/audit-events?limit=1")
        .await
        .ok()
        .json();
    (log["total"].clone(), all)
}

on_both! {
    /// With another key, which is none: whoever finds the thing as it is wanted leaves it alone, and is no author of it.
    async fn a_change_that_changes_nothing(app: &TestApp) {
        let document = Document::of(app).await;
        let roles: Vec<&str> = Role::ALL.iter().filter(|role| **role != Role::Anonymous).map(|role| role.as_str()).collect();
        let (first, other) = (app.all_roles(&[]), app.bearing(Some(app.token("another", &roles, Some("zwfwb"), &[]))));
        let changes = document.operations().into_iter().enumerate();
        let changes: Vec<_> = changes.filter(|(_, operation)| [Method::PATCH, Method::PUT].contains(&operation.method())).collect();
        assert!(changes.len() >= 11, "{}", changes.len());
        for (n, operation) in changes {
            let sample = sample(app, operation, n).await;
            let done = sample.send(&first, operation).await.ok();
            let before = recorded(app).await;
            let mut again = vec![sample.clone()];
            if operation.method() == Method::PATCH {
                again.push(Sample { body: Some(json!({})), ..sample });
            }
            for same in again {
                let reply = same.send(&other, operation).await;
                assert_eq!(reply.status, 200, "{} {same:?}: {}", operation.name(), reply.text());
                assert_eq!(reply.etag().split('-').next(), done.etag().split('-').next(), "{} {same:?}", operation.name());
                assert_eq!(recorded(app).await, before, "{} {same:?}", operation.name());
            }
        }
    }

    /// The reply to a PATCH that was lost is had by its repeat: a 412 would say that it may be somebody else's change.
    async fn a_lost_reply_to_a_change(app: &TestApp) {
        let (writer, path) = (app.somebody("writer", "unit_reporter", Some("zwfwb")), report(app, "draft").await);
        let send = async |method: Method, key: &str, percent: Option<u8>, tag: &str| {
            let request = writer.request(method, &path).header("Idempotency-Key", key).header("If-Match", tag);
            Reply::to(match percent {
                Some(percent) => request.json(&json!({"percent": percent})),
                None => request,
            })
            .await
        };
        let read = writer.etag(&path).await;
        let first = send(Method::PATCH, "k", Some(40), &read).await.ok();
        assert_same(&first, &send(Method::PATCH, "k", Some(40), &read).await);
        send(Method::PATCH, "k", Some(50), &read).await.problem(422, "idempotency_mismatch");
        send(Method::PATCH, "l", Some(50), &read).await.problem(412, "stale");
        let tag = first.etag();
        let gone = send(Method::DELETE, "d", None, &tag).await.expect(204);
        assert_same(&gone, &send(Method::DELETE, "d", None, &tag).await);
        send(Method::DELETE, "e", None, &tag).await.problem(404, "not_found");
    }

    /// What a DELETE says stands in the query.
    async fn another_reason_is_another_request(app: &TestApp) {
        let office = app.coordinator();
        let delete = async |reason: &str| {
            let path = format!("/api/v1/deadlines/dg-2017.17.3.d1?reason={reason}");
            let request = office.request(Method::DELETE, &path).header("Idempotency-Key", "k").header("If-Match", "*");
            Reply::to(request).await
        };
        let first = delete("a").await.expect(204);
        assert_same(&first, &delete("a").await);
        delete("b").await.problem(422, "idempotency_mismatch");
    }
}
