//! `/units` and `/units/{id}/members`

mod create;
mod delete;
mod members;
mod update;
