//! The rows of one plan, packed.

use std::{
    collections::BTreeMap,
    ops::Range,
    sync::{Arc, OnceLock},
};

use super::{
    held::Reach,
    history::{History, PublicReport, Records, Retold, Version, micros},
};
use crate::domain::{
    deadline::RuleKind,
    id::{DeadlineId, RequirementId, UnitCode},
    obligation::{Facts, ObligationId, ReportFacts, ReportPhase},
    plan::Basis,
    schedule::UNDECIDED,
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
    /// The kind of its deadline's rule, as it was filed.
    pub rule_kind: RuleKind,
    /// Its due day before any extension.
    pub original_due_on: Option<Day>,
    /// How it stands.
    pub facts: Facts,
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
    pub rule_kind: RuleKind,
    pub phase: Option<ReportPhase>,
    is_exempted: bool,
    is_undecided: bool,
}

/// The numbers of the deadline, the unit and the period that a row's id is made of.
pub(super) type Key = (u32, u16, u16);

impl Packed {
    pub(super) fn key(&self) -> Key {
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
    fn falls(&self) -> (bool, Option<Day>) {
        (self.due_on.is_none(), self.due_on)
    }
}

/// Words that many rows share, each with its number.
#[derive(Debug, Clone)]
pub(super) struct Words<T> {
    pub list: Vec<T>,
    numbers: BTreeMap<T, usize>,
}

impl<T: Ord + Clone> Words<T> {
    fn new() -> Self {
        Self {
            list: Vec::new(),
            numbers: BTreeMap::new(),
        }
    }

