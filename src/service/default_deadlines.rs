//! The deadline that a plan gives to requirements without one of their own.

use super::work::{Change, Work};
use crate::{
    domain::{event::Event, id::DeadlineId, plan::Plan, requirement::Requirement},
    error::Result,
    store,
};

/// Makes the deadlines stored those of `after`.
pub async fn save_deadlines(work: &mut Work<'_>, before: &Requirement, after: &Requirement) -> Result<()> {
    let of = |requirement: &Requirement, id: &DeadlineId| {
        let mut all = requirement.deadlines.iter();
        all.find(|deadline| &deadline.id == id).cloned()
    };
    for gone in before.deadlines.iter().filter(|old| of(after, &old.id).is_none()) {
        store::deadlines::delete(work.tx, &gone.id).await?;
    }
    for deadline in &after.deadlines {
        match of(before, &deadline.id) {
            None => store::deadlines::insert(work.tx, deadline).await?,
            Some(old) if old != *deadline => {
                store::deadlines::save(work.tx, deadline).await?;
                let kind = deadline.rule.kind();
                store::obligations::file_under_rule(work.tx, &deadline.id, kind).await?;
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Gives each requirement without a deadline of its own the default that `plan` has now; what they say then.
pub async fn keep_default(
    work: &mut Work<'_>,
    plan: &Plan,
    requirements: &[&Requirement],
    reason: Option<&String>,
) -> Result<Vec<Requirement>> {
    let mut all = Vec::new();
    for before in requirements {
        let next = store::deadlines::numbers_of(work.tx, &before.id).await?.next();
        let mut after = (*before).clone().with_default(plan.default_deadline.as_ref(), next);
        if after.deadlines != before.deadlines {
            after.version += 1;
            save_deadlines(work, before, &after).await?;
            store::requirements::save(work.tx, &after).await?;
            let updated = Change {
                event: Event::REQUIREMENT_UPDATED,
                subject: &after.id,
                plan: Some(&plan.id),
                reason: reason.cloned(),
                before: Some(*before),
                after: Some(&after),
            };
            work.record(updated).await?;
        }
        all.push(after);
    }
    Ok(all)
}
