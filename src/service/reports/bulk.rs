//! One decision on several reports.

use super::{accept_report, return_report};
use crate::{
    domain::{
        fault::{Fault, FieldError},
        report::{BulkReview, Decision, Report},
    },
    error::{Code, Error, Result},
    service::work::{Expected, Work},
};

/// Accepts or returns reports, each for itself or all or none: what became of each, in the order of the request.
pub async fn review_reports(work: &mut Work<'_>, review: &BulkReview) -> Result<Vec<Result<Report>>> {
    review.check().map_err(Error::body)?;
    // Always in the order of ids, so that two of these never wait for each other.
    let mut order: Vec<usize> = (0..review.reports.len()).collect();
    order.sort_by_key(|index| review.reports[*index].id);
    let mut outcomes = Vec::new();
    for index in order {
        let item = &review.reports[index];
        let (expected, note) = (Expected::just(item.version), review.note.clone());
        let outcome = match review.decision {
            Decision::Accept => accept_report(work, &item.id, &expected, note).await,
            Decision::Return => return_report(work, &item.id, &expected, note.unwrap_or_default()).await,
        };
        match outcome {
            Err(error) if error.code.status().is_server_error() => return Err(error),
            outcome => outcomes.push((index, outcome)),
        }
    }
    outcomes.sort_by_key(|(index, _)| *index);
    let outcomes: Vec<Result<Report>> = outcomes.into_iter().map(|(_, outcome)| outcome).collect();
    let faults = faults(&outcomes);
    if review.atomic && !faults.is_empty() {
        return Err(Error::body(faults));
    }
    Ok(outcomes)
}

fn faults(outcomes: &[Result<Report>]) -> Vec<FieldError> {
    let wrong = outcomes.iter().enumerate().filter_map(|(index, outcome)| {
        let error = outcome.as_ref().err()?;
        Some(FieldError {
            pointer: format!("/reports/{index}"),
            fault: if error.code == Code::NotFound {
                Fault::NotFound
            } else {
                Fault::Conflict
            },
            detail: (*error.detail).clone(),
        })
    });
    wrong.collect()
}
