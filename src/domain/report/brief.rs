//! What the ledger in memory knows of a report.

use super::{Depth, Report, ReportStatus, Visibility};
use crate::domain::{
    id::{ReportId, UnitCode},
    scope::{Owners, Scope},
    time::Day,
};

/// A report in brief.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Brief {
    /// Its id.
    pub id: ReportId,
    /// Where it is in its life.
    pub status: ReportStatus,
    /// Whether it is public.
    pub is_public: bool,
    /// The first day on which it counted as submitted.
    pub reported_on: Option<Day>,
}

/// The greatest of those on one obligation is the one that its row speaks of: the one that is being dealt with, or else the
/// newest.
pub fn precedence(status: ReportStatus, id: ReportId) -> impl Ord {
    (status != ReportStatus::Accepted, id)
}

impl Visibility {
    /// How much is seen of a report of `unit`.
    pub fn depth_of(&self, unit: &UnitCode, status: ReportStatus, is_public: bool) -> Option<Depth> {
        let has = |owners: &Owners| owners.has(unit);
        let office = self.submitted && status.was_handed_in();
        let secrecy = status == ReportStatus::Accepted && has(&self.accepted);
        if has(&self.own) || office || secrecy {
            Some(Depth::Full)
        } else {
            is_public.then_some(Depth::Public)
        }
    }
}

impl Scope<Report> {
    /// Whether a report of `unit` is seen.
    pub fn shows(&self, unit: &UnitCode, status: ReportStatus, is_public: bool) -> bool {
        self.visibility().depth_of(unit, status, is_public).is_some()
    }

    /// The report that a row of `unit` speaks of, among all on it.
    pub fn first<'r>(&self, unit: &UnitCode, reports: &'r [Brief]) -> Option<&'r Brief> {
        let seen = |report: &&Brief| self.shows(unit, report.status, report.is_public);
        reports
            .iter()
            .filter(seen)
            .max_by_key(|report| precedence(report.status, report.id))
    }
}
