//! Duties of every calendar period: 每月25日前, 每季度第一个月10日前, 每年3月底前, 季报, 每季度一次.

use super::{
    HARD, Reading, SOFT,
    scan::{Fail, Parsed, Reader},
};
use crate::{
    domain::deadline::{
        Due,
        Every::{self, HalfYear, Month, Quarter, Year},
        Rule,
    },
    say,
};

const EVERY: &[(&str, Every)] = &[
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
/// Words that say the period and that it is once.
const REPORT: &[(&str, Every)] = &[
    ("月报", Month),
    ("季报", Quarter),
    ("半年报", HalfYear),
    ("半年一次", HalfYear),
    ("年报", Year),
    ("一年一次", Year),
];
const AT_LEAST: &str = "不少于 至少 不低于";

/// A day number that every month reads as its last: [`Due::Day`].
const LAST: u32 = 31;

impl Reader<'_> {
    /// ```text
    /// recurring := (report | every (occasion (soft occasion)*)?) times? action?
    /// ```
    /// 每年6月底、12月底 are two deadlines of every year.
    pub(super) fn recurring(&mut self) -> Parsed<Vec<Reading>> {
        let from = self.at;
        let mut found = Vec::new();
        let every = match self.one_of(REPORT) {
            Ok(every) => every,
            Err(_) => self.every()?,
        };
        if let Some(due) = self.maybe(|reader| reader.occasion(every, from))? {
            found.push((due, from, self.at));
            let another = |reader: &mut Self| {
                reader.word(SOFT)?;
                let from = reader.at;
                let occasion = (reader.occasion(every, from)?, from, reader.at);
                let ends = reader.part_ends() || reader.ahead(Self::times) || reader.ahead(Self::action);
                if ends { Ok(occasion) } else { Err(Fail::NotHere) } // 中 of 每月中 begins 中考 too
            };
            while let Some(occasion) = self.maybe(another)? {
                found.push(occasion);
            }
        } else {
            self.close(from, false)?;
            found.push((Due::PeriodEnd, from, self.at));
        }
        self.maybe(Self::times)?;
        self.maybe(Self::action)?;
        self.another_year |= every == Year;
        if let Some((_, _, end)) = found.last_mut() {
            *end = self.at;
        }
        let readings = found.into_iter().map(|(due, from, to)| Reading {
            rule: Rule::Recurring { every, due },
            from: self.verbatim(from, to).to_owned(),
        });
        Ok(readings.collect())
    }

    /// One of the periods that rules know; other ones (每周, 每两年, 每次) are refused.
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
                "“{at}”不以月、季度、半年或年为周期",
                "“{at}” does not recur by month, quarter, half-year or year"
            )
        })
    }

    /// When in each period.
    ///
    /// ```text
    /// occasion := (的? month end | 的? day) close?        of 每月
    ///           | (的? nth month day? | 底 | 末) close?   of 每季度, 每半年
    ///           | (年底 | when) close?                    of 每年
    /// ```
    fn occasion(&mut self, every: Every, from: usize) -> Parsed<Due> {
        self.has("的");
        if every == Month {
            let (day, moment) = if self.has("月底 月末") {
                (None, true)
            } else {
                self.day_of_month(from)?
            };
            self.close(from, moment)?;
            return Ok(day.map_or(Due::PeriodEnd, |day| Due::Day { month: None, day }));
        }
        let end = if every == Year {
            "底 末 年底 年末 年终"
        } else {
            "底 末"
        };
        if every == Year && !self.sees(end) {
            let when @ (start, end) = self.when()?;
            if start.and_then(|start| start.year).or(end.year).is_some() {
                return Err(Fail::NotHere); // a date of its own
            }
            self.close(from, end.mark.moment)?;
            self.last_day(from, when, None)?;
            return Ok(Due::Day {
                month: Some(end.mark.month),
                day: end.mark.day.unwrap_or(LAST),
            });
        }
        if let Some(month) = self.maybe(|reader| reader.nth_month(every))? {
            let (day, moment) = self.maybe(|reader| reader.day_of_month(from))?.unwrap_or((None, false));
            self.close(from, moment)?;
            return Ok(Due::Day {
                month: Some(month),
                day: day.unwrap_or(LAST),
            });
        }
        self.word(end)?;
        self.close(from, true)?;
        Ok(Due::PeriodEnd)
    }

    /// ```text
    /// nth month := 首月 | 首个月 | 末月 | 最后一个月 | 第 number 个? 月
    /// ```
    fn nth_month(&mut self, every: Every) -> Parsed<u32> {
        let (from, months) = (self.at, every.months());
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
}
