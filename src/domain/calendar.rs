//! 工作日历: which days are worked, by the State Council's yearly notices, 调休 included.
//!
//! Sources: 国务院办公厅关于部分节假日安排的通知 (one a year, usually in November, names the days off and the
//! weekends worked to make up for them) under 全国年节及纪念日放假办法. The pattern cannot be computed from the
//! statute: a year whose notice is not known has no answer here, never a weekends-only guess.

mod year;

use std::collections::{BTreeMap, HashSet};

use chrono::{Datelike, TimeDelta};

use self::year::is_weekend;
pub use self::year::{CalendarYear, DayName, Year};
use super::time::Day;

super::event::events! {
    CALENDAR_UPDATED = "calendar.updated",
}

/// A computation ran into a year whose official calendar is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no official working-day calendar for {year}")]
pub struct NoCalendar {
    /// The first such year.
    pub year: i32,
}

/// The official calendar: an immutable index that answers in constant time.
#[derive(Debug, Clone, Default)]
pub struct Calendar {
    runs: Vec<Run>,
    names: BTreeMap<Day, String>,
}

/// Consecutive years that are all known.
#[derive(Debug, Clone)]
struct Run {
    /// Its first 1 January.
    first: Day,
    /// `worked[n]`: how many of its first `n` days are worked.
    worked: Vec<u32>,
}

impl Run {
    /// How many of its days come before `day`, when `day` is one of them.
    fn offset(&self, day: Day) -> Option<usize> {
        let days = usize::try_from((day - self.first).num_days()).ok()?;
        (days + 1 < self.worked.len()).then_some(days)
    }

    /// Its day number `offset`, from 0.
    fn day(&self, offset: usize) -> Day {
        self.first + TimeDelta::days(i64::try_from(offset).unwrap_or(0))
    }

    /// There is no calendar for the year after its last.
    fn ends(&self) -> NoCalendar {
        let last = self.day(self.worked.len() - 2);
        NoCalendar { year: last.year() + 1 }
    }

    fn new(first: Day, year: &CalendarYear) -> Self {
        let mut run = Self { first, worked: vec![0] };
        run.extend(year);
        run
    }

    /// Adds the year that follows.
    fn extend(&mut self, year: &CalendarYear) {
        let listed = |days: &[DayName]| days.iter().map(|day| day.date).collect::<HashSet<Day>>();
        let (off, make_up) = (listed(&year.days_off), listed(&year.make_up_workdays));
        let mut total = self.worked.last().copied().unwrap_or_default();
        for day in days_of(year.year) {
            total += u32::from(make_up.contains(&day) || !(is_weekend(day) || off.contains(&day)));
            self.worked.push(total);
        }
    }
}

/// All days of a year, none when it is beyond what a date can hold.
fn days_of(year: i32) -> impl Iterator<Item = Day> {
    let days = Day::from_ymd_opt(year, 1, 1).map(|first| first.iter_days());
    days.into_iter().flatten().take_while(move |day| day.year() == year)
}

impl NoCalendar {
    /// What a reply says of what it had to leave out: `missing:2027`.
    pub fn word(self) -> String {
        format!("missing:{}", self.year)
    }
}

impl Calendar {
    /// The calendar of these years; of a year given twice the last counts. Days that a notice lists outside its own
    /// year ([`CalendarYear::check`] refuses them) are ignored.
    pub fn new(years: impl IntoIterator<Item = CalendarYear>) -> Self {
        let years: BTreeMap<i32, CalendarYear> = years.into_iter().map(|year| (year.year, year)).collect();
        let mut calendar = Self::default();
        for (number, year) in years {
            match (calendar.runs.last_mut(), Day::from_ymd_opt(number, 1, 1)) {
                (_, None) => continue,
                (Some(run), _) if run.ends().year == number => run.extend(&year),
                (_, Some(first)) => calendar.runs.push(Run::new(first, &year)),
            }
            for day in year.days_off.into_iter().chain(year.make_up_workdays) {
                if day.date.year() == number {
                    calendar.names.insert(day.date, day.name);
                }
            }
        }
        calendar
    }

