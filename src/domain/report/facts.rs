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

/// The same from what they made of it before, after a step forward with the one that is not accepted or was not until
/// then. There is one such at a time: the others say what they said.
pub fn facts_after(before: ReportFacts, report: &Report) -> ReportFacts {
    let earliest = |known: Option<Day>, day: Option<Day>| match (known, day) {
        (Some(known), Some(day)) => Some(known.min(day)),
        (known, day) => known.or(day),
    };
    let completed = report.status == ReportStatus::Accepted && report.content.claims_completion;
    let reviewed = report.reviewed.as_ref().filter(|_| completed);
    ReportFacts {
        phase: match report.status {
            ReportStatus::Submitted => Some(ReportPhase::Submitted),
            ReportStatus::Returned => Some(ReportPhase::Returned),
            _ => None,
        },
        reported_on: earliest(before.reported_on, report.reported_on),
        fulfilled_on: earliest(before.fulfilled_on, reviewed.map(|step| day_of(step.at))),
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
