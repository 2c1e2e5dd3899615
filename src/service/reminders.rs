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
        id::UnitCode,
        log::Event,
        obligation::{Horizon, Obligation, ObligationId},
        plan::Plan,
        time::day_of,
    },
    error::Result,
    store::{self, reminders::Note, revisions::plan_scope},
};

/// Obligations noted in one transaction, so that none is long.
const BATCH: usize = 500;

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
            (Note::Near, Event::ObligationDueSoon),
            (Note::Overdue, Event::ObligationOverdue),
        ] {
            let reminds = note == Note::Overdue && plan.settings.auto_reminder;
            if reminds {
                // Before the ledger is read: numbers are given one at a time.
                work.tx.lock(&plan_scope(&plan.id)).await?;
            }
            let limit = i64::try_from(BATCH).unwrap_or(i64::MAX);
            let mut due = store::reminders::to_note(work.tx, &plan.id, *horizon, note, limit).await?;
            if reminds {
                leave_cut_off(&mut due);
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

/// Obligations come by unit: the last unit of a full batch may have more, and gets all in the next one.
fn leave_cut_off(due: &mut Vec<Obligation>) {
    let (first, last) = (due.first(), due.last());
    let cut = last.filter(|last| due.len() == BATCH && first.is_some_and(|first| first.id.unit != last.id.unit));
    if let Some(unit) = cut.map(|last| last.id.unit.clone()) {
        due.retain(|obligation| obligation.id.unit != unit);
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
