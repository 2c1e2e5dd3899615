//! `/requirements`

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    auth::{Can, may},
    content::ContentParams,
    cursor::Key,
    deadlines::DeadlineBrief,
    extract::{Body, Id, IdempotencyKey, IfMatch},
    listing::{ListParams, Listed, Page},
    read::{Embed, ItemParams, Read, Scene},
    reply::{changed, created, send_saved},
    tasks::{ReasonParams, TaskView, reason},
    units::UnitName,
};
use crate::{
    domain::{
        catalog::{IndexedPlan, RequirementInPlan},
        id::RequirementId,
        indicator::{Comparator, Indicator, NewIndicator},
        requirement::{AddedRequirement, Requirement, RequirementPatch, Responsibility, UnitRole},
        task::Task,
        unit::{UnitDirectory, UnitKind},
    },
    error::Result,
    service::requirements,
};

/// 责任分工 (responsibility)
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
    /// 牵头或配合 (lead or support)
    role: UnitRole,
    /// 仅就本要求而言集合单位所指的单位 (who the collective means here only)
    #[serde(skip_serializing_if = "Option::is_none")]
    members: Option<Vec<UnitName>>,
}

impl ResponsibilityView {
    fn new(part: &Responsibility, units: &UnitDirectory) -> Option<Self> {
        let unit = units.get(&part.code)?;
        Some(Self {
            code: unit.code.to_string(),
            name: unit.name.clone(),
            kind: unit.kind,
            role: part.role,
            members: part
                .members
                .as_ref()
                .map(|codes| codes.iter().map(|code| UnitName::new(code, units)).collect()),
        })
    }
}

/// 量化指标 (indicator)
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
    /// 目标值 (target)
    #[schema(example = 80)]
    target: f64,
    /// 计量单位 (unit of measure)
    #[schema(example = "%")]
    unit: String,
    /// 原文 (the words it comes from)
    #[serde(skip_serializing_if = "Option::is_none")]
    phrase: Option<String>,
}

impl IndicatorView {
    fn new(indicator: &Indicator) -> Self {
        let NewIndicator {
            name,
            comparator,
            target,
            unit,
            phrase,
        } = indicator.target.clone();
        Self {
            id: indicator.id.to_string(),
            name,
            comparator,
            target,
            unit,
            phrase,
        }
    }
}

/// 具体要求 (requirement)
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
    /// 版本，可用于 If-Match (version)
    #[schema(example = 1)]
    version: i64,
    /// 工作任务 (task; with `embed=task`)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(no_recursion)]
    task: Option<Box<TaskView>>,
}

/// What a requirement can embed.
const EMBEDS: &[&str] = &["task"];

impl RequirementView {
    /// The requirement as `scene` shows it.
    pub fn new(task: &Task, requirement: &Requirement, scene: Scene<'_>, with_task: bool) -> Self {
        let id = &requirement.id;
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
                .filter_map(|part| ResponsibilityView::new(part, scene.units))
                .collect(),
            deadlines: requirement.deadlines.iter().map(DeadlineBrief::new).collect(),
            indicators: requirement.indicators.iter().map(IndicatorView::new).collect(),
            version: requirement.version,
            task: with_task.then(|| Box::new(TaskView::new(task, scene, false))),
        }
    }
}

impl Listed for RequirementInPlan<'_> {
    type View = RequirementView;
    const EMBEDS: &'static [&'static str] = EMBEDS;
    const SORTS: &'static [&'static str] = &["due_on", "task_title", "text", "id"];
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "plan_id",
        "task_id",
        "task_title",
        "number",
        "text",
        "units_phrase",
        "unit_codes",
        "unit_names",
        "deadline_phrases",
        "rule_kinds",
        "due_on",
        "indicators",
    ];
    const DOWNLOAD: &'static str = "具体要求";

    fn key(&self, sort: &str) -> Key {
        let requirement = self.requirement;
        match sort {
            // A requirement with several dates sorts by the first of them.
            "due_on" => requirement
                .deadlines
                .iter()
                .filter_map(|deadline| deadline.rule.due_on())
                .min()
                .map_or(Key::None, Key::Day),
            "task_title" => Key::Text(self.task.title.clone()),
            "text" => Key::Text(requirement.text.clone()),
            _ => requirement_key(&requirement.id, &[]),
        }
    }

    fn view(&self, scene: Scene<'_>, embed: &Embed) -> RequirementView {
        RequirementView::new(self.task, self.requirement, scene, embed.has("task"))
    }

    fn cell(&self, scene: Scene<'_>, column: &str) -> String {
        let RequirementInPlan { task, requirement, .. } = self;
        let id = &requirement.id;
        let of_deadlines = |cell: fn(DeadlineBrief) -> String| {
            requirement
                .deadlines
                .iter()
                .map(DeadlineBrief::new)
                .map(cell)
                .filter(|cell| !cell.is_empty())
                .collect::<Vec<_>>()
                .join("；")
        };
        let units = || requirement.units.iter().filter_map(|part| scene.units.get(&part.code));
        match column {
            "id" => id.to_string(),
            "plan_id" => id.plan().to_string(),
            "task_id" => id.task.to_string(),
            "task_title" => task.title.clone(),
            "number" => format!("{}.{}", id.task.number, id.number),
            "text" => requirement.text.clone(),
            "units_phrase" => requirement.units_phrase.clone(),
            "unit_codes" => units().map(|unit| unit.code.to_string()).collect::<Vec<_>>().join(" "),
            "unit_names" => units().map(|unit| unit.name.clone()).collect::<Vec<_>>().join("；"),
            "deadline_phrases" => of_deadlines(DeadlineBrief::phrase),
            "rule_kinds" => of_deadlines(DeadlineBrief::rule_kind),
            "due_on" => of_deadlines(DeadlineBrief::due_on),
            _ => requirement
                .indicators
                .iter()
                .map(Indicator::to_string)
                .collect::<Vec<_>>()
                .join("；"),
        }
    }
}

