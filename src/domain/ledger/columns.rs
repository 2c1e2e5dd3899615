//! The rows of one plan, packed.

mod update;

use std::{
    ops::Range,
    sync::{Arc, OnceLock},
};

use super::{
    by_unit::ByUnit,
    chunked::Chunked,
    details::{DetailRef, Details},
    history::{History, PackedReport, Records, Version, micros},
    packed::{Owed, Packed, RowNumbers, Words},
    reports::{Reported, Reports},
};
use crate::domain::{
    id::{DeadlineId, RequirementId, UnitCode},
    obligation::ObligationId,
    plan::Basis,
    schedule::UNDECIDED,
};

/// How far back a ledger reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timeframe {
    /// It has its rows as they are.
    Now,
    /// It knows how they were, and what is public of them.
    Past,
}

/// What a set of rows is good for.
#[derive(Debug, Clone)]
enum Kind {
    /// It is asked as it is, and knows what rows show beside how they stand.
    Now(Box<Details>),
    /// It knows how its rows stood before.
    Past(Box<History>),
    /// It is that of a day, put together for one question.
    OfADay,
}

/// What the units owe in one plan. A copy shares all that is not changed in it: it is made in microseconds.
#[derive(Debug, Clone)]
pub struct Columns {
    /// By id, as texts are ordered.
    pub(super) rows: Chunked<Packed>,
    /// The rows by due day and id, once they have been asked for in this order.
    by_day: OnceLock<Arc<Vec<u32>>>,
    /// The rows of each unit by due day and id, once they have been asked for.
    by_unit: OnceLock<Arc<ByUnit>>,
    pub(super) units: Arc<Words<UnitCode>>,
    pub(super) deadlines: Arc<Words<DeadlineId>>,
    pub(super) periods: Arc<Words<String>>,
    kind: Kind,
}

impl Columns {
    /// The columns of `rows` with the reports on them and on what is not owed any more; `None` where they are too many.
    pub fn new(mut rows: Vec<Owed>, reports: &[Reported]) -> Option<Self> {
        rows.sort_by_cached_key(|row| row.id.to_string());
        let mut columns = Self {
            rows: Chunked::default(),
            by_day: OnceLock::new(),
            by_unit: OnceLock::new(),
            units: Arc::new(Words::new()),
            deadlines: Arc::new(Words::new()),
            periods: Arc::new(Words::new()),
            kind: Kind::OfADay,
        };
        columns.rows = rows.iter().map(|row| columns.pack(row)).collect::<Option<_>>()?;
        u32::try_from(columns.rows.len()).ok()?;
        let reports = reports.iter().map(|(on, brief)| Some((columns.number(on)?, *brief)));
        let reports = reports.collect::<Option<_>>()?;
        let details = columns.rows.iter().zip(&rows);
        let details = details.map(|(packed, row)| (packed.key(), &row.detail));
        columns.kind = Kind::Now(Box::new(Details::new(details, Reports::new(reports))?));
        Some(columns)
    }

    /// These columns with the past of all rows instead of their details; `None` where that is too much.
    pub fn with_history(mut self, records: &Records) -> Option<Self> {
        let mut history = History::default();
        self.tell(&mut history, records)?;
        self.kind = Kind::Past(Box::new(history));
        Some(self)
    }

    /// How far back it reaches.
    pub fn timeframe(&self) -> Timeframe {
        match self.kind {
            Kind::Past(_) => Timeframe::Past,
            Kind::Now(_) | Kind::OfADay => Timeframe::Now,
        }
    }

