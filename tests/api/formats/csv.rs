//! CSV, as RFC 4180 has it.

use serde_json::{Value, json};

use super::{TABLES, file_names};
use crate::support::{TestApp, texts};

/// Reads RFC 4180 and nothing else: any line ending but CRLF, any stray quote is an error.
fn parse(text: &str) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let (mut row, mut cell) = (Vec::new(), String::new());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                assert!(cell.is_empty(), "a quote inside a bare cell: {cell}");
                loop {
                    match chars.next().expect("a quote that is not closed") {
                        '"' if chars.next_if_eq(&'"').is_some() => cell.push('"'),
                        '"' => break,
                        c => cell.push(c),
                    }
                }
                assert!(
                    matches!(chars.peek(), Some(',' | '\r')),
                    "after a closing quote: {:?}",
                    chars.peek()
                );
            }
            ',' => row.push(std::mem::take(&mut cell)),
            '\r' => {
                assert_eq!(chars.next(), Some('\n'));
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            '\n' => panic!("a bare line feed after {cell}"),
            c => cell.push(c),
        }
    }
    assert!(row.is_empty() && cell.is_empty(), "the last line ends too");
    assert!(
        rows.iter().all(|other| other.len() == rows[0].len()),
        "as many cells in every row"
    );
    rows
}

/// One column of a table.
fn column(rows: &[Vec<String>], name: &str) -> Vec<String> {
    let at = rows[0].iter().position(|column| column == name).unwrap();
    rows[1..].iter().map(|row| row[at].clone()).collect()
}

/// A draft with what is awkward in a table.
async fn awkward(app: &TestApp) {
    let plan = json!({"id": "dg-2018", "title": "=HYPERLINK(\"http://evil\")", "year": 2018, "tasks": [
        {"title": "+公开", "requirements": [
            {"text": "=1+1", "units_phrase": "@SUM(A1)", "deadlines": [{"phrase": "-1月底", "rule": {"kind": "year_round"}}]},
            {"text": "+86 769", "units_phrase": "市法制局"},
            {"text": "-3", "units": [{"code": "fzj"}]},
            {"text": "@all"},
            {"text": "\t=2+2"},
            {"text": "“一门式”,\"一网式\"\n第二行"},
            {"text": "公开=透明，1+1"},
            {"text": "'=已有撇号"},
        ]},
    ]});
    app.coordinator().post("/api/v1/plans", &plan).await.expect(201);
}

