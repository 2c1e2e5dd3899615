//! What may be done about an obligation, and by whom.

use super::{Obligation, ObligationId, State};
use crate::domain::{
    id::PlanId,
    plan::Rules,
    policy::{Action, Actor},
    time::Day,
    vocabulary::vocabulary,
};

vocabulary! {
    /// 对应办事项的操作：`report` 即 `POST /progress-reports`，`request_extension` 即 `POST /extensions`
    /// (what may be done about an obligation)
    pub enum ObligationAction {
        /// 免办
        Exempt = "exempt": "免办", "exempt";
        /// 取消免办
        Restore = "restore": "取消免办", "restore";
        /// 填报进展: begin a report
        Report = "report": "填报进展", "report";
        /// 申请延期: ask for an extension
        RequestExtension = "request_extension": "申请延期", "request extension";
    }
}

/// Why something cannot be done about an obligation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It is not for this caller.
    NotYours,
    /// This plan, its own, is closed.
    PlanClosed(PlanId),
    /// It is exempted already.
    Exempted,
    /// It is not exempted.
    NotExempted,
    /// It takes no report in this state.
    TakesNoReport(ObligationId, State),
    /// A report on it is not finished.
    HasReport,
    /// It is done, or the due day has passed, or there is none.
    TooLate,
    /// An extension of it is not decided.
    HasExtension,
}

impl ObligationAction {
    /// What the caller must be allowed to do for it.
    pub fn demands(self) -> Action {
        match self {
            Self::Exempt | Self::Restore => Action::ManageLedger,
            Self::Report => Action::WriteReports,
            Self::RequestExtension => Action::AskExtension,
        }
    }
}

impl Obligation {
    /// `Ok` when `actor` may do this on `today`.
    pub fn permit(&self, action: ObligationAction, actor: &Actor, today: Day, rules: Rules) -> Result<(), Refusal> {
        if !actor.may_on(action.demands(), &self.id.unit) {
            return Err(Refusal::NotYours);
        }
        if !rules.open {
            return Err(Refusal::PlanClosed(self.id.deadline.requirement.plan().clone()));
        }
        match action {
            ObligationAction::Exempt if self.exemption.is_some() => Err(Refusal::Exempted),
            ObligationAction::Restore if self.exemption.is_none() => Err(Refusal::NotExempted),
            ObligationAction::Report if !self.takes_reports(today) => {
                Err(Refusal::TakesNoReport(self.id.clone(), self.state_on(today)))
            }
            ObligationAction::Report if self.unfinished.report => Err(Refusal::HasReport),
            ObligationAction::RequestExtension if !self.is_extensible(today) => Err(Refusal::TooLate),
            ObligationAction::RequestExtension if self.unfinished.extension => Err(Refusal::HasExtension),
            _ => Ok(()),
        }
    }

    /// What `actor` may do on `today`.
    pub fn actions_for(&self, actor: &Actor, today: Day, rules: Rules) -> Vec<ObligationAction> {
        let all = ObligationAction::ALL.iter().copied();
        all.filter(|action| self.permit(*action, actor, today, rules).is_ok())
            .collect()
    }

    /// What `actor` may do as of a day: on an earlier day than `today` nothing, as the past is not there to act on.
    pub fn actions_as_of(&self, as_of: Day, actor: &Actor, today: Day, rules: Rules) -> Vec<ObligationAction> {
        if as_of < today {
            Vec::new()
        } else {
            self.actions_for(actor, today, rules)
        }
    }

    /// Whether its unit can report on it.
    pub fn takes_reports(&self, today: Day) -> bool {
        matches!(self.state_on(today), State::Open | State::Submitted | State::Returned)
    }

    /// Whether its due day can still be asked to move: that day has not passed, and there is something to do.
    pub fn is_extensible(&self, today: Day) -> bool {
        let done = self.exemption.is_some() || self.report.fulfilled_on.is_some();
        !done && self.due_on.is_some_and(|due| due >= today)
    }
}

#[cfg(test)]
mod tests;
