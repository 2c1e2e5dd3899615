//! `/deadlines`

mod create;
mod delete;
mod rules;
mod update;
