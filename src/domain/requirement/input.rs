//! Requirements as callers write them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    NewResponsibility, Requirement, Within,
    responsibility::{check_units, resolve},
};
use crate::{
    domain::{
        amendment::AppliesTo,
        deadline::{Deadline, Source},
        extra::{ExtraCell, check_cells},
        fault::{Checker, Fault, FieldError},
        given::{NumberInTask, ReadOnly},
        id::{DeadlineId, IndicatorId, RequirementId, TaskId},
        indicator::{Indicator, NewIndicator, replace},
        new_deadline::NewDeadline,
        numbering::{Numbers, next_number},
        patch::Patch,
        text,
        time::Day,
        unit::UnitDirectory,
    },
    say,
};

/// A requirement as a caller writes it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRequirement {
    /// 序号 (number within its task; absent: the next)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = NumberInTask, required = false)]
    pub number: Option<NumberInTask>,
    /// 正文 (the text verbatim)
    #[schema(example = "完善政府法律顾问制度。")]
    pub text: String,
    /// 牵头单位原文 (the cell verbatim)
    #[serde(default)]
    #[schema(example = "市法制局")]
    pub units_phrase: String,
    /// 责任分工 (who, in order)
    #[serde(default)]
    pub units: Vec<NewResponsibility>,
    /// 完成时限 (when)
    #[serde(default)]
    pub deadlines: Vec<NewDeadline>,
    /// 量化指标 (targets)
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indicators: Vec<NewIndicator>,
    /// 附加列的内容 (what the document's own columns say of it)
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extra: Vec<ExtraCell>,
    /// 编号 (id)
    #[serde(default, skip_serializing)]
    #[schema(value_type = Value, required = false, read_only)]
    pub id: ReadOnly,
    /// 所属方案 (plan)
    #[serde(default, skip_serializing)]
    #[schema(value_type = Value, required = false, read_only)]
    pub plan_id: ReadOnly,
    /// 所属工作任务 (task)
    #[serde(default, skip_serializing)]
    #[schema(value_type = Value, required = false, read_only)]
    pub task_id: ReadOnly,
    /// 工作任务标题 (title of the task)
    #[serde(default, skip_serializing)]
    #[schema(value_type = Value, required = false, read_only)]
    pub task_title: ReadOnly,
    /// 版本 (version)
    #[serde(default, skip_serializing)]
    #[schema(value_type = Value, required = false, read_only)]
    pub version: ReadOnly,
}

/// The longest cell of units.
pub const LONGEST_UNITS: usize = 1000;

/// Notes what is wrong with a requirement's own words.
fn check_words(check: &mut Checker, text: &str, units_phrase: &str) {
    check.text("text", text, 5000);
    if !units_phrase.is_empty() {
        check.text("units_phrase", units_phrase, LONGEST_UNITS);
    }
}

fn check_indicators<'i>(
    check: &mut Checker,
    indicators: impl ExactSizeIterator<Item = &'i NewIndicator>,
    known: &UnitDirectory,
) {
    check.at("indicators", |check| {
        check.parts(indicators.len());
        for (index, indicator) in indicators.enumerate() {
            check.at(index, |check| indicator.check(check, known));
        }
    });
}

impl NewRequirement {
    /// Notes what is wrong with it but for its own number.
    pub fn check(&self, check: &mut Checker, within: Within<'_>) {
        check_words(check, &self.text, &self.units_phrase);
        check.at("units", |check| check_units(check, &self.units, within.units));
        check.at("deadlines", |check| {
            check.parts(self.deadlines.iter().map(|new| new.read(within.year).len()).sum());
            for (index, deadline) in self.deadlines.iter().enumerate() {
                check.at(index, |check| deadline.check(check, within.default));
            }
        });
        check_indicators(check, self.indicators.iter(), within.units);
        check_cells(check, &self.extra, within.columns);
    }

