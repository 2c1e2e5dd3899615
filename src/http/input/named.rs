//! Things that filters name: each must be there, as an empty list would hide a typing error. What the caller may not
//! know of is there as little as what does not exist, in the same words.

use super::{invalid_parameter, places::is_place};
use crate::{
    domain::{
        id::{NotAnId, NoticeId, ReportId},
        obligation::{Obligation, ObligationId},
        order::Total,
        scope::Scope,
    },
    error::Result,
    http::caller::Call,
    say,
    store::{self, Tx, filter::Filter},
};

/// The obligations that `texts` name, each in the part of the ledger that the caller sees. Of another's it is only known
/// whether their requirement is there.
pub async fn obligations(call: &Call, texts: &[String]) -> Result<Vec<ObligationId>> {
    let parsed = texts.iter().map(|id| id.parse());
    let parsed: Result<Vec<ObligationId>, NotAnId> = parsed.collect();
    let ids = parsed.map_err(|error| invalid_parameter("obligation", error.form()))?;
    if ids.is_empty() {
        return Ok(ids);
    }
    let scope: Scope<Obligation> = call.scope();
    let find = async |tx: &mut Tx| Ok(store::obligations::filed(tx, &ids, &scope).await?);
    let filed = call.read(find).await?;
    for id in ids.iter().filter(|id| !filed.contains(*id)) {
        let is_seen = scope.visibility().has(&id.unit);
        if is_seen || !is_place(call, &id.deadline.requirement).await? {
            let detail = say!("没有应办事项 {id}", "there is no obligation {id}");
            return Err(invalid_parameter("obligation", detail));
        }
    }
    Ok(ids)
}

/// `ids`, each of a report that the caller sees, or that something it sees is `about`.
pub async fn reports<F: Filter>(
    call: &Call,
    parameter: &str,
    ids: Vec<ReportId>,
    about: impl Fn(ReportId) -> F,
) -> Result<Vec<ReportId>> {
    for id in &ids {
        let find = async |tx: &mut Tx| {
            let report = store::reports::find(tx, *id, &call.scope(), None).await?;
            Ok(report.is_some() || is_any(call, tx, &about(*id)).await?)
        };
        if !call.read(find).await? {
            let detail = say!("没有进展报告 {id}", "there is no progress report {id}");
            return Err(invalid_parameter(parameter, detail));
        }
    }
    Ok(ids)
}

/// `ids`, each of a notice that the caller sees, or that something it sees is `about`; 400 otherwise.
pub async fn notices<F: Filter>(
    call: &Call,
    ids: Vec<NoticeId>,
    about: impl Fn(NoticeId) -> F,
) -> Result<Vec<NoticeId>> {
    for id in &ids {
        let find = async |tx: &mut Tx| {
            let notice = store::notices::find(tx, *id, &call.scope()).await?;
            Ok(notice.is_some() || is_any(call, tx, &about(*id)).await?)
        };
        if !call.read(find).await? {
            let detail = say!("没有督办单 {id}", "there is no notice {id}");
            return Err(invalid_parameter("notice", detail));
        }
    }
    Ok(ids)
}

async fn is_any<F: Filter>(call: &Call, tx: &mut Tx, filter: &F) -> Result<bool> {
    let count = filter.count(tx, &call.scope()).await?;
    Ok(!matches!(count, Total::Exactly(0)))
}
