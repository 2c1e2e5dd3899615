//! Whether a notice that is not issued still holds, and which units act for the addressees of one that is.

use std::collections::BTreeSet;

use super::{Addressee, Notice, NoticeAction, Refusal, Setting};
use crate::domain::{id::NoticeId, obligation::ObligationId, policy::Actor, time::Day, unit::UnitDirectory};

/// What a notice that is not issued has to hold against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    /// The obligations in the ledger, among those it names.
    pub known: BTreeSet<ObligationId>,
    /// The notice that it follows.
    pub earlier: Option<Box<Notice>>,
    /// Obligations whose unit has another notice of its kind to answer, and that notice.
    pub pending: Vec<(ObligationId, NoticeId)>,
}

impl Notice {
    /// `Ok` when it could be issued today as it is.
    pub(super) fn still_holds(&self, today: Day, units: &UnitDirectory) -> Result<(), Refusal> {
        let Some(ground) = &self.ground else { return Ok(()) };
        self.clone().renewed(&Setting {
            units,
            known: ground.known.clone(),
            earlier: ground.earlier.as_deref(),
            today,
        })?;
        ground
            .pending
            .first()
            .map_or(Ok(()), |(id, notice)| Err(Refusal::Pending(id.clone(), *notice)))
    }

    /// The addressee for which `actor` may do this on `today`: its own unit, or one that it has taken over
    /// from.
    pub fn part(&self, action: NoticeAction, actor: &Actor, today: Day) -> Result<&Addressee, Refusal> {
        let units = actor.units().filter(|unit| actor.may_on(action.demands(), unit));
        let sent = units.filter(|_| self.status.is_sent());
        let parts: Vec<&Addressee> = sent.filter_map(|unit| self.addressee(unit)).collect();
        let first = parts.first().ok_or(Refusal::NotAddressed)?;
        let wanted = parts.iter().find(|one| self.unit_actions(one, today).contains(&action));
        let allowed = || self.unit_actions(first, today);
        wanted.copied().ok_or_else(|| Refusal::State(self.status, allowed()))
    }
}
