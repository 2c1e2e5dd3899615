//! `/units` and `/units/{id}/members`

mod create;
mod members;
mod update;
