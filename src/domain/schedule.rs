//! When a deadline falls due: the days that a rule comes to within a plan's period.
//!
//! Periods come from the calendar, never from when the last one was finished: month ends do not drift.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, Months};

use super::{
    calendar::{Calendar, NoCalendar},
    deadline::{Due, Every, Rule, Size, SpanUnit, Within},
    id::UnitCode,
    time::{Day, Period},
    vocabulary::vocabulary,
};

vocabulary! {
    /// What happens to a due day that is not worked. Applying 民法典 art. 203 to a plan's deadlines is a
    /// choice of the plan; the document's own days stand unless it says otherwise.
    #[derive(Default)]
    pub enum Rollover {
        /// It stays.
        #[default]
        None = "none": "不变", "stays";
        /// It moves to the next working day.
        NextWorkingDay = "next_working_day": "顺延至下一工作日", "next working day";
    }
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
    /// What falls due before this day is owed by no unit.
    pub obligations_from: Option<Day>,
}

/// An event that was registered for an `on_event` deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredEvent {
    /// Its number, from 1.
    pub number: u32,
    /// The day it happened.
    pub on: Day,
    /// The day its duty falls due.
    pub due_on: Day,
    /// Whom it concerns; `None`: all whom its requirement concerns.
    pub units: Option<BTreeSet<UnitCode>>,
}

impl RegisteredEvent {
    /// Its period.
    pub fn period(&self) -> String {
        format!("e{}", self.number)
    }

    /// Whether it concerns a unit, or one of those in whose place it owes.
    pub fn concerns(&self, unit: &UnitCode, heir_of: &BTreeSet<UnitCode>) -> bool {
        let is_named = |units: &BTreeSet<UnitCode>| units.contains(unit) || !units.is_disjoint(heir_of);
        self.units.as_ref().is_none_or(is_named)
    }
}

/// One time that a deadline falls due.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DuePeriod {
    /// The period it is for: `2017Q1`, `2017-03`, `2017H1`, `2017`, `2017W09`, `2017-03D1` (ten days), `2017-03H1` (half
    /// a month); `e1` for an event; `waiting`; `undecided`.
    pub period: String,
    /// The day from which it can be worked on; `None` while its event has not happened, or nobody knows.
    pub opens_on: Option<Day>,
    /// The last day on which it is not late; `None` while its event has not happened, and while nobody
    /// knows which day is worked next.
    pub due_on: Option<Day>,
}

/// The period of an occurrence that waits for its event.
pub const WAITING: &str = "waiting";

/// The period of an occurrence whose time is undecided.
pub const UNDECIDED: &str = "undecided";

/// Whether an obligation can be for this period.
pub fn is_period(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if text == WAITING || text == UNDECIDED {
        return true;
    }
    if let Some(number) = text.strip_prefix('e') {
        return digits(number);
    }
    let Some((year, part)) = text.split_at_checked(4).filter(|(year, _)| digits(year)) else {
        return false;
    };
    let number =
        |text: &str, most: u32| text.len() == 2 && digits(text) && text.parse().is_ok_and(|n| (1..=most).contains(&n));
    let within_month = |part: &str| ["", "H1", "H2", "D1", "D2", "D3"].contains(&part);
    let month = part.strip_prefix('-').and_then(|month| month.split_at_checked(2));
    let is_month = month.is_some_and(|(month, part)| number(month, 12) && within_month(part));
    let is_week = part.strip_prefix('W').is_some_and(|week| number(week, 53));
    year != "0000" && (is_month || is_week || ["", "H1", "H2", "Q1", "Q2", "Q3", "Q4"].contains(&part))
}

impl Terms {
    /// Whether something can fall due in this period: one of the years of the plan, or one that an event makes. Within
    /// those years the plan may once have been longer.
    pub fn may_have(&self, period: &str) -> bool {
        let Some(year) = period.get(..4).and_then(|year| year.parse::<i32>().ok()) else {
            return is_period(period);
        };
        let Period { from, to } = self.period;
        // A week is of the year that has most of it.
        let year_of = |day: Day| {
            if period.contains('W') {
                day.iso_week().year()
            } else {
                day.year()
            }
        };
        year == self.year || (year_of(from)..=year_of(to)).contains(&year)
    }
}

