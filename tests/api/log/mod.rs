//! The one log: its final order, who may touch it, and how it is proved. `audit_events` reads it.

mod grants;
mod order;
mod verify;
