//! What of reports counts for their obligations.

use crate::{
    domain::{
        obligation::{Obligation, ReportFacts},
        report::{Report, facts, facts_after},
        scope::Scope,
    },
    error::Result,
    service::work::Work,
    store,
};

/// Makes the obligation say what its reports say, after a step with one of them.
pub(super) async fn settle(work: &mut Work<'_>, obligation: Option<Obligation>, report: &Report) -> Result<()> {
    // One that is no longer owed keeps its reports, and has no row to change.
    let Some(obligation) = obligation else { return Ok(()) };
    match facts_after(obligation.report, report, obligation.judged_as) {
        Some(facts) => reported(work, obligation, facts).await,
        None => settle_anew(work, obligation).await,
    }
}

async fn settle_anew(work: &mut Work<'_>, obligation: Obligation) -> Result<()> {
    let reports = store::reports::of_obligation(work.tx, &obligation.id, &Scope::system()).await?;
    let facts = facts(&reports, obligation.judged_as);
    reported(work, obligation, facts).await
}

async fn reported(work: &mut Work<'_>, obligation: Obligation, facts: ReportFacts) -> Result<()> {
    match obligation.reported(facts) {
        Some(after) => Ok(store::obligations::save(work.tx, &after, work.now).await?),
        None => Ok(()),
    }
}
