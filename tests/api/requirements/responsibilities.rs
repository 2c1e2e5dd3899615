//! Who is responsible: `units` of a requirement

use serde_json::{Value, json};

use crate::support::{
    Caller,
    fixtures::{self, assert_faults},
    texts,
};

const REQUIREMENT: &str = "/api/v1/requirements/dg-2018.1.1";

/// Whether `unit=` finds the requirement.
async fn found(caller: &Caller<'_>, unit: &str) -> bool {
    let query = [("requirement", "dg-2018.1.1"), ("unit", unit)];
    caller.find("/api/v1/requirements", &query).await.ok().json()["total"] == 1
}

on_both! {
    async fn order_is_kept(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let caller = app.coordinator();
        for codes in [["zwfwb", "ygdw", "fzj", "humen"], ["humen", "zwfwb", "fzj", "ygdw"]] {
            let units: Vec<Value> = codes.iter().map(|code| json!({"code": code})).collect();
            let reply = caller.patch(REQUIREMENT, "*", &json!({"units": units})).await.ok().json();
            assert_eq!(texts(reply["units"].as_array().unwrap(), "code"), codes);
            let shown = caller.get(REQUIREMENT).await.ok().json();
            assert_eq!(texts(shown["units"].as_array().unwrap(), "code"), codes);
        }
        // Another order is another version.
        assert_eq!(caller.get(REQUIREMENT).await.ok().json()["version"], 3);
    }

    async fn roles(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let units = json!([{"code": "sjj", "role": "support"}, {"code": "fzj", "role": "lead"}, {"code": "zwfwb"}]);
        let after = app.coordinator().patch(REQUIREMENT, "*", &json!({"units": units})).await.ok().json();
        assert_eq!(texts(after["units"].as_array().unwrap(), "role"), ["support", "lead", "lead"]);
    }

    /// Where the document names no lead, and says which part is whose.
    async fn parts_without_a_lead(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let caller = app.coordinator();
        let units = json!([
            {"code": "sjj", "role": "responsible", "part": "1-2"},
            {"code": "fzj", "role": "responsible", "part": "负责学校"},
        ]);
        let after = caller.patch(REQUIREMENT, "*", &json!({"units": units})).await.ok().json();
        assert_eq!(after["units"], json!([
            {"code": "sjj", "name": "市审计局", "kind": "department", "role": "responsible", "part": "1-2"},
            {"code": "fzj", "name": "市法制局", "kind": "department", "role": "responsible", "part": "负责学校"},
        ]));
        assert_eq!(caller.get(REQUIREMENT).await.ok().json(), after);
        assert_faults(&caller.patch(REQUIREMENT, "*", &json!({"units": [{"code": "sjj", "part": "\u{200b}"}]})).await.problem(422, "invalid"),
            &[("/units/0/part", "required")]);
    }

    async fn members_for_this_requirement_only(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let caller = app.coordinator();
        assert!(found(&caller, "humen").await && found(&caller, "changan").await && !found(&caller, "sjj").await);
        let units = json!([{"code": "zhenjie", "members": ["humen", "sjj"]}]);
        let after = caller.patch(REQUIREMENT, "*", &json!({"units": units})).await.ok().json();
        assert_eq!(after["units"], json!([{
            "code": "zhenjie", "name": "各镇（街、园区）", "kind": "collective", "role": "lead",
            "members": [{"code": "humen", "name": "虎门镇"}, {"code": "sjj", "name": "市审计局"}]
        }]));
        assert_eq!(caller.get(REQUIREMENT).await.ok().json(), after);
        assert!(found(&caller, "humen").await && found(&caller, "sjj").await && found(&caller, "zhenjie").await);
        assert!(!found(&caller, "changan").await && !found(&caller, "fzj").await);
        // Kinds of units follow it too.
        let towns = |kind: &str| format!("/api/v1/requirements?requirement=dg-2018.1.1&unit_kind={kind}");
        assert_eq!(caller.get(&towns("town")).await.ok().json()["total"], 1);
        assert_eq!(caller.get(&towns("subdistrict")).await.ok().json()["total"], 0);
        // The collective itself is what it was.
        let members = caller.get("/api/v1/units/zhenjie/members?on=2018-06-30").await.ok().json();
        assert_eq!(members["total"], 36);
        // Without the override it stands for all again.
        caller.patch(REQUIREMENT, "*", &json!({"units": [{"code": "zhenjie"}]})).await.ok();
        assert!(found(&caller, "changan").await && !found(&caller, "sjj").await);
    }

    async fn invalid(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let cases: [(Value, &[(&str, &str)]); 7] = [
            (json!([{"code": "fzj"}, {"code": "sjj"}, {"code": "fzj", "role": "support"}]), &[("/units/2/code", "duplicate")]),
            (json!([{"code": "fzj"}, {"code": "nosuch"}]), &[("/units/1/code", "not_found")]),
            (json!([{"code": "fzj", "members": ["humen"]}]), &[("/units/0/members", "conflict")]),
            (json!([{"code": "zhenjie", "members": ["humen", "nosuch"]}]), &[("/units/0/members/1", "not_found")]),
            (json!([{"code": "zhenjie", "members": ["ygdw"]}]), &[("/units/0/members/0", "not_found")]),
            (json!([{"code": "zhenjie", "members": ["humen", "changan", "humen"]}]), &[("/units/0/members/2", "duplicate")]),
            (json!([{"code": "zhenjie", "members": []}]), &[("/units/0/members", "required")]),
        ];
        for (units, faults) in cases {
            let problem = app.coordinator().patch(REQUIREMENT, "*", &json!({"units": units})).await.problem(422, "invalid");
            assert_faults(&problem, faults);
        }
        assert_eq!(app.coordinator().get(REQUIREMENT).await.ok().json()["version"], 1);
    }
}
