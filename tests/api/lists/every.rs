//! What holds for every list in the document, whatever it lists and wherever that is kept.

use std::collections::{BTreeMap, BTreeSet};

use calamine::Data;
use duban::http::openapi;
use serde_json::{Value, json};

use crate::support::{Caller, TestApp, database::sealed, document::Document, sample::sample, workbook};

/// A list of the document, asked for in a way that has rows.
struct Every {
    operation: String,
    path: String,
    parameters: BTreeSet<String>,
    sorts: Vec<String>,
    /// The fields that are words of an enumeration, with what people call these.
    words: BTreeMap<String, Value>,
}

impl Every {
    fn with(&self, parameters: &str) -> String {
        let separator = if self.path.contains('?') { '&' } else { '?' };
        format!("{}{separator}{parameters}", self.path)
    }
}

/// All lists, each with something in it.
async fn lists(app: &TestApp, caller: &Caller<'_>) -> Vec<Every> {
    let document = Document::of(app).await;
    let amended = json!({"title": "2017年全市政务信息公开工作重点分工方案（修订）", "reason": "更正"});
    caller.patch("/api/v1/plans/dg-2017", "*", &amended).await.ok();
    let happened = json!({"happened_on": "2017-06-20", "due_on": "2017-07-10"});
    caller
        .post("/api/v1/deadlines/dg-2017.11.1.d1/occurrences", &happened)
        .await
        .expect(201);
    // A unit that left a collective and came back.
    let periods = json!({"periods": [{"valid_to": "2017-03-31"}, {"valid_from": "2017-07-01"}]});
    caller.put("/api/v1/units/ygdw/members/lyj", "*", &periods).await.ok();
    // Whatever can be read alone was made for it, and is in a list.
    let of_people = [
        "get_extension",
        "get_notice",
        "get_second_review",
        "get_report",
        "get_feedback",
        "get_import",
    ];
    for (n, operation) in document.operations().into_iter().enumerate() {
        if of_people.contains(&operation.id()) {
            sample(app, operation, 8000 + n).await;
        }
    }
    let (mut lists, mut empty): (Vec<Every>, Vec<String>) = (Vec::new(), Vec::new());
    for (n, operation) in document.operations().into_iter().enumerate() {
        let schema = &operation.value["responses"]["200"]["content"]["application/json"]["schema"]["$ref"];
        let is_list = schema.as_str().is_some_and(|name| name.ends_with("Page"));
        if !operation.is_read() || !is_list {
            continue;
        }
        let formats = &operation.value["responses"]["200"]["content"];
        for format in ["text/csv", "application/x-ndjson", workbook::XLSX] {
            assert!(
                formats[format].is_object(),
                "{} does not declare {format}",
                operation.id()
            );
        }
        let made = sample(app, operation, 9000 + n).await.path;
        let path = match operation.id() {
            // The whole ledger has eight thousand rows.
            "list_obligations" => "/api/v1/obligations?unit=hbj".to_owned(),
            "list_members" => "/api/v1/units/ygdw/members".to_owned(),
            "list_occurrences" => "/api/v1/deadlines/dg-2017.11.1.d1/occurrences".to_owned(),
            "get_obligation_history" => {
                let exempt = made.replace("/history", "/exempt");
                let reason = json!({"reason": "职责已划转"});
                let request = caller
                    .request(reqwest::Method::POST, &exempt)
                    .header("If-Match", "*")
                    .json(&reason);
                crate::support::Reply::to(request).await.ok();
                made
            }
            _ => made,
        };
        let parameters = operation.value["parameters"].as_array().cloned().unwrap_or_default();
        let name = |parameter: &Value| parameter["name"].as_str().unwrap_or_default().to_owned();
        let sort = parameters.iter().find(|parameter| name(parameter) == "sort");
        let description = sort.and_then(|sort| sort["description"].as_str()).unwrap_or_default();
        let offered = description
            .split("): ")
            .nth(1)
            .unwrap_or_default()
            .split("; ")
            .next()
            .unwrap_or_default();
        if caller.get(&path).await.ok().json()["total"] == 0 {
            empty.push(path.clone());
        }
        let page = document.resolve(&operation.value["responses"]["200"]["content"]["application/json"]["schema"]);
        let view = document.resolve(&page["properties"]["items"]["items"]);
        let words = view["properties"]
            .as_object()
            .unwrap()
            .iter()
            .filter_map(|(name, field)| {
                let labels = document.resolve(field).get("x-enum-labels")?;
                Some((name.clone(), labels.clone()))
            });
        lists.push(Every {
            words: words.collect(),
            operation: operation.id().to_owned(),
            path,
            parameters: parameters.iter().map(name).collect(),
            sorts: offered.split(", ").map(str::to_owned).collect(),
        });
    }
    assert!(empty.is_empty(), "nothing to show: {empty:?}");
    lists
}

