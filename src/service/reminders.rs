//! Reminders: that an obligation is near, and that it is overdue, noted once each for every due day.

use std::collections::BTreeMap;

use super::{
    obligations::calendar,
    work::{Change, Work},
};
use crate::{
    domain::{
        id::PlanId,
        log::Event,
        obligation::{Horizon, Obligation},
        time::day_of,
    },
    error::Result,
    store::{self, reminders::Note},
};

/// Obligations noted in one transaction, so that none is long.
const BATCH: i64 = 500;

/// Notes what has become near or overdue since the last time, however long ago that was. How many
/// were noted; 0 when another replica is at it.
pub async fn note_due(work: &mut Work<'_>) -> Result<usize> {
    if !work.tx.try_lock("reminders").await? {
        return Ok(0);
    }
    let today = day_of(work.now);
    let calendar = calendar(work).await?;
    let mut horizons: BTreeMap<PlanId, Horizon> = BTreeMap::new();
    for id in store::plans::published(work.tx).await? {
        if let Some(plan) = store::plans::find(work.tx, &id).await? {
            horizons.insert(id, Horizon::new(today, plan.settings.due_soon_working_days, &calendar)?);
        }
    }
    let mut noted = 0;
    for (plan, horizon) in &horizons {
        for (note, event) in [
            (Note::Near, Event::ObligationDueSoon),
            (Note::Overdue, Event::ObligationOverdue),
        ] {
            let due = store::reminders::to_note(work.tx, plan, *horizon, note, BATCH).await?;
            for obligation in &due {
                let change = Change {
                    event,
                    subject: &obligation.id,
                    plan: Some(plan),
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
