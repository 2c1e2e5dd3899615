//! Cells that say when, by the reader of phrases: what it does not read stays undecided, and is told.

use super::{
    corrections::Corrections,
    document::Place,
    finding::{FindingCode, Findings},
    said::joined,
};
use crate::{
    domain::{
        deadline::{Rule, Source},
        new_deadline::NewDeadline,
        phrase,
    },
    say,
};

/// The deadlines that `cell` says, in a plan of `year`.
pub fn read(
    cell: &str,
    year: i32,
    corrections: &Corrections,
    place: Place,
    findings: &mut Findings,
) -> Vec<NewDeadline> {
    let whole = joined(cell);
    let deadline = |phrase: String, rule: Rule| NewDeadline::new(phrase, Source::Column, rule);
    if let Some(rule) = corrections.rule_of(&whole) {
        return vec![deadline(whole, rule.clone())];
    }
    match phrase::read(cell, year) {
        Ok(readings) => match <[phrase::Reading; 1]>::try_from(readings) {
            Ok([only]) => vec![deadline(whole, only.rule)],
            Err(several) => several
                .into_iter()
                .map(|one| deadline(joined(&one.from), one.rule))
                .collect(),
        },
        Err(_) if reads_in_part(&whole, year) => {
            let parts = parts(&whole).flat_map(|part| read(part, year, corrections, place, findings));
            parts.collect()
        }
        Err(unreadable) => {
            let (zh, en) = (unreadable.detail.zh, unreadable.detail.en);
            let detail = say!("{zh}；列为待定", "{en}; it stays undecided");
            let remedy = say!(
                "在 rules 中写明它的意思，或建成后由统筹管理员确定",
                "say in `rules` what it means, or let a coordinator settle it in the plan"
            );
            findings
                .note(FindingCode::UnreadDeadline, place, cell, detail)
                .remedy(remedy);
            vec![deadline(whole, Rule::Undecided)]
        }
    }
}

/// What stands between semicolons: each is said by itself.
fn parts(cell: &str) -> impl Iterator<Item = &str> {
    let parts = cell.split(['；', ';']).map(str::trim);
    parts.filter(|part| !part.is_empty())
}

/// Whether one of several parts says when, though the others do not.
fn reads_in_part(cell: &str, year: i32) -> bool {
    parts(cell).count() > 1 && parts(cell).any(|part| phrase::read(part, year).is_ok())
}

/// The longest clause in which a time is looked for.
const LONGEST_CLAUSE: usize = 40;

/// Notes times in a text that has no deadline of its own: proposals, nothing more.
pub fn in_text(text: &str, year: i32, place: Place, findings: &mut Findings) {
    for clause in text.split(['，', '。', '；', '、', ',', ';', '\n']) {
        let clause = clause.trim();
        if clause.is_empty() || clause.chars().count() > LONGEST_CLAUSE {
            continue;
        }
        let Ok(readings) = phrase::read(clause, year) else {
            continue;
        };
        let dated = readings
            .iter()
            .any(|reading| matches!(reading.rule, Rule::Date { .. } | Rule::Recurring { .. }));
        if dated {
            let meaning: Vec<String> = readings.iter().map(|reading| phrase::write(&reading.rule)).collect();
            let meaning = meaning.join("、");
            let detail = say!(
                "正文有“{clause}”，可读为：{meaning}；未作为时限",
                "the text says “{clause}”, which reads as {meaning}; no deadline was made of it"
            );
            let remedy = say!("如为时限，建成后添加", "if it is a deadline, add it to the plan");
            findings
                .note(FindingCode::TimeInText, place, clause, detail)
                .remedy(remedy);
        }
    }
}
