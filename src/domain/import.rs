//! 导入: a file that an office has, understood row by row, shown before anything is made of it.

mod brackets;
mod corrections;
mod deadlines;
mod document;
mod finding;
mod header;
mod heading;
mod items;
mod label;
mod make;
mod parts;
mod proposal;
mod said;
mod title;
mod understand;
mod units;
mod walk;
mod words;

pub use self::{
    corrections::{Corrections, EmptyCells, PlanWords},
    document::{Block, Cell, Document, Format, Place, Row, Table},
    finding::{Finding, FindingCode, Severity, Words},
    header::Meaning,
    proposal::{ExtraCell, Origin, Proposal, ProposedRequirement, ProposedTask, UnderstoodColumn},
    understand::understand,
};
