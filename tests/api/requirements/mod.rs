//! `/requirements`

mod create;
mod delete;
mod update;
