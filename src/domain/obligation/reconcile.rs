//! Comparing the ledger with what is wanted.

use std::collections::{BTreeMap, BTreeSet};

use super::{Corrected, DesiredRow, Hindsight, Obligation, ObligationId, ReportFacts, Unfinished};
use crate::domain::{
    id::UnitCode,
    schedule::{UNDECIDED, WAITING},
    time::Day,
};

/// What has to change in the ledger so that it says what is wanted.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct LedgerDiff {
    /// Not there yet.
    pub create: Vec<Obligation>,
    /// There with other days.
    pub reschedule: Vec<Obligation>,
    /// No longer owed, and still open.
    pub withdraw: Vec<ObligationId>,
    /// How many are not done, asked for otherwise or not at all, and stay as they are.
    pub kept: usize,
}

impl Obligation {
    /// Whether somebody has begun to deal with it, so that it is not taken away.
    fn is_begun(&self) -> bool {
        let Unfinished {
            report,
            extension,
            any_report,
            ..
        } = self.unfinished;
        self.report != ReportFacts::default() || report || extension || any_report
    }

    /// Whether nobody has had anything to do with it.
    fn is_untouched(&self) -> bool {
        let granted = self.exemption.is_some() || self.due_on != self.original_due_on;
        !granted && !self.is_begun() && !self.unfinished.notice
    }

    /// Whether nothing is left to do.
    pub(super) fn is_done(&self) -> bool {
        self.exemption.is_some() || self.report.fulfilled_on.is_some()
    }

    /// Whether its days may still change.
    fn is_open(&self, today: Day) -> bool {
        !self.is_done() && self.due_on.is_none_or(|due| due >= today)
    }

    /// Whether it stays under its id when its unit is dissolved: those who take over owe it as it is.
    fn outlasts_unit(&self, today: Day) -> bool {
        !self.is_open(today) || !self.is_untouched()
    }
}

/// Compares the ledger with what is wanted. What is past, exempted, or begun is history and stays
/// as it is; only the due day of what is not done yet still moves. Nobody owes twice what a dissolved unit
/// had begun: that row stands for the one wanted of those who took over. What `hindsight` says was never owed goes,
/// unless somebody has begun it: that is not what was owed once.
pub fn reconcile(
    existing: Vec<Obligation>,
    wanted: Vec<DesiredRow>,
    today: Day,
    hindsight: Hindsight<'_>,
) -> LedgerDiff {
    let mut existing: BTreeMap<ObligationId, Obligation> =
        existing.into_iter().map(|row| (row.id.clone(), row)).collect();
    let mut changes = LedgerDiff::default();
    let mut kept = BTreeMap::new();
    let Hindsight { from, mistaken, .. } = hindsight;
    let mut never_its = BTreeSet::new();
    for wanted in wanted {
        let DesiredRow {
            row,
            heir_of,
            parts,
            is_before_its_time,
        } = wanted;
        let of = |unit: &UnitCode| ObligationId {
            unit: unit.clone(),
            ..row.id.clone()
        };
        let stays = |id: &ObligationId| existing.get(id).is_some_and(|old| old.outlasts_unit(today));
        let left: Vec<ObligationId> = heir_of.iter().map(of).filter(stays).collect();
        let is_of = |corrected: &Corrected| {
            corrected.deadlines.contains(&row.id.deadline) || !corrected.parts.is_disjoint(&parts)
        };
        if is_before_its_time && hindsight.corrected.is_some_and(is_of) {
            never_its.insert(row.id);
            continue;
        }
        let held = existing.remove(&row.id);
        if held.is_none() && left.is_empty() && !heir_of.iter().any(|unit| kept.contains_key(&of(unit))) {
            changes.create.extend((!is_before_its_time).then_some(row));
            continue;
        }
        for id in left {
            kept.extend(existing.remove(&id).map(|old| (id, (old, row.clone()))));
        }
        kept.extend(held.map(|old| (row.id.clone(), (old, row))));
    }
    for (id, (old, row)) in kept {
        if (old.opens_on, old.original_due_on) == (row.opens_on, row.due_on) {
            continue;
        }
        if old.is_open(today) || hindsight.reaches(&old) {
            // An extension that reaches further than the new day stays granted.
            let extended = old
                .due_on
                .filter(|due| old.due_on != old.original_due_on && Some(*due) > row.due_on);
            changes.reschedule.push(Obligation {
                id,
                due_on: extended.or(row.due_on),
                report: old.report,
                version: old.version + 1,
                ..row
            });
        } else if !old.is_done() && old.original_due_on != row.due_on {
            changes.kept += 1;
        }
    }
    // An event that has happened ends the waiting, and a rule what was undecided, whatever the day.
    let ends = |row: &Obligation| {
        let early = from.is_some_and(|from| row.due_on.is_some_and(|due| due < from));
        let nobodys = early || mistaken == Some(&row.id.unit) || never_its.contains(&row.id);
        ((row.is_open(today) || hindsight.reaches(row)) && !row.is_begun())
            || (nobodys && row.is_untouched())
            || [WAITING, UNDECIDED].contains(&row.id.period.as_str())
    };
    let (gone, left): (Vec<_>, Vec<_>) = existing.into_values().partition(ends);
    changes.withdraw = gone.into_iter().map(|row| row.id).collect();
    changes.kept += left.iter().filter(|row| !row.is_done()).count();
    changes
}
