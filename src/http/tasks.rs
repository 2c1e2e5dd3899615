//! `/tasks`

use actix_web::{HttpResponse, delete, get, patch, post};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    auth::{Can, may},
    content::ContentParams,
    cursor::Key,
    extract::{self, Body, Id, IdempotencyKey, IfMatch},
    listing::{ListParams, Listed, Page},
    read::{Embed, ItemParams, Read, Scene},
    reply::{changed, created, send_saved},
    requirements::RequirementView,
};
use crate::{
    domain::{
        catalog::{IndexedPlan, RequirementInPlan},
        id::TaskId,
        task::{AddedTask, Task, TaskPatch},
    },
    error::Result,
    service::{plans::Reason, tasks},
};

/// 工作任务 (task)
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Task)]
pub struct TaskView {
    /// 编号 (id)
    #[schema(example = "dg-2017.17")]
    id: String,
    /// 所属方案 (plan)
    #[schema(example = "dg-2017")]
    plan_id: String,
    /// 序号 (number)
    #[schema(example = 17)]
    number: u32,
    /// 标题 (title)
    #[schema(example = "推进环境保护信息公开")]
    title: String,
    /// 具体要求数 (requirements)
    #[schema(example = 5)]
    requirement_count: usize,
    /// 版本，可用于 If-Match (version)
    #[schema(example = 1)]
    version: i64,
    /// 具体要求 (requirements; with `embed=requirements`)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(no_recursion)]
    requirements: Option<Vec<RequirementView>>,
}

/// What a task can embed.
const EMBEDS: &[&str] = &["requirements"];

impl TaskView {
    /// The task as `scene` shows it.
    pub fn new(task: &Task, scene: Scene<'_>, whole: bool) -> Self {
        let requirements = || {
            task.requirements
                .iter()
                .map(|requirement| RequirementView::new(task, requirement, scene, false))
        };
        Self {
            id: task.id.to_string(),
            plan_id: task.id.plan.to_string(),
            number: task.id.number,
            title: task.title.clone(),
            requirement_count: task.requirements.len(),
            version: task.version,
            requirements: whole.then(|| requirements().collect()),
        }
    }
}

/// A task in a list.
struct TaskRow<'c>(&'c Task);

impl Listed for TaskRow<'_> {
    type View = TaskView;
    const EMBEDS: &'static [&'static str] = EMBEDS;
    const SORTS: &'static [&'static str] = &["title", "requirement_count", "id"];
    const COLUMNS: &'static [&'static str] = &["id", "plan_id", "number", "title", "requirement_count"];
    const DOWNLOAD: &'static str = "工作任务";

    fn key(&self, sort: &str) -> Key {
        match sort {
            "title" => Key::Text(self.0.title.clone()),
            "requirement_count" => Key::Int(i64::try_from(self.0.requirements.len()).unwrap_or(i64::MAX)),
            _ => Key::Path(self.0.id.plan.to_string(), vec![self.0.id.number]),
        }
    }

    fn view(&self, scene: Scene<'_>, embed: &Embed) -> TaskView {
        TaskView::new(self.0, scene, embed.has("requirements"))
    }

    fn cell(&self, _: Scene<'_>, column: &str) -> String {
        let task = self.0;
        match column {
            "id" => task.id.to_string(),
            "plan_id" => task.id.plan.to_string(),
            "number" => task.id.number.to_string(),
            "title" => task.title.clone(),
            _ => task.requirements.len().to_string(),
        }
    }
}

/// 列出工作任务 (list tasks)
///
/// 筛选条件作用于任务下的具体要求：至少一项符合。A task is listed when one of its requirements matches.
#[utoipa::path(tag = "tasks", params(ListParams, ContentParams), responses((status = 200, description = "工作任务列表 (tasks)", body = Page<TaskView>)))]
#[get("/tasks")]
pub async fn list_tasks(read: Read) -> Result<HttpResponse> {
    read.serve_list(|params: ContentParams| {
        let filter = params.into_filter(&read)?;
        let units = &read.catalog().units;
        let wanted = |plan: &IndexedPlan, task: &Task| {
            let by_place = (filter.plans.is_empty() || filter.plans.contains(&task.id.plan))
                && (filter.tasks.is_empty() || filter.tasks.contains(&task.id));
            let by_requirement = || {
                task.requirements.iter().any(|requirement| {
                    filter.wants_requirement(
                        RequirementInPlan {
                            plan,
                            task,
                            requirement,
                        },
                        units,
                    )
                })
            };
            by_place && (filter.is_open() || by_requirement())
        };
        let plans = read.catalog().visible(read.view.drafts);
        let tasks = plans.flat_map(|plan| plan.content.tasks.iter().map(move |task| (plan, task)));
        Ok(tasks
            .filter(|(plan, task)| wanted(plan, task))
            .map(|(_, task)| TaskRow(task))
            .collect())
    })
}

