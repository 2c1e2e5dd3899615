//! 公众评价: what people say of a requirement or of a public report, through a portal. It is looked at
//! before anybody else sees it, and keeps nothing of who said it.

mod mask;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    fault::{Checker, Fault, FieldError},
    id::{ReportId, RequirementId, UnitCode},
    person::Person,
    policy::{Action, Actor},
    scope::Scoped,
    step::Step,
    time::Instant,
    vocabulary::vocabulary,
};
use crate::say;

super::id::unique! {
    /// The id of what the public says.
    FeedbackId
}

super::event::events! {
    FEEDBACK:
    FEEDBACK_RECEIVED = "feedback.received",
    FEEDBACK_PUBLISHED = "feedback.published",
    FEEDBACK_REJECTED = "feedback.rejected",
}

vocabulary! {
    /// Where feedback is in its life.
    pub enum FeedbackStatus {
        /// 待审
        Pending = "pending": "待审", "pending";
        /// 已公开
        Published = "published": "已公开", "published";
        /// 不予公开
        Rejected = "rejected": "不予公开", "rejected";
    }
}

vocabulary! {
    /// 对公众评价的操作 (what may be done to feedback)
    pub enum FeedbackAction {
        /// 公开
        Publish = "publish": "公开", "publish";
        /// 不予公开, with a reason; it also takes back what was public
        Reject = "reject": "不予公开", "reject";
    }
}

impl FeedbackStatus {
    /// What it allows.
    pub fn actions(self) -> &'static [FeedbackAction] {
        match self {
            Self::Pending => &[FeedbackAction::Publish, FeedbackAction::Reject],
            Self::Published => &[FeedbackAction::Reject],
            Self::Rejected => &[],
        }
    }
}

/// 公众评价 (new feedback): on a report or on a requirement, one of the two
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFeedback {
    /// 进展报告，须已公开 (a public report)
    #[serde(default)]
    pub report_id: Option<ReportId>,
    /// 具体要求，其方案须已发布 (a requirement of a published plan)
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "dg-2017.17.3")]
    pub requirement_id: Option<RequirementId>,
    /// 评分，1 至 5 (rating)
    #[schema(minimum = 1, maximum = 5, example = 4)]
    pub rating: i64,
    /// 文字，可省略；手机号和身份证号存入前即遮去 (text; telephone and identity numbers are masked before it is kept)
    #[serde(default)]
    #[schema(max_length = 1000, example = "公开很及时，希望附上监测点的数据。")]
    pub text: Option<String>,
    /// 门户对来源的不透明编号，可省略；只存加盐散列，30 天后删除，只用于限频和去重
    /// (what the portal calls the source: kept as a salted hash for 30 days, against abuse only)
    #[serde(default)]
    #[schema(max_length = 200, example = "5f2b7c")]
    pub source: Option<String>,
}

/// What feedback is on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct About {
    /// The requirement, or that of the report.
    pub requirement: RequirementId,
    /// The report; `None`: the requirement itself.
    pub report: Option<ReportId>,
    /// The report's unit.
    pub unit: Option<UnitCode>,
}

/// Feedback. Its source is not part of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Feedback {
    /// UUIDv7.
    pub id: FeedbackId,
    /// What it is on.
    pub about: About,
    /// 1 to 5.
    pub rating: i64,
    /// What was said, masked.
    pub text: Option<String>,
    /// Where it is in its life.
    pub status: FeedbackStatus,
    /// Who handed it in.
    pub portal: Person,
    /// The instant at which the portal handed it in.
    pub received_at: Instant,
    /// Who published or rejected it.
    pub moderated: Option<Step>,
    /// Why it was rejected.
    pub reason: Option<String>,
    /// Grows with each change.
    pub version: i64,
}

/// Which feedback is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// What the public sees: what was published, on what is public.
    Published,
    /// All of it.
    All,
}

impl Scoped for Feedback {
    type Visibility = Visibility;

    fn visibility(actor: &Actor) -> Visibility {
        if actor.may(Action::ReadFeedback) {
            Visibility::All
        } else {
            Visibility::Published
        }
    }

    fn everything() -> Visibility {
        Visibility::All
    }
}

/// How much is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Of one portal in a minute.
    pub per_minute: u32,
    /// From one source in 24 hours.
    pub per_day: u32,
}

/// Why something cannot be done to feedback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The body has faults.
    Faults(Vec<FieldError>),
    /// It is not for this caller.
    NotYours,
    /// Its status does not allow that.
    NotAllowed(FeedbackStatus),
}

