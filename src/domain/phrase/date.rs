//! Dates: 12月底前, 2018年1月15日前完成初稿, 3-5月, 即日起至5月底, 中考3月.

use chrono::{Datelike, Weekday};

use super::{
    AT, Reading, SOFT, VAGUE,
    scan::{Fail, Parsed, PhraseReader, ends_in, holds},
    year_part::{DAY, Spot, YearPart},
};
use crate::{
    domain::{deadline::Rule, time::Day},
    say,
};

/// A spot, after the one it runs from if it is a range.
pub(super) type When = (Option<Spot>, Spot);

/// It has each day that some year has.
const LEAP_YEAR: i32 = 2000;

/// Words before a date until which something goes on.
pub(super) const UNTIL: &str = "截至 截止 截止到 至 到 持续至 持续到";
pub(super) const TIE: &str = "至 到 - – — —— ― − ~ 〜";
/// Beginnings that are the plan's own.
const FROM_NOW: &str = "即日起 即日开始 即日 现在起 自即日起 从即日起 自即日 从现在起";
pub(super) const BEGINNING: &str = "起 开始";
const BEFORE: &str = "前 之前 以前 止 为止";
pub(super) const WITHIN: &str = "内 之内 以内 期间";

/// What a label without a colon ends in, so that no word that changes the meaning (不早于3月) passes for a label.
const MILESTONES: &str = "
    中考 高考 学考 会考 统考 联考 考试 招生 首批 一批 二批 三批 四批 一期 二期 三期 四期 一阶段 二阶段 三阶段
    四阶段 初稿 送审稿 征求意见稿 方案 报告 会议 验收 评估
";
/// No label has these: they belong to the time, or turn its meaning around.
const NOT_IN_A_LABEL: &str = "年月日号每前后内起至到不未除非约视待按、，；。,;:：";
const LONGEST_LABEL: usize = 20;

