//! 督办单: reminders, supervision notices, commendations and criticisms, and their life:
//! draft → (submitted → approved) → issued → rescinded. Each unit acknowledges and answers for itself.

super::event::events! {
    NOTICES:
    NOTICE_CREATED = "notice.created",
    NOTICE_UPDATED = "notice.updated",
    NOTICE_DELETED = "notice.deleted",
    NOTICE_SUBMITTED = "notice.submitted",
    NOTICE_APPROVED = "notice.approved",
    NOTICE_RETURNED = "notice.returned",
    NOTICE_ISSUED = "notice.issued",
    NOTICE_RESCINDED = "notice.rescinded",
    NOTICE_LIFTED = "notice.lifted",
    NOTICE_ACKNOWLEDGED = "notice.acknowledged",
    NOTICE_ANSWERED = "notice.answered",
}
mod draft;
mod escalation;
mod ground;
mod receipt;
mod state;
#[cfg(test)]
mod tests;
mod visibility;

use std::collections::BTreeSet;

use serde::{Serialize, Serializer};

pub use self::{
    draft::{NewNotice, NoticePatch, Setting},
    ground::Ground,
    state::{NoticeAction, NoticeKind, NoticeLevel, NoticeStatus},
};
use super::{
    fault::{Checker, FieldError},
    id::{NoticeId, PlanId, UnitCode},
    obligation::ObligationId,
    person::Person,
    plan::Rules,
    policy::Actor,
    step::Step,
    time::{Day, day_of},
    unit::UnitDirectory,
};

/// What a unit answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// Its words.
    pub text: String,
    /// Who gave it, and when.
    pub given: Step,
}

/// A unit that a notice is addressed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Addressee {
    /// The unit.
    pub unit: UnitCode,
    /// 签收.
    pub acknowledged: Option<Step>,
    /// 答复.
    pub answer: Option<Answer>,
    /// That it does not hold for this unit any more, after a second review.
    pub lifted: Option<Step>,
    /// Grows with each change of what this unit sees.
    pub version: i64,
}

/// A notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// UUIDv7.
    pub id: NoticeId,
    /// The plan it is about.
    pub plan: PlanId,
    /// The plan's year, which its number names.
    pub year: i32,
    /// What it is for.
    pub kind: NoticeKind,
    /// How severe it is, if it urges.
    pub level: Option<NoticeLevel>,
    /// Its number, from when it is issued.
    pub number: Option<u32>,
    /// Where it is in its life.
    pub status: NoticeStatus,
    /// 事由.
    pub subject: String,
    /// What it says.
    pub text: String,
    /// 依据: whose decision it rests on.
    pub basis: Option<String>,
    /// The last day on which an answer is in time.
    pub reply_by: Option<Day>,
    /// The earlier notice that it escalates.
    pub follows: Option<NoticeId>,
    /// Why it starts above blue.
    pub urgent_reason: Option<String>,
    /// Whom its author named, collectives included.
    pub addressed: Vec<UnitCode>,
    /// Whom that means, by code; final from when it is issued.
    pub units: Vec<Addressee>,
    /// The obligations concerned.
    #[serde(serialize_with = "as_texts")]
    pub obligations: BTreeSet<ObligationId>,
    /// All who wrote on it: none of them may approve it.
    pub prepared_by: Vec<Person>,
    /// Who began it.
    pub created: Step,
    /// Who approved it.
    pub approved: Option<Step>,
    /// Why it was returned the last time.
    pub returned: Option<String>,
    /// Who issued it.
    pub issued: Option<Step>,
    /// Who rescinded it.
    pub rescinded: Option<Step>,
    /// Why it was rescinded.
    pub rescission: Option<String>,
    /// What it has to hold against, while it is not issued.
    #[serde(skip)]
    pub ground: Option<Ground>,
    /// Grows with each change, but not with what units acknowledge and answer.
    pub version: i64,
}

fn as_texts<S: Serializer>(ids: &BTreeSet<ObligationId>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(ids.iter().map(ToString::to_string))
}

