//! `/requirements`

mod create;
mod delete;
mod indicators;
mod update;
