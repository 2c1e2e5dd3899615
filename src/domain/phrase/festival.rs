//! Days that everybody knows by name: 五一前, 国庆前, 春节前. What is to be done before one is due on the day before it.

use chrono::Datelike as _;

use super::{
    scan::{Fail, Parsed, PhraseReader},
    year_part::YearPart,
};
use crate::{domain::time::Day, say};

/// The same day of each year, by its name, and the day before it.
const FIXED: &[(&str, (u32, u32))] = &[
    ("五一", (4, 30)),
    ("五一节", (4, 30)),
    ("劳动节", (4, 30)),
    ("五一劳动节", (4, 30)),
    ("六一", (5, 31)),
    ("七一", (6, 30)),
    ("八一", (7, 31)),
    ("十一", (9, 30)),
    ("国庆", (9, 30)),
    ("国庆节", (9, 30)),
    ("十一国庆", (9, 30)),
    ("十一国庆节", (9, 30)),
];
const SPRING: &str = "春节 农历春节";
const HOLIDAY: &str = "假期 长假 放假 假日";

/// The first day of the first month of the lunar calendar, from 2004 on.
const SPRING_DAYS: &[(u32, u32)] = &[
    (1, 22),
    (2, 9),
    (1, 29),
    (2, 18),
    (2, 7),
    (1, 26),
    (2, 14),
    (2, 3),
    (1, 23),
    (2, 10),
    (1, 31),
    (2, 19),
    (2, 8),
    (1, 28),
    (2, 16),
    (2, 5),
    (1, 25),
    (2, 12),
    (2, 1),
    (1, 22),
    (2, 10),
    (1, 29),
    (2, 17),
    (2, 6),
    (1, 26),
    (2, 13),
    (2, 3),
    (1, 23),
    (2, 11),
    (1, 31),
    (2, 19),
    (2, 8),
];
const FIRST_YEAR: i32 = 2004;

/// The day of the spring festival, where it is known.
pub(super) fn spring(year: i32) -> Option<Day> {
    let at = usize::try_from(year.checked_sub(FIRST_YEAR)?).ok()?;
    let (month, day) = *SPRING_DAYS.get(at)?;
    Day::from_ymd_opt(year, month, day)
}

impl PhraseReader<'_> {
    /// ```text
    /// festival := (五一 | 国庆 | 春节 | …) 假期? before 前
    /// ```
    /// in `year`. 节后 and 期间 say something else.
    pub(super) fn festival(&mut self, year: i32) -> Parsed<YearPart> {
        let from = self.at;
        let (month, day) = if self.has(SPRING) {
            self.has(HOLIDAY);
            self.before()?;
            let Some(eve) = spring(year).and_then(|day| day.pred_opt()) else {
                return self.refused(from, |at| {
                    say!(
                        "不知道 {year} 年“{at}”是哪一天",
                        "it is not known which day “{at}” is in {year}"
                    )
                });
            };
            (eve.month(), eve.day())
        } else {
            let day = self.one_of(FIXED)?;
            self.has(HOLIDAY);
            self.before()?;
            day
        };
        Ok(YearPart {
            day: Some(day),
            ..YearPart::end_of(month, true, 0)
        })
    }

    /// That 前 comes next, and not 前后; it is not read.
    fn before(&mut self) -> Parsed<()> {
        if self.sees("前 之前 以前") && !self.sees("前后 前夕") {
            Ok(())
        } else {
            Err(Fail::NotHere)
        }
    }

    /// Whether the spring festival stands here, which is on another day each year.
    pub(super) fn sees_spring(&mut self) -> bool {
        self.sees(SPRING)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spring_festival_is_a_day_off_of_that_name() {
        let years: serde_json::Value =
            serde_json::from_str(include_str!("../../../seeds/calendar/china.json")).unwrap();
        let text = years.to_string();
        for year in 2004..=2026 {
            let day = spring(year).unwrap();
            assert!(text.contains(&format!("\"date\":\"{day}\",\"name\":\"春节\"")), "{day}");
        }
        assert_eq!((spring(2003), spring(2036)), (None, None));
    }
}
