//! `POST /imports`, and `DELETE /imports/{id}`

use serde_json::{Value, json};

use super::{called, codes, import};
use crate::support::sample::IMPORTED;

on_both! {
    async fn shows_what_would_be_made_and_makes_nothing(app: &TestApp) {
        let zhao = app.coordinator();
        let made = import(&zhao, "任务.csv", IMPORTED).await.expect(201);
        let path = made.header("location").to_owned();
        let shown = made.json();
        assert_eq!((&shown["format"], &shown["status"]), (&json!("csv"), &json!("open")));
        assert_eq!(shown["allowed_actions"], json!(["update", "commit", "delete"]));
        let preview = &shown["preview"];
        assert_eq!((&preview["title"], &preview["year"]), (&json!("2018年任务分工表"), &json!(2018)));
        assert_eq!(preview["counts"], json!({"tasks": 2, "requirements": 2, "errors": 1, "warnings": 1}));
        let first = &preview["tasks"][0]["requirements"][0];
        assert_eq!(first["units"], json!([{"code": "czj", "role": "responsible"}]));
        let at = json!({"place": {"table": 1, "row": 3, "column": 4}, "original": "6月底"});
        assert_eq!(first["deadline_origin"], at);
        assert_eq!(codes(&shown), ["no_plan_id", "unread_deadline"]);
        assert_eq!(zhao.get(&path).await.ok().json(), shown);
        assert_eq!(zhao.get("/api/v1/imports").await.ok().json()["total"], 1);
        zhao.get("/api/v1/plans/rw-2018").await.problem(404, "not_found");
        // Those who read drafts see it, others know of none.
        let auditor = app.role("auditor").get(&path).await.ok().json();
        assert_eq!(auditor["allowed_actions"], json!([]));
        app.role("unit_reporter").get(&path).await.problem(403, "forbidden");
        import(&app.role("auditor"), "任务.csv", IMPORTED).await.problem(403, "forbidden");
        zhao.delete(&path, "*").await.expect(204);
        zhao.get(&path).await.problem(404, "not_found");
    }

    async fn refuses_what_it_does_not_read_with_what_to_do(app: &TestApp) {
        let zhao = app.coordinator();
        for (name, says) in [("方案.doc", ".docx"), ("方案.wps", ".docx"), ("方案.pdf", ".docx"), ("方案.et", ".xlsx")] {
            let problem = import(&zhao, name, b"x").await.problem(415, "unsupported_media_type");
            assert!(problem["detail"].as_str().unwrap().contains(says), "{problem}");
        }
        import(&zhao, "方案.docx", b"x").await.problem(415, "unsupported_media_type");
        import(&zhao, "../方案.csv", b"x").await.problem(422, "invalid");
        let long = vec![b'x'; 17 * 1024 * 1024];
        import(&zhao, "方案.csv", &long).await.problem(413, "payload_too_large");
    }

    async fn what_was_understood_is_corrected(app: &TestApp) {
        let zhao = app.coordinator();
        let file = "2018年任务\n序号,工作任务,责任单位,完成时限\n1,公开校历,市教委,适时\n";
        let path = import(&zhao, "a.csv", file.as_bytes()).await.expect(201).header("location").to_owned();
        let lost = zhao.get(&path).await.ok().json();
        assert_eq!(codes(&lost), ["no_plan_id", "unknown_unit", "unread_deadline"]);
        let refused = zhao.transition(&format!("{path}/commit"), "*").await.problem(422, "invalid");
        assert_eq!(refused["errors"].as_array().unwrap().len(), 2);
        let better = json!({"plan": {"id": "rw-2018"}, "units": {"市教委": ["jyj"]}, "rules": {"适时": {"kind": "year_round"}}});
        let after = zhao.patch(&path, "\"1\"", &better).await.ok().json();
        assert_eq!((codes(&after), &after["version"]), (vec![], &json!(2)));
        zhao.patch(&path, "\"1\"", &better).await.problem(412, "stale");
        let again = zhao.patch(&path, "*", &json!({"units": {"市教委": null}})).await.ok().json();
        assert_eq!(codes(&again), ["unknown_unit"]);
        // Null takes back one word of the plan, and no other.
        let other = json!({"plan": {"title": "另一标题", "issuer": "zwfwb"}});
        assert_eq!(zhao.patch(&path, "*", &other).await.ok().json()["preview"]["title"], "另一标题");
        let back = zhao.patch(&path, "*", &json!({"plan": {"title": null}})).await.ok().json();
        assert_eq!(back["preview"]["title"], "2018年任务");
        assert_eq!(back["corrections"]["plan"], json!({"id": "rw-2018", "issuer": "zwfwb"}));
        zhao.patch(&path, "*", &json!({"plan": {"title": ""}})).await.problem(422, "invalid");
        zhao.patch(&path, "*", &json!({"columns": {"x": "task"}})).await.problem(422, "invalid");
        zhao.patch(&path, "*", &called("RW")).await.problem(422, "invalid");
    }

    async fn what_no_year_is_written_for_is_asked(app: &TestApp) {
        let zhao = app.coordinator();
        let file = "三年行动计划（2021—2023年）任务\n序号,任务,责任单位,完成时限\n1,编制规划,市教育局,6月底\n2,深化改革,市财政局,2022年9月底\n3,管护,\"责任领导：张三；责任单位：市财政局\",长期\n";
        let path = import(&zhao, "a.csv", file.as_bytes()).await.expect(201).header("location").to_owned();
        let shown = zhao.get(&path).await.ok().json();
        assert_eq!(shown["preview"]["year"], 2023);
        assert_eq!(codes(&shown), ["no_plan_id", "several_years", "no_year_of_day", "person_in_units"]);
        let due = |shown: &Value| {
            let rules = [0, 1].map(|task| &shown["preview"]["tasks"][task]["requirements"][0]["deadlines"][0]["rule"]);
            rules.map(|rule| rule.get("due_on").cloned().unwrap_or_else(|| rule["kind"].clone()))
        };
        assert_eq!(due(&shown), ["undecided", "2022-09-30"]);
        // It is said for all of them, or for one.
        let one = zhao.patch(&path, "*", &json!({"rules": {"6月底": {"kind": "date", "due_on": "2021-06-30"}}})).await.ok().json();
        assert_eq!(due(&one), ["2021-06-30", "2022-09-30"]);
        let all = json!({"plan": {"id": "rw-2022", "year": 2022}, "rules": {"6月底": null}});
        let all = zhao.patch(&path, "*", &all).await.ok().json();
        assert_eq!((due(&all), codes(&all)), (["2022-06-30".into(), "2022-09-30".into()], vec!["person_in_units"]));
    }
}
