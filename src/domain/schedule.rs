//! When a deadline falls due: the days that a rule comes to within a plan's period.
//!
//! Periods come from the calendar, never from when the last one was finished: month ends do not drift.

use chrono::{Datelike, Days, Months};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    calendar::{Calendar, NoCalendar},
    deadline::{DayUnit, Due, Every, Rule, Within},
    time::{Day, Period},
};

/// What happens to a due day that is not worked. Applying 民法典 art. 203 to a plan's deadlines is a
/// choice of the plan; the document's own days stand unless it says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rollover {
    /// It stays.
    #[default]
    None,
    /// It moves to the next working day.
    NextWorkingDay,
}

/// How a plan turns its deadlines into days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// The plan's year.
    pub year: i32,
    /// The plan's period.
    pub period: Period,
    /// How often 全年 is reported on.
    pub cadence: Every,
    /// What happens to a due day that is not worked.
    pub rollover: Rollover,
}

/// An event that was registered for an `on_event` deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Happened {
    /// Its number, from 1.
    pub number: u32,
    /// The day it happened.
    pub on: Day,
    /// The day its duty falls due.
    pub due_on: Day,
}

/// One time that a deadline falls due.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DuePeriod {
    /// The period it is for: `2017Q1`, `2017-03`, `2017H1`, `2017`; `e1` for an event; `waiting`.
    pub period: String,
    /// The day from which it can be worked on; `None` while its event has not happened.
    pub opens_on: Option<Day>,
    /// The last day on which it is not late; `None` while its event has not happened, and while nobody
    /// knows which day is worked next.
    pub due_on: Option<Day>,
}

/// The period of an occurrence that waits for its event.
pub const WAITING: &str = "waiting";

/// Whether an obligation can be for this period.
pub fn is_period(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if text == WAITING {
        return true;
    }
    if let Some(number) = text.strip_prefix('e') {
        return digits(number);
    }
    let Some((year, part)) = text.split_at_checked(4).filter(|(year, _)| digits(year)) else {
        return false;
    };
    let month = part.strip_prefix('-').filter(|month| month.len() == 2 && digits(month));
    let is_month = month
        .and_then(|month| month.parse().ok())
        .is_some_and(|month: u32| (1..=12).contains(&month));
    year != "0000" && (is_month || ["", "H1", "H2", "Q1", "Q2", "Q3", "Q4"].contains(&part))
}

/// All occurrences of a rule, in order of their days. A due day that has to roll into a year without a
/// calendar is not known yet.
pub fn due_periods(rule: &Rule, terms: &Terms, happened: &[Happened], calendar: &Calendar) -> Vec<DuePeriod> {
    let roll = |due: Day| match terms.rollover {
        Rollover::None => Some(due),
        Rollover::NextWorkingDay => calendar.next_working_day(due).ok(),
    };
    let Period { from, to } = terms.period;
    let fixed = |period: String, opens: Day, due: Day| DuePeriod {
        period,
        opens_on: Some(opens.max(from)),
        due_on: roll(due),
    };
    match rule {
        Rule::Date { due_on, .. } => vec![fixed(terms.year.to_string(), from, *due_on)],
        // The last one is due at the plan's end, also when the plan ends within a period.
        Rule::YearRound => periods(terms.cadence, terms.period)
            .into_iter()
            .map(|(id, span)| fixed(id, span.from, span.to.min(to)))
            .collect(),
        Rule::Recurring { every, due } => periods(*every, terms.period)
            .into_iter()
            .map(|(id, span)| (id, span, due_in(*due, *every, span)))
            .filter(|(_, _, due)| terms.period.contains(*due))
            .map(|(id, span, due)| fixed(id, span.from, due))
            .collect(),
        Rule::OnEvent { .. } if happened.is_empty() => vec![DuePeriod {
            period: WAITING.into(),
            opens_on: None,
            due_on: None,
        }],
        Rule::OnEvent { .. } => happened
            .iter()
            .map(|event| DuePeriod {
                period: format!("e{}", event.number),
                opens_on: Some(event.on),
                due_on: Some(event.due_on),
            })
            .collect(),
    }
}

/// The day that `within` allows after an event: the day of the event is not counted (民法典 art. 201).
pub fn due_after(event: Day, within: Within, calendar: &Calendar) -> Result<Day, NoCalendar> {
    match within.unit {
        DayUnit::Day => Ok(event
            .checked_add_days(Days::new(within.count.into()))
            .unwrap_or(Day::MAX)),
        DayUnit::WorkingDay => calendar.add_working_days(event, within.count),
    }
}

/// The calendar periods that share a day with `window`, with their ids.
pub fn periods(every: Every, window: Period) -> Vec<(String, Period)> {
    let months = every.months();
    let first_month = (window.from.month0() / months) * months + 1;
    let mut start = Day::from_ymd_opt(window.from.year(), first_month, 1).unwrap_or(window.from);
    let mut found = Vec::new();
    while start <= window.to {
        let Some(next) = start.checked_add_months(Months::new(months)) else {
            break;
        };
        let year = start.year();
        let id = match every {
            Every::Month => format!("{year}-{:02}", start.month()),
            Every::Quarter => format!("{year}Q{}", start.month0() / 3 + 1),
            Every::HalfYear => format!("{year}H{}", start.month0() / 6 + 1),
            Every::Year => year.to_string(),
        };
        found.push((
            id,
            Period {
                from: start,
                to: next.pred_opt().unwrap_or(start),
            },
        ));
        start = next;
    }
    found
}

