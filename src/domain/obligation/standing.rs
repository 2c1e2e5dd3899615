//! How an obligation stands on a day: computed from facts, never stored.

use super::{Obligation, ReportFacts, ReportPhase};
use crate::domain::{
    calendar::{Calendar, NoCalendar},
    schedule::UNDECIDED,
    time::Day,
    vocabulary::vocabulary,
};

vocabulary! {
    /// Where an obligation is in its life.
    #[schema(as = ObligationState)]
    pub enum State {
        /// 待触发: its event has not happened
        Waiting = "waiting": "待触发", "waiting for its event";
        /// 待定: nobody has said yet by when
        Undecided = "undecided": "待定", "to be settled";
        /// 未开始: its period has not begun
        NotOpen = "not_open": "未开始", "not open";
        /// 办理中: to be done
        Open = "open": "办理中", "open";
        /// 已报待审: its report is with the coordinators
        Submitted = "submitted": "已报待审", "submitted";
        /// 已退回: its report has to be mended
        Returned = "returned": "已退回", "returned";
        /// 已办结: a report that claims completion was accepted
        Fulfilled = "fulfilled": "已办结", "fulfilled";
        /// 免办: exempted by a coordinator
        Exempted = "exempted": "免办", "exempted";
    }
}

vocabulary! {
    /// 红绿灯.
    pub enum Light {
        /// 绿: time enough
        Green = "green": "绿", "green";
        /// 黄: near
        Yellow = "yellow": "黄", "yellow";
        /// 红: overdue
        Red = "red": "红", "red";
        /// 无: nothing to be late with
        None = "none": "无", "none";
        /// 未知: the official calendar of a year is missing, so nobody can say whether it is near
        Unknown = "unknown": "未知", "unknown";
    }
}

impl State {
    /// Whether there are days left to do it in, or days have been lost: what is done with needs none.
    pub fn counts_days(self) -> bool {
        !matches!(self, Self::Exempted | Self::Fulfilled)
    }
}

impl Light {
    /// Its place among lights, the most urgent first; what is unknown has none.
    pub fn urgency(self) -> Option<i64> {
        match self {
            Self::Red => Some(0),
            Self::Yellow => Some(1),
            Self::Green => Some(2),
            Self::None => Some(3),
            Self::Unknown => None,
        }
    }
}

vocabulary! {
    /// 报送情况: whether its unit has reported by the due day. Before that day, and without one, it is
    /// pending until a report is there. What counts is a report that stands, from the day on which it was handed in: not one
    /// that was returned or withdrawn. What is to be done by a day, or after an event, is reported in time by the report that
    /// claims completion; what comes again, by any.
    pub enum Timeliness {
        /// 未到期未报
        Pending = "pending": "未到期未报", "pending";
        /// 按时
        OnTime = "on_time": "按时", "on time";
        /// 迟报
        Late = "late": "迟报", "late";
        /// 未报: the due day has passed without a report
        Missing = "missing": "未报", "missing";
        /// 不计: exempted
        Exempted = "exempted": "不计", "exempted";
    }
}

/// How an obligation stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Where it is in its life.
    pub state: State,
    /// Its light.
    pub light: Light,
    /// Whether the due day has passed and the unit has something to do. The due day itself is not overdue.
    pub overdue: bool,
    /// Whether the unit has reported in time.
    pub timeliness: Timeliness,
}

/// The days that part the lights on `as_of`: up to which day something counts as near.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Horizon {
    /// The day for which lights are asked.
    pub as_of: Day,
    /// The last due day that is near: fewer than or as many working days away as the plan warns.
    pub near: Day,
    /// Where the calendar ends before so many working days are over: of due days after `near` nobody
    /// can say whether they are near.
    pub missing: Option<NoCalendar>,
}

impl Horizon {
    /// The horizon on `as_of` for plans that warn `working_days` before.
    pub fn new(as_of: Day, working_days: u32, calendar: &Calendar) -> Self {
        let (near, missing) = match calendar.add_working_days(as_of, working_days + 1) {
            Ok(beyond) => (beyond.pred_opt().unwrap_or(beyond), None),
            // All days that are known are near: the count did not come to its end on them.
            Err(missing) => (calendar.known_until(as_of).unwrap_or(as_of), Some(missing)),
        };
        Self { as_of, near, missing }
    }

    /// The last due day whose light can be told; `None` where all can.
    pub fn told_until(&self) -> Option<Day> {
        self.missing.map(|_| self.near)
    }