    /// The run of known years that `day` lies in, and where.
    fn locate(&self, day: Day) -> Result<(&Run, usize), NoCalendar> {
        let found = self.runs.iter().find_map(|run| Some((run, run.offset(day)?)));
        found.ok_or(NoCalendar { year: day.year() })
    }

    /// The last day, from `day` on without a gap, whose calendar is known; an error when that of `day` is not.
    pub fn known_until(&self, day: Day) -> Result<Day, NoCalendar> {
        let (run, _) = self.locate(day)?;
        Ok(run.day(run.worked.len() - 2))
    }

    /// How many days after `day` are known without a gap; 0 where that of `day` is not.
    pub fn days_left(&self, day: Day) -> i64 {
        self.known_until(day).map_or(0, |last| (last - day).num_days())
    }

    /// The first year, from that of `day` on, whose calendar is not known.
    pub fn first_missing(&self, day: Day) -> NoCalendar {
        self.locate(day).map_or_else(|missing| missing, |(run, _)| run.ends())
    }

    /// Whether `day` is worked: a make-up workday, or a weekday that is not a day off.
    pub fn is_working_day(&self, day: Day) -> Result<bool, NoCalendar> {
        let (run, at) = self.locate(day)?;
        Ok(run.worked[at] < run.worked[at + 1])
    }

    /// The festival for which the notice names `day`, be it as a day off or as a workday that makes up for one.
    pub fn name_of(&self, day: Day) -> Option<&str> {
        self.names.get(&day).map(String::as_str)
    }

    /// The `n`th working day after `from`, which itself does not count (期间开始的当日不计入); `from` when `n` is 0.
    pub fn add_working_days(&self, from: Day, n: u32) -> Result<Day, NoCalendar> {
        if n == 0 {
            return Ok(from);
        }
        let (run, at) = self.locate(the_day_after(from)?)?;
        let target = u64::from(run.worked[at]) + u64::from(n);
        match run.worked.partition_point(|worked| u64::from(*worked) < target) {
            days if days == run.worked.len() => Err(run.ends()),
            days => Ok(run.day(days - 1)),
        }
    }

    /// How many working days lie after `from`, up to and including `to`. Negative when `to` comes first: going back
    /// is the same count as coming.
    pub fn working_days_between(&self, from: Day, to: Day) -> Result<i64, NoCalendar> {
        if to < from {
            return Ok(-self.working_days_between(to, from)?);
        }
        if to == from {
            return Ok(0);
        }
        let (run, start) = self.locate(the_day_after(from)?)?;
        let end = run.offset(to).ok_or_else(|| run.ends())?;
        Ok(i64::from(run.worked[end + 1] - run.worked[start]))
    }

    /// How many days lie after `from`, up to and including `to`, worked or not; negative when `to` comes first.
    pub fn calendar_days_between(from: Day, to: Day) -> i64 {
        (to - from).num_days()
    }

    /// `day` if it is worked, or else the next day that is.
    pub fn next_working_day(&self, day: Day) -> Result<Day, NoCalendar> {
        match day.pred_opt() {
            Some(before) => self.add_working_days(before, 1),
            None => Err(NoCalendar { year: day.year() }),
        }
    }
}

