//! `/deadlines`

mod create;
mod delete;
mod occurrences;
mod parse;
mod rules;
mod undecided;
mod update;
