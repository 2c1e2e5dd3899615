//! Plans as callers write them, whole if wished.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Plan, PlanContent, PlanSettings, PlanStatus};
use crate::domain::{
    amendment::AppliesTo,
    extra::ExtraColumn,
    fault::{Checker, FieldError},
    given::ReadOnly,
    id::{PlanId, TaskId},
    new_deadline::NewDefaultDeadline,
    numbering::assign_numbers,
    patch::{Merge, Patch},
    task::{NewTask, Task},
    time::{Day, Period},
    unit::{NamedUnit, NewUnit, UnitDirectory},
};

/// A plan as a caller writes it, whole if wished; also the shape of `seeds/plans/*.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPlan {
    /// 方案编号 (id): `a-z`, `0-9`, hyphens
    #[schema(example = "dg-2018")]
    pub id: PlanId,
    /// 标题 (title)
    #[schema(example = "2018年全市政务信息公开工作重点分工方案")]
    pub title: String,
    /// 年度 (year)
    #[schema(example = 2018)]
    pub year: i32,
    /// 起始日 (first day; absent: 1 January)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_from: Option<Day>,
    /// 截止日 (last day; absent: 31 December)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_to: Option<Day>,
    /// 印发单位 (issuing unit)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = NamedUnit, required = false)]
    pub issuer: Option<NamedUnit>,
    /// 设置 (settings)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<PlanSettings>,
    /// 附加列，按原文顺序 (columns of the document that the model has no word for, in its order)
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extra_columns: Vec<ExtraColumn>,
    /// 默认完成时限，用于原文未写时限的要求 (the deadline of requirements that have none)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = NewDefaultDeadline, required = false)]
    pub default_deadline: Option<NewDefaultDeadline>,
    /// 一并新建的责任单位，随即对所有人公开 (units to create with it; they are public from then on)
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<NewUnit>,
    /// 工作任务 (tasks with their requirements)
    #[serde(default)]
    pub tasks: Vec<NewTask>,
    /// 状态 (status)
    #[serde(default, skip_serializing)]
    #[schema(value_type = Value, required = false, read_only)]
    pub status: ReadOnly,
    /// 工作任务数 (tasks)
    #[serde(default, skip_serializing)]
    #[schema(value_type = Value, required = false, read_only)]
    pub task_count: ReadOnly,
    /// 具体要求数 (requirements)
    #[serde(default, skip_serializing)]
    #[schema(value_type = Value, required = false, read_only)]
    pub requirement_count: ReadOnly,
    /// 发布时间 (published at)
    #[serde(default, skip_serializing)]
    #[schema(value_type = Value, required = false, read_only)]
    pub published_at: ReadOnly,
    /// 办结时间 (closed at)
    #[serde(default, skip_serializing)]
    #[schema(value_type = Value, required = false, read_only)]
    pub closed_at: ReadOnly,
    /// 版本 (version)
    #[serde(default, skip_serializing)]
    #[schema(value_type = Value, required = false, read_only)]
    pub version: ReadOnly,
    /// 可执行的操作 (what the caller may do)
    #[serde(default, skip_serializing)]
    #[schema(value_type = Value, required = false, read_only)]
    pub allowed_actions: ReadOnly,
    /// 各项操作的路径 (where each of them is done)
    #[serde(default, skip_serializing)]
    #[schema(value_type = Value, required = false, read_only)]
    pub links: ReadOnly,
}

impl NewPlan {
    /// A plan of which no more is said.
    pub fn new(id: PlanId, title: String, year: i32) -> Self {
        Self {
            id,
            title,
            year,
            period_from: None,
            period_to: None,
            issuer: None,
            settings: None,
            extra_columns: Vec::new(),
            default_deadline: None,
            units: Vec::new(),
            tasks: Vec::new(),
            status: ReadOnly,
            task_count: ReadOnly,
            requirement_count: ReadOnly,
            published_at: ReadOnly,
            closed_at: ReadOnly,
            version: ReadOnly,
            allowed_actions: ReadOnly,
            links: ReadOnly,
        }
    }

