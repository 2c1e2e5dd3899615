//! 延期: a request to move an obligation's due day, and its life:
//! requested → (signed) → granted | refused, or withdrawn by the unit.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    fault::{Checker, Fault, FieldError},
    id::{ExtensionId, UnitCode},
    obligation::{Obligation, ObligationId},
    plan::Rules,
    policy::{Action, Actor},
    scope::{Scoped, Whose},
    step::Step,
    time::Day,
};
use crate::say;

/// Where a request is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExtensionStatus {
    /// 已申请
    Requested,
    /// 单位已审签
    Signed,
    /// 已批准
    Granted,
    /// 不批准
    Refused,
    /// 已撤回
    Withdrawn,
}

/// 对延期申请的操作 (what may be done to a request)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExtensionAction {
    /// 审签 (by the unit's approver)
    Sign,
    /// 撤回 (by the unit)
    Withdraw,
    /// 批准 (by a coordinator)
    Grant,
    /// 不批准 (by a coordinator)
    Refuse,
}

impl ExtensionAction {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Sign, Self::Withdraw, Self::Grant, Self::Refuse];

    /// What the caller must be allowed to do for it.
    pub fn demands(self) -> Action {
        match self {
            Self::Withdraw => Action::AskExtension,
            Self::Sign => Action::SignExtension,
            Self::Grant | Self::Refuse => Action::DecideExtension,
        }
    }
}

impl ExtensionStatus {
    /// What its status allows; `signoff`: the plan asks for the approver's signature first.
    pub fn actions(self, signoff: bool) -> &'static [ExtensionAction] {
        use ExtensionAction as A;
        match (self, signoff) {
            (Self::Requested, true) => &[A::Sign, A::Withdraw],
            (Self::Requested, false) | (Self::Signed, _) => &[A::Withdraw, A::Grant, A::Refuse],
            (Self::Granted | Self::Refused | Self::Withdrawn, _) => &[],
        }
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
    /// Why.
    pub reason: String,
    /// 进展: what has been done so far.
    pub progress: String,
    /// Who asked.
    pub requested: Step,
    /// Who signed for the unit.
    pub signed: Option<Step>,
    /// Who decided.
    pub decided: Option<Step>,
    /// What was said with the decision.
    pub decision: Option<String>,
    /// Grows with each change.
    pub version: i64,
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
pub enum Wrong {
    /// Faults in what was given.
    Faults(Vec<FieldError>),
    /// It is not for this caller: it does not exist.
    NotYours,
    /// The plan is closed.
    PlanClosed,
    /// The status does not allow it.
    Status(ExtensionStatus),
    /// Whoever asked does not decide (four eyes).
    OwnRequest,
    /// It is too late to ask: the due day has passed, or there is none.
    TooLate,
}

impl NewExtension {
    /// The request this becomes. It must be asked before the due day has passed.
    pub fn request(self, obligation: &Obligation, by: Step, today: Day, id: ExtensionId) -> Result<Extension, Wrong> {
        let due_on = obligation
            .due_on
            .filter(|_| obligation.is_extensible(today))
            .ok_or(Wrong::TooLate)?;
        let mut check = Checker::default();
        check.text("reason", &self.reason, 2000);
        check.text("progress", &self.progress, 2000);
        if self.requested_due_on <= due_on {
            check.at("requested_due_on", |check| {
                check.fault(
                    Fault::OutOfRange,
                    say!("应晚于现到期日 {due_on}", "must be after the due day {due_on}"),
                );
            });
        }
        check.finish().map_err(Wrong::Faults)?;
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
            signed: None,
            decided: None,
            decision: None,
            version: 1,
        })
    }
}

/// Seen with the ledger.
impl Scoped for Extension {
    type Sight = Whose;

    fn sight(actor: &Actor) -> Whose {
        Whose::within_reach(actor, Action::ReadLedger)
    }

    fn everything() -> Whose {
        Whose::Everybodys
    }
}

impl Extension {
    /// Whose it is.
    pub fn unit(&self) -> &UnitCode {
        &self.obligation.unit
    }

    /// `Ok` when `actor` may take this step now.
    pub fn permit(&self, action: ExtensionAction, actor: &Actor, rules: Rules) -> Result<(), Wrong> {
        if !actor.may_on(action.demands(), self.unit()) {
            return Err(Wrong::NotYours);
        }
        if !rules.open {
            return Err(Wrong::PlanClosed);
        }
        if !self.status.actions(rules.signoff).contains(&action) {
            return Err(Wrong::Status(self.status));
        }
        let decides = action != ExtensionAction::Withdraw;
        if decides && actor.person.as_ref().is_some_and(|who| who.is(&self.requested.by)) {
            return Err(Wrong::OwnRequest);
        }
        Ok(())
    }

    /// What `actor` may do to it now.
    pub fn actions_for(&self, actor: &Actor, rules: Rules) -> Vec<ExtensionAction> {
        let all = ExtensionAction::ALL.iter().copied();
        all.filter(|action| self.permit(*action, actor, rules).is_ok())
            .collect()
    }

    fn step(mut self, action: ExtensionAction, status: ExtensionStatus, signoff: bool) -> Result<Self, Wrong> {
        if !self.status.actions(signoff).contains(&action) {
            return Err(Wrong::Status(self.status));
        }
        self.status = status;
        self.version += 1;
        Ok(self)
    }

