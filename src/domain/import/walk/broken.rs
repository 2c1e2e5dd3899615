//! Sentences that the end of a page broke in two: the second half stands in a row of its own.

use super::Walk;
use crate::{
    domain::import::{cell_text::CellText, document::Row, finding::FindingCode, label},
    say,
};

/// What a sentence does not end with.
const OPEN: [char; 3] = ['，', ',', '、'];
/// What one ends with; others do not end with anything.
const CLOSED: [char; 13] = ['。', '；', ';', '！', '!', '？', '?', '：', ':', '）', ')', '”', '…'];

impl Walk<'_> {
    /// Whether `text`, all that stands in `row`, goes on with the sentence above.
    pub(super) fn goes_on(&self, row: &Row, text: &CellText) -> bool {
        let group = self.groups.last().filter(|_| self.open);
        let Some(before) = group.and_then(|group| group.lines.last()) else {
            return false;
        };
        let (before, after) = (before.text.text.trim_end(), text.text.trim());
        let alone = row.cells.iter().filter(|cell| cell.speaks()).count() == 1;
        if !alone || before.is_empty() || label::has_one(after) {
            return false;
        }
        // Who does it and when stands beside each item: not beside half a sentence.
        let unshared =
            self.table.spans_known && self.header.columns.len() > 2 && !row.cells.iter().any(|cell| cell.above);
        before.ends_with(OPEN) || unshared && !before.ends_with(CLOSED) && after.ends_with(['。', '；', ';'])
    }

    /// Puts `text` behind the sentence above.
    pub(super) fn join(&mut self, text: &CellText) {
        let detail = say!(
            "上一行的句子没有结束，接在其后",
            "the sentence of the row above has not ended: this goes on with it"
        );
        let remedy = say!(
            "如为另一项，在文件中给本行编号后重新上传",
            "if it is another item, number it in the file, and send that"
        );
        self.findings
            .note(FindingCode::JoinedText, text.place, &text.text, detail)
            .remedy(remedy);
        let Some(group) = self.groups.last_mut() else { return };
        if !group.titled {
            group.title.text.push_str(&text.text);
        }
        if let Some(line) = group.lines.last_mut() {
            line.text.text.push_str(&text.text);
        }
    }
}
