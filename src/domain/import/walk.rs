//! The rows of a table, one after the other: which continue a task, which are headings, and of which cell each takes what it
//! does not say itself.

mod begins;
mod beneath;
mod broken;
mod page;
mod told;

use self::beneath::Before;
pub use self::page::Page;
use super::{
    cell_text::{CellText, Group, Line, UnitsCell, joined, says_none},
    corrections::EmptyCells,
    document::{Cell, Place, Row, Table},
    finding::{FindingCode, Findings},
    header::{Column, Header, Meaning},
    heading::{self, Heading, Headings},
    label, noted, settled,
};
use crate::{domain::text, say};

/// Walks through one table.
pub struct Walk<'w> {
    table: &'w Table,
    header: &'w Header,
    number: u32,
    empty: EmptyCells,
    /// Whether an empty deadline means something by itself.
    empty_is_due: bool,
    findings: &'w mut Findings,
    sheet: Option<String>,
    headings: Headings,
    ended: Vec<Heading>,
    categories: Vec<Option<String>>,
    groups: Vec<Group>,
    /// What was last said in each column.
    last: Vec<Option<CellText>>,
    /// Whether the current task has begun in this table.
    open: bool,
    before: Option<Before>,
    assumed: usize,
    spurious: usize,
}

impl<'w> Walk<'w> {
    /// Through `table`, which is the `number`th, and stands under the heading `sheet`; from where the page before it ended.
    pub fn new(
        (table, number, sheet): (&'w Table, u32, Option<String>),
        header: &'w Header,
        (empty, has_default): (Option<EmptyCells>, bool),
        page: Page,
        findings: &'w mut Findings,
    ) -> Self {
        let mut categories = page.categories;
        categories.resize(header.of(Meaning::Heading).count(), None);
        let by_spans = if table.spans_known {
            EmptyCells::Empty
        } else {
            EmptyCells::Inherit
        };
        Self {
            table,
            header,
            number,
            empty: empty.unwrap_or(by_spans),
            empty_is_due: has_default && empty.is_none(),
            findings,
            sheet,
            headings: page.headings,
            ended: page.ended,
            categories,
            groups: page.groups,
            last: vec![None; header.columns.len()],
            open: page.open,
            before: None,
            assumed: 0,
            spurious: 0,
        }
    }

    /// What its rows say, behind those of the pages before.
    pub fn page(mut self) -> Page {
        let body = self.header.first + self.header.rows;
        for (index, row) in self.table.rows.iter().enumerate() {
            self.notes(row);
            if index >= body {
                self.row(index, row);
            }
        }
        self.summary();
        Page {
            groups: self.groups,
            headings: self.headings,
            ended: self.ended,
            categories: self.categories,
            open: self.open,
        }
    }

    fn place(&self, row: &Row, column: u32) -> Place {
        Place {
            table: self.number,
            row: Some(row.number),
            column: Some(column),
        }
    }

    fn column(&self, meaning: Meaning) -> Option<(usize, &'w Column)> {
        let columns = self.header.columns.iter().enumerate();
        columns.into_iter().find(|(_, column)| column.meaning == meaning)
    }

    fn row(&mut self, index: usize, row: &Row) {
        if row.is_blank() && !row.cells.iter().any(|cell| cell.above) {
            return;
        }
        let own: Vec<&Cell> = row.cells.iter().filter(|cell| cell.speaks()).collect();
        if self.header.is_repeated_in(row, self.table) {
            let place = self.place(row, 1);
            let detail = say!(
                "分页重复的表头，已跳过",
                "the header again, as on the next page; skipped"
            );
            self.findings.note(FindingCode::RepeatedHeader, place, "", detail);
            return;
        }
        if let Some(first) = own.first() {
            let folded = text::normalize(&first.text);
            let place = self.place(row, first.column);
            if heading::is_total(&folded) {
                self.total(place, &own);
                return;
            }
            if heading::is_beside(&first.text, own.len() == 1) {
                let detail = say!("备注行，未计入任务", "a row of remarks; no task of it");
                self.findings
                    .note(FindingCode::RemarkRow, place, first.text.trim(), detail);
                return;
            }
        }
        if !own.iter().any(|cell| noted::OfTask::read(cell).is_some())
            && let Some(looks) = heading::read(self.header, row, &own)
            && !self.is_work(index, &looks)
        {
            let place = self.place(row, own[0].column);
            if own.len() > 2 {
                self.total(place, &own);
            }
            self.ended.extend(self.headings.heading(looks.text, place));
            self.open = false;
            self.before = None;
            return;
        }
        self.passed(index);
        self.headings.row();
        self.said(row);
    }

    /// Tells of sums that are not read.
    fn total(&mut self, place: Place, own: &[&Cell]) {
        let cells: Vec<String> = own.iter().map(|cell| joined(&cell.text)).collect();
        let detail = say!("合计行，数字未读", "a row of totals; its figures are not read");
        self.findings
            .note(FindingCode::TotalRow, place, &cells.join(" | "), detail);
    }

    /// What stands in the column at `index`, or above and counts here too.
    fn take(&mut self, row: &Row, index: usize) -> Option<CellText> {
        let header = self.header;
        let column = &header.columns[index];
        let cell = column.cell(row);
        let above = cell.is_some_and(|cell| cell.above);
        if column.meaning != Meaning::Extra && cell.is_some_and(|cell| says_none(&cell.text)) {
            self.last[index] = None;
            return None;
        }
        if let Some(cell) = cell.filter(|cell| cell.speaks()) {
            let said = CellText {
                text: cell.text.trim().to_owned(),
                place: self.place(row, cell.column),
                settled: if column.is_of_units() {
                    noted::of_units(cell)
                } else {
                    settled::of(cell)
                },
                ..CellText::default()
            };
            self.last[index] = Some(said.clone());
            return Some(said);
        }
        let is_due = self.empty_is_due && column.meaning == Meaning::Deadline;
        if !above && (is_due || self.empty == EmptyCells::Empty) {
            self.last[index] = None;
            return None;
        }
        // Without spans: who leads is said, and of who supports nothing.
        let others = || self.header.columns.iter().filter(|other| other.is_of_units());
        let said = |other: &Column| other.cell(row).is_some_and(Cell::speaks);
        if !above && !self.table.spans_known && column.is_of_units() && others().any(said) {
            self.last[index] = None;
            return None;
        }
        let inherited = self.last[index].clone()?;
        self.assumed += usize::from(!above);
        Some(CellText {
            inherited: true,
            ..inherited
        })
    }

    /// A row that says something.
    fn said(&mut self, row: &Row) {
        let task = self.column(Meaning::Task);
        let requirement = self.column(Meaning::Requirement);
        let number = self
            .column(Meaning::Number)
            .and_then(|(_, column)| column.cell(row))
            .filter(|cell| cell.speaks())
            .map(|cell| joined(&cell.text));
        for (index, (_, column)) in self.indexed(Meaning::Heading).into_iter().enumerate() {
            if let Some(cell) = column.cell(row).filter(|cell| cell.speaks()) {
                let name = joined(&cell.text);
                if self.categories[index].as_ref() != Some(&name) {
                    self.categories[index] = Some(name);
                    self.categories[index + 1..].fill(None);
                    self.open = false;
                }
            }
        }
        let titled = task.is_some() && requirement.is_some();
        let Some((_, text_column)) = requirement.or(task) else {
            return;
        };
        // 工作任务 | 序号 | 具体要求: they number requirements.
        let of_tasks = |(_, column): (usize, &Column)| {
            let numbers = self.column(Meaning::Number);
            numbers.is_some_and(|(_, numbers)| numbers.from < column.from)
        };
        if titled {
            let number = number.as_deref().filter(|_| task.is_some_and(of_tasks));
            self.title(row, task.map(|(_, column)| column), number);
        }
        let cell = text_column.cell(row);
        let merged = cell.is_some_and(|cell| cell.above);
        let own = cell.filter(|cell| cell.speaks());
        let text = own.map(|cell| CellText {
            text: cell.text.trim().to_owned(),
            place: self.place(row, cell.column),
            settled: settled::of(cell),
            ..CellText::default()
        });
        if let Some(text) = &text
            && number.is_none()
            && self.goes_on(row, text)
        {
            return self.join(text);
        }
        if let (false, Some(text)) = (titled, &text) {
            self.begin(number.unwrap_or_default(), text.clone(), false);
        }
        let line = self.rest(row, text);
        self.add(row, line, merged);
    }

    fn indexed(&self, meaning: Meaning) -> Vec<(usize, &'w Column)> {
        let columns = self.header.columns.iter().enumerate();
        columns.filter(|(_, column)| column.meaning == meaning).collect()
    }

    /// What the row says besides its text.
    fn rest(&mut self, row: &Row, text: Option<CellText>) -> Line {
        let mut line = Line {
            text: text.unwrap_or_default(),
            ..Line::default()
        };
        for (index, column) in self.header.columns.iter().enumerate() {
            match column.meaning {
                Meaning::Lead | Meaning::Support | Meaning::Responsible => {
                    if let Some(said) = self.take(row, index) {
                        line.units.push(UnitsCell {
                            meaning: column.meaning,
                            name: column.name.clone(),
                            said,
                        });
                    }
                }
                Meaning::Deadline => line.deadline = self.take(row, index),
                Meaning::Extra => {
                    if let Some(said) = self.take(row, index) {
                        line.extra.push((column.name.clone(), said));
                    }
                }
                Meaning::Number | Meaning::Heading | Meaning::Task | Meaning::Requirement | Meaning::Skip => {}
            }
        }
        line
    }

    fn add(&mut self, row: &Row, line: Line, merged: bool) {
        let mut extra = line.extra.iter().filter(|(_, said)| !said.inherited);
        let says_extra = extra.next().is_some();
        let says_more = line.units.iter().any(|units| !units.said.inherited)
            || line.deadline.as_ref().is_some_and(|said| !said.inherited);
        if !line.text.text.is_empty() {
            let Some(group) = self.groups.last_mut().filter(|_| self.open) else {
                let place = self.place(row, 1);
                let title = line.text.clone();
                let detail = say!(
                    "此行没有所属任务，单独成任务",
                    "the row belongs to no task and is one by itself"
                );
                self.findings
                    .note(FindingCode::NotUnderstood, place, &title.text, detail);
                self.begin(String::new(), title, false);
                self.add(row, line, merged);
                return;
            };
            group.lines.push(line);
            return;
        }
        let Some(group) = self.groups.last_mut().filter(|_| self.open) else {
            return self.homeless(row, says_more);
        };
        match group.lines.last_mut() {
            // The same to be done, by others at another time: neither owes what the other does.
            Some(before) if before.is_apart_from(&line) && (merged || self.empty == EmptyCells::Inherit) => {
                let text = before.text.clone();
                group.lines.push(Line { text, ..line });
                self.parted(row);
            }
            // One requirement over several rows, each with its units.
            Some(before) if (says_more || says_extra) && (merged || self.empty == EmptyCells::Inherit) => {
                let own = line.extra.into_iter().filter(|(_, said)| !said.inherited);
                before.extra.extend(own);
                before
                    .units
                    .extend(line.units.into_iter().filter(|units| !units.said.inherited));
                if let Some(deadline) = line.deadline.filter(|said| !said.inherited) {
                    match &mut before.deadline {
                        Some(known) => {
                            known.text.push('\n');
                            known.text.push_str(&deadline.text);
                        }
                        none => *none = Some(deadline),
                    }
                }
            }
            Some(_) if says_more || says_extra => self.homeless(row, true),
            Some(_) => {}
            // The task itself is what is to be done.
            None => {
                let text = group.title.clone();
                group.lines.push(Line { text, ..line });
            }
        }
    }
}
