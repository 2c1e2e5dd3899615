//! `/units` and `/units/{id}/members`

mod by_name;
mod calendar_feed;
mod create;
mod delete;
mod identifiers;
mod many;
mod members;
mod mistaken;
mod parents;
mod update;