/// Why a step cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Faults in what was given.
    Faults(Vec<FieldError>),
    /// The state does not allow it; what it allows.
    State(NoticeStatus, Vec<NoticeAction>),
    /// An author must not approve the notice (four eyes).
    OwnDraft,
    /// What it follows is not issued, or rescinded.
    FollowsNothing(NoticeId),
    /// What it follows may be answered until this day.
    TooEarly(NoticeId, Day),
    /// It is not, or no longer, addressed to this unit.
    NotAddressed,
    /// It is not for this caller.
    NotYours,
    /// This plan, its own, is closed.
    PlanClosed(PlanId),
    /// The unit of this obligation has this notice of the same kind to answer.
    Pending(ObligationId, NoticeId),
}

impl Addressee {
    /// A unit that has done nothing yet.
    pub fn new(unit: UnitCode) -> Self {
        Self {
            unit,
            acknowledged: None,
            answer: None,
            lifted: None,
            version: 1,
        }
    }
}

impl Notice {
    /// Its number as documents have it, `催〔2017〕3号`.
    pub fn document_number(&self) -> Option<String> {
        let (prefix, year) = (self.kind.prefix(), self.year);
        self.number.map(|number| format!("{prefix}〔{year}〕{number}号"))
    }

    /// Its addressee `unit`.
    pub fn addressee(&self, unit: &UnitCode) -> Option<&Addressee> {
        self.units.iter().find(|addressee| &addressee.unit == unit)
    }

    /// Whether `unit` has let the day pass: the day itself is in time.
    pub fn is_overdue(&self, addressee: &Addressee, today: Day) -> bool {
        self.status == NoticeStatus::Issued
            && addressee.answer.is_none()
            && addressee.lifted.is_none()
            && self.reply_by.is_some_and(|last| last < today)
    }

    /// Whether the addressee answered within the time, as far as it has passed.
    pub fn answered_in_time(&self, addressee: &Addressee) -> bool {
        let last = self.reply_by.unwrap_or(Day::MAX);
        let answer = addressee.answer.as_ref();
        answer.is_some_and(|answer| day_of(answer.given.at) <= last)
    }

    /// Who wrote, approved or issued it.
    pub fn who_had_part(&self) -> Vec<&Person> {
        let steps = [&self.approved, &self.issued].into_iter().flatten();
        self.prepared_by.iter().chain(steps.map(|step| &step.by)).collect()
    }

    /// What the addressee may do. An answer may be replaced as long as it would be in time; one that came
    /// late, or where no day was set, stands.
    pub fn unit_actions(&self, addressee: &Addressee, today: Day) -> Vec<NoticeAction> {
        if self.status != NoticeStatus::Issued || addressee.lifted.is_some() {
            return Vec::new();
        }
        let acknowledge = addressee.acknowledged.is_none().then_some(NoticeAction::Acknowledge);
        let open = addressee.answer.is_none() || self.reply_by.is_some_and(|last| today <= last);
        let answer = (open && self.kind.is_answered()).then_some(NoticeAction::Answer);
        acknowledge.into_iter().chain(answer).collect()
    }

    /// `Ok` when `actor` may do this on `today`.
    pub fn permit(
        &self,
        action: NoticeAction,
        actor: &Actor,
        today: Day,
        rules: Rules,
        units: &UnitDirectory,
    ) -> Result<(), Refusal> {
        if action.is_units() {
            return self.part(action, actor, today).map(drop);
        }
        if !actor.may(action.demands()) {
            return Err(Refusal::NotYours);
        }
        if matches!(action, NoticeAction::Update | NoticeAction::Issue) && !rules.open {
            return Err(Refusal::PlanClosed(self.plan.clone()));
        }
        self.allow(action)?;
        let wrote = actor.person.as_ref().is_some_and(|who| who.is_among(&self.prepared_by));
        if action == NoticeAction::Approve && wrote {
            return Err(Refusal::OwnDraft);
        }
        if action == NoticeAction::Issue {
            self.still_holds(today, units)?;
        }
        Ok(())
    }

