//! How the rows of a plan stood before, and what of their reports is public: what is asked for a day in the past, or
//! by who does not read the whole ledger.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{
    chunked::Chunked,
    packed::{Owed, Packed, RowNumbers},
};
use crate::domain::{
    id::RequirementId,
    obligation::{ObligationId, ReportPhase},
    plan::{Basis, CountedReports},
    time::{Day, Instant},
};

/// A row as it stood until it changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// When it changed.
    pub until: Instant,
    /// What it said.
    pub row: Owed,
    /// Whether it was withdrawn.
    pub is_withdrawn: bool,
}

/// A report that is public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicReport {
    /// What it is about.
    pub of: ObligationId,
    /// When it was cleared.
    pub cleared_at: Option<Instant>,
    /// The day on which it was handed in, if its obligation is reported on by what it says.
    pub reported_on: Option<Day>,
    /// The due day that it met or missed, where it is the first on its obligation.
    pub reported_due_on: Option<Day>,
    /// Whether it claims completion.
    pub claims_completion: bool,
}

/// The past of the rows of one plan, by the number of their unit. Copies share that of units which is not changed in them.
#[derive(Debug, Clone, Default)]
pub(super) struct History(Vec<Arc<UnitHistory>>);

/// The numbers of the deadline and the period of a row of a unit.
type ObligationNumbers = (u32, u16);

/// The past of the rows of a unit.
#[derive(Debug, Clone, Default)]
struct UnitHistory {
    before: HashMap<ObligationNumbers, Vec<Version>>,
    public: HashMap<ObligationNumbers, Vec<PackedReport>>,
}

/// A row until an instant, packed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Version {
    pub until: i64,
    pub row: Packed,
    pub is_withdrawn: bool,
}

/// A public report, packed.
#[derive(Debug, Clone, Copy)]
pub(super) struct PackedReport {
    pub cleared_at: Option<i64>,
    pub reported_on: Option<Day>,
    pub reported_due_on: Option<Day>,
    pub claims_completion: bool,
}

/// Microseconds, which is what databases keep.
pub(super) fn micros(instant: Instant) -> i64 {
    instant.timestamp_micros()
}

impl UnitHistory {
    fn weight(&self) -> usize {
        let versions: usize = self.before.values().map(Vec::len).sum();
        let reports: usize = self.public.values().map(Vec::len).sum();
        versions * size_of::<Version>()
            + reports * size_of::<PackedReport>()
            + (self.before.len() + self.public.len()) * (size_of::<(ObligationNumbers, Vec<Version>)>() + 16)
            + size_of::<Self>()
    }
}

/// What a row with these versions said before an instant, if it has changed since.
fn was(versions: &[Version], instant: i64) -> Option<&Version> {
    versions.get(versions.partition_point(|version| version.until < instant))
}

impl History {
    /// Bytes it takes in memory, about.
    pub(super) fn weight(&self) -> usize {
        self.0.iter().map(|of| of.weight()).sum()
    }

    fn of(&self, unit: u16) -> Option<&UnitHistory> {
        self.0.get(usize::from(unit)).map(|of| &**of)
    }

    fn of_mut(&mut self, unit: u16) -> &mut UnitHistory {
        let unit = usize::from(unit);
        if self.0.len() <= unit {
            self.0.resize_with(unit + 1, Arc::default);
        }
        Arc::make_mut(&mut self.0[unit])
    }

    /// Adds a version, after those of its row that ended before.
    pub(super) fn add_version(&mut self, version: Version) {
        let (deadline, unit, period) = version.row.key();
        let versions = self.of_mut(unit).before.entry((deadline, period)).or_default();
        versions.insert(versions.partition_point(|other| other.until <= version.until), version);
    }

    /// Adds a report.
    pub(super) fn add_report(&mut self, (deadline, unit, period): RowNumbers, report: PackedReport) {
        self.of_mut(unit)
            .public
            .entry((deadline, period))
            .or_default()
            .push(report);
    }

