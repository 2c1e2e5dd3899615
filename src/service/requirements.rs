//! Adding, changing and removing requirements of a task.

use super::{
    amendments::{Amendment, Decision, Reason, fresh, no_parent, open_for_amendment, open_parent},
    obligations::{leave_to_somebody, settle_amended},
    work::{Expected, LogRecord, Work},
};
use crate::{
    domain::{
        event::Event,
        id::RequirementId,
        obligation::Hindsight,
        plan::Plan,
        requirement::{AddedRequirement, Requirement, RequirementPatch},
        task::Task,
        unit::UnitDirectory,
    },
    error::{Error, Result},
    store,
};

/// The requirement that was written, with its task's heading and all units.
pub struct Written {
    /// The requirement.
    pub requirement: Requirement,
    /// Its plan.
    pub plan: Plan,
    /// Its task, without the requirements.
    pub task: Task,
    /// All units.
    pub units: UnitDirectory,
}

/// Adds a requirement with its responsibilities, deadlines and indicators.
pub async fn create_requirement(work: &mut Work<'_>, mut new: AddedRequirement) -> Result<Written> {
    let id = new.task_id.clone();
    let amendment = open_parent(work, &id.plan, Reason::in_body(new.reason.take()), "/task_id").await?;
    let counts_from = amendment.counts_from(new.effective_from);
    let Amendment { plan, decision, .. } = amendment;
    let task = store::tasks::find(work.tx, &id)
        .await?
        .ok_or_else(|| no_parent("/task_id"))?;
    let units = store::units::all(work.tx).await?;
    let numbers = store::tasks::requirement_numbers(work.tx, &id).await?;
    let within = |number| RequirementId {
        task: id.clone(),
        number,
    };
    fresh(work, &plan, Event::REQUIREMENT_DELETED, &numbers, new.number, within).await?;
    let requirement = new
        .into_requirement(&numbers, plan.within(&units).counting(counts_from))
        .map_err(Error::body)?;
    leave_to_somebody(work, (&plan, &[&requirement]), (&plan, &[])).await?;
    store::requirements::insert(work.tx, &requirement).await?;
    let created = LogRecord {
        event: Event::REQUIREMENT_CREATED,
        subject: &requirement.id,
        plan: Some(&id.plan),
        reason: decision.reason,
        before: None,
        after: Some(&requirement),
    };
    work.record(created).await?;
    work.plan_changed(&id.plan).await?;
    settle_amended(work, &requirement.id, Hindsight::default()).await?;
    Ok(Written {
        requirement,
        plan,
        task,
        units,
    })
}

/// Changes a requirement's text, responsibilities and indicators.
pub async fn update_requirement(
    work: &mut Work<'_>,
    id: &RequirementId,
    expected: &Expected,
    mut patch: RequirementPatch,
) -> Result<Written> {
    let reason = Reason::in_body(patch.reason.take()).applying_to(patch.applies_to);
    let amendment = open_for_amendment(work, id.plan(), reason).await?;
    let counts_from = amendment.counts_from(patch.effective_from);
    let Amendment { plan, decision, .. } = amendment;
    let before = store::requirements::find(work.tx, id)
        .await?
        .ok_or_else(Error::not_found)?;
    let task = store::tasks::find(work.tx, &id.task)
        .await?
        .ok_or_else(Error::not_found)?;
    expected.check(before.version)?;
    let units = store::units::all(work.tx).await?;
    let indicators = store::requirements::indicator_numbers(work.tx, id).await?;
    let mut after = before
        .clone()
        .patched(patch, &indicators, plan.within(&units).counting(counts_from))
        .map_err(Error::body)?;
    if after != before {
        after.version += 1;
        save(work, Event::REQUIREMENT_UPDATED, id, decision, &before, &after).await?;
    }
    Ok(Written {
        requirement: after,
        plan,
        task,
        units,
    })
}

/// Saves a requirement that changed, in itself or in one of its deadlines.
pub async fn save(
    work: &mut Work<'_>,
    event: Event,
    subject: &dyn std::fmt::Display,
    decision: Decision,
    before: &Requirement,
    after: &Requirement,
) -> Result<()> {
    let plan = after.id.plan();
    // Its words alone change nothing of what is owed.
    let owed_as_before = (&before.units, &before.deadlines) == (&after.units, &after.deadlines);
    if !owed_as_before && let Some(plan) = store::plans::find(work.tx, plan).await? {
        leave_to_somebody(work, (&plan, &[after]), (&plan, &[before])).await?;
    }
    store::requirements::save(work.tx, after).await?;
    let hindsight = decision.hindsight();
    work.record(LogRecord {
        event,
        subject,
        plan: Some(plan),
        reason: decision.reason,
        before: Some(before),
        after: Some(after),
    })
    .await?;
    work.plan_changed(plan).await?;
    if owed_as_before {
        return Ok(());
    }
    let corrected = after.corrected(before);
    let hindsight = Hindsight {
        corrected: Some(&corrected),
        ..hindsight
    };
    settle_amended(work, &after.id, hindsight).await
}

/// Removes a requirement with its parts.
pub async fn delete_requirement(
    work: &mut Work<'_>,
    id: &RequirementId,
    expected: &Expected,
    reason: Reason,
) -> Result<()> {
    let decision = open_for_amendment(work, id.plan(), reason).await?.decision;
    let requirement = store::requirements::find(work.tx, id)
        .await?
        .ok_or_else(Error::not_found)?;
    expected.check(requirement.version)?;
    store::requirements::delete(work.tx, id).await?;
    let hindsight = decision.hindsight();
    let deleted = LogRecord {
        event: Event::REQUIREMENT_DELETED,
        subject: id,
        plan: Some(id.plan()),
        reason: decision.reason,
        before: Some(&requirement),
        after: None,
    };
    work.record(deleted).await?;
    work.plan_changed(id.plan()).await?;
    settle_amended(work, id, hindsight).await
}
