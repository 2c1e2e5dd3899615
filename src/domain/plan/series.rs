//! The days of a series of figures.

use chrono::{Datelike as _, Days, Months};

use crate::domain::{
    time::{Day, Period},
    vocabulary::vocabulary,
};

/// Points of one series: ten years of months, or two of weeks.
pub const MOST_POINTS: usize = 120;

vocabulary! {
    /// 间隔 (from one point of a series to the next)
    pub enum Interval {
        /// 每月最后一日 (the last day of each month)
        Month = "month": "每月", "by month";
        /// 每周日 (each Sunday)
        Week = "week": "每周", "by week";
    }
}

impl Interval {
    /// The last day of the month or week of `day`.
    fn end(self, day: Day) -> Day {
        let end = match self {
            Self::Month => {
                let next = day
                    .with_day(1)
                    .and_then(|first| first.checked_add_months(Months::new(1)));
                next.and_then(|next| next.pred_opt())
            }
            Self::Week => day.checked_add_days(Days::new(6 - u64::from(day.weekday().num_days_from_monday()))),
        };
        end.unwrap_or(day)
    }

    /// The ends within the span, and its last day; `None`: there are more than a reply may have.
    pub fn points(self, span: Period) -> Option<Vec<Day>> {
        let mut points = Vec::new();
        let mut day = span.from;
        loop {
            let end = self.end(day).min(span.to);
            points.push(end);
            if points.len() > MOST_POINTS {
                return None;
            }
            if end >= span.to {
                return Some(points);
            }
            day = end.succ_opt()?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(step: Interval, from: &str, to: &str) -> Option<Vec<String>> {
        let span = Period {
            from: from.parse().unwrap(),
            to: to.parse().unwrap(),
        };
        let points = step.points(span)?;
        Some(points.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn points_are_the_ends_of_months_or_weeks_and_the_last_day() {
        let ends = ["2017-01-31", "2017-02-28", "2017-03-15"];
        assert_eq!(days(Interval::Month, "2017-01-15", "2017-03-15").unwrap(), ends);
        assert_eq!(days(Interval::Month, "2017-01-31", "2017-02-28").unwrap(), ends[..2]);
        // The second of January 2017 was a Monday.
        let ends = ["2017-01-01", "2017-01-08", "2017-01-09"];
        assert_eq!(days(Interval::Week, "2017-01-01", "2017-01-09").unwrap(), ends);
        assert_eq!(
            days(Interval::Week, "2017-01-04", "2017-01-04").unwrap(),
            ["2017-01-04"]
        );
        assert!(days(Interval::Week, "2017-01-01", "2099-01-01").is_none());
    }
}
