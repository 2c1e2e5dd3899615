//! How a plan is coming along, in two columns.

use std::collections::BTreeMap;

use crate::{
    domain::{
        id::RequirementId, obligation::State, report::Report, requirement::Requirement, time::Day, unit::UnitDirectory,
        vocabulary::Vocabulary as _,
    },
    store::statistics::StateRow,
};

/// How many there are, and how many of them are overdue.
#[derive(Clone, Copy)]
struct Count {
    all: i64,
    overdue: i64,
}

/// How a plan is coming along, as a caller sees it.
#[derive(Default)]
pub struct Progress {
    /// How many obligations of a requirement are in which state; `None`: the caller sees none of them.
    states: Option<BTreeMap<RequirementId, Vec<(State, Count)>>>,
    /// The newest public report on a requirement.
    latest: BTreeMap<RequirementId, Report>,
}

impl Progress {
    /// Of these obligations and these reports.
    pub fn new(states: Vec<StateRow>, latest: Vec<Report>) -> Self {
        let mut of: BTreeMap<RequirementId, Vec<(State, Count)>> = BTreeMap::new();
        for row in states {
            if let Some(state) = State::parse(&row.state) {
                let count = Count {
                    all: row.count,
                    overdue: row.overdue,
                };
                of.entry(row.requirement_id).or_default().push((state, count));
            }
        }
        let requirement = |report: &Report| report.obligation.deadline.requirement.clone();
        Self {
            states: (!of.is_empty()).then_some(of),
            latest: latest
                .into_iter()
                .map(|report| (requirement(&report), report))
                .collect(),
        }
    }

    /// What stands above its columns, and how wide these are.
    pub fn heads(&self) -> impl Iterator<Item = (&'static str, u16)> {
        let states = self.states.is_some().then_some(("办理状态", 13));
        states.into_iter().chain([("最新公开进展", 30)])
    }

    /// What they say of a requirement.
    pub fn cells(&self, requirement: &Requirement, units: &UnitDirectory) -> impl Iterator<Item = String> {
        let states = self.states.as_ref();
        let states = states.map(|all| {
            all.get(&requirement.id)
                .map_or_else(String::new, |states| counted(states))
        });
        let report = self.latest.get(&requirement.id);
        let said = report.map(|report| said(report, units)).unwrap_or_default();
        states.into_iter().chain([said])
    }
}

/// `已办结 2，办理中 3（逾期 1）`
fn counted(states: &[(State, Count)]) -> String {
    if let [(state, Count { all: 1, overdue })] = states {
        let overdue = if *overdue > 0 { "（逾期）" } else { "" };
        return format!("{}{overdue}", state.term().zh);
    }
    let count = |(state, Count { all, overdue }): &(State, Count)| {
        let overdue = (*overdue > 0).then(|| format!("（逾期 {overdue}）"));
        format!("{} {all}{}", state.term().zh, overdue.unwrap_or_default())
    };
    let counts: Vec<String> = states.iter().map(count).collect();
    counts.join("，")
}

/// `市环保局（2017-04-12）：…`
fn said(report: &Report, units: &UnitDirectory) -> String {
    let unit = report.unit();
    let name = units.get(unit).map_or(unit.as_str(), |unit| unit.name.as_str());
    let day = report.reported_on.as_ref().map(Day::to_string);
    let day = day.map(|day| format!("（{day}）")).unwrap_or_default();
    format!("{name}{day}：{}", report.content.summary)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_overdue_is_told_beside_its_state() {
        let count = |all, overdue| Count { all, overdue };
        assert_eq!(counted(&[(State::Returned, count(1, 1))]), "已退回（逾期）");
        assert_eq!(counted(&[(State::Fulfilled, count(1, 0))]), "已办结");
        let several = [(State::Fulfilled, count(2, 0)), (State::Open, count(16, 3))];
        assert_eq!(
            counted(&several),
            format!("已办结 2，{} 16（逾期 3）", State::Open.term().zh)
        );
    }
}
