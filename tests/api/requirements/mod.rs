//! `/requirements`

mod create;
mod delete;
mod indicators;
mod responsibilities;
mod update;
