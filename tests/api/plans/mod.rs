//! `/plans`

mod allowed_actions;
mod amendments;
mod assessment;
mod board;
mod close;
mod create;
mod delete;
mod list;
mod publish;
mod series;
mod statistics;
mod update;
