//! 公开数字: what the figures of a plan show to callers who do not read its ledger.

use chrono::TimeDelta;

use crate::domain::{
    policy::{Action, Actor, Reach},
    scope::{Scope, Scoped},
    time::{Day, Instant, end_of, known_before},
    vocabulary::vocabulary,
};

vocabulary! {
    /// 公开数字的口径 (what the public figures of a plan tell)
    ///
    /// `status`：各单位是否已报、是否办结是公开的，按前一日终了时的情况；`cleared`：只计准予公开的报告。
    /// `status`: whether units have reported and finished, as known at the end of the day before. `cleared`: reports
    /// that were cleared, and no others.
    #[derive(Default)]
    pub enum PublicFigures {
        /// 报送和办结情况
        #[default]
        Status = "status": "报送和办结情况", "reporting and completion";
        /// 只计准予公开的报告
        Cleared = "cleared": "只计准予公开的报告", "cleared reports only";
    }
}

/// The figures of a plan, of which callers see different parts.
pub struct Figures;

/// What somebody sees of figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Counts {
    /// The ledger, counted as it is at this moment.
    Ledger,
    /// What the plan makes public.
    Public,
}

impl Scoped for Figures {
    type Visibility = Counts;

    fn visibility(actor: &Actor) -> Counts {
        if actor.visibility(Action::ReadLedger) == Reach::All {
            Counts::Ledger
        } else {
            Counts::Public
        }
    }

    fn everything() -> Counts {
        Counts::Ledger
    }
}

/// No step takes as long to be committed: what was begun before midnight is of the day before.
const LATEST_COMMIT: TimeDelta = TimeDelta::minutes(10);

/// What figures are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Basis {
    /// The day at whose end the ledger is taken; `None`: as it is now.
    pub known_on: Option<Day>,
    /// Which reports count.
    pub reports: CountedReports,
}

/// Which reports count in figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountedReports {
    /// Whatever was handed in.
    All,
    /// Those that are public, if they were cleared before this instant.
    Cleared(Option<Instant>),
}

impl Basis {
    /// The ledger as it is.
    pub const NOW: Self = Self {
        known_on: None,
        reports: CountedReports::All,
    };

    /// The ledger on `as_of`; for an earlier day than `today`, as it was known at the end of that day.
    pub fn ledger(as_of: Day, today: Day) -> Self {
        Self {
            known_on: Some(as_of).filter(|as_of| *as_of < today),
            reports: CountedReports::All,
        }
    }

    /// The ledger on `as_of`, but never as it is `today`: so no step of a user changes a public figure at the moment it
    /// is taken.
    pub fn of_days_past(as_of: Day, today: Day) -> Self {
        let yesterday = today.pred_opt().unwrap_or(today);
        Self {
            known_on: Some(as_of.min(yesterday)),
            reports: CountedReports::All,
        }
    }

    /// Whether no step can move the figures any more: the day is over, and so is whatever was begun on it.
    pub fn is_over(&self, now: Instant) -> bool {
        let over = self.known_before().is_some_and(|end| now - end > LATEST_COMMIT);
        over && self.reports == CountedReports::All
    }

    /// Until when things were known that count; `None`: all that is known now.
    pub fn known_before(&self) -> Option<Instant> {
        self.known_on.map(end_of)
    }
}

impl Scope<Figures> {
    /// What the figures on `as_of` of a plan with this setting are made of.
    pub fn basis(&self, told: PublicFigures, as_of: Day, today: Day) -> Basis {
        match (self.visibility(), told) {
            (Counts::Ledger, _) => Basis::ledger(as_of, today),
            (Counts::Public, PublicFigures::Status) => Basis::of_days_past(as_of, today),
            // A report is public from the moment on which it is cleared.
            (Counts::Public, PublicFigures::Cleared) => Basis {
                reports: CountedReports::Cleared(known_before(as_of, today)),
                ..Basis::of_days_past(as_of, today)
            },
        }
    }

    /// Whether they tell where a review stands.
    pub fn tells_reviews(&self) -> bool {
        *self.visibility() == Counts::Ledger
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::policy::Role;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn figures_of_a_day_stand_soon_after_it() {
        let (today, minutes) = (day("2017-06-30"), TimeDelta::minutes);
        let midnight = end_of(day("2017-06-29"));
        let past = Basis::of_days_past(today, today);
        assert!(!past.is_over(midnight) && !past.is_over(midnight + minutes(10)));
        assert!(past.is_over(midnight + minutes(11)));
        assert!(!Basis::ledger(today, today).is_over(midnight + minutes(11)));
        let cleared = Basis {
            reports: CountedReports::Cleared(None),
            ..past
        };
        assert!(!cleared.is_over(midnight + minutes(11)));
    }

    #[test]
    fn who_does_not_read_the_whole_ledger_is_told_nothing_of_today() {
        let today = day("2017-06-30");
        let unit = Actor {
            roles: [Role::UnitReporter].into(),
            unit: "humen".parse().ok(),
            ..Actor::anonymous()
        };
        for outsider in [Actor::anonymous(), unit] {
            let scope = Scope::<Figures>::of(&outsider);
            for told in [PublicFigures::Status, PublicFigures::Cleared] {
                for (as_of, known_on) in [
                    ("2017-06-28", "2017-06-28"),
                    ("2017-06-30", "2017-06-29"),
                    ("2017-12-31", "2017-06-29"),
                ] {
                    assert_eq!(scope.basis(told, day(as_of), today).known_on, Some(day(known_on)));
                }
            }
            assert!(!scope.tells_reviews());
        }
        let ledger = Scope::<Figures>::system();
        assert_eq!(
            ledger.basis(PublicFigures::Cleared, today, today),
            Basis::ledger(today, today)
        );
        assert!(ledger.tells_reviews());
    }
}
