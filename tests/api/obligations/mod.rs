//! `/obligations`: the ledger

mod changes;
mod events;
mod extensions;
mod ledger;
mod publication;
mod reminders;
