//! The reports that the ledger in memory knows, and which of them a page of their list has.

use sqlx::{FromRow, Result};

use super::{
    Extent, Loading, ROWS,
    view::{View, aside},
};
use crate::{
    db::{Record, Statement, Tx, Value},
    domain::{
        id::ReportId,
        ledger::{BriefFilter, Reported, Retold, Timeframe},
        order::{Total, Window},
        report::{Brief, Report},
        scope::Scope,
        time::Day,
    },
    memory::CachedLedgers,
    store::{
        page::onward,
        remembered::PageIds,
        row::{named, parsed, texts},
    },
};

#[derive(FromRow)]
struct BriefRow {
    id: ReportId,
    obligation_id: String,
    status: String,
    is_public: bool,
    reported_on: Option<Day>,
}

/// The ledger in memory: of each it is told as far as a scope of reports goes.
impl Record for BriefRow {}

impl BriefRow {
    fn into_reported(self) -> Result<Reported> {
        let brief = Brief {
            id: self.id,
            status: named("status", self.status)?,
            is_public: self.is_public,
            reported_on: self.reported_on,
        };
        Ok((parsed("obligation_id", &self.obligation_id)?, brief))
    }
}

fn briefs(of: Extent<'_>) -> Statement {
    let sql = Statement::new("select id, obligation_id, status, is_public, reported_on from progress_report where ");
    match of {
        Extent::All(plan) => sql.below("obligation_id", plan),
        Extent::Some(Retold::Of(requirement)) => sql.below("obligation_id", *requirement),
        Extent::Some(Retold::These(ids)) => sql.push("obligation_id in ").list(texts(*ids)),
    }
}

/// All reports on what is owed there, and on what is not any more.
pub(super) async fn told(tx: &mut Tx, of: Extent<'_>) -> Result<Vec<Reported>> {
    let behind = |after: Option<&(String, ReportId)>| {
        let keys = after.map(|(obligation, id)| [Value::Text(obligation.clone()), Value::id(*id)]);
        onward(briefs(of), ["obligation_id", "id"], keys)
    };
    let window = |row: &BriefRow| (row.obligation_id.clone(), row.id);
    tx.in_pages(ROWS, behind, window, BriefRow::into_reported).await
}

/// Which reports are asked for, of those that are seen, and where in their order.
pub(in crate::store) struct Asked<'q> {
    pub filter: BriefFilter,
    pub scope: &'q Scope<Report>,
    pub window: &'q Window,
    /// Whether all there are may have to be looked at.
    pub is_wide: bool,
}

fn page_ids(view: &View, filter: &BriefFilter, scope: &Scope<Report>, window: &Window) -> Option<PageIds> {
    let (ids, total) = filter.find(view.plans(), scope, window)?;
    let total = Total::Exactly(i64::try_from(total).ok()?);
    let length = view.length;
    Some(PageIds { ids, total, length })
}

impl Asked<'_> {
    /// By the ledgers in memory as this transaction sees them; `None`: it is for SQL to say.
    pub(in crate::store) async fn now(
        self,
        tx: &mut Tx,
        memory: &CachedLedgers,
        loading: Loading,
    ) -> Result<Option<PageIds>> {
        let of = (memory, Timeframe::Now, loading);
        let view = View::now(tx, of, &self.filter.plans).await?;
        self.of(view).await
    }

    /// By what is in memory already, if it is known to be of now: without a statement.
    pub(in crate::store) async fn at_once(self, memory: &CachedLedgers) -> Result<Option<PageIds>> {
        let view = View::known(memory, &self.filter.plans);
        self.of(view).await
    }

    async fn of(self, view: Option<View>) -> Result<Option<PageIds>> {
        let Self {
            filter,
            scope,
            window,
            is_wide,
        } = self;
        match view {
            None => Ok(None),
            Some(view) if is_wide && view.is_large() => {
                let (scope, window) = (scope.clone(), window.clone());
                aside(move || page_ids(&view, &filter, &scope, &window)).await
            }
            Some(view) => Ok(page_ids(&view, &filter, scope, window)),
        }
    }
}
