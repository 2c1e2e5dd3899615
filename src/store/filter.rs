//! What a list in the database is asked for. A page, its total and one row of it are read by the same conditions,
//! within the same scope.

use sqlx::Result;

use super::{
    changes::ChangedRows,
    page::{Sorts, page},
    row::COUNT,
    scope::Seen,
};
use crate::{
    db::{Statement, Tx, Value},
    domain::{
        changes::Changes,
        order::{SortKey, Total, Window},
        scope::{Scope, Scoped},
    },
};

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
    fn key(&self, row: &Self::Row, sort: &str) -> SortKey;

    /// Whether the database has to look at many rows, or at ever more as they grow in number.
    fn scans(&self, _: &Scope<Self::Thing>) -> bool {
        false
    }

    /// The rows at `place`.
    async fn list(&self, tx: &mut Tx, scope: &Scope<Self::Thing>, window: &Window) -> Result<Vec<Self::Row>> {
        let sql = Statement::new(Self::COLUMNS).within(&self.wanted(scope)?);
        self.read(tx, page(sql, window, Self::SORTS)).await
    }

    /// How many rows there are.
    async fn count(&self, tx: &mut Tx, scope: &Scope<Self::Thing>) -> Result<Total> {
        let sql = Statement::new(COUNT).within(&self.wanted(scope)?);
        let (count,): (i64,) = tx.run(sql).one().await?;
        Ok(Total::Exactly(count))
    }

    /// The rows at `place`, and how many there are in all.
    async fn page(&self, tx: &mut Tx, scope: &Scope<Self::Thing>, window: &Window) -> Result<(Vec<Self::Row>, Total)> {
        let rows = self.list(tx, scope, window).await?;
        let total = match window.total(&rows) {
            Some(total) => total,
            None => self.count(tx, scope).await?,
        };
        Ok((rows, total))
    }

    /// The rows that changed, and the ids of those that are gone; `None`: all of it has to be told.
    async fn changed(
        &self,
        _: &mut Tx,
        _: &Scope<Self::Thing>,
        _changes: &Changes,
    ) -> Result<Option<ChangedRows<Self::Row>>> {
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

    /// Goes on with a condition: the column has one of `values`. An empty list matches nothing, `None` everything.
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
