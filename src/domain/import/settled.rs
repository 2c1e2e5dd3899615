//! 核定时限: a comment beside a deadline that says what it means, where its words do not (视…而定) or say something else.
//!
//! ```text
//! 核定时限
//! 视试点情况而定 → 2020年6月30日前
//! ```
//!
//! Without an arrow it is of all that the cell says.

use super::{
    cell_text::joined,
    corrections::Corrections,
    deadlines::{self, Years},
    document::{Cell, Place},
    finding::Findings,
};
use crate::domain::{
    deadline::{Deadline, Rule},
    new_deadline::DefaultDeadline,
    phrase::{self, UNNAMED_EVENT},
    text,
};

const HEAD: &str = "核定时限";
const TIE: &str = "→";
const UNDECIDED: &str = "待定";

/// What a comment on `cell` settles. Programs may put the name of its author in front.
pub fn of(cell: &Cell) -> Option<String> {
    let note = cell.note.as_deref()?;
    let at = note.split_inclusive('\n').scan(0, |at, line| {
        let from = *at;
        *at += line.len();
        Some((from, line))
    });
    let (from, line) = at.into_iter().find(|(_, line)| line.trim_start().starts_with(HEAD))?;
    let rest = &note[from + line.find(HEAD)? + HEAD.len()..];
    Some(rest.trim_start_matches(['：', ':']).trim().to_owned())
}

/// The deadlines that `settled` makes of what is `said`; `None`: it does not fit, or does not read.
pub fn read(settled: &str, said: &str, years: Years) -> Option<Vec<(String, Rule)>> {
    let whole = text::normalize(said);
    let lines: Vec<&str> = settled.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let of = |line: &&str| match line.split_once(TIE) {
        Some((phrase, meant)) => {
            let fits = whole.contains(&text::normalize(phrase));
            fits.then_some((phrase.trim().to_owned(), rule(meant.trim(), years)?))
        }
        None if lines.len() == 1 => Some((joined(said), rule(line, years)?)),
        None => None,
    };
    let found: Option<Vec<_>> = lines.iter().map(of).collect();
    found.filter(|found| !found.is_empty())
}

/// The comment that settles `deadlines`, where what is `said` would be read as something else.
pub fn settling(said: Option<&str>, deadlines: &[&Deadline], year: i32) -> Option<String> {
    let mut ignored = Findings::ignored();
    let read = |said: &str| {
        let none = Corrections::default();
        deadlines::read(said, Years::One(year), &none, Place::default(), &mut ignored)
    };
    let read = said.map(read).unwrap_or_default();
    let is_right = read.len() == deadlines.len()
        && read
            .iter()
            .zip(deadlines)
            .all(|(read, of)| read.phrase == joined(&of.phrase) && read.rule.as_ref() == Some(&of.rule));
    let line = |of: &&Deadline| format!("\n{} {TIE} {}", joined(&of.phrase), stated(&of.rule));
    (!is_right).then(|| {
        deadlines
            .iter()
            .map(line)
            .fold(HEAD.to_owned(), |note, line| note + &line)
    })
}

const DEFAULT: &str = "默认时限";

/// The line above a table that says when that is due of which it does not say when.
pub fn default_line(default: &DefaultDeadline, year: i32) -> String {
    let (phrase, rule) = (joined(&default.phrase), &default.rule);
    if read_default(&phrase, Years::One(year)) == *rule {
        format!("{DEFAULT}：{phrase}")
    } else {
        format!("{DEFAULT}：{phrase} {TIE} {}", stated(rule))
    }
}

/// Whether a line says so, or a sentence of it.
pub fn says_default(line: &str) -> bool {
    default_of(line, Years::Unknown).is_some()
}

/// Words for deadlines that no document uses.
const UNSAID: &[&str] = &[
    "未注明",
    "未标明",
    "未写明",
    "未明确",
    "未列明",
    "未规定",
    "没有注明",
    "没有写明",
    "没有明确",
];
/// What stands between such words and the day.
const ALL: &[&str] = &[
    "原则上",
    "均应",
    "均须",
    "均",
    "一律",
    "统一",
    "全部",
    "应",
    "须",
    "按",
    "于",
    "在",
    "为",
];

