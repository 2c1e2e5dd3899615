//! Where a task begins, and where one goes on.

use super::Walk;
use crate::{
    domain::{
        import::{
            cell_text::{CellText, Group, Has, once},
            document::{Cell, Place, Row},
            finding::FindingCode,
            header::{Column, Meaning},
            noted::OfTask,
        },
        text,
    },
    say,
};

impl Walk<'_> {
    /// The task that the row belongs to: a new one, or the one above.
    pub(super) fn title(&mut self, row: &Row, column: Option<&Column>, number: Option<&str>) {
        let cell = column.and_then(|column| column.cell(row));
        let Some(cell) = cell.filter(|cell| cell.speaks()) else {
            self.spurious += usize::from(number.is_some());
            return;
        };
        let place = self.place(row, cell.column);
        let (title, doubled) = once(&cell.text);
        if doubled {
            let detail = say!(
                "格内文字重复，取一次",
                "the words stand twice in their cell and count once"
            );
            self.findings.note(FindingCode::DoubledText, place, &cell.text, detail);
        }
        let current = self.groups.last().filter(|_| self.open);
        let again = current.is_some_and(|current| {
            let same = text::normalize(&current.title.text) == text::normalize(&title);
            same && number.is_none_or(|number| number == current.number)
        });
        if again {
            let detail = say!(
                "分页重复的任务，续前",
                "the task again, as on the next page; it goes on"
            );
            self.findings.note(FindingCode::RepeatedTask, place, &title, detail);
            return;
        }
        let title = CellText {
            text: title,
            place,
            ..CellText::default()
        };
        self.begin(number.unwrap_or_default().to_owned(), title, true);
        self.noted(cell, place);
    }

    /// What a comment on its title says of the task that has begun.
    fn noted(&mut self, cell: &Cell, place: Place) {
        let (Some(noted), Some(group)) = (OfTask::read(cell), self.groups.last_mut()) else {
            return;
        };
        let detail = say!(
            "标题、所属标题或没有具体要求，按批注读取",
            "the comment says the title, the headings above it, or that nothing is required yet"
        );
        let words = cell.note.as_deref().unwrap_or_default();
        self.findings.note(FindingCode::AsNoted, place, words, detail);
        if let Some(headings) = &noted.headings {
            group.headings.clone_from(headings);
        }
        group.noted = noted;
    }

    pub(super) fn begin(&mut self, number: String, title: CellText, titled: bool) {
        self.headings.task();
        let above = self.sheet.iter().chain(self.headings.texts());
        let has = |meanings: &[Meaning]| {
            self.header
                .columns
                .iter()
                .any(|column| meanings.contains(&column.meaning))
        };
        let has = Has {
            deadlines: has(&[Meaning::Deadline]),
            units: has(&[Meaning::Lead, Meaning::Support, Meaning::Responsible]),
        };
        self.groups.push(Group {
            headings: above.chain(self.categories.iter().flatten()).cloned().collect(),
            has,
            number,
            title,
            titled,
            lines: Vec::new(),
            noted: OfTask::default(),
        });
        self.open = true;
        // Without spans nothing is known to reach beyond its task.
        if titled && !self.table.spans_known {
            self.last.fill(None);
        }
    }
}
