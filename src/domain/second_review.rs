//! 复核: a unit objects to what was decided about it, and somebody who had no part in that decides
//! (政府督查工作条例, art. 17).

mod subject;

use serde::Serialize;

use super::{
    fault::{Checker, FieldError},
    id::{PlanId, UnitCode},
    notice::Notice,
    person::Person,
    policy::{Action, Actor},
    report::Report,
    scope::{Owners, Scoped},
    step::Step,
    time::{Day, Instant, day_of},
    vocabulary::vocabulary,
};

pub use self::subject::{Subject, SubjectKind};

super::id::unique! {
    /// A second review's id.
    SecondReviewId
}

super::event::events! {
    SECOND_REVIEWS:
    SECOND_REVIEW_REQUESTED = "second_review.requested",
    SECOND_REVIEW_UPHELD = "second_review.upheld",
    SECOND_REVIEW_OVERTURNED = "second_review.overturned",
    SECOND_REVIEW_LAPSED = "second_review.lapsed",
    SECOND_REVIEW_WITHDRAWN = "second_review.withdrawn",
}

/// Calendar days in which a unit may ask for it.
pub const DAYS_TO_ASK: u64 = 30;

/// Calendar days in which it is to be decided.
pub const DAYS_TO_DECIDE: u64 = 30;

/// What is objected to, as it is now.
#[derive(Debug, Clone)]
pub enum Matter {
    /// A notice.
    Notice(Box<Notice>),
    /// A report.
    ProgressReport(Box<Report>),
}

impl Matter {
    /// Which it is.
    pub fn subject(&self) -> Subject {
        match self {
            Self::Notice(notice) => Subject::Notice(notice.id),
            Self::ProgressReport(report) => Subject::ProgressReport(report.id),
        }
    }

    /// Who had part in it: wrote it, took it further, or decided what is objected to.
    pub fn involved(&self) -> Involved {
        let people = match self {
            Self::Notice(notice) => notice.who_had_part(),
            Self::ProgressReport(report) => report.who_had_part(),
        };
        Involved::new(self.subject(), people)
    }
}

/// Who had part in what is objected to: none of them decides (回避).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Involved {
    /// What is objected to.
    pub subject: Subject,
    people: Vec<Person>,
}

impl Involved {
    /// These had part in it.
    pub fn new<'p>(subject: Subject, people: impl IntoIterator<Item = &'p Person>) -> Self {
        Self {
            subject,
            people: people.into_iter().cloned().collect(),
        }
    }
}

vocabulary! {
    /// Where a second review is in its life.
    pub enum SecondReviewStatus {
        /// 已申请
        Requested = "requested": "已申请", "requested";
        /// 维持
        Upheld = "upheld": "维持", "upheld";
        /// 撤销或改变
        Overturned = "overturned": "撤销或改变", "overturned";
        /// 已失效: the unit mended its report instead
        Lapsed = "lapsed": "已失效", "lapsed";
        /// 已撤回: the unit does not object any more
        Withdrawn = "withdrawn": "已撤回", "withdrawn";
    }
}

vocabulary! {
    /// 对复核的操作 (what may be done to a second review)
    pub enum SecondReviewAction {
        /// 撤回 (by the unit)
        Withdraw = "withdraw": "撤回", "withdraw";
        /// 维持
        Uphold = "uphold": "维持", "uphold";
        /// 撤销或改变
        Overturn = "overturn": "撤销或改变", "overturn";
    }
}

impl SecondReviewAction {
    /// What the caller must be allowed to do for it.
    pub fn demands(self) -> Action {
        match self {
            Self::Withdraw => Action::AskSecondReview,
            Self::Uphold | Self::Overturn => Action::DecideSecondReview,
        }
    }
}

/// What a second review comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// 维持
    Uphold,
    /// 撤销或改变
    Overturn,
}

impl From<Decision> for SecondReviewAction {
    fn from(decision: Decision) -> Self {
        match decision {
            Decision::Uphold => Self::Uphold,
            Decision::Overturn => Self::Overturn,
        }
    }
}

impl SecondReviewStatus {
    /// What its status allows.
    pub fn actions(self) -> &'static [SecondReviewAction] {
        match self {
            Self::Requested => SecondReviewAction::ALL,
            Self::Upheld | Self::Overturned | Self::Lapsed | Self::Withdrawn => &[],
        }
    }
}

/// A second review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SecondReview {
    /// UUIDv7.
    pub id: SecondReviewId,
    /// What is objected to.
    pub subject: Subject,
    /// When that was decided: a report can be returned again.
    pub subject_at: Instant,
    /// Its plan.
    pub plan: PlanId,
    /// Who objects.
    pub unit: UnitCode,
    /// Where it is in its life.
    pub status: SecondReviewStatus,
    /// The reason that the unit gives for its objection.
    pub reason: String,
    /// Who asked.
    pub requested: Step,
    /// The last day to decide in time.
    pub decide_by: Day,
    /// Who decided.
    pub decided: Option<Step>,
    /// What was said with the decision.
    pub decision: Option<String>,
    /// Grows with each change.
    pub version: i64,
}

/// Whose second reviews are seen: the text is not shown for reports that are not public.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Visibility {
    /// Those of notices, with the ledger.
    pub of_notices: Owners,
    /// Those of reports, with the reports.
    pub of_reports: Owners,
}

