//! The database that the settings name, and its limits.

use std::time::Duration;

use anyhow::Context as _;

use crate::{
    config::Config,
    db::{Db, Limits},
};

/// Connects to it; makes a file that is missing, and the directory that it is in.
pub(super) async fn connect(config: &Config) -> anyhow::Result<Db> {
    let name = config.database_named()?;
    let directory = config.database_file().and_then(|file| file.parent());
    if let Some(directory) = directory.filter(|directory| !directory.as_os_str().is_empty()) {
        let made = std::fs::create_dir_all(directory);
        made.with_context(|| format!("cannot make {}", directory.display()))?;
    }
    let opened = Db::connect(config.database_url.expose(), limits(config)).await;
    opened.with_context(|| format!("cannot open the database {name}"))
}

fn limits(config: &Config) -> Limits {
    let seconds = |seconds: u32| Duration::from_secs(seconds.into());
    Limits {
        connections: config.database_connections,
        wait: seconds(config.database_wait_seconds),
        lock: seconds(config.database_lock_seconds),
        statement: seconds(config.database_statement_seconds),
        idle: seconds(config.database_idle_seconds),
    }
}