/// All rows in the order in which the pages give them, and the total that each page names.
async fn walk(caller: &Caller<'_>, path: &str) -> (Vec<Value>, u64) {
    let (mut rows, mut next, mut total) = (Vec::new(), Some(path.to_owned()), None);
    while let Some(path) = next {
        let page = caller.get(&path).await.ok().json();
        let named = page["total"].as_u64().unwrap();
        assert_eq!(*total.get_or_insert(named), named, "{path}");
        rows.extend(page["items"].as_array().unwrap().iter().cloned());
        next = page["next"].as_str().map(str::to_owned);
        assert!(rows.len() as u64 <= named, "{path} has no end");
    }
    (rows, total.unwrap_or_default())
}

/// Somebody who reads all of them.
fn reader(app: &TestApp) -> Caller<'_> {
    app.bearing(Some(app.token(
        "reader",
        &["coordinator", "auditor", "inspector"],
        None,
        &[],
    )))
}

/// Lists that do not take `changed_since`, and why.
const NOT_FOLLOWED: &[(&str, &str)] = &[("list_audit_events", "it is the log: `after=` follows it by its numbers")];

/// What a list embeds in its rows, a thing that is read alone has as well, and the other way round.
#[test]
fn embeds_what_its_things_embed() {
    let document = Document::new(serde_json::from_str(&openapi::document().unwrap()).unwrap());
    let operations = document.operations();
    let embeds = |path: &str| {
        let read = operations.iter().find(|read| read.is_read() && read.path == path)?;
        Some(read.parameters("query").any(|parameter| parameter["name"] == "embed"))
    };
    let mut embedding = 0;
    for list in operations.iter().filter(|operation| operation.is_read()) {
        if let Some(alone) = embeds(&format!("{}/{{id}}", list.path)) {
            let in_rows = embeds(list.path).unwrap();
            assert_eq!(in_rows, alone, "{}", list.path);
            embedding += usize::from(in_rows);
        }
    }
    assert!(embedding >= 6, "{embedding}");
}

