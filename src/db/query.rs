//! One statement: its parameters, and its rows.

use std::{io, marker::PhantomData, time::Duration};

use sqlx::{Encode, Error, PgConnection, Postgres, Result, Sqlite, Type};
use tokio::time::timeout;

use super::{Bind, Open, Record, deferred::NotOne, file_connection::FileConnection, tx::State};

pub(super) type On<DB> = sqlx::query::Query<'static, DB, <DB as sqlx::Database>::Arguments>;

/// Of a statement that is to touch one row, and gives none.
#[derive(Debug, Clone, Copy)]
pub enum OneRow {}

pub(super) enum Run<'t> {
    Sqlite(&'t mut FileConnection, On<Sqlite>),
    Postgres(&'t mut PgConnection, On<Postgres>),
}

/// A statement on its way, of whose rows `S` is known.
#[must_use]
pub struct Query<'t, S = Open> {
    run: Option<Run<'t>>,
    wanted: usize,
    bound: usize,
    state: &'t mut State,
    rows: PhantomData<S>,
}

impl<'t> Query<'t> {
    /// A statement with `wanted` parameters; one that is not run is of a transaction that is over.
    pub(super) fn new(run: Option<Run<'t>>, wanted: usize, state: &'t mut State) -> Self {
        Self {
            run,
            wanted,
            bound: 0,
            state,
            rows: PhantomData,
        }
    }

    pub(super) fn known<S>(self) -> Query<'t, S> {
        Query {
            run: self.run,
            wanted: self.wanted,
            bound: self.bound,
            state: self.state,
            rows: PhantomData,
        }
    }
}

impl<'t, S> Query<'t, S> {
    /// Binds the next parameter.
    pub fn bind<'q>(self, value: impl Bind<'q>) -> Self {
        let run = self.run.map(|run| match run {
            Run::Sqlite(connection, query) => Run::Sqlite(connection, query.bind(value)),
            Run::Postgres(connection, query) => Run::Postgres(connection, query.bind(value)),
        });
        Self {
            run,
            bound: self.bound + 1,
            ..self
        }
    }

    /// Binds the next parameter, of a type that SQLite does not have.
    pub(super) fn bind_on_postgres<'q>(self, value: impl Encode<'q, Postgres> + Type<Postgres> + Send) -> Self {
        let run = self.run.map(|run| match run {
            Run::Sqlite(connection, query) => Run::Sqlite(connection, query),
            Run::Postgres(connection, query) => Run::Postgres(connection, query.bind(value)),
        });
        Self {
            run,
            bound: self.bound + 1,
            ..self
        }
    }

    /// All rows.
    pub async fn all<T: Record<S>>(self) -> Result<Vec<T>> {
        let (run, state) = self.alone().await?;
        let rows = match run {
            Run::Sqlite(file, query) => {
                let rows = query.fetch_all(file.ask()).await;
                file.answered(rows)
                    .and_then(|rows| rows.iter().map(T::from_row).collect())
            }
            Run::Postgres(connection, query) => within(state.timeouts(), query.fetch_all(connection))
                .await
                .and_then(|rows| rows.iter().map(T::from_row).collect()),
        };
        state.settled(rows)
    }

    /// The row, if there is one.
    pub async fn optional<T: Record<S>>(self) -> Result<Option<T>> {
        let (run, state) = self.alone().await?;
        let row = match run {
            Run::Sqlite(file, query) => {
                let row = query.fetch_optional(file.ask()).await;
                file.answered(row)
                    .and_then(|row| row.as_ref().map(T::from_row).transpose())
            }
            Run::Postgres(connection, query) => within(state.timeouts(), query.fetch_optional(connection))
                .await
                .and_then(|row| row.as_ref().map(T::from_row).transpose()),
        };
        state.settled(row)
    }

    /// The row; none is an error.
    pub async fn one<T: Record<S>>(self) -> Result<T> {
        self.optional().await?.ok_or(Error::RowNotFound)
    }

    /// SQLite binds a missing parameter as null without a word; refuse it on both engines.
    fn checked(self) -> Result<(Run<'t>, &'t mut State)> {
        let Some(run) = self.run.filter(|_| self.bound == self.wanted) else {
            self.state.doomed = true;
            return Err(Error::Protocol(format!(
                "statement takes {} parameters, {} bound",
                self.wanted, self.bound
            )));
        };
        Ok((run, self.state))
    }

    /// The statement and nothing else: what was to be said before it has been said.
    async fn alone(self) -> Result<(Run<'t>, &'t mut State)> {
        let (mut run, state) = self.checked()?;
        if let Run::Sqlite(file, _) = &mut run {
            state.make_changes(file).await?;
            state.begin(file).await?;
        }
        state.begun();
        Ok((run, state))
    }
}

impl Query<'_> {
    /// The number of rows changed.
    pub async fn execute(self) -> Result<u64> {
        let (run, state) = self.alone().await?;
        let done = match run {
            Run::Sqlite(file, query) => {
                let done = query.execute(file.ask()).await;
                file.answered(done).map(|done| done.rows_affected())
            }
            Run::Postgres(connection, query) => within(state.timeouts(), query.execute(connection))
                .await
                .map(|done| done.rows_affected()),
        };
        state.settled(done)
    }
}

impl Query<'_, OneRow> {
    /// The row is changed. If it is not, because it is no more as it was read, that may be told here, by a later statement,
    /// or by the commit.
    pub async fn done(self) -> Result<()> {
        let (run, state) = self.checked()?;
        match run {
            Run::Sqlite(file, query) => state.defer(file, query).await,
            Run::Postgres(connection, query) => {
                state.begun();
                let done = within(state.timeouts(), query.execute(connection)).await;
                let done = done.and_then(|done| NotOne::unless([done.rows_affected()], 1));
                state.settled(done)
            }
        }
    }
}

/// What does not come in time does not come.
pub(super) async fn within<T>(limit: Option<Duration>, answer: impl Future<Output = Result<T>>) -> Result<T> {
    let Some(limit) = limit else { return answer.await };
    let late = |_| io::Error::new(io::ErrorKind::TimedOut, "the server does not answer");
    timeout(limit, answer).await.map_err(late)?
}