    /// The draft this becomes, or everything that is wrong with it.
    pub fn into_content(self, known: &UnitDirectory) -> Result<PlanContent, Vec<FieldError>> {
        let year = Period::of_years(self.year, self.year);
        let (mut issuer, mut default_deadline) = (None, None);
        let mut named = Checker::default();
        if let Some(unit) = &self.issuer {
            named.at("issuer", |check| issuer = unit.found(check, known));
        }
        if let Some(default) = self.default_deadline {
            named.at("default_deadline", |check| {
                default_deadline = Some(default.read(check, self.year));
            });
        }
        let plan = Plan {
            id: self.id,
            title: self.title,
            year: self.year,
            period: Period {
                from: self.period_from.unwrap_or(year.from),
                to: self.period_to.unwrap_or(year.to),
            },
            issuer: issuer.map(|unit| unit.code.clone()),
            status: PlanStatus::Draft,
            settings: self.settings.unwrap_or_default(),
            extra_columns: self.extra_columns,
            default_deadline,
            version: 1,
            published_at: None,
            closed_at: None,
        };
        let mut check = Checker::default();
        plan.note_faults(&mut check);
        check.below(named.finish());
        let within = plan.within(known);
        let given: Vec<Option<u32>> = self.tasks.iter().map(|new| new.number).collect();
        let mut numbers = Vec::new();
        check.at("tasks", |check| {
            numbers = assign_numbers(check, &given);
            for (index, task) in self.tasks.iter().enumerate() {
                check.at(index, |check| task.check(check, within));
            }
        });
        check.finish()?;
        let mut tasks: Vec<Task> = numbers
            .into_iter()
            .zip(self.tasks)
            .map(|(number, new)| {
                let id = TaskId {
                    plan: plan.id.clone(),
                    number,
                };
                new.into_task(id, within)
            })
            .collect();
        tasks.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(PlanContent { plan, tasks })
    }
}

/// A change of a plan itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanPatch {
    /// 标题 (title)
    #[serde(default)]
    #[schema(value_type = String, required = false, example = "2017年全市政务信息公开工作重点分工方案")]
    pub title: Patch<String>,
    /// 起始日 (first day)
    #[serde(default)]
    #[schema(value_type = Day, required = false)]
    pub period_from: Patch<Day>,
    /// 截止日 (last day)
    #[serde(default)]
    #[schema(value_type = Day, required = false)]
    pub period_to: Patch<Day>,
    /// 印发单位 (issuing unit; `null` clears it)
    #[serde(default)]
    #[schema(value_type = Option<NamedUnit>, required = false)]
    pub issuer: Patch<NamedUnit>,
    /// 设置，只改所给的各项；null 恢复默认 (settings: those given change, `null` restores the default)
    #[serde(default)]
    #[schema(value_type = PlanSettings, required = false)]
    pub settings: Patch<Merge<PlanSettings>>,
    /// 附加列，整体替换 (extra columns, replaced whole)
    #[serde(default)]
    #[schema(value_type = Vec<ExtraColumn>, required = false)]
    pub extra_columns: Patch<Vec<ExtraColumn>>,
    /// 默认完成时限；null 取消 (the deadline of requirements that have none; `null` takes it away)
    #[serde(default)]
    #[schema(value_type = Option<NewDefaultDeadline>, required = false)]
    pub default_deadline: Patch<NewDefaultDeadline>,
    /// 适用于哪些应办事项：`upcoming` 只调整尚未到期的（默认），`unfinished` 连同已到期、未办结的 (which obligations follow: those that
    /// are not due yet, or all that are not done)
    #[serde(default)]
    #[schema(value_type = AppliesTo, required = false)]
    pub applies_to: Option<AppliesTo>,
    /// 因此新增的时限和期次自哪天起计，此前到期的不由任何单位承担；方案发布后默认为修订当日 (the day from which deadlines and periods
    /// count that are new by this: what falls due before is nobody's; of a published plan by default the day of the amendment)
    #[serde(default)]
    #[schema(value_type = Day, required = false, example = "2018-07-01")]
    pub effective_from: Option<Day>,
    /// 修订理由 (reason; required once the plan is published)
    #[serde(default)]
    #[schema(example = "更正标题")]
    pub reason: Option<String>,
}

impl Plan {
    /// The plan after `patch`, or what is wrong with it.
    pub fn patched(mut self, patch: PlanPatch, known: &UnitDirectory) -> Result<Self, Vec<FieldError>> {
        let mut check = Checker::default();
        check.optional_day("effective_from", patch.effective_from);
        patch.title.set(&mut check, "title", &mut self.title);
        patch.period_from.set(&mut check, "period_from", &mut self.period.from);
        patch.period_to.set(&mut check, "period_to", &mut self.period.to);
        let year = self.year;
        let (mut named, mut found) = (Checker::default(), None);
        if let Some(unit) = patch.issuer.value() {
            named.at("issuer", |check| found = unit.found(check, known));
        }
        let issuer = patch.issuer.map(|_| found.map(|unit| unit.code.clone()));
        issuer.set_flat(&mut self.issuer);
        let settings = patch.settings.map(|merge| merge.into(self.settings));
        settings.set(&mut check, "settings", &mut self.settings);
        patch
            .extra_columns
            .set(&mut check, "extra_columns", &mut self.extra_columns);
        let default = patch.default_deadline.map(|default| {
            let mut read = None;
            named.at("default_deadline", |check| read = Some(default.read(check, year)));
            read
        });
        default.set_flat(&mut self.default_deadline);
        self.note_faults(&mut check);
        check.below(named.finish());
        check.finish()?;
        Ok(self)
    }
}
