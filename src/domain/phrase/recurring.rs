//! Duties of every calendar period: 每周五前, 每月25日前, 每季度第一个月10日前, 每季度结束后10日内, 5月起每月, 季报, 每季度一次.

use super::{
    AT, HARD, Reading, SOFT,
    scan::{Fail, Parsed, PhraseReader},
};
use crate::{
    domain::deadline::{
        Due,
        Every::{self, HalfMonth, HalfYear, Month, Quarter, TenDays, Week, Year},
        Rule, Size,
    },
    say,
};

pub(super) const EVERY: &[(&str, Every)] = &[
    ("每周", Week),
    ("每星期", Week),
    ("每个星期", Week),
    ("每礼拜", Week),
    ("按周", Week),
    ("逐周", Week),
    ("每旬", TenDays),
    ("按旬", TenDays),
    ("逐旬", TenDays),
    ("每半月", HalfMonth),
    ("每半个月", HalfMonth),
    ("按半月", HalfMonth),
    ("按月度", Month),
    ("每月度", Month),
    ("每月", Month),
    ("每月份", Month),
    ("每个月", Month),
    ("按月", Month),
    ("逐月", Month),
    ("每季", Quarter),
    ("每季度", Quarter),
    ("每个季度", Quarter),
    ("按季", Quarter),
    ("按季度", Quarter),
    ("逐季", Quarter),
    ("逐季度", Quarter),
    ("每半年", HalfYear),
    ("按半年", HalfYear),
    ("每年", Year),
    ("每年度", Year),
    ("按年", Year),
    ("按年度", Year),
];
/// Words that say the period and that it is once. 一月一次 and 一季度一次 may be of January and the first quarter too.
const REPORT: &[(&str, Every)] = &[
    ("周报", Week),
    ("一周一次", Week),
    ("旬报", TenDays),
    ("半月报", HalfMonth),
    ("半月一次", HalfMonth),
    ("月报", Month),
    ("季报", Quarter),
    ("半年报", HalfYear),
    ("半年一次", HalfYear),
    ("年报", Year),
    ("一年一次", Year),
];
pub(super) const PERIODS: &[(&str, Every)] = &[
    ("周", Week),
    ("旬", TenDays),
    ("半月", HalfMonth),
    ("月", Month),
    ("月度", Month),
    ("季", Quarter),
    ("季度", Quarter),
    ("半年", HalfYear),
    ("半年度", HalfYear),
    ("年", Year),
    ("年度", Year),
];
const AT_LEAST: &str = "不少于 至少 不低于";

/// A day number that every month reads as its last: [`Due::Day`].
const LAST: u32 = 31;

