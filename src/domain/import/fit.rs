//! What is longer than a plan takes is cut, and told.

use super::{
    finding::{FindingCode, Findings},
    header::{Column, Meaning},
    proposal::{Origin, ProposedTask},
};
use crate::{
    domain::{extra, fault::Bilingual, new_deadline, requirement, task},
    say,
};

/// Cuts `text` to `most` characters, with its finding, unless it fits.
fn cut(text: &mut String, most: usize, what: Bilingual, at: &Origin, findings: &mut Findings) {
    if text.chars().count() <= most {
        return;
    }
    let short: String = text.chars().take(most - 1).chain(['…']).collect();
    let Bilingual { zh, en } = what;
    let detail = say!(
        "{zh}最多 {most} 字，只保留了开头",
        "{en} has at most {most} characters: only its beginning is kept"
    );
    let remedy = say!(
        "如后文要紧，请在文件中改短或分行",
        "if what follows matters, shorten it in the file, or part the row"
    );
    findings
        .note(FindingCode::ShortenedText, at.place, text, detail)
        .remedy(remedy);
    *text = short;
}

/// Cuts the names of the columns of the document's own.
pub fn columns(columns: &mut [Column], table: u32, findings: &mut Findings) {
    for column in columns.iter_mut().filter(|column| column.meaning == Meaning::Extra) {
        let mut at = Origin::default();
        (at.place.table, at.place.column) = (table, Some(column.from));
        let what = say!("附加列的列名", "the name of an extra column");
        cut(&mut column.name, extra::LONGEST_NAME, what, &at, findings);
    }
}

/// Cuts what is too long in tasks, but for what is to be done itself.
pub fn tasks(tasks: &mut [ProposedTask], findings: &mut Findings) {
    for task in tasks {
        if let Some(label) = &mut task.label {
            cut(
                label,
                task::LONGEST_LABEL,
                say!("编号", "a label"),
                &task.origin,
                findings,
            );
        }
        for heading in &mut task.headings {
            let what = say!("上级标题", "a heading");
            cut(heading, task::LONGEST_HEADING, what, &task.origin, findings);
        }
        for made in &mut task.requirements {
            let units = made.unit_origins.first().unwrap_or(&made.text_origin);
            let what = say!("单位原文", "the cell of units");
            cut(
                &mut made.units_phrase,
                requirement::LONGEST_UNITS,
                what,
                units,
                findings,
            );
            let when = made.deadline_origin.as_ref().unwrap_or(&made.text_origin);
            for deadline in &mut made.deadlines {
                let what = say!("时限原文", "a deadline's phrase");
                cut(&mut deadline.phrase, new_deadline::LONGEST_PHRASE, what, when, findings);
            }
            for cell in &mut made.extra {
                let name = &cell.name;
                let what = say!("“{name}”一格", "the cell of “{name}”");
                cut(&mut cell.text, extra::LONGEST_CELL, what, &made.text_origin, findings);
            }
        }
    }
}
