//! Tasks.

use sqlx::{FromRow, Result, types::Json};

use super::{
    requirements,
    row::{numbers, parsed},
};
use crate::{
    db::{Record, Tx},
    domain::{
        extra::ExtraCell,
        id::{PlanId, TaskId},
        numbering::Numbers,
        task::Task,
    },
};

#[derive(FromRow)]
struct TaskRow {
    id: String,
    title: String,
    label: Option<String>,
    headings: Json<Vec<String>>,
    extra: Json<Vec<ExtraCell>>,
    version: i64,
}

/// Plans are held in memory, where they are read within a scope.
impl Record for TaskRow {}

impl TaskRow {
    fn into_task(self) -> Result<Task> {
        Ok(Task {
            id: parsed("id", &self.id)?,
            title: self.title,
            label: self.label,
            headings: self.headings.0,
            extra: self.extra.0,
            requirements: Vec::new(),
            version: self.version,
        })
    }
}

/// The plan's tasks by number, without their requirements.
pub async fn of_plan(tx: &mut Tx, plan: &PlanId) -> Result<Vec<Task>> {
    let sql = "select id, title, label, headings, extra, version from task where plan_id = $1 order by number";
    let rows: Vec<TaskRow> = tx.query(sql).bind(plan.as_str()).all().await?;
    rows.into_iter().map(TaskRow::into_task).collect()
}

/// The task without its requirements.
pub async fn find(tx: &mut Tx, id: &TaskId) -> Result<Option<Task>> {
    let sql = "select id, title, label, headings, extra, version from task where id = $1";
    let row: Option<TaskRow> = tx.query(sql).bind(id.to_string()).optional().await?;
    row.map(TaskRow::into_task).transpose()
}

/// Adds a task with its requirements.
pub async fn insert(tx: &mut Tx, task: &Task) -> Result<()> {
    let sql = "insert into task (id, plan_id, number, title, label, headings, version, extra)
               values ($1, $2, $3, $4, $5, $6, $7, $8)";
    tx.query(sql)
        .bind(task.id.to_string())
        .bind(task.id.plan.as_str())
        .bind(i64::from(task.id.number))
        .bind(&task.title)
        .bind(&task.label)
        .bind(Json(&task.headings))
        .bind(task.version)
        .bind(Json(&task.extra))
        .execute()
        .await?;
    for requirement in &task.requirements {
        requirements::insert(tx, requirement).await?;
    }
    Ok(())
}

/// Saves the heading over version `task.version - 1`; an error where that is not the one stored.
pub async fn save(tx: &mut Tx, task: &Task) -> Result<()> {
    let sql = "update task set title = $2, label = $3, headings = $4, version = $5, extra = $6
               where id = $1 and version = $5 - 1";
    tx.change(sql)
        .bind(task.id.to_string())
        .bind(&task.title)
        .bind(&task.label)
        .bind(Json(&task.headings))
        .bind(task.version)
        .bind(Json(&task.extra))
        .done()
        .await
}

/// Removes a task; its number is not given again.
pub async fn delete(tx: &mut Tx, id: &TaskId) -> Result<bool> {
    let sql = "update plan set last_removed_task = $2 where id = $1 and last_removed_task < $2";
    tx.query(sql)
        .bind(id.plan.as_str())
        .bind(i64::from(id.number))
        .execute()
        .await?;
    Ok(tx
        .query("delete from task where id = $1")
        .bind(id.to_string())
        .execute()
        .await?
        == 1)
}

/// Numbers of the task's requirements.
pub async fn requirement_numbers(tx: &mut Tx, id: &TaskId) -> Result<Numbers> {
    let sql = "select number from requirement where task_id = $1";
    let taken: Vec<(i64,)> = tx.query(sql).bind(id.to_string()).all().await?;
    let sql = "select last_removed_requirement from task where id = $1";
    let last: Option<(i64,)> = tx.query(sql).bind(id.to_string()).optional().await?;
    numbers(taken, last)
}
