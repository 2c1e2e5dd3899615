//! 台账 in memory: what a plan's units owe as columns, and the questions to them. The same answers as the
//! database's, from some 40 bytes a row.

mod columns;
mod filter;
mod held;
mod history;
mod reading;
#[cfg(test)]
mod tests;
mod words;

pub use self::{
    columns::{Columns, Owed},
    filter::{Horizons, ObligationFilter},
    held::{Held, Ledgers, Reach, Shared},
    history::{Earlier, Records, Retold, Said},
    reading::{Cell, Reading, sort_on},
    words::Found,
};