/// All occurrences of a rule that are owed, in order of their days. A due day that has to roll into a year without a
/// calendar is not known yet.
pub fn due_periods(rule: &Rule, terms: &Terms, happened: &[RegisteredEvent], calendar: &Calendar) -> Vec<DuePeriod> {
    let mut all = all_periods(rule, terms, happened, calendar);
    if let Some(from) = terms.obligations_from {
        all.retain(|one| one.due_on.is_none_or(|due| due >= from));
    }
    all
}

fn all_periods(rule: &Rule, terms: &Terms, happened: &[RegisteredEvent], calendar: &Calendar) -> Vec<DuePeriod> {
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
        Rule::Recurring {
            every,
            due,
            from: starts,
            until,
        } => {
            let span = Period {
                from: starts.map_or(from, |starts| starts.max(from)),
                to: until.map_or(to, |until| until.min(to)),
            };
            periods(*every, span)
                .into_iter()
                .filter(|(_, period)| span.contains(belongs_on(*due, *every, *period)))
                .map(|(id, period)| DuePeriod {
                    period: id,
                    opens_on: Some(period.from.max(span.from)),
                    due_on: due_in(*due, *every, period, calendar).and_then(roll),
                })
                .collect()
        }
        Rule::Undecided => vec![DuePeriod {
            period: UNDECIDED.into(),
            opens_on: None,
            due_on: None,
        }],
        Rule::OnEvent { .. } if happened.is_empty() => vec![DuePeriod {
            period: WAITING.into(),
            opens_on: None,
            due_on: None,
        }],
        Rule::OnEvent { .. } => happened
            .iter()
            .map(|event| DuePeriod {
                period: event.period(),
                opens_on: Some(event.on),
                due_on: Some(event.due_on),
            })
            .collect(),
    }
}

/// The due days that a rule names by itself in a calendar year: none where an event, somebody or the plan says when. With the
/// year whose calendar is missing, where that leaves some out.
pub fn days_named(rule: &Rule, year: i32, calendar: &Calendar) -> (Vec<Day>, Option<NoCalendar>) {
    if matches!(rule, Rule::YearRound) {
        return (Vec::new(), None);
    }
    let terms = Terms {
        year,
        period: Period::of_years(year, year),
        cadence: Every::Year,
        rollover: Rollover::None,
        obligations_from: None,
    };
    let found = due_periods(rule, &terms, &[], calendar);
    // What falls due by the calendar and on no known day.
    let left_out = found.iter().any(|one| one.opens_on.is_some() && one.due_on.is_none());
    let missing = left_out.then(|| calendar.first_missing(terms.period.from));
    (found.into_iter().filter_map(|one| one.due_on).collect(), missing)
}

/// The day that `within` allows after an event: the day of the event is not counted, and months end on the matching
/// day, or at the end of a month that has no such day (民法典 art. 201, 202).
pub fn due_after(event: Day, within: Within, calendar: &Calendar) -> Result<Day, NoCalendar> {
    let count = within.count;
    let due = match within.unit {
        SpanUnit::Day => event.checked_add_days(Days::new(count.into())),
        SpanUnit::WorkingDay => return calendar.add_working_days(event, count),
        SpanUnit::Month => event.checked_add_months(Months::new(count)),
        SpanUnit::Year => event.checked_add_months(Months::new(count.saturating_mul(12))),
    };
    Ok(due.unwrap_or(Day::MAX))
}

/// The calendar periods that share a day with `window`, with their ids.
pub fn periods(every: Every, window: Period) -> Vec<(String, Period)> {
    let mut day = window.from;
    let mut found = Vec::new();
    while day <= window.to {
        let Some((id, period)) = period_with(every, day) else {
            break;
        };
        found.push((id, period));
        let Some(next) = period.to.succ_opt() else {
            break;
        };
        day = next;
    }
    found
}

