//! `/units` and `/units/{id}/members`

mod calendar_feed;
mod create;
mod delete;
mod members;
mod update;
