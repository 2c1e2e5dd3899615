//! Units that are a part of others: 科室 of a bureau, 村居 of a town.

use serde_json::{Value, json};

use crate::support::fixtures::{assert_faults, create};

const UNITS: &str = "/api/v1/units";

fn office(code: &str, parent: &str) -> Value {
    json!({"code": code, "name": format!("{code}科"), "kind": "internal_office", "parent": parent})
}

on_both! {
    async fn a_unit_is_found_by_the_one_above_it(app: &TestApp) {
        let boss = app.coordinator();
        let created = create(&boss, UNITS, &office("xcjyk", "hbj")).await;
        assert_eq!(created["parent"], json!({"code": "hbj", "name": "市环保局"}));
        create(&boss, UNITS, &office("fgk", "hbj")).await;
        create(&boss, UNITS, &office("fgk-yi", "fgk")).await;
        // By any name of the parent, and only what is right below it.
        let below = app.anonymous().find(UNITS, &[("parent", "市环保局")]).await.ok().json();
        assert_eq!(crate::support::texts(below["items"].as_array().unwrap(), "code"), ["fgk", "xcjyk"]);
        app.anonymous().find(UNITS, &[("parent", "nosuch")]).await.problem(400, "invalid_parameter");
        // Who has parts is not taken away from them.
        boss.delete(&format!("{UNITS}/fgk"), "*").await.problem(409, "in_use");
        let path = format!("{UNITS}/fgk-yi");
        let moved = boss.patch(&path, "*", &json!({"parent": "hbj"})).await.ok().json();
        assert_eq!(moved["parent"]["code"], "hbj");
        assert_eq!(boss.patch(&path, "*", &json!({"parent": null})).await.ok().json().get("parent"), None);
        boss.delete(&format!("{UNITS}/fgk"), "*").await.expect(204);
    }

    async fn nothing_is_a_part_of_itself(app: &TestApp) {
        let boss = app.coordinator();
        create(&boss, UNITS, &office("yi", "hbj")).await;
        create(&boss, UNITS, &office("er", "yi")).await;
        for (code, parent, fault) in [
            ("hbj", "hbj", "conflict"), ("hbj", "er", "conflict"), ("yi", "er", "conflict"), ("yi", "nosuch", "not_found"),
            ("yi", "zhenjie", "conflict"), ("zhenjie", "hbj", "conflict"),
        ] {
            let reply = boss.patch(&format!("{UNITS}/{code}"), "*", &json!({"parent": parent})).await;
            assert_faults(&reply.problem(422, "invalid"), &[("/parent", fault)]);
        }
    }
}
