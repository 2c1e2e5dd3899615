//! Which tables of a document are of tasks, which go on from the one before, and what is told of the others.

use std::collections::BTreeMap;

use super::{
    cell_text::joined,
    corrections::Corrections,
    document::{Cell, Document, Place, Table},
    finding::{FindingCode, Findings},
    header::{self, Header, Meaning},
    settled, title,
};
use crate::{domain::text, say};

/// The longest line above a table that is taken for its heading.
const LONGEST_HEADING: usize = 60;

/// The header of `table`; one without goes on where the table before it ended, if it is as wide and goes on counting.
pub fn header_of(table: &Table, number: u32, corrections: &Corrections, before: Option<&Header>) -> Option<Header> {
    let known = corrections.columns_of(number);
    header::find(table, &known).or_else(|| {
        let before = before.filter(|_| table.name.is_none())?;
        let width = before.columns.last()?.to;
        let first = table.rows.first()?;
        let counts = before.of(Meaning::Number).next().is_none_or(|numbers| {
            let cell = numbers.cell(first);
            cell.is_none_or(|cell| cell.is_blank() || text::normalize(&cell.text).starts_with(is_numeral))
        });
        (table.width() == width && counts).then(|| Header {
            first: 0,
            rows: 0,
            columns: before.columns.clone(),
        })
    })
}

fn is_numeral(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '(') || "一二三四五六七八九十".contains(c)
}

/// Whether a paragraph is of the page, not of what stands on it: 续表, — 3 —.
pub fn is_of_a_page(text: &str) -> bool {
    let bare = text::normalize(text);
    let bare = bare.trim_matches(['(', ')', '-', '—', '第', '页']);
    bare.starts_with('续') && bare.chars().count() <= 6 || bare.chars().all(|c| c.is_ascii_digit())
}

/// The names of the sheets that have tasks, where there are several: what stands on one stands under its name.
pub fn sheets(document: &Document, corrections: &Corrections) -> Vec<String> {
    let of_tasks = document
        .tables()
        .filter(|(number, table, _)| header_of(table, *number, corrections, None).is_some());
    let names: Vec<String> = of_tasks.filter_map(|(_, table, _)| table.name.clone()).collect();
    let is_plain = |name: &String| {
        let bare = text::normalize(name);
        let bare = bare.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '(' | ')'));
        ["sheet", "工作表", "表"].contains(&bare)
    };
    if names.len() < 2 || names.iter().any(is_plain) {
        return Vec::new();
    }
    names
}

/// Tells of what stands in columns that nothing stands above.
pub fn unheaded(table: &Table, number: u32, header: &Header, known: &BTreeMap<u32, Meaning>, findings: &mut Findings) {
    let is_read = |cell: &Cell| {
        let mut columns = header.columns.iter().filter(|column| column.touches(cell));
        columns.any(|column| column.meaning != Meaning::Skip || !column.name.is_empty())
            || (cell.column..=cell.last()).any(|at| known.contains_key(&at))
    };
    let mut left: BTreeMap<u32, (u32, &str, usize)> = BTreeMap::new();
    for row in table.rows.iter().skip(header.first + header.rows) {
        for cell in row.cells.iter().filter(|cell| cell.speaks() && !is_read(cell)) {
            let column = left.entry(cell.column).or_insert((row.number, &cell.text, 0));
            column.2 += 1;
        }
    }
    for (column, (row, first, count)) in left {
        let place = Place {
            table: number,
            row: Some(row),
            column: Some(column),
        };
        let detail = say!(
            "第 {column} 列没有表头，其中 {count} 格的内容未计入方案",
            "column {column} has no header: nothing of the plan is made of what stands in {count} of its cells"
        );
        let remedy = say!(
            "更正 {{\"columns\": {{\"{number}.{column}\": \"extra\"}}, \"column_names\": {{\"{number}.{column}\": \"列名\"}}}}；如不需要，更正 {{\"columns\": {{\"{number}.{column}\": \"skip\"}}}}",
            "correct {{\"columns\": {{\"{number}.{column}\": \"extra\"}}, \"column_names\": {{\"{number}.{column}\": \"its name\"}}}}; if it does not count, {{\"columns\": {{\"{number}.{column}\": \"skip\"}}}}"
        );
        findings
            .note(FindingCode::NoHeader, place, &joined(first), detail)
            .remedy(remedy);
    }
}

/// Tells of what stands above a later table, of which nothing is made: 附件2：2018年任务清单.
pub fn headed(number: u32, between: &[&str], findings: &mut Findings) {
    let said: Vec<String> = between
        .iter()
        .filter(|text| !is_of_a_page(text) && text.chars().count() <= LONGEST_HEADING)
        .map(|text| joined(text))
        .filter(|text| !text.is_empty() && !settled::says_default(text) && !title::first_leads(text))
        .collect();
    if said.is_empty() {
        return;
    }
    let place = Place {
        table: number,
        ..Place::default()
    };
    let detail = say!(
        "第 {number} 张表上方的文字未计入方案，其任务接在前表之后",
        "nothing of the plan is made of what stands above table {number}: its tasks follow those of the table before"
    );
    let remedy = say!(
        "如为标题，写入表中任务之上的一行后重新上传；如为另一方案，分作两个文件",
        "if it is a heading, write it in a row above its tasks and send that; if it is another plan, make two files of it"
    );
    findings
        .note(FindingCode::TableHeading, place, &said.join(" "), detail)
        .remedy(remedy);
}

/// A table that is none of tasks: it may be the frame of a title.
pub fn unknown(table: &Table, number: u32, is_first: bool, findings: &mut Findings, above: &mut Vec<String>) {
    let cells = table.rows.iter().flat_map(|row| &row.cells);
    let words: Vec<String> = cells
        .map(|cell| joined(&cell.text))
        .filter(|text| !text.is_empty())
        .take(20)
        .collect();
    if table.rows.len() > 2 && table.width() > 1 || !is_first && !words.is_empty() {
        let place = Place {
            table: number,
            ..Place::default()
        };
        let detail = say!(
            "表头未能识别，整张表未读",
            "its header was not recognised; the table was not read"
        );
        let remedy = say!(
            "如为任务表，在 columns 中写明各列的含义，如 {{\"columns\": {{\"{number}.2\": \"task\"}}}}",
            "if it is one of tasks, say what its columns mean: {{\"columns\": {{\"{number}.2\": \"task\"}}}}"
        );
        let beginning: Vec<&str> = words.iter().map(String::as_str).take(8).collect();
        findings
            .note(FindingCode::UnknownTable, place, &beginning.join(" | "), detail)
            .remedy(remedy);
    }
    above.extend(words.into_iter().filter(|_| table.rows.len() < 4));
}
