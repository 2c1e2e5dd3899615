//! The life of each kind of notice.

use serde_json::json;

use super::{OBLIGATION, act, circular, coordinator, drafted, issued, of_unit, reminder, say, with};
use crate::support::fixtures::{assert_faults, create};

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

    async fn praise_and_criticism_are_approved_by_somebody_else(app: &TestApp) {
        let (wang, zhao, li) = (coordinator(app, "wang"), coordinator(app, "zhao"), coordinator(app, "li"));
        for (kind, number) in [("commendation", "表〔2017〕1号"), ("criticism", "批〔2017〕1号")] {
            let path = drafted(&wang, &circular(kind)).await;
            act(&wang, &path, "issue").await.problem(409, "wrong_state");
            zhao.patch(&path, "*", &json!({"text": "现予通报，望再接再厉。"})).await.ok();
            let submitted = act(&wang, &path, "submit").await.ok().json();
            assert_eq!(submitted["allowed_actions"], json!(["return"]), "not approve: it is its own");
            act(&wang, &path, "approve").await.problem(403, "forbidden");
            act(&zhao, &path, "approve").await.problem(403, "forbidden");
            act(&app.role("inspector"), &path, "approve").await.problem(403, "forbidden");
            let returned = say(&li, &path, "return", &json!({"reason": "事实尚需核实"})).await.ok().json();
            assert_eq!((returned["status"].as_str(), returned["return_reason"].as_str()), (Some("draft"), Some("事实尚需核实")));
            act(&li, &path, "approve").await.problem(409, "wrong_state");
            act(&wang, &path, "submit").await.ok();
            let approved = act(&li, &path, "approve").await.ok().json();
            assert_eq!(approved["allowed_actions"], json!(["issue", "return"]));
            wang.patch(&path, "*", &json!({"text": "换一段"})).await.problem(409, "wrong_state");
            let sent = act(&wang, &path, "issue").await.ok().json();
            assert_eq!((sent["number"].as_str(), sent["approved_by"].as_str()), (Some(number), Some("li")));
            assert!(sent.get("level").is_none() && sent.get("reply_by").is_none());
        }
    }

    async fn a_draft_that_says_nonsense_is_refused_whole(app: &TestApp) {
        let wang = coordinator(app, "wang");
        let wrong = json!({
            "plan_id": "dg-2017", "kind": "reminder", "level": "yellow", "subject": "", "text": "正文", "units": ["humen", "humen", "nosuch"],
            "obligations": ["nonsense", "dg-2017.1.1.d1.changan.2017Q1", "dg-2017.1.1.d1.humen.1999Q1"], "reply_by": "2017-06-29"
        });
        let problem = wang.post("/api/v1/notices", &wrong).await.problem(422, "invalid");
        assert_faults(&problem, &[
            ("/subject", "required"), ("/reply_by", "out_of_range"), ("/units/1", "duplicate"), ("/units/2", "not_found"),
            ("/obligations/0", "not_found"), ("/obligations/1", "conflict"), ("/obligations/2", "not_found"),
            ("/urgent_reason", "required"),
        ]);
        let missing = with(reminder(), &json!({"plan_id": "dg-1999"}));
        assert_faults(&wang.post("/api/v1/notices", &missing).await.problem(422, "invalid"), &[("/plan_id", "not_found")]);
        let draft = json!({"id": "dg-2018", "title": "草案", "year": 2018});
        wang.post("/api/v1/plans", &draft).await.expect(201);
        let early = json!({"plan_id": "dg-2018", "obligations": []});
        wang.post("/api/v1/notices", &with(reminder(), &early)).await.problem(409, "wrong_state");
        let graded = with(circular("criticism"), &json!({"level": "red", "follows": "nonsense"}));
        let problem = wang.post("/api/v1/notices", &graded).await.problem(422, "invalid");
        assert_faults(&problem, &[("/level", "conflict"), ("/follows", "conflict")]);
    }

    async fn what_has_become_wrong_is_changed_before_it_is_issued(app: &TestApp) {
        let wang = coordinator(app, "wang");
        let path = drafted(&wang, &reminder()).await;
        app.clock.set("2017-07-07T16:00:00Z".parse().unwrap());
        let wang = coordinator(app, "wang");
        let said = act(&wang, &path, "issue").await.problem(409, "wrong_state");
        assert!(said["detail"].as_str().unwrap().contains("2017-07-07"), "{said}");
        wang.patch(&path, "*", &json!({"reply_by": "2017-07-08"})).await.ok();
        act(&wang, &path, "issue").await.ok();
    }

    async fn a_collective_means_its_members_on_the_day_of_issue(app: &TestApp) {
        let wang = coordinator(app, "wang");
        let to_all = json!({"units": ["zhenjie"], "obligations": [], "reply_by": "2017-12-31"});
        let path = drafted(&wang, &with(reminder(), &to_all)).await;
        let named = |seen: &serde_json::Value| {
            let units = seen["units"].as_array().unwrap().iter();
            units.map(|one| one["unit"]["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let before = named(&wang.get(&path).await.ok().json());
        assert!(before.len() > 30 && !before.contains(&"binhaiwan".to_owned()));
        app.clock.set("2017-10-09T01:00:00Z".parse().unwrap());
        let wang = coordinator(app, "wang");
        let sent = act(&wang, &path, "issue").await.ok().json();
        assert_eq!(sent["addressed"][0]["code"], "zhenjie");
        let after = named(&sent);
        assert!(after.contains(&"binhaiwan".to_owned()) && after.len() == before.len() + 1, "it exists from 2017-10-01");
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
