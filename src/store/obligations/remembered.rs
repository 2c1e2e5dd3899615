//! Rows of the ledger from memory.

use std::collections::BTreeMap;

use sqlx::Result;

use super::{COLUMNS, LedgerFilter, LedgerRow, ranked::computed};
use crate::{
    db::{Statement, Tx},
    domain::{
        ledger::{LedgerQuery, Row},
        obligation::Obligation,
        order::{Total, Window},
        plan::Basis,
        report::Report,
        scope::Scope,
    },
    memory::CachedLedgers,
    store::{
        filter::Filter as _,
        ledger::{self, View},
        remembered::{ReadRows, Remembered},
        reports::Latest,
        row::texts,
    },
};

/// The rows of the largest page, and one more.
const PAGE: i64 = 201;

/// The rows at a place of the ledger in memory, with the reports that are shown of them; `None`: it does not know them.
fn shown(ledger: &LedgerQuery<'_>, reports: Option<&Scope<Report>>, window: &Window) -> Option<Vec<LedgerRow>> {
    let row = |row: Row<'_>| {
        let report = reports.and_then(|scope| scope.first(&row.obligation.id.unit, row.reports));
        LedgerRow {
            report: report.map(Latest::from),
            obligation: row.obligation,
        }
    };
    Some(ledger.rows(window)?.into_iter().map(row).collect())
}

/// The rows at `window`, and how many there are in all.
fn found(
    ledger: &LedgerQuery<'_>,
    reports: Option<&Scope<Report>>,
    window: &Window,
) -> Option<(Vec<LedgerRow>, Total)> {
    let rows = shown(ledger, reports, window)?;
    let total = window.total(&rows).unwrap_or_else(|| all(ledger));
    Some((rows, total))
}

/// How many rows there are in all.
fn all(ledger: &LedgerQuery<'_>) -> Total {
    Total::Exactly(i64::try_from(ledger.count()).unwrap_or(i64::MAX))
}

impl LedgerFilter {
    /// Whether memory has all that is asked of reports.
    fn is_brief(&self) -> bool {
        self.reports.as_ref().is_none_or(|beside| !beside.whole)
    }

    /// Which reports are shown beside rows, if any are.
    fn seen_reports(&self) -> Option<&Scope<Report>> {
        self.reports.as_ref().map(|beside| &beside.scope)
    }

    /// Lets go of what is in memory of the plans that are asked for.
    fn forget(&self) {
        if let Some(memory) = &self.memory {
            memory.ledgers.forget(&self.filter.plans);
        }
    }

    /// Whether memory is asked for whole rows: where it has all that they show, and not loaded for few rows that an index
    /// finds, but asked if it is there.
    fn asks_memory(&self, scope: &Scope<Obligation>) -> bool {
        let is_there = |memory: &CachedLedgers| memory.of(&self.filter.plans).is_some();
        let shows_all = self.horizons.basis == Basis::NOW && self.is_brief();
        shows_all && (self.scans(scope) || self.memory.as_ref().is_some_and(is_there))
    }

    /// The rows with these ids, in their order; `None`: they are not what is wanted, or not all there.
    async fn these(&self, tx: &mut Tx, scope: &Scope<Obligation>, ids: &[String]) -> Result<Option<Vec<LedgerRow>>> {
        if ids.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let sql = Statement::new(COLUMNS).within(&self.wanted(scope)?);
        let rows = self.read(tx, sql.any_of("id", texts(ids))).await?;
        let by_id = rows.into_iter().map(|row| (row.obligation.id.to_string(), row));
        let mut rows: BTreeMap<String, LedgerRow> = by_id.collect();
        Ok(ids.iter().map(|id| rows.remove(id)).collect())
    }

    /// Whether memory says which rows there are, and SQL only what they show. Of few rows an index finds the first as fast; of
    /// many, a list of ids takes longer than the rows, unless all have to be looked at for the first of them.
    fn asks_memory_for_ids(&self, scope: &Scope<Obligation>, window: &Window) -> bool {
        self.scans(scope) && (window.rows <= PAGE || computed(&window.order).next().is_some())
    }

    /// The rows whose `ids` memory has given; `None`: it is not what the database has.
    async fn with_ids(&self, tx: &mut Tx, scope: &Scope<Obligation>, ids: &[String]) -> Result<Option<Vec<LedgerRow>>> {
        let rows = self.these(tx, scope, ids).await?;
        if rows.is_none() {
            tracing::error!("the ledger in memory is not what the database has; it is asked instead");
            self.forget();
        }
        Ok(rows)
    }
}

impl Remembered for LedgerFilter {
    async fn recall(
        &self,
        tx: &mut Tx,
        scope: &Scope<Obligation>,
        window: &Window,
    ) -> Result<Option<(Vec<LedgerRow>, Total)>> {
        let here = window.clone();
        if self.asks_memory(scope) {
            let reports = self.seen_reports().cloned();
            let found = move |ledger: &LedgerQuery<'_>| found(ledger, reports.as_ref(), &here);
            return Ok(ledger::read(tx, self, scope, found).await?.flatten());
        }
        if !self.asks_memory_for_ids(scope, window) {
            return Ok(None);
        }
        let which = move |ledger: &LedgerQuery<'_>| Some((ledger.page(&here)?, all(ledger)));
        let Some((ids, total)) = ledger::read(tx, self, scope, which).await?.flatten() else {
            return Ok(None);
        };
        let rows = self.with_ids(tx, scope, &ids).await?;
        Ok(rows.map(|rows| (rows, total)))
    }

    async fn recall_rows(
        &self,
        tx: &mut Tx,
        scope: &Scope<Obligation>,
        window: &Window,
    ) -> Result<Option<Vec<LedgerRow>>> {
        if !self.asks_memory_for_ids(scope, window) {
            return Ok(None);
        }
        let here = window.clone();
        let ids = ledger::read(tx, self, scope, move |ledger| ledger.page(&here)).await?;
        match ids.flatten() {
            Some(ids) => self.with_ids(tx, scope, &ids).await,
            None => Ok(None),
        }
    }

    async fn at_once(&self, scope: &Scope<Obligation>, window: &Window) -> Result<Option<(Vec<LedgerRow>, Total)>> {
        if !self.is_brief() {
            return Ok(None);
        }
        let (reports, window) = (self.seen_reports().cloned(), window.clone());
        ledger::at_once(self, scope, move |ledger| found(ledger, reports.as_ref(), &window)).await
    }

    async fn pinned<'f>(
        &'f self,
        tx: &mut Tx,
        scope: &'f Scope<Obligation>,
    ) -> Result<Option<ReadRows<'f, LedgerRow>>> {
        if !self.asks_memory(scope) {
            return Ok(None);
        }
        let reports = self.seen_reports();
        let read = |view: View| -> ReadRows<'f, LedgerRow> {
            Box::new(move |window| view.read(self, scope.visibility(), |ledger| shown(ledger, reports, window)))
        };
        Ok(ledger::pin(tx, self).await?.map(read))
    }
}
