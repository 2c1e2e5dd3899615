//! Days and stretches of a year: 12月底, 2018年1月15日前, 上半年, 三季度末, 3-5月, 中考3月.

use super::{
    Reading, VAGUE,
    scan::{Fail, Parsed, Reader, ends_in, holds},
};
use crate::{
    domain::{deadline::Rule, time::Day},
    say,
};

/// A time of some year. It is due on its last day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    /// Month of the last day.
    pub(super) month: u32,
    /// The last day; absent: the month's last.
    pub(super) day: Option<u32>,
    /// A moment (月底, 15日), before which something can be done, or a stretch (上旬, 三季度), within which it can.
    pub(super) moment: bool,
    /// The written number of the month or quarter, to which a range may run; 0 for others.
    number: u32,
}

impl Mark {
    /// The end of a month.
    fn end_of(month: u32, moment: bool, number: u32) -> Self {
        Self {
            month,
            day: None,
            moment,
            number,
        }
    }
}

/// A mark and the year written with it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    pub(super) year: Option<i32>,
    pub(super) mark: Mark,
}

/// A spot, after the one it runs from if it is a range.
pub(super) type When = (Option<Spot>, Spot);

/// It has each day that some year has.
const LEAP_YEAR: i32 = 2000;

/// Expressions that introduce a date without changing it.
const LEAD: &str = "于 在 应于 须于 最迟 最迟于 最晚 最晚于 不迟于 不晚于 截至 截止 截止到 至 到";
const TIE: &str = "至 到 - – — —— ― − ~ 〜";
const DAY: &str = "日 号";
const BEFORE: &str = "前 之前 以前 止 为止";
const WITHIN: &str = "内 之内 以内 期间";

/// What a label without a colon ends in, so that no word that changes the meaning (不早于3月) passes for a label.
const MILESTONES: &str = "
    中考 高考 学考 会考 统考 联考 考试 招生 首批 一批 二批 三批 四批 一期 二期 三期 四期 一阶段 二阶段 三阶段
    四阶段 初稿 送审稿 征求意见稿 方案 报告 会议 验收 评估
";
/// No label has these: they belong to the time, or turn its meaning around.
const NOT_IN_A_LABEL: &str = "年月日号每前后内起至到不未除非约视待按、，；。,;:：";
const LONGEST_LABEL: usize = 20;

