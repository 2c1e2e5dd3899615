//! Formats that replies are drawn or written in: no more than values go in, and bytes come out.

pub mod board;
pub mod icalendar;
