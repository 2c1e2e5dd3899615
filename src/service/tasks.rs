//! Adding, changing and removing tasks of a plan.

use super::{
    amendments::{Amendment, Reason, fresh, open_for_amendment, open_parent},
    obligations::settle_plan,
    work::{Expected, LogRecord, Work},
};
use crate::{
    domain::{
        event::Event,
        id::TaskId,
        plan::Plan,
        task::{AddedTask, Task, TaskPatch},
        thing::ThingKind,
        unit::UnitDirectory,
    },
    error::{Code, Error, Result},
    say, store,
};

/// The task that was written, with its plan and all units.
pub struct Written {
    /// The task with its requirements.
    pub task: Task,
    /// Its plan.
    pub plan: Plan,
    /// All units.
    pub units: UnitDirectory,
}

/// Adds a task, with its requirements if wished.
pub async fn create_task(work: &mut Work<'_>, mut new: AddedTask) -> Result<Written> {
    let plan = new.plan_id.clone();
    let amendment = open_parent(work, &plan, Reason::in_body(new.reason.take()), "/plan_id").await?;
    let counts_from = amendment.counts_from(new.effective_from);
    let Amendment { plan: of, decision, .. } = amendment;
    let units = store::units::all(work.tx).await?;
    let numbers = store::plans::task_numbers(work.tx, &plan).await?;
    let id = |number| TaskId {
        plan: plan.clone(),
        number,
    };
    fresh(work, &of, Event::TASK_DELETED, &numbers, new.number, id).await?;
    let task = new
        .into_task(&numbers, of.within(&units).counting(counts_from))
        .map_err(Error::body)?;
    store::tasks::insert(work.tx, &task).await?;
    let created = LogRecord {
        event: Event::TASK_CREATED,
        subject: &task.id,
        plan: Some(&plan),
        reason: decision.reason,
        before: None,
        after: Some(&task),
    };
    work.record(created).await?;
    work.plan_changed(&plan).await?;
    settle_plan(work, &plan).await?;
    Ok(Written { task, plan: of, units })
}

/// Changes a task's heading; the whole task comes back.
pub async fn update_task(
    work: &mut Work<'_>,
    id: &TaskId,
    expected: &Expected,
    mut patch: TaskPatch,
) -> Result<Written> {
    let Amendment { plan, decision, .. } =
        open_for_amendment(work, &id.plan, Reason::in_body(patch.reason.take())).await?;
    let units = store::units::all(work.tx).await?;
    let before = store::tasks::find(work.tx, id).await?.ok_or_else(Error::not_found)?;
    expected.check(before.version)?;
    let mut after = before
        .clone()
        .patched(patch, plan.within(&units))
        .map_err(Error::body)?;
    if after != before {
        after.version += 1;
        store::tasks::save(work.tx, &after).await?;
        let updated = LogRecord {
            event: Event::TASK_UPDATED,
            subject: id,
            plan: Some(&id.plan),
            reason: decision.reason,
            before: Some(&before),
            after: Some(&after),
        };
        work.record(updated).await?;
        work.plan_changed(&id.plan).await?;
    }
    let content = store::plans::content(work.tx, &id.plan)
        .await?
        .ok_or_else(Error::not_found)?;
    let whole = content
        .tasks
        .into_iter()
        .find(|task| &task.id == id)
        .ok_or_else(Error::not_found)?;
    Ok(Written {
        task: whole,
        plan,
        units,
    })
}

/// Removes a task that has no requirements.
pub async fn delete_task(work: &mut Work<'_>, id: &TaskId, expected: &Expected, reason: Reason) -> Result<()> {
    let decision = open_for_amendment(work, &id.plan, reason).await?.decision;
    let task = store::tasks::find(work.tx, id).await?.ok_or_else(Error::not_found)?;
    expected.check(task.version)?;
    let requirements = store::tasks::requirement_numbers(work.tx, id).await?.taken;
    if !requirements.is_empty() {
        let count = requirements.len();
        let some: Vec<String> = requirements
            .iter()
            .take(5)
            .map(|number| format!("{id}.{number}"))
            .collect();
        let some = some.join(", ");
        let detail = say!(
            "任务 {id} 下还有 {count} 项具体要求，请先删除它们：{some}",
            "task {id} still has {count} requirements; delete them first: {some}"
        );
        let there = |error: Error, number: &u32| error.because_of(ThingKind::Requirement, &format!("{id}.{number}"));
        let error = Error::new(Code::InUse, detail);
        return Err(requirements.iter().take(5).fold(error, there));
    }
    store::tasks::delete(work.tx, id).await?;
    let deleted = LogRecord {
        event: Event::TASK_DELETED,
        subject: id,
        plan: Some(&id.plan),
        reason: decision.reason,
        before: Some(&task),
        after: None,
    };
    work.record(deleted).await?;
    work.plan_changed(&id.plan).await
}
