//! What is exported and imported again is the plan that it was.

use serde_json::{Value, json};

use super::{codes, import};

/// What a document does not carry of the plan itself: they are the service's own.
const OF_THE_SERVICE: &[&str] = &[
    "settings",
    "status",
    "version",
    "published_at",
    "allowed_actions",
    "links",
];

/// The seeded plan as it is exported, opened in LibreOffice 7.4 and saved by it.
const SAVED_DOCX: &[u8] = include_bytes!("../../files/libreoffice.docx");
const SAVED_XLSX: &[u8] = include_bytes!("../../files/libreoffice.xlsx");

/// What a document carries of a plan.
fn carried(mut plan: Value) -> Value {
    for member in OF_THE_SERVICE {
        plan.as_object_mut().unwrap().remove(*member);
    }
    for task in plan["tasks"].as_array_mut().unwrap() {
        task.as_object_mut().unwrap().remove("version");
        for requirement in task["requirements"].as_array_mut().unwrap() {
            // Targets were found in the text by somebody who read it.
            for member in ["version", "indicators"] {
                requirement.as_object_mut().unwrap().remove(member);
            }
        }
    }
    plan
}

on_both! {
    async fn is_the_plan_that_it_was(app: &TestApp) {
        let zhao = app.coordinator();
        let whole = async |id: &str| zhao.get(&format!("/api/v1/plans/{id}?embed=requirements")).await.ok().text();
        let seeded = carried(serde_json::from_str(&whole("dg-2017").await).unwrap());
        let exported = async |format: &str| zhao.get(&format!("/api/v1/plans/dg-2017?format={format}")).await.ok().body;
        for (called, format, file) in [
            ("docx", "docx", exported("docx").await),
            ("xlsx", "xlsx", exported("xlsx").await),
            ("saved-docx", "docx", SAVED_DOCX.to_vec()),
            ("saved-xlsx", "xlsx", SAVED_XLSX.to_vec()),
        ] {
            let sent = import(&zhao, &format!("方案.{format}"), &file).await.expect(201);
            let path = sent.header("location").to_owned();
            // Events and laws that were filled in by hand, and times in the text: comments say them.
            let settled = codes(&sent.json()).iter().filter(|code| **code == "settled_deadline").count();
            assert!(settled > 10, "{settled}");
            let counts = sent.json()["preview"]["counts"].clone();
            assert_eq!((&counts["requirements"], &counts["warnings"]), (&json!(127), &json!(0)), "{counts}");
            let id = format!("dg-{called}");
            zhao.patch(&path, "*", &json!({"plan": {"id": id, "issuer": "zwfwb"}})).await.ok();
            zhao.transition(&format!("{path}/commit"), "*").await.ok();
            let back = whole(&id).await.replace(&id, "dg-2017");
            assert_eq!(carried(serde_json::from_str(&back).unwrap()), seeded, "{called}");
        }
    }
}

on_both! {
    async fn says_in_comments_what_cells_do_not(app: &TestApp) {
        let zhao = app.coordinator();
        let due = json!([{"phrase": "12月底"}]);
        let one = |text: &str, phrase: &str, units: Value| json!({"text": text, "units_phrase": phrase, "units": units, "deadlines": due});
        let lead = json!([{"code": "czj", "role": "lead"}]);
        let supports = json!([{"code": "hbj", "role": "support", "part": "提供数据"}]);
        let plan = json!({
            "id": "rt-2026", "title": "怪 & <标题>", "year": 2026,
            "tasks": [
                {"title": "甲", "headings": ["一、第一"], "requirements": [
                    one("甲一", "市财政局", lead.clone()), one("甲二", "市环保局", supports),
                ]},
                {"title": "1.乙", "requirements": [one("乙一", "市财政局", lead)]},
                {"title": "丙", "requirements": []},
            ],
        });
        zhao.post("/api/v1/plans", &plan).await.expect(201);
        let whole = async |id: &str| zhao.get(&format!("/api/v1/plans/{id}?embed=requirements")).await.ok().text();
        let made = carried(serde_json::from_str(&whole("rt-2026").await).unwrap());
        for format in ["docx", "xlsx"] {
            let file = zhao.get(&format!("/api/v1/plans/rt-2026?format={format}")).await.ok().body;
            let sent = import(&zhao, &format!("方案.{format}"), &file).await.expect(201);
            let path = sent.header("location").to_owned();
            let found = sent.json();
            assert_eq!(codes(&found), ["no_plan_id", "as_noted", "as_noted", "as_noted"], "{found}");
            let id = format!("rt-{format}");
            zhao.patch(&path, "*", &json!({"plan": {"id": id}})).await.ok();
            zhao.transition(&format!("{path}/commit"), "*").await.ok();
            let back = whole(&id).await.replace(&id, "rt-2026");
            assert_eq!(carried(serde_json::from_str(&back).unwrap()), made, "{format}");
        }
    }
}
