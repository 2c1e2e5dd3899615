//! `GET /plans/{id}?format=docx|xlsx`: a plan in its own layout.

use calamine::Data;
use serde_json::Value;

use crate::support::{
    Reply, TestApp,
    fixtures::draft,
    sample::reports::{act, report},
    workbook::{XLSX, parts, rows},
};

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const PLAN: &str = "/api/v1/plans/dg-2017";

/// What a plan has in its columns, by requirement.
fn expected(plan: &Value) -> Vec<[String; 5]> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut lines = Vec::new();
    for (number, task) in (1..).zip(plan["tasks"].as_array().unwrap()) {
        let requirements = task["requirements"].as_array().unwrap();
        for (place, requirement) in (1..).zip(requirements) {
            let deadlines = requirement["deadlines"].as_array().unwrap().iter();
            let mut phrases: Vec<String> = deadlines
                .filter(|one| one["source"] == "column")
                .map(|one| text(&one["phrase"]))
                .collect();
            phrases.dedup();
            let words = text(&requirement["text"]);
            lines.push([
                if place == 1 { number.to_string() } else { String::new() },
                if place == 1 {
                    text(&task["title"])
                } else {
                    String::new()
                },
                if requirements.len() == 1 {
                    words
                } else {
                    format!("{place}.{words}")
                },
                text(&requirement["units_phrase"]),
                phrases.join("；"),
            ]);
        }
    }
    lines
}

/// The rows of the table in a Word file, each with the texts of its cells.
fn table(file: &[u8]) -> Vec<Vec<String>> {
    let document = &parts(file)["word/document.xml"];
    let plain = |xml: &str| {
        let texts = xml.split("<w:t xml:space=\"preserve\">").skip(1);
        let text: String = texts.map(|text| text.split("</w:t>").next().unwrap()).collect();
        text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    };
    let row = |xml: &str| xml.split("<w:tc>").skip(1).map(plain).collect();
    document.split("<w:tr>").skip(1).map(row).collect()
}

async fn accepting(app: &TestApp, accept: &str) -> Reply {
    let request = app
        .anonymous()
        .request(reqwest::Method::GET, PLAN)
        .header("Accept", accept);
    Reply::to(request).await.ok()
}

