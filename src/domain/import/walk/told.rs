//! What is told of a table besides what it says.

use super::Walk;
use crate::{
    domain::import::{
        beside,
        cell_text::joined,
        corrections::EmptyCells,
        document::{Place, Row},
        finding::FindingCode,
        noted::{self, OfTask},
        settled,
    },
    say,
};

impl Walk<'_> {
    pub(super) fn summary(&mut self) {
        let place = Place {
            table: self.number,
            ..Place::default()
        };
        if self.assumed > 0 && self.empty == EmptyCells::Inherit {
            let count = self.assumed;
            let detail = say!(
                "{count} 个空格按沿用上格理解（此格式不记录单元格合并）",
                "{count} empty cells were taken as the cell above: this format does not say which are merged"
            );
            let remedy = say!(
                "如空格即为空，请更正 {{\"empty_cells\": \"empty\"}}",
                "if empty means empty, correct {{\"empty_cells\": \"empty\"}}"
            );
            self.findings
                .note(FindingCode::AssumedMerged, place, "", detail)
                .remedy(remedy);
        }
        self.hidden();
        if self.spurious > 0 {
            let count = self.spurious;
            let detail = say!(
                "{count} 个续行的序号未采用",
                "the numbers of {count} continuation rows were left out"
            );
            self.findings.note(FindingCode::SpuriousNumber, place, "", detail);
        }
    }

    /// Tells of comments that say no deadline: they are somebody's remarks, and not of the plan.
    pub(super) fn notes(&mut self, row: &Row) {
        for cell in &row.cells {
            let is_read = settled::of(cell).is_some()
                || noted::of_units(cell).is_some()
                || cell.speaks() && OfTask::read(cell).is_some();
            let Some(note) = cell.note.as_ref().filter(|_| !is_read) else {
                continue;
            };
            let place = self.place(row, cell.column);
            let detail = say!("批注未计入方案", "a comment; nothing of the plan is made of it");
            self.findings
                .note(FindingCode::Comment, place, note, detail)
                .remedy(beside::into_table());
        }
    }

    /// Tells what nobody sees of the table, and counts all the same.
    fn hidden(&mut self) {
        let body = self.header.first + self.header.rows;
        let rows = self.table.rows.iter().skip(body);
        let mut rows = rows.filter(|row| row.hidden && !row.is_blank());
        let first = rows.next().map(|row| (row.number, 1 + rows.count()));
        let seen = |column: &&u32| {
            self.header
                .columns
                .iter()
                .any(|known| known.from <= **column && **column <= known.to)
        };
        let columns = self.table.hidden.iter().filter(seen).count();
        let remedy = say!(
            "如不应计入，请在文件中删除后重新上传",
            "if it is not to count, delete it in the file, and send that"
        );
        let table = self.number;
        let mut tell = |row, column, detail| {
            let place = Place { table, row, column };
            self.findings
                .note(FindingCode::Hidden, place, "", detail)
                .remedy(remedy.clone());
        };
        if let Some((row, count)) = first {
            let detail = say!(
                "{count} 行被隐藏，仍按内容读取",
                "{count} rows are hidden, and were read all the same"
            );
            tell(Some(row), None, detail);
        }
        if columns > 0 {
            let detail = say!(
                "{columns} 列被隐藏，仍按内容读取",
                "{columns} columns are hidden, and were read all the same"
            );
            tell(None, self.table.hidden.first().copied(), detail);
        }
    }

    /// Tells that a row without a text is a requirement of its own.
    pub(super) fn parted(&mut self, row: &Row) {
        let own = row.cells.iter().find(|cell| cell.speaks());
        let place = self.place(row, own.map_or(1, |cell| cell.column));
        let detail = say!(
            "内容与上行合并，单位和时限各有一行：各成一项要求",
            "its text is merged with the row above, and each has units and a deadline: each is a requirement"
        );
        let text = own.map(|cell| joined(&cell.text)).unwrap_or_default();
        self.findings.note(FindingCode::PartedRows, place, &text, detail);
    }

    pub(super) fn homeless(&mut self, row: &Row, says_something: bool) {
        if says_something {
            let own = row.cells.iter().find(|cell| cell.speaks());
            let (place, original) = own.map_or((self.place(row, 1), String::new()), |cell| {
                (self.place(row, cell.column), joined(&cell.text))
            });
            let detail = say!(
                "此行有单位、时限或其他内容，但没有任务内容",
                "the row has units, a deadline or something else, and nothing to do"
            );
            let remedy = say!(
                "在文件中补上内容；如与上行合并，更正 {{\"empty_cells\": \"inherit\"}}",
                "write in the file what is to be done; if it belongs to the row above, correct {{\"empty_cells\": \"inherit\"}}"
            );
            self.findings
                .note(FindingCode::NoText, place, &original, detail)
                .remedy(remedy);
        }
    }
}
