//! A row as it comes in, and packed.

use std::collections::BTreeMap;

use super::Detail;
use crate::domain::{
    deadline::RuleKind,
    obligation::{Facts, ObligationId, ReportFacts, ReportPhase},
    requirement::UnitRole,
    time::Day,
    unit::UnitKind,
};

/// A row of the ledger as it comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// Its id.
    pub id: ObligationId,
    /// The kind of its unit, as it was filed.
    pub unit_kind: UnitKind,
    /// The role of its unit, as it was filed.
    pub role: Option<UnitRole>,
    /// The kind of its deadline's rule, as it was filed.
    pub rule_kind: RuleKind,
    /// Its due day before any extension.
    pub original_due_on: Option<Day>,
    /// How it stands.
    pub facts: Facts,
    /// What it shows beside that.
    pub detail: Detail,
}

/// A row, packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Packed {
    opens_on: Option<Day>,
    pub due_on: Option<Day>,
    pub original_due_on: Option<Day>,
    pub reported_on: Option<Day>,
    pub reported_due_on: Option<Day>,
    pub fulfilled_on: Option<Day>,
    pub deadline: u32,
    pub unit: u16,
    pub period: u16,
    pub unit_kind: UnitKind,
    pub role: Option<UnitRole>,
    pub rule_kind: RuleKind,
    pub phase: Option<ReportPhase>,
    is_exempted: bool,
    is_undecided: bool,
}

/// Words that many rows share, each with its number.
#[derive(Debug, Clone)]
pub(super) struct Words<T> {
    pub list: Vec<T>,
    numbers: BTreeMap<T, usize>,
}

impl<T: Ord + Clone> Words<T> {
    /// A table without words.
    pub fn new() -> Self {
        Self {
            list: Vec::new(),
            numbers: BTreeMap::new(),
        }
    }

    /// The number of a word, if it is one.
    pub fn find(&self, word: &T) -> Option<usize> {
        self.numbers.get(word).copied()
    }

    /// The number of a word, which is new or not.
    pub fn number<N: TryFrom<usize>>(&mut self, word: &T) -> Option<N> {
        let number = if let Some(number) = self.numbers.get(word) {
            *number
        } else {
            self.list.push(word.clone());
            self.numbers.insert(word.clone(), self.list.len() - 1);
            self.list.len() - 1
        };
        N::try_from(number).ok()
    }
}

/// The numbers of the deadline, the unit and the period that a row's id is made of.
pub(super) type RowNumbers = (u32, u16, u16);

impl Packed {
    pub(super) fn new((deadline, unit, period): RowNumbers, row: &Owed) -> Self {
        let Facts {
            opens_on,
            due_on,
            is_undecided,
            is_exempted,
            report,
            reported_due_on,
        } = row.facts;
        Self {
            opens_on,
            due_on,
            original_due_on: row.original_due_on,
            reported_on: report.reported_on,
            reported_due_on,
            fulfilled_on: report.fulfilled_on,
            deadline,
            unit,
            period,
            unit_kind: row.unit_kind,
            role: row.role,
            rule_kind: row.rule_kind,
            phase: report.phase,
            is_exempted,
            is_undecided,
        }
    }

    pub(super) fn key(&self) -> RowNumbers {
        (self.deadline, self.unit, self.period)
    }

    pub(super) fn facts(&self) -> Facts {
        Facts {
            opens_on: self.opens_on,
            due_on: self.due_on,
            is_undecided: self.is_undecided,
            is_exempted: self.is_exempted,
            report: ReportFacts {
                phase: self.phase,
                reported_on: self.reported_on,
                fulfilled_on: self.fulfilled_on,
            },
            reported_due_on: self.reported_due_on,
        }
    }

    /// What it is ordered by: what has no due day comes last.
    pub(super) fn falls(&self) -> (bool, Option<Day>) {
        (self.due_on.is_none(), self.due_on)
    }
}
