//! What the columns of a table mean, by the words of their headers: in one row or in two, whatever they span.

use std::collections::BTreeMap;

pub use super::words::Meaning;
use super::{
    document::{Cell, Row, Table},
    label,
    words::{WHEN_NOTHING_ELSE, folded, meaning},
};
use crate::domain::text;

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The first grid column that it covers.
    pub from: u32,
    /// The last one.
    pub to: u32,
    /// The words above it.
    pub name: String,
    /// What it means.
    pub meaning: Meaning,
    /// What it would mean if there were no other column of that kind.
    pub second: Option<Meaning>,
}

/// The header of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The index of its first row.
    pub first: usize,
    /// How many rows it has.
    pub rows: usize,
    /// Its columns, from left to right.
    pub columns: Vec<Column>,
}

/// Rows in which a header is looked for: titles stand above it.
const LOOKED_AT: usize = 15;

/// The header of `table`, with what is known better of its columns.
pub fn find(table: &Table, known: &BTreeMap<u32, Meaning>) -> Option<Header> {
    let candidates = table.rows.iter().enumerate().take(LOOKED_AT);
    let score = |row: &Row| {
        let mut found: Vec<Meaning> = row.cells.iter().filter_map(|cell| meaning(&cell.text)).collect();
        found.sort_unstable();
        found.dedup();
        let says_what = found
            .iter()
            .any(|meaning| matches!(meaning, Meaning::Task | Meaning::Requirement));
        (says_what, found.len())
    };
    let best = candidates
        .map(|(index, row)| (score(row), index))
        .filter(|((says_what, found), _)| *says_what && *found >= 2)
        .max_by_key(|((_, found), index)| (*found, std::cmp::Reverse(*index)));
    let first = match best {
        Some((_, index)) => index,
        None if known
            .values()
            .any(|meaning| matches!(meaning, Meaning::Task | Meaning::Requirement)) =>
        {
            table.rows.iter().position(|row| row.cells.len() > 1)?
        }
        None => return None,
    };
    let first = begins_above(table, first);
    let top = &table.rows[first];
    let under = table
        .rows
        .get(first + 1)
        .filter(|under| goes_on(top, under, table.spans_known));
    let mut columns = columns(top, under);
    for column in &mut columns {
        let better = (column.from..=column.to).find_map(|at| known.get(&at));
        column.meaning = better.copied().unwrap_or(column.meaning);
    }
    if !known
        .values()
        .any(|known| matches!(known, Meaning::Task | Meaning::Requirement))
    {
        settle(&mut columns);
        goals(&mut columns, &table.rows[first + 1 + usize::from(under.is_some())..]);
    }
    Some(Header {
        first,
        rows: 1 + usize::from(under.is_some()),
        columns,
    })
}

/// Where the header begins of which the row `first` says most: in the row above, whose cells are merged into it or stand over
/// several of its own, whatever these groups are called.
fn begins_above(table: &Table, first: usize) -> usize {
    let Some(above) = first.checked_sub(1) else {
        return first;
    };
    let (top, under) = (&table.rows[above], &table.rows[first]);
    let speaking = |row: &Row| row.cells.iter().filter(|cell| cell.speaks()).count();
    let is_group = |cell: &Cell| cell.width > 1 && cell.speaks();
    let grouped = |cell: &Cell| top.at(cell.column).is_some_and(is_group);
    // Some of its columns are named above only, and all that it names itself is grouped there.
    let named_above = under
        .cells
        .iter()
        .any(|cell| !cell.speaks() && top.at(cell.column).is_some_and(Cell::speaks));
    let is_second = table.spans_known
        && speaking(top) > 1
        && named_above
        && under.cells.iter().filter(|cell| cell.speaks()).all(grouped);
    if is_second { above } else { first }
}

/// 重点工作 | 年度目标, where a task is merged beside several goals: these are what is to be done.
fn goals(columns: &mut [Column], body: &[Row]) {
    if columns.iter().any(|column| column.meaning == Meaning::Requirement) {
        return;
    }
    let Some(task) = columns.iter().position(|column| column.meaning == Meaning::Task) else {
        return;
    };
    let (before, after) = columns.split_at_mut(task + 1);
    let says = |column: &Column, row: &Row| column.cell(row).is_some_and(Cell::speaks);
    let several = |goal: &Column| {
        let merged = |row: &&Row| before[task].cell(row).is_some_and(|cell| cell.above);
        body.iter().filter(merged).any(|row| says(goal, row))
    };
    let named = |column: &&mut Column| column.meaning == Meaning::Extra && is_goal(&column.name);
    if let Some(goal) = after.iter_mut().find(named)
        && several(goal)
    {
        goal.meaning = Meaning::Requirement;
    }
}

