//! The 2017 plan as its source has it: the table is read here once more, and compared with the API.

mod table;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use self::table::{Row, Table};
use crate::support::{TestApp, texts};

/// What the column 完成时限 says, and what each phrase means.
const COLUMN: &[(&str, &str, Option<&str>)] = &[
    ("全年", "year_round", None),
    ("12月底", "date", Some("2017-12-31")),
    ("12月", "date", Some("2017-12-31")),
    ("6月底", "date", Some("2017-06-30")),
    ("3月底前", "date", Some("2017-03-31")),
    ("中考3月", "date", Some("2017-03-31")),
    ("高考11月", "date", Some("2017-11-30")),
    ("视省试点工作完成情况而定", "on_event", None),
    ("按省工作部署", "on_event", None),
    ("收到省级政策文件后及时转发", "on_event", None),
    ("按环保部修订发布后的时间要求完成", "on_event", None),
    ("按预算法规定时限完成", "on_event", None),
    ("收到市有关文件后及时部署", "on_event", None),
];

/// Words by which a text sets a time of its own, and the rule that they make.
const IN_TEXT: &[(&str, &str)] = &[
    (
        "每月",
        r#"{"kind":"recurring","every":"month","due":{"kind":"period_end"}}"#,
    ),
    (
        "月报",
        r#"{"kind":"recurring","every":"month","due":{"kind":"period_end"}}"#,
    ),
    (
        "每季度",
        r#"{"kind":"recurring","every":"quarter","due":{"kind":"period_end"}}"#,
    ),
    (
        "季报",
        r#"{"kind":"recurring","every":"quarter","due":{"kind":"period_end"}}"#,
    ),
    (
        "每年",
        r#"{"kind":"recurring","every":"year","due":{"kind":"period_end"}}"#,
    ),
    (
        "年报",
        r#"{"kind":"recurring","every":"year","due":{"kind":"period_end"}}"#,
    ),
    ("不定期", r#"{"kind":"on_event"}"#),
    (
        "3个工作日",
        r#"{"kind":"on_event","within":{"count":3,"unit":"working_day"}}"#,
    ),
    ("20日内", r#"{"kind":"on_event","within":{"count":20,"unit":"day"}}"#),
    ("3月31日前", r#"{"kind":"date","due_on":"2017-03-31"}"#),
];

/// Each row of the source beside what the API makes of it.
async fn pairs(app: &TestApp) -> Vec<(Row, Value)> {
    let items = app
        .anonymous()
        .walk("/api/v1/requirements?plan=dg-2017&limit=200")
        .await;
    let rows = Table::read().rows;
    assert_eq!(rows.len(), items.len());
    rows.into_iter().zip(items).collect()
}

/// Deadlines of a requirement from one place.
fn deadlines<'v>(requirement: &'v Value, source: &str) -> Vec<&'v Value> {
    let all = requirement["deadlines"].as_array().unwrap();
    all.iter().filter(|deadline| deadline["source"] == source).collect()
}

async fn units(app: &TestApp) -> BTreeMap<String, Value> {
    let units = app.anonymous().walk("/api/v1/units?limit=200").await;
    units
        .into_iter()
        .map(|unit| (unit["code"].as_str().unwrap().to_owned(), unit))
        .collect()
}

/// The name and aliases of a unit.
fn names(unit: &Value) -> BTreeSet<String> {
    let aliases = unit["aliases"].as_array().unwrap();
    aliases
        .iter()
        .chain([&unit["name"]])
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

on_both! {
    async fn every_task_with_its_requirements(app: &TestApp) {
        let table = Table::read();
        let plan = app.anonymous().get("/api/v1/plans/dg-2017").await.ok().json();
        assert_eq!(plan["title"], table.title);
        assert_eq!(
            (&plan["task_count"], &plan["requirement_count"]),
            (&json!(39), &json!(127))
        );
        let mut expected: Vec<(u32, &str, u64)> = Vec::new();
        for row in &table.rows {
            match expected.last_mut() {
                Some((task, _, count)) if *task == row.task => *count += 1,
                _ => expected.push((row.task, &row.title, 1)),
            }
        }
        let tasks = app.anonymous().walk("/api/v1/tasks?plan=dg-2017").await;
        let found: Vec<(u32, &str, u64)> = tasks
            .iter()
            .map(|task| {
                (
                    task["number"].as_u64().unwrap().try_into().unwrap(),
                    task["title"].as_str().unwrap(),
                    task["requirement_count"].as_u64().unwrap(),
                )
            })
            .collect();
        assert_eq!(found, expected);
        for (task, count) in [(1, 4), (4, 7), (6, 12), (19, 7), (25, 6), (39, 1)] {
            assert_eq!(found[task - 1].2, count, "{task}");
        }
    }

    async fn every_text_verbatim(app: &TestApp) {
        for (row, item) in pairs(app).await {
            assert_eq!(item["id"], row.id());
            assert_eq!(item["task_id"], format!("dg-2017.{}", row.task));
            assert_eq!(item["number"], format!("{}.{}", row.task, row.number));
            assert_eq!(item["task_title"], row.title);
            assert_eq!(item["text"], row.text, "{}", row.id());
        }
    }

    async fn every_unit_in_the_documents_order(app: &TestApp) {
        let units = units(app).await;
        let mut named = BTreeSet::new();
        for (row, item) in pairs(app).await {
            assert_eq!(item["units_phrase"], row.units, "{}", row.id());
            let parts = item["units"].as_array().unwrap();
            let cell = row.unit_names();
            assert_eq!(parts.len(), cell.len(), "{}", row.id());
            for (part, name) in parts.iter().zip(cell) {
                let code = part["code"].as_str().unwrap();
                assert!(names(&units[code]).contains(&name), "{} {name} {part}", row.id());
                assert_eq!(part["role"], "lead");
                named.insert(code.to_owned());
            }
        }
        // The column names each city unit and each collective, and none else.
        let towns = ["subdistrict", "town", "park"];
        let others = units
            .values()
            .filter(|unit| !towns.contains(&unit["kind"].as_str().unwrap()));
        assert_eq!(named, texts(others, "code").into_iter().collect());
    }

    async fn every_deadline_of_the_column(app: &TestApp) {
        let mut kinds = BTreeMap::<&str, u32>::new();
        for (row, item) in pairs(app).await {
            let found = deadlines(&item, "column");
            assert_eq!(texts(found.iter().copied(), "phrase"), row.deadlines, "{}", row.id());
            for deadline in found {
                let phrase = deadline["phrase"].as_str().unwrap();
                let (_, kind, due_on) = COLUMN.iter().find(|(known, ..)| *known == phrase).unwrap();
                assert_eq!(deadline["rule"]["kind"], *kind, "{phrase}");
                assert_eq!(deadline.get("due_on").and_then(Value::as_str), *due_on, "{phrase}");
                *kinds.entry(kind).or_default() += 1;
            }
        }
        assert_eq!(
            kinds,
            BTreeMap::from([("date", 30), ("on_event", 8), ("year_round", 90)])
        );
        for (kind, count) in kinds {
            let query = [("source", "column"), ("rule_kind", kind)];
            assert_eq!(
                app.anonymous().find("/api/v1/deadlines", &query).await.ok().json()["total"],
                count
            );
        }
        let labels = app.anonymous().walk("/api/v1/deadlines?requirement=dg-2017.18.1").await;
        let labels: Vec<&Value> = labels.iter().map(|deadline| &deadline["rule"]["label"]).collect();
        assert_eq!(labels, ["中考", "高考"]);
    }

    async fn every_deadline_in_the_texts(app: &TestApp) {
        let mut count = 0;
        for (row, item) in pairs(app).await {
            let found = deadlines(&item, "text");
            for deadline in &found {
                let phrase = deadline["phrase"].as_str().unwrap();
                assert!(row.text.contains(phrase), "{} {phrase}", row.id());
                let (_, rule) = IN_TEXT.iter().find(|(word, _)| phrase.contains(word)).unwrap();
                for (member, value) in serde_json::from_str::<Value>(rule).unwrap().as_object().unwrap() {
                    assert_eq!(&deadline["rule"][member], value, "{} {phrase}", row.id());
                }
            }
            count += found.len();
            // And none is missed: each such word of the text stands in the phrase of one of them.
            let phrases = texts(found, "phrase");
            for (word, _) in IN_TEXT.iter().filter(|(word, _)| row.text.contains(word)) {
                assert!(
                    phrases.iter().any(|phrase| phrase.contains(word)),
                    "{} {word}",
                    row.id()
                );
            }
        }
        assert_eq!(count, 14);
        assert_eq!(
            app.anonymous().get("/api/v1/deadlines?source=text").await.ok().json()["total"],
            14
        );
        // A number of days from an event is no date before the event.
        for id in ["dg-2017.22.1.d2", "dg-2017.20.2.d2"] {
            let deadline = app
                .anonymous()
                .get(&format!("/api/v1/deadlines/{id}"))
                .await
                .ok()
                .json();
            assert_eq!((deadline.get("due_on"), &deadline["source"]), (None, &json!("text")));
        }
    }

    async fn every_target_of_the_texts(app: &TestApp) {
        let expected = [
            ("dg-2017.19.1", vec![("gt", 20, "个")]),
            ("dg-2017.22.2", vec![("gte", 1, "次")]),
            (
                "dg-2017.26.1",
                [80, 80, 75, 30, 20, 87, 32].map(|target| ("gte", target, "%")).to_vec(),
            ),
            ("dg-2017.29.1", vec![("eq", 100, "%"); 3]),
            ("dg-2017.36.1", vec![("gte", 1, "次")]),
        ];
        let mut found = Vec::new();
        for (row, item) in pairs(app).await {
            let indicators = item["indicators"].as_array().unwrap();
            for (indicator, number) in indicators.iter().zip(1..) {
                assert_eq!(indicator["id"], format!("{}.i{number}", row.id()));
                let phrase = indicator["phrase"].as_str().unwrap();
                let target = indicator["target"].as_f64().unwrap().to_string();
                assert!(row.text.contains(phrase) && phrase.contains(&target), "{indicator}");
            }
            if !indicators.is_empty() {
                found.push((row.id(), indicators.clone()));
            }
        }
        assert_eq!(found.len(), expected.len());
        for ((id, indicators), (expected_id, targets)) in found.into_iter().zip(expected) {
            assert_eq!(id, expected_id);
            let found: Vec<Value> = indicators
                .iter()
                .map(|indicator| json!([indicator["comparator"], indicator["target"].as_f64(), indicator["unit"]]))
                .collect();
            let targets: Vec<Value> = targets
                .into_iter()
                .map(|(comparator, target, unit)| json!([comparator, f64::from(target), unit]))
                .collect();
            assert_eq!(found, targets, "{id}");
        }
    }

    async fn every_unit_of_the_city(app: &TestApp) {
        let units = units(app).await;
        let codes = |kind: &str| -> Vec<String> {
            let of_kind = units.values().filter(|unit| unit["kind"] == kind);
            let mut codes: Vec<String> = of_kind
                .map(|unit| unit["region_code"].as_str().unwrap_or_default().to_owned())
                .collect();
            codes.sort();
            codes
        };
        let region =
            |numbers: Vec<u32>| -> Vec<String> { numbers.iter().map(|number| format!("441900{number:03}")).collect() };
        assert_eq!(
            codes("department").len() + codes("institution").len() + codes("committee").len(),
            32
        );
        assert_eq!(
            (
                codes("institution").len(),
                codes("committee").len(),
                codes("collective").len()
            ),
            (1, 1, 3)
        );
        assert_eq!(codes("subdistrict"), region((3..=6).collect()));
        assert_eq!(
            codes("town"),
            region((101..=129).filter(|number| *number != 120).collect())
        );
        assert_eq!(codes("park"), region((401..=404).collect()));
        let humen = app.anonymous().get("/api/v1/units/humen").await.ok().json();
        assert_eq!(
            (&humen["name"], &humen["region_code"]),
            (&json!("虎门镇"), &json!("441900121"))
        );
    }

    async fn the_towns_on_each_day(app: &TestApp) {
        for (day, count) in [
            ("2017-01-01", 35),
            ("2017-09-30", 35),
            ("2017-10-01", 36),
            ("2017-12-31", 36),
        ] {
            let members = app
                .anonymous()
                .walk(&format!("/api/v1/units/zhenjie/members?on={day}"))
                .await;
            assert_eq!(members.len(), count, "{day}");
            assert_eq!(
                texts(&members, "name").contains(&"滨海湾新区".to_owned()),
                count == 36,
                "{day}"
            );
        }
        assert_eq!(
            app.anonymous().get("/api/v1/units/zhenjie/members").await.ok().json()["total"],
            36
        );
        assert_eq!(
            app.anonymous().get("/api/v1/units/ygdw/members").await.ok().json()["total"],
            32
        );
    }

    async fn a_unit_by_the_name_the_document_gives_it(app: &TestApp) {
        let alias = "市公共资源交易工作委员会（市发改局）";
        for name in [
            alias,
            "市公共资源交易工作委员会(市发改局)",
            "市公共资源交易工作委员会",
            "ggzyjyw",
        ] {
            let found = app.anonymous().find("/api/v1/units", &[("q", name)]).await.ok().json();
            assert_eq!(texts(found["items"].as_array().unwrap(), "code"), ["ggzyjyw"], "{name}");
            let found = app
                .anonymous()
                .find("/api/v1/requirements", &[("unit", name), ("task", "dg-2017.10")])
                .await
                .ok()
                .json();
            assert_eq!(
                texts(found["items"].as_array().unwrap(), "id"),
                ["dg-2017.10.2"],
                "{name}"
            );
        }
        // The office in its parentheses is a unit of its own, and not responsible here.
        let other = [("unit", "市发改局"), ("task", "dg-2017.10")];
        assert_eq!(
            app.anonymous().find("/api/v1/requirements", &other).await.ok().json()["total"],
            0
        );
    }
}
