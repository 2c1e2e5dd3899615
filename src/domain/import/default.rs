//! When that is due of which a document does not say when: a line 默认时限：12月底, or a sentence somewhere
//! (未注明时限的，均于12月底前完成).

use super::{
    cell_text::joined,
    corrections::Corrections,
    deadlines::{self, Years},
    document::{Block, Document},
    finding::{FindingCode, Findings},
    settled,
};
use crate::{
    domain::{deadline::Rule, new_deadline::DefaultDeadline, phrase},
    say,
};

/// The line that says so: before or `above` the tables, or else anywhere.
pub fn line_of(document: &Document, above: &[String]) -> Option<String> {
    let paragraph = |block: &Block| match block {
        Block::Paragraph(text) => Some(text.clone()),
        Block::Table(_) => None,
    };
    let before = document.blocks.iter().map_while(paragraph);
    let rows = document.tables().flat_map(|(_, table, _)| &table.rows);
    let alone = rows.filter_map(|row| {
        let mut own = row.cells.iter().filter(|cell| cell.speaks());
        let only = own.next().filter(|_| own.next().is_none())?;
        Some(joined(&only.text))
    });
    let everywhere = document.blocks.iter().filter_map(paragraph).chain(alone);
    let mut lines = before.chain(above.iter().cloned()).chain(everywhere);
    lines.find(|line| settled::says_default(line))
}

/// What it means, which is told.
pub fn read(
    document: &Document,
    above: &[String],
    years: Years,
    corrections: &Corrections,
    findings: &mut Findings,
) -> Option<DefaultDeadline> {
    let mut default = settled::default_of(&line_of(document, above)?, years)?;
    if default.rule == Rule::Undecided {
        default.rule = deadlines::of_default(&default.phrase, years, corrections, findings);
    }
    let meaning = phrase::write(&default.rule);
    let detail = say!(
        "没有写时限的要求按此办理：{meaning}",
        "what has no deadline is due so: {meaning}"
    );
    findings.note(FindingCode::DefaultDeadline, None, &default.phrase, detail);
    Some(default)
}
