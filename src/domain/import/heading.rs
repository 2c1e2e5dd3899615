//! Rows that are headings: across the table, or a numeral and a title and nothing else.

use super::{
    cell_text::joined,
    document::{Cell, Place, Row},
    header::{Header, Meaning},
    label::{self, Level},
    settled, title,
};
use crate::domain::text;

/// The rank of a heading without a label.
const UNLABELLED: u8 = 9;

/// A heading that rows stand under.
#[derive(Debug, Clone)]
pub struct Heading {
    /// What it says.
    pub text: String,
    /// Where it stands in the document.
    pub place: Place,
    rank: u8,
    /// Whether anything stands below it.
    pub used: bool,
}

/// The headings that rows stand under, from the outermost.
#[derive(Debug, Clone, Default)]
pub struct Headings {
    above: Vec<Heading>,
    /// Whether the last row was one of them.
    just: bool,
}

impl Headings {
    /// A row is a heading: it stands under those of a higher rank. Gives those that end with it.
    pub fn heading(&mut self, text: String, place: Place) -> Vec<Heading> {
        let rank = rank(&text);
        let mut ended = Vec::new();
        while self.above.last().is_some_and(|above| {
            above.rank > rank || above.rank == rank && !(rank == UNLABELLED && self.just && self.above.len() < 2)
        }) {
            ended.extend(self.above.pop());
        }
        for above in &mut self.above {
            above.used = true;
        }
        self.above.push(Heading {
            text,
            place,
            rank,
            used: false,
        });
        self.just = true;
        ended
    }

    /// A task stands below them.
    pub fn task(&mut self) {
        for above in &mut self.above {
            above.used = true;
        }
    }

    /// All that are left, when no more rows come.
    pub fn all(self) -> Vec<Heading> {
        self.above
    }

    /// A row is something else.
    pub fn row(&mut self) {
        self.just = false;
    }

    /// What they say.
    pub fn texts(&self) -> impl Iterator<Item = &String> {
        self.above.iter().map(|heading| &heading.text)
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

/// Whether a row that begins so is of none of the tasks; `alone`: and says nothing else.
pub fn is_beside(first: &str, alone: bool) -> bool {
    let folded = text::normalize(first);
    is_total(&folded) || alone && (is_remark(&folded) || title::first_leads(first) || settled::says_default(first))
}

/// Whether a row that says nothing but this, normalised, is a remark.
fn is_remark(text: &str) -> bool {
    ["注:", "备注:", "说明:", "注1", "填表", "填报"]
        .iter()
        .any(|word| text.starts_with(word))
}

/// A row that looks like a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looks {
    /// What it says.
    pub text: String,
    /// The column of its label, where it stands as tasks do: one of which nothing else is said looks the same.
    pub as_tasks: Option<u32>,
}

/// The heading that the row looks like. `own` are its cells with something in them.
pub fn read(header: &Header, row: &Row, own: &[&Cell]) -> Option<Looks> {
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
            // Beside numbered rows it has no number: 2 | 公开校历.
            let unnumbered = numbers.is_some() && !in_numbers(cell);
            let is_one = wide || !merged && (text_in_numbers || high && (first || has_more || unnumbered));
            let as_tasks = (!wide && !text_in_numbers && header.is_of_work(cell.column)).then_some(cell.column);
            is_one.then_some(Looks { text, as_tasks })
        }
        // What else stands beside it are sums of what is below.
        [number, title, rest @ ..] if in_numbers(number) && !merged && rest.iter().all(|cell| is_sum(header, cell)) => {
            let text = format!("{}{}", as_label(number)?, joined(&title.text));
            let as_tasks = header.is_of_work(title.column).then_some(number.column);
            Some(Looks { text, as_tasks })
        }
        _ => None,
    }
}

/// Whether it is a figure, and not where it says who or when.
fn is_sum(header: &Header, cell: &Cell) -> bool {
    let column = header.columns.iter().find(|column| cell.covers(column.from));
    is_figure(&cell.text) && column.is_none_or(|column| column.meaning == Meaning::Extra)
}

/// A numeral in a cell of its own, as it would stand before a text: 一、.
fn as_label(number: &Cell) -> Option<String> {
    let numeral = joined(&number.text);
    let label = format!("{}、", numeral.trim_end_matches('、'));
    label::read(&label)
        .is_some_and(|found| found.level == Level::Chinese)
        .then_some(label)
}

/// How deep a row stands by its label in `column`, or else in its first cell, and its number.
pub fn label_in(row: &Row, column: u32) -> Option<(Level, u32)> {
    let own = row.at(column).filter(|cell| cell.speaks());
    let cell = own.or_else(|| row.cells.iter().find(|cell| cell.speaks()))?;
    let text = as_label(cell).unwrap_or_else(|| joined(&cell.text));
    label::read(&text).map(|found| (found.level, found.number))
}
