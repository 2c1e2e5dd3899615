//! One decision on several things.

use super::work::{Expected, Work};
use crate::{
    domain::{
        bulk::{Bulk, BulkItem},
        fault::{Fault, FieldError},
    },
    error::{Code, Error, Result},
};

/// What names one of the things of a decision.
type IdOf<B> = <<B as Bulk>::Item as BulkItem>::Id;

/// Takes `step` with each thing, for itself or all or none: the version that each has then, or why not, in the order of
/// the request.
pub async fn each<B: Bulk>(
    work: &mut Work<'_>,
    bulk: &B,
    step: impl AsyncFn(&mut Work<'_>, &IdOf<B>, &Expected) -> Result<i64>,
) -> Result<Vec<Result<i64>>> {
    bulk.check().map_err(Error::body)?;
    // Always in the order of ids, so that two of these never wait for each other.
    let mut order: Vec<(usize, &B::Item)> = bulk.items().iter().enumerate().collect();
    order.sort_by_key(|(_, item)| item.id());
    let mut outcomes = Vec::new();
    for (index, item) in order {
        match step(work, item.id(), &Expected::just(item.version())).await {
            Err(error) if error.code.status().is_server_error() => return Err(error),
            outcome => outcomes.push((index, outcome)),
        }
    }
    outcomes.sort_by_key(|(index, _)| *index);
    let outcomes: Vec<Result<i64>> = outcomes.into_iter().map(|(_, outcome)| outcome).collect();
    let faults = faults(B::ITEMS, &outcomes);
    if bulk.is_atomic() && !faults.is_empty() {
        return Err(Error::body(faults));
    }
    Ok(outcomes)
}

fn faults(items: &str, outcomes: &[Result<i64>]) -> Vec<FieldError> {
    let wrong = outcomes.iter().enumerate().filter_map(|(index, outcome)| {
        let error = outcome.as_ref().err()?;
        Some(FieldError {
            pointer: format!("/{items}/{index}"),
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
