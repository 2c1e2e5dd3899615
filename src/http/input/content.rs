//! The filters that tasks, requirements and deadlines share.

use serde::Deserialize;
use utoipa::IntoParams;

use super::{invalid_parameter, words};
use crate::{
    domain::{
        deadline::{RuleKind, Source},
        filter::ContentFilter,
        id::{PlanId, RequirementId, TaskId, UnitCode},
        obligation::ObligationId,
        time::{Day, Period},
        unit::UnitKind,
    },
    error::Result,
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
            plans: self.plan,
            tasks: self.task,
            requirements: self.requirement,
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

/// The units that `texts` mean; one that means none is refused: an empty list would hide a typing error.
pub fn units(call: &Call, parameter: &str, texts: &[String]) -> Result<Vec<UnitCode>> {
    let resolve = |text: &String| {
        let unit = call.catalog().units.resolve(text);
        unit.map(|unit| unit.code.clone())
            .ok_or_else(|| invalid_parameter(parameter, say!("没有单位 {text}", "there is no unit {text}")))
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

/// The obligations that `texts` name.
pub fn obligations(texts: &[String]) -> Result<Vec<ObligationId>> {
    let parsed = texts.iter().map(|id| id.parse());
    parsed.collect::<Result<_, _>>().map_err(|_| {
        let why = say!("编号形式不对", "is not an obligation id");
        invalid_parameter("obligation", why)
    })
}
