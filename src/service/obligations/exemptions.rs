//! 免办 (exemptions), and their end.

use super::settle_requirement;
use crate::{
    domain::{
        event::Event,
        fault::Checker,
        obligation::{BulkExemption, Exemption, Obligation, ObligationAction, ObligationId},
        thing::ThingKind,
        time::day_of,
    },
    error::{Error, Result},
    service::{
        bulk::each,
        step::Guard,
        work::{Expected, Work},
    },
    store::{self, obligations::LedgerRow},
};

/// The obligation for what the caller may do about it now; locked.
async fn load(
    work: &mut Work<'_>,
    id: &ObligationId,
    action: ObligationAction,
    expected: &Expected,
) -> Result<Obligation> {
    let plan_id = id.deadline.requirement.plan();
    work.tx.lock(&store::revisions::plan_scope(plan_id)).await?;
    let plan = store::plans::find(work.tx, plan_id).await?;
    let rules = plan.ok_or_else(Error::not_found)?.rules();
    let obligation = store::obligations::find(work.tx, id, &work.scope())
        .await?
        .ok_or_else(Error::not_found)?;
    let (today, actor) = (day_of(work.now), work.actor());
    let guard = Guard {
        kind: ThingKind::Obligation,
        id,
        version: obligation.version,
        expected: Some(expected),
    };
    let permitted = obligation.permit(action, actor, today, rules);
    guard.check(permitted, || obligation.actions_for(actor, today, rules))?;
    Ok(obligation)
}

async fn save(
    work: &mut Work<'_>,
    event: Event,
    reason: Option<String>,
    before: &Obligation,
    after: &Obligation,
) -> Result<()> {
    store::obligations::save(work.tx, after, work.now).await?;
    work.record_step(event, reason, Some(before), Some(after)).await
}

/// 免办: it need not be done, for this reason.
pub async fn exempt_obligation(
    work: &mut Work<'_>,
    id: &ObligationId,
    expected: &Expected,
    reason: String,
) -> Result<LedgerRow> {
    let mut check = Checker::default();
    Exemption::check_reason(&mut check, &reason);
    check.finish().map_err(Error::body)?;
    let after = exempt(work, id, expected, reason).await?;
    with_report(work, after).await
}

async fn exempt(work: &mut Work<'_>, id: &ObligationId, expected: &Expected, reason: String) -> Result<Obligation> {
    let before = load(work, id, ObligationAction::Exempt, expected).await?;
    let exemption = Some(Exemption {
        reason: reason.clone(),
        at: work.now,
    });
    let after = Obligation {
        exemption,
        version: before.version + 1,
        ..before.clone()
    };
    save(work, Event::OBLIGATION_EXEMPTED, Some(reason), &before, &after).await?;
    Ok(after)
}

/// Exempts several, each for itself or all or none: the version of each then, or why not.
pub async fn exempt_obligations(work: &mut Work<'_>, exemption: &BulkExemption) -> Result<Vec<Result<i64>>> {
    each(work, exemption, async |work, id, expected| {
        let exempted = exempt(work, id, expected, exemption.reason.clone()).await;
        exempted.map(|obligation| obligation.version)
    })
    .await
}

/// Ends an exemption. What stayed in the ledger only because of it leaves it.
pub async fn restore_obligation(work: &mut Work<'_>, id: &ObligationId, expected: &Expected) -> Result<LedgerRow> {
    let before = load(work, id, ObligationAction::Restore, expected).await?;
    let after = Obligation {
        exemption: None,
        version: before.version + 1,
        ..before.clone()
    };
    save(work, Event::OBLIGATION_RESTORED, None, &before, &after).await?;
    settle_requirement(work, &id.deadline.requirement).await?;
    with_report(work, after).await
}

/// The obligation with the report on it, as far as the author sees that.
async fn with_report(work: &mut Work<'_>, obligation: Obligation) -> Result<LedgerRow> {
    let on = std::slice::from_ref(&obligation.id);
    let scope = work.scope();
    let mut found = store::reports::latest(work.tx, on, &scope, false, None).await?;
    Ok(LedgerRow {
        report: found.remove(&obligation.id),
        obligation,
    })
}
