//! `POST /units` with many units: all of them, or none.

use serde_json::{Value, json};

use crate::support::{fixtures::assert_faults, texts};

const UNITS: &str = "/api/v1/units";

fn unit(code: &str, name: &str, more: &Value) -> Value {
    let mut unit = json!({"code": code, "name": name, "kind": "department"});
    unit.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    unit
}

on_both! {
    async fn they_may_name_one_another(app: &TestApp) {
        let boss = app.coordinator();
        let collective = json!({"kind": "collective", "membership": {"kind": "list", "members": [{"code": "jia"}, {"code": "yi"}]}});
        let units = json!({"units": [
            unit("quanti", "各单位", &collective), unit("yi", "乙局", &json!({"parent": "jia"})), unit("jia", "甲局", &json!({"successors": ["yi"]})),
            unit("xinjie", "新街道", &json!({"kind": "subdistrict", "region_code": "441900005999"}))
        ]});
        let owed = async || app.role("auditor").get("/api/v1/obligations?unit=xinjie").await.json()["total"].clone();
        let reply = boss.post(UNITS, &units).await.expect(201);
        assert_eq!(texts(reply.json()["units"].as_array().unwrap(), "code"), ["quanti", "yi", "jia", "xinjie"]);
        let members = app.anonymous().get("/api/v1/units/quanti/members").await.ok().json();
        assert_eq!(texts(members["items"].as_array().unwrap(), "code"), ["jia", "yi"]);
        assert!(owed().await.as_i64().unwrap() > 0, "a collective's rule takes it in at once");
    }

    async fn none_is_left_of_what_is_refused(app: &TestApp) {
        let boss = app.coordinator();
        let before = app.anonymous().get(UNITS).await.ok().json()["total"].clone();
        let units = json!({"units": [
            unit("jia", "甲局", &json!({})), unit("jia", "甲二局", &json!({})), unit("hbj", "另一个局", &json!({})),
            unit("bing", "市财政局", &json!({"parent": "nosuch"})), unit("ding", "丁局", &json!({"parent": "wu"})), unit("wu", "戊局", &json!({"parent": "ding"}))
        ]});
        assert_faults(&boss.post(UNITS, &units).await.problem(422, "invalid"), &[
            ("/units/1/code", "duplicate"), ("/units/2/code", "duplicate"), ("/units/3/parent", "not_found"),
            ("/units/3/name", "duplicate"), ("/units/4/parent", "conflict"), ("/units/5/parent", "conflict"),
        ]);
        assert_faults(&boss.post(UNITS, &json!({"units": []})).await.problem(422, "invalid"), &[("/units", "required")]);
        // Faults of form too, all at once.
        let wrong = json!({"units": [{"code": "jia", "name": 7, "kind": "ministry"}, {"name": "乙局", "kind": "town", "colour": "red"}]});
        assert_faults(&boss.post(UNITS, &wrong).await.problem(422, "invalid"), &[
            ("/units/0/name", "invalid"), ("/units/0/kind", "invalid"), ("/units/1/code", "required"), ("/units/1/colour", "unknown"),
        ]);
        assert_eq!(app.anonymous().get(UNITS).await.ok().json()["total"], before);
    }
}
