//! The filters that tasks, requirements and deadlines share.

use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    Both, invalid_parameter,
    places::{PlaceParams, known},
    words,
};
use crate::{
    domain::{
        deadline::{RuleKind, Source},
        filter::ContentFilter,
        id::{PlanId, UnitCode},
        plan::Plan,
        schedule::is_period,
        time::{Day, Period},
        unit::UnitKind,
    },
    error::Result,
    http::caller::Call,
    say,
};

/// Filters over what plans say.
pub type ContentFilters = Both<PlaceParams, ContentParams>;

/// What else of a requirement can be asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct ContentParams {
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

impl ContentFilters {
    /// The filter, with units looked up by whatever name they were given.
    pub fn into_filter(self, call: &Call) -> Result<ContentFilter> {
        let Self(places, said) = self;
        let places = places.known(call)?;
        Ok(ContentFilter {
            plans: places.plans,
            tasks: places.tasks,
            requirements: places.requirements,
            headings: known(said.heading, "heading", |heading| is_heading(call, heading))?,
            units: units(call, "unit", &said.unit)?,
            unit_kinds: said.unit_kind.into_iter().collect(),
            rule_kinds: said.rule_kind.into_iter().collect(),
            sources: said.source.into_iter().collect(),
            due_from: said.due_from,
            due_to: said.due_to,
            terms: words("q", said.q.as_deref())?,
        })
    }
}

fn is_heading(call: &Call, heading: &str) -> bool {
    let plans = call.catalog().visible(&call.scope());
    plans
        .flat_map(|plan| &plan.content.tasks)
        .any(|task| task.is_under(heading))
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

/// The units that `texts` name, with each collective replaced by all its members of any time; `None` where `texts` is
/// empty.
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