on_both! {
    async fn the_whole_list_with_a_header(app: &TestApp) {
        let caller = app.anonymous();
        for (path, columns, name, file) in TABLES {
            let reply = caller.get(&format!("{path}?format=csv")).await.ok();
            assert_eq!(reply.header("content-type"), "text/csv; charset=utf-8");
            assert!(reply.headers.get("link").is_none(), "there is no next page");
            assert_eq!(file_names(&reply), (format!("{file}.csv"), format!("{name}.csv")));
            let rows = parse(&reply.text());
            assert_eq!(rows[0].join(","), *columns);
            let items = caller.walk(&format!("{path}?limit=200")).await;
            let id = if rows[0][0] == "id" { "id" } else { "code" };
            assert_eq!(column(&rows, id), texts(&items, id), "{path}");
        }
        assert!(
            caller
                .get("/api/v1/tasks")
                .await
                .headers
                .get("content-disposition")
                .is_none(),
            "JSON is no download"
        );
    }

    async fn each_cell_says_what_json_says(app: &TestApp) {
        let caller = app.anonymous();
        let items = caller.walk("/api/v1/requirements?limit=200").await;
        let rows = parse(&caller.get("/api/v1/requirements?format=csv").await.ok().text());
        for field in [
            "id",
            "plan_id",
            "task_id",
            "task_title",
            "number",
            "text",
            "units_phrase",
        ] {
            assert_eq!(column(&rows, field), texts(&items, field), "{field}");
        }
        let joined = |list: &str, field: &str, by: &str| -> Vec<String> {
            let of = |item: &Value| -> Vec<String> {
                let values = item[list]
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter_map(|value| value[field].as_str());
                values.map(str::to_owned).collect()
            };
            items.iter().map(|item| of(item).join(by)).collect()
        };
        assert_eq!(column(&rows, "unit_codes"), joined("units", "code", " "));
        assert_eq!(column(&rows, "unit_names"), joined("units", "name", "；"));
        assert_eq!(column(&rows, "deadline_phrases"), joined("deadlines", "phrase", "；"));
        assert_eq!(column(&rows, "due_on"), joined("deadlines", "due_on", "；"));
        let indicators = column(&rows, "indicators");
        assert_eq!(indicators.iter().filter(|cell| !cell.is_empty()).count(), 5);
        assert!(indicators.contains(&"医疗机构微信公众号数量 > 20 个".to_owned()));

        let units = caller.walk("/api/v1/units?limit=200").await;
        let rows = parse(&caller.get("/api/v1/units?format=csv").await.ok().text());
        for field in ["official_name", "region_code", "valid_from", "valid_to", "note", "kind"] {
            let expected: Vec<&str> = units
                .iter()
                .map(|unit| unit.get(field).map_or("", |value| value.as_str().unwrap()))
                .collect();
            assert_eq!(column(&rows, field), expected, "{field}");
        }
    }

    async fn filters_sort_and_fields_apply(app: &TestApp) {
        let caller = app.anonymous();
        let query = "unit=humen&rule_kind=date&sort=-id";
        let rows = parse(
            &caller
                .get(&format!("/api/v1/requirements?{query}&format=csv"))
                .await
                .ok()
                .text(),
        );
        let items = caller.walk(&format!("/api/v1/requirements?{query}&limit=200")).await;
        assert_eq!(column(&rows, "id"), texts(&items, "id"));

        // Columns keep their order, whatever the order in which they are asked for.
        let few = caller
            .get("/api/v1/requirements?format=csv&fields=due_on,id,unit_codes")
            .await
            .ok()
            .text();
        let few = parse(&few);
        assert_eq!((few.len(), few[0].join(",")), (128, "id,unit_codes,due_on".to_owned()));
        let march = few.iter().find(|row| row[0] == "dg-2017.18.1").unwrap();
        assert_eq!(march[1..], ["jyj", "2017-03-31；2017-11-30"]);
        let problem = caller
            .get("/api/v1/requirements?format=csv&fields=id,units")
            .await
            .problem(400, "invalid_parameter");
        assert_eq!(
            problem["errors"][0]["parameter"], "fields",
            "a table has columns of its own"
        );

        let none = caller
            .get("/api/v1/requirements?format=csv&task=dg-2017.1&due_to=2016-12-31")
            .await
            .ok()
            .text();
        assert_eq!(parse(&none).len(), 1, "nothing found is a table without rows");
    }

    async fn excel_is_told_that_it_is_utf_8(app: &TestApp) {
        let caller = app.anonymous();
        for (path, ..) in TABLES {
            let plain = caller.get(&format!("{path}?format=csv")).await.ok();
            assert!(!plain.body.starts_with(b"\xEF\xBB\xBF"), "{path}");
            assert_eq!(
                caller.get(&format!("{path}?format=csv&bom=false")).await.ok().body,
                plain.body
            );
            let marked = caller.get(&format!("{path}?format=csv&bom=true")).await.ok();
            assert_eq!(marked.body, [b"\xEF\xBB\xBF", &plain.body[..]].concat(), "{path}");
            assert_ne!(marked.etag(), plain.etag());
        }
    }

    async fn awkward_cells_are_quoted(app: &TestApp) {
        awkward(app).await;
        let reply = app
            .coordinator()
            .get("/api/v1/requirements?format=csv&plan=dg-2018&fields=text")
            .await
            .ok();
        let text = reply.text();
        assert!(text.contains("\r\n\"“一门式”,\"\"一网式\"\"\n第二行\"\r\n"), "{text}");
        let cells = column(&parse(&text), "text");
        assert_eq!(cells[5], "“一门式”,\"一网式\"\n第二行");
        assert_eq!(
            cells[6..],
            ["公开=透明，1+1", "'=已有撇号"],
            "only what it begins with matters"
        );
    }

    async fn formulas_become_text(app: &TestApp) {
        awkward(app).await;
        let caller = app.coordinator();
        let rows = parse(
            &caller
                .get("/api/v1/requirements?format=csv&plan=dg-2018")
                .await
                .ok()
                .text(),
        );
        assert_eq!(
            column(&rows, "text")[..5],
            ["'=1+1", "'+86 769", "'-3", "'@all", "'\t=2+2"]
        );
        assert_eq!(column(&rows, "units_phrase")[..2], ["'@SUM(A1)", "市法制局"]);
        assert_eq!(column(&rows, "deadline_phrases")[0], "'-1月底");
        assert_eq!(column(&rows, "task_title")[0], "'+公开");
        for (path, name) in [
            ("plans?q=hyperlink", "title"),
            ("tasks?plan=dg-2018", "title"),
            ("deadlines?plan=dg-2018", "requirement_text"),
        ] {
            let rows = parse(&caller.get(&format!("/api/v1/{path}&format=csv")).await.ok().text());
            assert!(column(&rows, name)[0].starts_with('\''), "{path}");
        }
        // Programs get what was written.
        let items = caller.walk("/api/v1/requirements?plan=dg-2018").await;
        assert_eq!(texts(&items, "text")[..4], ["=1+1", "+86 769", "-3", "@all"]);
        // No cell of the real plan needs it.
        let whole = app.anonymous().get("/api/v1/requirements?format=csv").await.ok().text();
        assert!(!parse(&whole).iter().flatten().any(|cell| cell.starts_with('\'')));
    }

    async fn a_draft_is_in_the_tables_of_those_who_may_see_it(app: &TestApp) {
        awkward(app).await;
        for format in ["csv", "ndjson"] {
            let path = format!("/api/v1/requirements?plan=dg-2018&format={format}");
            app.anonymous().get(&path).await.problem(400, "invalid_parameter");
            let whole = format!("/api/v1/requirements?format={format}");
            let hidden = app.anonymous().get(&whole).await.ok().text();
            assert!(!hidden.contains("dg-2018"), "{hidden}");
            assert!(app.coordinator().get(&path).await.ok().text().contains("dg-2018.1.1"));
        }
    }
}
