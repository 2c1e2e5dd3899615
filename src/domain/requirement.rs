//! 具体要求: what has to be done, by whom (责任分工) and by when.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    deadline::{Deadline, NewDeadline},
    fault::{Checker, Fault, FieldError},
    id::{DeadlineId, IndicatorId, RequirementId, TaskId, UnitCode},
    indicator::{Indicator, NewIndicator},
    numbering::{Numbers, next_number},
    patch::Patch,
    unit::{UnitDirectory, UnitKind},
    vocabulary::vocabulary,
};
use crate::say;

super::event::events! {
    REQUIREMENT_CREATED = "requirement.created",
    REQUIREMENT_UPDATED = "requirement.updated",
    REQUIREMENT_DELETED = "requirement.deleted",
}

vocabulary! {
    /// A unit's part in a requirement.
    #[derive(Default)]
    pub enum UnitRole {
        /// 牵头
        #[default]
        Lead = "lead": "牵头", "lead";
        /// 配合
        Support = "support": "配合", "support";
        /// 责任单位，原文未分主次 (where the document does not say who leads)
        Responsible = "responsible": "责任单位", "responsible";
    }
}

/// 责任分工: one unit's part in one requirement, in the document's order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Responsibility {
    /// 单位代码 (unit code)
    #[schema(example = "zwfwb")]
    pub code: UnitCode,
    /// 牵头、配合，或原文未分主次的责任单位 (lead, support, or responsible where the document does not say who leads)
    #[serde(default)]
    pub role: UnitRole,
    /// 承担的部分，原文 (its part of the work, verbatim, where the document says so)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "负责学校")]
    pub part: Option<String>,
    /// 仅就本要求而言集合单位所指的单位 (who a collective means in this requirement only;
    /// absent: its own members)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members: Option<Vec<UnitCode>>,
}

/// What has to be done.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Requirement {
    /// Id, `dg-2017.17.3`.
    pub id: RequirementId,
    /// The text verbatim, without its number.
    pub text: String,
    /// The cell 牵头单位 verbatim.
    pub units_phrase: String,
    /// Who is responsible, in the document's order.
    pub units: Vec<Responsibility>,
    /// When it is due, in the document's order.
    pub deadlines: Vec<Deadline>,
    /// Targets in its text.
    pub indicators: Vec<Indicator>,
    /// Grows with each change of any of the above.
    pub version: i64,
}

/// A requirement as a caller writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRequirement {
    /// 序号 (number within its task; absent: the next)
    #[serde(default, skip_serializing_if = "Option::is_none")]
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
    pub units: Vec<Responsibility>,
    /// 完成时限 (when)
    #[serde(default)]
    pub deadlines: Vec<NewDeadline>,
    /// 量化指标 (targets)
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indicators: Vec<NewIndicator>,
}

/// Checks that responsibilities name units that exist, each once.
fn check_units(check: &mut Checker, units: &[Responsibility], known: &UnitDirectory) {
    let mut seen = BTreeSet::new();
    for (index, part) in units.iter().enumerate() {
        check.at(index, |check| {
            let code = &part.code;
            check.optional_text("part", part.part.as_deref(), 200);
            if !seen.insert(code) {
                check.at("code", |check| {
                    check.fault(Fault::Duplicate, say!("{code} 重复", "{code} is given twice"));
                });
            }
            let Some(unit) = known.get(code) else {
                check.at("code", |check| {
                    check.fault(Fault::NotFound, known.unknown(code.as_str()));
                });
                return;
            };
            let Some(members) = &part.members else { return };
            check.at("members", |check| {
                if unit.kind != UnitKind::Collective {
                    check.fault(
                        Fault::Conflict,
                        say!("{code} 不是集合单位", "{code} is not a collective"),
                    );
                }
                if members.is_empty() {
                    check.fault(
                        Fault::Required,
                        say!(
                            "至少一个单位；省略则为其全部成员",
                            "at least one unit; leave it out to mean all its members"
                        ),
                    );
                }
                for (index, member) in members.iter().enumerate() {
                    if members[..index].contains(member) {
                        check.at(index, |check| {
                            check.fault(Fault::Duplicate, say!("{member} 重复", "{member} is given twice"));
                        });
                    }
                    if known.get(member).is_none_or(|unit| unit.kind == UnitKind::Collective) {
                        check.at(index, |check| {
                            check.fault(
                                Fault::NotFound,
                                say!(
                                    "没有代码为 {member} 的具体单位",
                                    "there is no concrete unit with code {member}"
                                ),
                            );
                        });
                    }
                }
            });
        });
    }
}