impl PhraseReader<'_> {
    /// ```text
    /// recurring := bounds? at? (report | ended | of the next | every (later | occasion (soft occasion)* | (soft period)*)?)
    ///              times? doing? until?
    /// ```
    /// 每年6月底、12月底 are two deadlines of every year; 按月度、季度 are two periods.
    pub(super) fn recurring(&mut self) -> Parsed<Vec<Reading>> {
        let from = self.at;
        let (starts, mut until) = self.maybe(Self::bounds)?.unwrap_or_default();
        self.has(AT);
        let mut found = Vec::new();
        let closed;
        if let Some((every, due)) = self.maybe(Self::ended)? {
            closed = true;
            found.push((every, due, from, self.at));
        } else if from == 0
            && let Some((every, due)) = self.maybe(Self::of_the_next)?
        {
            closed = true;
            found.push((every, due, from, self.at));
        } else {
            let (every, once) = match self.one_of(REPORT) {
                Ok(every) => (every, true),
                Err(_) => (self.every()?, false),
            };
            if let Some(due) = self.maybe(|reader| reader.later(every))? {
                closed = true;
                found.push((every, due, from, self.at));
            } else if let Some((due, ends)) =
                self.maybe(|reader| reader.unless_times(once, |reader| reader.occasion(every, from)))?
            {
                closed = ends;
                found.push((every, due, from, self.at));
                let another = |reader: &mut Self| {
                    reader.word(SOFT)?;
                    let from = reader.at;
                    let (due, _) = reader.occasion(every, from)?;
                    let occasion = (every, due, from, reader.at);
                    let ends = reader.part_ends() || reader.ahead(Self::times) || reader.ahead(Self::action);
                    if ends { Ok(occasion) } else { Err(Fail::NotHere) } // 中 of 每月中 begins 中考 too
                };
                while let Some(occasion) = self.maybe(another)? {
                    found.push(occasion);
                }
            } else {
                closed = self.close(from, false)?;
                found.push((every, Due::PeriodEnd, from, self.at));
                while let Some(period) = self.maybe(Self::another_period)? {
                    found.push(period);
                }
            }
        }
        let counted = self.maybe(Self::times)?.is_some();
        self.same_times_in(|reader| reader.doing(closed || counted))?;
        if let Some(end) = self.maybe(Self::until)? {
            until = Some(end);
        }
        if starts.zip(until).is_some_and(|(starts, until)| until < starts) {
            return self.refused(from, |at| say!("“{at}”起止颠倒", "“{at}” ends before it starts"));
        }
        self.month_alone = false;
        self.another_year |= found.iter().any(|(every, ..)| *every == Year);
        if let Some((.., end)) = found.last_mut() {
            *end = self.at;
        }
        let readings = found.into_iter().map(|(every, due, from, to)| Reading {
            rule: Rule::Recurring {
                every,
                due,
                from: starts,
                until,
            },
            from: self.verbatim(from, to).to_owned(),
        });
        Ok(readings.collect())
    }

    /// `production`, unless how often stands here: 每周一次 is not on Mondays.
    fn unless_times<T>(&mut self, once: bool, production: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        let often = |reader: &mut Self| {
            reader.count()?;
            reader.word("次")
        };
        if once || self.ahead(often) {
            return Err(Fail::NotHere);
        }
        production(self)
    }

    /// ```text
    /// 按月度 、季度
    /// ```
    fn another_period(&mut self) -> Parsed<(Every, Due, usize, usize)> {
        self.word(SOFT)?;
        let from = self.at;
        let every = self.one_of(PERIODS)?;
        let ends = self.part_ends() || self.ahead(Self::times) || self.ahead(Self::action);
        if ends {
            Ok((every, Due::PeriodEnd, from, self.at))
        } else {
            Err(Fail::NotHere)
        }
    }

    /// One of the periods that rules know; other ones (每两周, 每两年, 每次) are refused.
    fn every(&mut self) -> Parsed<Every> {
        let from = self.at;
        if let Ok(every) = self.one_of(EVERY) {
            return Ok(every);
        }
        self.word("每")?;
        while !(self.at_end() || self.sees(HARD) || self.sees(SOFT)) {
            self.at += 1;
        }
        self.refused(from, |at| {
            say!(
                "“{at}”不以周、旬、半月、月、季度、半年或年为周期",
                "“{at}” does not recur by week, ten days, half-month, month, quarter, half-year or year"
            )
        })
    }

    /// When in each period.
    ///
    /// ```text
    /// occasion := 的? weekday close?                      of 每周
    ///           | (的? 第 number 日 | 底 | 末) close?      of 每旬, 每半月
    ///           | (的? month end | 的? day) close?        of 每月
    ///           | (的? nth month day? | 底 | 末) close?   of 每季度, 每半年
    ///           | (年底 | when) close?                    of 每年
    /// ```
    /// and whether a word ends it.
    fn occasion(&mut self, every: Every, from: usize) -> Parsed<(Due, bool)> {
        self.has("的");
        match every {
            Week => {
                let day = self.day_of_week()?.number_from_monday();
                return Ok((Due::Day { month: None, day }, self.close(from, true)?));
            }
            TenDays | HalfMonth if self.has("第") => {
                let day = self.number()?;
                self.word("日 天 个工作日")?;
                let most = if every == TenDays { 11 } else { 16 };
                if !(1..=most).contains(&day) || self.text(from, self.at).ends_with("工作日") {
                    return self.refused(from, |at| say!("没有“{at}”", "there is no “{at}”"));
                }
                return Ok((Due::Day { month: None, day }, self.close(from, true)?));
            }
            Month => {
                let (day, moment) = if self.has("月底 月末") {
                    (None, true)
                } else {
                    let of = self.day_of_month(from)?;
                    (of.day, of.moment)
                };
                let closed = self.close(from, moment)?;
                let due = day.map_or(Due::PeriodEnd, |day| Due::Day { month: None, day });
                return Ok((due, closed));
            }
            TenDays | HalfMonth | Quarter | HalfYear | Year => {}
        }
        let end = if every == Year {
            "底 末 年底 年末 年终"
        } else {
            "底 末"
        };
        if every == Year && self.sees_spring() {
            let from = self.at;
            self.at += 2;
            return self.refused(from, |at| {
                say!("每年的“{at}”不在同一天", "“{at}” is on another day each year")
            });
        }
        if every == Year && !self.sees(end) {
            let after_month = self.month_alone;
            let when @ (start, end) = self.when()?;
            if after_month && end.mark.day.is_some() {
                return self.doubtful_day(from);
            }
            if start.and_then(|start| start.year).or(end.year).is_some() {
                return Err(Fail::NotHere); // a date of its own
            }
            let closed = self.close(from, end.mark.moment)?;
            self.month_alone = end.mark.day.is_none() && !end.mark.moment && !closed;
            self.last_day(from, when, None)?;
            let due = Due::Day {
                month: Some(end.mark.month),
                day: end.mark.day.unwrap_or(LAST),
            };
            return Ok((due, closed));
        }
        if matches!(every, Quarter | HalfYear | Year)
            && let Some(month) = self.maybe(|reader| reader.nth_month(every))?
        {
            let of = self.maybe(|reader| reader.day_of_month(from))?;
            let (day, moment) = of.map_or((None, false), |of| (of.day, of.moment));
            let closed = self.close(from, moment)?;
            let due = Due::Day {
                month: Some(month),
                day: day.unwrap_or(LAST),
            };
            return Ok((due, closed));
        }
        self.word(end)?;
        Ok((Due::PeriodEnd, self.close(from, true)?))
    }

    /// ```text
    /// nth month := 首月 | 首个月 | 末月 | 最后一个月 | 第 number 个? 月
    /// ```
    fn nth_month(&mut self, every: Every) -> Parsed<u32> {
        let (from, months) = (
            self.at,
            if let Size::Months(months) = every.size() {
                months
            } else {
                1
            },
        );
        if let Ok(month) = self.one_of(&[("首月", 1), ("首个月", 1), ("末月", months), ("最后一个月", months)])
        {
            return Ok(month);
        }
        self.word("第")?;
        let month = self.number()?;
        self.word("个月 月")?;
        if !(1..=months).contains(&month) {
            return self.refused(from, |at| {
                say!(
                    "一个周期只有 {months} 个月，没有“{at}”",
                    "a period has {months} months, no “{at}”"
                )
            });
        }
        Ok(month)
    }

    /// ```text
    /// times := least? action? least? count 次 以上?
    /// ```
    /// The rule is due once in each period, so that 每年2次 has none.
    fn times(&mut self) -> Parsed<()> {
        self.has(AT_LEAST);
        self.maybe(Self::action)?;
        self.has(AT_LEAST);
        self.often()?;
        Ok(())
    }

    fn often(&mut self) -> Parsed<()> {
        let from = self.at;
        let count = self.count()?;
        self.word("次")?;
        self.has("以上 及以上");
        if count == 1 {
            return Ok(());
        }
        self.refused(from, |at| {
            say!(
                "规则只能表示每个周期一次，不能表示“{at}”",
                "a rule is due once in a period, not “{at}”"
            )
        })
    }

    /// `production`, in whose text it may also stand how often (每季度召开会议2次).
    fn same_times_in<T>(&mut self, production: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        let start = self.at;
        let read = production(self)?;
        let end = self.at;
        for at in start..end {
            self.at = at;
            self.maybe(Self::often)?;
        }
        self.at = end;
        Ok(read)
    }
}