on_both! {
    /// What nothing happened to is told once. Only what waits for somebody is told whole each time: it hangs on much else.
    async fn can_be_followed(app: &TestApp) {
        let caller = reader(app);
        for list in lists(app, &caller).await {
            let takes = list.parameters.contains("changed_since");
            let why_not = NOT_FOLLOWED.iter().find(|(operation, _)| *operation == list.operation);
            assert_ne!(takes, why_not.is_some(), "{}", list.operation);
            if !takes {
                continue;
            }
            let all = caller.get(&list.path).await.ok().json();
            let mut mark = "start".to_owned();
            for complete in [true, list.operation == "list_todo"] {
                sealed(&app.app).await;
                let page = caller.get(&list.with(&format!("changed_since={mark}"))).await.ok().json();
                let changes = &page["changes"];
                assert_eq!(changes["complete"], complete, "{}", list.path);
                if complete {
                    assert_eq!((&page["items"], &page["total"], &page["counts"]), (&all["items"], &all["total"], &all["counts"]));
                } else {
                    // Whether what is not sent may be hangs on other things: notices like that are told each time.
                    let unsent = page["items"].as_array().unwrap().iter().all(|row| row["status"] == "draft");
                    assert!(unsent && changes["gone"] == json!([]), "{}: {page}", list.path);
                }
                changes["mark"].as_str().unwrap().clone_into(&mut mark);
            }
            for format in ["csv", "ndjson", "xlsx"] {
                let refused = caller.get(&list.with(&format!("changed_since=start&format={format}"))).await;
                let refused = refused.problem(400, "invalid_parameter");
                assert!(refused["detail"].as_str().unwrap().contains("changed_since=start&limit=1"), "{refused}");
            }
        }
    }

    async fn takes_the_same_parameters(app: &TestApp) {
        let caller = reader(app);
        let lists = lists(app, &caller).await;
        assert!(lists.len() >= 16, "only {} lists were found", lists.len());
        for list in &lists {
            for name in ["limit", "cursor", "sort", "fields", "format", "bom", "headers"] {
                assert!(list.parameters.contains(name), "{} does not take {name}", list.path);
            }
            for (query, code) in [
                ("nosuch=1", "unknown_parameter"),
                ("cursor=abc", "invalid_cursor"),
                ("sort=nosuch", "invalid_parameter"),
                ("fields=nosuch", "invalid_parameter"),
                ("limit=201", "invalid_parameter"),
                ("format=csv&limit=0", "invalid_parameter"),
                ("format=csv&cursor=abc", "invalid_parameter"),
                ("bom=true", "invalid_parameter"),
            ] {
                caller.get(&list.with(query)).await.problem(400, code);
            }
        }
    }

    /// No two rows have the same id: whoever keeps a copy by it has all of them.
    async fn gives_each_row_once_in_any_order(app: &TestApp) {
        let caller = reader(app);
        for list in lists(app, &caller).await {
            let whole = caller.get(&list.with("format=ndjson")).await.ok().text();
            let mut whole: Vec<Value> = whole.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            let key = if list.operation == "list_units" { "code" } else { "id" };
            let ids: BTreeSet<&str> = whole.iter().map(|row| row[key].as_str().unwrap()).collect();
            assert_eq!(ids.len(), whole.len(), "{}", list.path);
            whole.sort_by_key(ToString::to_string);
            let limit = if whole.len() > 20 { 40 } else { 1 };
            for sort in &list.sorts {
                for sign in ["", "-"] {
                    let path = list.with(&format!("limit={limit}&sort={sign}{sort}"));
                    let (mut rows, total) = walk(&caller, &path).await;
                    assert_eq!(rows.len() as u64, total, "{path}");
                    rows.sort_by_key(ToString::to_string);
                    assert_eq!(rows, whole, "{path}");
                }
            }
        }
    }

    async fn comes_as_a_table_with_a_tag(app: &TestApp) {
        let caller = reader(app);
        for list in lists(app, &caller).await {
            let total = caller.get(&list.with("limit=1")).await.ok().json()["total"].as_u64().unwrap();
            let table = caller.get(&list.with("format=csv&limit=50&bom=true")).await.ok();
            assert!(table.body.starts_with("\u{feff}".as_bytes()), "{}", list.path);
            assert!(table.header("content-disposition").contains("filename*=UTF-8''%"), "{}", list.path);
            let text = table.text();
            let rows = csv::Reader::from_reader(text.as_bytes()).records().count() as u64;
            assert_eq!(rows, total, "{}", list.path);
            for format in ["json", "csv", "ndjson", "xlsx"] {
                let path = list.with(&format!("format={format}"));
                let reply = caller.get(&path).await.ok();
                let tag = reply.header("etag").to_owned();
                let request = caller.request(reqwest::Method::GET, &path).header("If-None-Match", &tag);
                let again = crate::support::Reply::to(request).await;
                assert_eq!(again.status, 304, "{path}");
                assert!(again.body.is_empty(), "{path}");
            }
        }
    }

    /// As an Excel file it is the same table, its cells of their types; in Chinese it is that of the CSV file.
    async fn comes_as_an_excel_file(app: &TestApp) {
        let caller = reader(app);
        let (mut typed, mut said) = (0, 0);
        for list in lists(app, &caller).await {
            for headers in ["", "&headers=zh"] {
                let text = caller.get(&list.with(&format!("format=csv{headers}"))).await.ok().text();
                let file = caller.get(&list.with(&format!("format=xlsx{headers}"))).await.ok();
                let real = file.header("content-disposition").split("''").nth(1).unwrap();
                assert!(real.starts_with('%') && real.rsplit('.').next() == Some("xlsx"), "{}: {real}", list.path);
                let mut rows = workbook::rows(&file.body).into_iter();
                let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
                for expected in reader.records() {
                    let (expected, row) = (expected.unwrap(), rows.next().unwrap_or_default());
                    for (column, text) in expected.iter().enumerate() {
                        let cell = row.get(column).unwrap_or(&Data::Empty);
                        let text = text.replace("\r\n", "\n");
                        assert!(workbook::is(cell, &text), "{}{headers}: {cell:?} is not {text}", list.path);
                        typed += usize::from(!matches!(cell, Data::Empty | Data::String(_)));
                        said += usize::from(!headers.is_empty() && matches!(cell, Data::String(_)));
                    }
                }
                assert_eq!(rows.next(), None, "{}", list.path);
            }
        }
        assert!(typed > 100 && said > 100, "{typed} {said}");
    }

    /// `headers=` gives the heads and the words of enumerations as people call them, and nothing else is otherwise.
    async fn comes_in_chinese_and_in_english(app: &TestApp) {
        let caller = reader(app);
        let table = async |list: &Every, headers: &str| -> Vec<Vec<String>> {
            let text = caller.get(&list.with(&format!("format=csv{headers}"))).await.ok().text();
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
            reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
        };
        let mut translated = 0;
        for list in lists(app, &caller).await {
            let plain = table(&list, "").await;
            for language in ["zh", "en"] {
                let said = table(&list, &format!("&headers={language}")).await;
                assert_eq!(said.len(), plain.len(), "{}", list.path);
                let heads: BTreeSet<&String> = said[0].iter().collect();
                assert_eq!(heads.len(), plain[0].len(), "two columns of {} are called alike: {heads:?}", list.path);
                for head in &said[0] {
                    let chinese = head.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
                    assert_eq!(chinese, language == "zh", "{}: {head}", list.path);
                }
                for (row, codes) in said.iter().zip(&plain).skip(1) {
                    for ((cell, code), name) in row.iter().zip(codes).zip(&plain[0]) {
                        let expected = match (list.words.get(name), code.as_str(), language) {
                            (Some(labels), code, _) if !code.is_empty() => labels[code][language].as_str().unwrap(),
                            (None, "true", "zh") => "是",
                            (None, "true", _) => "yes",
                            (None, "false", "zh") => "否",
                            (None, "false", _) => "no",
                            // Words that are made of others: `rule_kind` and the like.
                            (None, ..) if name.starts_with("rule_kind") => continue,
                            (_, code, _) => code,
                        };
                        assert_eq!(cell, expected, "{} {name}", list.path);
                        translated += usize::from(cell != code);
                    }
                }
            }
        }
        assert!(translated > 100, "{translated}");
    }

    async fn gives_only_the_fields_asked_for(app: &TestApp) {
        let caller = reader(app);
        for list in lists(app, &caller).await {
            let page = caller.get(&list.with("limit=1")).await.ok().json();
            let names: Vec<String> = page["items"][0].as_object().unwrap().keys().take(2).cloned().collect();
            let fields = names.join(",");
            for format in ["json", "ndjson"] {
                let reply = caller.get(&list.with(&format!("fields={fields}&format={format}"))).await.ok();
                let row = if format == "json" {
                    reply.json()["items"][0].clone()
                } else {
                    serde_json::from_str(reply.text().lines().next().unwrap()).unwrap()
                };
                let found: Vec<&String> = row.as_object().unwrap().keys().collect();
                assert_eq!(found, names.iter().collect::<Vec<_>>(), "{} {format}", list.path);
            }
        }
    }
}
