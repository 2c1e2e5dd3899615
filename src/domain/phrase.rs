//! Reads the phrases that plans write under 完成时限 into [`Rule`]s, or says which part it cannot read and why.
//!
//! A recursive-descent grammar: each production is one method, with its rule above it. `a | b` is tried in that order,
//! and a part must read to its end. Dates are in `date`, periods in `recurring`, events in `event`; `scan` has
//! the characters, words and numerals of which they are made; `examples.txt` shows what comes out.
//!
//! ```text
//! phrase := lead? part (separator part)* (。 | ；)?
//! part   := always | recurring | labelled | quarters | date | span | order | awaited | after | monthless
//! ```
//!
//! Nothing is guessed. A phrase that names no time (适时), one that could mean two days (6月前, 三月内), one with a
//! remainder that no production reads, and one that no kind of rule can hold (每两年) are all [`Unreadable`].

mod bounds;
mod date;
mod event;
mod festival;
mod later;
mod recurring;
mod scan;
mod spreadsheet;
mod step;
#[cfg(test)]
mod tests;
mod wording;
mod work;
mod year_part;

use self::scan::{Fail, Parsed, PhraseReader};
pub use self::{event::UNNAMED_EVENT, spreadsheet::spreadsheet_day, wording::write};
use super::{deadline::Rule, fault::Bilingual};
use crate::say;

/// The longest phrase a deadline has.
const LONGEST: usize = 200;

/// One deadline found in a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// What it means.
    pub rule: Rule,
    /// The part of the phrase that says so, verbatim.
    pub from: String,
}

/// The phrase, or a part of it, does not say when.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .detail.en)]
pub struct Unreadable {
    /// Why not.
    pub detail: Bilingual,
    /// The part that was not understood, verbatim.
    pub at: String,
}

/// What `phrase` means in a plan of `year`: every deadline in it, in its order, at least one. A year written in the
/// phrase goes before the plan's.
pub fn read(phrase: &str, year: i32) -> Result<Vec<Reading>, Unreadable> {
    // A line break is nothing (a cell's lines break anywhere) or a separator. Where both read, they must agree.
    let together = read_through(phrase, year);
    let lines = phrase.split(LINE_BREAKS).filter(|line| !line.trim().is_empty());
    let apart: Result<Vec<_>, _> = lines.map(|line| read_through(line, year)).collect();
    let rules = |readings: &[Reading]| readings.iter().map(|reading| reading.rule.clone()).collect::<Vec<_>>();
    let read = match (together, apart.map(|lines| lines.concat())) {
        (Ok(together), Ok(apart)) if rules(&together) != rules(&apart) => {
            let why = say!(
                "各行连读与分读的意思不同",
                "its lines mean one thing together and another apart"
            );
            Err(refuse(phrase, why))
        }
        (Err(_), Ok(apart)) if !apart.is_empty() => Ok(apart),
        (together, _) => together,
    };
    read.map(|readings| step::labelled(phrase, year, readings))
}

fn read_through(phrase: &str, year: i32) -> Result<Vec<Reading>, Unreadable> {
    let mut reader = PhraseReader::new(phrase, year);
    if reader.len() > LONGEST {
        let why = say!("超过 {LONGEST} 个字符", "it has more than {LONGEST} characters");
        return Err(refuse(reader.verbatim(0, 20), why));
    }
    reader.phrase().map_err(|fail| match fail {
        Fail::NotHere => reader.unread(),
        Fail::Refused(unreadable) => *unreadable,
    })
}

fn refuse(at: &str, detail: Bilingual) -> Unreadable {
    Unreadable {
        detail,
        at: at.to_owned(),
    }
}

const LINE_BREAKS: [char; 3] = ['\n', '\r', '\u{b}'];

/// These end a part for good; the soft ones may also stand inside one (省、市文件).
const HARD: &str = "， , ； ; 。";
const SOFT: &str = "、 和 及 与 以及";
/// 12月底前完成并长期坚持.
const AND: &str = "并 且 并且";

/// Words that promise without a time.
const VAGUE: &str = "
    适时 尽快 尽早 近期 待定 不定期 定期 视情 实际情况 择机 择期 酌情 抓紧 早日 左右 前后 原则上 力争 争取 预计
    暂定 按时 按期 如期 限期 逐步 逐年 有序 月初 季初 季度初 年初 年中 另行确定 另定
";

/// Times that are clear to a person and have no kind of rule.
const BEYOND_RULES: &str = "
    次月 下月 下个月 次季 下季 下一季度 次日 当日 当天 即日 当月 当季 小时 日报 双月 隔月 隔年
";

/// Work that goes on all through the plan's period.
const ALL_YEAR: &str = "全年 全年度 贯穿全年 常年 长期 长效 持续 常态化";

/// What goes on after what was said before: 后续长期坚持.
const AFTERWARDS: &str = "后续 此后 其后";

