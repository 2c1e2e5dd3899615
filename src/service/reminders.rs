//! Reminders: that an obligation is near, and that it is overdue, noted once each for every due day; and
//! the notices (催办) that plans send by themselves.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    notices::remind,
    obligations::calendar,
    work::{Change, Work},
};
use crate::{
    domain::{
        calendar::Calendar,
        event::Event,
        id::UnitCode,
        obligation::{Horizon, Obligation, ObligationId},
        plan::Plan,
        scope::Scope,
        time::day_of,
    },
    error::Result,
    store::{self, reminders::Note, revisions::plan_scope},
};

/// Obligations noted in one transaction, so that none is long; more where one unit alone has more of them.
const BATCH: i64 = 500;

/// Working days that an automatic reminder leaves for the answer.
const ANSWER_WORKING_DAYS: u32 = 5;

/// Notes what has become near or overdue since the last time, however long ago that was. How many
/// were noted; 0 when another replica is at it.
pub async fn note_due(work: &mut Work<'_>) -> Result<usize> {
    if !work.tx.try_lock("reminders").await? {
        return Ok(0);
    }
    let today = day_of(work.now);
    let calendar = calendar(work).await?;
    let mut plans = Vec::new();
    for id in store::plans::published(work.tx).await? {
        if let Some(plan) = store::plans::find(work.tx, &id).await? {
            let horizon = Horizon::new(today, plan.settings.due_soon_working_days, &calendar);
            plans.push((plan, horizon));
        }
    }
    let mut noted = 0;
    for (plan, horizon) in &plans {
        for (note, event) in [
            (Note::Near, Event::OBLIGATION_DUE_SOON),
            (Note::Overdue, Event::OBLIGATION_OVERDUE),
        ] {
            let reminds = note == Note::Overdue && plan.settings.auto_reminder;
            if reminds {
                // Before the ledger is read: numbers are given one at a time.
                work.tx.lock(&plan_scope(&plan.id)).await?;
            }
            let due = if reminds {
                whole_units(work, plan, *horizon).await?
            } else {
                store::reminders::to_note(work.tx, &plan.id, *horizon, note, &Scope::system(), BATCH).await?
            };
            if reminds {
                remind_units(work, plan, &due, &calendar).await?;
            }
            for obligation in &due {
                let change = Change {
                    event,
                    subject: &obligation.id,
                    plan: Some(&plan.id),
                    reason: None,
                    before: None::<&Obligation>,
                    after: Some(obligation),
                };
                work.record(change).await?;
            }
            store::reminders::set_noted(work.tx, &due, note).await?;
            noted += due.len();
        }
    }
    Ok(noted)
}

/// What is overdue of whole units, who get one notice each: obligations come by unit, and the last unit of a
/// full batch may have more. It is left for the next batch, or where it is the only one, the batch grows.
async fn whole_units(work: &mut Work<'_>, plan: &Plan, horizon: Horizon) -> Result<Vec<Obligation>> {
    let mut limit = BATCH;
    loop {
        let mut due =
            store::reminders::to_note(work.tx, &plan.id, horizon, Note::Overdue, &Scope::system(), limit).await?;
        let full = i64::try_from(due.len()).is_ok_and(|count| count == limit);
        let Some(last) = due.last().map(|last| last.id.unit.clone()).filter(|_| full) else {
            return Ok(due);
        };
        due.retain(|obligation| obligation.id.unit != last);
        if !due.is_empty() {
            return Ok(due);
        }
        limit *= 2;
    }
}

/// 自动催办: one notice to each unit.
async fn remind_units(work: &mut Work<'_>, plan: &Plan, overdue: &[Obligation], calendar: &Calendar) -> Result<()> {
    let mut by_unit: BTreeMap<UnitCode, BTreeSet<ObligationId>> = BTreeMap::new();
    for Obligation { id, .. } in overdue {
        by_unit.entry(id.unit.clone()).or_default().insert(id.clone());
    }
    if by_unit.is_empty() {
        return Ok(());
    }
    // Without a calendar for these days, no day is set.
    let reply_by = calendar.add_working_days(day_of(work.now), ANSWER_WORKING_DAYS).ok();
    for (unit, ids) in by_unit {
        remind(work, plan, &unit, ids, reply_by).await?;
    }
    Ok(())
}
