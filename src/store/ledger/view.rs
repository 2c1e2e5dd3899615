//! What the ledgers in memory answer. Whoever asks has them as they were when he began, however long that takes: what changes
//! meanwhile makes others. Nobody waits for a reader, and no reader for whoever brings a ledger forward.

use std::sync::Arc;

use sqlx::{Error, Result};
use tokio::task::spawn_blocking;

use super::{Loading, current::current, with_rows};
use crate::{
    db::Tx,
    domain::{
        id::PlanId,
        invalidation::LogLength,
        ledger::{Columns, LedgerQuery, Timeframe},
        obligation::Obligation,
        plan::Basis,
        scope::{Owners, Scope},
    },
    memory::CachedLedgers,
    store::{filter::Filter as _, obligations::LedgerFilter},
};

/// Rows from which on to look at all of them holds up others: a millisecond of a processor.
const MANY: usize = 50_000;

/// The ledgers of some plans at one place of the log.
#[derive(Clone)]
pub(in crate::store) struct View {
    /// How far the log is there.
    pub(super) length: LogLength,
    plans: Vec<(PlanId, Arc<Columns>)>,
}

/// Does what takes a processor for a while where it holds up nobody.
pub(super) async fn aside<R: Send + 'static>(work: impl FnOnce() -> R + Send + 'static) -> Result<R> {
    spawn_blocking(work).await.map_err(|_| Error::WorkerCrashed)
}

impl View {
    /// The ledgers of `plans` that there are, as this transaction sees them; `None`: it is for SQL to say.
    pub(super) async fn now(
        tx: &mut Tx,
        (memory, timeframe, loading): (&CachedLedgers, Timeframe, Loading),
        plans: &[PlanId],
    ) -> Result<Option<Self>> {
        let wanted = with_rows(tx, plans).await?;
        let Some((length, held)) = current(tx, &memory.ledgers, &wanted, (timeframe, loading)).await? else {
            return Ok(None);
        };
        let held = held.iter().map(|held| held.columns.clone());
        let plans = wanted.into_iter().zip(held).collect();
        Ok(Some(Self { length, plans }))
    }

    /// The same of what is in memory already, if it is known to be of now: without a statement.
    pub(super) fn known(memory: &CachedLedgers, plans: &[PlanId]) -> Option<Self> {
        let (known, _) = memory.known.as_ref()?;
        let held = memory.of(plans)?;
        let mut lengths = held.iter().map(|(_, held)| held.place.length());
        let length = lengths.next().unwrap_or(*known);
        // All of one moment, and of none before.
        if length < *known || lengths.any(|other| other != length) {
            return None;
        }
        let plans = held.iter().map(|(plan, held)| ((*plan).clone(), held.columns.clone()));
        let plans = plans.collect();
        Some(Self { length, plans })
    }

    /// The ledgers by their plans.
    pub(super) fn plans(&self) -> impl Iterator<Item = (&PlanId, &Columns)> {
        self.plans.iter().map(|(plan, columns)| (plan, &**columns))
    }

    /// Whether it takes a while to look at all.
    pub(super) fn is_large(&self) -> bool {
        self.plans.iter().map(|(_, columns)| columns.len()).sum::<usize>() > MANY
    }

    /// As it was by `basis`; `None`: it is not known.
    async fn by(self, basis: Basis) -> Result<Option<Self>> {
        if basis == Basis::NOW {
            return Ok(Some(self));
        }
        let is_large = self.is_large();
        let told = move || {
            let plans = self.plans.into_iter();
            let plans = plans.map(|(plan, columns)| Some((plan, Arc::new(columns.told(basis)?))));
            let (length, plans) = (self.length, plans.collect::<Option<_>>()?);
            Some(Self { length, plans })
        };
        if is_large { aside(told).await } else { Ok(told()) }
    }

    /// What `answer` makes of it.
    pub(in crate::store) fn read<R>(
        &self,
        LedgerFilter { filter, horizons, .. }: &LedgerFilter,
        owners: &Owners,
        answer: impl FnOnce(&LedgerQuery<'_>) -> R,
    ) -> R {
        let plans = self.plans().map(|(plan, columns)| (plan, columns, horizons.of(plan)));
        answer(&LedgerQuery::new(plans, filter, owners))
    }

    /// The same; where there is much to look at, aside.
    async fn answer<R: Send + 'static>(
        self,
        asked: &LedgerFilter,
        scope: &Scope<Obligation>,
        answer: impl FnOnce(&LedgerQuery<'_>) -> R + Send + 'static,
    ) -> Result<R> {
        if !(self.is_large() && asked.scans(scope)) {
            return Ok(self.read(asked, scope.visibility(), answer));
        }
        let (asked, owners) = (asked.in_memory(), scope.visibility().clone());
        aside(move || self.read(&asked, &owners, answer)).await
    }
}

/// What `answer` makes of the ledger in memory, which is what this transaction sees; `None`: it is for SQL to say.
pub(in crate::store) async fn read<R: Send + 'static>(
    tx: &mut Tx,
    asked: &LedgerFilter,
    scope: &Scope<Obligation>,
    answer: impl FnOnce(&LedgerQuery<'_>) -> R + Send + 'static,
) -> Result<Option<R>> {
    let Some(memory) = &asked.memory else {
        return Ok(None);
    };
    let basis = asked.horizons.basis;
    let timeframe = if basis == Basis::NOW {
        Timeframe::Now
    } else {
        Timeframe::Past
    };
    let view = View::now(tx, (memory, timeframe, Loading::IfMissing), &asked.filter.plans).await?;
    let view = match view {
        Some(view) => view.by(basis).await?,
        None => None,
    };
    match view {
        Some(view) => view.answer(asked, scope, answer).await.map(Some),
        None => Ok(None),
    }
}

/// The same of what is in memory already, if it is known to be of now: without a statement.
pub(in crate::store) async fn at_once<R: Send + 'static>(
    asked: &LedgerFilter,
    scope: &Scope<Obligation>,
    answer: impl FnOnce(&LedgerQuery<'_>) -> Option<R> + Send + 'static,
) -> Result<Option<R>> {
    let memory = asked.memory.as_ref().filter(|_| asked.horizons.basis == Basis::NOW);
    match memory.and_then(|memory| View::known(memory, &asked.filter.plans)) {
        Some(view) => view.answer(asked, scope, answer).await,
        None => Ok(None),
    }
}

/// What is asked of, as this transaction sees it; `None`: it is for SQL to say.
pub(in crate::store) async fn pin(tx: &mut Tx, asked: &LedgerFilter) -> Result<Option<View>> {
    let Some(memory) = asked.memory.as_ref().filter(|_| asked.horizons.basis == Basis::NOW) else {
        return Ok(None);
    };
    View::now(tx, (memory, Timeframe::Now, Loading::IfMissing), &asked.filter.plans).await
}
