//! `/plans`

mod allowed_actions;
mod amendments;
mod close;
mod create;
mod delete;
mod list;
mod publish;
mod update;