impl PhraseReader<'_> {
    /// ```text
    /// date := (at | until)? due doing?
    /// ```
    /// What is done is its label (6月底前完成初稿).
    pub(super) fn date(&mut self) -> Parsed<Vec<Reading>> {
        let from = self.at;
        if !self.has(AT) {
            self.has(UNTIL);
        }
        let after_month = self.month_alone;
        let (due_on, mark, closed) = self.due()?;
        if after_month && mark.day.is_some() {
            return self.doubtful_day(from);
        }
        let alone = mark.day.is_none() && !mark.moment && !closed;
        let work = self.doing(closed)?;
        self.month_alone = alone && work.is_none() && self.sees(SOFT);
        let label = Self::label_of(work);
        Ok(vec![self.reading(Rule::Date { due_on, label }, from)])
    }

    /// 4月、10月10日前: the 10th of which months?
    pub(super) fn doubtful_day<T>(&self, from: usize) -> Parsed<T> {
        self.refused(from, |at| {
            say!(
                "“{at}”是否也指前面的月份不明",
                "“{at}” may be the day of the months before it too"
            )
        })
    }

    /// ```text
    /// labelled := (label due action?)+
    /// label    := TEXT ： | TEXT that ends in a milestone
    /// ```
    /// 中考3月高考11月: these need no separator.
    pub(super) fn labelled(&mut self) -> Parsed<Vec<Reading>> {
        let mut readings = vec![self.label_and_date()?];
        while let Some(reading) = self.maybe(Self::label_and_date)? {
            readings.push(reading);
        }
        Ok(readings)
    }

    fn label_and_date(&mut self) -> Parsed<Reading> {
        let from = self.at;
        let (label, due_on) = self.labelled_day()?;
        self.maybe(Self::action)?;
        let label = Some(label);
        Ok(self.reading(Rule::Date { due_on, label }, from))
    }

    /// ```text
    /// quarters := year? 第 number (soft 第? number)+ 季度 (底 | 末)? close? doing?
    /// ```
    /// 第一、第三季度: each of them.
    pub(super) fn quarters(&mut self) -> Parsed<Vec<Reading>> {
        let start = self.at;
        let year = self.maybe(|reader| reader.written_year(reader.year))?;
        let mut numbers = Vec::new();
        loop {
            let from = if numbers.is_empty() { start } else { self.at };
            if !self.has("第") && numbers.is_empty() {
                return Err(Fail::NotHere);
            }
            numbers.push((self.number()?, from, self.at));
            if self.maybe(|reader| reader.word(SOFT))?.is_none() {
                break;
            }
        }
        self.word("季度")?;
        let known = numbers.iter().all(|(number, ..)| (1..=4).contains(number));
        if numbers.len() < 2 || !known || !numbers.is_sorted_by(|(one, ..), (other, ..)| one < other) {
            return Err(Fail::NotHere);
        }
        let moment = self.has("底 末");
        let closed = self.close(start, moment)?;
        let label = Self::label_of(self.doing(closed)?);
        if year.is_none() {
            self.plain_year(start)?;
        }
        if let Some((.., end)) = numbers.last_mut() {
            *end = self.at;
        }
        let mut readings = Vec::new();
        for (quarter, from, to) in numbers {
            let mark = YearPart::months(quarter * 3 - 2, quarter * 3, moment, quarter);
            let due_on = self.last_day(from, (None, Spot { year, mark }), Some(self.year))?;
            let label = label.clone();
            readings.push(Reading {
                rule: Rule::Date { due_on, label },
                from: self.verbatim(from, to).to_owned(),
            });
        }
        Ok(readings)
    }

    /// ```text
    /// label due
    /// ```
    pub(super) fn labelled_day(&mut self) -> Parsed<(String, Day)> {
        let from = self.at;
        for end in from + 1..(from + LONGEST_LABEL).min(self.len()) {
            let label = self.text(from, end);
            if !may_be_in_label(&label) {
                break;
            }
            self.at = end;
            let complete = self.has(":") || ends_in(&label, MILESTONES);
            if !complete || holds(&label, VAGUE) {
                continue;
            }
            if let Some((due_on, ..)) = self.maybe(Self::due)? {
                return Ok((label, due_on));
            }
        }
        Err(Fail::NotHere)
    }

    /// 10日前, 月底: a day, but of which month?
    pub(super) fn monthless(&mut self) -> Parsed<Vec<Reading>> {
        let from = self.at;
        if !self.has("月底 月末 月中 上旬 中旬 下旬") {
            self.number()?;
            self.word(DAY)?;
        }
        self.has(BEFORE);
        self.refused(from, |at| {
            say!("“{at}”没有写明是哪个月", "“{at}” does not say of which month")
        })
    }

    /// ```text
    /// due := (now tie spot | 自? when) close?
    /// ```
    /// The last day in the year it names, or in the plan's; its mark; and whether a word says that the time ends here.
    pub(super) fn due(&mut self) -> Parsed<(Day, YearPart, bool)> {
        let from = self.at;
        let from_now = self.maybe(|reader| {
            reader.word(FROM_NOW)?;
            reader.has("， ,");
            reader.word(TIE)?;
            reader.spot(reader.year)
        })?;
        let when = if let Some(end) = from_now {
            (None, end)
        } else {
            let begun = self.has("自 从");
            let when = self.when()?;
            if begun && when.0.is_none() {
                return Err(Fail::NotHere);
            }
            when
        };
        let mark = when.1.mark;
        let closed = self.close(from, mark.moment)?;
        match when.1.year {
            Some(year) => self.another_year = year != self.year,
            None => self.plain_year(from)?,
        }
        Ok((self.last_day(from, when, Some(self.year))?, mark, closed))
    }

    /// That a time without a year is one of the plan's year: what was read before spoke of no other.
    pub(super) fn plain_year(&self, from: usize) -> Parsed<()> {
        if self.another_year {
            return self.refused(from, |at| {
                say!("没有写明是哪一年的“{at}”", "it does not say of which year “{at}” is")
            });
        }
        Ok(())
    }

    /// The day on which a time ends, in the year it names or else in `year` or else in any year that has the day.
    pub(super) fn last_day(&self, from: usize, (start, end): When, year: Option<i32>) -> Parsed<Day> {
        let day = |spot: Spot| {
            let (year, YearPart { month, day, .. }) = (spot.year.or(year).unwrap_or(LEAP_YEAR), spot.mark);
            let mut last_first = day.map_or(28..=31, |day| day..=day).rev();
            last_first.find_map(|day| Day::from_ymd_opt(year, month, day))
        };
        let (Some(last), Some(first)) = (day(end), day(start.unwrap_or(end))) else {
            return self.refused(from, |at| match end.year.or(year) {
                Some(year) => say!("{year} 年没有“{at}”", "{year} has no “{at}”"),
                None => say!("没有“{at}”这一天", "there is no “{at}”"),
            });
        };
        if first > last {
            return self.refused(from, |at| say!("“{at}”起止颠倒", "“{at}” ends before it starts"));
        }
        let contradicted = |weekday: Weekday| end.year.or(year).is_none() || last.weekday() != weekday;
        if end.mark.weekday.is_some_and(contradicted) {
            return self.refused(from, |at| {
                say!(
                    "“{at}”与日历上的星期不符",
                    "“{at}” does not agree with the calendar's weekday"
                )
            });
        }
        Ok(last)
    }

    /// The day on which a time of the plan's year, or of its own, begins.
    pub(super) fn first_day(&self, from: usize, spot: Spot) -> Parsed<Day> {
        let (month, day) = spot.mark.first.ok_or(Fail::NotHere)?;
        if spot.year.is_none() {
            self.plain_year(from)?;
        }
        let year = spot.year.unwrap_or(self.year);
        match Day::from_ymd_opt(year, month, day) {
            Some(day) => Ok(day),
            None => self.refused(from, |at| say!("{year} 年没有“{at}”", "{year} has no “{at}”")),
        }
    }

    /// ```text
    /// when := number tie 第? mark | YYYY tie year spot | spot (起? tie spot)?
    /// ```
    /// 3-5月, 一至三季度; 2017-2020年; 3月1日至5月31日, 3月起至5月底, 2017年10月至次年3月.
    pub(super) fn when(&mut self) -> Parsed<When> {
        if let Some(years) = self.maybe(Self::years)? {
            return Ok(years);
        }
        if let Some(end) = self.maybe(Self::numbered_range)? {
            return Ok((None, end));
        }
        let start = self.spot(self.year)?;
        let base = start.year.unwrap_or(self.year);
        let end = self.maybe(|reader| {
            reader.has(BEGINNING);
            reader.word(TIE)?;
            reader.spot(base)
        })?;
        Ok(match end {
            Some(Spot { year, mark }) => (
                Some(start),
                Spot {
                    year: year.or(start.year),
                    mark,
                },
            ),
            None => (None, start),
        })
    }

    fn years(&mut self) -> Parsed<When> {
        let from = self.at;
        let first = self.four_digits()?;
        self.word(TIE)?;
        let end = self.spot(self.year)?;
        match (i32::try_from(first), end.year) {
            (Ok(first), Some(last)) if first <= last => Ok((Some(Spot::year(first)), end)),
            (_, Some(_)) => self.refused(from, |at| say!("“{at}”起止颠倒", "“{at}” ends before it starts")),
            _ => Err(Fail::NotHere),
        }
    }

    fn numbered_range(&mut self) -> Parsed<Spot> {
        let from = self.at;
        let year = self.maybe(|reader| reader.written_year(reader.year))?;
        self.has("第");
        let first = self.number()?;
        self.word(TIE)?;
        let mark = self.mark()?;
        if first == 0 || first > mark.number {
            return self.refused(from, |at| {
                say!("“{at}”起止不对", "“{at}” does not run from one to a later one")
            });
        }
        Ok(Spot {
            year,
            mark: mark.after_number(first),
        })
    }

    /// ```text
    /// close := 前 after a moment | 内 after a stretch
    /// ```
    /// and whether it is there. 6月前 would be before June to one reader and before its end to another; 三月内 would be
    /// in March or within three months.
    pub(super) fn close(&mut self, from: usize, moment: bool) -> Parsed<bool> {
        if moment {
            return Ok(!self.sees("前后") && self.has(BEFORE));
        }
        let written = self.plain(from, self.at);
        if self.has(BEFORE) {
            return self.refused(from, |at| {
                say!(
                    "“{at}”是指开始前还是结束前不明",
                    "“{at}” may mean before its start or before its end"
                )
            });
        }
        let within = self.has(WITHIN);
        if within && written.ends_with('月') && !written.contains(|c| "年第每首末最".contains(c)) {
            return self.refused(from, |at| {
                say!(
                    "“{at}”是指该月还是若干个月之内不明",
                    "“{at}” may mean in that month or within so many months"
                )
            });
        }
        Ok(within)
    }
}

fn may_be_in_label(text: &str) -> bool {
    !text.contains(|c: char| NOT_IN_A_LABEL.contains(c) || c.is_numeric() || c.is_control())
}

/// Whether a label can be written before a colon.
pub(super) fn stands_before_colon(label: &str) -> bool {
    label.chars().count() < LONGEST_LABEL && may_be_in_label(label) && !holds(label, VAGUE)
}
