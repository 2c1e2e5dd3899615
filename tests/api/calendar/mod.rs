//! `/calendar`

mod changed;
mod days;
mod missing;
mod update;
mod working_days;
