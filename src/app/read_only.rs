//! A database that is only looked at, from the command line: without keys, clock or workers.

use anyhow::{Context as _, bail};

use crate::{
    config::Config,
    db::{Db, Schema, Tx},
    error::Result,
};

/// A database that is open for reading only.
pub struct ReadOnly(Db);

impl ReadOnly {
    /// Connects to the database, which must be there and have all migrations. Changes nothing in it.
    pub async fn open(config: &Config) -> anyhow::Result<Self> {
        let name = config.database_named()?;
        let opened = Db::connect_to_read(config.database_url.expose()).await;
        let db = opened.with_context(|| format!("cannot open {name}"))?;
        if db.schema().await? == Schema::Behind {
            bail!("the database lacks migrations of this version: run `duban migrate`");
        }
        Ok(Self(db))
    }

    /// Runs `query` on one snapshot of the database.
    pub async fn read<R>(&self, query: impl AsyncFnOnce(&mut Tx) -> Result<R>) -> Result<R> {
        self.0.read(query).await
    }

    /// Closes the database.
    pub async fn close(&self) {
        self.0.close().await;
    }
}
