//! The life of a reminder and of a criticism, step by step; with `PATCH /notices/{id}`, `DELETE /notices/{id}` and
//! `POST /notices/{id}/rescind`

use serde_json::json;

use super::{OBLIGATION, act, circular, coordinator, drafted, issued, of_unit, reminder, say, with};
use crate::support::fixtures::create;

on_both! {
    async fn a_reminder_is_drafted_changed_issued_and_rescinded(app: &TestApp) {
        let (wang, zhao) = (coordinator(app, "wang"), app.role("inspector"));
        let draft = create(&wang, "/api/v1/notices", &reminder()).await;
        assert_eq!(draft["allowed_actions"], json!(["update", "delete", "issue"]));
        assert!(draft.get("number").is_none() && draft.get("issued_at").is_none());
        let path = format!("/api/v1/notices/{}", draft["id"].as_str().unwrap());
        let etag = wang.etag(&path).await;
        let changed = zhao.patch(&path, &etag, &json!({"text": "请尽快报送。", "reply_by": "2017-07-10"})).await.ok();
        assert_eq!(changed.json()["prepared_by"], json!(["a-inspector", "wang"]));
        wang.patch(&path, &etag, &json!({"text": "请报送。"})).await.problem(412, "stale");
        act(&wang, &path, "submit").await.problem(409, "wrong_state");
        let sent = wang.transition(&format!("{path}/issue"), &changed.etag()).await.ok().json();
        assert_eq!((sent["number"].as_str(), sent["status"].as_str()), (Some("催〔2017〕1号"), Some("issued")));
        assert_eq!((sent["issued_by"].as_str(), sent["review_until"].as_str()), (Some("wang"), Some("2017-07-30")));
        assert_eq!(sent["units"][0]["obligations"], json!([OBLIGATION]));
        let said = wang.patch(&path, "*", &json!({"text": "晚了"})).await.problem(409, "wrong_state");
        assert!(said["detail"].as_str().unwrap().contains("撤销"), "{said}");
        wang.delete(&path, "*").await.problem(409, "wrong_state");
        say(&wang, &path, "rescind", &json!({"reason": " "})).await.problem(422, "invalid");
        let rescinded = say(&zhao, &path, "rescind", &json!({"reason": "发送有误"})).await.ok().json();
        assert_eq!((rescinded["number"].as_str(), rescinded["rescind_reason"].as_str()), (Some("催〔2017〕1号"), Some("发送有误")));
        assert_eq!(rescinded["allowed_actions"], json!([]));
        // Numbers are not given twice, and each kind counts for itself.
        let next = issued(&wang, &reminder()).await;
        assert_eq!(wang.get(&next).await.ok().json()["number"], "催〔2017〕2号");
        let first = issued(&wang, &with(reminder(), &json!({"kind": "supervision"}))).await;
        assert_eq!(wang.get(&first).await.ok().json()["number"], "督〔2017〕1号");
        let gone = drafted(&wang, &with(reminder(), &json!({"obligations": []}))).await;
        wang.delete(&gone, "*").await.expect(204);
        wang.get(&gone).await.problem(404, "not_found");
    }

    async fn every_step_is_in_the_log(app: &TestApp) {
        let (wang, li) = (coordinator(app, "wang"), coordinator(app, "li"));
        let path = drafted(&wang, &circular("criticism")).await;
        wang.patch(&path, "*", &json!({"text": "另一正文"})).await.ok();
        wang.patch(&path, "*", &json!({"text": "另一正文"})).await.ok();
        act(&wang, &path, "submit").await.ok();
        say(&li, &path, "return", &json!({"reason": "再核实"})).await.ok();
        act(&wang, &path, "submit").await.ok();
        act(&li, &path, "approve").await.ok();
        act(&wang, &path, "issue").await.ok();
        let humen = of_unit(app, "humen");
        act(&humen, &path, "acknowledge").await.ok();
        say(&humen, &path, "answer", &json!({"text": "已整改"})).await.ok();
        say(&wang, &path, "rescind", &json!({"reason": "有误"})).await.ok();
        let gone = drafted(&wang, &reminder()).await;
        wang.delete(&gone, "*").await.expect(204);
        let sql = "select event from log_entry where event like 'notice.%' order by id";
        let expected = [
            "created", "updated", "submitted", "returned", "submitted", "approved", "issued", "acknowledged", "answered",
            "rescinded", "created", "deleted",
        ];
        let expected = expected.map(|event| format!("notice.{event}"));
        assert_eq!(crate::support::database::select(&app.config, sql).await, expected);
    }
}
