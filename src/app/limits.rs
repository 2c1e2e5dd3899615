//! The limits of the database, taken from the settings.

use std::time::Duration;

use crate::{config::Config, db::Limits};

pub(super) fn limits(config: &Config) -> Limits {
    let seconds = |seconds: u32| Duration::from_secs(seconds.into());
    Limits {
        connections: config.database_connections,
        wait: seconds(config.database_wait_seconds),
        lock: seconds(config.database_lock_seconds),
        statement: seconds(config.database_statement_seconds),
        idle: seconds(config.database_idle_seconds),
    }
}
