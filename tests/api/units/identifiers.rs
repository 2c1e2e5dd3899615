//! What other systems call a unit.

use serde_json::{Value, json};

use crate::support::fixtures::{assert_faults, create};

const UNITS: &str = "/api/v1/units";
const CODE: &str = "91350100M000100Y43";

fn unit(identifiers: &Value) -> Value {
    json!({"code": "swjt", "name": "水务集团", "kind": "enterprise", "identifiers": identifiers})
}

on_both! {
    async fn a_unit_is_found_by_them(app: &TestApp) {
        let boss = app.coordinator();
        let identifiers = json!([{"scheme": "uscc", "value": CODE}, {"scheme": "oa", "value": "D-0042"}]);
        let created = create(&boss, UNITS, &unit(&identifiers)).await;
        assert_eq!(created["identifiers"], identifiers);
        for given in [CODE, "uscc:91350100M000100Y43", "oa:D-0042", "d-0042"] {
            let found = app.anonymous().find(UNITS, &[("identifier", given)]).await.ok().json();
            assert_eq!((&found["total"], &found["items"][0]["code"]), (&json!(1), &json!("swjt")), "{given}");
        }
        let none = app.anonymous().find(UNITS, &[("identifier", "oa:91350100M000100Y43")]).await.ok().json();
        assert_eq!(none["total"], 0);
        assert_eq!(boss.get("/api/v1/units?q=D-0042").await.ok().json()["total"], 1);
        let csv = boss.get("/api/v1/units?format=csv&q=水务集团").await.ok().text();
        assert!(csv.contains("uscc:91350100M000100Y43 oa:D-0042"), "{csv}");
        let changed = json!({"identifiers": [{"scheme": "oa", "value": "D-7"}]});
        boss.patch(&format!("{UNITS}/swjt"), "*", &changed).await.ok();
        assert_eq!(app.anonymous().find(UNITS, &[("identifier", CODE)]).await.ok().json()["total"], 0);
    }

    async fn invalid(app: &TestApp) {
        let boss = app.coordinator();
        let taken = json!({"identifiers": [{"scheme": "oa", "value": "D-1"}, {"scheme": "hr", "value": "D-1"}]});
        boss.patch(&format!("{UNITS}/hbj"), "*", &taken).await.ok();
        let cases: [(Value, &[(&str, &str)]); 6] = [
            (json!([{"scheme": "uscc", "value": "91350100M000100Y4Z"}]), &[("/identifiers/0/value", "invalid")]),
            (json!([{"scheme": "uscc", "value": "91350100M000100Y44"}]), &[("/identifiers/0/value", "invalid")]),
            (json!([{"scheme": "OA", "value": "7"}]), &[("/identifiers/0/scheme", "invalid")]),
            (json!([{"scheme": "oa", "value": " "}]), &[("/identifiers/0/value", "required")]),
            (json!([{"scheme": "oa", "value": "7"}, {"scheme": "oa", "value": "７"}]), &[("/identifiers/1", "duplicate")]),
            // Of another unit; the same number in another system is another.
            (json!([{"scheme": "gh", "value": "D-1"}, {"scheme": "oa", "value": "d-1"}]), &[("/identifiers/1", "duplicate")]),
        ];
        for (identifiers, faults) in cases {
            assert_faults(&boss.post(UNITS, &unit(&identifiers)).await.problem(422, "invalid"), faults);
        }
    }
}
