//! Rows that are headings: across the table, or a numeral and a title and nothing else.

use super::{
    document::{Cell, Row},
    header::{Header, Meaning},
    label::{self, Level},
    said::joined,
};

/// The rank of a heading without a label.
pub const UNLABELLED: u8 = 9;

/// Whether a row that begins so, normalised, has totals.
pub fn is_total(first: &str) -> bool {
    ["合计", "总计", "小计", "共计", "合计:", "总计:"].contains(&first)
}

/// Whether a row that says nothing but this, normalised, is a remark.
pub fn is_remark(text: &str) -> bool {
    ["注:", "备注:", "说明:", "注1", "填表", "填报"]
        .iter()
        .any(|word| text.starts_with(word))
}

/// The heading that the row is, and how deep it stands. `own` are its cells with something in them.
pub fn read(header: &Header, row: &Row, own: &[&Cell]) -> Option<(u8, String)> {
    let numbers = header.of(Meaning::Number).next();
    let in_numbers =
        |cell: &Cell| numbers.is_some_and(|numbers| cell.column == numbers.from && cell.last() <= numbers.to);
    let merged = row.cells.iter().any(|cell| cell.above);
    match own {
        [cell] => {
            let text = joined(&cell.text);
            let label = label::read(&text);
            let high = label
                .as_ref()
                .is_some_and(|found| found.level <= Level::ChineseInBrackets);
            let covered = header.columns.iter().filter(|column| cell.covers(column.from)).count();
            let wide = covered > 1 && covered * 2 > header.columns.len() || row.cells.len() == 1;
            let text_in_numbers = in_numbers(cell) && label::figure(&text).is_none();
            let first = header.columns.first().is_some_and(|first| cell.covers(first.from));
            let has_more = header.of(Meaning::Requirement).next().is_some();
            let is_one = wide || !merged && (text_in_numbers || high && (first || has_more));
            let rank = label.map_or(UNLABELLED, |found| found.level as u8);
            is_one.then_some((rank, text))
        }
        [number, title] if in_numbers(number) && !merged => {
            let numeral = joined(&number.text);
            let as_label = format!("{}、", numeral.trim_end_matches('、'));
            let chinese = label::read(&as_label).filter(|found| found.level == Level::Chinese);
            chinese.map(|_| (Level::Chinese as u8, format!("{as_label}{}", joined(&title.text))))
        }
        _ => None,
    }
}