on_both! {
    async fn has_the_columns_and_the_order_of_the_document(app: &TestApp) {
        let plan = app.anonymous().get(&format!("{PLAN}?embed=requirements")).await.ok().json();
        let expected = expected(&plan);
        assert_eq!(expected.len(), 127);
        let heads = ["序号", "工作任务", "具体要求", "牵头单位", "完成时限"];

        let word = accepting(app, DOCX).await;
        assert_eq!(word.header("content-type"), DOCX);
        assert!(word.header("content-disposition").starts_with("attachment; filename=\"dg-2017.docx\"; filename*=UTF-8''%32"));
        let found = table(&word.body);
        assert_eq!(found[0], heads);
        for (found, expected) in found[1..].iter().zip(&expected) {
            assert_eq!(found, expected);
        }
        assert_eq!(found.len(), 128);
        let document = &parts(&word.body)["word/document.xml"];
        let several = plan["tasks"].as_array().unwrap().iter().filter(|task| task["requirement_count"].as_u64() > Some(1));
        assert_eq!(document.matches("<w:vMerge w:val=\"restart\"/>").count(), several.clone().count() * 2);
        assert!(document.contains("<w:tblHeader/>") && document.contains("w:orient=\"landscape\""));

        let excel = accepting(app, XLSX).await;
        assert_eq!(excel.header("content-type"), XLSX);
        let found = rows(&excel.body);
        assert_eq!(found[0][0], plan["title"].as_str().map(|title| Data::String(title.to_owned())).unwrap());
        let texts = |row: &[Data]| row.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(texts(&found[1]), heads);
        for (found, expected) in found[2..].iter().zip(&expected) {
            assert_eq!(texts(found), expected);
        }
        assert_eq!(found.len(), 129);
        let sheet = &parts(&excel.body)["xl/worksheets/sheet1.xml"];
        assert_eq!(sheet.matches("<mergeCell ").count(), several.count() * 2 + 1);

        // The same bytes each time.
        let again = app.anonymous().get(&format!("{PLAN}?format=docx")).await.ok();
        assert_eq!(again.body, word.body);
        assert_eq!(again.header("etag"), word.header("etag"));
    }

    async fn has_headings_and_labels_and_is_for_who_sees_the_plan(app: &TestApp) {
        draft(app, "dg-2018").await;
        for format in ["docx", "xlsx"] {
            let path = format!("/api/v1/plans/dg-2018?format={format}");
            app.anonymous().get(&path).await.problem(404, "not_found");
            app.anonymous().get(&format!("{path}&progress=true")).await.problem(404, "not_found");
        }
        let word = app.coordinator().get("/api/v1/plans/dg-2018?format=docx").await.ok();
        let found = table(&word.body);
        assert_eq!(found[1], ["一、主动公开"]);
        assert_eq!(found[2][..2], ["（一）", "推进决策公开"]);
        assert_eq!(found[2][4], "全年；12月底");
        assert_eq!(found[3], ["", "", "2.每季度公布审计结果。", "市审计局", ""]);
        // It is printed with no label, where others are.
        assert_eq!(found[4], ["", "推进执行公开", "", "", ""]);
        let excel = app.coordinator().get("/api/v1/plans/dg-2018?format=xlsx").await.ok();
        let found = rows(&excel.body);
        assert_eq!(found[2][0].to_string(), "一、主动公开");
        assert_eq!(found[5][1].to_string(), "推进执行公开");
        assert_eq!(found.len(), 6);
    }

    async fn tells_how_it_comes_along_as_far_as_the_caller_sees(app: &TestApp) {
        let path = report(app, "accept").await;
        let made = app.coordinator().get(&path).await.ok().json();
        let summary = made["summary"].as_str().unwrap();
        let plan = made["obligation_id"].as_str().unwrap().split('.').next().unwrap();
        let unit = |unit: &str| app.bearing(Some(app.token("writer", &["unit_reporter"], Some(unit), &[])));
        let callers = [app.anonymous(), unit("hbj"), unit("zwfwb"), app.role("auditor")];
        let documents = async || {
            let mut found = Vec::new();
            for format in ["docx", "xlsx"] {
                for (place, caller) in callers.iter().enumerate() {
                    let reply = caller.get(&format!("/api/v1/plans/{plan}?format={format}&progress=true")).await.ok();
                    found.push((place, parts(&reply.body).into_values().collect::<String>()));
                }
            }
            found
        };
        let said_to_all = async |summary_is_public: bool| {
            for (place, text) in documents().await {
                assert!(text.contains("最新公开进展"), "{text}");
                assert_eq!(text.contains(summary), summary_is_public, "{place}: {text}");
                // The ledger is none of the public's business, nor of other units'.
                assert_eq!(text.contains("办理状态") && text.contains("已办结"), place > 1, "{place}: {text}");
                assert_eq!(text.contains("办理状态"), place > 1, "{place}: {text}");
            }
        };
        said_to_all(false).await;
        act(&app.role("secrecy_reviewer"), &path, "clear", "*", &serde_json::json!({})).await.ok();
        said_to_all(true).await;
        // A revision begins both reviews again: nothing that was kept is given out meanwhile.
        act(&unit("zwfwb"), &path, "revise", "*", &serde_json::json!({})).await.ok();
        for (place, text) in documents().await {
            assert!(!text.contains(summary), "{place}: {text}");
        }
    }

    async fn tells_those_who_read_the_ledger_what_is_overdue(app: &TestApp) {
        for format in ["docx", "xlsx"] {
            for (caller, sees) in [(app.anonymous(), false), (app.role("auditor"), true)] {
                let reply = caller.get(&format!("/api/v1/plans/dg-2017?format={format}&progress=true")).await.ok();
                let text = parts(&reply.body).into_values().collect::<String>();
                assert_eq!(text.contains("（逾期"), sees, "{format}");
            }
        }
    }

    async fn parameters_of_another_format_are_refused(app: &TestApp) {
        let caller = app.anonymous();
        for (query, parameter) in [
            ("format=docx&fields=id", "fields"),
            ("format=xlsx&embed=tasks", "embed"),
            ("progress=true", "progress"),
            ("format=json&progress=false", "progress"),
            ("format=csv", "format"),
            ("format=docx&progress=maybe", "progress"),
        ] {
            let problem = caller.get(&format!("{PLAN}?{query}")).await.problem(400, "invalid_parameter");
            assert_eq!(problem["errors"][0]["parameter"], parameter, "{query}");
        }
        caller.get("/api/v1/plans/dg-1917?format=docx").await.problem(404, "not_found");
    }
}
