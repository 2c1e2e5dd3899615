//! What the ledger is counted by.

use super::{Facts, Light, Standing, State, Timeliness};
use crate::domain::{time::Day, vocabulary::vocabulary};

vocabulary! {
    /// What a list or a statistic is grouped by.
    pub enum GroupBy {
        /// 责任单位
        Unit = "unit": "责任单位", "unit";
        /// 单位类别
        UnitKind = "unit_kind": "单位类别", "kind of unit";
        /// 责任分工：牵头、配合或责任单位
        Role = "role": "责任分工", "role";
        /// 工作任务
        Task = "task": "工作任务", "task";
        /// 最上级标题
        Heading = "heading": "上级标题", "heading";
        /// 期间
        Period = "period": "期间", "period";
        /// 红绿灯
        Light = "light": "红绿灯", "light";
    }
}

/// The group of what has none.
pub const NO_GROUP: &str = "-";

/// The figures of one group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupCounts {
    /// The group: a code, a kind, a role, a task's id, a heading, a period or a light.
    pub key: String,
    /// All obligations.
    pub total: i64,
    /// Their event has not happened.
    pub waiting: i64,
    /// Their due day is undecided.
    pub undecided: i64,
    /// Their period has not begun.
    pub not_open: i64,
    /// To be done.
    pub open: i64,
    /// Their report is with the coordinators.
    pub submitted: i64,
    /// Their report was returned.
    pub returned: i64,
    /// Done.
    pub fulfilled: i64,
    /// Exempted.
    pub exempted: i64,
    /// Due before the day asked for, or on it and reported on already, and not exempted.
    pub expected: i64,
    /// Of those: reported on.
    pub reported: i64,
    /// Of those: by the due day.
    pub on_time: i64,
    /// Of those: not reported on, and the due day has passed.
    pub missing: i64,
    /// What would be expected had no extension been granted.
    pub originally_expected: i64,
    /// Of those: reported by the original due day.
    pub originally_on_time: i64,
    /// Green.
    pub green: i64,
    /// Yellow.
    pub yellow: i64,
    /// Red: overdue.
    pub red: i64,
    /// Whether they are near is unknown, as a calendar is missing.
    pub unknown: i64,
}

impl GroupCounts {
    /// Adds another group's figures.
    pub fn add(&mut self, other: &Self) {
        for (sum, part) in [
            (&mut self.total, other.total),
            (&mut self.waiting, other.waiting),
            (&mut self.undecided, other.undecided),
            (&mut self.not_open, other.not_open),
            (&mut self.open, other.open),
            (&mut self.submitted, other.submitted),
            (&mut self.returned, other.returned),
            (&mut self.fulfilled, other.fulfilled),
            (&mut self.exempted, other.exempted),
            (&mut self.expected, other.expected),
            (&mut self.reported, other.reported),
            (&mut self.on_time, other.on_time),
            (&mut self.missing, other.missing),
            (&mut self.originally_expected, other.originally_expected),
            (&mut self.originally_on_time, other.originally_on_time),
            (&mut self.green, other.green),
            (&mut self.yellow, other.yellow),
            (&mut self.red, other.red),
            (&mut self.unknown, other.unknown),
        ] {
            *sum += part;
        }
    }
    /// Counts an obligation that stands so on a day, and was due on `original_due_on` before any extension.
    pub fn note(&mut self, facts: &Facts, original_due_on: Option<Day>, standing: Standing, as_of: Day) {
        let count = |is: bool| i64::from(is);
        let by = |due: Option<Day>| facts.report.reported_on.zip(due).is_some_and(|(on, due)| on <= due);
        // The due day itself is not over: who has not reported by then may still.
        let over = |due: Day| due < as_of || (due == as_of && facts.report.reported_on.is_some());
        let falls_due = |due: Option<Day>| !facts.is_exempted && due.is_some_and(over);
        self.total += 1;
        match standing.state {
            State::Waiting => self.waiting += 1,
            State::Undecided => self.undecided += 1,
            State::NotOpen => self.not_open += 1,
            State::Open => self.open += 1,
            State::Submitted => self.submitted += 1,
            State::Returned => self.returned += 1,
            State::Fulfilled => self.fulfilled += 1,
            State::Exempted => self.exempted += 1,
        }
        if falls_due(facts.due_on) {
            self.expected += 1;
            self.reported += count(facts.report.reported_on.is_some());
            self.on_time += count(by(facts.reported_due_on.or(facts.due_on)));
        }
        self.missing += count(standing.timeliness == Timeliness::Missing);
        if falls_due(original_due_on) {
            self.originally_expected += 1;
            self.originally_on_time += count(by(original_due_on));
        }
        match standing.light {
            Light::Green => self.green += 1,
            Light::Yellow => self.yellow += 1,
            Light::Red => self.red += 1,
            Light::Unknown => self.unknown += 1,
            Light::None => {}
        }
    }
}
