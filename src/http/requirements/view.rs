//! A requirement as it goes over the wire, with who is responsible, when, and for what targets.

use serde::Serialize;
use serde_with::skip_serializing_none;
use utoipa::ToSchema;

use crate::{
    domain::{
        deadline::{Deadline, Rule, Source},
        disclosure::Disclosed,
        extra::ExtraCell,
        id::{RequirementId, UnitCode},
        indicator::{Comparator, Indicator, NewIndicator, UnitTarget},
        order::SortKey,
        requirement::{Requirement, Responsibility, UnitRole},
        task::Task,
        time::Day,
        unit::{UnitDirectory, UnitKind},
    },
    http::{
        list::{Cell, Column, columns},
        tasks::TaskView,
        units::UnitName,
    },
};

/// 责任分工 (responsibility)
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ResponsibleUnit)]
pub struct ResponsibilityView {
    /// 单位代码 (code)
    #[schema(example = "hbj")]
    code: String,
    /// 名称 (name)
    #[schema(example = "市环保局")]
    name: String,
    /// 类别 (kind)
    kind: UnitKind,
    /// 牵头、配合，或原文未分主次的责任单位 (lead, support, or responsible where the document does not say who leads)
    role: UnitRole,
    /// 承担的部分，原文 (its part of the work, verbatim)
    #[schema(example = "负责学校")]
    part: Option<String>,
    /// 仅就本要求而言集合单位所指的单位 (who the collective means here only)
    members: Option<Vec<MemberView>>,
    /// 自哪天起计，此前到期的不由其承担；自始的没有 (the day from which it counts: what falls due before is not owed by it;
    /// absent: always)
    effective_from: Option<Day>,
}

/// 集合单位在本要求中所指的单位 (a unit that a collective means in a requirement)
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MemberOfRequirement)]
pub struct MemberView {
    /// 单位代码 (code)
    #[schema(example = "humen")]
    code: String,
    /// 名称 (name)
    #[schema(example = "虎门镇")]
    name: String,
    /// 自哪天起计，见 `units` 的同名字段 (the day from which it counts)
    effective_from: Option<Day>,
}

impl ResponsibilityView {
    fn new(part: &Responsibility, units: &UnitDirectory) -> Option<Self> {
        let unit = units.get(&part.code)?;
        Some(Self {
            code: unit.code.to_string(),
            name: unit.name.clone(),
            kind: unit.kind,
            role: part.role,
            part: part.part.clone(),
            members: part
                .members
                .as_ref()
                .map(|codes| codes.iter().map(|code| member(part, code, units)).collect()),
            effective_from: part.effective_from,
        })
    }
}

fn member(part: &Responsibility, code: &UnitCode, units: &UnitDirectory) -> MemberView {
    let unit = UnitName::new(code, units);
    MemberView {
        code: unit.code().to_owned(),
        name: unit.name().to_owned(),
        effective_from: part.members_from.get(code).copied(),
    }
}

/// 完成时限 (deadline), as part of its requirement
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeadlineOfRequirement)]
pub struct DeadlineBrief {
    /// 编号 (id)
    #[schema(example = "dg-2017.17.3.d2")]
    id: String,
    /// 原文表述 (the phrase verbatim)
    #[schema(example = "每季度")]
    phrase: String,
    /// 出处 (where it was found)
    source: Source,
    /// 规则 (what it means)
    rule: Rule,
    /// 到期日，规则本身给出时才有 (due date, where the rule names one)
    due_on: Option<Day>,
    /// 自哪天起计，此前到期的不由任何单位承担；自始的没有 (the day from which it counts: what falls due before is nobody's;
    /// absent: always)
    effective_from: Option<Day>,
}

impl DeadlineBrief {
    fn new(deadline: &Deadline) -> Self {
        Self {
            id: deadline.id.to_string(),
            phrase: deadline.phrase.clone(),
            source: deadline.source,
            rule: deadline.rule.clone(),
            due_on: deadline.rule.due_on(),
            effective_from: deadline.effective_from,
        }
    }
}

/// 量化指标 (indicator)
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Indicator)]
pub struct IndicatorView {
    /// 编号 (id)
    #[schema(example = "dg-2017.26.1.i1")]
    id: String,
    /// 指标名称 (name)
    #[schema(example = "行政许可事项网上全流程办理率")]
    name: String,
    /// 比较方式 (comparator)
    comparator: Comparator,
    /// 目标值；只有各单位的目标时没有 (target; absent where only units have theirs)
    #[schema(example = 80)]
    target: Option<f64>,
    /// 计量单位 (unit of measure)
    #[schema(example = "%")]
    unit: String,
    /// 原文 (the words it comes from)
    phrase: Option<String>,
    /// 各单位的目标值 (what each unit is to reach)
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    targets: Vec<UnitTarget>,
    /// All of it in a few signs, for tables.
    #[serde(skip)]
    text: String,
}