/// Sorts by plan, task, number, and whatever comes below.
pub fn requirement_key(id: &RequirementId, below: &[u32]) -> Key {
    Key::Path(id.plan().to_string(), [&[id.task.number, id.number], below].concat())
}

/// 列出具体要求 (list requirements)
///
/// `unit=` 含该单位通过集合单位承担的要求；完成时限的各条件须由同一时限满足。
/// `unit=` also finds what a unit owes through a collective.
#[utoipa::path(tag = "requirements", params(ListParams, ContentParams),
    responses((status = 200, description = "具体要求列表 (requirements)", body = Page<RequirementView>)))]
#[get("/requirements")]
pub async fn list_requirements(read: Read) -> Result<HttpResponse> {
    read.serve_list(|params: ContentParams| {
        let filter = params.into_filter(&read)?;
        let units = &read.catalog().units;
        let all = read
            .catalog()
            .visible(read.view.drafts)
            .flat_map(IndexedPlan::requirements);
        Ok(all.filter(|of| filter.wants_requirement(*of, units)).collect())
    })
}

/// 读取一项具体要求 (get a requirement)
#[utoipa::path(tag = "requirements", params(("id" = String, Path, description = "要求编号 (requirement id)", example = "dg-2017.17.3"), ItemParams),
    responses((status = 200, description = "具体要求 (requirement)", body = RequirementView)))]
#[get("/requirements/{id}")]
pub async fn get_requirement(read: Read, id: Id<RequirementId>) -> Result<HttpResponse> {
    read.serve_item(EMBEDS, |embed| {
        let of = read.catalog().requirement(&id.0, read.view.drafts)?;
        Some((of.view(read.scene(), embed), of.requirement.version))
    })
}

/// 新增具体要求 (add a requirement)
///
/// 连同责任分工、完成时限和量化指标。With its responsibilities, deadlines and indicators.
#[utoipa::path(tag = "requirements", request_body = AddedRequirement,
    responses((status = 201, description = "已新增 (created)", body = RequirementView)))]
#[post("/requirements")]
pub async fn create_requirement(
    can: Can<may::ManagePlans>,
    key: IdempotencyKey,
    body: Body<AddedRequirement>,
) -> Result<HttpResponse> {
    let request = key.bind(&body);
    let reply = can.write_once(&can.context, request, async |work| {
        let written = requirements::create_requirement(work, body.value).await?;
        created(
            "requirements",
            &written.requirement.id,
            written.requirement.version,
            &can.requirement_view(&written),
        )
    });
    reply.await.map(send_saved)
}

/// 修改具体要求 (change a requirement)
///
/// JSON Merge Patch；列表整体替换；完成时限另有路径。Lists are replaced whole; deadlines have their own routes.
#[utoipa::path(tag = "requirements", params(("id" = String, Path, description = "要求编号 (requirement id)", example = "dg-2017.17.3")),
    request_body = RequirementPatch, responses((status = 200, description = "修改后的要求 (the requirement now)", body = RequirementView)))]
#[patch("/requirements/{id}")]
pub async fn update_requirement(
    can: Can<may::ManagePlans>,
    id: Id<RequirementId>,
    expected: IfMatch,
    body: Body<RequirementPatch>,
) -> Result<HttpResponse> {
    let reply = can.write(&can.context, async |work| {
        let written = requirements::update_requirement(work, &id.0, &expected.0, body.value).await?;
        changed(written.requirement.version, &can.requirement_view(&written))
    });
    reply.await.map(send_saved)
}

/// 删除具体要求 (delete a requirement)
///
/// 连同其责任分工、完成时限和量化指标。With its parts.
#[utoipa::path(tag = "requirements", params(("id" = String, Path, description = "要求编号 (requirement id)", example = "dg-2018.1.1"), ReasonParams),
    responses((status = 204, description = "已删除 (deleted)")))]
#[delete("/requirements/{id}")]
pub async fn delete_requirement(
    can: Can<may::ManagePlans>,
    id: Id<RequirementId>,
    expected: IfMatch,
    req: HttpRequest,
) -> Result<HttpResponse> {
    let reason = reason(&req)?;
    can.write(&can.context, async |work| {
        requirements::delete_requirement(work, &id.0, &expected.0, reason).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

impl<D> Can<D> {
    fn requirement_view(&self, written: &requirements::Written) -> RequirementView {
        RequirementView::new(&written.task, &written.requirement, self.scene(&written.units), false)
    }
}
