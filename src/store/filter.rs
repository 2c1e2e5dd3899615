//! What a list in the database is asked for. A page, its total and one row of it are read by the same conditions,
//! within the same scope.

use sqlx::{FromRow, Result};
use uuid::Uuid;

use super::{
    changes::Changed,
    heard::COUNTS,
    page::{Sorts, page},
    row::{COUNT, IDS},
    scope::Seen,
};
use crate::{
    db::{Statement, Tx, Value},
    domain::{
        changes::Changes,
        heard::Mark,
        order::{Key, Place, Total},
        scope::{Scope, Scoped},
    },
};

/// Gives the rows at a place.
pub type ReadRows<'f, R> = Box<dyn Fn(&Place) -> Option<Vec<R>> + 'f>;

/// Which rows stand at a place, before any of them is read.
pub struct Which {
    /// Their ids.
    pub ids: Vec<Uuid>,
    /// How many there are in the whole list.
    pub total: Total,
    /// How far the log is, for whoever knows rows from before.
    pub mark: Mark,
}

#[derive(FromRow)]
struct WhichRow {
    id: Uuid,
    total: i64,
    sealed: i64,
    waiting: i64,
}

/// Which of the rows that are `wanted` stand at `place`, by one statement; `None`: there are none.
pub(super) async fn which(tx: &mut Tx, wanted: &Statement<Seen>, place: &Place, sorts: Sorts) -> Result<Option<Which>> {
    let sql = Statement::new(IDS)
        .push(", (")
        .push(COUNT)
        .within(wanted)
        .push(") as total, ")
        .push(COUNTS)
        .within(wanted);
    let rows: Vec<WhichRow> = tx.run(page(sql, place, sorts)).all().await?;
    Ok(rows.first().map(|first| Which {
        ids: rows.iter().map(|row| row.id).collect(),
        total: Total::Exactly(first.total),
        mark: Mark::of(first.sealed, first.waiting),
    }))
}

/// Which rows of a list are wanted: all conditions must hold; empty ones do not count.
#[expect(async_fn_in_trait, reason = "its futures run where they are made")]
pub trait Filter {
    /// What the caller's scope is of.
    type Thing: Scoped;
    /// A row of the list.
    type Row;
    /// What rows can be sorted by.
    const SORTS: Sorts;
    /// `select …`: the columns of a row.
    const COLUMNS: &'static str;

    /// ` from … where …`: what is wanted, within what `scope` shows.
    fn wanted(&self, scope: &Scope<Self::Thing>) -> Result<Statement<Seen>>;

    /// The rows that a statement selects.
    async fn read(&self, tx: &mut Tx, sql: Statement<Seen>) -> Result<Vec<Self::Row>>;

    /// The value that a row is sorted by, for one of [`Filter::SORTS`].
    fn key(&self, row: &Self::Row, sort: &str) -> Key;

    /// Whether the database has to look at many rows, or at ever more as they grow in number.
    fn scans(&self, _: &Scope<Self::Thing>) -> bool {
        false
    }

    /// The rows at `place`.
    async fn list(&self, tx: &mut Tx, scope: &Scope<Self::Thing>, place: &Place) -> Result<Vec<Self::Row>> {
        let sql = Statement::new(Self::COLUMNS).within(&self.wanted(scope)?);
        self.read(tx, page(sql, place, Self::SORTS)).await
    }

    /// Which rows are at `place`, of a list that is sorted by nothing but an id and whose rows are kept; `None`: they
    /// have to be read.
    async fn which(&self, _: &mut Tx, _: &Scope<Self::Thing>, _: &Place) -> Result<Option<Which>> {
        Ok(None)
    }

    /// The same by what is in memory, if it is known to be of now: without asking the database.
    async fn which_at_once(&self, _: &Scope<Self::Thing>, _: &Place) -> Result<Option<Which>> {
        Ok(None)
    }

    /// How many rows there are.
    async fn count(&self, tx: &mut Tx, scope: &Scope<Self::Thing>) -> Result<Total> {
        let sql = Statement::new(COUNT).within(&self.wanted(scope)?);
        let (count,): (i64,) = tx.run(sql).one().await?;
        Ok(Total::Exactly(count))
    }

    /// The rows at `place`, and how many there are in all.
    async fn page(&self, tx: &mut Tx, scope: &Scope<Self::Thing>, place: &Place) -> Result<(Vec<Self::Row>, Total)> {
        if let Some(found) = self.remembered(tx, scope, place).await? {
            return Ok(found);
        }
        let rows = self.list(tx, scope, place).await?;
        let total = match place.total(&rows) {
            Some(total) => total,
            None => self.count(tx, scope).await?,
        };
        Ok((rows, total))
    }

    /// The same, if memory has it as this transaction sees it.
    async fn remembered(
        &self,
        _: &mut Tx,
        _: &Scope<Self::Thing>,
        _: &Place,
    ) -> Result<Option<(Vec<Self::Row>, Total)>> {
        Ok(None)
    }

    /// The same, if it is known to be of now: without asking the database.
    async fn at_once(&self, _: &Scope<Self::Thing>, _: &Place) -> Result<Option<(Vec<Self::Row>, Total)>> {
        Ok(None)
    }

    /// Reads rows as this transaction sees them, from memory and at any time later; `None`: it is for the database to say.
    async fn pinned<'f>(&'f self, _: &mut Tx, _: &'f Scope<Self::Thing>) -> Result<Option<ReadRows<'f, Self::Row>>> {
        Ok(None)
    }

    /// The rows that changed, and the ids of those that are gone; `None`: all of it has to be told.
    async fn changed(
        &self,
        _: &mut Tx,
        _: &Scope<Self::Thing>,
        _changes: &Changes,
    ) -> Result<Option<Changed<Self::Row>>> {
        Ok(None)
    }

    /// The row with this id, if it is wanted and `scope` shows it.
    async fn find(&self, tx: &mut Tx, id: Value, scope: &Scope<Self::Thing>) -> Result<Option<Self::Row>> {
        let sql = Statement::new(Self::COLUMNS).within(&self.wanted(scope)?);
        let found = self.read(tx, sql.push(" and id = ").bind(id)).await?;
        Ok(found.into_iter().next())
    }
}

impl<S> Statement<S> {
    /// Goes on with a condition: the column has one of these values. Without values there is none.
    #[must_use]
    pub(super) fn any_of(self, column: &'static str, values: impl IntoIterator<Item = Value>) -> Self {
        let mut values = values.into_iter().peekable();
        if values.peek().is_none() {
            return self;
        }
        self.push(" and ").push(column).push(" in ").list(values)
    }

    /// The same where there may be a list of none, which nothing meets.
    #[must_use]
    pub(super) fn any_of_some(self, column: &'static str, values: Option<impl IntoIterator<Item = Value>>) -> Self {
        match values {
            None => self,
            Some(values) => self.push(" and ").push(column).push(" in ").list(values),
        }
    }

    /// Goes on with a comparison, ` and … >= `, if there is a value to compare with.
    #[must_use]
    pub(super) fn compared(self, comparison: &'static str, value: Option<Value>) -> Self {
        match value {
            None => self,
            Some(value) => self.push(comparison).bind(value),
        }
    }
}
