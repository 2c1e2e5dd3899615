//! The steps of a report through its workflow.

use super::{StepContext, counted::settle, load};
use crate::{
    domain::{
        event::Event,
        id::ReportId,
        report::{ContentPatch, Report, ReportAction, ReportStatus},
    },
    error::Result,
    service::{
        second_reviews,
        work::{Expected, Work},
    },
    store,
};

/// What a step makes of the obligation.
enum Ledger {
    /// Nothing: the ledger does not tell what a report says, nor whether it is public.
    Stays,
    /// What its reports say since.
    Follows,
}

/// A report before a step and after it, and what is around it.
struct Step {
    before: Report,
    after: Report,
    context: StepContext,
}

/// Keeps what a step made.
async fn save(work: &mut Work<'_>, event: Event, reason: Option<String>, ledger: Ledger, step: Step) -> Result<Report> {
    let Step { before, after, context } = step;
    store::reports::save(work.tx, &after, work.now).await?;
    match ledger {
        Ledger::Stays => {}
        Ledger::Follows => settle(work, context.obligation, &after).await?,
    }
    work.record_step(event, reason, Some(&before), Some(&after)).await?;
    if before.status == ReportStatus::Returned {
        second_reviews::lapse(work, &before).await?;
    }
    Ok(after)
}

/// 保存.
pub async fn update_report(
    work: &mut Work<'_>,
    id: &ReportId,
    expected: &Expected,
    patch: ContentPatch,
) -> Result<Report> {
    let (before, context) = load(work, *id, ReportAction::Update, Some(expected)).await?;
    let after = before.save(&work.step(), patch, context.requirement.as_ref())?;
    if after == before {
        return Ok(before);
    }
    let step = Step { before, after, context };
    save(work, Event::REPORT_SAVED, None, Ledger::Stays, step).await
}

/// 提交.
pub async fn submit_report(work: &mut Work<'_>, id: &ReportId, expected: &Expected) -> Result<Report> {
    let (before, context) = load(work, *id, ReportAction::Submit, Some(expected)).await?;
    let after = before.submit(work.step(), context.requirement.as_ref(), context.rules.signoff)?;
    let step = Step { before, after, context };
    save(work, Event::REPORT_SUBMITTED, None, Ledger::Follows, step).await
}

/// 审签, by the unit's approver.
pub async fn sign_report(work: &mut Work<'_>, id: &ReportId, expected: &Expected) -> Result<Report> {
    let (before, context) = load(work, *id, ReportAction::Sign, Some(expected)).await?;
    let after = before.sign(work.step())?;
    let step = Step { before, after, context };
    save(work, Event::REPORT_SIGNED, None, Ledger::Follows, step).await
}

/// 撤回, by the unit.
pub async fn withdraw_report(work: &mut Work<'_>, id: &ReportId, expected: &Expected) -> Result<Report> {
    let (before, context) = load(work, *id, ReportAction::Withdraw, Some(expected)).await?;
    let after = before.withdraw(&work.step())?;
    let step = Step { before, after, context };
    save(work, Event::REPORT_WITHDRAWN, None, Ledger::Follows, step).await
}

/// 通过.
pub async fn accept_report(
    work: &mut Work<'_>,
    id: &ReportId,
    expected: &Expected,
    note: Option<String>,
) -> Result<Report> {
    let (before, context) = load(work, *id, ReportAction::Accept, Some(expected)).await?;
    let after = before.accept(work.step(), note)?;
    let step = Step { before, after, context };
    save(work, Event::REPORT_ACCEPTED, None, Ledger::Follows, step).await
}

/// 退回, with a reason.
pub async fn return_report(work: &mut Work<'_>, id: &ReportId, expected: &Expected, reason: String) -> Result<Report> {
    let (before, context) = load(work, *id, ReportAction::Return, Some(expected)).await?;
    let after = before.send_back(work.step(), reason.clone())?;
    let step = Step { before, after, context };
    save(work, Event::REPORT_RETURNED, Some(reason), Ledger::Follows, step).await
}

/// 准予公开.
pub async fn clear_report(
    work: &mut Work<'_>,
    id: &ReportId,
    expected: &Expected,
    note: Option<String>,
) -> Result<Report> {
    let (before, context) = load(work, *id, ReportAction::Clear, Some(expected)).await?;
    let after = before.clear(work.step(), note)?;
    let step = Step { before, after, context };
    save(work, Event::REPORT_CLEARED, None, Ledger::Stays, step).await
}

/// 不予公开, with a reason.
pub async fn withhold_report(
    work: &mut Work<'_>,
    id: &ReportId,
    expected: &Expected,
    reason: String,
) -> Result<Report> {
    let (before, context) = load(work, *id, ReportAction::Withhold, Some(expected)).await?;
    let after = before.withhold(work.step(), reason.clone())?;
    let step = Step { before, after, context };
    save(work, Event::REPORT_WITHHELD, Some(reason), Ledger::Stays, step).await
}

/// 修订.
pub async fn revise_report(work: &mut Work<'_>, id: &ReportId, expected: &Expected) -> Result<Report> {
    let (before, context) = load(work, *id, ReportAction::Revise, Some(expected)).await?;
    let after = before.revise(&work.step())?;
    let step = Step { before, after, context };
    save(work, Event::REPORT_REVISED, None, Ledger::Follows, step).await
}