    /// Forgets what was told of a row.
    pub(super) fn forget(&mut self, (deadline, unit, period): RowNumbers) {
        let (of, on) = (self.of_mut(unit), (deadline, period));
        of.before.remove(&on);
        of.public.remove(&on);
    }

    /// Forgets what was told of rows by these deadlines.
    pub(super) fn forget_deadlines(&mut self, these: impl Fn(u32) -> bool) {
        for of in &mut self.0 {
            let mut on = of.before.keys().chain(of.public.keys());
            if on.any(|(deadline, _)| these(*deadline)) {
                let of = Arc::make_mut(of);
                of.before.retain(|(deadline, _), _| !these(*deadline));
                of.public.retain(|(deadline, _), _| !these(*deadline));
            }
        }
    }

    /// What `now`, the rows as they are, were by `basis`; and whether they are in the same order.
    pub(super) fn rows(&self, now: &Chunked<Packed>, basis: Basis) -> (Vec<Packed>, bool) {
        let (mut rows, in_order) = match basis.known_before() {
            None => (now.iter().copied().collect(), true),
            Some(instant) => self.known_before(now, micros(instant)),
        };
        if let CountedReports::Cleared(before) = basis.reports {
            let before = before.map(micros);
            for row in &mut rows {
                self.tell_what_is_public(row, before);
            }
        }
        (rows, in_order)
    }

    fn known_before(&self, now: &Chunked<Packed>, instant: i64) -> (Vec<Packed>, bool) {
        let mut rows = Vec::with_capacity(now.len());
        let mut met = 0;
        for row in now.iter() {
            let (deadline, unit, period) = row.key();
            let versions = self.of(unit).and_then(|of| of.before.get(&(deadline, period)));
            met += usize::from(versions.is_some());
            match versions.and_then(|versions| was(versions, instant)) {
                None => rows.push(*row),
                Some(version) if !version.is_withdrawn => rows.push(version.row),
                Some(_) => {}
            }
        }
        if met == self.0.iter().map(|of| of.before.len()).sum::<usize>() {
            return (rows, true);
        }
        // Some of them have been withdrawn since.
        let there: HashSet<RowNumbers> = now.iter().map(Packed::key).collect();
        for (unit, of) in (0..).zip(&self.0) {
            let gone = of
                .before
                .iter()
                .filter(|((deadline, period), _)| !there.contains(&(*deadline, unit, *period)));
            let owed = gone.filter_map(|(_, versions)| was(versions, instant).filter(|version| !version.is_withdrawn));
            rows.extend(owed.map(|version| version.row));
        }
        (rows, false)
    }

    /// Leaves of what a unit has reported what was cleared before an instant.
    fn tell_what_is_public(&self, row: &mut Packed, before: Option<i64>) {
        let (deadline, unit, period) = row.key();
        let public = self.of(unit).and_then(|of| of.public.get(&(deadline, period)));
        let reports = public.into_iter().flatten();
        let cleared = |report: &&PackedReport| {
            before.is_none_or(|before| report.cleared_at.is_some_and(|cleared_at| cleared_at < before))
        };
        row.phase = None::<ReportPhase>;
        (row.reported_on, row.reported_due_on, row.fulfilled_on) = (None, None, None);
        let first = |so_far: Option<Day>, day: Option<Day>| so_far.into_iter().chain(day).min();
        for report in reports.filter(cleared) {
            row.reported_on = first(row.reported_on, report.reported_on);
            row.reported_due_on = first(row.reported_due_on, report.reported_due_on);
            if report.claims_completion {
                row.fulfilled_on = first(row.fulfilled_on, report.reported_on);
            }
        }
    }
}

/// What is read of the past of some rows.
#[derive(Debug, Default)]
pub struct Records {
    /// The versions, those of a row in the order in which they ended.
    pub earlier: Vec<Earlier>,
    /// The public reports.
    pub public: Vec<PublicReport>,
}

/// Rows whose past is told anew.
#[derive(Debug)]
pub enum Retold<'a> {
    /// The rows of these obligations.
    These(&'a [&'a ObligationId]),
    /// Those of a requirement.
    Of(&'a RequirementId),
}
