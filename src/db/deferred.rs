//! Changes that are said together. To hand SQLite's thread a statement and to wait for its answer takes as long as a short
//! statement does, and of one that is to touch one row nobody needs to hear before the next question, or the end.

use std::mem;

use futures_util::TryStreamExt as _;
use sqlx::{
    Arguments as _, AssertSqlSafe, Error, Execute as _, Executor as _, Result, SqlSafeStr, Sqlite,
    sqlite::{SqliteArguments, SqliteQueryResult},
};

use super::{file_connection::FileConnection, query::On, tx::State};

/// As many parameters may wait: those of one command. What is said together is a statement of its own to SQLite, to be
/// prepared before it is known.
const MOST: usize = 100;

/// A change touched no row, or more than one: what was read before is not so any more.
#[derive(Debug, thiserror::Error)]
#[error("a change that is to touch one row did not")]
pub(super) struct NotOne;

impl NotOne {
    /// `Ok`: there were `changes`, and each touched one row.
    pub(super) fn unless(touched: impl IntoIterator<Item = u64>, changes: usize) -> Result<()> {
        let mut made = 0;
        let each = touched.into_iter().inspect(|_| made += 1).all(|rows| rows == 1);
        if each && made == changes {
            Ok(())
        } else {
            Err(Error::AnyDriverError(Box::new(Self)))
        }
    }
}

/// Changes that SQLite has not been told yet.
#[derive(Default)]
pub(super) struct Deferred {
    text: String,
    arguments: SqliteArguments,
    changes: usize,
    /// The parameters before those of one that is being put together, and has them all.
    before: Option<usize>,
}

impl Deferred {
    /// Whether there is anything to say.
    fn waits(&self) -> bool {
        self.changes > 0
    }

    /// Whether one was begun and left, and the parameters of all are gone with it.
    pub(super) fn is_lost(&self) -> bool {
        self.before.is_some()
    }

    /// Whether no more should wait.
    fn is_full(&self) -> bool {
        self.arguments.len() > MOST
    }

    /// A change, whose parameters are bound behind those of the others.
    pub(super) fn begin(&mut self, sql: impl SqlSafeStr) -> On<Sqlite> {
        self.before = Some(self.arguments.len());
        sqlx::query_with(sql, mem::take(&mut self.arguments))
    }

    /// Adds it.
    fn end(&mut self, mut change: On<Sqlite>) -> Result<()> {
        let arguments = change.take_arguments().map_err(Error::Encode)?;
        self.arguments = arguments.unwrap_or_default();
        if self.waits() {
            self.text.push_str(";\n");
        }
        let before = self.before.take().unwrap_or_default();
        push_behind(&mut self.text, change.sql().as_str(), before);
        self.changes += 1;
        Ok(())
    }

    /// Makes all changes, in their order; the first that fails is the last.
    async fn run(self, file: &mut FileConnection) -> Result<()> {
        let all = sqlx::query_with(AssertSqlSafe(self.text), self.arguments);
        // Each has its own count. Were a later sqlx to make the first only, the others would be missed here.
        let each: Result<Vec<SqliteQueryResult>> = file.ask().execute_many(all).try_collect().await;
        let each = file.answered(each)?;
        NotOne::unless(each.iter().map(SqliteQueryResult::rows_affected), self.changes)
    }
}

impl State {
    /// Leaves a change to be said later.
    pub(super) async fn defer(&mut self, file: &mut FileConnection, change: On<Sqlite>) -> Result<()> {
        self.statements += 1;
        self.deferred.end(change)?;
        if self.deferred.is_full() {
            self.make_changes(file).await?;
        }
        Ok(())
    }

    /// Says what was to be said later.
    pub(super) async fn make_changes(&mut self, file: &mut FileConnection) -> Result<()> {
        if self.deferred.is_lost() {
            self.doomed = true;
            return Err(Error::Protocol("a change was begun and left".into()));
        }
        if !self.deferred.waits() {
            return Ok(());
        }
        self.begin(file).await?;
        self.unclean = true;
        let made = mem::take(&mut self.deferred).run(file).await;
        self.settled(made)
    }
}

/// Adds `sql`, whose `$1` stands behind the parameters `before` it. No statement of ours has a `$` in a literal.
fn push_behind(text: &mut String, sql: &str, before: usize) {
    let mut parts = sql.split('$');
    text.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = part.split_at(digits);
        let number: usize = number.parse().unwrap_or(0);
        text.push('$');
        text.push_str(&(number + before).to_string());
        text.push_str(rest);
    }
}

#[cfg(test)]
mod tests;
