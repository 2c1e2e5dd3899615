//! What reports make of their obligation, and whether it takes one.

use super::{Report, ReportStatus, Wrong};
use crate::domain::{
    obligation::{Obligation, ReportFacts, ReportPhase},
    time::{Day, day_of},
};

/// What its reports make of an obligation.
pub fn facts(reports: &[Report]) -> ReportFacts {
    let is = |status: ReportStatus| reports.iter().any(|report| report.status == status);
    let completed = reports
        .iter()
        .filter(|report| report.status == ReportStatus::Accepted && report.content.claims_completion);
    ReportFacts {
        phase: if is(ReportStatus::Submitted) {
            Some(ReportPhase::Submitted)
        } else {
            is(ReportStatus::Returned).then_some(ReportPhase::Returned)
        },
        reported_on: reports.iter().filter_map(|report| report.reported_on).min(),
        fulfilled_on: completed
            .filter_map(|report| report.reviewed.as_ref().map(|step| day_of(step.at)))
            .min(),
    }
}

/// `Ok` when a unit can report on the obligation on `today`.
pub fn reportable(obligation: &Obligation, today: Day) -> Result<(), Wrong> {
    if obligation.takes_reports(today) {
        Ok(())
    } else {
        Err(Wrong::NotReportable(obligation.id.clone(), obligation.state_on(today)))
    }
}