/// Whether a column may say what is to be done.
fn is_goal(name: &str) -> bool {
    let name = folded(name);
    ["目标", "内容", "举措", "措施", "任务", "计划", "项目", "事项", "指标"]
        .iter()
        .any(|end| name.ends_with(end))
}

/// Whether the header `top` has a second row in `under`: below cells that cover several columns, or beside cells that
/// are merged downwards.
fn goes_on(top: &Row, under: &Row, spans_known: bool) -> bool {
    let mut own = under.cells.iter().filter(|cell| !cell.is_blank());
    if let (Some(only), None) = (own.next(), own.next())
        && (under.cells.len() == 1 || label::has_one(&only.text))
    {
        // 一、重点任务: the first heading of the table.
        return false;
    }
    if spans_known {
        let parted = |cell: &Cell| cell.width > 1 && !cell.is_blank();
        let merged = under.cells.iter().filter(|cell| cell.above).count();
        let below = under.cells.iter().filter(|cell| cell.speaks());
        let mut below = below.peekable();
        return merged > 0
            && below.peek().is_some()
            && below.all(|cell| {
                top.at(cell.column)
                    .is_some_and(|above| parted(above) || above.is_blank())
            })
            || merged == 0
                && under.cells.iter().any(|cell| meaning(&cell.text).is_some())
                && under.cells.iter().all(|cell| {
                    cell.is_blank() || meaning(&cell.text).is_some() || top.at(cell.column).is_some_and(parted)
                });
    }
    // Without spans: what stands below is a header word, under a cell of its own kind or an empty one.
    let mut says = false;
    for cell in under.cells.iter().filter(|cell| !cell.is_blank()) {
        if meaning(&cell.text).is_none_or(|meaning| meaning == Meaning::Number) {
            return false;
        }
        says = true;
    }
    says
}

fn columns(top: &Row, under: Option<&Row>) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    let below = under.into_iter().flat_map(|under| &under.cells);
    let below: Vec<String> = below.map(|cell| joined(&cell.text)).collect();
    let alone = |own: &String| below.iter().filter(|other| *other == own).count() == 1;
    let mut group = String::new();
    for cell in &top.cells {
        let beneath: Vec<_> = under
            .into_iter()
            .flat_map(|under| &under.cells)
            .filter(|below| below.speaks() && cell.covers(below.column))
            .collect();
        let name = joined(&cell.text);
        if !name.is_empty() {
            group.clone_from(&name);
        }
        if beneath.is_empty() {
            let meaning = meaning(&name).unwrap_or(if name.is_empty() { Meaning::Skip } else { Meaning::Extra });
            columns.push(Column {
                from: cell.column,
                to: cell.last(),
                name,
                meaning,
                second: None,
            });
            continue;
        }
        for below in beneath {
            let own = joined(&below.text);
            let both = format!("{group}{own}");
            let meant = meaning(&own).or_else(|| meaning(&both)).unwrap_or(Meaning::Extra);
            // 责任分工 says no more of 分管领导; 季度进度 does of 一季度.
            let says_all = alone(&own) && (meaning(&own).is_some() || meaning(&group).is_some());
            columns.push(Column {
                from: below.column,
                to: below.last(),
                name: if says_all || group.is_empty() || group == own {
                    own
                } else {
                    format!("{group}·{own}")
                },
                meaning: meant,
                second: None,
            });
        }
    }
    columns
}

/// Words of a cell in one line.
fn joined(text: &str) -> String {
    let text: String = text.split(['\n', '\r']).map(str::trim).collect();
    text::visible(&text)
}

