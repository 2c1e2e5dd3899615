//! How a plan is coming along, in two columns.

use std::collections::BTreeMap;

use crate::{
    domain::{
        id::RequirementId, obligation::State, report::Report, requirement::Requirement, time::Day, unit::UnitDirectory,
        vocabulary::Vocabulary as _,
    },
    store::statistics::StateRow,
};

/// How a plan is coming along, as a caller sees it.
#[derive(Default)]
pub struct Progress {
    /// How many obligations of a requirement are in which state; `None`: the caller sees none of them.
    states: Option<BTreeMap<RequirementId, Vec<(State, i64)>>>,
    /// The newest public report on a requirement.
    latest: BTreeMap<RequirementId, Report>,
}

impl Progress {
    /// Of these obligations and these reports.
    pub fn new(states: Vec<StateRow>, latest: Vec<Report>) -> Self {
        let mut of: BTreeMap<RequirementId, Vec<(State, i64)>> = BTreeMap::new();
        for row in states {
            if let Some(state) = State::parse(&row.state) {
                of.entry(row.requirement_id).or_default().push((state, row.count));
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

/// `已办结 2，办理中 1`
fn counted(states: &[(State, i64)]) -> String {
    if let [(state, 1)] = states {
        return state.term().zh.to_owned();
    }
    let count = |(state, count): &(State, i64)| format!("{} {count}", state.term().zh);
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
