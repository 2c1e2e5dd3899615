//! Workbooks of several sheets, and what is hidden in them.

use std::io::{Cursor, Write as _};

use zip::{ZipWriter, write::SimpleFileOptions};

use super::shapes::{assert_no_errors, found, outlined, proposed};
use crate::domain::import::{FindingCode, Meaning};

/// A workbook of sheets: names, whether they are hidden, and what is in them.
fn workbook(sheets: &[(&str, bool, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let mut part = |name: &str, text: &str| {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    };
    let (mut list, mut relations) = (String::new(), String::new());
    for (index, (name, hidden, sheet)) in sheets.iter().enumerate() {
        let state = if *hidden { "hidden" } else { "visible" };
        let entry = format!("<sheet name=\"{name}\" sheetId=\"{index}\" state=\"{state}\" r:id=\"r{index}\"/>");
        list.push_str(&entry);
        let relation =
            format!("<Relationship Id=\"r{index}\" Type=\"http://x/worksheet\" Target=\"worksheets/s{index}.xml\"/>");
        relations.push_str(&relation);
        part(
            &format!("xl/worksheets/s{index}.xml"),
            &format!("<worksheet>{sheet}</worksheet>"),
        );
    }
    part("[Content_Types].xml", "<Types/>");
    part(
        "xl/workbook.xml",
        &format!("<workbook><sheets>{list}</sheets></workbook>"),
    );
    part(
        "xl/_rels/workbook.xml.rels",
        &format!("<Relationships>{relations}</Relationships>"),
    );
    writer.finish().unwrap().into_inner()
}

/// A sheet of these rows; of which some are hidden.
fn sheet(rows: &[&[&str]], hidden_row: usize) -> String {
    let cell = |text: &&str| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let row = |(index, row): (usize, &&[&str])| {
        let hidden = if index == hidden_row { " hidden=\"1\"" } else { "" };
        format!("<row{hidden}>{}</row>", row.iter().map(cell).collect::<String>())
    };
    let rows: String = rows.iter().enumerate().map(row).collect();
    format!("<cols><col min=\"3\" max=\"3\" hidden=\"1\"/></cols><sheetData>{rows}</sheetData>")
}

#[test]
fn what_nobody_sees_is_told() {
    let office = |title: &str, name: &str| {
        let rows: [&[&str]; 4] = [
            &[title, "", "", ""],
            &["序号", "任务", "责任单位", "时限"],
            &["1", name, "市教育局", "6月底"],
            &["2", "办文", "市财政局", "全年"],
        ];
        sheet(&rows, 3)
    };
    let file = workbook(&[
        ("综合科", false, &office("市教育局2018年任务表（综合科）", "起草报告")),
        ("旧表", true, &office("2017年任务表", "旧任务")),
        ("业务科", false, &office("市教育局2018年任务表（业务科）", "审批")),
    ]);
    let proposal = proposed("a.xlsx", &file);
    assert_no_errors(&proposal);
    assert_eq!(proposal.title.as_deref(), Some("市教育局2018年任务表（综合科）"));
    let tasks = outlined(&proposal);
    assert_eq!(tasks[0], ("综合科".into(), "起草报告", Some("1")));
    assert_eq!(tasks[3].0, "业务科");
    assert_eq!(tasks.len(), 4);
    let told = found(&proposal, FindingCode::Hidden);
    assert_eq!(
        told,
        [(None, "旧表"), (None, ""), (Some(4), ""), (None, ""), (Some(4), "")]
    );
    assert_eq!(proposal.columns[1].meaning, Meaning::Task);
}
