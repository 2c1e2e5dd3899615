//! What a file says that nothing is made of, or of more years than one.

use serde_json::{Value, json};

use super::{
    called, codes, import,
    odd::{HEADER, paragraph, table, word_with},
};

fn of<'i>(import: &'i Value, code: &str) -> Vec<&'i Value> {
    let findings = import["preview"]["findings"].as_array().unwrap().iter();
    findings.filter(|finding| finding["code"] == code).collect()
}

on_both! {
    async fn what_stands_in_a_column_without_a_header_is_told(app: &TestApp) {
        let zhao = app.coordinator();
        let file = "2026年任务分工表\n序号,工作任务,责任单位,完成时限,责任领导,\n1,甲,市财政局,6月底,张三,无头列内容\n2,乙,市财政局,6月底,李四,又一格,表外\n";
        let made = import(&zhao, "a.csv", file.as_bytes()).await.expect(201);
        let path = made.header("location").to_owned();
        let shown = made.json();
        let left = of(&shown, "no_header");
        let brief: Vec<Value> = left.iter().map(|one| json!([one["place"], one["original"]])).collect();
        assert_eq!(brief, [
            json!([{"table": 1, "row": 3, "column": 6}, "无头列内容"]),
            json!([{"table": 1, "row": 4, "column": 7}, "表外"]),
        ]);
        assert!(left[0]["detail"]["zh"].as_str().unwrap().contains("2 格"), "{}", left[0]);
        assert!(left[0]["remedy"]["en"].as_str().unwrap().contains("\"1.6\": \"skip\""), "{}", left[0]);
        // Who says that they do not count is told no more.
        let skipped = json!({"plan": {"id": "a-2026"}, "columns": {"1.6": "skip", "1.7": "skip"}});
        let after = zhao.patch(&path, "*", &skipped).await.ok().json();
        assert_eq!(codes(&after), ["extra_column"]);
    }

    async fn a_sentence_says_when_what_has_no_deadline_is_due(app: &TestApp) {
        let zhao = app.coordinator();
        for (sentence, phrase) in [
            ("未注明时限的，均于12月底前完成。", Some("12月底前完成")),
            ("注：未明确完成时限的工作，原则上应于2018年11月底前完成；其他按时限办理。", Some("2018年11月底前完成")),
            ("未注明时限的，按上级要求办理。", None),
        ] {
            let table = table(&[HEADER, ["公开预算", "市财政局", "6月底"], ["公开校历", "市教育局", ""]]);
            let file = word_with(&format!("{table}{}", paragraph(sentence)), &[]);
            let shown = import(&zhao, "a.docx", &file).await.expect(201).json();
            let found = of(&shown, "default_deadline");
            let said: Vec<&str> = found.iter().map(|one| one["original"].as_str().unwrap()).collect();
            assert_eq!(said, phrase.into_iter().collect::<Vec<_>>(), "{shown}");
            assert_eq!(of(&shown, "no_deadline").len(), usize::from(phrase.is_none()), "{shown}");
        }
    }

    async fn a_plan_of_several_years_is_of_the_year_that_is_told(app: &TestApp) {
        let zhao = app.coordinator();
        let head = "重点任务分工表\n期间：2016年1月1日至2020年12月31日\n默认时限：12月底\n工作任务,责任单位,完成时限\n";
        let file = format!("{head}甲,市财政局,2019年6月底\n乙,市财政局,\n");
        let made = import(&zhao, "a.csv", file.as_bytes()).await.expect(201);
        let path = made.header("location").to_owned();
        let shown = made.json();
        let several = of(&shown, "several_years");
        assert!(several[0]["detail"]["en"].as_str().unwrap().contains("its year 2020"), "{}", several[0]);
        assert_eq!(shown["preview"]["year"], 2020);
        // Of which year 12月底 is, nobody says; what an empty cell means, the file does.
        assert_eq!(of(&shown, "no_year_of_day").len(), 1);
        assert_eq!(shown["preview"]["tasks"][1]["requirements"][0]["deadlines"], json!([]));
        let settled = json!({"plan": {"id": "a-2020"}, "rules": {"12月底": {"kind": "date", "due_on": "2020-12-31"}}});
        let after = zhao.patch(&path, "*", &settled).await.ok().json();
        assert_eq!(of(&after, "no_year_of_day").len(), 0);
        zhao.transition(&format!("{path}/commit"), "*").await.ok();
        let plan = zhao.get("/api/v1/plans/a-2020?embed=requirements").await.ok().json();
        assert_eq!((&plan["year"], &plan["period_from"]), (&json!(2020), &json!("2016-01-01")), "{plan}");
        let second = &plan["tasks"][1]["requirements"][0]["deadlines"][0];
        assert_eq!((&second["source"], &second["rule"]["due_on"]), (&json!("default"), &json!("2020-12-31")), "{plan}");
        // Who says that empty cells are as the one above is believed.
        let path = import(&zhao, "b.csv", file.as_bytes()).await.expect(201).header("location").to_owned();
        let inherits = json!({"empty_cells": "inherit", "plan": called("b-2020")["plan"]});
        let after = zhao.patch(&path, "*", &inherits).await.ok().json();
        assert_eq!(after["preview"]["tasks"][1]["requirements"][0]["deadlines"][0]["rule"]["due_on"], "2019-06-30");
    }
}
