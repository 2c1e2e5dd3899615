//! Rows that are read again, put in the place of what was known of them. It is done to a copy, which shares the rest with what
//! others read.

use std::sync::{Arc, OnceLock};

use super::{Columns, Kind};
use crate::domain::{
    id::RequirementId,
    ledger::{
        history::{Records, Retold},
        packed::{Owed, Packed, RowNumbers},
        reports::Reported,
    },
};

impl Columns {
    /// Puts `row` in the place of the one with its id; `false`: there is none.
    pub fn put(&mut self, row: &Owed) -> bool {
        let Some(at) = self.place_of(&row.id) else {
            return false;
        };
        self.put_at(at, row).is_some()
    }

    fn put_at(&mut self, at: usize, row: &Owed) -> Option<()> {
        let (after, number) = (self.pack(row)?, u32::try_from(at).ok()?);
        let before = self.rows.replace(at, after)?;
        if let Kind::Now(details) = &mut self.kind {
            details.put(at, after.key(), &row.detail)?;
        }
        if before.due_on == after.due_on {
            return Some(());
        }
        if let Some(by_unit) = self.by_unit.get_mut() {
            Arc::make_mut(by_unit).sort(after.unit, &self.rows);
        }
        let Some(mut sorted) = self.by_day.take() else {
            return Some(());
        };
        let by_day = Arc::make_mut(&mut sorted);
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
        let from = place(self, by_day, before.falls());
        if by_day.get(from) == Some(&number) {
            by_day.remove(from);
            let to = place(self, by_day, after.falls());
            by_day.insert(to, number);
            self.by_day = sorted.into();
        }
        Some(())
    }

    /// Puts `rows` in the place of all that is owed for `requirement`; `false`: they are too many.
    pub fn put_all(&mut self, requirement: &RequirementId, mut rows: Vec<Owed>) -> bool {
        rows.sort_by_cached_key(|row| row.id.to_string());
        let packed: Option<Vec<Packed>> = rows.iter().map(|row| self.pack(row)).collect();
        let range = self.of(requirement);
        let Some(packed) = packed else { return false };
        let there = range.clone().map(|at| self.rows[at].key());
        if there.eq(packed.iter().map(Packed::key)) {
            // Nobody owes anything else than before: mostly so.
            return range.zip(&rows).all(|(at, row)| self.put_at(at, row).is_some());
        }
        if let Kind::Now(details) = &mut self.kind {
            let gone: Vec<RowNumbers> = range.clone().map(|at| self.rows[at].key()).collect();
            let shown = packed
                .iter()
                .zip(&rows)
                .map(|(packed, row)| (packed.key(), &row.detail));
            if details.put_all(range.clone(), &gone, shown).is_none() {
                return false;
            }
        }
        self.rows = self.rows.spliced(range, packed);
        (self.by_day, self.by_unit) = (OnceLock::new(), OnceLock::new());
        u32::try_from(self.rows.len()).is_ok()
    }

    /// Puts `reports` in the place of those that were known on some obligations, owed or not; `false`: it is too much.
    pub fn report(&mut self, on: &Retold<'_>, reports: &[Reported]) -> bool {
        let told = reports.iter().map(|(on, brief)| Some((self.number(on)?, *brief)));
        let Some(told) = told.collect::<Option<Vec<_>>>() else {
            return false;
        };
        let (mut gone, mut settled): (Vec<RowNumbers>, Vec<u32>) = Default::default();
        match on {
            Retold::These(ids) => gone = ids.iter().filter_map(|id| self.key(id)).collect(),
            Retold::Of(requirement) => {
                let deadlines = (0..).zip(&self.deadlines.list);
                let of = deadlines.filter(|(_, deadline)| deadline.requirement == **requirement);
                settled = of.map(|(number, _)| number).collect();
            }
        }
        let Kind::Now(details) = &mut self.kind else {
            return false;
        };
        for key in gone {
            details.reports.forget(key);
        }
        for deadline in settled {
            details.reports.forget_deadline(deadline);
        }
        for (key, brief) in told {
            details.reports.add(key, brief);
        }
        true
    }

    /// Puts `records` in the place of what was known of the past of some rows; `false`: it is too much.
    pub fn retell(&mut self, of: &Retold<'_>, records: &Records) -> bool {
        let Kind::Past(mut history) = std::mem::replace(&mut self.kind, Kind::OfADay) else {
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
                history.forget_deadlines(|number| self.deadlines.list[number as usize].requirement == **requirement);
            }
        }
        let done = self.tell(&mut history, records).is_some();
        self.kind = Kind::Past(history);
        done
    }
}
