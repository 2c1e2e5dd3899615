//! What an error of the database means for those who asked. The only place that tells passing trouble
//! from our own mistakes.

use sqlx::Error;

use super::{deferred::NotOne, group_commit::CommitFailure};

/// What is the matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// It cannot be reached, or has just ended the connection.
    Unreachable,
    /// It answers, and takes no changes.
    ReadOnly,
    /// All connections are in use.
    Overloaded,
    /// Another transaction holds a lock that this needs.
    Locked,
    /// It took longer than is allowed.
    TooSlow,
    /// It has no room, or its disk refuses to be written.
    Full,
    /// A row is no more as it was read.
    Stale,
    /// Something is there already that there can be one of.
    Taken,
    /// It lacks a table or a column: migrations that are not applied yet.
    Unmigrated,
    /// None of these: a mistake, of ours or in the data.
    Bug,
}

impl Failure {
    /// What `error` means.
    pub fn of(error: &Error) -> Self {
        match error {
            Error::Io(_) | Error::Tls(_) | Error::PoolClosed | Error::WorkerCrashed | Error::BeginFailed => {
                Self::Unreachable
            }
            Error::PoolTimedOut => Self::Overloaded,
            Error::AnyDriverError(error) if error.is::<NotOne>() => Self::Stale,
            Error::AnyDriverError(error) => error
                .downcast_ref()
                .map_or(Self::Bug, |CommitFailure(error): &CommitFailure| Self::of(error)),
            Error::Database(error) if error.is_unique_violation() => Self::Taken,
            Error::Database(error) => match error.code() {
                // SQLSTATE has five characters. SQLite's codes are numbers, up to four digits for now.
                Some(code) if error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>().is_some() => {
                    Self::of_postgres(&code)
                }
                // SQLITE_ERROR says in words only what it is.
                Some(_) if is_missing(error.message()) => Self::Unmigrated,
                Some(code) => code.parse().map_or(Self::Bug, Self::of_sqlite),
                None => Self::Bug,
            },
            _ => Self::Bug,
        }
    }

    /// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
    fn of_postgres(code: &str) -> Self {
        match code {
            // disk_full; configuration_limit_exceeded (temporary files)
            "53100" | "53400" => Self::Full,
            // read_only_sql_transaction: a standby, or a server that was told so
            "25006" => Self::ReadOnly,
            // undefined_table, undefined_column
            "42P01" | "42703" => Self::Unmigrated,
            // lock_not_available, serialization_failure (a standby's conflict too), deadlock_detected
            "55P03" | "40001" | "40P01" => Self::Locked,
            // query_canceled (statement_timeout), the two idle timeouts, transaction_timeout
            "57014" | "25P03" | "57P05" | "25P04" => Self::TooSlow,
            // out of memory, too_many_connections
            _ if code.starts_with("53") => Self::Overloaded,
            // shutdown, crash, start; connection exceptions; system errors; what a fail-over may answer
            // instead: no such user or database, for now
            _ if ["08", "57P", "58", "28", "3D"]
                .iter()
                .any(|class| code.starts_with(class)) =>
            {
                Self::Unreachable
            }
            _ => Self::Bug,
        }
    }

    /// <https://www.sqlite.org/rescode.html>; the lower byte is the primary code.
    fn of_sqlite(code: i32) -> Self {
        // SQLITE_IOERR_WRITE, _FSYNC, _DIR_FSYNC, _TRUNCATE, _SHMSIZE: quotas and limits come so too.
        const UNWRITABLE: [i32; 5] = [778, 1034, 1290, 1546, 4874];
        match code & 0xff {
            _ if UNWRITABLE.contains(&code) => Self::Full,
            // SQLITE_FULL
            13 => Self::Full,
            // SQLITE_BUSY, SQLITE_LOCKED
            5 | 6 => Self::Locked,
            // SQLITE_READONLY
            8 => Self::ReadOnly,
            // SQLITE_INTERRUPT
            9 => Self::TooSlow,
            // SQLITE_NOMEM
            7 => Self::Overloaded,
            // SQLITE_PERM, SQLITE_IOERR, SQLITE_CANTOPEN
            3 | 10 | 14 => Self::Unreachable,
            _ => Self::Bug,
        }
    }
}

/// Whether SQLite says that there is no such table or column.
fn is_missing(message: &str) -> bool {
    message.starts_with("no such table: ")
        || message.starts_with("no such column: ")
        || message.contains(" has no column named ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_apart() {
        for (code, expected) in [
            ("57P01", Failure::Unreachable),
            ("57P03", Failure::Unreachable),
            ("57014", Failure::TooSlow),
            ("53100", Failure::Full),
            ("53300", Failure::Overloaded),
            ("25006", Failure::ReadOnly),
            ("23505", Failure::Bug),
            ("42P01", Failure::Unmigrated),
            ("42501", Failure::Bug),
            ("25P02", Failure::Bug),
        ] {
            assert_eq!(Failure::of_postgres(code), expected, "{code}");
        }
        for (code, expected) in [
            (5, Failure::Locked),
            (517, Failure::Locked),
            (13, Failure::Full),
            (778, Failure::Full),
            (266, Failure::Unreachable),
            (14, Failure::Unreachable),
            (8, Failure::ReadOnly),
            (11, Failure::Bug),
            (2067, Failure::Bug),
            (1, Failure::Bug),
        ] {
            assert_eq!(Failure::of_sqlite(code), expected, "{code}");
        }
    }
}
