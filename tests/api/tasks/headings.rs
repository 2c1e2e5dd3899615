//! Headings above tasks, and what tasks are printed with

use serde_json::{Value, json};

use crate::support::{
    fixtures::{self, assert_faults, create},
    texts,
};

const TASKS: &str = "/api/v1/tasks";

on_both! {
    /// 一、→（一）→1., numbers that begin again under each heading, and one that has none.
    async fn are_kept_verbatim(app: &TestApp) {
        let mut plan = fixtures::plan("dg-2018");
        let requirement = plan["tasks"][0]["requirements"][0].clone();
        let task = |label: Option<&str>, title: &str, headings: &[&str]| {
            let mut task = json!({"title": title, "headings": headings, "requirements": [requirement]});
            if let Some(label) = label {
                task["label"] = json!(label);
            }
            task
        };
        plan["tasks"] = json!([
            task(Some("1."), "推进决策公开", &["一、主动公开", "（一）重大决策"]),
            task(Some("2."), "推进执行公开", &["一、主动公开", "（一）重大决策"]),
            task(Some("1."), "推进管理公开", &["一、主动公开", "（二）日常 管理"]),
            task(None, "推进结果公开", &[]),
        ]);
        let caller = app.coordinator();
        create(&caller, "/api/v1/plans", &plan).await;
        let tasks = caller.get("/api/v1/tasks?plan=dg-2018&fields=id,label,headings,number").await.ok().json();
        assert_eq!(tasks["items"], json!([
            {"id": "dg-2018.1", "number": 1, "label": "1.", "headings": ["一、主动公开", "（一）重大决策"]},
            {"id": "dg-2018.2", "number": 2, "label": "2.", "headings": ["一、主动公开", "（一）重大决策"]},
            {"id": "dg-2018.3", "number": 3, "label": "1.", "headings": ["一、主动公开", "（二）日常 管理"]},
            {"id": "dg-2018.4", "number": 4, "headings": []},
        ]));
        // Found by any of them, written as people do.
        for (heading, ids) in [
            ("一、主动公开", vec!["dg-2018.1", "dg-2018.2", "dg-2018.3"]),
            ("(一)重大决策", vec!["dg-2018.1", "dg-2018.2"]),
        ] {
            for list in [TASKS, "/api/v1/requirements"] {
                let query = [("plan", "dg-2018"), ("heading", heading), ("fields", "id")];
                let found = caller.find(list, &query).await.ok().json();
                let found: Vec<String> = texts(found["items"].as_array().unwrap(), "id")
                    .iter().map(|id| id.split('.').take(2).collect::<Vec<_>>().join(".")).collect();
                assert_eq!(found, ids, "{heading} {list}");
            }
        }
        // A title is no heading, and a typing error finds not nothing.
        for list in [TASKS, "/api/v1/requirements", "/api/v1/deadlines"] {
            let problem = caller.find(list, &[("heading", "推进决策公开")]).await.problem(400, "invalid_parameter");
            assert_eq!(problem["errors"][0]["parameter"], "heading");
            // What is not published yet has none for the public.
            app.anonymous().find(list, &[("heading", "一、主动公开")]).await.problem(400, "invalid_parameter");
        }
        let searched = caller.find("/api/v1/requirements", &[("q", "日常 管理 法律顾问")]).await.ok().json();
        assert_eq!(texts(searched["items"].as_array().unwrap(), "task_id"), ["dg-2018.3"]);
        let table = caller.get("/api/v1/tasks?plan=dg-2018&format=csv&fields=number,label,headings").await.ok().text();
        assert!(table.contains("1,1.,一、主动公开；（一）重大决策"), "{table}");
    }

    async fn can_be_changed_and_taken_away(app: &TestApp) {
        fixtures::draft(app, "dg-2018").await;
        let caller = app.coordinator();
        let task = "/api/v1/tasks/dg-2018.1";
        let change = json!({"label": "（一）", "headings": ["一、总则"]});
        let after = caller.patch(task, "1", &change).await.ok().json();
        assert_eq!((&after["label"], &after["headings"]), (&json!("（一）"), &json!(["一、总则"])));
        assert_eq!(caller.get(task).await.ok().json(), after);
        let after = caller.patch(task, "2", &json!({"label": null, "headings": []})).await.ok().json();
        assert_eq!((after.get("label"), &after["headings"]), (None::<&Value>, &json!([])));
        assert_faults(&caller.patch(task, "3", &json!({"headings": null, "label": ""})).await.problem(422, "invalid"),
            &[("/headings", "required"), ("/label", "required")]);
        assert_faults(&caller.patch(task, "3", &json!({"headings": ["一", " ", "三", "四", "五", "六", "七"]})).await.problem(422, "invalid"),
            &[("/headings", "too_long"), ("/headings/1", "required")]);
        assert_eq!(caller.get(task).await.ok().json(), after);
    }
}