/// The period that has `day`, with its id.
fn period_with(every: Every, day: Day) -> Option<(String, Period)> {
    let (year, month) = (day.year(), day.month());
    let months_from = |first: u32, months: u32| {
        let from = Day::from_ymd_opt(year, first, 1)?;
        let to = from.checked_add_months(Months::new(months))?.pred_opt()?;
        Some(Period { from, to })
    };
    // Part `nth` of its month, from 1, of which each but the last has `days` days.
    let part = |days: u32, parts: u32| {
        let nth = (day.day0() / days).min(parts - 1);
        let from = day.with_day(nth * days + 1)?;
        let to = if nth + 1 == parts {
            months_from(month, 1)?.to
        } else {
            day.with_day((nth + 1) * days)?
        };
        Some((nth + 1, Period { from, to }))
    };
    Some(match every {
        Every::Week => {
            let week = day.iso_week();
            let from = day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into()))?;
            let to = from.checked_add_days(Days::new(6))?;
            (format!("{}W{:02}", week.year(), week.week()), Period { from, to })
        }
        Every::TenDays => {
            let (nth, period) = part(10, 3)?;
            (format!("{year}-{month:02}D{nth}"), period)
        }
        Every::HalfMonth => {
            let (nth, period) = part(15, 2)?;
            (format!("{year}-{month:02}H{nth}"), period)
        }
        Every::Month => (format!("{year}-{month:02}"), months_from(month, 1)?),
        Every::Quarter => {
            let quarter = day.month0() / 3;
            (format!("{year}Q{}", quarter + 1), months_from(quarter * 3 + 1, 3)?)
        }
        Every::HalfYear => {
            let half = day.month0() / 6;
            (format!("{year}H{}", half + 1), months_from(half * 6 + 1, 6)?)
        }
        Every::Year => (year.to_string(), months_from(1, 12)?),
    })
}

/// The day that says whether a period's duty falls within a plan: its due day, or what is due after it, its end.
fn belongs_on(due: Due, every: Every, period: Period) -> Day {
    match due {
        Due::PeriodEnd | Due::After { .. } => period.to,
        Due::Day { month, day } => day_in(month, day, every, period),
    }
}

/// When a period's duty falls due; unknown while the calendar does not say which days after it are worked.
fn due_in(due: Due, every: Every, period: Period, calendar: &Calendar) -> Option<Day> {
    match due {
        Due::PeriodEnd => Some(period.to),
        Due::Day { month, day } => Some(day_in(month, day, every, period)),
        Due::After { count, unit } => {
            let within = Within { count, unit };
            let due = due_after(period.to, within, calendar).ok()?;
            let whole_months = matches!(unit, SpanUnit::Month | SpanUnit::Year) && is_month_end(period.to);
            // A month after the end of June is July, to its 31st.
            Some(if whole_months { month_end(due) } else { due })
        }
    }
}

fn is_month_end(day: Day) -> bool {
    month_end(day) == day
}

fn month_end(day: Day) -> Day {
    period_with(Every::Month, day).map_or(day, |(_, month)| month.to)
}

/// A day of a period; where there is no such day, the last.
fn day_in(month: Option<u32>, day: u32, every: Every, period: Period) -> Day {
    match every.size() {
        Size::Days(_) => {
            let day = period.from.checked_add_days(Days::new(u64::from(day.max(1)) - 1));
            day.unwrap_or(period.to).min(period.to)
        }
        Size::Months(months) => {
            let month = month.unwrap_or(months).clamp(1, months);
            let first = period
                .from
                .checked_add_months(Months::new(month - 1))
                .unwrap_or(period.from);
            first.with_day(day).unwrap_or_else(|| month_end(first))
        }
    }
}

#[cfg(test)]
mod tests;