impl NewFeedback {
    /// The faults that can be found without knowing what it is on.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut check = Checker::default();
        match (&self.report_id, &self.requirement_id) {
            (None, None) => check.at("report_id", |check| {
                check.fault(
                    Fault::Required,
                    say!("须给出 report_id 或 requirement_id", "give report_id or requirement_id"),
                );
            }),
            (Some(_), Some(_)) => check.at("requirement_id", |check| {
                check.fault(
                    Fault::Conflict,
                    say!(
                        "report_id 与 requirement_id 只能给一个",
                        "not both report_id and requirement_id"
                    ),
                );
            }),
            _ => {}
        }
        if !(1..=5).contains(&self.rating) {
            check.at("rating", |check| {
                check.fault(Fault::OutOfRange, say!("应为 1 至 5", "must be 1 to 5"));
            });
        }
        check.optional_text("text", self.text.as_deref(), 1000);
        check.optional_text("source", self.source.as_deref(), 200);
        check.finish()
    }

    /// The feedback this becomes; it waits to be looked at.
    pub fn receive(self, about: About, by: Step, id: FeedbackId) -> Feedback {
        Feedback {
            id,
            about,
            rating: self.rating,
            text: self.text.map(|text| mask::masked(text.trim())),
            status: FeedbackStatus::Pending,
            portal: by.by,
            received_at: by.at,
            moderated: None,
            reason: None,
            version: 1,
        }
    }
}

impl Feedback {
    /// `Ok` when `actor` may do this now.
    pub fn permit(&self, action: FeedbackAction, actor: &Actor) -> Result<(), Refusal> {
        if !actor.may(Action::ModerateFeedback) {
            return Err(Refusal::NotYours);
        }
        if !self.status.actions().contains(&action) {
            return Err(Refusal::NotAllowed(self.status));
        }
        Ok(())
    }

    /// What `actor` may do to it now.
    pub fn actions_for(&self, actor: &Actor) -> Vec<FeedbackAction> {
        let all = FeedbackAction::ALL.iter().copied();
        all.filter(|action| self.permit(*action, actor).is_ok()).collect()
    }

    fn moderate(&self, action: FeedbackAction, to: FeedbackStatus, by: Step) -> Result<Self, Refusal> {
        if !self.status.actions().contains(&action) {
            return Err(Refusal::NotAllowed(self.status));
        }
        Ok(Self {
            status: to,
            moderated: Some(by),
            version: self.version + 1,
            ..self.clone()
        })
    }

    /// 公开.
    pub fn publish(&self, by: Step) -> Result<Self, Refusal> {
        self.moderate(FeedbackAction::Publish, FeedbackStatus::Published, by)
    }

    /// 不予公开, with a reason.
    pub fn reject(&self, by: Step, reason: String) -> Result<Self, Refusal> {
        let mut check = Checker::default();
        check.text("reason", &reason, 2000);
        check.finish().map_err(Refusal::Faults)?;
        let after = self.moderate(FeedbackAction::Reject, FeedbackStatus::Rejected, by)?;
        Ok(Self {
            reason: Some(reason),
            ..after
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::domain::policy::Role;

    fn step() -> Step {
        Step {
            by: Person::plain("a"),
            at: "2017-06-30T01:00:00Z".parse().unwrap(),
        }
    }

    proptest! {
        /// Each step that is offered is taken; each that is not is refused, or not the caller's to take.
        #[test]
        fn what_is_offered_is_what_can_be_done(
            walk in prop::collection::vec((prop::sample::select(FeedbackAction::ALL), prop::sample::select(Role::ALL)), 0..6),
        ) {
            let new: NewFeedback =
                serde_json::from_value(serde_json::json!({"requirement_id": "dg-2017.17.3", "rating": 4})).unwrap();
            let about = About {
                requirement: "dg-2017.17.3".parse().unwrap(),
                report: None,
                unit: None,
            };
            let mut feedback = new.receive(about, step(), Uuid::nil().into());
            for (action, role) in walk {
                let actor = Actor {
                    roles: [role].into(),
                    ..Actor::anonymous()
                };
                let after = match action {
                    FeedbackAction::Publish => feedback.publish(step()),
                    FeedbackAction::Reject => feedback.reject(step(), "含广告".into()),
                };
                let may = actor.may(Action::ModerateFeedback) && after.is_ok();
                prop_assert_eq!(feedback.actions_for(&actor).contains(&action), may);
                prop_assert_eq!(feedback.permit(action, &actor).is_ok(), may);
                feedback = after.unwrap_or(feedback);
            }
        }
    }
}