    /// 审签, by somebody else than who asked.
    pub fn sign(self, by: Step, signoff: bool) -> Result<Self, Wrong> {
        if by.by.is(&self.requested.by) {
            return Err(Wrong::OwnRequest);
        }
        Ok(Self {
            signed: Some(by),
            ..self.step(ExtensionAction::Sign, ExtensionStatus::Signed, signoff)?
        })
    }

    /// 撤回.
    pub fn withdraw(self, signoff: bool) -> Result<Self, Wrong> {
        self.step(ExtensionAction::Withdraw, ExtensionStatus::Withdrawn, signoff)
    }

    /// 批准, perhaps to another day.
    pub fn grant(self, by: Step, due_on: Option<Day>, note: Option<String>, signoff: bool) -> Result<Self, Wrong> {
        if by.by.is(&self.requested.by) {
            return Err(Wrong::OwnRequest);
        }
        let (now_due, day) = (self.due_on, due_on.unwrap_or(self.requested_due_on));
        let mut check = Checker::default();
        check.optional_text("note", note.as_deref(), 2000);
        if day <= now_due {
            check.at("due_on", |check| {
                check.fault(
                    Fault::OutOfRange,
                    say!("应晚于现到期日 {now_due}", "must be after the due day {now_due}"),
                );
            });
        }
        check.finish().map_err(Wrong::Faults)?;
        let granted = self.step(ExtensionAction::Grant, ExtensionStatus::Granted, signoff)?;
        Ok(Self {
            granted_due_on: Some(day),
            decided: Some(by),
            decision: note,
            ..granted
        })
    }

    /// 不批准, with a reason.
    pub fn refuse(self, by: Step, reason: String, signoff: bool) -> Result<Self, Wrong> {
        if by.by.is(&self.requested.by) {
            return Err(Wrong::OwnRequest);
        }
        let mut check = Checker::default();
        check.text("reason", &reason, 2000);
        check.finish().map_err(Wrong::Faults)?;
        let refused = self.step(ExtensionAction::Refuse, ExtensionStatus::Refused, signoff)?;
        Ok(Self {
            decided: Some(by),
            decision: Some(reason),
            ..refused
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::domain::{person::Person, policy::Role};

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn step(by: &str) -> Step {
        Step {
            by: Person::plain(by),
            at: "2017-06-01T00:00:00Z".parse().unwrap(),
        }
    }

    fn asked() -> Extension {
        let obligation = Obligation {
            id: "dg-2017.2.1.d1.zdb.2017".parse().unwrap(),
            opens_on: Some(day("2017-01-01")),
            due_on: Some(day("2017-12-31")),
            original_due_on: Some(day("2017-12-31")),
            exemption: None,
            report: crate::domain::obligation::ReportFacts::default(),
            unfinished: crate::domain::obligation::Unfinished::default(),
            version: 1,
        };
        let new = NewExtension {
            obligation_id: obligation.id.to_string(),
            requested_due_on: day("2018-01-31"),
            reason: "征地未完成".into(),
            progress: "已公开三批".into(),
        };
        assert_eq!(
            new.clone()
                .request(&obligation, step("a"), day("2018-01-01"), Uuid::nil().into()),
            Err(Wrong::TooLate)
        );
        new.request(&obligation, step("a"), day("2017-12-31"), Uuid::nil().into())
            .unwrap()
    }

    #[test]
    fn nobody_decides_their_own_request() {
        assert_eq!(asked().grant(step("a"), None, None, false), Err(Wrong::OwnRequest));
        assert_eq!(asked().sign(step("a"), true), Err(Wrong::OwnRequest));
        assert_eq!(
            asked().grant(step("b"), None, None, true),
            Err(Wrong::Status(ExtensionStatus::Requested))
        );
        assert!(asked().refuse(step("b"), " ".into(), false).is_err());
    }

    fn actor(name: &str, role: Role) -> Actor {
        Actor {
            person: Some(Person::plain(name)),
            roles: [role].into(),
            unit: "zdb".parse().ok(),
            ..Actor::anonymous()
        }
    }

    fn any_actor() -> impl Strategy<Value = Actor> {
        ("[a-c]", prop::sample::select(Role::ALL)).prop_map(|(name, role)| actor(&name, role))
    }

    /// The step by somebody of whom the machine knows no more than the name.
    fn take(extension: &Extension, action: ExtensionAction, by: Step, signoff: bool) -> Result<Extension, Wrong> {
        let extension = extension.clone();
        match action {
            ExtensionAction::Sign => extension.sign(by, signoff),
            ExtensionAction::Withdraw => extension.withdraw(signoff),
            ExtensionAction::Grant => extension.grant(by, None, None, signoff),
            ExtensionAction::Refuse => extension.refuse(by, "不宜延期".into(), signoff),
        }
    }

    proptest! {
        /// Each step that is offered is taken by the machine; each that is not is refused by it, or not the
        /// caller's to take.
        #[test]
        fn what_is_offered_is_what_can_be_done(
            walk in prop::collection::vec((prop::sample::select(ExtensionAction::ALL), any_actor()), 0..8), signoff: bool, open: bool
        ) {
            let rules = Rules { open, signoff };
            let mut extension = asked();
            for (action, actor) in walk {
                let after = take(&extension, action, step(actor.person.as_ref().unwrap().subject()), signoff);
                let offered = extension.actions_for(&actor, rules).contains(&action);
                let may = actor.may_on(action.demands(), extension.unit());
                prop_assert_eq!(offered, open && may && after.is_ok());
                if let Ok(after) = after {
                    prop_assert_eq!(after.version, extension.version + 1);
                    prop_assert_eq!(after.due_on, extension.due_on);
                    extension = after;
                }
            }
        }
    }
}