/// What stands before all times of a phrase and says only that they follow.
const LEADS: &str = "
    分阶段目标 阶段目标 阶段性目标 节点目标 目标 时间节点 时间安排 时间要求 进度安排 工作进度 工作安排 完成时限 完成时间 时限
";

/// Words before a time that do not change it.
const AT: &str = "
    于 在 应于 应在 须于 须在 需于 需在 要于 要在 应当于 应当在 必须于 必须在 务必于 务必在 确保于 确保在 分别于 分别在
    最迟 最迟于 最迟在 最晚 最晚于 最晚在 不迟于 不晚于
";

impl PhraseReader<'_> {
    /// ```text
    /// phrase := lead? part (separator part)* (。 | ；)?
    /// lead   := 分阶段目标 ： | 时间安排 ： | …
    /// ```
    fn phrase(&mut self) -> Parsed<Vec<Reading>> {
        let mut readings = Vec::new();
        self.maybe(|reader| {
            reader.word(LEADS)?;
            reader.word(":")
        })?;
        loop {
            readings.extend(self.part()?);
            self.has("。 ； ;");
            if self.at_end() {
                return Ok(readings);
            }
            self.separator();
        }
    }

    /// ```text
    /// separator := (， | ； | 。)? (、 | 和 | 及 | 与 | 以及 | 并)?
    /// ```
    /// White space is one too; a part sees to it that it ends at one of these.
    fn separator(&mut self) {
        self.has(HARD);
        if !self.has(SOFT) && self.goes_on() {
            self.has(AND);
        }
    }

    /// The first alternative that reads up to where a part may end. When none does, the reader stays at the furthest
    /// place that one reached.
    fn part(&mut self) -> Parsed<Vec<Reading>> {
        let mut furthest = self.at;
        for alternative in [
            Self::always,
            Self::recurring,
            Self::labelled,
            Self::quarters,
            Self::date,
            Self::span,
            Self::order,
            Self::awaited,
            Self::after,
            Self::monthless,
        ] {
            let to_its_end = self.maybe(|reader| {
                let read = alternative(reader)?;
                furthest = furthest.max(reader.at);
                if reader.part_ends() {
                    Ok(read)
                } else {
                    Err(Fail::NotHere)
                }
            })?;
            if let Some(readings) = to_its_end {
                return Ok(readings);
            }
        }
        self.at = furthest;
        Err(Fail::NotHere)
    }

    /// Whether a part may end here.
    fn part_ends(&mut self) -> bool {
        self.at_end() || self.spaced() || self.sees(HARD) || self.sees(SOFT) || self.goes_on()
    }

    /// Whether 并长期坚持 stands here: a part of its own.
    fn goes_on(&mut self) -> bool {
        self.ahead(|reader| {
            reader.word(AND)?;
            reader.word(ALL_YEAR)
        })
    }

    /// ```text
    /// always := 后续? (YYYY年)? (全年 | 长期 | 持续 | 常态化 | …)+ doing?
    /// ```
    fn always(&mut self) -> Parsed<Vec<Reading>> {
        let from = self.at;
        self.has(AFTERWARDS);
        let year = self.maybe(|reader| reader.written_year(reader.year))?;
        self.word(ALL_YEAR)?;
        if year.is_some_and(|year| year != self.year) {
            let plan = self.year;
            return self.refused(from, |at| {
                say!("“{at}”不是方案所在的 {plan} 年", "“{at}” is not the plan's year {plan}")
            });
        }
        while self.has(ALL_YEAR) {}
        self.doing(false)?;
        Ok(vec![self.reading(Rule::YearRound, from)])
    }

    /// What was read since glyph `from` means `rule`.
    fn reading(&self, rule: Rule, from: usize) -> Reading {
        Reading {
            rule,
            from: self.verbatim(from, self.at).to_owned(),
        }
    }

    /// Why nothing reads from here.
    fn unread(&mut self) -> Unreadable {
        let from = self.at;
        let mut end = from;
        while end < self.len() && !(end > from && self.sees(HARD)) {
            if self.has(VAGUE) {
                let word = self.verbatim(end, self.at);
                return refuse(word, say!("“{word}”没有写明时间", "“{word}” names no time"));
            }
            if self.has(BEYOND_RULES) {
                let word = self.verbatim(end, self.at);
                return refuse(
                    word,
                    say!("没有一类规则能表示“{word}”", "no kind of rule can express “{word}”"),
                );
            }
            end += 1;
            self.at = end;
        }
        match self.verbatim(from, end) {
            "" if self.len() == 0 => refuse("", say!("没有写完成时限", "no deadline is written")),
            "" => refuse(
                self.verbatim(from.saturating_sub(1), from),
                say!("结尾不完整", "it breaks off"),
            ),
            rest => refuse(rest, say!("读不懂“{rest}”", "“{rest}” could not be understood")),
        }
    }
}