/// 未注明时限的，均于12月底前完成.
fn default_sentence(line: &str, years: Years) -> Option<DefaultDeadline> {
    let sentences = line.split(['。', '；', '\n']);
    let mut said = sentences.filter_map(|sentence| {
        let (_, rest) = UNSAID.iter().find_map(|word| sentence.split_once(word))?;
        let (of, when) = rest.split_once(['，', ',']).or_else(|| rest.split_once('的'))?;
        let is_of_days = ["时限", "期限", "时间"].iter().any(|word| of.contains(word));
        let mut when = when.trim();
        while let Some(rest) = ALL.iter().find_map(|word| when.strip_prefix(word)) {
            when = rest.trim_start();
        }
        let reads = phrase::read(when, years.any()).is_ok_and(|read| read.len() == 1);
        (is_of_days && of.chars().count() <= 16 && reads).then_some(when)
    });
    let phrase = said.next()?;
    Some(DefaultDeadline {
        phrase: phrase.to_owned(),
        rule: read_default(phrase, years),
    })
}

/// What such a line says.
pub fn default_of(line: &str, years: Years) -> Option<DefaultDeadline> {
    default_line_of(line, years).or_else(|| default_sentence(line, years))
}

fn default_line_of(line: &str, years: Years) -> Option<DefaultDeadline> {
    let said = line.trim().strip_prefix(DEFAULT)?.trim_start();
    let said = said.strip_prefix(['：', ':'])?.trim();
    let settled = said
        .split_once(TIE)
        .and_then(|(phrase, words)| Some((phrase.trim(), rule(words.trim(), years)?)));
    let (phrase, rule) = settled.unwrap_or_else(|| (said, read_default(said, years)));
    (!phrase.is_empty()).then(|| DefaultDeadline {
        phrase: phrase.to_owned(),
        rule,
    })
}

fn read_default(phrase: &str, years: Years) -> Rule {
    only(phrase, years).unwrap_or(Rule::Undecided)
}

/// A rule in words that state all of it.
fn stated(rule: &Rule) -> String {
    let exact = match rule {
        Rule::OnEvent { event, basis, within } => {
            let unnamed = Rule::OnEvent {
                event: UNNAMED_EVENT.to_owned(),
                basis: None,
                within: *within,
            };
            let basis = basis
                .as_ref()
                .map(|basis| format!("，依据“{basis}”"))
                .unwrap_or_default();
            format!("“{event}”后{}{basis}", phrase::write(&unnamed))
        }
        Rule::Date {
            due_on,
            label: Some(label),
        } => {
            let day = Rule::Date {
                due_on: *due_on,
                label: None,
            };
            format!("{}（“{label}”）", phrase::write(&day))
        }
        _ => phrase::write(rule),
    };
    let reads = |words: &String| !words.contains('\n') && self::rule(words, Years::Unknown).as_ref() == Some(rule);
    // What no words state, its fields do.
    let fields = || serde_json::to_string(rule).unwrap_or_default();
    Some(exact).filter(reads).unwrap_or_else(fields)
}

fn rule(words: &str, years: Years) -> Option<Rule> {
    if words == UNDECIDED {
        return Some(Rule::Undecided);
    }
    if words.starts_with('{') {
        return serde_json::from_str(words).ok();
    }
    let quoted = || {
        words
            .strip_prefix('“')?
            .rsplit_once("”后")
            .map(|(event, pace)| (event, pace, None))
    };
    let based = || {
        let (head, basis) = words.strip_suffix('”')?.rsplit_once("，依据“")?;
        let (event, pace) = head.strip_prefix('“')?.rsplit_once("”后")?;
        Some((event, pace, Some(basis.to_owned())))
    };
    if let Some((event, pace, basis)) = based().or_else(quoted) {
        let Rule::OnEvent { within, .. } = only(pace, years)? else {
            return None;
        };
        return Some(Rule::OnEvent {
            event: event.to_owned(),
            basis,
            within,
        });
    }
    if let Some((day, label)) = words.strip_suffix("”）").and_then(|words| words.rsplit_once("（“"))
        && let Some(Rule::Date { due_on, .. }) = only(day, years)
    {
        return Some(Rule::Date {
            due_on,
            label: Some(label.to_owned()),
        });
    }
    only(words, years)
}

