//! Several days, each with its step: 3月部署，6月督查，12月考核. One day's verb says nothing of when; of several it says which.

use super::{
    AT, Reading, SOFT,
    date::UNTIL,
    scan::{Fail, Parsed, PhraseReader, is_one_of, words},
    work::{ADVERBS, LONGEST_LABEL},
};
use crate::domain::deadline::Rule;

/// What every one of them may be.
const NO_STEP: &str = "完成 办结 完毕 到位 工作 情况 、 和 并 及";

/// What is said of a reading's day.
#[derive(Debug, PartialEq, Eq)]
enum DayMeaning {
    /// It is no day, or its words stand before it.
    Other,
    /// Nothing: it may share what is said of the next.
    Nothing,
    /// That it is done by then.
    Done,
    /// A step, in words that say nothing of a single day.
    Step(String),
    /// Work, which is its label.
    Work,
}

/// The readings of `phrase`, each day labelled with its own step where every day has one. 6月、12月底前报送工作总结 says of
/// neither that it alone has the report.
pub(super) fn labelled(phrase: &str, year: i32, mut readings: Vec<Reading>) -> Vec<Reading> {
    let days = |reading: &&Reading| matches!(reading.rule, Rule::Date { .. });
    if readings.iter().filter(days).count() < 2 {
        return readings;
    }
    let mut said: Vec<DayMeaning> = readings.iter().map(|reading| said_of(reading, year)).collect();
    let alone = !said.contains(&DayMeaning::Nothing);
    let mut rest = phrase;
    let mut open = false;
    for (reading, said) in readings.iter_mut().zip(&mut said) {
        let (between, after) = rest.split_once(reading.from.as_str()).unwrap_or((rest, ""));
        rest = after;
        let shares = open && is_one_of(between.trim(), SOFT);
        open = *said == DayMeaning::Nothing || shares && *said == DayMeaning::Work;
        let Rule::Date { label, .. } = &mut reading.rule else {
            continue;
        };
        match said {
            DayMeaning::Step(step) if alone => *label = Some(std::mem::take(step)),
            DayMeaning::Work if shares => *label = None,
            _ => {}
        }
    }
    readings
}

fn said_of(reading: &Reading, year: i32) -> DayMeaning {
    let Rule::Date { label, .. } = &reading.rule else {
        return DayMeaning::Other;
    };
    // 第一 of 第一、第三季度报送.
    if label.is_none()
        && reading
            .from
            .ends_with(|c: char| c.is_numeric() || "一二三四".contains(c))
    {
        return DayMeaning::Nothing;
    }
    let mut reader = PhraseReader::new(&reading.from, year);
    let Ok(step) = reader.step() else {
        return DayMeaning::Other;
    };
    let bare = words(ADVERBS).chain(words(NO_STEP));
    let left = bare.fold(step.clone(), |left, word| left.replace(word, ""));
    match (label, step.is_empty()) {
        (Some(_), false) => DayMeaning::Work,
        (Some(_), true) => DayMeaning::Other,
        (None, true) => DayMeaning::Nothing,
        (None, false) if left.is_empty() || step.chars().count() > LONGEST_LABEL => DayMeaning::Done,
        (None, false) => DayMeaning::Step(step),
    }
}

impl PhraseReader<'_> {
    /// What stands behind a date.
    fn step(&mut self) -> Parsed<String> {
        if !self.has(AT) {
            self.has(UNTIL);
        }
        self.due()?;
        if self.spaced() {
            return Err(Fail::NotHere);
        }
        let from = self.at;
        Ok(self.text(from, self.len()))
    }
}
