//! 台账 in memory: what a plan's units owe as columns, and the questions to them. The same answers as the
//! database's, from some 60 bytes a row and 32 a report.

mod by_unit;
mod chunked;
mod columns;
mod filter;
mod held;
mod history;
mod packed;
mod reading;
mod reports;
mod sides;
#[cfg(test)]
mod tests;
mod words;

pub use self::{
    columns::Columns,
    filter::{Horizons, ObligationFilter},
    held::{Held, Ledgers, Memory, Reach},
    history::{Earlier, Records, Retold, Said},
    packed::Owed,
    reading::{Cell, Reading, Row, sort_on},
    reports::{BriefFilter, Reported},
    sides::Side,
    words::Found,
};