/// The one thing that the words say, whatever the year.
fn only(words: &str, years: Years) -> Option<Rule> {
    let mut read = years.read(words).ok()?;
    let (only, is_same) = read.pop()?;
    (read.is_empty() && is_same).then_some(only.rule)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fault::Checker;
    use proptest::prelude::*;

    fn cell(note: &str) -> Cell {
        Cell {
            note: Some(note.to_owned()),
            ..Cell::default()
        }
    }

    #[test]
    fn a_comment_settles_what_it_quotes() {
        let years = Years::Among(2019, 2020);
        let meaning = |note: &str, said: &str| {
            let read = read(&of(&cell(note))?, said, years)?;
            let brief = read
                .iter()
                .map(|(phrase, rule)| format!("{phrase}={}", phrase::write(rule)));
            Some(brief.collect::<Vec<_>>().join(" | "))
        };
        for (note, said, expected) in [
            (
                "核定时限\n6月底 → 2020年6月30日前",
                "6月底",
                Some("6月底=2020年6月30日前"),
            ),
            (
                "张三:\n核定时限：2020年9月底",
                "视情况\n而定",
                Some("视情况而定=2020年9月30日前"),
            ),
            (
                "核定时限\n6月底→待定\n全年→全年",
                "6月底；全年",
                Some("6月底=待定 | 全年=全年"),
            ),
            // What was changed since is not what was settled.
            ("核定时限\n6月底 → 2020年6月30日前", "9月底", None),
            // Of which year?
            ("核定时限：6月底", "适时", None),
            ("核定时限：再议", "适时", None),
            ("请核实", "适时", None),
            ("核定时限", "适时", None),
        ] {
            assert_eq!(meaning(note, said).as_deref(), expected, "{note}");
        }
    }

    fn rules() -> impl Strategy<Value = Rule> {
        let examples = include_str!("../phrase/examples.txt").lines();
        let phrases: Vec<&str> = examples
            .filter_map(|line| line.split_once(" → "))
            .map(|(phrase, _)| phrase)
            .collect();
        let read = prop::sample::select(phrases).prop_map(|phrase| {
            let mut read = phrase::read(phrase, 2018).unwrap_or_default();
            read.pop().map_or(Rule::Undecided, |read| read.rule)
        });
        let by_hand = prop::sample::select(&[
            r#"{"kind":"on_event","event":"批准“预算”后及时，依据“x”","basis":"《预算法》"}"#,
            r#"{"kind":"on_event","event":"环保部发布修订后的办法","basis":"《办法》","within":{"count":3,"unit":"working_day"}}"#,
            r#"{"kind":"on_event","event":"第一行\n第二行"}"#,
            r#"{"kind":"date","due_on":"2020-06-30","label":"一期（含 验收），9月底"}"#,
            r#"{"kind":"date","due_on":"1999-02-28","label":"“”）"}"#,
            r#"{"kind":"recurring","every":"quarter","due":{"kind":"day","day":31}}"#,
            r#"{"kind":"recurring","every":"week","due":{"kind":"after","count":3,"unit":"year"},"from":"2018-02-03"}"#,
            r#"{"kind":"undecided"}"#,
        ]);
        prop_oneof![read, by_hand.prop_map(|fields| serde_json::from_str(fields).unwrap())]
    }

    proptest! {
        #[test]
        fn what_is_stated_is_read_again(rule in rules(), years in prop::sample::select(&[
            Years::One(2018), Years::Among(2016, 2020), Years::Unknown,
        ])) {
            let mut check = Checker::default();
            rule.check(&mut check);
            prop_assert_eq!(check.finish(), Ok(()));
            let stated = stated(&rule);
            prop_assert!(!stated.contains('\n'));
            prop_assert_eq!(self::rule(&stated, years), Some(rule), "{}", stated);
        }
    }
}