    /// The number of a word, which is new or not.
    fn number<N: TryFrom<usize>>(&mut self, word: &T) -> Option<N> {
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

/// What the units owe in one plan.
#[derive(Debug, Clone)]
pub struct Columns {
    /// By id, as texts are ordered.
    pub(super) rows: Vec<Packed>,
    /// The rows by due day and id, once anybody has asked for them so.
    by_day: OnceLock<Vec<u32>>,
    pub(super) units: Arc<Words<UnitCode>>,
    pub(super) deadlines: Arc<Words<DeadlineId>>,
    pub(super) periods: Arc<Words<String>>,
    /// How they stood before, once anybody has asked for it.
    history: Option<History>,
}

impl Columns {
    /// The columns of `rows`; `None` where they are too many.
    pub fn new(mut rows: Vec<Owed>) -> Option<Self> {
        rows.sort_by_cached_key(|row| row.id.to_string());
        let mut columns = Self {
            rows: Vec::new(),
            by_day: OnceLock::new(),
            units: Arc::new(Words::new()),
            deadlines: Arc::new(Words::new()),
            periods: Arc::new(Words::new()),
            history: None,
        };
        columns.rows = rows.iter().map(|row| columns.pack(row)).collect::<Option<_>>()?;
        u32::try_from(columns.rows.len()).ok()?;
        Some(columns)
    }

    /// The same with the past of all rows; `None` where that is too much.
    pub fn with_history(mut self, records: &Records) -> Option<Self> {
        self.history = Some(History::default());
        self.tell(records)?;
        Some(self)
    }

    /// How far back it reaches.
    pub fn reach(&self) -> Reach {
        if self.history.is_some() {
            Reach::Past
        } else {
            Reach::Now
        }
    }

    /// Puts `records` in the place of what was known of the past of some rows; `false`: it is too much.
    pub fn retell(&mut self, of: &Retold<'_>, records: &Records) -> bool {
        let Some(mut history) = self.history.take() else {
            return false;
        };
        match of {
            Retold::These(ids) => {
                for id in *ids {
                    let Some(key) = self.number(id) else { return false };
                    history.forget(key);
                }
            }
            Retold::Of(requirement) => {
                let of = |(deadline, ..): &Key| self.deadlines.list[*deadline as usize].requirement == **requirement;
                history.retain(|key| !of(key));
            }
        }
        self.history = Some(history);
        self.tell(records).is_some()
    }

    fn tell(&mut self, records: &Records) -> Option<()> {
        let mut history = self.history.take()?;
        for earlier in &records.earlier {
            let version = Version {
                until: micros(earlier.until),
                row: self.pack(&earlier.row)?,
                is_withdrawn: earlier.is_withdrawn,
            };
            history.add_version(version);
        }
        for said in &records.said {
            let report = PublicReport {
                cleared_at: said.cleared_at.map(micros),
                reported_on: said.reported_on,
                reported_due_on: said.reported_due_on,
                claims_completion: said.claims_completion,
            };
            history.add_report(self.number(&said.of)?, report);
        }
        self.history = Some(history);
        Some(())
    }

    /// The rows by `basis`; `None`: it is not known how they were.
    pub fn told(&self, basis: Basis) -> Option<Self> {
        let (mut rows, in_order) = self.history.as_ref()?.rows(&self.rows, basis);
        if !in_order {
            rows.sort_by_cached_key(|row| self.id(row));
        }
        Some(Self {
            rows,
            by_day: OnceLock::new(),
            units: self.units.clone(),
            deadlines: self.deadlines.clone(),
            periods: self.periods.clone(),
            history: None,
        })
    }

    /// The rows by due day and id.
    pub(super) fn by_day(&self) -> &[u32] {
        self.by_day.get_or_init(|| {
            let mut by_day: Vec<u32> = (0..).take(self.rows.len()).collect();
            by_day.sort_by_key(|number| (self.row(*number).falls(), *number));
            by_day
        })
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Bytes it takes in memory, about: words are shared by many rows.
    pub fn weight(&self) -> usize {
        let words = self.units.list.len() + self.periods.list.len() + 4 * self.deadlines.list.len();
        let history = self.history.as_ref().map_or(0, History::weight);
        self.rows.len() * (size_of::<Packed>() + size_of::<u32>()) + words * 128 + history
    }

    fn pack(&mut self, row: &Owed) -> Option<Packed> {
        let Facts {
            opens_on,
            due_on,
            is_undecided,
            is_exempted,
            report,
            reported_due_on,
        } = row.facts;
        debug_assert_eq!(is_undecided, row.id.period == UNDECIDED, "that is what the period says");
        let (deadline, unit, period) = self.number(&row.id)?;
        Some(Packed {
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
            rule_kind: row.rule_kind,
            phase: report.phase,
            is_exempted,
            is_undecided,
        })
    }

    fn number(&mut self, id: &ObligationId) -> Option<Key> {
        Some((
            Arc::make_mut(&mut self.deadlines).number(&id.deadline)?,
            Arc::make_mut(&mut self.units).number(&id.unit)?,
            Arc::make_mut(&mut self.periods).number(&id.period)?,
        ))
    }

    pub(super) fn row(&self, number: u32) -> &Packed {
        &self.rows[number as usize]
    }

    /// The id of a row.
    pub(super) fn id(&self, row: &Packed) -> String {
        let deadline = &self.deadlines.list[row.deadline as usize];
        let unit = &self.units.list[usize::from(row.unit)];
        format!("{deadline}.{unit}.{}", self.periods.list[usize::from(row.period)])
    }

    /// Puts `row` in the place of the one with its id; `false`: there is none.
    pub fn put(&mut self, row: &Owed) -> bool {
        let id = row.id.to_string();
        let Ok(at) = self.rows.binary_search_by_key(&id, |row| self.id(row)) else {
            return false;
        };
        let (Some(after), Ok(number)) = (self.pack(row), u32::try_from(at)) else {
            return false;
        };
        let before = std::mem::replace(&mut self.rows[at], after);
        if before.due_on == after.due_on {
            return true;
        }
        let Some(mut by_day) = self.by_day.take() else {
            return true;
        };
        // Its old place still is where its old day says.
        let place = |this: &Self, by_day: &[u32], falls| {
            by_day.partition_point(|other| {
                let of_other = if *other == number {
                    falls
                } else {
                    this.row(*other).falls()
                };
                (of_other, *other) < (falls, number)
            })
        };
        let from = place(self, &by_day, before.falls());
        if by_day.get(from) == Some(&number) {
            by_day.remove(from);
            let to = place(self, &by_day, after.falls());
            by_day.insert(to, number);
            self.by_day = by_day.into();
        }
        true
    }

    /// Puts `rows` in the place of all that is owed for `requirement`; `false`: they are too many.
    pub fn put_all(&mut self, requirement: &RequirementId, mut rows: Vec<Owed>) -> bool {
        rows.sort_by_cached_key(|row| row.id.to_string());
        let packed: Option<Vec<Packed>> = rows.iter().map(|row| self.pack(row)).collect();
        let range = self.of(requirement);
        let Some(packed) = packed else { return false };
        self.rows.splice(range, packed);
        self.by_day = OnceLock::new();
        u32::try_from(self.rows.len()).is_ok()
    }

    /// Ids that begin with a requirement's stand together.
    fn of(&self, requirement: &RequirementId) -> Range<usize> {
        let start = format!("{requirement}.");
        let from = self.rows.partition_point(|row| self.id(row) < start);
        let others = self.rows[from..].partition_point(|row| self.id(row).starts_with(&start));
        from..from + others
    }
}