    /// The requirement this becomes.
    pub fn into_requirement(self, id: RequirementId, within: Within<'_>) -> Requirement {
        let own = self.deadlines.iter().filter(|new| new.source != Source::Default);
        let deadlines = (1..)
            .zip(own.flat_map(|new| new.read(within.year)))
            .map(|(number, (phrase, source, rule, from))| Deadline {
                id: DeadlineId {
                    requirement: id.clone(),
                    number,
                },
                phrase,
                source,
                rule,
                effective_from: from.or(within.counts_from),
                version: 1,
            })
            .collect();
        let indicators = number_indicators(&id, self.indicators, within.units);
        let requirement = Requirement {
            id,
            text: self.text,
            units_phrase: self.units_phrase,
            units: resolve(&self.units, &[], within),
            deadlines,
            indicators,
            extra: self.extra,
            version: 1,
        };
        requirement.with_default(within.default, 1, within.counts_from)
    }
}

/// Gives indicators their ids, in order.
fn number_indicators(
    requirement: &RequirementId,
    indicators: Vec<NewIndicator>,
    known: &UnitDirectory,
) -> Vec<Indicator> {
    (1..)
        .zip(indicators)
        .map(|(number, target)| Indicator {
            id: IndicatorId {
                requirement: requirement.clone(),
                number,
            },
            target: target.kept(known),
        })
        .collect()
}

/// A requirement added to a task.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddedRequirement {
    /// 所属工作任务 (task)
    #[schema(example = "dg-2018.1")]
    pub task_id: TaskId,
    /// 序号 (number within its task; absent: the next)
    #[serde(default)]
    pub number: Option<u32>,
    /// 正文 (the text verbatim)
    #[schema(example = "完善政府法律顾问制度。")]
    pub text: String,
    /// 牵头单位原文 (the cell verbatim)
    #[serde(default)]
    #[schema(example = "市法制局")]
    pub units_phrase: String,
    /// 责任分工 (who, in order)
    #[serde(default)]
    pub units: Vec<NewResponsibility>,
    /// 完成时限 (when)
    #[serde(default)]
    pub deadlines: Vec<NewDeadline>,
    /// 量化指标 (targets)
    #[serde(default)]
    pub indicators: Vec<NewIndicator>,
    /// 附加列的内容 (what the document's own columns say of it)
    #[serde(default)]
    pub extra: Vec<ExtraCell>,
    /// 自哪天起计，此前到期的不由任何单位承担；方案发布后默认为修订当日 (the day from which it counts: what falls due before is
    /// nobody's; of a published plan by default the day of the amendment)
    #[serde(default)]
    #[schema(value_type = Day, required = false, example = "2018-07-01")]
    pub effective_from: Option<Day>,
    /// 修订理由 (reason; required once the plan is published)
    #[serde(default)]
    #[schema(example = "按省工作部署增补")]
    pub reason: Option<String>,
}

impl AddedRequirement {
    /// The requirement this becomes beside those that are there, or what is wrong with it.
    pub fn into_requirement(self, numbers: &Numbers, within: Within<'_>) -> Result<Requirement, Vec<FieldError>> {
        let new = NewRequirement {
            number: self.number.map(NumberInTask),
            text: self.text,
            units_phrase: self.units_phrase,
            units: self.units,
            deadlines: self.deadlines,
            indicators: self.indicators,
            extra: self.extra,
            id: ReadOnly,
            plan_id: ReadOnly,
            task_id: ReadOnly,
            task_title: ReadOnly,
            version: ReadOnly,
        };
        let mut check = Checker::default();
        check.optional_day("effective_from", self.effective_from);
        let number = next_number(&mut check, numbers, self.number);
        new.check(&mut check, within);
        check.finish()?;
        let id = RequirementId {
            task: self.task_id,
            number,
        };
        Ok(new.into_requirement(id, within))
    }
}

