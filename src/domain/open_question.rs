//! 待定事项: what a plan leaves open of who owes what by when. Publishing it confirms that this is known.

use chrono::Months;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    id::{RequirementId, UnitCode},
    plan::PlanContent,
    requirement::Requirement,
    time::Period,
    unit::{Membership, UnitDirectory},
    vocabulary::vocabulary,
};

vocabulary! {
    /// 待定事项的一类 (what is left open)
    pub enum OpenKind {
        /// 没有责任单位
        NoUnit = "no_unit": "没有责任单位", "no unit";
        /// 没有完成时限
        NoDeadline = "no_deadline": "没有完成时限", "no deadline";
        /// 集合单位没有成员
        EmptyCollective = "empty_collective": "集合单位没有成员", "a collective without members";
        /// 集合单位所指待定 (有关单位)
        OpenCollective = "open_collective": "集合单位所指待定", "a collective of which nobody has said who is meant";
        /// 时限不在方案期间内 (or, after it, by more than a year)
        OutsidePeriod = "outside_period": "时限不在方案期间内", "a deadline outside the plan's period";
    }
}

/// Something that a requirement leaves open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenQuestion {
    /// What is left open: by whom or by when.
    pub kind: OpenKind,
    /// The collective, where it is one.
    pub collective: Option<UnitCode>,
}

/// 一类待定事项 (how often a plan leaves something open, and where)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OpenQuestions {
    /// 类别 (what is left open)
    pub kind: OpenKind,
    /// 涉及的具体要求数 (in how many requirements)
    #[schema(example = 1)]
    pub count: usize,
    /// 具体要求 (in which)
    #[schema(value_type = Vec<String>, example = json!(["dg-2018.1.2"]))]
    pub requirements: Vec<RequirementId>,
}

impl Requirement {
    /// What it leaves open in a plan for `period`: what is left open is owed by no unit.
    pub fn open_questions(&self, period: Period, units: &UnitDirectory) -> Vec<OpenQuestion> {
        let mut open = Vec::new();
        let mut note = |kind, collective: Option<&UnitCode>| {
            open.push(OpenQuestion {
                kind,
                collective: collective.cloned(),
            });
        };
        if self.units.is_empty() {
            note(OpenKind::NoUnit, None);
        }
        if self.deadlines.is_empty() {
            note(OpenKind::NoDeadline, None);
        }
        // What a plan of a year leaves to the next January is its own.
        let until = Period {
            to: period.to.checked_add_months(Months::new(12)).unwrap_or(period.to),
            ..period
        };
        if self.deadlines.iter().any(|deadline| deadline.rule.is_outside(until)) {
            note(OpenKind::OutsidePeriod, None);
        }
        for part in self.units.iter().filter(|part| part.members.is_none()) {
            let Some(unit) = units.get(&part.code) else { continue };
            match &unit.membership {
                None => {}
                Some(Membership::Open) => note(OpenKind::OpenCollective, Some(&part.code)),
                Some(_) if units.expand_during(unit, period).is_empty() => {
                    note(OpenKind::EmptyCollective, Some(&part.code));
                }
                Some(_) => {}
            }
        }
        open
    }
}

impl PlanContent {
    /// What it leaves open, by kind, in the document's order.
    pub fn open_questions(&self, units: &UnitDirectory) -> Vec<OpenQuestions> {
        let all: Vec<(&RequirementId, Vec<OpenQuestion>)> = self
            .tasks
            .iter()
            .flat_map(|task| &task.requirements)
            .map(|one| (&one.id, one.open_questions(self.plan.period, units)))
            .collect();
        let of = |kind: OpenKind| {
            let is_open = |open: &[OpenQuestion]| open.iter().any(|open| open.kind == kind);
            let found = all.iter().filter(|(_, open)| is_open(open));
            let requirements: Vec<RequirementId> = found.map(|(id, _)| (*id).clone()).collect();
            (!requirements.is_empty()).then_some(OpenQuestions {
                kind,
                count: requirements.len(),
                requirements,
            })
        };
        OpenKind::ALL.iter().copied().filter_map(of).collect()
    }
}
