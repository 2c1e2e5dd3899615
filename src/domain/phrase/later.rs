//! What is due after its period has ended: 每季度结束后10日内, 年度终了后20个工作日内, 每月…次月5日前.

use super::{
    AT,
    recurring::PERIODS,
    scan::{Fail, Parsed, PhraseReader},
};
use crate::{
    domain::deadline::{
        Due,
        Every::{self, HalfMonth, HalfYear, Month, Quarter, TenDays, Week, Year},
        SpanUnit, Within,
    },
    say,
};

impl PhraseReader<'_> {
    /// ```text
    /// ended := period (结束 | 终了) 后 within
    /// ```
    /// 季度终了后15日内: of each.
    pub(super) fn ended(&mut self) -> Parsed<(Every, Due)> {
        let every = self.one_of(PERIODS)?;
        self.word("结束 终了")?;
        Ok((every, self.after_end()?))
    }

    /// ```text
    /// of the next := 次月 day close? | 次季度首月 day close?
    /// ```
    /// 次月5日前 with nothing before it: of each month.
    pub(super) fn of_the_next(&mut self) -> Parsed<(Every, Due)> {
        let every = if self.sees("次月 下月 下个月") {
            Month
        } else if self.sees("次季 下季 下一季度") {
            Quarter
        } else {
            return Err(Fail::NotHere);
        };
        Ok((every, self.later(every)?))
    }

    fn after_end(&mut self) -> Parsed<Due> {
        self.word("后 之后 以后")?;
        self.has("的");
        self.has(AT);
        let Within { count, unit } = self.within()?;
        Ok(Due::After { count, unit })
    }

    /// When after each period.
    ///
    /// ```text
    /// later := 的? (结束 | 终了)? 后 within
    ///        | 的? (次月 | 下季度首月) day close?            of 每月, 每季度, 每半年
    ///        | 的? 次年 mark close?                          of 每年
    /// ```
    pub(super) fn later(&mut self, every: Every) -> Parsed<Due> {
        self.has("的");
        if self.has("结束 终了") || self.sees("后") {
            return self.after_end();
        }
        self.has(AT);
        let from = self.at;
        let refuse = |reader: &Self| {
            reader.refused(from, |at| {
                say!("没有一类规则能表示“{at}”", "no kind of rule can express “{at}”")
            })
        };
        let after = |count, unit| Ok(Due::After { count, unit });
        let next = match every {
            Month => "次月 下月 下个月",
            Quarter => {
                "次月 下月 下个月 次季首月 次季度首月 下季首月 下季度首月 下一季度首月 下季度第一个月 次季度第一个月 下一季度第一个月"
            }
            HalfYear => "次月 下月 下个月",
            Year => "次年 翌年 下一年 下年 次年度 下年度 下一年度",
            Week | TenDays | HalfMonth => return Err(Fail::NotHere),
        };
        self.word(next)?;
        if every == Year {
            let mark = self.mark()?;
            self.close(from, mark.moment)?;
            return match (mark.month, mark.day) {
                (months, None) => after(months, SpanUnit::Month),
                (1, Some(day)) => after(day, SpanUnit::Day),
                _ => refuse(self),
            };
        }
        let of = self.day_of_month(from)?;
        self.close(from, of.moment)?;
        match of.day {
            None => after(1, SpanUnit::Month),
            Some(day @ 1..=28) => after(day, SpanUnit::Day),
            Some(_) => refuse(self),
        }
    }
}