/// 读取一项工作任务 (get a task)
///
/// `embed=requirements` 一并给出具体要求。With its requirements if asked.
#[utoipa::path(tag = "tasks", params(("id" = String, Path, description = "任务编号 (task id)", example = "dg-2017.17"), ItemParams),
    responses((status = 200, description = "工作任务 (task)", body = TaskView)))]
#[get("/tasks/{id}")]
pub async fn get_task(read: Read, id: Id<TaskId>) -> Result<HttpResponse> {
    read.serve_item(EMBEDS, |embed| {
        let (_, task) = read.catalog().task(&id.0, read.view.drafts)?;
        Some((
            TaskView::new(task, read.scene(), embed.has("requirements")),
            task.version,
        ))
    })
}

/// 新增工作任务 (add a task)
///
/// 可连同具体要求一次提交。It may come with its requirements.
#[utoipa::path(tag = "tasks", request_body = AddedTask, responses((status = 201, description = "已新增 (created)", body = TaskView)))]
#[post("/tasks")]
pub async fn create_task(
    can: Can<may::ManagePlans>,
    key: IdempotencyKey,
    body: Body<AddedTask>,
) -> Result<HttpResponse> {
    let request = key.bind(&body);
    let reply = can.write_once(&can.context, request, async |work| {
        let (task, units) = tasks::create_task(work, body.value).await?;
        created(
            "tasks",
            &task.id,
            task.version,
            &TaskView::new(&task, can.scene(&units), false),
        )
    });
    reply.await.map(send_saved)
}

/// 修改工作任务 (change a task)
///
/// JSON Merge Patch。已发布的方案须写明 `reason`。A published plan needs a `reason`.
#[utoipa::path(tag = "tasks", params(("id" = String, Path, description = "任务编号 (task id)", example = "dg-2017.17")),
    request_body = TaskPatch, responses((status = 200, description = "修改后的任务 (the task now)", body = TaskView)))]
#[patch("/tasks/{id}")]
pub async fn update_task(
    can: Can<may::ManagePlans>,
    id: Id<TaskId>,
    expected: IfMatch,
    body: Body<TaskPatch>,
) -> Result<HttpResponse> {
    let reply = can.write(&can.context, async |work| {
        let (task, units) = tasks::update_task(work, &id.0, &expected.0, body.value).await?;
        changed(task.version, &TaskView::new(&task, can.scene(&units), false))
    });
    reply.await.map(send_saved)
}

/// `reason=` of a deletion, which has no body.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReasonParams {
    /// 修订理由，方案发布后必填 (reason; required once the plan is published)
    #[param(example = "该任务已并入其他工作")]
    reason: Option<String>,
}

/// The reason of the deletion that `req` asks for.
pub fn reason(req: &actix_web::HttpRequest) -> Result<Reason> {
    let ReasonParams { reason } = extract::query(req)?;
    Ok(Reason::in_query(reason))
}

/// 删除工作任务 (delete a task)
///
/// 仍有具体要求的任务不能删除。A task that still has requirements cannot be deleted.
#[utoipa::path(tag = "tasks", params(("id" = String, Path, description = "任务编号 (task id)", example = "dg-2018.1"), ReasonParams),
    responses((status = 204, description = "已删除 (deleted)")))]
#[delete("/tasks/{id}")]
pub async fn delete_task(
    can: Can<may::ManagePlans>,
    id: Id<TaskId>,
    expected: IfMatch,
    req: actix_web::HttpRequest,
) -> Result<HttpResponse> {
    let reason = reason(&req)?;
    can.write(&can.context, async |work| {
        tasks::delete_task(work, &id.0, &expected.0, reason).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
