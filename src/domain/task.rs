//! 工作任务: a numbered heading of a plan, with its requirements.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    fault::{Checker, Fault, FieldError},
    id::{PlanId, RequirementId, TaskId},
    numbering::{Numbers, assign_numbers, next_number},
    patch::Patch,
    requirement::{NewRequirement, Requirement},
    text,
    unit::UnitDirectory,
};
use crate::say;

super::event::events! {
    TASK_CREATED = "task.created",
    TASK_UPDATED = "task.updated",
    TASK_DELETED = "task.deleted",
}

/// A numbered heading of a plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Task {
    /// Id, `dg-2017.17`.
    pub id: TaskId,
    /// Title verbatim.
    pub title: String,
    /// What it is printed with in front of its title, verbatim: 一、, （三）, 12.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The headings above it, from the outermost, verbatim.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub headings: Vec<String>,
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
    /// 原文中的编号 (what it is printed with in front of its title, verbatim)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "（一）")]
    pub label: Option<String>,
    /// 上级标题，由外到内 (the headings above it, from the outermost, verbatim)
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(example = json!(["一、围绕建设法治政府推进公开"]))]
    pub headings: Vec<String>,
    /// 具体要求 (requirements)
    #[serde(default)]
    pub requirements: Vec<NewRequirement>,
}

/// Headings that stand above one another in a document.
const MOST_HEADINGS: usize = 6;

/// Notes what is wrong with a task's own words.
fn check_words(check: &mut Checker, title: &str, label: Option<&str>, headings: &[String]) {
    check.text("title", title, 200);
    check.optional_text("label", label, 50);
    check.at("headings", |check| {
        if headings.len() > MOST_HEADINGS {
            let why = say!("最多 {MOST_HEADINGS} 级", "at most {MOST_HEADINGS} of them");
            check.fault(Fault::TooLong, why);
        }
        for (index, heading) in headings.iter().enumerate() {
            check.text(index, heading, 200);
        }
    });
}

impl NewTask {
    /// Notes what is wrong with it but for its own number.
    pub fn check(&self, check: &mut Checker, known: &UnitDirectory) {
        check_words(check, &self.title, self.label.as_deref(), &self.headings);
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
            label: self.label,
            headings: self.headings,
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
    /// 原文中的编号 (what it is printed with in front of its title, verbatim)
    #[serde(default)]
    #[schema(example = "（一）")]
    pub label: Option<String>,
    /// 上级标题，由外到内 (the headings above it, from the outermost, verbatim)
    #[serde(default)]
    #[schema(example = json!(["一、围绕建设法治政府推进公开"]))]
    pub headings: Vec<String>,
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
    pub fn into_task(self, numbers: &Numbers, known: &UnitDirectory) -> Result<Task, Vec<FieldError>> {
        let new = NewTask {
            number: self.number,
            title: self.title,
            label: self.label,
            headings: self.headings,
            requirements: self.requirements,
        };
        let mut check = Checker::default();
        let number = next_number(&mut check, numbers, new.number);
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
    /// 原文中的编号；null 删除 (what it is printed with in front of its title; null removes it)
    #[serde(default)]
    #[schema(value_type = Option<String>, required = false, example = "（一）")]
    pub label: Patch<String>,
    /// 上级标题，由外到内 (the headings above it, replaced as a whole)
    #[serde(default)]
    #[schema(value_type = Vec<String>, required = false, example = json!(["一、围绕建设法治政府推进公开"]))]
    pub headings: Patch<Vec<String>>,
    /// 修订理由 (reason; required once the plan is published)
    #[serde(default)]
    #[schema(example = "更正标题")]
    pub reason: Option<String>,
}

impl Task {
    /// Whether `heading` stands above it, at any depth.
    pub fn is_under(&self, heading: &str) -> bool {
        let wanted = text::normalize(heading);
        self.headings.iter().any(|heading| text::normalize(heading) == wanted)
    }

    /// The task after `patch`, or what is wrong with it.
    pub fn patched(mut self, patch: TaskPatch) -> Result<Self, Vec<FieldError>> {
        let mut check = Checker::default();
        patch.title.set(&mut check, "title", &mut self.title);
        patch.label.set_optional(&mut self.label);
        patch.headings.set(&mut check, "headings", &mut self.headings);
        check_words(&mut check, &self.title, self.label.as_deref(), &self.headings);
        check.finish()?;
        Ok(self)
    }
}