fn the_day_after(day: Day) -> Result<Day, NoCalendar> {
    day.succ_opt().ok_or(NoCalendar { year: day.year() })
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::{super::fault::Fault, year::MOST, *};

    static SEED: LazyLock<Vec<CalendarYear>> = LazyLock::new(|| {
        let file: Value = serde_json::from_str(include_str!("../../seeds/calendar/china.json")).unwrap();
        serde_json::from_value(file["years"].clone()).unwrap()
    });
    static CHINA: LazyLock<Calendar> = LazyLock::new(|| Calendar::new(SEED.clone()));

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn faults(year: &CalendarYear) -> Vec<(String, Fault)> {
        let errors = year.check().err().into_iter().flatten();
        errors.map(|error| (error.pointer, error.fault)).collect()
    }

    #[test]
    fn the_seed_holds_each_year_from_2004_to_2026_and_checks() {
        assert!(SEED.iter().map(|year| year.year).eq(2004..=2026));
        for year in SEED.iter() {
            assert_eq!(faults(year), [], "{}", year.year);
        }
    }

    #[test]
    fn working_days_are_counted_as_published() {
        for (from, n, expected) in [
            ("2017-01-20", 3, "2017-01-24"), // Sunday the 22nd is worked
            ("2017-01-26", 3, "2017-02-06"),
            ("2017-03-30", 3, "2017-04-05"),
            ("2017-04-27", 3, "2017-05-03"),
            ("2017-05-26", 3, "2017-06-01"),
            ("2017-09-28", 3, "2017-10-09"),
            ("2017-09-29", 20, "2017-11-02"),
            ("2017-12-29", 3, "2018-01-04"),
            ("2020-01-22", 3, "2020-02-04"), // the holiday that was prolonged
            ("2024-02-08", 3, "2024-02-19"),
            ("2025-09-26", 20, "2025-10-30"),
            ("2026-02-13", 3, "2026-02-25"),
        ] {
            assert_eq!(CHINA.add_working_days(day(from), n), Ok(day(expected)), "{from} + {n}");
        }
        let beyond = CHINA.add_working_days(day("2026-12-25"), 20);
        assert_eq!(beyond, Err(NoCalendar { year: 2027 }));
        for (year, count) in (2017..).zip([249, 250, 250, 249, 250, 249, 249, 251, 248, 248]) {
            let (from, to) = (format!("{}-12-31", year - 1), format!("{year}-12-31"));
            assert_eq!(CHINA.working_days_between(day(&from), day(&to)), Ok(count), "{year}");
        }
    }

    #[test]
    fn month_ends_may_be_worked_saturdays_or_free_sundays() {
        for (end, next) in [
            ("2017-03-31", "2017-03-31"),
            ("2017-06-30", "2017-06-30"),
            ("2017-09-30", "2017-09-30"), // a Saturday, worked
            ("2017-12-31", "2018-01-02"),
            ("2018-03-31", "2018-04-02"),
        ] {
            assert_eq!(CHINA.next_working_day(day(end)), Ok(day(next)), "{end}");
            assert_eq!(CHINA.is_working_day(day(end)), Ok(end == next), "{end}");
        }
        assert_eq!(CHINA.name_of(day("2017-10-04")), Some("中秋"));
        assert_eq!(CHINA.name_of(day("2017-09-30")), Some("国庆节"));
        assert_eq!(CHINA.name_of(day("2017-10-09")), None);
    }

    #[test]
    fn a_missing_year_is_named_and_never_guessed() {
        let gap = Calendar::new(SEED.iter().filter(|year| year.year != 2018).cloned());
        let missing = |year| NoCalendar { year };
        let between = |from, to| gap.working_days_between(day(from), day(to));
        assert_eq!(gap.is_working_day(day("2018-05-02")), Err(missing(2018)));
        assert_eq!(gap.add_working_days(day("2017-12-29"), 3), Err(missing(2018)));
        assert_eq!(gap.next_working_day(day("2017-12-30")), Err(missing(2018)));
        assert_eq!(between("2017-12-29", "2019-01-02"), Err(missing(2018)));
        assert_eq!(between("2019-01-02", "2017-12-29"), Err(missing(2018)));
        assert_eq!(between("2003-12-30", "2004-01-02"), Err(missing(2003)));
        // The start day does not count, so nothing is asked about its year.
        assert_eq!(between("2018-12-31", "2019-01-02"), Ok(1));
        assert_eq!(gap.add_working_days(day("2018-12-31"), 1), Ok(day("2019-01-02")));
        assert_eq!(CHINA.add_working_days(Day::MAX, 1), Err(missing(Day::MAX.year())));
        assert_eq!(CHINA.next_working_day(Day::MIN), Err(missing(Day::MIN.year())));
    }

    fn year(days_off: &[(&str, &str)], make_up_workdays: &[(&str, &str)]) -> CalendarYear {
        let named = |(date, name): &(&str, &str)| json!({ "date": date, "name": name });
        let list = |days: &[(&str, &str)]| days.iter().map(named).collect::<Value>();
        let year = json!({ "year": 2017, "days_off": list(days_off), "make_up_workdays": list(make_up_workdays) });
        serde_json::from_value(year).unwrap()
    }

    #[test]
    fn what_cannot_be_a_notice_is_refused_with_its_place() {
        let wrong = year(
            &[("2017-10-01", "国庆节"), ("2018-01-01", "元旦"), ("2017-10-01", " ")],
            &[("2017-10-01", "国庆节"), ("2017-10-09", "国庆节")],
        );
        let at = |pointer: &str, fault| (pointer.to_owned(), fault);
        let expected = [
            at("/days_off/1/date", Fault::OutOfRange),
            at("/days_off/2/date", Fault::Duplicate),
            at("/days_off/2/name", Fault::Required),
            at("/make_up_workdays/0/date", Fault::Conflict),
            at("/make_up_workdays/1/date", Fault::Invalid),
        ];
        assert_eq!(faults(&wrong), expected);
        let dates: Vec<String> = days_of(2017).map(|date| date.to_string()).collect();
        let mut holidays: Vec<_> = dates.iter().map(|date| (date.as_str(), "长假")).collect();
        let part = year(&holidays[..MOST], &[]);
        assert_eq!(
            faults(&part),
            [at("/days_off", Fault::Required)],
            "of a year that goes on"
        );
        for (n, festival) in ["2017-05-01", "2017-10-01"].into_iter().enumerate() {
            holidays[n + 1].0 = festival;
        }
        assert_eq!(faults(&year(&holidays[..MOST], &[])), []);
        let too_many = year(&holidays[..=MOST], &[]);
        assert_eq!(faults(&too_many), [at("/days_off", Fault::OutOfRange)]);
    }

    fn days() -> impl Strategy<Value = Day> {
        (0..365 * 22i64).prop_map(|n| day("2004-01-01") + TimeDelta::days(n))
    }

    proptest! {
        #[test]
        fn it_agrees_with_walking(from in days(), length in 0..350i64) {
            let to = from + TimeDelta::days(length);
            let worked = |day: &Day| CHINA.is_working_day(*day).unwrap();
            let walked = from.iter_days().skip(1).take_while(|day| *day <= to).filter(worked).count();
            prop_assert_eq!(CHINA.working_days_between(from, to), Ok(i64::try_from(walked).unwrap()));
            prop_assert_eq!(CHINA.next_working_day(from).ok(), from.iter_days().find(worked));
        }

        #[test]
        fn what_is_added_lies_between(from in days(), n in 1..200u32) {
            let to = CHINA.add_working_days(from, n).unwrap();
            prop_assert_eq!(CHINA.working_days_between(from, to), Ok(i64::from(n)));
            prop_assert_eq!(CHINA.add_working_days(from, 0), Ok(from));
            // A longer span and a later start never end earlier.
            prop_assert!(CHINA.add_working_days(from, n + 1).unwrap() > to);
            prop_assert!(CHINA.add_working_days(from.succ_opt().unwrap(), n).unwrap() >= to);
        }

        #[test]
        fn between_is_additive_and_symmetrical(a in days(), b in days(), c in days()) {
            let between = |from, to| CHINA.working_days_between(from, to).unwrap();
            prop_assert_eq!(between(a, b) + between(b, c), between(a, c));
            prop_assert_eq!(between(a, b), -between(b, a));
            prop_assert!(between(a, b).abs() <= Calendar::calendar_days_between(a, b).abs());
        }
    }
}
