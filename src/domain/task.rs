//! 工作任务: a numbered heading of a plan, with its requirements.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    fault::{Checker, FieldError},
    id::{PlanId, RequirementId, TaskId},
    numbering::{assign_numbers, next_number},
    patch::Patch,
    requirement::{NewRequirement, Requirement},
    unit::UnitDirectory,
};

/// A numbered heading of a plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Task {
    /// Id, `dg-2017.17`.
    pub id: TaskId,
    /// Title verbatim.
    pub title: String,
    /// Its requirements by number.
    pub requirements: Vec<Requirement>,
    /// Grows with each change of the title.
    pub version: i64,
}

/// A task as a caller writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTask {
    /// 序号 (number within its plan; absent: the next)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// 标题 (title)
    #[schema(example = "推进决策公开")]
    pub title: String,
    /// 具体要求 (requirements)
    #[serde(default)]
    pub requirements: Vec<NewRequirement>,
}

impl NewTask {
    /// Notes what is wrong with it but for its own number.
    pub fn check(&self, check: &mut Checker, known: &UnitDirectory) {
        check.text("title", &self.title, 200);
        check.at("requirements", |check| {
            let given: Vec<Option<u32>> = self.requirements.iter().map(|new| new.number).collect();
            assign_numbers(check, &given);
            for (index, requirement) in self.requirements.iter().enumerate() {
                check.at(index, |check| requirement.check(check, known));
            }
        });
    }

    /// The task this becomes; call [`NewTask::check`] first.
    pub fn into_task(self, id: TaskId) -> Task {
        let given: Vec<Option<u32>> = self.requirements.iter().map(|new| new.number).collect();
        let numbers = assign_numbers(&mut Checker::default(), &given);
        let mut requirements: Vec<Requirement> = numbers
            .into_iter()
            .zip(self.requirements)
            .map(|(number, new)| {
                new.into_requirement(RequirementId {
                    task: id.clone(),
                    number,
                })
            })
            .collect();
        requirements.sort_by(|a, b| a.id.cmp(&b.id));
        Task {
            id,
            title: self.title,
            requirements,
            version: 1,
        }
    }
}

/// A task added to a plan.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddedTask {
    /// 所属方案 (plan)
    #[schema(example = "dg-2018")]
    pub plan_id: PlanId,
    /// 序号 (number within its plan; absent: the next)
    #[serde(default)]
    pub number: Option<u32>,
    /// 标题 (title)
    #[schema(example = "推进决策公开")]
    pub title: String,
    /// 具体要求 (requirements)
    #[serde(default)]
    pub requirements: Vec<NewRequirement>,
    /// 修订理由 (reason; required once the plan is published)
    #[serde(default)]
    #[schema(example = "按省工作部署增补")]
    pub reason: Option<String>,
}

impl AddedTask {
    /// The task this becomes beside those that are there, or what is wrong with it.
    pub fn into_task(self, taken: &BTreeSet<u32>, known: &UnitDirectory) -> Result<Task, Vec<FieldError>> {
        let new = NewTask {
            number: self.number,
            title: self.title,
            requirements: self.requirements,
        };
        let mut check = Checker::default();
        let number = next_number(&mut check, taken, new.number);
        new.check(&mut check, known);
        check.finish()?;
        Ok(new.into_task(TaskId {
            plan: self.plan_id,
            number,
        }))
    }
}

/// A change of a task's heading.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskPatch {
    /// 标题 (title)
    #[serde(default)]
    #[schema(value_type = String, required = false, example = "推进决策公开")]
    pub title: Patch<String>,
    /// 修订理由 (reason; required once the plan is published)
    #[serde(default)]
    #[schema(example = "更正标题")]
    pub reason: Option<String>,
}

impl Task {
    /// The task after `patch`, or what is wrong with it.
    pub fn patched(mut self, patch: TaskPatch) -> Result<Self, Vec<FieldError>> {
        let mut check = Checker::default();
        patch.title.set(&mut check, "title", &mut self.title);
        check.text("title", &self.title, 200);
        check.finish()?;
        Ok(self)
    }
}
