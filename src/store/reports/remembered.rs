//! Which reports a page has, from memory.

use sqlx::Result;

use super::ReportFilter;
use crate::{
    db::Tx,
    domain::{order::Window, report::Report, scope::Scope},
    store::{
        filter::Filter,
        ledger::Loading,
        remembered::{PageIds, Remembered, page_ids},
    },
};

impl Remembered for ReportFilter {
    async fn page_ids(&self, tx: &mut Tx, scope: &Scope<Report>, place: &Window) -> Result<Option<PageIds>> {
        // Of an earlier day they are something else, and a search has its own way.
        if self.known_before.is_some() || !self.words.is_empty() {
            return Ok(None);
        }
        if let Some((asked, memory)) = self.asks(scope, place) {
            // What an index finds soon does not wait for ledgers that are not there, or have to be read anew.
            let loading = if self.scans(scope) {
                Loading::IfMissing
            } else {
                Loading::Never
            };
            let are_there = memory.of(&self.brief.plans).is_some();
            if (are_there || loading == Loading::IfMissing)
                && let Some(which) = asked.now(tx, memory, loading).await?
            {
                return Ok(Some(which));
            }
        }
        page_ids(tx, &self.matching(scope)?, place, Self::SORTS).await
    }

    async fn page_ids_at_once(&self, scope: &Scope<Report>, place: &Window) -> Result<Option<PageIds>> {
        match self.asks(scope, place) {
            Some((asked, memory)) => asked.at_once(memory).await,
            None => Ok(None),
        }
    }
}
