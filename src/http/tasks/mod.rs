//! `/tasks`

mod view;

use actix_web::{delete, get, patch, post};

use self::view::COLUMNS;
pub use self::view::TaskView;
use crate::http::{
    caller::{Call, Caller, may},
    input::{Change, Create, Embed, Id, ReasonParams, content::ContentFilters},
    list::{Column, InMemory, List, Page, ParamsOf},
    refused::Refused,
    reply::{ItemParams, Reply, Representation},
};
use crate::{
    domain::{
        catalog::IndexedPlan,
        changes::{Followed, Part},
        id::TaskId,
        order::SortKey,
        task::{AddedTask, Task, TaskPatch},
    },
    service::tasks::{self, Written},
    store::page::{Sort, Sorts},
};

crate::http::input::described! {
    TaskId: "任务编号 (task id)", "dg-2017.17";
}

/// The list of tasks.
pub struct Tasks;

impl List for Tasks {
    type Filters = ContentFilters;
    type View = TaskView;
    const FILE: (&'static str, &'static str) = ("tasks", "工作任务");
    const SORTS: Sorts = &[
        Sort::in_memory("title"),
        Sort::in_memory("requirement_count"),
        Sort::in_memory("id"),
    ];
    const EMBEDS: &'static [&'static str] = &["requirements"];
    const FOLLOWED: Option<Followed> = Some(Followed::Tasks);
    const COLUMNS: &'static [Column<TaskView>] = COLUMNS;
}

impl InMemory for Tasks {
    type Row<'c> = (&'c IndexedPlan, &'c Task);

    fn key((_, row): &Self::Row<'_>, sort: &str) -> SortKey {
        match sort {
            "title" => SortKey::Text(row.title.clone()),
            "requirement_count" => SortKey::Int(i64::try_from(row.requirements.len()).unwrap_or(i64::MAX)),
            _ => SortKey::Path(row.id.plan.to_string(), vec![row.id.number]),
        }
    }

    fn all(call: &Call) -> Vec<Self::Row<'_>> {
        let plans = call.catalog().visible(&call.scope());
        let tasks = plans.flat_map(|plan| plan.content.tasks.iter().map(move |task| (plan, task)));
        tasks.collect()
    }

    fn part((_, task): &Self::Row<'_>) -> (String, Part) {
        (task.id.to_string(), Part::Task(task.id.clone()))
    }

    fn view((plan, task): &Self::Row<'_>, call: &Call, embed: &Embed) -> TaskView {
        let of = call.disclosed(&plan.content.plan, &call.catalog().units);
        TaskView::new(task, of, embed.has("requirements"))
    }
}

/// 列出工作任务 (list tasks)
///
/// 筛选条件作用于任务下的具体要求：至少一项符合。A task is listed when one of its requirements matches.
#[utoipa::path(tag = "tasks", params(ParamsOf<Tasks>), responses((status = 200, description = "工作任务列表 (tasks)", body = Page<TaskView>), Caller<may::ReadPublished>))]
#[get("")]
pub async fn list_tasks(caller: Caller<may::ReadPublished>) -> Reply {
    let find = |params: ContentFilters| {
        let filter = params.into_filter(&caller)?;
        let units = &caller.catalog().units;
        let tasks = Tasks::all(&caller).into_iter();
        Ok(tasks
            .filter(|(plan, task)| filter.wants_task(plan, task, units))
            .collect())
    };
    caller.list_in_memory::<Tasks>(find).await
}

/// 读取一项工作任务 (get a task)
///
/// `embed=requirements` 一并给出具体要求。With its requirements if asked.
#[utoipa::path(tag = "tasks", params(Id<TaskId>, ItemParams),
    responses((status = 200, description = "工作任务 (task)", body = TaskView), Caller<may::ReadPublished>, Id<TaskId>))]
#[get("/{id}")]
pub async fn get_task(caller: Caller<may::ReadPublished>, id: Id<TaskId>) -> Reply {
    caller
        .get_in_memory(Tasks::EMBEDS, |embed| {
            let of = caller.catalog().task(&id.0, &caller.scope())?;
            Some((Tasks::view(&of, &caller, embed), of.1.version))
        })
        .await
}

/// 新增工作任务 (add a task)
///
/// 可连同具体要求一次提交。It may come with its requirements.
#[utoipa::path(tag = "tasks", request_body = AddedTask, responses((status = 201, description = "已新增 (created)", body = TaskView), Caller<may::ManagePlans>, Create<AddedTask>))]
#[post("")]
pub async fn create_task(caller: Caller<may::ManagePlans>, create: Create<AddedTask>) -> Reply {
    caller.create(create, tasks::create_task, shown).await
}

/// 修改工作任务 (change a task)
///
/// JSON Merge Patch。已发布的方案须写明 `reason`。A published plan needs a `reason`.
#[utoipa::path(tag = "tasks", params(Id<TaskId>),
    request_body = TaskPatch, responses((status = 200, description = "修改后的任务 (the task now)", body = TaskView), Caller<may::ManagePlans>, Change<TaskId, TaskPatch>))]
#[patch("/{id}")]
pub async fn update_task(caller: Caller<may::ManagePlans>, change: Change<TaskId, TaskPatch>) -> Reply {
    caller.change(change, tasks::update_task, shown).await
}

/// 删除工作任务 (delete a task)
///
/// 仍有具体要求的任务不能删除。A task that still has requirements cannot be deleted.
#[utoipa::path(tag = "tasks", params(("id" = String, Path, description = "任务编号 (task id)", example = "dg-2018.1"), ReasonParams),
    responses((status = 204, description = "已删除 (deleted)"), Caller<may::ManagePlans>, Change<TaskId>, Refused<422>))]
#[delete("/{id}")]
pub async fn delete_task(caller: Caller<may::ManagePlans>, change: Change<TaskId>) -> Reply {
    caller.delete_because(change, tasks::delete_task).await
}

/// The task as the change leaves it.
fn shown(call: &Call, written: &Written) -> Representation<TaskView> {
    let task = &written.task;
    let of = call.disclosed(&written.plan, &written.units);
    Representation::to_all(&task.id, task.version, TaskView::new(task, of, false))
}
