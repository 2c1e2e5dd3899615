//! One year of the calendar, as its notice gives it.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    str::FromStr,
};

use chrono::{Datelike, Weekday};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    domain::{
        fault::{Bilingual, Checker, Fault, FieldError},
        id::NotAnId,
        time::Day,
    },
    say,
};

/// Most days that a year's notice can plausibly free or shift; the most so far is 33, in 2026.
pub(super) const MOST: usize = 60;

/// The list whose days must be weekends.
const MAKE_UP: &str = "make_up_workdays";

/// A day that the notice names, and the festival it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DayName {
    /// 日期
    #[schema(example = "2017-10-01")]
    pub date: Day,
    /// 节日名称 (the festival; on a make-up workday, the one it makes up for)
    #[schema(example = "国庆节")]
    pub name: String,
}

/// A year as a path names it: four digits, its one spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Year(pub i32);

impl FromStr for Year {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let is_plain = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
        let year = is_plain.then(|| text.parse().ok()).flatten();
        year.map(Self).ok_or(NotAnId("year"))
    }
}

/// One year of the official calendar, as its notice gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarYear {
    /// 年份
    #[schema(example = 2017)]
    pub year: i32,
    /// 放假日 (days off, weekends among them too)
    pub days_off: Vec<DayName>,
    /// 调休上班日 (Saturdays and Sundays that are worked)
    pub make_up_workdays: Vec<DayName>,
}

impl CalendarYear {
    /// Whether this can be a year's notice: it names each of its days once, shifts work to weekends only, and has all of the year.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut check = Checker::default();
        if !(1949..=2199).contains(&self.year) {
            check.at("year", |check| {
                check.fault(Fault::OutOfRange, say!("应为 1949 至 2199", "must be 1949 to 2199"));
            });
        }
        let mut seen = HashMap::new();
        for (list, days) in [("days_off", &self.days_off), (MAKE_UP, &self.make_up_workdays)] {
            check.at(list, |check| {
                if days.len() > MOST {
                    check.fault(Fault::OutOfRange, say!("最多 {MOST} 天", "at most {MOST} days"));
                }
                for (index, DayName { date, name }) in days.iter().enumerate() {
                    check.at(index, |check| {
                        if let Some((fault, detail)) = self.wrong_date(*date, list, seen.insert(*date, list)) {
                            check.at("date", |check| check.fault(fault, detail));
                        }
                        check.text("name", name, 50);
                    });
                }
            });
        }
        check.finish()?;
        self.check_whole()
    }

    /// Of a part of a year all other weekdays would be taken for worked.
    fn check_whole(&self) -> Result<(), Vec<FieldError>> {
        let mut check = Checker::default();
        if !self.is_whole() {
            let year = self.year;
            let detail = say!(
                "{year} 年不完整：元旦、劳动节、国庆节（1月1日、5月1日、10月1日）每年都放假",
                "{year} is there in part only: 1 January, 1 May and 1 October are days off in every year"
            );
            check.at("days_off", |check| check.fault(Fault::Required, detail));
        }
        check.finish()
    }

    /// Its days, each with whether it is worked.
    fn days(&self) -> BTreeMap<Day, bool> {
        let off = self.days_off.iter().map(|day| (day.date, false));
        off.chain(self.make_up_workdays.iter().map(|day| (day.date, true)))
            .collect()
    }

    /// Whether it can be a whole year's: the days that the statute frees in every year are off.
    pub fn is_whole(&self) -> bool {
        let days = self.days();
        let off = |month| Day::from_ymd_opt(self.year, month, 1).and_then(|day| days.get(&day)) == Some(&false);
        off(1) && off(5) && off(10)
    }

    /// Whether it says of each day of `other` what `other` says.
    pub fn has_days_of(&self, other: &Self) -> bool {
        let own = self.days();
        other.days().iter().all(|(day, worked)| own.get(day) == Some(worked))
    }

    /// Whether the same days are off, and the same worked.
    pub fn same_days(&self, other: &Self) -> bool {
        self.differing(other).is_empty()
    }

    /// The days of which it says something else than `other`.
    pub fn differing(&self, other: &Self) -> Vec<Day> {
        let (own, others) = (self.days(), other.days());
        let days: BTreeSet<Day> = own.keys().chain(others.keys()).copied().collect();
        days.into_iter().filter(|day| own.get(day) != others.get(day)).collect()
    }

    /// What is wrong with a date in `list` that has been seen `before` in that list or the other.
    fn wrong_date(&self, date: Day, list: &str, before: Option<&str>) -> Option<(Fault, Bilingual)> {
        let year = self.year;
        Some(match before {
            _ if date.year() != year => (Fault::OutOfRange, say!("不在 {year} 年内", "is not in {year}")),
            Some(same) if same == list => (Fault::Duplicate, say!("重复", "is given twice")),
            Some(_) => (Fault::Conflict, say!("已列为放假日", "is a day off too")),
            None if list == MAKE_UP && !is_weekend(date) => {
                (Fault::Invalid, say!("不是周六或周日", "is not a Saturday or Sunday"))
            }
            None => return None,
        })
    }
}

pub(super) fn is_weekend(day: Day) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}
