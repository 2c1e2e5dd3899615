//! The one log: its final order, who reads it, and how it is proved.

mod audit_events;
mod grants;
mod history;
mod order;
mod verify;
