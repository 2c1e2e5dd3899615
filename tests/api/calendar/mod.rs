//! `/calendar`

mod days;
mod missing;
mod update;
mod working_days;