    /// What `actor` may do to it on `today`.
    pub fn actions_for(&self, actor: &Actor, today: Day, rules: Rules, units: &UnitDirectory) -> Vec<NoticeAction> {
        let all = NoticeAction::ALL.iter().copied();
        all.filter(|action| self.permit(*action, actor, today, rules, units).is_ok())
            .collect()
    }

    /// `Ok` when the status allows the issuing offices `action`.
    pub fn allow(&self, action: NoticeAction) -> Result<(), Refusal> {
        let allowed = self.status.actions(self.kind);
        if allowed.contains(&action) {
            Ok(())
        } else {
            Err(Refusal::State(self.status, allowed.to_vec()))
        }
    }

    fn step(mut self, action: NoticeAction, status: NoticeStatus) -> Result<Self, Refusal> {
        self.allow(action)?;
        self.status = status;
        self.version += 1;
        Ok(self)
    }

    fn wrote(&mut self, who: Person) {
        if !who.is_among(&self.prepared_by) {
            self.prepared_by.push(who);
            self.prepared_by
                .sort_by(|one, other| one.subject().cmp(other.subject()));
        }
    }

    /// 提请审批.
    pub fn submit(self, by: Step) -> Result<Self, Refusal> {
        let mut submitted = self.step(NoticeAction::Submit, NoticeStatus::Submitted)?;
        submitted.wrote(by.by);
        submitted.returned = None;
        Ok(submitted)
    }

    /// 审批, by an officer who did not write on it.
    pub fn approve(self, by: Step) -> Result<Self, Refusal> {
        self.allow(NoticeAction::Approve)?;
        if by.by.is_among(&self.prepared_by) {
            return Err(Refusal::OwnDraft);
        }
        Ok(Self {
            approved: Some(by),
            ..self.step(NoticeAction::Approve, NoticeStatus::Approved)?
        })
    }

    /// 退回, with a reason: it is a draft again.
    pub fn send_back(self, reason: String) -> Result<Self, Refusal> {
        check_reason(&reason)?;
        Ok(Self {
            returned: Some(reason),
            approved: None,
            ..self.step(NoticeAction::Return, NoticeStatus::Draft)?
        })
    }

    /// 签发, under a number.
    pub fn issue(self, by: Step, number: u32) -> Result<Self, Refusal> {
        Ok(Self {
            issued: Some(by),
            number: Some(number),
            ..self.step(NoticeAction::Issue, NoticeStatus::Issued)?
        })
    }

    /// 撤销, with a reason. It keeps its number.
    pub fn rescind(self, by: Step, reason: String) -> Result<Self, Refusal> {
        check_reason(&reason)?;
        let mut rescinded = self.step(NoticeAction::Rescind, NoticeStatus::Rescinded)?;
        for addressee in &mut rescinded.units {
            addressee.version += 1;
        }
        Ok(Self {
            rescinded: Some(by),
            rescission: Some(reason),
            ..rescinded
        })
    }

    /// After a second review: it does not hold for `unit`. When no addressee is left, it is rescinded.
    pub fn lift(self, unit: &UnitCode, by: Step, reason: String) -> Result<Self, Refusal> {
        self.allow(NoticeAction::Rescind)?;
        let rest = self
            .units
            .iter()
            .filter(|one| one.lifted.is_none() && &one.unit != unit);
        let lifted_all = rest.count() == 0;
        let mut notice = if lifted_all {
            self.rescind(by.clone(), reason)?
        } else {
            self
        };
        let addressee = notice.units.iter_mut().find(|one| &one.unit == unit);
        let addressee = addressee.ok_or(Refusal::NotAddressed)?;
        addressee.lifted = Some(by);
        if !lifted_all {
            addressee.version += 1;
            notice.version += 1;
        }
        Ok(notice)
    }
}

fn check_reason(reason: &str) -> Result<(), Refusal> {
    let mut check = Checker::default();
    check.text("reason", reason, 2000);
    check.finish().map_err(Refusal::Faults)
}
