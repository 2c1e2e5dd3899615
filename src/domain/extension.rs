//! 延期: a request to move an obligation's due day, and its life:
//! requested → (signed) → granted | refused, or withdrawn by the unit.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    fault::{Checker, Fault, FieldError},
    id::{PlanId, UnitCode},
    obligation::{Obligation, ObligationId},
    plan::Rules,
    policy::{Action, Actor, Reach, Role, reach},
    scope::{Owners, Scoped},
    step::Step,
    time::{Day, latest_from},
    vocabulary::vocabulary,
};
use crate::say;

super::id::unique! {
    /// An extension's id.
    ExtensionId
}

super::event::events! {
    EXTENSION_REQUESTED = "extension.requested",
    EXTENSION_SIGNED = "extension.signed",
    EXTENSION_WITHDRAWN = "extension.withdrawn",
    EXTENSION_GRANTED = "extension.granted",
    EXTENSION_REFUSED = "extension.refused",
}

vocabulary! {
    /// Where a request is in its life.
    pub enum ExtensionStatus {
        /// 已申请
        Requested = "requested": "已申请", "requested";
        /// 单位已审签
        Signed = "signed": "单位已审签", "signed";
        /// 已批准
        Granted = "granted": "已批准", "granted";
        /// 不批准
        Refused = "refused": "不批准", "refused";
        /// 已撤回
        Withdrawn = "withdrawn": "已撤回", "withdrawn";
    }
}

vocabulary! {
    /// 对延期申请的操作 (what may be done to a request)
    pub enum ExtensionAction {
        /// 审签 (by the unit's approver)
        Sign = "sign": "审签", "sign";
        /// 撤回 (by the unit)
        Withdraw = "withdraw": "撤回", "withdraw";
        /// 批准 (by a coordinator)
        Grant = "grant": "批准", "grant";
        /// 不批准 (by a coordinator)
        Refuse = "refuse": "不批准", "refuse";
    }
}

impl ExtensionAction {
    /// What the caller must be allowed to do for it.
    pub fn demands(self) -> Action {
        match self {
            Self::Withdraw => Action::AskExtension,
            Self::Sign => Action::SignExtension,
            Self::Grant | Self::Refuse => Action::DecideExtension,
        }
    }
}

impl ExtensionAction {
    /// Whether it outlasts the plan, and the obligation: what waits for a decision can always be ended.
    pub fn outlasts_plan(self) -> bool {
        matches!(self, Self::Withdraw | Self::Refuse)
    }
}

/// A request to move an obligation's due day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// UUIDv7.
    pub id: ExtensionId,
    /// The obligation.
    #[serde(
        serialize_with = "super::obligation::as_text",
        deserialize_with = "super::obligation::from_text"
    )]
    pub obligation: ObligationId,
    /// Where it is in its life.
    pub status: ExtensionStatus,
    /// The due day when it was asked.
    pub due_on: Day,
    /// The day asked for.
    pub requested_due_on: Day,
    /// The day granted, perhaps another.
    pub granted_due_on: Option<Day>,
    /// The reason that the unit gives for its request.
    pub reason: String,
    /// 进展: what has been done so far.
    pub progress: String,
    /// Who asked.
    pub requested: Step,
    /// Whether it has left its unit: at once, or when it was signed where the plan asked for that. Entries of the log from
    /// earlier releases do not say; they were shown.
    #[serde(default = "was_handed_in")]
    pub handed_in: bool,
    /// Who signed for the unit.
    pub signed: Option<Step>,
    /// Who decided.
    pub decided: Option<Step>,
    /// What was said with the decision.
    pub decision: Option<String>,
    /// Its obligation is done, exempted or no longer owed: there is nothing left to extend.
    #[serde(skip)]
    pub moot: bool,
    /// Grows with each change.
    pub version: i64,
}

fn was_handed_in() -> bool {
    true
}