/// One column of each kind at most, but for units and headings: what stands twice is something else.
fn settle(columns: &mut [Column]) {
    let of = |columns: &[Column], meaning| {
        let found = columns
            .iter()
            .enumerate()
            .filter(|(_, column)| column.meaning == meaning);
        found.map(|(index, _)| index).collect::<Vec<_>>()
    };
    let (tasks, requirements) = (of(columns, Meaning::Task), of(columns, Meaning::Requirement));
    match (tasks.as_slice(), requirements.as_slice()) {
        ([_, second, rest @ ..], []) => {
            columns[*second].meaning = Meaning::Requirement;
            for index in rest {
                columns[*index].demote();
            }
        }
        // 存在问题 | 整改措施: the measures are of the problem.
        ([], [only]) => {
            let left = columns[..*only].iter().rposition(|column| is_problem(&column.name));
            if let Some(problem) = left {
                columns[problem].meaning = Meaning::Task;
            }
        }
        ([], [first, _, rest @ ..]) => {
            columns[*first].meaning = Meaning::Task;
            for index in rest {
                columns[*index].demote();
            }
        }
        (tasks, requirements) => {
            for index in tasks.iter().skip(1).chain(requirements.iter().skip(1)) {
                columns[*index].demote();
            }
        }
    }
    if of(columns, Meaning::Deadline).is_empty() {
        let when = columns.iter_mut().find(|column| {
            column.meaning == Meaning::Extra && WHEN_NOTHING_ELSE.contains(&folded(&column.name).as_str())
        });
        if let Some(when) = when {
            when.meaning = Meaning::Deadline;
        }
    }
    // 指标 | 单位 | 目标 | 责任单位: what is counted, not who.
    let doers = columns.iter().filter(|column| column.is_of_units()).count();
    for column in columns.iter_mut().filter(|_| doers > 1) {
        if column.is_of_units() && folded(&column.name) == "单位" {
            column.meaning = Meaning::Extra;
        }
    }
    for once in [Meaning::Number, Meaning::Deadline] {
        for index in of(columns, once).into_iter().skip(1) {
            columns[index].demote();
        }
    }
}

/// Whether a column has what is wrong, and is to be put right.
fn is_problem(name: &str) -> bool {
    let name = text::normalize(name);
    name.chars().count() <= 8
        && ["问题", "问题描述", "问题清单", "问题表现"]
            .iter()
            .any(|end| name.ends_with(end))
}

impl Column {
    /// Its cell in `row`: the one that covers most of it.
    pub fn cell<'r>(&self, row: &'r Row) -> Option<&'r Cell> {
        let overlap = |cell: &Cell| {
            let (from, to) = (cell.column.max(self.from), cell.last().min(self.to));
            (to + 1).saturating_sub(from)
        };
        let touching = row.cells.iter().filter(|cell| overlap(cell) > 0);
        // Of several the one with something in it.
        touching.max_by_key(|cell| (!cell.is_blank() || cell.above, overlap(cell)))
    }

    /// Whether it has part in what `cell` covers.
    pub fn touches(&self, cell: &Cell) -> bool {
        self.from <= cell.last() && cell.column <= self.to
    }

    /// Whether it names units.
    pub fn is_of_units(&self) -> bool {
        matches!(self.meaning, Meaning::Lead | Meaning::Support | Meaning::Responsible)
    }

    /// It is another of its kind.
    fn demote(&mut self) {
        self.second = Some(self.meaning);
        self.meaning = Meaning::Extra;
    }
}

impl Header {
    /// Whether `row` is the header again, as at the top of a page.
    pub fn is_repeated_in(&self, row: &Row, table: &Table) -> bool {
        let said = |row: &Row| {
            let cells = row.cells.iter().filter(|cell| !cell.above);
            cells
                .map(|cell| text::normalize(&cell.text))
                .filter(|text| !text.is_empty())
                .collect::<Vec<_>>()
        };
        let words = said(row);
        let header = &table.rows[self.first..self.first + self.rows];
        words.len() > 1 && header.iter().any(|top| said(top) == words)
    }

    /// Whether what is to be done stands in the grid column `at`.
    pub fn is_of_work(&self, at: u32) -> bool {
        let covers = |column: &&Column| (column.from..=column.to).contains(&at);
        let column = self.columns.iter().find(covers);
        column.is_some_and(|column| matches!(column.meaning, Meaning::Task | Meaning::Requirement))
    }

    /// Whether the columns of `other` are called as its own.
    pub fn says_as(&self, other: &Self) -> bool {
        let names = |header: &Self| {
            header
                .columns
                .iter()
                .map(|column| column.name.clone())
                .collect::<Vec<_>>()
        };
        names(self) == names(other)
    }

    /// The columns of one meaning.
    pub fn of(&self, meaning: Meaning) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(move |column| column.meaning == meaning)
    }
}
