//! Reminders: that an obligation is near, and that it is overdue, noted once each for every due day; and
//! the notices (催办) that plans send by themselves.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    notices::remind,
    obligations::calendar,
    work::{LogRecord, Work},
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
const BATCH: i64 = 200;
/// Entries of the log that may wait for their number before more are noted. Whoever brings memory forward reads all that
/// wait: when a quarter ends, hundreds of thousands are noted, and are noted faster than they are sealed.
const MOST_WAITING: i64 = BATCH;

/// Working days that an automatic reminder leaves for the answer.
const ANSWER_WORKING_DAYS: u32 = 5;

/// What there was to note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noting {
    /// Nothing, or another replica is at it.
    Done,
    /// So many; there may be more.
    More(usize),
    /// The log has to be sealed first.
    Later,
}

/// Notes what has become near or overdue since the last time, however long ago that was.
pub async fn note_due(work: &mut Work<'_>) -> Result<Noting> {
    if !work.tx.try_lock("reminders").await? {
        return Ok(Noting::Done);
    }
    if store::seals::waiting_since(work.tx).await?.0 >= MOST_WAITING {
        return Ok(Noting::Later);
    }
    let today = day_of(work.now);
    let calendar = calendar(work).await?;
    let mut noted = 0;
    for id in store::plans::published(work.tx).await? {
        let Some(plan) = store::plans::find(work.tx, &id).await? else {
            continue;
        };
        let horizon = Horizon::new(today, plan.settings.due_soon_working_days, &calendar);
        for (note, event) in [
            (Note::Near, Event::OBLIGATION_DUE_SOON),
            (Note::Overdue, Event::OBLIGATION_OVERDUE),
        ] {
            let left = BATCH - i64::try_from(noted).unwrap_or(BATCH);
            if left <= 0 {
                return Ok(Noting::More(noted));
            }
            let reminds = note == Note::Overdue && plan.settings.auto_reminder;
            if reminds {
                // Before the ledger is read: numbers are given one at a time.
                work.tx.lock(&plan_scope(&plan.id)).await?;
            }
            let due = if reminds {
                whole_units(work, &plan, horizon, left).await?
            } else {
                store::reminders::to_note(work.tx, &plan.id, horizon, note, &Scope::system(), left).await?
            };
            if reminds {
                remind_units(work, &plan, &due, &calendar).await?;
            }
            for obligation in &due {
                let change = LogRecord {
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
    Ok(if noted == 0 { Noting::Done } else { Noting::More(noted) })
}

/// What is overdue of whole units, who get one notice each: obligations come by unit, and the last unit of a
/// full batch may have more. It is left for the next batch, or where it is the only one, the batch grows.
async fn whole_units(work: &mut Work<'_>, plan: &Plan, horizon: Horizon, mut limit: i64) -> Result<Vec<Obligation>> {
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