/// A request as a unit writes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewExtension {
    /// 应办事项编号 (obligation)
    #[schema(value_type = String, example = "dg-2017.2.1.d1.zdb.2017")]
    pub obligation_id: String,
    /// 申请延至 (the day asked for)
    #[schema(example = "2018-01-31")]
    pub requested_due_on: Day,
    /// 理由 (why)
    #[schema(example = "项目征地未完成")]
    pub reason: String,
    /// 目前进展 (progress so far)
    #[schema(example = "已公开三批项目清单")]
    pub progress: String,
}

/// Why a step cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Faults in what was given.
    Faults(Vec<FieldError>),
    /// It is not for this caller: it does not exist.
    NotYours,
    /// This plan, its own, is closed.
    PlanClosed(PlanId),
    /// The status does not allow it.
    Status(ExtensionStatus),
    /// The person who asked must not decide (four eyes).
    OwnRequest,
    /// It is too late to ask: the due day has passed, or there is none.
    TooLate,
    /// There is nothing left of this obligation to extend.
    Moot(ObligationId),
}

/// Whether a due day can be put off to `day`.
fn put_off(check: &mut Checker, key: &str, due_on: Day, day: Day) {
    let latest = latest_from(due_on);
    let why = if day <= due_on {
        say!("应晚于现到期日 {due_on}", "must be after the due day {due_on}")
    } else if day > latest {
        say!(
            "最晚 {latest}，即现到期日 {due_on} 后两年",
            "must be {latest} at the latest, two years after the due day {due_on}"
        )
    } else {
        return;
    };
    check.at(key, |check| check.fault(Fault::OutOfRange, why));
}

impl NewExtension {
    /// The request this becomes. It must be asked before the due day has passed. With `signoff` it waits for the unit's
    /// approver first.
    pub fn request(
        self,
        obligation: &Obligation,
        by: Step,
        signoff: bool,
        today: Day,
        id: ExtensionId,
    ) -> Result<Extension, Refusal> {
        let due_on = obligation
            .due_on
            .filter(|_| obligation.is_extensible(today))
            .ok_or(Refusal::TooLate)?;
        let mut check = Checker::default();
        check.text("reason", &self.reason, 2000);
        check.text("progress", &self.progress, 2000);
        put_off(&mut check, "requested_due_on", due_on, self.requested_due_on);
        check.finish().map_err(Refusal::Faults)?;
        Ok(Extension {
            id,
            obligation: obligation.id.clone(),
            status: ExtensionStatus::Requested,
            due_on,
            requested_due_on: self.requested_due_on,
            granted_due_on: None,
            reason: self.reason,
            progress: self.progress,
            requested: by,
            handed_in: !signoff,
            signed: None,
            decided: None,
            decision: None,
            moot: false,
            version: 1,
        })
    }
}

/// What is seen of requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visibility {
    /// Whose, also before they are signed.
    pub own: Owners,
    /// Whose, once they have left their unit.
    pub handed_in: Owners,
}

/// Seen with the ledger; before it is signed a request is its unit's own, as a report is.
impl Scoped for Extension {
    type Visibility = Visibility;

    fn visibility(actor: &Actor) -> Visibility {
        let is_of_unit = |role: &Role| reach(*role, Action::ReadLedger) == Reach::Own;
        Visibility {
            own: if actor.roles.iter().any(is_of_unit) {
                Owners::own(actor)
            } else {
                Owners::Nobodys
            },
            handed_in: Owners::within_reach(actor, Action::ReadLedger),
        }
    }

    fn everything() -> Visibility {
        Visibility {
            own: Owners::Everybodys,
            handed_in: Owners::Everybodys,
        }
    }
}

impl Visibility {
    /// Whether a request of `unit` is seen.
    pub fn shows(&self, unit: &UnitCode, handed_in: bool) -> bool {
        self.own.has(unit) || handed_in && self.handed_in.has(unit)
    }
}

impl Extension {
    /// Whose it is.
    pub fn unit(&self) -> &UnitCode {
        &self.obligation.unit
    }