    /// What the row with a number shows beside how it stands, if that is known.
    pub(super) fn shown(&self, number: u32) -> Option<DetailRef<'_>> {
        match &self.kind {
            Kind::Now(details) => details.at(number as usize, self.row(number).key()),
            Kind::Past(_) | Kind::OfADay => None,
        }
    }

    /// All reports, if they are known.
    pub(super) fn reports(&self) -> Option<&Reports> {
        match &self.kind {
            Kind::Now(details) => Some(&details.reports),
            Kind::Past(_) | Kind::OfADay => None,
        }
    }

    /// The rows of a unit, by due day and id; `None`: to find them takes as long as to look at all.
    pub(super) fn of_unit(&self, unit: &UnitCode) -> Option<&[u32]> {
        if matches!(self.kind, Kind::OfADay) {
            return None;
        }
        let units = &self.units;
        let Some(number) = units.find(unit).and_then(|number| u16::try_from(number).ok()) else {
            return Some(&[]);
        };
        let all = || Arc::new(ByUnit::new(&self.rows, units.list.len()));
        Some(self.by_unit.get_or_init(all).of(number))
    }

    fn tell(&mut self, history: &mut History, records: &Records) -> Option<()> {
        for earlier in &records.earlier {
            let version = Version {
                until: micros(earlier.until),
                row: self.pack(&earlier.row)?,
                is_withdrawn: earlier.is_withdrawn,
            };
            history.add_version(version);
        }
        for public in &records.public {
            let report = PackedReport {
                cleared_at: public.cleared_at.map(micros),
                reported_on: public.reported_on,
                reported_due_on: public.reported_due_on,
                claims_completion: public.claims_completion,
            };
            history.add_report(self.number(&public.of)?, report);
        }
        Some(())
    }

    /// The rows by `basis`; `None`: it is not known how they were.
    pub fn told(&self, basis: Basis) -> Option<Self> {
        let Kind::Past(history) = &self.kind else {
            return None;
        };
        let (mut rows, in_order) = history.rows(&self.rows, basis);
        if !in_order {
            rows.sort_by_cached_key(|row| self.id(row));
        }
        Some(Self {
            rows: rows.into_iter().collect(),
            by_day: OnceLock::new(),
            by_unit: OnceLock::new(),
            units: self.units.clone(),
            deadlines: self.deadlines.clone(),
            periods: self.periods.clone(),
            kind: Kind::OfADay,
        })
    }

    /// The rows by due day and id.
    pub(super) fn by_day(&self) -> &[u32] {
        self.by_day.get_or_init(|| {
            let mut by_day: Vec<u32> = (0..).take(self.rows.len()).collect();
            by_day.sort_by_key(|number| (self.row(*number).falls(), *number));
            Arc::new(by_day)
        })
    }

    /// How many chunks, and reports of units, it does not share with `other`.
    #[cfg(test)]
    pub(super) fn copied(&self, other: &Self) -> usize {
        let rows = self.rows.chunks_beside(&other.rows);
        match (&self.kind, &other.kind) {
            (Kind::Now(details), Kind::Now(others)) => rows + details.copied(others),
            _ => rows,
        }
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
        let beside = match &self.kind {
            Kind::Now(details) => details.weight(),
            Kind::Past(history) => history.weight(),
            Kind::OfADay => 0,
        };
        let rows = self.rows.len();
        rows * (size_of::<Packed>() + size_of::<u32>()) + ByUnit::weight(rows) + words * 128 + beside
    }

    fn pack(&mut self, row: &Owed) -> Option<Packed> {
        debug_assert_eq!(
            row.facts.is_undecided,
            row.id.period == UNDECIDED,
            "that is what the period says"
        );
        Some(Packed::new(self.number(&row.id)?, row))
    }

    fn number(&mut self, id: &ObligationId) -> Option<RowNumbers> {
        if let Some(key) = self.key(id) {
            return Some(key);
        }
        Some((
            Arc::make_mut(&mut self.deadlines).number(&id.deadline)?,
            Arc::make_mut(&mut self.units).number(&id.unit)?,
            Arc::make_mut(&mut self.periods).number(&id.period)?,
        ))
    }

    /// The numbers of what an obligation's id is made of, if all of them are known.
    pub(super) fn key(&self, id: &ObligationId) -> Option<RowNumbers> {
        Some((
            u32::try_from(self.deadlines.find(&id.deadline)?).ok()?,
            u16::try_from(self.units.find(&id.unit)?).ok()?,
            u16::try_from(self.periods.find(&id.period)?).ok()?,
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

    /// The id of a row, in its parts.
    pub(super) fn obligation(&self, row: &Packed) -> ObligationId {
        ObligationId {
            deadline: self.deadlines.list[row.deadline as usize].clone(),
            unit: self.units.list[usize::from(row.unit)].clone(),
            period: self.periods.list[usize::from(row.period)].clone(),
        }
    }

    fn place_of(&self, id: &ObligationId) -> Option<usize> {
        let id = id.to_string();
        self.place_behind(&id).ok()
    }

    /// Where the row with this id is, or else would be.
    pub(super) fn place_behind(&self, id: &str) -> Result<usize, usize> {
        let at = self.rows.partition_point(0, |row| *self.id(row) < *id);
        match self.rows.get(at) {
            Some(row) if self.id(row) == id => Ok(at),
            _ => Err(at),
        }
    }

    /// Whether any unit owes this.
    pub fn has(&self, id: &ObligationId) -> bool {
        self.place_of(id).is_some()
    }

    /// Ids that begin with a requirement's stand together.
    pub(super) fn of(&self, requirement: &RequirementId) -> Range<usize> {
        let start = format!("{requirement}.");
        let from = self.rows.partition_point(0, |row| self.id(row) < start);
        from..self.rows.partition_point(from, |row| self.id(row).starts_with(&start))
    }
}
