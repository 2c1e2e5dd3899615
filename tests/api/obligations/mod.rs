//! `/obligations`: the ledger

mod amended;
mod changes;
mod exempt;
mod history;
mod list;
mod moved;
mod reminders;
mod report;
mod role;
mod sort;
mod timeliness;
