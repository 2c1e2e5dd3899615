//! The filters that tasks, requirements and deadlines share.

use std::fmt::Display;

use serde::Deserialize;
use utoipa::IntoParams;

use super::{invalid_parameter, words};
use crate::{
    domain::{
        deadline::{RuleKind, Source},
        fault::Bilingual,
        filter::ContentFilter,
        id::{PlanId, RequirementId, TaskId, UnitCode},
        near::{meant, nearest},
        plan::Plan,
        schedule::is_period,
        time::{Day, Period},
        unit::UnitKind,
    },
    error::{Error, Result},
    http::caller::Call,
    say,
};

/// Filters over what plans say. Each may be given several times: any of its values.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct ContentParams {
    /// 方案 (plan)
    #[param(value_type = Vec<String>, example = json!(["dg-2017"]))]
    plan: Vec<PlanId>,
    /// 工作任务 (task)
    #[param(value_type = Vec<String>)]
    task: Vec<TaskId>,
    /// 具体要求 (requirement)
    #[param(value_type = Vec<String>)]
    requirement: Vec<RequirementId>,
    /// 上级标题，原文，任何一级 (a heading above the task, verbatim, at any depth)
    heading: Vec<String>,
    /// 责任单位的代码、名称或别名，含通过集合单位承担的 (unit by code, name or alias; also through a collective)
    unit: Vec<String>,
    /// 责任单位类别，含通过集合单位承担的 (kind of unit; also through a collective)
    unit_kind: Vec<UnitKind>,
    /// 完成时限的规则类型 (kind of deadline rule)
    rule_kind: Vec<RuleKind>,
    /// 完成时限的出处 (where the deadline was found)
    source: Vec<Source>,
    /// 到期日不早于 (due on or after)
    due_from: Option<Day>,
    /// 到期日不晚于 (due on or before)
    due_to: Option<Day>,
    /// 全文检索：正文、任务标题、单位名称、完成时限；以空格分词，须全部出现 (full text; all words)
    #[param(max_length = 200)]
    q: Option<String>,
}

impl ContentParams {
    /// The filter, with units looked up by whatever name they were given.
    pub fn into_filter(self, call: &Call) -> Result<ContentFilter> {
        Ok(ContentFilter {
            plans: plans(call, self.plan)?,
            tasks: known(self.task, "task", |id| is_task(call, id))?,
            requirements: known(self.requirement, "requirement", |id| is_requirement(call, id))?,
            headings: known(self.heading, "heading", |heading| is_heading(call, heading))?,
            units: units(call, "unit", &self.unit)?,
            unit_kinds: self.unit_kind.into_iter().collect(),
            rule_kinds: self.rule_kind.into_iter().collect(),
            sources: self.source.into_iter().collect(),
            due_from: self.due_from,
            due_to: self.due_to,
            terms: words("q", self.q.as_deref())?,
        })
    }
}

/// `ids`, unless one is not known: an empty list would hide a typing error. What the caller may not know of is as
/// unknown as what is not there.
fn known<I: Display>(ids: Vec<I>, parameter: &str, is_known: impl Fn(&I) -> bool) -> Result<Vec<I>> {
    match ids.iter().find(|id| !is_known(id)) {
        None => Ok(ids),
        Some(id) => Err(no_such(parameter, id)),
    }
}

pub(super) fn no_such(parameter: &str, id: &impl Display) -> Error {
    invalid_parameter(parameter, say!("没有 {id}", "there is no {id}"))
}

pub(super) fn is_task(call: &Call, id: &TaskId) -> bool {
    call.catalog().task(id, &call.scope()).is_some()
}

pub(super) fn is_requirement(call: &Call, id: &RequirementId) -> bool {
    call.catalog().requirement(id, &call.scope()).is_some()
}

fn is_heading(call: &Call, heading: &str) -> bool {
    let plans = call.catalog().visible(&call.scope());
    plans
        .flat_map(|plan| &plan.content.tasks)
        .any(|task| task.is_under(heading))
}

/// `ids`, all of which are plans that the caller sees.
pub fn plans(call: &Call, ids: Vec<PlanId>) -> Result<Vec<PlanId>> {
    let is_known = |id: &&PlanId| call.catalog().plan(id, &call.scope()).is_some();
    let Some(id) = ids.iter().find(|id| !is_known(id)) else {
        return Ok(ids);
    };
    let seen = call.catalog().visible(&call.scope());
    let offered: Vec<&str> = seen.map(|plan| plan.content.plan.id.as_str()).collect();
    let Bilingual { zh, en } = meant(nearest(id.as_str(), offered).as_slice());
    Err(invalid_parameter(
        "plan",
        say!("没有方案 {id}{zh}", "there is no plan {id}{en}"),
    ))
}

/// `texts`, each of which can be the period of an obligation of one of `plans`; without any, of one that the caller sees.
pub fn periods(call: &Call, texts: Vec<String>, plans: &[PlanId]) -> Result<Vec<String>> {
    if let Some(text) = texts.iter().find(|text| !is_period(text)) {
        let why = say!(
            "没有期间 {text}；应如 2017、2017H1、2017Q2、2017-06，由事件触发的为 e1，待触发的为 waiting",
            "there is no period {text}; it looks like 2017, 2017H1, 2017Q2 or 2017-06, e1 after an event, and \
             waiting before it"
        );
        return Err(invalid_parameter("period", why));
    }
    let seen = call.catalog().visible(&call.scope()).map(|plan| &plan.content.plan);
    let asked: Vec<&Plan> = seen
        .filter(|plan| plans.is_empty() || plans.contains(&plan.id))
        .collect();
    let is_of_one = |text: &String| asked.iter().any(|plan| plan.terms().may_have(text));
    let Some(text) = texts.iter().find(|text| !is_of_one(text)) else {
        return Ok(texts);
    };
    let why = match asked.as_slice() {
        [Plan { id, period, .. }] => {
            let Period { from, to } = period;
            say!(
                "方案 {id} 没有期间 {text}：它自 {from} 至 {to}",
                "the plan {id} has no period {text}: it runs from {from} to {to}"
            )
        }
        _ => say!(
            "所查的方案都没有期间 {text}",
            "none of the plans asked for has a period {text}"
        ),
    };
    Err(invalid_parameter("period", why))
}

/// The units that `texts` mean; one that means none is refused: an empty list would hide a typing error.
pub fn units(call: &Call, parameter: &str, texts: &[String]) -> Result<Vec<UnitCode>> {
    let units = &call.catalog().units;
    let resolve = |text: &String| {
        let unit = units.resolve(text).map(|unit| unit.code.clone());
        unit.ok_or_else(|| invalid_parameter(parameter, units.unknown(text)))
    };
    texts.iter().map(resolve).collect()
}

/// The same, with each collective replaced by all who ever belonged to it; `None` where none are named.
pub fn concrete_units(call: &Call, parameter: &str, texts: &[String]) -> Result<Option<Vec<UnitCode>>> {
    if texts.is_empty() {
        return Ok(None);
    }
    let directory = &call.catalog().units;
    let named = units(call, parameter, texts)?;
    let found = named.iter().filter_map(|code| directory.get(code));
    let concrete = found.flat_map(|unit| directory.expand_during(unit, Period::EVER));
    Ok(Some(concrete.map(|unit| unit.code.clone()).collect()))
}
