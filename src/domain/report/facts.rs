//! What reports make of their obligation, and whether it takes one.

use super::{Refusal, Report, ReportStatus};
use crate::domain::{
    deadline::RuleKind,
    obligation::{Obligation, ReportFacts, ReportPhase},
    time::{Day, day_of},
};

impl Report {
    /// Whether it was accepted once, and revised since.
    pub(super) fn is_revised(&self) -> bool {
        self.revision > 1
    }

    /// Whether what it says was handed in and not sent back.
    fn stands(&self) -> bool {
        matches!(self.status, ReportStatus::Submitted | ReportStatus::Accepted)
    }

    /// The day on which its unit handed in what stands: what it says, or what was accepted before it was revised.
    fn stands_since(&self) -> Option<Day> {
        self.reported_on.filter(|_| self.stands() || self.is_revised())
    }

    /// The same of the claim of completion, if one stands.
    pub(super) fn claims_since(&self) -> Option<Day> {
        if !self.stands() {
            return self.claimed_on;
        }
        let handed_in = self.signed.as_ref().or(self.submitted.as_ref());
        let new = || {
            let of_this_revision = handed_in.map(|step| day_of(step.at));
            of_this_revision.filter(|_| self.is_revised()).or(self.reported_on)
        };
        self.content
            .claims_completion
            .then(|| self.claimed_on.or_else(new))
            .flatten()
    }

    /// The day that says whether its unit reported in time on what falls due by a rule of this kind.
    fn counts_since(&self, kind: RuleKind) -> Option<Day> {
        if kind.asks_for_completion() {
            self.claims_since()
        } else {
            self.stands_since()
        }
    }

    fn fulfils_on(&self) -> Option<Day> {
        let completed = self.status == ReportStatus::Accepted && self.content.claims_completion;
        let reviewed = self.reviewed.as_ref().filter(|_| completed);
        reviewed.map(|step| day_of(step.at))
    }
}

/// What its reports make of an obligation that falls due by a rule of this kind.
pub fn facts(reports: &[Report], kind: RuleKind) -> ReportFacts {
    let is = |status: ReportStatus| reports.iter().any(|report| report.status == status);
    ReportFacts {
        phase: if is(ReportStatus::Submitted) {
            Some(ReportPhase::Submitted)
        } else {
            is(ReportStatus::Returned).then_some(ReportPhase::Returned)
        },
        reported_on: reports.iter().filter_map(|report| report.counts_since(kind)).min(),
        fulfilled_on: reports.iter().filter_map(Report::fulfils_on).min(),
    }
}

/// The same from what they made of it before, after a step forward with the one that is not accepted or was not until
/// then: there is one such at a time, and the others say what they said. `None`: what was counted of it may count no
/// more, and only all of them together can tell what does.
pub fn facts_after(before: ReportFacts, report: &Report, kind: RuleKind) -> Option<ReportFacts> {
    if report.is_revised() || !report.stands() {
        return None;
    }
    let earliest = |known: Option<Day>, day: Option<Day>| known.into_iter().chain(day).min();
    Some(ReportFacts {
        phase: (report.status == ReportStatus::Submitted).then_some(ReportPhase::Submitted),
        reported_on: earliest(before.reported_on, report.counts_since(kind)),
        fulfilled_on: earliest(before.fulfilled_on, report.fulfils_on()),
    })
}

/// `Ok` when a unit can report on the obligation on `today`.
pub fn reportable(obligation: &Obligation, today: Day) -> Result<(), Refusal> {
    if obligation.takes_reports(today) {
        Ok(())
    } else {
        Err(Refusal::NotReportable(
            obligation.id.clone(),
            obligation.state_on(today),
        ))
    }
}
