//! The layout of a plan's document: the counterpart of its import, which reads all of it as it was.

use std::collections::BTreeMap;

use super::{progress::Progress, who::UnitColumns};
use crate::{
    domain::{
        deadline::{Deadline, Source},
        disclosure::Disclosed,
        extra::ExtraCell,
        import::{Headings, OfTask, Place, is_beside, label, settling, title_lines},
        phrase,
        plan::PlanContent,
        requirement::Requirement,
        task::Task,
        text,
    },
    http::render::office::{Column, Document, Line, width},
};

/// How wide a page is, in Latin letters.
const PAGE: u16 = 140;
/// The column of titles.
const TITLES: usize = 1;
/// Columns in front of those of units.
const BEFORE_UNITS: usize = 3;

/// The plan in its layout, as far as `disclosed` shows it.
pub fn of(content: &PlanContent, disclosed: Disclosed<'_>, progress: Option<&Progress>) -> Document {
    let layout = Layout {
        disclosed,
        progress,
        units: UnitColumns::of(content, disclosed.units),
        extra: disclosed
            .columns(&content.tasks)
            .into_iter()
            .map(|column| column.name)
            .collect(),
        is_labelled: content.tasks.iter().any(|task| task.label.is_some()),
        is_dated: requirements(content).any(|requirement| !Times::of(requirement, content.plan.year).column.is_empty()),
    };
    let (mut lines, mut notes) = (Vec::new(), BTreeMap::new());
    let mut above = Headings::default();
    for task in &content.tasks {
        let (printed, is_right) = headings(&mut above, &task.headings);
        lines.extend(printed.map(Line::Heading));
        above.row();
        let of_task = OfTask {
            is_empty: task.requirements.is_empty(),
            headings: (!is_right).then(|| task.headings.clone()),
            ..OfTask::of(&task.title)
        };
        notes.extend(of_task.note().map(|note| ((lines.len(), TITLES), note)));
        for (line, requirement) in (lines.len()..).zip(&task.requirements) {
            notes.extend(layout.notes(requirement).map(|(column, note)| ((line, column), note)));
        }
        lines.extend(layout.task(task).into_iter().map(Line::Cells));
    }
    Document {
        title: content.plan.title.clone(),
        remarks: title_lines(&content.plan),
        columns: layout.columns(&lines),
        lines,
        notes,
    }
}

/// The headings to be printed so that those `above` are `wanted`, and whether they are then: the order of some is none that
/// their labels say, and nothing ends those above what stands under none.
fn headings<'w>(above: &mut Headings, wanted: &'w [String]) -> (impl Iterator<Item = String> + use<'w>, bool) {
    // As rows these would be something else.
    if wanted.iter().any(|heading| is_beside(heading, true)) {
        return (wanted[wanted.len()..].iter().cloned(), false);
    }
    let after = |from: usize| {
        let mut after = above.clone();
        for heading in &wanted[from..] {
            after.heading(heading.clone(), Place::default());
        }
        after
    };
    let is_right = |from: &usize| after(*from).texts().eq(wanted);
    let right = (0..=wanted.len()).rev().find(is_right);
    let from = right.unwrap_or_default();
    *above = after(from);
    (wanted[from..].iter().cloned(), right.is_some())
}

fn requirements(content: &PlanContent) -> impl Iterator<Item = &Requirement> {
    content.tasks.iter().flat_map(|task| &task.requirements)
}

struct Layout<'l> {
    disclosed: Disclosed<'l>,
    progress: Option<&'l Progress>,
    units: UnitColumns,
    /// The names of the extra columns that are seen.
    extra: Vec<String>,
    /// Whether the document prints its tasks with something else than their numbers.
    is_labelled: bool,
    /// Whether a column of it says when.
    is_dated: bool,
}

