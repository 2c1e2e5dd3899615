//! The one log: who changed what, when, why, with before and after. Entries are only added.

use serde_json::Value;

use super::{
    id::{EntryId, PlanId, UnitCode},
    person::Person,
    policy::{Action, Actor},
    scope::Scoped,
    time::Instant,
};

/// What happened, dotted past tense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names on the wire say it")]
pub enum Event {
    PlanCreated,
    PlanUpdated,
    PlanDeleted,
    PlanPublished,
    PlanClosed,
    TaskCreated,
    TaskUpdated,
    TaskDeleted,
    RequirementCreated,
    RequirementUpdated,
    RequirementDeleted,
    DeadlineCreated,
    DeadlineUpdated,
    DeadlineDeleted,
    CalendarUpdated,
    FeedOpened,
    ExtensionRequested,
    ExtensionSigned,
    ExtensionWithdrawn,
    ExtensionGranted,
    ExtensionRefused,
    NoticeCreated,
    NoticeUpdated,
    NoticeDeleted,
    NoticeSubmitted,
    NoticeApproved,
    NoticeReturned,
    NoticeIssued,
    NoticeRescinded,
    NoticeLifted,
    NoticeAcknowledged,
    NoticeAnswered,
    SecondReviewRequested,
    SecondReviewUpheld,
    SecondReviewOverturned,
    SecondReviewLapsed,
    SecondReviewWithdrawn,
    AssessmentFrozen,
    ObligationExempted,
    ObligationDueSoon,
    ObligationOverdue,
    ObligationRestored,
    OccurrenceRegistered,
    OccurrenceUpdated,
    OccurrenceWithdrawn,
    ReportCreated,
    ReportSaved,
    ReportDiscarded,
    ReportSubmitted,
    ReportSigned,
    ReportWithdrawn,
    ReportAccepted,
    ReportReturned,
    ReportCleared,
    ReportWithheld,
    ReportRevised,
    AttachmentAdded,
    AttachmentRemoved,
    FeedbackReceived,
    FeedbackPublished,
    FeedbackRejected,
    ReportReinstated,
    UnitCreated,
    UnitUpdated,
    UnitDeleted,
}

impl Event {
    /// Its name in the log and in the change feed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PlanCreated => "plan.created",
            Self::PlanUpdated => "plan.updated",
            Self::PlanDeleted => "plan.deleted",
            Self::PlanPublished => "plan.published",
            Self::PlanClosed => "plan.closed",
            Self::TaskCreated => "task.created",
            Self::TaskUpdated => "task.updated",
            Self::TaskDeleted => "task.deleted",
            Self::RequirementCreated => "requirement.created",
            Self::RequirementUpdated => "requirement.updated",
            Self::RequirementDeleted => "requirement.deleted",
            Self::DeadlineCreated => "deadline.created",
            Self::DeadlineUpdated => "deadline.updated",
            Self::DeadlineDeleted => "deadline.deleted",
            Self::CalendarUpdated => "calendar.updated",
            Self::FeedOpened => "calendar_feed.opened",
            Self::ExtensionRequested => "extension.requested",
            Self::ExtensionSigned => "extension.signed",
            Self::ExtensionWithdrawn => "extension.withdrawn",
            Self::ExtensionGranted => "extension.granted",
            Self::ExtensionRefused => "extension.refused",
            Self::NoticeCreated => "notice.created",
            Self::NoticeUpdated => "notice.updated",
            Self::NoticeDeleted => "notice.deleted",
            Self::NoticeSubmitted => "notice.submitted",
            Self::NoticeApproved => "notice.approved",
            Self::NoticeReturned => "notice.returned",
            Self::NoticeIssued => "notice.issued",
            Self::NoticeRescinded => "notice.rescinded",
            Self::NoticeLifted => "notice.lifted",
            Self::NoticeAcknowledged => "notice.acknowledged",
            Self::NoticeAnswered => "notice.answered",
            Self::SecondReviewRequested => "second_review.requested",
            Self::SecondReviewUpheld => "second_review.upheld",
            Self::SecondReviewOverturned => "second_review.overturned",
            Self::SecondReviewLapsed => "second_review.lapsed",
            Self::SecondReviewWithdrawn => "second_review.withdrawn",
            Self::AssessmentFrozen => "assessment.frozen",
            Self::ObligationDueSoon => "obligation.due_soon",
            Self::ObligationOverdue => "obligation.overdue",
            Self::ObligationExempted => "obligation.exempted",
            Self::ObligationRestored => "obligation.restored",
            Self::OccurrenceRegistered => "occurrence.registered",
            Self::OccurrenceUpdated => "occurrence.updated",
            Self::OccurrenceWithdrawn => "occurrence.withdrawn",
            Self::ReportCreated => "progress_report.created",
            Self::ReportSaved => "progress_report.saved",
            Self::ReportDiscarded => "progress_report.discarded",
            Self::ReportSubmitted => "progress_report.submitted",
            Self::ReportSigned => "progress_report.signed",
            Self::ReportWithdrawn => "progress_report.withdrawn",
            Self::ReportAccepted => "progress_report.accepted",
            Self::ReportReturned => "progress_report.returned",
            Self::ReportCleared => "progress_report.cleared",
            Self::ReportWithheld => "progress_report.withheld",
            Self::ReportRevised => "progress_report.revised",
            Self::AttachmentAdded => "progress_report.attachment_added",
            Self::AttachmentRemoved => "progress_report.attachment_removed",
            Self::FeedbackReceived => "feedback.received",
            Self::FeedbackPublished => "feedback.published",
            Self::FeedbackRejected => "feedback.rejected",
            Self::ReportReinstated => "progress_report.reinstated",
            Self::UnitCreated => "unit.created",
            Self::UnitUpdated => "unit.updated",
            Self::UnitDeleted => "unit.deleted",
        }
    }
}

/// One change.
#[derive(Debug, Clone, PartialEq)]
pub struct LogEntry {
    /// UUIDv7.
    pub id: EntryId,
    /// When it was committed to happen (the transaction's instant).
    pub at: Instant,
    /// Who did it.
    pub actor: Person,
    /// The unit of who did it.
    pub actor_unit: Option<UnitCode>,
    /// What happened, [`Event::as_str`].
    pub event: String,
    /// The id or code of the thing.
    pub subject: String,
    /// The plan it belongs to.
    pub plan: Option<PlanId>,
    /// Why, where a reason is asked for.
    pub reason: Option<String>,
    /// The thing before.
    pub before: Option<Value>,
    /// The thing after.
    pub after: Option<Value>,
    /// The request it came with.
    pub request_id: Option<String>,
}

/// What is seen of the log itself. What happened to one thing is its history: who sees the thing sees that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sight {
    /// All of it.
    pub all: bool,
    /// What changed in published plans, and why.
    pub amendments: bool,
}

impl Scoped for LogEntry {
    type Sight = Sight;

    fn sight(actor: &Actor) -> Sight {
        Sight {
            all: actor.may(Action::ReadAudit),
            amendments: actor.may(Action::ReadAmendments),
        }
    }

    fn everything() -> Sight {
        Sight {
            all: true,
            amendments: true,
        }
    }
}

impl LogEntry {
    /// The kind of the subject: what stands before the dot of the event.
    pub fn thing(&self) -> &str {
        self.event.split('.').next().unwrap_or_default()
    }
}
