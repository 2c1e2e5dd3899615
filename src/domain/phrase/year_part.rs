//! Times of a year: 12月底, 3月15日（星期三）, 上旬, 三季度末, 上半年, 2017-12-31.

use chrono::Weekday;

use super::{
    date::{TIE, WITHIN},
    scan::{Fail, Parsed, PhraseReader},
};
use crate::{domain::time::PLANNED_YEARS, say};

pub(super) const DAY: &str = "日 号";
const MIDNIGHT: &str = "24时 24点 24:00 二十四时";

/// A time of some year. It is due on its last day.
#[derive(Debug, Clone, Copy)]
pub(super) struct YearPart {
    /// Month and day of the first day, where something can begin with it.
    pub(super) first: Option<(u32, u32)>,
    /// Month of the last day.
    pub(super) month: u32,
    /// The last day; absent: the month's last.
    pub(super) day: Option<u32>,
    /// A moment (月底, 15日), before which something can be done, or a stretch (上旬, 三季度), within which it can.
    pub(super) moment: bool,
    /// The written number of the month or quarter, to which a range may run; 0 for others.
    pub(super) number: u32,
    /// The written weekday of the last day.
    pub(super) weekday: Option<Weekday>,
}

impl YearPart {
    /// The end of a month.
    pub(super) fn end_of(month: u32, moment: bool, number: u32) -> Self {
        Self {
            first: None,
            month,
            day: None,
            moment,
            number,
            weekday: None,
        }
    }

    /// Some whole months up to the end of this one.
    pub(super) fn months(first: u32, last: u32, moment: bool, number: u32) -> Self {
        Self {
            first: (!moment).then_some((first, 1)),
            ..Self::end_of(last, moment, number)
        }
    }

    /// The range up to it from the month or quarter with a smaller number.
    pub(super) fn after_number(self, first: u32) -> Self {
        let length = self.month / self.number.max(1);
        Self {
            first: Some(((first.max(1) - 1) * length + 1, 1)),
            ..self
        }
    }
}

/// A mark and the year written with it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    pub(super) year: Option<i32>,
    pub(super) mark: YearPart,
}

impl Spot {
    /// All of a year.
    pub(super) fn year(year: i32) -> Self {
        Self {
            year: Some(year),
            mark: YearPart::months(1, 12, false, 0),
        }
    }
}

/// A day of a month, or a part of it.
pub(super) struct DayOfMonth {
    /// The first day of a part; absent: something cannot begin with it.
    first: Option<u32>,
    /// The last day; absent: the month's last.
    pub(super) day: Option<u32>,
    /// As of [`YearPart`].
    pub(super) moment: bool,
    weekday: Option<Weekday>,
}

const WEEKDAYS: &[(&str, Weekday)] = &[
    ("一", Weekday::Mon),
    ("二", Weekday::Tue),
    ("三", Weekday::Wed),
    ("四", Weekday::Thu),
    ("五", Weekday::Fri),
    ("六", Weekday::Sat),
    ("日", Weekday::Sun),
    ("天", Weekday::Sun),
];

