//! 台账 in memory: what a plan's units owe as columns, and the questions to them. The same answers as the
//! database's, from some 60 bytes a row and 32 a report.

mod by_unit;
mod chunked;
mod columns;
mod details;
mod filter;
mod history;
mod packed;
mod query;
mod reports;
#[cfg(test)]
mod tests;
mod words;

pub use self::{
    columns::{Columns, Timeframe},
    details::Detail,
    filter::{Horizons, ObligationFilter},
    history::{Earlier, PublicReport, Records, Retold},
    packed::Owed,
    query::{BoardField, LedgerQuery, Row, sort_on},
    reports::{BriefFilter, Reported},
    words::Found,
};