    /// What its status allows: before it is signed, where that is asked for, nobody decides it.
    fn actions(&self) -> &'static [ExtensionAction] {
        use ExtensionAction as A;
        match self.status {
            ExtensionStatus::Requested if !self.handed_in => &[A::Sign, A::Withdraw],
            ExtensionStatus::Requested | ExtensionStatus::Signed => &[A::Withdraw, A::Grant, A::Refuse],
            ExtensionStatus::Granted | ExtensionStatus::Refused | ExtensionStatus::Withdrawn => &[],
        }
    }

    /// `Ok` when `actor` may take this step now.
    pub fn permit(&self, action: ExtensionAction, actor: &Actor, rules: Rules) -> Result<(), Refusal> {
        if !actor.may_on(action.demands(), self.unit()) {
            return Err(Refusal::NotYours);
        }
        if !rules.open && !action.outlasts_plan() {
            return Err(Refusal::PlanClosed(self.obligation.deadline.requirement.plan().clone()));
        }
        if !self.actions().contains(&action) {
            return Err(Refusal::Status(self.status));
        }
        if self.moot && !action.outlasts_plan() {
            return Err(Refusal::Moot(self.obligation.clone()));
        }
        let decides = action != ExtensionAction::Withdraw;
        if decides && actor.person.as_ref().is_some_and(|who| who.is(&self.requested.by)) {
            return Err(Refusal::OwnRequest);
        }
        Ok(())
    }

    /// What `actor` may do to it now.
    pub fn actions_for(&self, actor: &Actor, rules: Rules) -> Vec<ExtensionAction> {
        let all = ExtensionAction::ALL.iter().copied();
        all.filter(|action| self.permit(*action, actor, rules).is_ok())
            .collect()
    }

    fn step(mut self, action: ExtensionAction, status: ExtensionStatus) -> Result<Self, Refusal> {
        if !self.actions().contains(&action) {
            return Err(Refusal::Status(self.status));
        }
        self.status = status;
        self.version += 1;
        Ok(self)
    }

    /// 审签, by somebody else than who asked.
    pub fn sign(self, by: Step) -> Result<Self, Refusal> {
        if by.by.is(&self.requested.by) {
            return Err(Refusal::OwnRequest);
        }
        Ok(Self {
            signed: Some(by),
            handed_in: true,
            ..self.step(ExtensionAction::Sign, ExtensionStatus::Signed)?
        })
    }

    /// 撤回.
    pub fn withdraw(self) -> Result<Self, Refusal> {
        self.step(ExtensionAction::Withdraw, ExtensionStatus::Withdrawn)
    }

    /// 批准, perhaps to another day; after the day on which it is due now.
    pub fn grant(
        self,
        by: Step,
        now_due: Option<Day>,
        due_on: Option<Day>,
        note: Option<String>,
    ) -> Result<Self, Refusal> {
        if by.by.is(&self.requested.by) {
            return Err(Refusal::OwnRequest);
        }
        // An amendment may have moved the day since it was asked.
        let (now_due, day) = (now_due.unwrap_or(self.due_on), due_on.unwrap_or(self.requested_due_on));
        let mut check = Checker::default();
        check.optional_text("decision", note.as_deref(), 2000);
        put_off(&mut check, "granted_due_on", now_due, day);
        check.finish().map_err(Refusal::Faults)?;
        let granted = self.step(ExtensionAction::Grant, ExtensionStatus::Granted)?;
        Ok(Self {
            granted_due_on: Some(day),
            decided: Some(by),
            decision: note,
            ..granted
        })
    }

    /// 不批准, with a reason.
    pub fn refuse(self, by: Step, reason: String) -> Result<Self, Refusal> {
        if by.by.is(&self.requested.by) {
            return Err(Refusal::OwnRequest);
        }
        let mut check = Checker::default();
        check.text("reason", &reason, 2000);
        check.finish().map_err(Refusal::Faults)?;
        let refused = self.step(ExtensionAction::Refuse, ExtensionStatus::Refused)?;
        Ok(Self {
            decided: Some(by),
            decision: Some(reason),
            ..refused
        })
    }
}

#[cfg(test)]
mod tests;
