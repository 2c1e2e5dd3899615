//! When a row says that something is to be done: in its column, in brackets, in the cell of units, or in a comment.

use super::{Maker, origin};
use crate::{
    domain::{
        deadline::Source,
        import::{
            cell_text::{CellText, Has, Line},
            deadlines,
            finding::{FindingCode, Findings},
            in_text,
            proposal::{Origin, ProposedRequirement},
            settled,
        },
        new_deadline::NewDeadline,
    },
    say,
};

impl Maker<'_> {
    /// The row with its deadline, where that stands in the cell of units: 市教育局牵头，6月底前完成.
    pub(super) fn timed(&self, line: &Line, has: Has) -> Line {
        let mut line = line.clone();
        if has.deadlines || line.deadline.is_some() {
            return line;
        }
        let mut times: Option<CellText> = None;
        for units in &mut line.units {
            if let Some((who, when)) = self.brackets().timed(&units.said.text) {
                let said = times.get_or_insert_with(|| CellText {
                    text: String::new(),
                    ..units.said.clone()
                });
                if !said.text.is_empty() {
                    said.text.push('\n');
                }
                said.text.push_str(&when);
                units.said.text = who;
            }
        }
        line.deadline = times;
        line
    }

    /// `alone`: nothing else is to be done in the cell of the text, so that a comment on it is of this.
    pub(super) fn when(
        &mut self,
        line: &Line,
        has: Has,
        (bracketed, alone): (Option<&str>, bool),
        requirement: &mut ProposedRequirement,
    ) {
        let of_text = if alone { self.settled(&line.text) } else { None };
        if let Some(said) = &line.deadline {
            let settled = self.settled(said);
            let mut elsewhere = Findings::default();
            let findings = self.findings.once(said.inherited, &mut elsewhere);
            requirement.deadlines = settled
                .unwrap_or_else(|| deadlines::read(&said.text, self.years, self.corrections, said.place, findings));
        }
        let in_column = !requirement.deadlines.is_empty();
        if let Some(mut settled) = of_text {
            for deadline in &mut settled {
                deadline.source = Source::Text;
            }
            requirement.deadlines.extend(settled);
        } else if let Some(phrase) = bracketed.filter(|_| !in_column) {
            requirement.deadlines =
                deadlines::read(phrase, self.years, self.corrections, line.text.place, self.findings);
            for deadline in &mut requirement.deadlines {
                deadline.source = Source::Text;
            }
        }
        if !in_column && !requirement.deadlines.is_empty() {
            requirement.deadline_origin = Some(Origin {
                original: bracketed.map_or_else(|| line.text.text.clone(), str::to_owned),
                ..origin(&line.text)
            });
        }
        let of_text = in_text::read(
            &requirement.text,
            self.years,
            (self.corrections, &requirement.deadlines),
            line.text.place,
            self.findings,
        );
        if requirement.deadlines.is_empty() && !of_text.is_empty() {
            requirement.deadline_origin = Some(origin(&line.text));
        }
        requirement.deadlines.extend(of_text);
        if requirement.deadlines.is_empty() && has.deadlines && !self.has_default {
            let detail = say!("时限一格为空", "the cell of the deadline is empty");
            let remedy = say!(
                "如与上格合并，更正 {{\"empty_cells\": \"inherit\"}}；否则建成后补上时限",
                "if it belongs to the cell above, correct {{\"empty_cells\": \"inherit\"}}; else give the plan a deadline"
            );
            self.findings
                .note(FindingCode::NoDeadline, line.text.place, &requirement.text, detail)
                .remedy(remedy);
        }
    }

    /// What a comment settles of `said`.
    fn settled(&mut self, said: &CellText) -> Option<Vec<NewDeadline>> {
        let note = said.settled.as_ref()?;
        let mut elsewhere = Findings::default();
        let findings = self.findings.once(said.inherited, &mut elsewhere);
        let Some(read) = settled::read(note, &said.text, self.years) else {
            let detail = say!(
                "批注中的核定时限读不懂，或与格内原文不符，按原文读取",
                "the deadline that the comment settles does not read, or is not of what the cell says, which is read instead"
            );
            let remedy = say!(
                "改正批注（如“核定时限：2020年6月30日前”），或在 rules 中写明",
                "mend the comment (such as 核定时限：2020年6月30日前), or say in `rules` what it means"
            );
            findings
                .note(FindingCode::Unsettled, said.place, note, detail)
                .remedy(remedy);
            return None;
        };
        let detail = say!(
            "时限按批注核定，未按原文读取",
            "the comment says what the deadline means"
        );
        findings.note(FindingCode::Settled, said.place, note, detail);
        let made = read.into_iter().flat_map(|(phrase, rule)| {
            let rules = self
                .corrections
                .rules_of(&phrase, findings)
                .map_or_else(|| vec![rule], <[_]>::to_vec);
            let of = move |rule| NewDeadline::new(phrase.clone(), Source::Column, rule);
            rules.into_iter().map(of)
        });
        Some(made.collect())
    }
}
