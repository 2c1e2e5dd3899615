//! What rows show beside how they stand, for the ledger in memory.

use std::collections::HashMap;

use sqlx::{FromRow, Result};

use super::{OwedRow, ROWS};
use crate::{
    db::{Record, Statement, Tx, Value},
    domain::{
        id::{PlanId, ReportId, RequirementId},
        ledger::{Owed, Side},
        obligation::{Exemption, ObligationId},
        report::Brief,
        time::Instant,
    },
    store::{
        page::onward,
        row::{named, texts},
    },
};

/// How much of the ledger is read.
pub(super) enum Extent<'a> {
    /// Those of a plan.
    Of(&'a PlanId),
    /// Those of a requirement.
    For(&'a RequirementId),
    /// These.
    These(&'a [&'a ObligationId]),
}

/// A row with its side, but for its reports.
#[derive(FromRow)]
pub(super) struct SidedRow {
    #[sqlx(flatten)]
    owed: OwedRow,
    version: i64,
    exempted_at: Option<Instant>,
    exempted_reason: Option<String>,
    has_extension: bool,
}

#[derive(FromRow)]
struct BriefRow {
    id: ReportId,
    obligation_id: String,
    status: String,
    is_public: bool,
}

/// The ledger in memory, which is read by whose it is.
impl Record for SidedRow {}

impl SidedRow {
    pub(super) fn id(&self) -> &str {
        &self.owed.id
    }

    pub(super) fn into_owed(self) -> Result<Owed> {
        let exemption = self.exempted_at.zip(self.exempted_reason);
        let side = Side {
            version: self.version,
            exemption: exemption.map(|(at, reason)| Exemption { reason, at }),
            has_extension: self.has_extension,
            reports: Vec::new(),
        };
        Ok(Owed {
            side,
            ..self.owed.into_owed()?
        })
    }
}

/// The columns of such a row, beside those that say how it stands.
pub(super) const SIDE: &str = ", version, exempted_at, exempted_reason,
    exists (select 1 from extension where obligation_id = obligation.id and status in ('requested', 'signed')) as has_extension";

/// The same: each is shown as far as a scope of reports goes.
impl Record for BriefRow {}

impl BriefRow {
    fn into_brief(self) -> Result<(String, Brief)> {
        let brief = Brief {
            id: self.id,
            status: named("status", self.status)?,
            is_public: self.is_public,
        };
        Ok((self.obligation_id, brief))
    }
}

fn briefs(of: &Extent<'_>) -> Statement {
    let sql = Statement::new("select id, obligation_id, status, is_public from progress_report where ");
    match of {
        Extent::Of(plan) => sql.below("obligation_id", *plan),
        Extent::For(requirement) => sql.below("obligation_id", *requirement),
        Extent::These(ids) => sql.push("obligation_id in ").list(texts(*ids)),
    }
}

/// The rows with the reports on them.
pub(super) async fn with_reports(tx: &mut Tx, mut rows: Vec<Owed>, of: &Extent<'_>) -> Result<Vec<Owed>> {
    let behind = |after: Option<&(String, ReportId)>| {
        let keys = after.map(|(obligation, id)| [Value::Text(obligation.clone()), Value::id(*id)]);
        onward(briefs(of), ["obligation_id", "id"], keys)
    };
    let place = |row: &BriefRow| (row.obligation_id.clone(), row.id);
    let briefs = tx.in_pages(ROWS, behind, place, BriefRow::into_brief).await?;
    let mut on: HashMap<String, &mut Owed> = rows.iter_mut().map(|row| (row.id.to_string(), row)).collect();
    for (obligation, brief) in briefs {
        if let Some(row) = on.get_mut(&obligation) {
            row.side.reports.push(brief);
        }
    }
    drop(on);
    Ok(rows)
}
