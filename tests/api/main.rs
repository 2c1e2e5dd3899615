//! What the service does, seen over HTTP, on SQLite and on PostgreSQL, with the real plan.
//!
//! `scripts/test` brings a PostgreSQL. The modules mirror the URLs; `support` starts the service.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

#[macro_use]
mod support;

mod architecture;
mod assessment;
mod attachments;
mod authorization;
mod caching;
mod calendar;
mod deadlines;
mod feedback;
mod filters;
mod formats;
mod idempotency;
mod ids;
mod if_match;
mod lists;
mod living;
mod log;
mod notices;
mod obligations;
mod openapi;
mod operations;
mod plans;
mod problems;
mod proxy;
mod readme;
mod reports;
mod requirements;
mod scope;
mod source;
mod tasks;
mod tokens;
mod units;
mod writers;