fn due_in(due: Due, every: Every, span: Period) -> Day {
    match due {
        Due::PeriodEnd => span.to,
        Due::Day { month, day } => {
            let month = month.unwrap_or(every.months()).clamp(1, every.months());
            let first = span
                .from
                .checked_add_months(Months::new(month - 1))
                .unwrap_or(span.from);
            let last = first
                .checked_add_months(Months::new(1))
                .and_then(|next| next.pred_opt())
                .unwrap_or(first);
            // A day the month does not have means its last.
            first.with_day(day).unwrap_or(last)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn terms(from: &str, to: &str) -> Terms {
        let period = Period {
            from: day(from),
            to: day(to),
        };
        Terms {
            year: period.from.year(),
            period,
            cadence: Every::Quarter,
            rollover: Rollover::None,
        }
    }

    fn days(rule: &Rule, terms: &Terms) -> Vec<(String, String)> {
        let found = due_periods(rule, terms, &[], &Calendar::default());
        found
            .into_iter()
            .map(|occurrence| (occurrence.period, occurrence.due_on.unwrap().to_string()))
            .collect()
    }

    #[test]
    fn a_year_round_task_is_reported_on_each_quarter_and_at_the_end() {
        let pair = |id: &str, due: &str| (id.to_owned(), due.to_owned());
        let quarters = [
            pair("2017Q1", "2017-03-31"),
            pair("2017Q2", "2017-06-30"),
            pair("2017Q3", "2017-09-30"),
            pair("2017Q4", "2017-12-31"),
        ];
        assert_eq!(days(&Rule::YearRound, &terms("2017-01-01", "2017-12-31")), quarters);
        assert_eq!(
            days(&Rule::YearRound, &terms("2017-02-15", "2017-05-20")),
            [pair("2017Q1", "2017-03-31"), pair("2017Q2", "2017-05-20")]
        );
    }

    #[test]
    fn month_ends_do_not_drift() {
        let rule = Rule::Recurring {
            every: Every::Month,
            due: Due::Day { month: None, day: 31 },
        };
        let ends: Vec<String> = days(&rule, &terms("2016-01-01", "2016-12-31"))
            .into_iter()
            .map(|(_, due)| due)
            .collect();
        assert_eq!(ends[1], "2016-02-29");
        assert_eq!(
            (ends[2].as_str(), ends[3].as_str(), ends.len()),
            ("2016-03-31", "2016-04-30", 12)
        );
        let rule = Rule::Recurring {
            every: Every::Quarter,
            due: Due::Day {
                month: Some(1),
                day: 10,
            },
        };
        assert_eq!(
            days(&rule, &terms("2017-01-01", "2017-12-31"))[1],
            ("2017Q2".to_owned(), "2017-04-10".to_owned())
        );
    }

    #[test]
    fn an_event_that_has_not_happened_is_waited_for() {
        let rule = Rule::OnEvent {
            event: "收到省级政策文件".into(),
            basis: None,
            within: None,
        };
        let found = due_periods(&rule, &terms("2017-01-01", "2017-12-31"), &[], &Calendar::default());
        assert_eq!(
            found,
            [DuePeriod {
                period: WAITING.into(),
                opens_on: None,
                due_on: None
            }]
        );
    }

    fn any_day() -> impl Strategy<Value = Day> {
        (0i32..4000).prop_map(|offset| day("2015-01-01") + chrono::TimeDelta::days(offset.into()))
    }

    fn every() -> impl Strategy<Value = Every> {
        prop_oneof![
            Just(Every::Month),
            Just(Every::Quarter),
            Just(Every::HalfYear),
            Just(Every::Year)
        ]
    }

    fn due() -> impl Strategy<Value = Due> {
        prop_oneof![
            Just(Due::PeriodEnd),
            (proptest::option::of(1u32..=12), 1u32..=31).prop_map(|(month, day)| Due::Day { month, day })
        ]
    }

    proptest! {
        #[test]
        fn every_period_is_one(from in any_day(), every in every()) {
            let window = Period { from, to: from };
            prop_assert!(periods(every, window).iter().all(|(id, _)| is_period(id)));
        }

        #[test]
        fn occurrences_lie_in_the_period_once_each_and_in_order(a in any_day(), b in any_day(), every in every(), due in due(), cadence in every()) {
            let period = Period { from: a.min(b), to: a.max(b) };
            let terms = Terms { year: period.from.year(), period, cadence, rollover: Rollover::None };
            for rule in [Rule::YearRound, Rule::Recurring { every, due }] {
                let found = due_periods(&rule, &terms, &[], &Calendar::default());
                prop_assert!(found.iter().all(|one| period.contains(one.due_on.unwrap()) && one.opens_on <= one.due_on));
                prop_assert!(found.windows(2).all(|pair| pair[0].due_on < pair[1].due_on && pair[0].period != pair[1].period));
            }
        }

        #[test]
        fn a_period_cut_in_two_has_the_same_occurrences(a in any_day(), b in any_day(), c in any_day(), every in every(), due in due()) {
            let mut cuts = [a, b, c];
            cuts.sort();
            prop_assume!(cuts[0] < cuts[1] && cuts[1] < cuts[2]);
            let rule = Rule::Recurring { every, due };
            let dues = |from, to| {
                let period = Period { from, to };
                let terms = Terms { year: 2017, period, cadence: every, rollover: Rollover::None };
                due_periods(&rule, &terms, &[], &Calendar::default()).into_iter().map(|one| one.due_on).collect::<Vec<_>>()
            };
            let halves = [dues(cuts[0], cuts[1].pred_opt().unwrap()), dues(cuts[1], cuts[2])].concat();
            prop_assert_eq!(dues(cuts[0], cuts[2]), halves);
        }
    }
}
