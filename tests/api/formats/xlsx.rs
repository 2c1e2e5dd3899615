//! Excel files: cells of their types, and a sheet that can be read and printed as it is.

use calamine::Data;
use serde_json::json;

use super::{accepting, file_names};
use crate::support::{
    TestApp,
    workbook::{self, XLSX, parts, rows},
};

/// A draft whose texts somebody might take for something else.
const STRANGE: [&str; 7] = [
    "=HYPERLINK(\"http://evil\",\"看\")",
    "+86 769",
    "-3",
    "@SUM(A1)",
    "0012",
    "_x0041_ <b>&amp;</b>",
    "第一行\n第二行",
];

async fn strange(app: &TestApp) {
    let requirements: Vec<_> = STRANGE.iter().map(|text| json!({"text": text})).collect();
    let plan = json!({"id": "dg-2018", "title": "=1+1", "year": 2018,
        "tasks": [{"title": "推进公开", "requirements": requirements}]});
    app.coordinator().post("/api/v1/plans", &plan).await.expect(201);
}

on_both! {
    async fn text_stays_text(app: &TestApp) {
        strange(app).await;
        let file = app.coordinator().get("/api/v1/requirements?plan=dg-2018&fields=text&format=xlsx").await.ok();
        let found: Vec<String> = rows(&file.body)[1..].iter().map(|row| row[0].to_string()).collect();
        let expected: Vec<&str> = STRANGE.to_vec();
        assert_eq!(found, expected);
        for (name, text) in parts(&file.body) {
            assert!(!text.contains("<f>") && !text.contains("hyperlink "), "{name}: {text}");
        }
    }

    async fn the_sheet_is_ready_to_be_read_and_printed(app: &TestApp) {
        let ledger = "/api/v1/obligations?unit=hbj&headers=zh";
        let reply = accepting(&app.role("auditor"), ledger, XLSX).await.ok();
        assert_eq!(reply.header("content-type"), XLSX);
        assert_eq!(file_names(&reply), ("obligations.xlsx".to_owned(), "台账.xlsx".to_owned()));
        let members = parts(&reply.body);
        let sheet = &members["xl/worksheets/sheet1.xml"];
        for expected in [
            "state=\"frozen\"",
            "ySplit=\"1\"",
            "<autoFilter ref=\"A1:",
            "paperSize=\"9\"",
            "orientation=\"landscape\"",
            "fitToHeight=\"0\"",
            "<pageSetUpPr fitToPage=\"1\"/>",
            "customWidth=\"1\"",
        ] {
            assert!(sheet.contains(expected), "{expected} is not in {sheet}");
        }
        let book = &members["xl/workbook.xml"];
        assert!(book.contains("_xlnm.Print_Titles") && book.contains("name=\"台账\""), "{book}");

        let table = rows(&reply.body);
        let column = |head: &str| table[0].iter().position(|cell| *cell == Data::String(head.to_owned())).unwrap();
        let (due, state, left) = (column("到期日"), column("状态"), column("剩余天数"));
        assert!(table.len() > 10, "{}", table.len());
        for row in &table[1..] {
            assert!(matches!(row[due], Data::DateTime(_) | Data::Empty), "{row:?}");
            assert!(matches!(row[left], Data::Float(_) | Data::Empty), "{row:?}");
            assert!(row[state].to_string().chars().all(|c| c > '\u{2e7f}'), "{row:?}");
        }
        // Ids are there for who looks for them, and not on paper.
        assert!(sheet.contains("hidden=\"1\" customWidth=\"1\" outlineLevel=\"1\""), "{sheet}");
        let named = accepting(&app.role("auditor"), &format!("{ledger}&fields=id,text"), XLSX).await.ok();
        assert!(!parts(&named.body)["xl/worksheets/sheet1.xml"].contains("hidden"));
    }

    async fn a_table_of_figures_has_numbers(app: &TestApp) {
        let caller = app.role("auditor");
        for path in ["/api/v1/obligations?group_by=unit", "/api/v1/plans/dg-2017/assessment?as_of=2017-06-30"] {
            let asked = |format: &str| {
                let join = if path.contains('?') { '&' } else { '?' };
                format!("{path}{join}format={format}")
            };
            let text = caller.get(&asked("csv")).await.ok().text();
            let file = caller.get(&asked("xlsx")).await.ok();
            let table = rows(&file.body);
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
            for (row, cells) in reader.records().zip(&table) {
                for (text, cell) in row.unwrap().iter().zip(cells) {
                    assert!(workbook::is(cell, text), "{path}: {cell:?} is not {text}");
                }
            }
            assert!(table[1].iter().any(|cell| matches!(cell, Data::Float(_))), "{path}: {:?}", table[1]);
        }
    }
}
