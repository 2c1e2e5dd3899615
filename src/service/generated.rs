//! Adding generated reports, many at a time: each as it is in the end, with one entry in the log.

use super::work::{LogRecord, Work};
use crate::{
    db::Tx,
    domain::{
        event::Event,
        id::{PlanId, RequirementId},
        obligation::Obligation,
        plan::PlanContent,
        report::{Report, facts},
        requirement::Requirement,
        scope::Scope,
    },
    error::{Error, Result},
    store,
};

/// What every generated text begins with.
pub const MARK: &str = "【示例】";

/// Whether there are reports that were not generated.
pub async fn has_real_reports(tx: &mut Tx) -> Result<bool> {
    Ok(store::reports::any_without(tx, MARK).await?)
}

/// The plan with all that it says.
pub async fn plan(tx: &mut Tx, id: &PlanId) -> Result<PlanContent> {
    store::plans::content(tx, id).await?.ok_or_else(Error::not_found)
}

/// What is owed in a plan, by id.
pub async fn owed(tx: &mut Tx, id: &PlanId) -> Result<Vec<Obligation>> {
    let mut owed = store::obligations::of_plan(tx, id, &Scope::system()).await?;
    owed.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(owed)
}

/// Adds to each obligation of the requirement what `write` reports on it, oldest first. How many reports that were.
pub async fn add_reports(
    work: &mut Work<'_>,
    id: &RequirementId,
    mut write: impl FnMut(&Work<'_>, &Obligation, &Requirement) -> Result<Vec<Report>>,
) -> Result<usize> {
    let requirement = store::requirements::find(work.tx, id).await?;
    let requirement = requirement.ok_or_else(Error::not_found)?;
    let mut added = 0;
    let mut owed = store::obligations::of_requirement(work.tx, id, &Scope::system()).await?;
    owed.sort_by(|one, other| one.id.cmp(&other.id));
    for mut obligation in owed {
        let reports = write(work, &obligation, &requirement)?;
        for (index, report) in reports.iter().enumerate() {
            store::reports::insert(work.tx, report).await?;
            let created = LogRecord {
                event: Event::REPORT_CREATED,
                subject: &report.id,
                plan: Some(id.plan()),
                reason: None,
                before: None,
                after: Some(report),
            };
            let unit = Some(report.unit().clone());
            work.record_as(report.created.clone(), unit, created).await?;
            let when = report.submitted.as_ref().map(|step| step.at);
            let reported = obligation
                .clone()
                .reported(facts(&reports[..=index], obligation.judged_as));
            if let (Some(when), Some(reported)) = (when, reported) {
                store::obligations::save(work.tx, &reported, when).await?;
                obligation = reported;
            }
        }
        added += reports.len();
    }
    Ok(added)
}