impl Reader<'_> {
    /// ```text
    /// date := lead? when close? action?
    /// ```
    pub(super) fn date(&mut self) -> Parsed<Vec<Reading>> {
        let from = self.at;
        self.has(LEAD);
        let due_on = self.due_on()?;
        self.maybe(Self::action)?;
        Ok(vec![self.reading(Rule::Date { due_on, label: None }, from)])
    }

    /// ```text
    /// labelled := (label when close? action?)+
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
        for end in from + 1..(from + LONGEST_LABEL).min(self.len()) {
            let label = self.text(from, end);
            if label.contains(|c: char| NOT_IN_A_LABEL.contains(c) || c.is_numeric() || c.is_control()) {
                break;
            }
            self.at = end;
            let complete = self.has(":") || ends_in(&label, MILESTONES);
            if !complete || holds(&label, VAGUE) {
                continue;
            }
            if let Some(due_on) = self.maybe(Self::due_on)? {
                self.maybe(Self::action)?;
                let label = Some(label);
                return Ok(self.reading(Rule::Date { due_on, label }, from));
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

    /// A date in the year it names, or in the plan's.
    fn due_on(&mut self) -> Parsed<Day> {
        let from = self.at;
        let (start, end) = self.when()?;
        self.close(from, end.mark.moment)?;
        match end.year {
            Some(year) => self.another_year = year != self.year,
            None if self.another_year => {
                return self.refused(from, |at| {
                    say!("没有写明是哪一年的“{at}”", "it does not say of which year “{at}” is")
                });
            }
            None => {}
        }
        self.last_day(from, (start, end), Some(self.year))
    }

    /// The day on which a time ends, in the year it names or else in `year` or else in any year that has the day.
    pub(super) fn last_day(&self, from: usize, (start, end): When, year: Option<i32>) -> Parsed<Day> {
        let day = |spot: Spot| {
            let (year, Mark { month, day, .. }) = (spot.year.or(year).unwrap_or(LEAP_YEAR), spot.mark);
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
        Ok(last)
    }

    /// ```text
    /// when := number tie 第? mark | spot (tie spot)?
    /// ```
    /// 3-5月, 一至三季度; 3月1日至5月31日, 2017年10月至次年3月.
    pub(super) fn when(&mut self) -> Parsed<When> {
        if let Some(end) = self.maybe(Self::numbered_range)? {
            return Ok((None, end));
        }
        let start = self.spot(self.year)?;
        let base = start.year.unwrap_or(self.year);
        let end = self.maybe(|reader| {
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
        Ok(Spot { year, mark })
    }

    /// ```text
    /// spot := year (底 | 末 | 终 | 内 | 年底 | mark) | 年底 | 年末 | 年终 | 年内 | mark
    /// ```
    fn spot(&mut self, base: i32) -> Parsed<Spot> {
        let year = self.maybe(|reader| reader.written_year(base))?;
        let mut words = vec![("年底", true), ("年末", true), ("年终", true), ("年内", false)];
        if year.is_some() {
            words.extend([("底", true), ("末", true), ("终", true), ("内", false)]);
        }
        let mark = match self.one_of(&words) {
            Ok(moment) => Mark::end_of(12, moment, 0),
            Err(_) => self.mark()?,
        };
        Ok(Spot { year, mark })
    }

    /// ```text
    /// year := YYYY年度? | 本年度? | 当年 | 今年 | 次年 | 翌年
    /// ```
    /// The last two follow `base`, the year spoken of.
    pub(super) fn written_year(&mut self, base: i32) -> Parsed<i32> {
        let from = self.at;
        if let Some(year) = self.maybe(|reader| {
            let year = reader.four_digits()?;
            reader.word("年 年度")?;
            Ok(year)
        })? {
            return match i32::try_from(year) {
                Ok(year @ 1949..=2199) => Ok(year),
                _ => self.refused(from, |at| say!("“{at}”不像是年份", "“{at}” is not a likely year")),
            };
        }
        let later = i32::from(!self.has("本年 本年度 当年 今年"));
        if later == 1 {
            self.word("次年 翌年")?;
        }
        if self.another_year {
            return self.refused(from, |at| {
                say!("“{at}”指哪一年不明", "it is not clear which year “{at}” is")
            });
        }
        Ok(base.saturating_add(later))
    }

    /// ```text
    /// mark := month份? day? | 第? number 季度 (底 | 末)? | (上 | 下)半年 (底 | 末)?
    /// ```
    fn mark(&mut self) -> Parsed<Mark> {
        self.either(&[
            |reader| {
                let from = reader.at;
                let month = reader.number()?;
                reader.word("月 月份")?;
                if !(1..=12).contains(&month) {
                    return reader.refused(from, |at| say!("没有“{at}”", "there is no month “{at}”"));
                }
                let day = reader.maybe(|reader| reader.day_of_month(from))?;
                let (day, moment) = day.unwrap_or((None, false));
                Ok(Mark {
                    day,
                    ..Mark::end_of(month, moment, month)
                })
            },
            |reader| {
                let from = reader.at;
                reader.has("第");
                let quarter = reader.number()?;
                reader.word("季度")?;
                if !(1..=4).contains(&quarter) {
                    return reader.refused(from, |at| say!("没有“{at}”", "there is no quarter “{at}”"));
                }
                let moment = reader.has("底 末");
                Ok(Mark::end_of(quarter * 3, moment, quarter))
            },
            |reader| {
                let month = reader.one_of(&[("上半年", 6), ("下半年", 12)])?;
                let moment = reader.has("底 末");
                Ok(Mark::end_of(month, moment, 0))
            },
        ])
    }

    /// ```text
    /// day := 底 | 末 | 中 | 上旬 | 中旬 | 下旬 | (number 日? tie)? number 日
    /// ```
    /// The day (absent: the last) and whether it is a moment; `from` is where its month began.
    pub(super) fn day_of_month(&mut self, from: usize) -> Parsed<(Option<u32>, bool)> {
        if self.has("初") {
            return self.refused(from, |at| {
                say!("“{at}”没有写明到哪一天", "“{at}” does not say until which day")
            });
        }
        let words = [
            ("底", (None, true)),
            ("末", (None, true)),
            ("中", (Some(15), true)),
            ("上旬", (Some(10), false)),
            ("中旬", (Some(20), false)),
            ("下旬", (None, false)),
        ];
        if let Ok(day) = self.one_of(&words) {
            return Ok(day);
        }
        let first = self.maybe(|reader| {
            let first = reader.number()?;
            reader.has(DAY);
            reader.word(TIE)?;
            let at = reader.at;
            reader.number()?;
            reader.word(DAY)?;
            reader.at = at;
            Ok(first)
        })?;
        let last = self.number()?;
        self.word(DAY)?;
        if self.sees(WITHIN) {
            return Err(Fail::NotHere); // 10日内 is a span
        }
        if !(first.unwrap_or(1)..=31).contains(&last) || first == Some(0) || last == 0 {
            return self.refused(from, |at| {
                say!("“{at}”不是月份中的日子", "“{at}” is not a day of a month")
            });
        }
        Ok((Some(last), true))
    }

    /// ```text
    /// close := 前 after a moment | 内 after a stretch
    /// ```
    /// 6月前 would be before June to one reader and before its end to another.
    pub(super) fn close(&mut self, from: usize, moment: bool) -> Parsed<()> {
        if moment {
            let _ = self.sees("前后") || self.has(BEFORE);
        } else if self.has(BEFORE) {
            return self.refused(from, |at| {
                say!(
                    "“{at}”是指开始前还是结束前不明",
                    "“{at}” may mean before its start or before its end"
                )
            });
        } else {
            self.has(WITHIN);
        }
        Ok(())
    }
}