impl Scoped for SecondReview {
    type Visibility = Visibility;

    fn visibility(actor: &Actor) -> Visibility {
        Visibility {
            of_notices: Owners::within_reach(actor, Action::ReadLedger),
            of_reports: Owners::within_reach(actor, Action::ReadReports),
        }
    }

    fn everything() -> Visibility {
        Visibility {
            of_notices: Owners::Everybodys,
            of_reports: Owners::Everybodys,
        }
    }
}

/// Why a step cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Faults in what was given.
    Faults(Vec<FieldError>),
    /// It is not for this caller.
    NotYours,
    /// It is decided.
    Status(SecondReviewStatus),
    /// A person who took part in what is objected to must not decide (回避).
    HadPart,
    /// It had to be asked for until this day.
    TooLate(Day),
}

fn text(key: &str, text: &str) -> Result<(), Refusal> {
    let mut check = Checker::default();
    check.text(key, text, 2000);
    check.finish().map_err(Refusal::Faults)
}

fn after(day: Day, days: u64) -> Day {
    day.checked_add_days(chrono::Days::new(days)).unwrap_or(Day::MAX)
}

/// Who objects to what.
#[derive(Debug, Clone)]
pub struct Objection {
    /// What is objected to.
    pub subject: Subject,
    /// When that was decided.
    pub subject_at: Instant,
    /// Its plan.
    pub plan: PlanId,
    /// Who objects.
    pub unit: UnitCode,
}

/// The last day on which a unit may object to what was decided at `decided`.
pub fn last_day_to_ask(decided: Instant) -> Day {
    after(day_of(decided), DAYS_TO_ASK)
}

impl Objection {
    /// The last day on which it may be made.
    pub fn last(&self) -> Day {
        last_day_to_ask(self.subject_at)
    }

    /// 申请复核.
    pub fn request(self, id: SecondReviewId, reason: String, by: Step) -> Result<SecondReview, Refusal> {
        text("reason", &reason)?;
        let (today, last) = (day_of(by.at), self.last());
        if today > last {
            return Err(Refusal::TooLate(last));
        }
        Ok(SecondReview {
            id,
            subject: self.subject,
            subject_at: self.subject_at,
            plan: self.plan,
            unit: self.unit,
            status: SecondReviewStatus::Requested,
            reason,
            requested: by,
            decide_by: after(today, DAYS_TO_DECIDE),
            decided: None,
            decision: None,
            version: 1,
        })
    }
}

impl SecondReview {
    /// Whether the time to decide has passed without a decision.
    pub fn is_overdue(&self, today: Day) -> bool {
        self.status == SecondReviewStatus::Requested && self.decide_by < today
    }

    /// Whether `who` may decide, being none of those involved.
    fn may_decide(&self, who: &Person, involved: &Involved) -> bool {
        !who.is_among(&involved.people) && !who.is(&self.requested.by)
    }

    /// `Ok` when `actor` may take this step now.
    pub fn permit(&self, action: SecondReviewAction, actor: &Actor, involved: &Involved) -> Result<(), Refusal> {
        if !actor.may_on(action.demands(), &self.unit) {
            return Err(Refusal::NotYours);
        }
        let decides = action != SecondReviewAction::Withdraw;
        if decides && !actor.person.as_ref().is_some_and(|who| self.may_decide(who, involved)) {
            return Err(Refusal::HadPart);
        }
        if !self.status.actions().contains(&action) {
            return Err(Refusal::Status(self.status));
        }
        Ok(())
    }

    /// What `actor` may do to it now.
    pub fn actions_for(&self, actor: &Actor, involved: &Involved) -> Vec<SecondReviewAction> {
        let all = SecondReviewAction::ALL.iter().copied();
        all.filter(|action| self.permit(*action, actor, involved).is_ok())
            .collect()
    }

    /// 维持 or 撤销, by a person who took no part in it. A late decision still counts.
    pub fn decide(self, decision: Decision, by: Step, reason: String, involved: &Involved) -> Result<Self, Refusal> {
        if !self.may_decide(&by.by, involved) {
            return Err(Refusal::HadPart);
        }
        text("reason", &reason)?;
        if !self.status.actions().contains(&decision.into()) {
            return Err(Refusal::Status(self.status));
        }
        Ok(Self {
            status: match decision {
                Decision::Uphold => SecondReviewStatus::Upheld,
                Decision::Overturn => SecondReviewStatus::Overturned,
            },
            decided: Some(by),
            decision: Some(reason),
            version: self.version + 1,
            ..self
        })
    }

    /// 撤回, by the unit that asked, while nothing is decided.
    pub fn withdraw(self) -> Result<Self, Refusal> {
        if !self.status.actions().contains(&SecondReviewAction::Withdraw) {
            return Err(Refusal::Status(self.status));
        }
        Ok(Self {
            status: SecondReviewStatus::Withdrawn,
            version: self.version + 1,
            ..self
        })
    }

    /// 失效: the unit mended what was returned, so there is nothing left to decide.
    #[must_use]
    pub fn lapse(self) -> Self {
        Self {
            status: SecondReviewStatus::Lapsed,
            version: self.version + 1,
            ..self
        }
    }
}

#[cfg(test)]
mod tests;
