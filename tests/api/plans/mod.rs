//! `/plans`

mod allowed_actions;
mod amendments;
mod assessment;
mod board;
mod by_hand;
mod close;
mod create;
mod default_deadline;
mod delete;
mod document;
mod extra;
mod late;
mod list;
mod publish;
mod statistics;
mod update;
