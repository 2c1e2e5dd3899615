//! What rows show beside how they stand, for the ledger in memory.

use sqlx::{FromRow, Result};

use super::OwedRow;
use crate::{
    db::Record,
    domain::{
        ledger::{Detail, Owed},
        obligation::Exemption,
        time::Instant,
    },
};

/// A row with its side.
#[derive(FromRow)]
pub(super) struct DetailRow {
    #[sqlx(flatten)]
    owed: OwedRow,
    version: i64,
    exempted_at: Option<Instant>,
    exempted_reason: Option<String>,
    has_extension: bool,
}

/// The ledger in memory, which is read by whose it is.
impl Record for DetailRow {}

impl DetailRow {
    pub(super) fn id(&self) -> &str {
        &self.owed.id
    }

    pub(super) fn into_owed(self) -> Result<Owed> {
        let exemption = self.exempted_at.zip(self.exempted_reason);
        let detail = Detail {
            version: self.version,
            exemption: exemption.map(|(at, reason)| Exemption { reason, at }),
            has_extension: self.has_extension,
        };
        Ok(Owed {
            detail,
            ..self.owed.into_owed()?
        })
    }
}

/// The columns of such a row, beside those that say how it stands.
pub(super) const SIDE: &str = ", version, exempted_at, exempted_reason,
    exists (select 1 from extension where obligation_id = obligation.id and status in ('requested', 'signed')) as has_extension";
