//! Cells that say when, by the reader of phrases: what it does not read stays undecided, and is told.

use chrono::Datelike as _;

use super::{
    cell_text::joined,
    corrections::Corrections,
    document::Place,
    finding::{FindingCode, Findings},
};
use crate::{
    domain::{
        deadline::{Rule, Source},
        new_deadline::NewDeadline,
        phrase,
        time::Day,
    },
    say,
};

/// The year that a day without one is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Years {
    /// This one.
    One(i32),
    /// One of these; the document does not say which.
    Among(i32, i32),
    /// The document does not say.
    Unknown,
}

impl Years {
    /// A year to read with, where no day depends on it.
    pub fn any(self) -> i32 {
        match self {
            Self::One(year) | Self::Among(_, year) => year,
            Self::Unknown => 2000,
        }
    }

    /// The years of what stands under a heading that names `said`.
    pub fn under(self, said: Option<i32>) -> Self {
        match (self, said) {
            (Self::Among(first, last), Some(year)) if (first..=last).contains(&year) => Self::One(year),
            _ => self,
        }
    }

    /// What `phrase` says, and of each reading whether it is the same in all of the years in which it reads.
    pub fn read(self, phrase: &str) -> Result<Vec<(phrase::Reading, bool)>, phrase::Unreadable> {
        let (first, last) = match self {
            Self::One(year) => (year, year),
            // No plan is of more years than people plan for.
            Self::Among(first, last) => (first.max(last - MOST_YEARS), last),
            Self::Unknown => (2000, 2001),
        };
        let all: Vec<_> = (first..=last).map(|year| phrase::read(phrase, year)).collect();
        // 2022年6月底初稿，9月底终稿 reads in 2022 alone: the others leave open of which year 9月底 is.
        let is_known = self != Self::Unknown || all.iter().all(Result::is_ok);
        let mut read = Vec::new();
        let mut why = None;
        for one in all {
            match one {
                Ok(readings) => read.push(readings),
                Err(unreadable) => why = Some(unreadable),
            }
        }
        let readings = match (read.pop(), why) {
            (Some(readings), _) => readings,
            (None, Some(why)) => return Err(why),
            (None, None) => Vec::new(),
        };
        let others = read;
        let same = |(at, reading): (usize, phrase::Reading)| {
            let is_same = |other: &Vec<phrase::Reading>| other.get(at).is_some_and(|other| other.rule == reading.rule);
            let is_same = is_known && others.iter().all(is_same);
            (reading, is_same)
        };
        Ok(readings.into_iter().enumerate().map(same).collect())
    }
}

/// The longest plan, in years.
const MOST_YEARS: i32 = 30;

/// The deadlines that `cell` says, in a plan of these years.
pub fn read(
    cell: &str,
    years: Years,
    corrections: &Corrections,
    place: Place,
    findings: &mut Findings,
) -> Vec<NewDeadline> {
    let whole = joined(cell);
    let deadline = |phrase: String, rule: Rule| NewDeadline::new(phrase, Source::Column, rule);
    let deadlines = |phrase: &str, rules: &[Rule]| -> Vec<NewDeadline> {
        rules
            .iter()
            .map(|rule| deadline(phrase.to_owned(), rule.clone()))
            .collect()
    };
    if let Some(rules) = corrections.rules_of(&whole, findings) {
        return deadlines(&whole, rules);
    }
    match years.read(cell) {
        Ok(readings) => {
            let several = readings.len() > 1 && readings.iter().all(|(reading, _)| years.read(&reading.from).is_ok());
            let made = readings.into_iter().flat_map(|(reading, is_same)| {
                let phrase = if several { joined(&reading.from) } else { whole.clone() };
                if let Some(rules) = corrections.rules_of(&phrase, findings) {
                    return deadlines(&phrase, rules);
                }
                if is_same {
                    return vec![deadline(phrase, reading.rule)];
                }
                of_no_year(&phrase, years, Some(place), findings);
                vec![deadline(phrase, Rule::Undecided)]
            });
            made.collect()
        }
        Err(_) if reads_in_part(&whole, years) => {
            let parts = parts(&whole).flat_map(|part| read(part, years, corrections, place, findings));
            parts.collect()
        }
        Err(_) if is_corrected_in_part(&whole, years, corrections, findings) => {
            let parts = listed(&whole).flat_map(|part| read(part, years, corrections, place, findings));
            parts.collect()
        }
        Err(unreadable) => {
            let (zh, en) = (unreadable.detail.zh, unreadable.detail.en);
            let detail = say!("{zh}；列为待定", "{en}; it stays undecided");
            let remedy = match serial_day(&whole) {
                Some(day) => say!(
                    "像是电子表格的日期序列值（{day}）：把该列设为日期格式、另存为 .xlsx 再上传，或在 rules 中写明",
                    "it looks like the serial number of a day ({day}): format the column as dates and send it as .xlsx, or say in `rules` what it means"
                ),
                None => say!(
                    "在 rules 中写明它的意思，或建成后由统筹管理员确定",
                    "say in `rules` what it means, or let a coordinator settle it in the plan"
                ),
            };
            findings
                .note(FindingCode::UnreadDeadline, place, cell, detail)
                .remedy(remedy);
            vec![deadline(whole, Rule::Undecided)]
        }
    }
}

