//! duban (督办): a government's annual work plan as dated obligations, behind a documented REST API.
//!
//! One way down, held by `tests/api/architecture.rs`:
//!
//! ```text
//! main → server → http | worker → service → store → db
//! ```
//!
//! `domain` is pure and used by all; it uses none of them. `memory` lies beside `db`: ledgers that `store` asks before it
//! asks the database. `app` is the handle that `http` and
//! `worker` hold: it opens transactions and keeps the rendered catalog current. `token` verifies
//! and mints JWTs. `cli` is the command line, `generate` fills a database with examples, `import` brings files in from there. `files` keeps
//! the bytes of attachments outside the database, `document` reads files of offices as tables. `clock` and `ids` are
//! where instants and random
//! numbers come from. `rendered` is a reply as bytes, in each coding that HTTP has for it. `error` and `config` are usable from all but `domain`.

pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod document;
pub mod domain;
pub mod error;
pub mod files;
pub mod generate;
pub mod http;
pub mod ids;
pub mod import;
pub mod memory;
pub mod rendered;
pub mod server;
pub mod service;
pub mod store;
pub mod telemetry;
pub mod token;
pub mod worker;