impl PhraseReader<'_> {
    /// ```text
    /// spot := YYYY-MM-DD | year (底 | 末 | 终 | 内 | 年底 | festival | mark)? | 年底 | 年末 | 年终 | 年内 | festival | mark
    /// ```
    pub(super) fn spot(&mut self, base: i32) -> Parsed<Spot> {
        if let Some(spot) = self.maybe(Self::in_figures)? {
            return Ok(spot);
        }
        let year = self.maybe(|reader| reader.written_year(base))?;
        if let Some(mark) = self.maybe(|reader| reader.festival(year.unwrap_or(base)))? {
            return Ok(Spot { year, mark });
        }
        let mut words = vec![("年底", true), ("年末", true), ("年终", true), ("年内", false)];
        if year.is_some() {
            words.extend([("底", true), ("末", true), ("终", true), ("内", false)]);
        }
        let mark = match self.one_of(&words) {
            Ok(moment) => YearPart::months(1, 12, moment, 0),
            Err(_) => match (self.maybe(Self::mark)?, year) {
                (Some(mark), _) => mark,
                (None, Some(year)) => return Ok(Spot::year(year)),
                (None, None) => return Err(Fail::NotHere),
            },
        };
        Ok(Spot { year, mark })
    }

    /// ```text
    /// YYYY-MM-DD | YYYY/MM/DD | YYYY.MM.DD
    /// ```
    fn in_figures(&mut self) -> Parsed<Spot> {
        let from = self.at;
        let year = self.four_digits()?;
        let between = ["-", "/", "."]
            .into_iter()
            .find(|mark| self.has(mark))
            .ok_or(Fail::NotHere)?;
        let month = self.number()?;
        self.word(between)?;
        let day = self.number()?;
        match i32::try_from(year) {
            Ok(year) if PLANNED_YEARS.contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day) => {
                Ok(Spot {
                    year: Some(year),
                    mark: YearPart {
                        first: Some((month, day)),
                        day: Some(day),
                        weekday: self.maybe(Self::weekday)?,
                        ..YearPart::end_of(month, true, 0)
                    },
                })
            }
            _ => self.refused(from, |at| say!("没有“{at}”这一天", "there is no “{at}”")),
        }
    }

    /// ```text
    /// year := YYYY年度? | 本年度? | 当年 | 今年 | 次年 | 翌年 | 明年 | 来年
    /// ```
    /// The last four follow `base`, the year spoken of.
    pub(super) fn written_year(&mut self, base: i32) -> Parsed<i32> {
        let from = self.at;
        if let Some(year) = self.maybe(|reader| {
            let year = reader.four_digits()?;
            reader.word("年 年度")?;
            Ok(year)
        })? {
            return match i32::try_from(year) {
                Ok(year) if PLANNED_YEARS.contains(&year) => Ok(year),
                _ => self.refused(from, |at| say!("“{at}”不像是年份", "“{at}” is not a likely year")),
            };
        }
        let later = i32::from(!self.has("本年 本年度 当年 今年"));
        if later == 1 {
            self.word("次年 翌年 明年 来年")?;
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
    pub(super) fn mark(&mut self) -> Parsed<YearPart> {
        self.either(&[
            |reader| {
                let from = reader.at;
                let month = reader.number()?;
                reader.word("月 月份")?;
                if !(1..=12).contains(&month) {
                    return reader.refused(from, |at| say!("没有“{at}”", "there is no month “{at}”"));
                }
                let day = reader.maybe(|reader| reader.day_of_month(from))?;
                Ok(match day {
                    None => YearPart::months(month, month, false, month),
                    Some(of) => YearPart {
                        first: of.first.map(|first| (month, first)),
                        day: of.day,
                        weekday: of.weekday,
                        ..YearPart::end_of(month, of.moment, month)
                    },
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
                Ok(YearPart::months(quarter * 3 - 2, quarter * 3, moment, quarter))
            },
            |reader| {
                let month = reader.one_of(&[("上半年", 6), ("下半年", 12)])?;
                let moment = reader.has("底 末");
                Ok(YearPart::months(month - 5, month, moment, 0))
            },
        ])
    }

    /// ```text
    /// day := 底 | 末 | 中 | 上旬 | 中旬 | 下旬 | (number 日? tie)? number 日 weekday? (24时 | 24:00)?
    /// ```
    /// `from` is where its month began.
    pub(super) fn day_of_month(&mut self, from: usize) -> Parsed<DayOfMonth> {
        if self.has("初") {
            return self.refused(from, |at| {
                say!("“{at}”没有写明到哪一天", "“{at}” does not say until which day")
            });
        }
        let words = [
            ("底", (None, None, true)),
            ("末", (None, None, true)),
            ("中", (None, Some(15), true)),
            ("上旬", (Some(1), Some(10), false)),
            ("中旬", (Some(11), Some(20), false)),
            ("下旬", (Some(21), None, false)),
        ];
        if let Ok((first, day, moment)) = self.one_of(&words) {
            return Ok(DayOfMonth {
                first,
                day,
                moment,
                weekday: None,
            });
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
        let weekday = self.maybe(Self::weekday)?;
        // The end of the day, which it ends with anyway. Another hour is not that.
        self.has(MIDNIGHT);
        Ok(DayOfMonth {
            first: Some(first.unwrap_or(last)),
            day: Some(last),
            moment: true,
            weekday,
        })
    }

    /// ```text
    /// weekday := （? (星期 | 周 | 礼拜) weekday ）?
    /// ```
    fn weekday(&mut self) -> Parsed<Weekday> {
        let bracketed = self.has("(");
        self.word("星期 周 礼拜")?;
        let weekday = self.one_of(WEEKDAYS)?;
        if bracketed {
            self.word(")")?;
        }
        Ok(weekday)
    }

    /// One of the days of a week.
    pub(super) fn day_of_week(&mut self) -> Parsed<Weekday> {
        self.has("星期 周 礼拜");
        self.one_of(WEEKDAYS)
    }
}