/// A change of a requirement; lists are replaced whole. Deadlines have their own routes.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequirementPatch {
    /// 正文 (the text verbatim)
    #[serde(default)]
    #[schema(value_type = String, required = false, example = "完善政府法律顾问制度。")]
    pub text: Patch<String>,
    /// 牵头单位原文；改动的须同时给出 `units` (the cell verbatim; where it changes, `units` is required)
    #[serde(default)]
    #[schema(value_type = String, required = false, example = "市法制局")]
    pub units_phrase: Patch<String>,
    /// 责任分工 (who, in order)
    #[serde(default)]
    #[schema(value_type = Vec<NewResponsibility>, required = false)]
    pub units: Patch<Vec<NewResponsibility>>,
    /// 量化指标，整体替换；原有的保留编号 (targets, replaced whole; one that was there keeps its id)
    #[serde(default)]
    #[schema(value_type = Vec<NewIndicator>, required = false)]
    pub indicators: Patch<Vec<NewIndicator>>,
    /// 附加列的内容 (what the document's own columns say of it)
    #[serde(default)]
    #[schema(value_type = Vec<ExtraCell>, required = false)]
    pub extra: Patch<Vec<ExtraCell>>,
    /// 适用于哪些应办事项：`upcoming` 只调整尚未到期的（默认），`unfinished` 连同已到期、未办结的 (which obligations follow: those that
    /// are not due yet, or all that are not done)
    #[serde(default)]
    #[schema(value_type = AppliesTo, required = false)]
    pub applies_to: Option<AppliesTo>,
    /// 新增的单位自哪天起计，此前到期的不由其承担；方案发布后默认为修订当日 (the day from which units count that are new: what falls due
    /// before is not owed by them; of a published plan by default the day of the amendment)
    #[serde(default)]
    #[schema(value_type = Day, required = false, example = "2018-07-01")]
    pub effective_from: Option<Day>,
    /// 修订理由 (reason; required once the plan is published)
    #[serde(default)]
    #[schema(example = "机构改革，职责划转")]
    pub reason: Option<String>,
}

impl Requirement {
    /// The requirement after `patch`, or what is wrong with it. `indicators`: the numbers that its indicators have and had.
    pub fn patched(
        mut self,
        patch: RequirementPatch,
        indicators: &Numbers,
        within: Within<'_>,
    ) -> Result<Self, Vec<FieldError>> {
        let mut check = Checker::default();
        let is_other = |new: &String| {
            let (new, old) = (text::normalize(new), text::normalize(&self.units_phrase));
            new != old && !new.is_empty() && !old.is_empty()
        };
        if patch.units == Patch::Absent && patch.units_phrase.value().is_some_and(is_other) {
            // What is published and what is owed would be two things.
            let why = say!(
                "units_phrase 已改，须同时给出 units；单位不变的照原样给出",
                "units_phrase says something else: give units as well, as they are if they stay"
            );
            check.at("units", |check| check.fault(Fault::Required, why));
        }
        patch.text.set(&mut check, "text", &mut self.text);
        patch
            .units_phrase
            .set(&mut check, "units_phrase", &mut self.units_phrase);
        check_words(&mut check, &self.text, &self.units_phrase);
        if let Some(new) = patch.units.value() {
            check.at("units", |check| check_units(check, new, within.units));
        }
        check.optional_day("effective_from", patch.effective_from);
        if patch.effective_from.is_some() && patch.units == Patch::Absent {
            let why = say!(
                "是新增单位的起计日，须与 units 同时给出",
                "is the day from which units count that are new: give units as well"
            );
            check.at("effective_from", |check| check.fault(Fault::Conflict, why));
        }
        let units = patch.units.map(|new| resolve(&new, &self.units, within));
        units.set(&mut check, "units", &mut self.units);
        if let Some(new) = patch.indicators.value() {
            check_indicators(&mut check, new.iter(), within.units);
        }
        let targets = patch.indicators.map(|new| {
            let ids: Vec<Option<String>> = new.iter().map(|indicator| indicator.id.clone()).collect();
            let new: Vec<NewIndicator> = new.into_iter().map(|indicator| indicator.kept(within.units)).collect();
            replace(&mut check, &self.id, &self.indicators, indicators, (&ids, new))
        });
        targets.set(&mut check, "indicators", &mut self.indicators);
        patch.extra.set(&mut check, "extra", &mut self.extra);
        check_cells(&mut check, &self.extra, within.columns);
        check.finish()?;
        Ok(self)
    }
}