impl IndicatorView {
    fn new(indicator: &Indicator) -> Self {
        let NewIndicator {
            name,
            comparator,
            target,
            unit,
            phrase,
            targets,
            ..
        } = indicator.target.clone();
        Self {
            id: indicator.id.to_string(),
            name,
            comparator,
            target,
            unit,
            phrase,
            targets,
            text: indicator.to_string(),
        }
    }
}

/// 具体要求 (requirement)
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Requirement)]
pub struct RequirementView {
    /// 编号 (id)
    #[schema(example = "dg-2017.17.3")]
    id: String,
    /// 所属方案 (plan)
    #[schema(example = "dg-2017")]
    plan_id: String,
    /// 所属工作任务 (task)
    #[schema(example = "dg-2017.17")]
    task_id: String,
    /// 工作任务标题 (title of the task)
    #[schema(example = "推进环境保护信息公开")]
    task_title: String,
    /// 序号 (number in the plan)
    #[schema(example = "17.3")]
    number: String,
    /// 正文 (text)
    #[schema(example = "指导各镇街及供水单位定期监测、检测和评估饮用水安全状况，市、镇两级政府每季度向社会公开。")]
    text: String,
    /// 牵头单位原文 (the units' cell verbatim)
    #[schema(example = "市环保局")]
    units_phrase: String,
    /// 责任分工，按原文顺序 (who, in the document's order)
    units: Vec<ResponsibilityView>,
    /// 完成时限 (when)
    deadlines: Vec<DeadlineBrief>,
    /// 量化指标 (targets)
    indicators: Vec<IndicatorView>,
    /// 附加列的内容；不公开的列只有主管部门和责任单位可见 (what the document's own columns say of it; of those that are not
    /// public, offices and the responsible units see theirs)
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    extra: Vec<ExtraCell>,
    /// 版本，可用于 If-Match (version)
    #[schema(example = 1)]
    version: i64,
    /// 工作任务 (task; with `embed=task`)
    #[schema(no_recursion)]
    task: Option<Box<TaskView>>,
}

impl RequirementView {
    /// The title of its task.
    pub fn task_title(&self) -> &str {
        &self.task_title
    }

    /// What it says.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The requirement, with its task if that is wanted.
    pub fn new(task: &Task, requirement: &Requirement, of: Disclosed<'_>, with_task: bool) -> Self {
        let (id, units) = (&requirement.id, of.units);
        Self {
            id: id.to_string(),
            plan_id: id.plan().to_string(),
            task_id: id.task.to_string(),
            task_title: task.title.clone(),
            number: format!("{}.{}", id.task.number, id.number),
            text: requirement.text.clone(),
            units_phrase: requirement.units_phrase.clone(),
            units: requirement
                .units
                .iter()
                .filter_map(|part| ResponsibilityView::new(part, units))
                .collect(),
            deadlines: requirement.deadlines.iter().map(DeadlineBrief::new).collect(),
            indicators: requirement.indicators.iter().map(IndicatorView::new).collect(),
            extra: of.of_requirement(requirement),
            version: requirement.version,
            task: with_task.then(|| Box::new(TaskView::new(task, of, false))),
        }
    }
}

/// Its columns in a table.
pub const COLUMNS: &[Column<RequirementView>] = columns![
    id: "编号",
    plan_id: "方案",
    task_id: "工作任务编号",
    task_title: "工作任务",
    number: "序号",
    text: "具体要求",
    units_phrase: "责任单位（原文）",
    unit_codes: "责任单位代码" = |view| Cell::text(
    view.units
        .iter()
        .map(|unit| unit.code.as_str())
        .collect::<Vec<_>>()
        .join(" ")
),
    unit_names: "责任单位" = |view| Cell::joined(view.units.iter().map(|unit| &unit.name)),
    deadline_phrases: "完成时限" = |view| Cell::joined(view.deadlines.iter().map(|deadline| &deadline.phrase)),
    rule_kinds: "时限类型" = |view| Cell::all(view.deadlines.iter().map(|deadline| deadline.rule.kind())),
    due_on: "到期日" = |view| Cell::all(view.deadlines.iter().filter_map(|deadline| deadline.due_on)),
    indicators: "量化指标" = |view| Cell::joined(view.indicators.iter().map(|indicator| &indicator.text)),
    extra: "附加列" = |view| Cell::joined(view.extra.iter().map(|cell| format!("{}：{}", cell.name, cell.text))),
];

/// Sorts by plan, task, number, and whatever comes below.
pub fn key(id: &RequirementId, below: &[u32]) -> SortKey {
    SortKey::Path(id.plan().to_string(), [&[id.task.number, id.number], below].concat())
}