    /// The light of what is due then, for the unit that has to act.
    fn light(&self, due: Option<Day>) -> Light {
        match due {
            Some(due) if due < self.as_of => Light::Red,
            Some(due) if due <= self.near => Light::Yellow,
            Some(_) if self.missing.is_none() => Light::Green,
            _ => Light::Unknown,
        }
    }
}

/// What of an obligation says how it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// The day from which it can be worked on.
    pub opens_on: Option<Day>,
    /// The last day on which it is not late.
    pub due_on: Option<Day>,
    /// Its due day is undecided.
    pub is_undecided: bool,
    /// It is exempted.
    pub is_exempted: bool,
    /// What its reports say.
    pub report: ReportFacts,
    /// The due day that was in force when it was reported.
    pub reported_due_on: Option<Day>,
}

impl Facts {
    /// Where it is in its life on a day.
    pub fn state_on(&self, day: Day) -> State {
        match (self.report.phase, self.opens_on) {
            _ if self.is_exempted => State::Exempted,
            _ if self.report.fulfilled_on.is_some() => State::Fulfilled,
            (Some(ReportPhase::Submitted), _) => State::Submitted,
            (Some(ReportPhase::Returned), _) => State::Returned,
            (None, None) if self.is_undecided => State::Undecided,
            (None, None) => State::Waiting,
            (None, Some(opens)) if day < opens => State::NotOpen,
            _ => State::Open,
        }
    }

    /// Whether its unit reported in time, as seen on `day`.
    fn timeliness(&self, day: Day) -> Timeliness {
        match (self.report.reported_on, self.reported_due_on.or(self.due_on)) {
            _ if self.is_exempted => Timeliness::Exempted,
            (Some(reported), Some(due)) if reported > due => Timeliness::Late,
            (Some(_), _) => Timeliness::OnTime,
            (None, Some(due)) if due < day => Timeliness::Missing,
            (None, _) => Timeliness::Pending,
        }
    }

    /// How it stands: the one function that says so. A light is for whoever has to act: while a report
    /// is with the coordinators, and when all is done, there is none.
    pub fn standing(&self, horizon: Horizon) -> Standing {
        let as_of = horizon.as_of;
        let state = self.state_on(as_of);
        let light = match state {
            State::Open | State::Returned if self.opens_on.is_some() => horizon.light(self.due_on),
            _ => Light::None,
        };
        Standing {
            state,
            light,
            overdue: light == Light::Red,
            timeliness: self.timeliness(as_of),
        }
    }
}

/// How many days are left on a day, as far as the calendar tells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Left {
    /// Calendar days; fewer than none, once the due day has passed.
    pub days: Option<i64>,
    /// Working days.
    pub working_days: Option<i64>,
    /// The year without a calendar for which something of how it stands cannot be told: its due day, its light or its
    /// working days.
    pub missing: Option<NoCalendar>,
}

impl Obligation {
    /// How many days are left.
    pub fn left(&self, horizon: Horizon, calendar: &Calendar) -> Left {
        let standing = self.standing(horizon);
        let counted = self.due_on.filter(|_| standing.state.counts_days());
        let working_days = counted.map(|due| calendar.working_days_between(horizon.as_of, due));
        // A day that could not be rolled onto a working day is not known either.
        let unrolled = self.opens_on.filter(|_| self.due_on.is_none());
        let of_light = horizon.missing.filter(|_| standing.light == Light::Unknown);
        Left {
            days: counted.map(|due| Calendar::calendar_days_between(horizon.as_of, due)),
            working_days: working_days.and_then(Result::ok),
            missing: unrolled
                .map(|opens| calendar.first_missing(opens))
                .or(of_light)
                .or(working_days.and_then(Result::err)),
        }
    }

    /// The due day that its unit keeps in mind; none, once it is exempted.
    pub fn day_in_mind(&self) -> Option<Day> {
        self.due_on.filter(|_| self.exemption.is_none())
    }

    /// What says how it stands.
    pub fn facts(&self) -> Facts {
        Facts {
            opens_on: self.opens_on,
            due_on: self.due_on,
            is_undecided: self.id.period == UNDECIDED,
            is_exempted: self.exemption.is_some(),
            report: self.report,
            reported_due_on: self.reported_due_on,
        }
    }

    /// Where it is in its life on a day.
    pub fn state_on(&self, day: Day) -> State {
        self.facts().state_on(day)
    }

    /// How it stands.
    pub fn standing(&self, horizon: Horizon) -> Standing {
        self.facts().standing(horizon)
    }
}
