//! `POST /extensions/{id}/sign`

use serde_json::json;

use super::{OBLIGATION, act, path, request};
use crate::support::Caller;

on_both! {
    async fn is_signed_first_where_the_plan_asks_for_it(app: &TestApp) {
        let coordinator = app.coordinator();
        let etag = coordinator.etag("/api/v1/plans/dg-2017").await;
        let settings = json!({"settings": {"unit_signoff": true}, "reason": "实行审签"});
        coordinator.patch("/api/v1/plans/dg-2017", &etag, &settings).await.ok();
        let asked = app.somebody("wang", "unit_reporter", Some("zdb")).post("/api/v1/extensions", &request("2018-01-31")).await.expect(201);
        let path = path(&asked);
        act(&coordinator, &path, "grant", &asked.etag(), &json!({})).await.problem(404, "not_found");
        app.somebody("wang", "unit_approver", Some("zdb")).transition(&format!("{path}/sign"), &asked.etag()).await.problem(403, "forbidden");
        app.somebody("zhao", "unit_approver", Some("humen")).transition(&format!("{path}/sign"), &asked.etag()).await.problem(404, "not_found");
        let signed = app.somebody("zhao", "unit_approver", Some("zdb")).transition(&format!("{path}/sign"), &asked.etag()).await.ok();
        assert_eq!(signed.json()["signed_by"], "zhao");
        let granted = act(&coordinator, &path, "grant", &signed.etag(), &json!({})).await.ok().json();
        assert_eq!(granted["granted_due_on"], "2018-01-31", "the day asked for");
    }

    /// As a report is: nobody outside the unit finds, counts or is told of it, whatever was asked and taken back.
    async fn is_the_units_own_until_it_is_signed(app: &TestApp) {
        let coordinator = app.coordinator();
        let settings = json!({"settings": {"unit_signoff": true}, "reason": "实行审签"});
        coordinator.patch("/api/v1/plans/dg-2017", "*", &settings).await.ok();
        let (wang, zhao) = (app.somebody("wang", "unit_reporter", Some("zdb")), app.somebody("zhao", "unit_approver", Some("zdb")));
        let offices = ["coordinator", "inspector", "auditor", "admin"].map(|role| app.role(role));
        let mark = coordinator.get("/api/v1/extensions?changed_since=start").await.ok().json()["changes"]["mark"].as_str().unwrap().to_owned();
        let followed = format!("/api/v1/extensions?changed_since={mark}");
        let told = async |caller: &Caller<'_>, path: &str, word: &str| {
            let mut told = Vec::new();
            for (name, path) in [
                ("get", path.to_owned()), ("its history", format!("{path}/history")), ("list", "/api/v1/extensions".into()),
                ("status", "/api/v1/extensions?status=requested&status=withdrawn&status=signed".into()), ("csv", "/api/v1/extensions.csv".into()),
                ("ndjson", "/api/v1/extensions?format=ndjson&unit=zdb".into()), ("history", format!("/api/v1/obligations/{OBLIGATION}/history")),
                ("todo", "/api/v1/me/todo".into()),
            ] {
                if caller.get(&path).await.text().contains(word) {
                    told.push(name);
                }
            }
            told
        };
        let everywhere = ["get", "its history", "list", "status", "csv", "ndjson", "history"];
        let ask = async |word: &str| {
            let asked = json!({"obligation_id": OBLIGATION, "requested_due_on": "2018-01-31", "reason": word, "progress": word});
            path(&wang.post("/api/v1/extensions", &asked).await.expect(201))
        };
        let taken_back = ask("暗号一").await;
        assert_eq!(told(&wang, &taken_back, "暗号一").await, everywhere);
        assert_eq!(told(&zhao, &taken_back, "暗号一").await, [&everywhere[..], &["todo"]].concat());
        wang.transition(&format!("{taken_back}/withdraw"), "*").await.ok();
        let asked = ask("暗号二").await;
        for office in &offices {
            for (path, word) in [(taken_back.as_str(), "暗号一"), (asked.as_str(), "暗号二")] {
                assert!(told(office, path, word).await.is_empty());
                office.get(path).await.problem(404, "not_found");
                office.get(&format!("{path}/history")).await.problem(404, "not_found");
            }
            assert_eq!(office.get("/api/v1/extensions").await.ok().json()["total"], 0);
        }
        for (step, body) in [("grant", json!({})), ("refuse", json!({"reason": "不宜"}))] {
            act(&coordinator, &asked, step, "*", &body).await.problem(404, "not_found");
        }
        let changed = coordinator.get(&followed).await.ok().json();
        assert_eq!((&changed["items"], &changed["changes"]["gone"]), (&json!([]), &json!([])));
        app.clock.set("2017-07-05T01:00:00Z".parse().unwrap());
        // Tokens of that day.
        let coordinator = app.coordinator();
        let (wang, zhao) = (app.somebody("wang", "unit_reporter", Some("zdb")), app.somebody("zhao", "unit_approver", Some("zdb")));
        let offices = ["coordinator", "inspector", "auditor", "admin"].map(|role| app.role(role));
        zhao.transition(&format!("{asked}/sign"), "*").await.ok();
        assert_eq!(told(&offices[1], &asked, "暗号二").await, everywhere);
        assert_eq!(told(&coordinator, &asked, "暗号二").await, [&everywhere[..], &["todo"]].concat());
        assert!(told(&coordinator, &taken_back, "暗号一").await.is_empty());
        assert_eq!(coordinator.get("/api/v1/extensions").await.ok().json()["total"], 1);
        assert_eq!(coordinator.get(&followed).await.ok().json()["items"].as_array().unwrap().len(), 1);
        // Nor is it shown as it was before.
        let before = format!("{asked}?as_of=2017-06-30");
        coordinator.get(&before).await.problem(404, "not_found");
        assert_eq!(wang.get(&before).await.ok().json()["status"], "requested");
        assert_eq!(coordinator.get(&format!("{asked}?as_of=2017-07-05")).await.ok().json()["status"], "signed");
    }

    /// What a plan asks of a request is what it asked when it was made, as of a report.
    async fn waits_for_its_signature_also_when_the_plan_asks_for_none_any_more(app: &TestApp) {
        let coordinator = app.coordinator();
        let set = async |signoff: bool| {
            let settings = json!({"settings": {"unit_signoff": signoff}, "reason": "调整"});
            coordinator.patch("/api/v1/plans/dg-2017", "*", &settings).await.ok();
        };
        set(true).await;
        let wang = app.somebody("wang", "unit_reporter", Some("zdb"));
        let asked = path(&wang.post("/api/v1/extensions", &request("2018-01-31")).await.expect(201));
        set(false).await;
        coordinator.get(&asked).await.problem(404, "not_found");
        app.somebody("zhao", "unit_approver", Some("zdb")).transition(&format!("{asked}/sign"), "*").await.ok();
        set(true).await;
        act(&coordinator, &asked, "refuse", "*", &json!({"reason": "不宜"})).await.ok();
    }
}
