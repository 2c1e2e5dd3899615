//! Who sees which notices, and what of each.

use super::{Addressee, Notice};
use crate::domain::{
    id::UnitCode,
    obligation::ObligationId,
    person::Person,
    policy::{Action, Actor},
    scope::{Owners, Scope, Scoped},
};

/// Seen by the issuing offices; by a unit what was sent to it, and of that its own part.
impl Scoped for Notice {
    type Visibility = Owners;

    fn visibility(actor: &Actor) -> Owners {
        Owners::within_reach(actor, Action::ReadNotices)
    }

    fn everything() -> Owners {
        Owners::Everybodys
    }
}

impl Scope<Notice> {
    /// What is seen of the units that `notice` addresses.
    pub fn addressees<'n>(&self, notice: &'n Notice) -> impl Iterator<Item = &'n Addressee> {
        notice.units.iter().filter(|one| self.visibility().has(&one.unit))
    }

    /// What is seen of whom `notice` was addressed to by name: collectives, before they became units.
    pub fn addressed<'n>(&self, notice: &'n Notice) -> &'n [UnitCode] {
        self.of_offices(&notice.addressed)
    }

    /// What is seen of who prepared `notice`.
    pub fn prepared_by<'n>(&self, notice: &'n Notice) -> &'n [Person] {
        self.of_offices(&notice.prepared_by)
    }

    /// What only those see who see all of a notice.
    fn of_offices<'n, T>(&self, all: &'n [T]) -> &'n [T] {
        if self.visibility().is_everybodys() { all } else { &[] }
    }

    /// The version of what is seen: units that answer do not stand in one another's way.
    pub fn version(&self, notice: &Notice) -> i64 {
        if self.visibility().is_everybodys() {
            return notice.version;
        }
        // Each part grows by itself, and so does their sum.
        self.addressees(notice).map(|one| one.version).sum()
    }
}

impl Notice {
    /// Those of its obligations that are `unit`'s.
    pub fn obligations_of(&self, unit: &UnitCode) -> impl Iterator<Item = &ObligationId> {
        self.obligations.iter().filter(move |id| &id.unit == unit)
    }
}
