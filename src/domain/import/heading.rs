//! Rows that are headings: across the table, or a numeral and a title and nothing else.

use super::{
    document::{Cell, Row},
    header::{Header, Meaning},
    label::{self, Level},
    said::joined,
};
use crate::domain::text;

/// The rank of a heading without a label.
const UNLABELLED: u8 = 9;

/// The headings that rows stand under, from the outermost.
#[derive(Debug, Clone, Default)]
pub struct Headings {
    above: Vec<(u8, String)>,
    /// Whether the last row was one of them.
    just: bool,
}

impl Headings {
    /// A row is a heading: it stands under those of a higher rank.
    pub fn heading(&mut self, text: String) {
        let rank = rank(&text);
        while self.above.last().is_some_and(|(above, _)| {
            *above > rank || *above == rank && !(rank == UNLABELLED && self.just && self.above.len() < 2)
        }) {
            self.above.pop();
        }
        self.above.push((rank, text));
        self.just = true;
    }

    /// A row is something else.
    pub fn row(&mut self) {
        self.just = false;
    }

    /// What they say.
    pub fn texts(&self) -> impl Iterator<Item = &String> {
        self.above.iter().map(|(_, text)| text)
    }
}

fn rank(text: &str) -> u8 {
    label::read(text).map_or(UNLABELLED, |found| found.level as u8)
}

/// Whether a row that begins so, normalised, has totals: 合计, 总计（5个）, 共计:12项.
pub fn is_total(first: &str) -> bool {
    let rest = ["合计", "总计", "小计", "共计"]
        .iter()
        .find_map(|word| first.strip_prefix(word));
    rest.is_some_and(|rest| {
        let counts = |c: char| c.is_ascii_digit() || matches!(c, '(' | ':' | '共');
        rest.is_empty() || rest.starts_with(counts)
    })
}

/// Whether it is a figure and nothing else: 1,250.5, 12%.
fn is_figure(text: &str) -> bool {
    let text = text::normalize(text);
    text.contains(|c: char| c.is_ascii_digit())
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '%' | '-' | '万' | '亿' | '元'))
}

/// Whether a row that says nothing but this, normalised, is a remark.
pub fn is_remark(text: &str) -> bool {
    ["注:", "备注:", "说明:", "注1", "填表", "填报"]
        .iter()
        .any(|word| text.starts_with(word))
}

/// The heading that the row is. `own` are its cells with something in them.
pub fn read(header: &Header, row: &Row, own: &[&Cell]) -> Option<String> {
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
            is_one.then_some(text)
        }
        // What else stands beside it are sums of what is below.
        [number, title, rest @ ..]
            if in_numbers(number) && !merged && rest.iter().all(|cell| is_figure(&cell.text)) =>
        {
            let numeral = joined(&number.text);
            let as_label = format!("{}、", numeral.trim_end_matches('、'));
            let chinese = label::read(&as_label).filter(|found| found.level == Level::Chinese);
            chinese.map(|_| format!("{as_label}{}", joined(&title.text)))
        }
        _ => None,
    }
}
