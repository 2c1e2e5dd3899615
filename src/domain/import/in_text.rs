//! Times in a text: proposals, and deadlines once somebody says so.

use super::{
    corrections::Corrections,
    deadlines::Years,
    document::Place,
    finding::{FindingCode, Findings},
};
use crate::{
    domain::{
        deadline::{Due, Rule, Source},
        new_deadline::NewDeadline,
        phrase::{self, Reading},
    },
    say,
};

/// The longest clause in which a time is looked for.
const LONGEST_CLAUSE: usize = 40;
/// Where in a clause a time may begin: so many places are tried.
const MOST_BEGINNINGS: usize = 4;

/// A time that a text names.
struct Time<'t> {
    /// What says so, verbatim.
    said: &'t str,
    /// What it means; with what is the same in all of the plan's years.
    readings: Vec<(Reading, bool)>,
}

/// Deadlines of a requirement that has those `there`, from times in its text: those that somebody says are deadlines. The others
/// are told, but for what is `there` already.
pub fn read(
    text: &str,
    years: Years,
    (corrections, there): (&Corrections, &[NewDeadline]),
    place: Place,
    findings: &mut Findings,
) -> Vec<NewDeadline> {
    let mut made: Vec<NewDeadline> = Vec::new();
    for Time { said, readings } in times(text, years) {
        let is_there = |rule: &Rule| there.iter().chain(&made).any(|known| says_as(known, rule));
        if readings
            .iter()
            .all(|(reading, is_same)| *is_same && is_there(&reading.rule))
        {
            continue;
        }
        let proposed = readings.iter().filter(|(_, is_same)| *is_same);
        let proposed: Vec<Rule> = proposed.map(|(reading, _)| reading.rule.clone()).collect();
        let of = |rule: &Rule| NewDeadline::new(said.to_owned(), Source::Text, rule.clone());
        match corrections.text_deadline(said, place, findings) {
            Some([]) if proposed.len() == readings.len() => made.extend(proposed.iter().map(of)),
            Some([]) => made.push(of(&Rule::Undecided)),
            Some(rules) => made.extend(rules.iter().map(of)),
            None => tell(said, proposed, place, findings),
        }
    }
    made
}

/// Whether a deadline falls due as `rule` says, whatever is done by then.
fn says_as(deadline: &NewDeadline, rule: &Rule) -> bool {
    match (&deadline.rule, rule) {
        (Some(Rule::Date { due_on, .. }), Rule::Date { due_on: said, .. }) => due_on == said,
        // 每季度结束后10日内 says more of 每季度通报一次.
        (
            Some(Rule::Recurring { every, .. }),
            Rule::Recurring {
                every: said,
                due: Due::PeriodEnd,
                from: None,
                until: None,
            },
        ) => every == said,
        (Some(known), rule) => known == rule,
        (None, _) => false,
    }
}

fn tell(said: &str, proposed: Vec<Rule>, place: Place, findings: &mut Findings) {
    let meaning: Vec<String> = proposed.iter().map(phrase::write).collect();
    let meaning = meaning.join("、");
    let (zh, en) = if meaning.is_empty() {
        (String::new(), String::new())
    } else {
        (format!("，可读为：{meaning}"), format!(", which reads as {meaning}"))
    };
    let detail = say!(
        "正文有“{said}”{zh}；未作为时限",
        "the text says “{said}”{en}; no deadline was made of it"
    );
    let remedy = say!(
        "如为时限，把这项发现的 place、original、rules 列入 text_deadlines",
        "if it is a deadline, send `place`, `original` and `rules` of this finding as one of `text_deadlines`"
    );
    let finding = findings.note(FindingCode::TimeInText, place, said, detail);
    finding.remedy(remedy).rules = proposed;
}

/// The times that the clauses of `text` name.
fn times(text: &str, years: Years) -> impl Iterator<Item = Time<'_>> {
    let clauses = text.split(['，', '。', '；', '、', ',', ';', '\n', '（', '）', '(', ')']);
    let clauses = clauses.map(str::trim).filter(|clause| {
        let length = clause.chars().count();
        (1..=LONGEST_CLAUSE).contains(&length)
    });
    clauses.filter_map(move |clause| time(clause, years))
}

/// The time of a clause: all of it, or its end (水质每季度末公布).
fn time(clause: &str, years: Years) -> Option<Time<'_>> {
    if let Some(readings) = timed(clause, years, true) {
        return Some(Time { said: clause, readings });
    }
    let mut before = None;
    let begins = |(at, c): (usize, char)| {
        let is_inside = before
            .replace(c)
            .is_some_and(|before| is_of_a_numeral(before) && is_of_a_numeral(c));
        (at > 0 && !is_inside && (is_of_a_numeral(c) || "每按逐上下年".contains(c))).then_some(at)
    };
    let beginnings = clause.char_indices().filter_map(begins).take(MOST_BEGINNINGS);
    beginnings.map(|at| &clause[at..]).find_map(|said| {
        Some(Time {
            said,
            readings: timed(said, years, false)?,
        })
    })
}

fn is_of_a_numeral(c: char) -> bool {
    c.is_numeric() || "一二三四五六七八九十".contains(c)
}

/// What `clause` says, if that is when something is due; `whole`: an event may stand at its beginning.
fn timed(clause: &str, years: Years, whole: bool) -> Option<Vec<(Reading, bool)>> {
    let readings = years.read(clause).ok()?;
    let is_timed = |(reading, _): &(Reading, bool)| match &reading.rule {
        Rule::Date { .. } | Rule::Recurring { .. } => true,
        Rule::OnEvent { within, .. } => whole && within.is_some(),
        Rule::YearRound | Rule::Undecided => false,
    };
    readings.iter().any(is_timed).then_some(readings)
}
