//! Days and instants. Days are Asia/Shanghai's, instants are UTC.

use std::ops::RangeInclusive;

use chrono::{DateTime, FixedOffset, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A calendar day in Asia/Shanghai, written `2017-12-31`.
pub type Day = NaiveDate;

/// A point in time, UTC, to the microsecond (what both databases keep).
pub type Instant = DateTime<Utc>;

/// Asia/Shanghai has been UTC+8 without daylight saving since 1991-09-15.
const SHANGHAI_SECONDS_EAST: i32 = 8 * 3600;

/// The years that plans are for. Another number of four digits is no year.
pub const PLANNED_YEARS: RangeInclusive<i32> = 1949..=2199;

/// The calendar day in Asia/Shanghai at `now`.
pub fn day_of(now: Instant) -> Day {
    local(now).date()
}

/// What a clock on the wall says in Asia/Shanghai at `now`.
pub fn local(now: Instant) -> NaiveDateTime {
    FixedOffset::east_opt(SHANGHAI_SECONDS_EAST)
        .map_or_else(|| now.naive_utc(), |zone| now.with_timezone(&zone).naive_local())
}

/// Midnight in Asia/Shanghai at which `day` begins. Days that no database can hold are taken for the
/// nearest that it can.
pub fn start_of(day: Day) -> Instant {
    let bounds = NaiveDate::from_ymd_opt(1, 1, 2).zip(NaiveDate::from_ymd_opt(9999, 12, 31));
    let day = bounds.map_or(day, |(first, last)| day.clamp(first, last));
    day.and_time(NaiveTime::MIN).and_utc() - TimeDelta::seconds(SHANGHAI_SECONDS_EAST.into())
}

/// The first instant after `day` in Asia/Shanghai.
pub fn end_of(day: Day) -> Instant {
    start_of(day.succ_opt().unwrap_or(day))
}

/// Until when something was known for a question about `as_of`: the end of an earlier day; for `today` and
/// later, all that is known counts.
pub fn known_before(as_of: Day, today: Day) -> Option<Instant> {
    (as_of < today).then(|| end_of(as_of))
}

/// The last day to which something is put off from `day`: two years on. A day farther off is a slip of the pen.
pub fn latest_from(day: Day) -> Day {
    day.checked_add_months(Months::new(24)).unwrap_or(Day::MAX)
}

/// The last day that both databases hold: what has no day comes last.
pub fn no_day() -> Day {
    Day::from_ymd_opt(9999, 12, 31).unwrap_or(Day::MAX)
}

/// A closed range of days: both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Period {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
}

impl Period {
    /// All days.
    pub const EVER: Self = Self {
        from: Day::MIN,
        to: Day::MAX,
    };

    /// From the first day of one year to the last of another.
    pub fn of_years(first: i32, last: i32) -> Self {
        Self {
            from: Day::from_ymd_opt(first, 1, 1).unwrap_or_default(),
            to: Day::from_ymd_opt(last, 12, 31).unwrap_or_default(),
        }
    }

    /// Whether `day` lies in the period.
    pub fn contains(&self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }

    /// Whether an open-ended range of days shares at least one day with this period.
    pub fn overlaps(&self, from: Option<Day>, to: Option<Day>) -> bool {
        from.is_none_or(|from| from <= self.to) && to.is_none_or(|to| to >= self.from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_changes_at_midnight_in_shanghai() {
        let before: Instant = "2017-06-30T15:59:59Z".parse().unwrap();
        let after: Instant = "2017-06-30T16:00:00Z".parse().unwrap();
        assert_eq!(day_of(before).to_string(), "2017-06-30");
        assert_eq!(day_of(after).to_string(), "2017-07-01");
        assert_eq!(end_of(day_of(before)), after);
        assert_eq!(start_of(day_of(after)), after);
        assert_eq!(start_of(day_of(before)), after - TimeDelta::days(1));
    }
}
