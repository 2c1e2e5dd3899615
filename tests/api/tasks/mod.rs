//! `/tasks`

mod create;
mod delete;
mod headings;
mod update;