impl Layout<'_> {
    fn columns(&self, lines: &[Line]) -> Vec<Column> {
        let column = |head: &str, width: u16, centred: bool| Column {
            head: head.to_owned(),
            width,
            centred,
        };
        let mut columns = vec![
            column("序号", 7, true),
            column("工作任务", 18, true),
            column("具体要求", 0, false),
        ];
        columns.extend(self.units.heads().map(|head| column(head, 22, false)));
        columns.extend(self.is_dated.then(|| column("完成时限", 14, false)));
        for name in &self.extra {
            let at = columns.len();
            columns.push(column(name, fitting(name, at, lines), false));
        }
        let of_progress = self.progress.into_iter().flat_map(Progress::heads);
        columns.extend(of_progress.map(|(head, width)| column(head, width, false)));
        // What has to be done has the room that is left.
        let taken: u16 = columns.iter().map(|column| column.width).sum();
        columns[BEFORE_UNITS - 1].width = PAGE.saturating_sub(taken).max(36);
        columns
    }

    /// The lines of a task, each with a cell in every column.
    fn task(&self, task: &Task) -> Vec<Vec<Option<String>>> {
        let label = match &task.label {
            Some(label) => label.clone(),
            None if self.is_labelled => String::new(),
            None => task.id.number.to_string(),
        };
        let alone = task.requirements.len() == 1;
        let mut lines: Vec<Vec<Option<String>>> = Vec::new();
        for requirement in &task.requirements {
            let shared = lines.is_empty().then(|| [label.clone(), task.title.clone()]);
            let mut cells = shared.map_or_else(|| vec![None, None], |shared| shared.map(Some).into());
            cells.extend(self.requirement(requirement, alone).into_iter().map(Some));
            lines.push(cells);
        }
        let first = BEFORE_UNITS + self.units.heads().count() + usize::from(self.is_dated);
        if lines.is_empty() {
            let of_progress = self.progress.map_or(0, |progress| progress.heads().count());
            let mut cells = vec![Some(String::new()); first + self.extra.len() + of_progress];
            (cells[0], cells[1]) = (Some(label), Some(task.title.clone()));
            lines.push(cells);
        }
        for ExtraCell { name, text } in self.disclosed.of_task(task) {
            if let Some(at) = self.extra.iter().position(|column| *column == name) {
                spread(&mut lines, first + at, text);
            }
        }
        lines
    }

    /// Comments on its cells: what its deadlines mean and who is responsible, where that is not what is read in these.
    fn notes(&self, requirement: &Requirement) -> impl Iterator<Item = (usize, String)> + use<> {
        let year = self.disclosed.plan.year;
        let times = Times::of(requirement, year);
        let of_text = settling(times.bracketed, &times.text, year).map(|note| (BEFORE_UNITS - 1, note));
        let cell = Some(times.cell(year)).filter(|_| !times.column.is_empty());
        let in_column = settling(cell.as_deref(), &times.column, year);
        let at = BEFORE_UNITS + self.units.heads().count();
        let who = self.units.note(requirement, self.disclosed.units);
        let who = who.map(|(column, note)| (BEFORE_UNITS + column, note));
        of_text.into_iter().chain(in_column.map(|note| (at, note))).chain(who)
    }

    /// What the columns behind those that a task shares say of a requirement.
    fn requirement(&self, requirement: &Requirement, alone: bool) -> Vec<String> {
        let (number, year) = (requirement.id.number, self.disclosed.plan.year);
        let times = Times::of(requirement, year);
        let text = &match times.bracketed {
            Some(phrase) => format!("{}（{phrase}）", requirement.text),
            None => requirement.text.clone(),
        };
        let is_item = !alone || label::has_one(text);
        let mut cells = vec![if is_item {
            label::numbered(number, text)
        } else {
            text.clone()
        }];
        cells.extend(self.units.cells(requirement, self.disclosed.units));
        cells.extend(self.is_dated.then(|| times.cell(year)));
        let extra = self.disclosed.of_requirement(requirement);
        let said = |name: &String| extra.iter().find(|cell| cell.name == *name);
        cells.extend(
            self.extra
                .iter()
                .map(|name| said(name).map_or_else(String::new, |cell| cell.text.clone())),
        );
        if let Some(progress) = self.progress {
            cells.extend(progress.cells(requirement, self.disclosed.units));
        }
        cells
    }
}

/// What is said of a whole task stands beside all of its lines, where none of them says something else.
fn spread(lines: &mut [Vec<Option<String>>], column: usize, text: String) {
    let says = |line: &Vec<Option<String>>| line[column].as_ref().is_some_and(|text| !text.is_empty());
    if lines.iter().any(says) {
        let own = lines[0][column].take().unwrap_or_default();
        let both = if own.is_empty() { text } else { format!("{text}\n{own}") };
        lines[0][column] = Some(both);
        return;
    }
    for line in &mut *lines {
        line[column] = None;
    }
    lines[0][column] = Some(text);
}

/// A width for an extra column: as wide as its words, within bounds.
fn fitting(head: &str, column: usize, lines: &[Line]) -> u16 {
    let words = lines.iter().filter_map(|line| match line {
        Line::Cells(cells) => cells.get(column)?.as_deref(),
        Line::Heading(_) => None,
    });
    let widest = words.chain([head]).flat_map(str::lines).map(width).max();
    u16::try_from(widest.unwrap_or_default() + 2)
        .unwrap_or(u16::MAX)
        .clamp(8, 24)
}

/// What parts several deadlines in one cell: the first that is read back.
const BETWEEN: &[&str] = &["；", "、", "，", ""];

/// When it is due, by where the document says so.
struct Times<'r> {
    /// In the column.
    column: Vec<&'r Deadline>,
    /// In the text, or in brackets behind it.
    text: Vec<&'r Deadline>,
    /// The one that stands in brackets, where no column says when.
    bracketed: Option<&'r str>,
}

impl<'r> Times<'r> {
    fn of(requirement: &'r Requirement, year: i32) -> Self {
        let of = |source| requirement.deadlines.iter().filter(move |of| of.source == source);
        let words = text::normalize(&requirement.text);
        let is_said = |of: &&Deadline| words.contains(&text::normalize(&of.phrase));
        let (said, beside): (Vec<_>, Vec<_>) = of(Source::Text).partition(is_said);
        let mut column: Vec<&Deadline> = of(Source::Column).collect();
        let bracketed = match beside.as_slice() {
            [only] if column.is_empty() && phrase::read(&only.phrase, year).is_ok() => Some(&*only.phrase),
            _ => None,
        };
        if bracketed.is_some() {
            return Self {
                column,
                text: of(Source::Text).collect(),
                bracketed,
            };
        }
        column.extend(beside);
        Self {
            column,
            text: said,
            bracketed,
        }
    }

    /// What the column says.
    fn cell(&self, year: i32) -> String {
        let mut phrases: Vec<&str> = self.column.iter().map(|of| of.phrase.as_str()).collect();
        phrases.dedup();
        let reads_back = |cell: &String| {
            let read = phrase::read(cell, year).unwrap_or_default();
            let read = read.iter().map(|one| (&*one.from, &one.rule));
            read.eq(self.column.iter().map(|of| (&*of.phrase, &of.rule)))
        };
        let mut cells = BETWEEN.iter().map(|between| phrases.join(between));
        cells.find(reads_back).unwrap_or_else(|| phrases.join(BETWEEN[0]))
    }
}
