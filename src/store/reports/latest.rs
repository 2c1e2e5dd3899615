//! The report that a row of the ledger speaks of.

use std::collections::BTreeMap;

use sqlx::{FromRow, Result};

use super::ReportFilter;
use crate::{
    db::{Statement, Tx},
    domain::{
        id::ReportId,
        ledger::BriefFilter,
        obligation::ObligationId,
        report::{Brief, Report, ReportStatus, precedence},
        scope::Scope,
        time::Instant,
    },
    store::{
        filter::Filter as _,
        row::{named, parsed},
    },
};

/// Obligations in one statement: as many as a page has.
const OBLIGATIONS: usize = 201;

/// A report beside its obligation.
#[derive(Debug)]
pub struct Latest {
    /// Its id.
    pub id: ReportId,
    /// Where it is in its life.
    pub status: ReportStatus,
    /// All of it, if that was asked for.
    pub whole: Option<Box<Report>>,
}

impl From<&Brief> for Latest {
    fn from(report: &Brief) -> Self {
        Self {
            id: report.id,
            status: report.status,
            whole: None,
        }
    }
}

/// What of reports is read beside the ledger.
pub struct Beside {
    /// Which reports are seen.
    pub scope: Scope<Report>,
    /// All that they say, not only which they are.
    pub whole: bool,
}

#[derive(FromRow)]
struct LatestRow {
    id: ReportId,
    obligation_id: String,
    status: String,
}

/// The report on each obligation that has one which `scope` shows, as it was just before an instant: the one that is
/// being dealt with, or else the newest. With all that it says, or not.
pub async fn latest(
    tx: &mut Tx,
    on: &[ObligationId],
    scope: &Scope<Report>,
    whole: bool,
    known_before: Option<Instant>,
) -> Result<BTreeMap<ObligationId, Latest>> {
    let mut latest = BTreeMap::new();
    for obligations in on.chunks(OBLIGATIONS) {
        let filter = ReportFilter {
            brief: BriefFilter {
                obligations: obligations.to_vec(),
                ..BriefFilter::default()
            },
            known_before,
            ..ReportFilter::default()
        };
        let wanted = filter.wanted(scope)?;
        let found: Vec<(ObligationId, Latest)> = if whole {
            let sql = Statement::new(ReportFilter::COLUMNS).within(&wanted);
            let whole = |report: Report| {
                let (id, status) = (report.id, report.status);
                let obligation = report.obligation.clone();
                let whole = Some(Box::new(report));
                (obligation, Latest { id, status, whole })
            };
            filter.read(tx, sql).await?.into_iter().map(whole).collect()
        } else {
            let sql = Statement::new("select id, obligation_id, status").within(&wanted);
            let rows: Vec<LatestRow> = tx.run(sql).all().await?;
            let named = |row: LatestRow| {
                let (id, status) = (row.id, named("status", row.status)?);
                let whole = None;
                Ok((
                    parsed("obligation_id", &row.obligation_id)?,
                    Latest { id, status, whole },
                ))
            };
            rows.into_iter().map(named).collect::<Result<_>>()?
        };
        for (obligation, report) in found {
            let place = |one: &Latest| precedence(one.status, one.id);
            let goes_before = |other: &Latest| place(&report) > place(other);
            if latest.get(&obligation).is_none_or(goes_before) {
                latest.insert(obligation, report);
            }
        }
    }
    Ok(latest)
}
