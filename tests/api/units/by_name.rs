//! Units that bodies name: by code, by any of their names, or as replies show them.

use serde_json::{Value, json};

use crate::{
    imports::import,
    support::fixtures::{assert_faults, create},
};

const UNITS: &str = "/api/v1/units";

/// That the fault at `pointer` offers the unit that is meant.
fn offers(problem: &Value, pointer: &str, unit: &str) {
    let errors = problem["errors"].as_array().unwrap();
    let fault = errors.iter().find(|fault| fault["pointer"] == pointer);
    assert!(fault.is_some_and(|fault| fault.to_string().contains(unit)), "{problem}");
}

on_both! {
    async fn units_name_one_another(app: &TestApp) {
        let boss = app.coordinator();
        let new = json!({"units": [
            {"code": "xcjyk", "name": "宣教科", "kind": "internal_office", "parent": "新环保局", "successors": ["市环保局", {"code": "czj"}]},
            {"code": "xhbj", "name": "新环保局", "kind": "department"},
            {"code": "jz", "name": "各有关镇", "kind": "collective", "membership": {"kind": "list", "members": [
                {"code": "虎门镇"}, {"code": {"code": "changan", "name": "长安镇"}, "valid_from": "2017-07-01"}, {"unit": "新环保局"}
            ]}}
        ]});
        let made = boss.post(UNITS, &new).await.expect(201).json();
        assert_eq!(made["units"][0]["parent"], json!({"code": "xhbj", "name": "新环保局"}));
        assert_eq!(made["units"][0]["successors"][0]["code"], "hbj");
        assert_eq!(made["units"][0]["successors"][1]["code"], "czj");
        let members = app.anonymous().get(&format!("{UNITS}/jz/members")).await.ok().json();
        assert_eq!(crate::support::texts(members["items"].as_array().unwrap(), "code"), ["changan", "humen", "xhbj"]);
        let patch = json!({"parent": "市财政局", "successors": ["xhbj"]});
        let changed = boss.patch(&format!("{UNITS}/xcjyk"), "*", &patch).await.ok().json();
        assert_eq!((&changed["parent"]["code"], &changed["successors"][0]["code"]), (&json!("czj"), &json!("xhbj")));
        // What one calls it changes nothing of what it is.
        let again = boss.patch(&format!("{UNITS}/xcjyk"), "*", &json!({"parent": "czj"})).await.ok().json();
        assert_eq!(again["version"], changed["version"]);
        let list = json!({"membership": {"kind": "list", "members": [{"code": "市财政局"}]}});
        boss.patch(&format!("{UNITS}/jz"), "*", &list).await.ok();
        assert_eq!(app.anonymous().get(&format!("{UNITS}/jz/members")).await.ok().json()["items"][0]["code"], "czj");
    }

    async fn who_is_not_there_is_told_with_who_may_be_meant(app: &TestApp) {
        let boss = app.coordinator();
        let members = json!([{"code": "虎门街"}, {"code": "虎门镇"}, {"code": "humen"}, {"code": "各镇（街、园区）"}, {"code": "市环保"}]);
        let new = json!({"code": "jz", "name": "各有关镇", "kind": "collective", "parent": "市环保",
            "successors": ["市环保", "市环保局", "hbj", "各有关镇"], "membership": {"kind": "list", "members": members}});
        let problem = boss.post(UNITS, &new).await.problem(422, "invalid");
        assert_faults(&problem, &[
            ("/parent", "conflict"), ("/successors/0", "not_found"), ("/successors/2", "duplicate"), ("/successors/3", "conflict"),
            ("/membership/members/0/code", "not_found"), ("/membership/members/2", "duplicate"), ("/membership/members/3/code", "conflict"),
            ("/membership/members/4/code", "not_found"),
        ]);
        offers(&problem, "/successors/0", "市环保局 (hbj)");
        offers(&problem, "/membership/members/0/code", "虎门镇 (humen)");
        let problem = boss.patch(&format!("{UNITS}/lyj"), "*", &json!({"parent": "市环保"})).await.problem(422, "invalid");
        offers(&problem, "/parent", "市环保局 (hbj)");
        // What a field was called before is known beside other faults too.
        let members = json!([{"unit": "humen"}, {"unit": "虎门镇", "colour": "red"}, {"valid_from": "2017-01-01"}]);
        let both = json!({"code": "jz", "name": "各有关镇", "kind": "collective", "membership": {"kind": "list", "members": members}});
        assert_faults(&boss.post(UNITS, &both).await.problem(422, "invalid"), &[
            ("/membership/members/1/colour", "unknown"), ("/membership/members/2/code", "required"),
        ]);
    }

    async fn others_name_them_too(app: &TestApp) {
        let boss = app.coordinator();
        let notice = json!({"plan_id": "dg-2017", "kind": "reminder", "level": "blue", "subject": "催办", "text": "正文",
            "units": ["虎门镇", {"code": "changan"}], "reply_by": "2017-07-07"});
        let made = create(&boss, "/api/v1/notices", &notice).await;
        let to = |notice: &Value| [0, 1].map(|at| notice["units"][at]["unit"]["code"].clone());
        assert_eq!(to(&made), ["changan", "humen"]);
        let path = format!("/api/v1/notices/{}", made["id"].as_str().unwrap());
        let problem = boss.patch(&path, "*", &json!({"units": ["虎门镇", "虎门街"]})).await.problem(422, "invalid");
        assert_faults(&problem, &[("/units/1", "not_found")]);
        offers(&problem, "/units/1", "虎门镇 (humen)");
        // Of indicators, each county its number.
        let targets = json!([{"unit": "虎门镇", "target": 12}, {"unit": "changan", "target": 9}]);
        let indicator = json!([{"name": "新增学位", "comparator": "gte", "unit": "个", "targets": targets}]);
        let plan = json!({"id": "rw-2018", "title": "任务", "year": 2018, "tasks": [{"title": "教育", "requirements": [
            {"text": "新增学位", "units": [{"code": "jyj"}], "indicators": indicator}]}]});
        create(&boss, "/api/v1/plans", &plan).await;
        let of = boss.get("/api/v1/requirements/rw-2018.1.1").await.ok().json();
        assert_eq!(of["indicators"][0]["targets"][0]["unit"], "humen");
        let wrong = json!({"indicators": [{"name": "新增学位", "comparator": "gte", "unit": "个",
            "targets": [{"unit": "虎门镇", "target": 1}, {"unit": "humen", "target": 2}, {"unit": "虎门街", "target": 3}]}]});
        let problem = boss.patch("/api/v1/requirements/rw-2018.1.1", "*", &wrong).await.problem(422, "invalid");
        assert_faults(&problem, &[("/indicators/0/targets/1/unit", "duplicate"), ("/indicators/0/targets/2/unit", "not_found")]);
        // And in what is corrected of an import.
        let file = "2018年任务\n序号,工作任务,责任单位,完成时限\n1,公开校历,市教委,6月底\n";
        let path = import(&boss, "a.csv", file.as_bytes()).await.expect(201).header("location").to_owned();
        let new = json!([{"code": "xin", "name": "新单位", "kind": "other"}]);
        let better = json!({"plan": {"issuer": "市政务服务办"}, "units": {"市教委": ["市教育局", "新单位"]}, "new_units": new});
        let after = boss.patch(&path, "*", &better).await.ok().json();
        let units = &after["preview"]["tasks"][0]["requirements"][0]["units"];
        assert_eq!(crate::support::texts(units.as_array().unwrap(), "code"), ["jyj", "xin"]);
        let wrong = json!({"plan": {"issuer": "政务办公"}, "units": {"市教委": ["市教育局", "市教育"]}});
        let problem = boss.patch(&path, "*", &wrong).await.problem(422, "invalid");
        assert_faults(&problem, &[("/units/市教委/1", "not_found"), ("/plan/issuer", "not_found")]);
        offers(&problem, "/units/市教委/1", "市教育局 (jyj)");
    }
}
