//! `PATCH /imports/{id}` and `POST /imports/{id}/commit`

use serde_json::{Value, json};

use super::{called, import};
use crate::support::sample::IMPORTED;

const SOURCE: &[u8] = include_bytes!("../../../seeds/source/dongguan-2017.txt");

on_both! {
    async fn makes_the_plan_of_the_document(app: &TestApp) {
        let zhao = app.coordinator();
        let path = import(&zhao, "dongguan-2017.txt", SOURCE).await.expect(201).header("location").to_owned();
        zhao.patch(&path, "*", &called("dg-again")).await.ok();
        let done = zhao.transition(&format!("{path}/commit"), "*").await.ok().json();
        assert_eq!((&done["status"], &done["plan_id"]), (&json!("committed"), &json!("dg-again")));
        assert_eq!(done["allowed_actions"], json!(["delete"]));
        let of = async |plan: &str| -> Vec<Value> {
            let made = zhao.walk(&format!("/api/v1/requirements?plan={plan}&limit=200")).await;
            let said = |made: Value| json!([made["number"], made["text"], made["units_phrase"], made["units"]]);
            made.into_iter().map(said).collect()
        };
        let made = of("dg-again").await;
        assert_eq!(made.len(), 127);
        assert_eq!(made, of("dg-2017").await);
        zhao.transition(&format!("{path}/commit"), "*").await.problem(409, "wrong_state");
        zhao.patch(&path, "*", &called("dg-other")).await.problem(409, "wrong_state");
    }

    async fn adds_to_a_draft_or_does_nothing(app: &TestApp) {
        let zhao = app.coordinator();
        let path = import(&zhao, "任务.csv", IMPORTED).await.expect(201).header("location").to_owned();
        let commit = format!("{path}/commit");
        // The id is taken: nothing is made, and nothing is committed.
        // The preview says so before the commit does.
        let told = |import: Value| {
            let first = &import["preview"]["findings"][0];
            (first["code"] == "plan_refused").then(|| first["detail"]["zh"].as_str().unwrap().to_owned())
        };
        let taken = zhao.patch(&path, "*", &called("dg-2017")).await.ok().json();
        assert_eq!(told(taken).as_deref(), Some("已有方案 dg-2017"));
        zhao.transition(&commit, "*").await.problem(409, "already_exists");
        let nowhere = zhao.patch(&path, "*", &json!({"onto": "nowhere-2018"})).await.ok().json();
        assert_eq!(told(nowhere).as_deref(), Some("没有方案 nowhere-2018"));
        let published = zhao.patch(&path, "*", &json!({"onto": "dg-2017"})).await.ok().json();
        assert_eq!(told(published).as_deref(), Some("方案 dg-2017 已发布，只能并入草案"));
        zhao.transition(&commit, "*").await.problem(409, "wrong_state");
        assert!(told(zhao.get(&path).await.ok().json()).is_some());
        assert_eq!(zhao.get(&path).await.ok().json()["status"], "open");
        let draft = json!({"id": "rw-2018", "title": "任务", "year": 2018, "tasks": [{"title": "在先"}]});
        zhao.post("/api/v1/plans", &draft).await.expect(201);
        let ready = zhao.patch(&path, "*", &json!({"onto": "rw-2018"})).await.ok().json();
        assert_eq!(told(ready), None);
        let done = zhao.transition(&commit, "*").await.ok().json();
        assert_eq!((told(done), told(zhao.get(&path).await.ok().json())), (None, None));
        let tasks = zhao.walk("/api/v1/tasks?plan=rw-2018").await;
        let titles: Vec<&Value> = tasks.iter().map(|task| &task["title"]).collect();
        assert_eq!(titles, ["在先", "公开预算", "公开校历"]);
        // They are numbered after those that were there, and keep what they are printed with.
        let labels: Vec<&Value> = tasks.iter().map(|task| &task["label"]).collect();
        assert_eq!(labels, [&Value::Null, &json!("1"), &json!("2")]);
    }

    async fn creates_the_units_that_nobody_knew(app: &TestApp) {
        let zhao = app.coordinator();
        let file = "2018年任务\n序号,工作任务,责任单位,完成时限\n1,公开校历,市教委、各有关科室,6月底\n";
        let made = import(&zhao, "a.csv", file.as_bytes()).await.expect(201);
        let (path, preview) = (made.header("location").to_owned(), made.json()["preview"].clone());
        let suggested = &preview["suggested_units"];
        assert_eq!(suggested[0], json!({"code": "jw", "name": "市教委", "kind": "department"}));
        assert_eq!(suggested[1]["membership"], json!({"kind": "open"}));
        let better = json!({"plan": {"id": "rw-2018"}, "new_units": suggested});
        let ready = zhao.patch(&path, "*", &better).await.ok().json();
        assert_eq!(ready["preview"]["counts"]["errors"], 0);
        zhao.get("/api/v1/units/jw").await.problem(404, "not_found");
        let done = zhao.transition(&format!("{path}/commit"), "*").await.ok().json();
        assert_eq!(zhao.get("/api/v1/units/jw").await.ok().json()["name"], "市教委");
        let made = zhao.get("/api/v1/requirements/rw-2018.1.1").await.ok().json();
        assert_eq!(made["units"][0]["code"], "jw");
        // They are there now, and nothing is wrong with that.
        assert_eq!(zhao.get(&path).await.ok().json()["preview"]["counts"]["errors"], 0, "{done}");
    }

    async fn gives_new_units_codes_that_no_other_goes_by(app: &TestApp) {
        let zhao = app.coordinator();
        let called = json!({"code": "gan", "name": "甘局", "kind": "department", "aliases": ["JW"]});
        zhao.post("/api/v1/units", &called).await.expect(201);
        let file = "2018年任务\n序号,工作任务,责任单位,完成时限\n1,公开校历,市教委、jw2,6月底\n2,公开预算,CZJ,6月底\n";
        let made = import(&zhao, "a.csv", file.as_bytes()).await.expect(201);
        let (path, preview) = (made.header("location").to_owned(), made.json()["preview"].clone());
        let suggested = crate::support::texts(preview["suggested_units"].as_array().unwrap(), "code");
        assert_eq!(suggested, ["jw3", "jw2"], "the alias is another's, and so is the name beside it");
        assert_eq!(preview["tasks"][1]["requirements"][0]["units"][0]["code"], "czj", "{preview}");
        let better = json!({"plan": {"id": "rw-2018"}, "new_units": preview["suggested_units"]});
        zhao.patch(&path, "*", &better).await.ok();
        zhao.transition(&format!("{path}/commit"), "*").await.ok();
        let made = zhao.get("/api/v1/requirements/rw-2018.1.1").await.ok().json();
        assert_eq!(crate::support::texts(made["units"].as_array().unwrap(), "code"), ["jw3", "jw2"]);
    }

    async fn keeps_other_columns_for_the_offices(app: &TestApp) {
        let zhao = app.coordinator();
        let file = "2018年任务\n序号,工作任务,责任单位,完成时限,责任领导\n1,公开校历,市教育局,6月底,张三\n";
        for (plan, target) in [("rw-2018", called("rw-2018")), ("rw-onto", json!({"onto": "rw-onto"}))] {
            if plan == "rw-onto" {
                // The column is that of the draft, however it is spaced.
                let columns = json!([{"name": "分值"}, {"name": "责任 领导"}]);
                let draft = json!({"id": plan, "title": "任务", "year": 2018, "extra_columns": columns});
                zhao.post("/api/v1/plans", &draft).await.expect(201);
            }
            let path = import(&zhao, "a.csv", file.as_bytes()).await.expect(201).header("location").to_owned();
            zhao.patch(&path, "*", &target).await.ok();
            zhao.transition(&format!("{path}/commit"), "*").await.ok();
            let made = zhao.get(&format!("/api/v1/requirements/{plan}.1.1")).await.ok().json();
            let name = if plan == "rw-onto" { "责任 领导" } else { "责任领导" };
            assert_eq!(made["extra"], json!([{"name": name, "text": "张三"}]));
            let columns = zhao.get(&format!("/api/v1/plans/{plan}")).await.ok().json()["extra_columns"].clone();
            let column = columns.as_array().unwrap().last().unwrap().clone();
            assert_eq!(column, json!({"name": name, "public": false}));
        }
    }
}
