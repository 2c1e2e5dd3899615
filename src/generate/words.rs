//! What generated things are called and say.

use fastrand::Rng;

use crate::{
    domain::{
        id::UnitCode,
        obligation::Obligation,
        person::Person,
        policy::{Actor, Role},
        report::{Evidence, IndicatorValue, NewReport},
        requirement::Requirement,
        time::{Day, Instant, start_of},
        unit::Succession,
    },
    service::generated::MARK,
};

const DONE: &[&str] = &[
    "已按要求办理，并在门户网站公开",
    "已完成本期工作，有关信息已在部门网站专栏更新",
    "已制定工作方案，明确责任人，按时间节点推进",
    "已召开专题会议研究部署，相关文件已印发",
    "已开展自查，发现的问题已全部整改",
    "已汇总各科室材料，经审核后统一发布",
];
const MEASURES: &[&str] = &[
    "成立工作小组，每月调度一次",
    "在网站和微信公众号同步公开",
    "组织业务培训，规范公开流程",
    "建立台账，逐项销号",
];
const PROBLEMS: &[&str] = &[
    "部分数据需上级部门核实，时间较紧",
    "人手不足，更新不够及时",
    "个别单位报送材料不完整",
];
const RETURNS: &[&str] = &[
    "请补充公开页面的网址",
    "摘要过于笼统，请写明完成数量",
    "佐证与事项不符，请核对",
];
const REASONS: &[&str] = &[
    "涉及数据尚未审定，申请延期",
    "系统升级改造尚未验收，申请延期",
    "需与上级部门衔接，申请延期",
];

/// Before anything generated happens.
pub fn beginning() -> Instant {
    at(Day::from_ymd_opt(2017, 1, 3).unwrap_or_default(), 9, 0)
}

/// An instant of a day, in Shanghai.
pub fn at(day: Day, hour: i64, minute: i64) -> Instant {
    start_of(day) + chrono::Duration::hours(hour) + chrono::Duration::minutes(minute)
}

fn one<'w>(dice: &mut Rng, of: &[&'w str]) -> &'w str {
    of[dice.usize(..of.len())]
}

/// A text, marked.
pub fn marked(text: &str) -> String {
    format!("{MARK}{text}")
}

/// Why a report is returned.
pub fn return_reason(dice: &mut Rng) -> String {
    marked(one(dice, RETURNS))
}

/// Why a unit asks for more time.
pub fn extension_reason(dice: &mut Rng) -> String {
    marked(one(dice, REASONS))
}

/// What a unit reports: all that a submission needs.
pub fn report(
    dice: &mut Rng,
    obligation: &Obligation,
    requirement: &Requirement,
    (on, completes): (Day, bool),
) -> NewReport {
    let topic = requirement
        .text
        .split(['，', '。', '；', '、'])
        .next()
        .unwrap_or_default();
    let topic: String = topic.chars().take(20).collect();
    let unit = &obligation.id.unit;
    let evidence = Evidence {
        title: marked("公开页面"),
        url: Some(format!("https://example.com/{unit}/{}", obligation.id.period)),
        published_on: Some(on),
    };
    let reached = |value: f64, dice: &mut Rng| (value * (0.95 + dice.f64() * 0.15) * 10.0).round() / 10.0;
    let indicators = requirement.indicators.iter().filter(|_| completes);
    let indicators = indicators.map(|indicator| IndicatorValue {
        indicator_id: indicator.id.to_string(),
        value: reached(indicator.target.target.unwrap_or_default(), dice),
        unit: None,
    });
    let indicators = indicators.collect();
    NewReport {
        obligation_id: obligation.id.to_string(),
        summary: Some(format!("{MARK}“{topic}”：{}。", one(dice, DONE))),
        percent: Some(if completes { 100 } else { dice.u32(3..9) * 10 }),
        measures: Some(marked(one(dice, MEASURES))),
        problems: (dice.u32(..4) == 0).then(|| marked(one(dice, PROBLEMS))),
        next_steps: None,
        evidence: if completes { vec![evidence] } else { Vec::new() },
        indicators,
        claims_completion: completes,
        submit: false,
    }
}

/// People who have a part in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Reporter,
    Approver,
    Coordinator,
    Secrecy,
}

/// Who takes a part.
pub fn person(part: Part) -> Person {
    let (subject, name) = match part {
        Part::Reporter => ("sample-reporter", "示例填报人"),
        Part::Approver => ("sample-approver", "示例审核人"),
        Part::Coordinator => ("sample-coordinator", "示例统筹管理员"),
        Part::Secrecy => ("sample-secrecy", "示例保密审查员"),
    };
    Person::stored(None, subject.into(), Some(name.into()))
}

/// The person of `part` as a caller, of a unit or of none.
pub fn actor(part: Part, unit: Option<&UnitCode>) -> Actor {
    let role = match part {
        Part::Reporter => Role::UnitReporter,
        Part::Approver => Role::UnitApprover,
        Part::Coordinator => Role::Coordinator,
        Part::Secrecy => Role::SecrecyReviewer,
    };
    Actor {
        person: Some(person(part)),
        roles: [role].into(),
        unit: unit.cloned(),
        succession: Succession::default(),
        scopes: None,
    }
}
