//! What memory knows of lists and figures, and the one place that asks it before the database.

use sqlx::{FromRow, Result};
use uuid::Uuid;

use super::{
    filter::Filter,
    invalidation::COUNTS,
    page::{Sorts, page},
    row::{COUNT, IDS},
    scope::Seen,
};
use crate::{
    db::{Statement, Tx},
    domain::{
        invalidation::LogLength,
        order::{Total, Window},
        scope::Scope,
    },
};

/// Gives the rows at a place.
pub type ReadRows<'f, R> = Box<dyn Fn(&Window) -> Option<Vec<R>> + 'f>;

/// Which rows stand at a place, before any of them is read.
pub struct PageIds {
    /// Their ids.
    pub ids: Vec<Uuid>,
    /// How many there are in the whole list.
    pub total: Total,
    /// How far the log is, for whoever knows rows from before.
    pub length: LogLength,
}

#[derive(FromRow)]
struct PageIdsRow {
    id: Uuid,
    total: i64,
    sealed: i64,
    waiting: i64,
}

/// Which of the rows that are `wanted` stand at `place`, by one statement; `None`: there are none.
pub(super) async fn page_ids(
    tx: &mut Tx,
    wanted: &Statement<Seen>,
    place: &Window,
    sorts: Sorts,
) -> Result<Option<PageIds>> {
    let sql = Statement::new(IDS)
        .push(", (")
        .push(COUNT)
        .within(wanted)
        .push(") as total, ")
        .push(COUNTS)
        .within(wanted);
    let rows: Vec<PageIdsRow> = tx.run(page(sql, place, sorts)).all().await?;
    Ok(rows.first().map(|first| PageIds {
        ids: rows.iter().map(|row| row.id).collect(),
        total: Total::Exactly(first.total),
        length: LogLength::of(first.sealed, first.waiting),
    }))
}

/// What memory knows, or else what the database says.
pub(super) async fn recalled_or_read<R>(
    tx: &mut Tx,
    recall: impl AsyncFnOnce(&mut Tx) -> Result<Option<R>>,
    read: impl AsyncFnOnce(&mut Tx) -> Result<R>,
) -> Result<R> {
    match recall(tx).await? {
        Some(recalled) => Ok(recalled),
        None => read(tx).await,
    }
}

/// A list of which memory may know something. It knows nothing of most.
#[expect(async_fn_in_trait, reason = "its futures run where they are made")]
pub trait Remembered: Filter {
    /// The rows at `place` and how many there are in all, if memory has them as this transaction sees them.
    async fn recall(&self, _: &mut Tx, _: &Scope<Self::Thing>, _: &Window) -> Result<Option<(Vec<Self::Row>, Total)>> {
        Ok(None)
    }

    /// The same of the rows alone.
    async fn recall_rows(&self, _: &mut Tx, _: &Scope<Self::Thing>, _: &Window) -> Result<Option<Vec<Self::Row>>> {
        Ok(None)
    }

    /// The rows and how many there are in all, if they are known to be of now: without asking the database.
    async fn at_once(&self, _: &Scope<Self::Thing>, _: &Window) -> Result<Option<(Vec<Self::Row>, Total)>> {
        Ok(None)
    }

    /// Reads rows as this transaction sees them, from memory and at any time later; `None`: it is for the database to say.
    async fn pinned<'f>(&'f self, _: &mut Tx, _: &'f Scope<Self::Thing>) -> Result<Option<ReadRows<'f, Self::Row>>> {
        Ok(None)
    }

    /// Which rows are at `place`, of a list that is sorted by nothing but an id and whose rows are kept; `None`: they
    /// have to be read.
    async fn page_ids(&self, _: &mut Tx, _: &Scope<Self::Thing>, _: &Window) -> Result<Option<PageIds>> {
        Ok(None)
    }

    /// The same by what is in memory, if it is known to be of now: without asking the database.
    async fn page_ids_at_once(&self, _: &Scope<Self::Thing>, _: &Window) -> Result<Option<PageIds>> {
        Ok(None)
    }

    /// The rows at `place`, wherever they come from.
    async fn rows(&self, tx: &mut Tx, scope: &Scope<Self::Thing>, place: &Window) -> Result<Vec<Self::Row>> {
        let recall = async |tx: &mut Tx| self.recall_rows(tx, scope, place).await;
        recalled_or_read(tx, recall, async |tx| self.list(tx, scope, place).await).await
    }

    /// The same, and how many there are in all.
    async fn found(&self, tx: &mut Tx, scope: &Scope<Self::Thing>, place: &Window) -> Result<(Vec<Self::Row>, Total)> {
        let recall = async |tx: &mut Tx| self.recall(tx, scope, place).await;
        recalled_or_read(tx, recall, async |tx| self.page(tx, scope, place).await).await
    }
}