fn check_content(check: &mut Checker, text: &str, units_phrase: &str, units: &[Responsibility], known: &UnitDirectory) {
    check.text("text", text, 5000);
    if !units_phrase.is_empty() {
        check.text("units_phrase", units_phrase, 1000);
    }
    check.at("units", |check| check_units(check, units, known));
}

fn check_indicators<'i>(check: &mut Checker, indicators: impl ExactSizeIterator<Item = &'i NewIndicator>) {
    check.at("indicators", |check| {
        check.parts(indicators.len());
        for (index, indicator) in indicators.enumerate() {
            check.at(index, |check| indicator.check(check));
        }
    });
}

impl NewRequirement {
    /// Notes what is wrong with it but for its own number.
    pub fn check(&self, check: &mut Checker, known: &UnitDirectory) {
        check_content(check, &self.text, &self.units_phrase, &self.units, known);
        check.at("deadlines", |check| {
            check.parts(self.deadlines.len());
            for (index, deadline) in self.deadlines.iter().enumerate() {
                check.at(index, |check| deadline.check(check));
            }
        });
        check_indicators(check, self.indicators.iter());
    }

    /// The requirement this becomes.
    pub fn into_requirement(self, id: RequirementId) -> Requirement {
        let deadlines = (1..)
            .zip(self.deadlines)
            .map(|(number, new)| {
                new.into_deadline(DeadlineId {
                    requirement: id.clone(),
                    number,
                })
            })
            .collect();
        let indicators = number_indicators(&id, self.indicators);
        Requirement {
            id,
            text: self.text,
            units_phrase: self.units_phrase,
            units: self.units,
            deadlines,
            indicators,
            version: 1,
        }
    }
}

/// Gives indicators their ids, in order.
pub fn number_indicators(requirement: &RequirementId, indicators: Vec<NewIndicator>) -> Vec<Indicator> {
    (1..)
        .zip(indicators)
        .map(|(number, target)| Indicator {
            id: IndicatorId {
                requirement: requirement.clone(),
                number,
            },
            target,
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
    pub units: Vec<Responsibility>,
    /// 完成时限 (when)
    #[serde(default)]
    pub deadlines: Vec<NewDeadline>,
    /// 量化指标 (targets)
    #[serde(default)]
    pub indicators: Vec<NewIndicator>,
    /// 修订理由 (reason; required once the plan is published)
    #[serde(default)]
    #[schema(example = "按省工作部署增补")]
    pub reason: Option<String>,
}

impl AddedRequirement {
    /// The requirement this becomes beside those that are there, or what is wrong with it.
    pub fn into_requirement(self, numbers: &Numbers, known: &UnitDirectory) -> Result<Requirement, Vec<FieldError>> {
        let new = NewRequirement {
            number: self.number,
            text: self.text,
            units_phrase: self.units_phrase,
            units: self.units,
            deadlines: self.deadlines,
            indicators: self.indicators,
        };
        let mut check = Checker::default();
        let number = next_number(&mut check, numbers, new.number);
        new.check(&mut check, known);
        check.finish()?;
        Ok(new.into_requirement(RequirementId {
            task: self.task_id,
            number,
        }))
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
    /// 牵头单位原文 (the cell verbatim)
    #[serde(default)]
    #[schema(value_type = String, required = false, example = "市法制局")]
    pub units_phrase: Patch<String>,
    /// 责任分工 (who, in order)
    #[serde(default)]
    #[schema(value_type = Vec<Responsibility>, required = false)]
    pub units: Patch<Vec<Responsibility>>,
    /// 量化指标 (targets)
    #[serde(default)]
    #[schema(value_type = Vec<NewIndicator>, required = false)]
    pub indicators: Patch<Vec<NewIndicator>>,
    /// 修订理由 (reason; required once the plan is published)
    #[serde(default)]
    #[schema(example = "机构改革，职责划转")]
    pub reason: Option<String>,
}

impl Requirement {
    /// The requirement after `patch`, or what is wrong with it.
    pub fn patched(mut self, patch: RequirementPatch, known: &UnitDirectory) -> Result<Self, Vec<FieldError>> {
        let mut check = Checker::default();
        patch.text.set(&mut check, "text", &mut self.text);
        patch
            .units_phrase
            .set(&mut check, "units_phrase", &mut self.units_phrase);
        patch.units.set(&mut check, "units", &mut self.units);
        let mut targets: Vec<NewIndicator> = self.indicators.into_iter().map(|indicator| indicator.target).collect();
        patch.indicators.set(&mut check, "indicators", &mut targets);
        self.indicators = number_indicators(&self.id, targets);
        check_content(&mut check, &self.text, &self.units_phrase, &self.units, known);
        check_indicators(&mut check, self.indicators.iter().map(|indicator| &indicator.target));
        check.finish()?;
        Ok(self)
    }
}
