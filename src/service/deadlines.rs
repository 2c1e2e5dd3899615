//! Adding, changing and removing deadlines of a requirement. Each also changes the requirement.

use super::{
    amendments::{Amendment, Reason, no_parent, open_for_amendment, open_parent},
    default_deadlines::save_deadlines,
    obligations::{calendar, events},
    requirements,
    work::{Expected, Work},
};
use crate::{
    domain::{
        deadline::{Deadline, Source},
        event::Event,
        fault::Fault,
        id::{DeadlineId, LAST_NUMBER},
        new_deadline::{AddedDeadline, DeadlinePatch},
        obligation::Times,
        requirement::Requirement,
    },
    error::{Code, Error, Result},
    say, store,
};

/// Adds a deadline.
pub async fn create_deadline(work: &mut Work<'_>, mut new: AddedDeadline) -> Result<Deadline> {
    let requirement = new.requirement_id.clone();
    let place = "/requirement_id";
    let amendment = open_parent(work, requirement.plan(), Reason::in_body(new.reason.take()), place).await?;
    let counts_from = amendment.counts_from(None);
    let Amendment { plan, decision, .. } = amendment;
    let before = store::requirements::find(work.tx, &requirement)
        .await?
        .ok_or_else(|| no_parent(place))?;
    let number = store::deadlines::numbers_of(work.tx, &requirement).await?.next();
    if number > LAST_NUMBER {
        let detail = say!("最多 {LAST_NUMBER} 项完成时限", "at most {LAST_NUMBER} deadlines");
        return Err(Error::field(place, Fault::OutOfRange, detail));
    }
    let deadline = new.into_deadline(number, plan.year, counts_from).map_err(Error::body)?;
    let mut after = next_version(&before);
    after.deadlines.push(deadline.clone());
    let after = after.with_default(plan.default_deadline.as_ref(), number, counts_from);
    save_deadlines(work, &before, &after).await?;
    requirements::save(work, Event::DEADLINE_CREATED, &deadline.id, decision, &before, &after).await?;
    Ok(deadline)
}

fn next_version(requirement: &Requirement) -> Requirement {
    Requirement {
        version: requirement.version + 1,
        ..requirement.clone()
    }
}

fn found<'r>(requirement: &'r Requirement, id: &DeadlineId) -> Option<&'r Deadline> {
    requirement.deadlines.iter().find(|deadline| &deadline.id == id)
}

/// Its requirement and the deadline.
async fn load(work: &mut Work<'_>, id: &DeadlineId, expected: &Expected) -> Result<(Requirement, Deadline)> {
    let requirement = store::requirements::find(work.tx, &id.requirement)
        .await?
        .ok_or_else(Error::not_found)?;
    let deadline = found(&requirement, id).cloned().ok_or_else(Error::not_found)?;
    expected.check(deadline.version)?;
    Ok((requirement, deadline))
}

/// Changes a deadline.
pub async fn update_deadline(
    work: &mut Work<'_>,
    id: &DeadlineId,
    expected: &Expected,
    mut patch: DeadlinePatch,
) -> Result<Deadline> {
    let reason = Reason::in_body(patch.reason.take()).applying_to(patch.applies_to);
    let amendment = open_for_amendment(work, id.requirement.plan(), reason).await?;
    let counts_from = amendment.counts_from(None);
    let Amendment { plan, decision, .. } = amendment;
    let (before, deadline) = load(work, id, expected).await?;
    let mut changed = deadline.clone().patched(patch, plan.year).map_err(Error::body)?;
    if changed != deadline {
        let mut after = next_version(&before);
        changed.version += 1;
        for kept in after.deadlines.iter_mut().filter(|kept| &kept.id == id) {
            kept.clone_from(&changed);
        }
        let (happened, calendar) = (events(work, &plan.id).await?, calendar(work).await?);
        let times = Times {
            happened: &happened,
            calendar: &calendar,
        };
        let terms = plan.terms();
        let after = after.counting_from(counts_from, terms, (&before, terms), times);
        save_deadlines(work, &before, &after).await?;
        changed = found(&after, id).cloned().unwrap_or(changed);
        requirements::save(work, Event::DEADLINE_UPDATED, id, decision, &before, &after).await?;
    }
    Ok(changed)
}

/// Removes a deadline.
pub async fn delete_deadline(work: &mut Work<'_>, id: &DeadlineId, expected: &Expected, reason: Reason) -> Result<()> {
    let amendment = open_for_amendment(work, id.requirement.plan(), reason).await?;
    let counts_from = amendment.counts_from(None);
    let Amendment { plan, decision, .. } = amendment;
    let (before, deadline) = load(work, id, expected).await?;
    if deadline.source == Source::Default {
        let detail = say!(
            "这是方案的默认时限；请为该要求另加完成时限，或修改方案的 default_deadline",
            "this is the plan's default: give the requirement a deadline of its own, or change the plan's default_deadline"
        );
        return Err(Error::new(Code::WrongState, detail));
    }
    let mut after = next_version(&before);
    after.deadlines.retain(|deadline| &deadline.id != id);
    let next = store::deadlines::numbers_of(work.tx, &id.requirement).await?.next();
    let after = after.with_default(plan.default_deadline.as_ref(), next, counts_from);
    save_deadlines(work, &before, &after).await?;
    requirements::save(work, Event::DEADLINE_DELETED, id, decision, &before, &after).await
}
