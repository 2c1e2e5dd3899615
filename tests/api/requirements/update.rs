//! `PATCH /requirements/{id}`

use serde_json::{Value, json};

use crate::support::fixtures::{self, amendments, assert_faults, everything};

const REQUIREMENT: &str = "/api/v1/requirements/dg-2018.1.1";

on_both! {
    async fn in_a_draft(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let caller = app.coordinator();
        let mut expected = caller.get(REQUIREMENT).await.ok().json();
        let change = json!({"text": "改过的要求。", "units_phrase": "市审计局", "units": [{"code": "sjj"}], "indicators": []});
        let reply = caller.patch(REQUIREMENT, &caller.etag(REQUIREMENT).await, &change).await.ok();
        expected["text"] = json!("改过的要求。");
        expected["units_phrase"] = json!("市审计局");
        expected["units"] = json!([{"code": "sjj", "name": "市审计局", "kind": "department", "role": "lead"}]);
        expected["indicators"] = json!([]);
        expected["version"] = json!(2);
        assert_eq!(reply.json(), expected);
        let shown = caller.get(REQUIREMENT).await.ok();
        assert_eq!((shown.json(), shown.etag()), (reply.json(), reply.etag()));
        // Search and filters follow.
        let found = async |query: &[(&str, &str)]| {
            let query = [&[("plan", "dg-2018")], query].concat();
            caller.find("/api/v1/requirements", &query).await.ok().json()["total"].as_u64().unwrap()
        };
        assert_eq!(found(&[("q", "法律顾问")]).await, 0);
        assert_eq!(found(&[("q", "改过的要求")]).await, 1);
        assert_eq!(found(&[("unit", "fzj")]).await, 0);
        assert_eq!(found(&[("unit", "sjj")]).await, 2);
    }

    async fn leaves_alone_what_it_does_not_name(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let caller = app.coordinator();
        let before = caller.get(REQUIREMENT).await.ok().json();
        for change in [
            json!({"text": "改过的要求。"}), json!({"units_phrase": ""}), json!({"units": []}), json!({"indicators": []})
        ] {
            let before = caller.get(REQUIREMENT).await.ok().json();
            let after = caller.patch(REQUIREMENT, "*", &change).await.ok().json();
            let mut expected = before.clone();
            expected.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            expected["version"] = json!(before["version"].as_u64().unwrap() + 1);
            assert_eq!(after, expected);
        }
        assert_eq!(caller.get(REQUIREMENT).await.ok().json()["deadlines"], before["deadlines"]);
    }

    async fn other_words_for_units_come_with_units(app: &TestApp) {
        let caller = app.coordinator();
        let path = "/api/v1/requirements/dg-2017.17.3";
        let mut change = json!({"units_phrase": "市水务局牵头", "reason": "职责划转"});
        assert_faults(&caller.patch(path, "*", &change).await.problem(422, "invalid"), &[("/units", "required")]);
        change["units"] = json!([{"code": "swj"}]);
        let after = caller.patch(path, "*", &change).await.ok().json();
        assert_eq!((&after["units_phrase"], &after["units"][0]["code"]), (&json!("市水务局牵头"), &json!("swj")));
        let same = json!({"units_phrase": "市水务局 牵头", "reason": "更正"});
        assert_eq!(caller.patch(path, "*", &same).await.ok().json()["units"], after["units"]);
    }

    async fn by_amendment(app: &TestApp) {
        let caller = app.coordinator();
        let path = "/api/v1/requirements/dg-2017.17.3";
        let plan = "/api/v1/plans/dg-2017?embed=requirements";
        let mut expected = caller.get(plan).await.ok().json();
        let change = json!({"text": "按月公开。", "units": [{"code": "hbj"}, {"code": "swj", "role": "support"}], "reason": "职责划转"});
        let after = caller.patch(path, &caller.etag(path).await, &change).await.ok().json();
        assert_eq!((&after["text"], &after["version"]), (&json!("按月公开。"), &json!(2)));
        expected["tasks"][16]["requirements"][2] = after.clone();
        assert_eq!(caller.get(plan).await.ok().json(), expected);
        assert_eq!(app.anonymous().get(path).await.ok().json(), after);
    }

    async fn nothing_new(app: &TestApp) {
        let caller = app.coordinator();
        // One with an indicator, so that numbers are compared too.
        let path = "/api/v1/requirements/dg-2017.19.1";
        let before = caller.get(path).await.ok();
        let mut same = before.json();
        let indicators: Vec<Value> = same["indicators"].as_array().unwrap().iter().map(|indicator| {
            let mut indicator = indicator.clone();
            indicator.as_object_mut().unwrap().remove("id");
            indicator
        }).collect();
        assert_eq!(indicators.len(), 1);
        same = json!({
            "text": same["text"], "units_phrase": same["units_phrase"], "indicators": indicators,
            "units": [{"code": "wsjsj", "role": "lead"}], "reason": "确认"
        });
        let reply = caller.patch(path, &before.etag(), &same).await.ok();
        assert_eq!((reply.json(), reply.etag()), (before.json(), before.etag()));
        assert_eq!(amendments(app, "dg-2017").await, 0);
    }

    async fn invalid(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let before = everything(app).await;
        let several = json!({
            "text": "长".repeat(5001), "units_phrase": "长".repeat(1001), "units": [{"code": "fzj"}, {"code": "fzj"}],
            "indicators": [{"name": "率", "comparator": "gte", "target": 80, "unit": "长".repeat(21)}]
        });
        let cases: [(Value, &[(&str, &str)]); 8] = [
            (several, &[
                ("/text", "too_long"), ("/units_phrase", "too_long"), ("/units/1/code", "duplicate"),
                ("/indicators/0/unit", "too_long"),
            ]),
            (json!({"text": null, "units_phrase": null, "units": null, "indicators": null}), &[
                ("/text", "required"), ("/units_phrase", "required"), ("/units", "required"), ("/indicators", "required"),
            ]),
            (json!({"deadlines": []}), &[("/deadlines", "unknown")]),
            (json!({"task_id": "dg-2018.2"}), &[("/task_id", "unknown")]),
            (json!({"units": [{"code": "fzj", "role": "boss"}]}), &[("/units/0/role", "invalid")]),
            (json!({"units": [{"code": "无此单位"}]}), &[("/units/0/code", "not_found")]),
            (json!({"units": [{"role": "lead"}]}), &[("/units/0/code", "required")]),
            (json!({"indicators": [{"name": "率", "comparator": "gte", "target": "80", "unit": "%"}]}), &[
                ("/indicators/0/target", "invalid"),
            ]),
        ];
        for (change, faults) in cases {
            let problem = app.coordinator().patch(REQUIREMENT, "*", &change).await.problem(422, "invalid");
            assert_faults(&problem, faults);
        }
        assert_eq!(everything(app).await, before);
    }

    async fn not_found(app: &TestApp) {
        let change = json!({"text": "要求。", "reason": "更正"});
        for id in ["dg-2018.1.1", "dg-2017.40.1", "dg-2017.1.9", "dg-2017.1", "dg-2017.1.1.d1", "dg-2017.1.01"] {
            app.coordinator().patch(&format!("/api/v1/requirements/{id}"), "*", &change).await.problem(404, "not_found");
        }
    }

    async fn by_other_roles(app: &TestApp) {
        let before = everything(app).await;
        let (path, change) = ("/api/v1/requirements/dg-2017.1.1", json!({"text": "要求。", "reason": "更正"}));
        app.anonymous().patch(path, "*", &change).await.problem(401, "unauthenticated");
        for role in ["unit_reporter", "unit_approver", "secrecy_reviewer", "inspector", "auditor", "admin"] {
            app.role(role).patch(path, "*", &change).await.problem(403, "forbidden");
        }
        assert_eq!(everything(app).await, before);
    }
}
