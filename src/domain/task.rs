//! 工作任务: a numbered heading of a plan, with its requirements.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    extra::{ExtraCell, check_cells},
    fault::{Checker, Fault, FieldError},
    given::{NumberInTask, ReadOnly},
    id::{PlanId, RequirementId, TaskId},
    numbering::{Numbers, assign_numbers, next_number},
    patch::Patch,
    requirement::{NewRequirement, Requirement, Within},
    text,
    time::Day,
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
    /// What the document's own columns say of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extra: Vec<ExtraCell>,
    /// Its requirements by number.
    pub requirements: Vec<Requirement>,
    /// Grows with each change of the title.
    pub version: i64,
}

/// A task as a caller writes it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
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
    /// 附加列的内容 (what the document's own columns say of it)
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extra: Vec<ExtraCell>,
    /// 具体要求 (requirements)
    #[serde(default)]
    pub requirements: Vec<NewRequirement>,
    /// 编号 (id)
    #[serde(default, skip_serializing)]
    #[schema(value_type = Value, required = false, read_only)]
    pub id: ReadOnly,
    /// 所属方案 (plan)
    #[serde(default, skip_serializing)]
    #[schema(value_type = Value, required = false, read_only)]
    pub plan_id: ReadOnly,
    /// 具体要求数 (requirements)
    #[serde(default, skip_serializing)]
    #[schema(value_type = Value, required = false, read_only)]
    pub requirement_count: ReadOnly,
    /// 版本 (version)
    #[serde(default, skip_serializing)]
    #[schema(value_type = Value, required = false, read_only)]
    pub version: ReadOnly,
}

/// Headings that stand above one another in a document.
const MOST_HEADINGS: usize = 6;
/// The longest heading.
pub const LONGEST_HEADING: usize = 200;
/// The longest label.
pub const LONGEST_LABEL: usize = 50;

/// Notes what is wrong with a task's own words.
fn check_words(check: &mut Checker, title: &str, label: Option<&str>, headings: &[String]) {
    check.text("title", title, 200);
    check.optional_text("label", label, LONGEST_LABEL);
    check.at("headings", |check| {
        if headings.len() > MOST_HEADINGS {
            let why = say!("最多 {MOST_HEADINGS} 级", "at most {MOST_HEADINGS} of them");
            check.fault(Fault::TooLong, why);
        }
        for (index, heading) in headings.iter().enumerate() {
            check.text(index, heading, LONGEST_HEADING);
        }
    });
}

impl NewTask {
    /// Notes what is wrong with it but for its own number.
    pub fn check(&self, check: &mut Checker, within: Within<'_>) {
        check_words(check, &self.title, self.label.as_deref(), &self.headings);
        check_cells(check, &self.extra, within.columns);
        check.at("requirements", |check| {
            assign_numbers(check, &self.numbers());
            for (index, requirement) in self.requirements.iter().enumerate() {
                check.at(index, |check| requirement.check(check, within));
            }
        });
    }

    /// The numbers that its requirements are given.
    fn numbers(&self) -> Vec<Option<u32>> {
        let number = |new: &NewRequirement| new.number.map(|NumberInTask(number)| number);
        self.requirements.iter().map(number).collect()
    }

    /// The task this becomes; call [`NewTask::check`] first.
    pub fn into_task(self, id: TaskId, within: Within<'_>) -> Task {
        let given = self.numbers();
        let numbers = assign_numbers(&mut Checker::default(), &given);
        let mut requirements: Vec<Requirement> = numbers
            .into_iter()
            .zip(self.requirements)
            .map(|(number, new)| {
                let id = RequirementId {
                    task: id.clone(),
                    number,
                };
                new.into_requirement(id, within)
            })
            .collect();
        requirements.sort_by(|a, b| a.id.cmp(&b.id));
        Task {
            id,
            title: self.title,
            label: self.label,
            headings: self.headings,
            extra: self.extra,
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
    /// 附加列的内容 (what the document's own columns say of it)
    #[serde(default)]
    pub extra: Vec<ExtraCell>,
    /// 具体要求 (requirements)
    #[serde(default)]
    pub requirements: Vec<NewRequirement>,
    /// 其中的要求自哪天起计，此前到期的不由任何单位承担；方案发布后默认为修订当日 (the day from which its requirements count: what
    /// falls due before is nobody's; of a published plan by default the day of the amendment)
    #[serde(default)]
    #[schema(value_type = Day, required = false, example = "2018-07-01")]
    pub effective_from: Option<Day>,
    /// 修订理由 (reason; required once the plan is published)
    #[serde(default)]
    #[schema(example = "按省工作部署增补")]
    pub reason: Option<String>,
}

impl AddedTask {
    /// The task this becomes beside those that are there, or what is wrong with it.
    pub fn into_task(self, numbers: &Numbers, within: Within<'_>) -> Result<Task, Vec<FieldError>> {
        let new = NewTask {
            number: self.number,
            title: self.title,
            label: self.label,
            headings: self.headings,
            extra: self.extra,
            requirements: self.requirements,
            id: ReadOnly,
            plan_id: ReadOnly,
            requirement_count: ReadOnly,
            version: ReadOnly,
        };
        let mut check = Checker::default();
        check.optional_day("effective_from", self.effective_from);
        let number = next_number(&mut check, numbers, new.number);
        new.check(&mut check, within);
        check.finish()?;
        let id = TaskId {
            plan: self.plan_id,
            number,
        };
        Ok(new.into_task(id, within))
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
    /// 附加列的内容 (what the document's own columns say of it)
    #[serde(default)]
    #[schema(value_type = Vec<ExtraCell>, required = false)]
    pub extra: Patch<Vec<ExtraCell>>,
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
    pub fn patched(mut self, patch: TaskPatch, within: Within<'_>) -> Result<Self, Vec<FieldError>> {
        let mut check = Checker::default();
        patch.title.set(&mut check, "title", &mut self.title);
        patch.label.set_optional(&mut self.label);
        patch.headings.set(&mut check, "headings", &mut self.headings);
        patch.extra.set(&mut check, "extra", &mut self.extra);
        check_words(&mut check, &self.title, self.label.as_deref(), &self.headings);
        check_cells(&mut check, &self.extra, within.columns);
        check.finish()?;
        Ok(self)
    }
}