/// The day that a bare number would be, were its cell typed as one: in a CSV nobody says so, and 43100 may be an amount.
fn serial_day(cell: &str) -> Option<Day> {
    let serial: u32 = cell.trim().parse().ok()?;
    let day = phrase::spreadsheet_day(f64::from(serial), false)?;
    (2000..2100).contains(&day.year()).then_some(day)
}

/// What a default deadline means that is not settled: what somebody knows better, or nothing yet, and then that is told.
pub fn of_default(phrase: &str, years: Years, corrections: &Corrections, findings: &mut Findings) -> Rule {
    if let Some([rule]) = corrections.rules_of(phrase, findings) {
        return rule.clone();
    }
    if years.read(phrase).is_ok() {
        of_no_year(phrase, years, None, findings);
    }
    Rule::Undecided
}

/// Asks in which of several years a day is. That there is no year at all is told of the whole file.
fn of_no_year(phrase: &str, years: Years, place: Option<Place>, findings: &mut Findings) {
    let Years::Among(first, last) = years else { return };
    let detail = say!(
        "未写年份，方案跨 {first} 至 {last} 年；列为待定",
        "it names no year, and the plan is of {first} to {last}; it stays undecided"
    );
    let remedy = say!(
        "如都在同一年，更正 {{\"plan\": {{\"year\": {last}}}}}；否则在 rules 中逐条写明",
        "if all are of one year, correct {{\"plan\": {{\"year\": {last}}}}}; else say in `rules` what each means"
    );
    findings
        .note(FindingCode::NoYearOfDay, place, phrase, detail)
        .remedy(remedy);
}

/// What stands between semicolons: each is said by itself.
fn parts(cell: &str) -> impl Iterator<Item = &str> {
    let parts = cell.split(['；', ';']).map(str::trim);
    parts.filter(|part| !part.is_empty())
}

/// Whether one of several parts says when, though the others do not.
fn reads_in_part(cell: &str, years: Years) -> bool {
    parts(cell).count() > 1 && parts(cell).any(|part| years.read(part).is_ok())
}

/// What stands between separators of a list: 春节前、国庆前.
fn listed(cell: &str) -> impl Iterator<Item = &str> {
    let parts = cell.split(['、', '，', ',', '；', ';']).map(str::trim);
    parts.filter(|part| !part.is_empty())
}

/// Whether somebody says what parts of a list mean, and the others say it themselves.
fn is_corrected_in_part(cell: &str, years: Years, corrections: &Corrections, findings: &mut Findings) -> bool {
    let parts: Vec<&str> = listed(cell).collect();
    let known: Vec<bool> = parts
        .iter()
        .map(|part| corrections.rules_of(part, findings).is_some())
        .collect();
    let reads = |(part, known): (&&str, &bool)| *known || years.read(part).is_ok();
    parts.len() > 1 && known.contains(&true) && parts.iter().zip(&known).all(reads)
}
