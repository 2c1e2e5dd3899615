//! One decision on several reports.

use super::{accept_report, clear_report, return_report, withhold_report};
use crate::{
    domain::report::{BulkClearance, BulkReview, Decision, Judgement},
    error::Result,
    service::{bulk::each, work::Work},
};

/// Accepts or returns reports, each for itself or all or none: the version of each then, or why not.
pub async fn review_reports(work: &mut Work<'_>, review: &BulkReview) -> Result<Vec<Result<i64>>> {
    let note = || review.note.clone();
    each(work, review, async |work, id, expected| {
        let report = match review.decision {
            Decision::Accept => accept_report(work, id, expected, note()).await,
            Decision::Return => return_report(work, id, expected, note().unwrap_or_default()).await,
        };
        report.map(|report| report.version)
    })
    .await
}

/// Clears or withholds reports, in the same way.
pub async fn judge_reports(work: &mut Work<'_>, clearance: &BulkClearance) -> Result<Vec<Result<i64>>> {
    let note = || clearance.note.clone();
    each(work, clearance, async |work, id, expected| {
        let report = match clearance.decision {
            Judgement::Clear => clear_report(work, id, expected, note()).await,
            Judgement::Withhold => withhold_report(work, id, expected, note().unwrap_or_default()).await,
        };
        report.map(|report| report.version)
    })
    .await
}
