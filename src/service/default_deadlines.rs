//! What a plan says of the deadlines of all its requirements: when they fall due, and the one of those without their own.

use super::{
    obligations::{calendar, events},
    work::{LogRecord, Work},
};
use crate::{
    domain::{event::Event, id::DeadlineId, obligation::Times, plan::Plan, requirement::Requirement, time::Day},
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
                if old.rule.kind() != kind {
                    store::obligations::file_under_rule(work.tx, &deadline.id, kind).await?;
                }
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Gives each requirement without a deadline of its own the default that the plan has now, from `day`, from which also counts
/// what deadlines ask for more than before; what they say then.
pub async fn keep_default(
    work: &mut Work<'_>,
    (was, plan): (&Plan, &Plan),
    requirements: &[&Requirement],
    day: Option<Day>,
    reason: Option<&String>,
) -> Result<Vec<Requirement>> {
    let mut all = Vec::new();
    let (happened, calendar) = (events(work, &plan.id).await?, calendar(work).await?);
    let times = Times {
        happened: &happened,
        calendar: &calendar,
    };
    for before in requirements {
        let next = store::deadlines::numbers_of(work.tx, &before.id).await?.next();
        let mut after = (*before)
            .clone()
            .with_default(plan.default_deadline.as_ref(), next, day)
            .counting_from(day, plan.terms(), (before, was.terms()), times);
        if after.deadlines != before.deadlines {
            after.version += 1;
            save_deadlines(work, before, &after).await?;
            store::requirements::save(work.tx, &after).await?;
            let updated = LogRecord {
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
