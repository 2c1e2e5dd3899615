//! What the service does, seen over HTTP, on SQLite and on PostgreSQL, with the real plan.
//!
//! `scripts/test` brings a PostgreSQL, and `support` starts the service. There are modules of two kinds.
//!
//! The nouns mirror the URLs: what `POST /api/v1/plans/{id}/publish` does is in `plans/publish.rs`, GET is in
//! `list.rs` or `get.rs`, POST on a list in `create.rs`, PATCH and PUT in `update.rs`, DELETE in `delete.rs`. Beside
//! them are files for what takes several requests (`life.rs`) or is about one member (`plans/allowed_actions.rs`).
//! `/progress-reports` is `reports` here, as in `src/http`.
//!
//! The themes hold for all nouns alike: how things look and lists are read (`views`, `lists`, `filters`, `formats`,
//! `caching`), how things are changed (`if_match`, `idempotency`, `writers`, `ids`), who may and who sees what
//! (`authorization`, `scope`, `outsiders`, `tokens`, `living`), what goes wrong (`problems`), how the service runs
//! (`operations`, `proxy`, `log`), and what is written down (`openapi`, `readme`, `source`, `architecture`).
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

#[macro_use]
mod support;

mod architecture;
mod audit_events;
mod authorization;
mod caching;
mod calendar;
mod deadlines;
mod extensions;
mod feedback;
mod filters;
mod formats;
mod idempotency;
mod ids;
mod if_match;
mod imports;
mod lists;
mod living;
mod log;
mod me;
mod notices;
mod obligations;
mod openapi;
mod operations;
mod outsiders;
mod plans;
mod problems;
mod proxy;
mod readme;
mod reports;
mod requirements;
mod scope;
mod second_reviews;
mod source;
mod tasks;
mod tokens;
mod units;
mod views;
mod vocabulary;
mod writers;
