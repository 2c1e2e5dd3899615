//! `/deadlines`

mod create;
mod delete;
mod update;
