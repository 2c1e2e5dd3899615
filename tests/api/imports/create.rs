//! `POST /imports`

use serde_json::json;

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
}
