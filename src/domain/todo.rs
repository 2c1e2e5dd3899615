//! 待办: what waits for the caller. Nothing waits but what the caller may do at this moment, as `permit` of each thing
//! says.

mod open_questions;

use super::{
    catalog::Catalog,
    extension::{Extension, ExtensionAction},
    feedback::{Feedback, FeedbackAction, FeedbackStatus},
    id::{PlanId, RequirementId, UnitCode},
    notice::{Notice, NoticeAction, NoticeStatus},
    obligation::{Horizon, Light, Obligation, ObligationAction},
    order::SortKey,
    plan::{PlanAction, Rules},
    policy::Actor,
    report::{Publication, Report, ReportAction, ReportStatus},
    second_review::{Involved, SecondReview, SecondReviewAction},
    thing::ThingKind,
    time::{Day, day_of, no_day},
    unit::UnitDirectory,
    vocabulary::vocabulary,
};

vocabulary! {
    /// 待办的一类 (a kind of what waits)
    // In the order of their names: lists are sorted by them.
    pub enum TodoKind {
        /// Nobody has said whom a requirement means by a collective, or it has no members: an open question of a plan.
        CollectiveToSettle = "collective_to_settle": "集合单位待定", "a collective to settle";
        /// A requirement without a deadline: an open question of a plan.
        DeadlineToSet = "deadline_to_set": "时限待补", "a deadline to set";
        /// Nobody has said by when: an open question of a plan.
        DeadlineToSettle = "deadline_to_settle": "时限待定", "a deadline to settle";
        /// A request to move a due day.
        ExtensionToDecide = "extension_to_decide": "延期待审批", "an extension to decide";
        /// The same, before it leaves its unit.
        ExtensionToSign = "extension_to_sign": "延期待审签", "an extension to sign";
        /// What the public said.
        FeedbackToModerate = "feedback_to_moderate": "公众评价待审核", "feedback to moderate";
        /// A notice that nobody has received.
        NoticeToAcknowledge = "notice_to_acknowledge": "督办单待签收", "a notice to acknowledge";
        /// A notice without an answer.
        NoticeToAnswer = "notice_to_answer": "督办单待答复", "a notice to answer";
        /// A notice that needs approval.
        NoticeToApprove = "notice_to_approve": "督办单待审批", "a notice to approve";
        /// A notice that was approved.
        NoticeToIssue = "notice_to_issue": "督办单待签发", "a notice to issue";
        /// It is due soon, or overdue, and nobody has begun a report.
        ObligationToReport = "obligation_to_report": "应办事项待填报", "an obligation to report on";
        /// A draft, or what was taken back.
        ReportToFinish = "report_to_finish": "报告待提交", "a report to finish";
        /// Accepted, and not looked at for secrets.
        ReportToJudge = "report_to_judge": "报告待公开审查", "a report to clear or withhold";
        /// Returned.
        ReportToMend = "report_to_mend": "退回待修改", "a report to mend";
        /// Submitted.
        ReportToReview = "report_to_review": "报告待审核", "a report to review";
        /// Written, and not signed by the unit's approver.
        ReportToSign = "report_to_sign": "报告待审签", "a report to sign";
        /// A unit objects.
        SecondReviewToDecide = "second_review_to_decide": "复核待决定", "a second review to decide";
        /// A requirement without a unit: an open question of a plan.
        UnitToName = "unit_to_name": "责任单位待补", "a unit to name";
    }
}

impl TodoKind {
    /// Whether it has a day by which it is to be done, as a rule.
    pub fn has_day(self) -> bool {
        !matches!(
            self,
            Self::CollectiveToSettle
                | Self::DeadlineToSet
                | Self::DeadlineToSettle
                | Self::FeedbackToModerate
                | Self::ReportToJudge
                | Self::ReportToReview
                | Self::UnitToName
        )
    }

    /// The step that it waits for.
    pub fn step(self) -> &'static str {
        match self {
            Self::CollectiveToSettle | Self::DeadlineToSet | Self::DeadlineToSettle | Self::UnitToName => {
                PlanAction::Update.as_str()
            }
            Self::ExtensionToDecide => ExtensionAction::Grant.as_str(),
            Self::ExtensionToSign => ExtensionAction::Sign.as_str(),
            Self::FeedbackToModerate => FeedbackAction::Publish.as_str(),
            Self::NoticeToAcknowledge => NoticeAction::Acknowledge.as_str(),
            Self::NoticeToAnswer => NoticeAction::Answer.as_str(),
            Self::NoticeToApprove => NoticeAction::Approve.as_str(),
            Self::NoticeToIssue => NoticeAction::Issue.as_str(),
            Self::ObligationToReport => ObligationAction::Report.as_str(),
            Self::ReportToFinish | Self::ReportToMend => ReportAction::Submit.as_str(),
            Self::ReportToSign => ReportAction::Sign.as_str(),
            Self::ReportToJudge => ReportAction::Clear.as_str(),
            Self::ReportToReview => ReportAction::Accept.as_str(),
            Self::SecondReviewToDecide => SecondReviewAction::Uphold.as_str(),
        }
    }
}

/// Something that waits.
#[derive(Debug, Clone)]
pub struct Todo {
    /// Why it waits.
    pub kind: TodoKind,
    /// What sort of thing it is.
    pub thing: ThingKind,
    /// The id of the thing that waits.
    pub id: String,
    /// Its plan.
    pub plan: PlanId,
    /// Its requirement, if it has one.
    pub requirement: Option<RequirementId>,
    /// Whose it is, if it is a unit's.
    pub unit: Option<UnitCode>,
    /// What it is called; absent: as its requirement is.
    pub title: Option<String>,
    /// What was said with it.
    pub reason: Option<String>,
    /// Since when it waits.
    pub since: Option<Day>,
    /// The last day to do it in time.
    pub until: Option<Day>,
    /// What may be done to the thing, by its names on the wire.
    pub actions: Vec<&'static str>,
}

impl Todo {
    /// The value to sort by; no two have the same `id`.
    pub fn key(&self, sort: &str) -> SortKey {
        match sort {
            "until_on" => SortKey::Day(self.until.unwrap_or_else(no_day)),
            _ => SortKey::Text(self.name()),
        }
    }

    /// Its kind and its thing.
    pub fn name(&self) -> String {
        format!("{}:{}", self.kind.as_str(), self.id)
    }

    /// The step that it waits for; a request that can only be refused waits for that.
    pub fn step(&self) -> &'static str {
        let usual = self.kind.step();
        let others = self.actions.last().copied().unwrap_or(usual);
        if self.actions.contains(&usual) { usual } else { others }
    }

    /// Whether its day has passed: the day itself is in time.
    pub fn is_overdue(&self, today: Day) -> bool {
        self.until.is_some_and(|until| until < today)
    }
}

/// The caller for whom to-dos are found, and the day.
#[derive(Clone, Copy)]
pub struct Viewer<'a> {
    /// The caller.
    pub actor: &'a Actor,
    /// What plans and units say.
    pub catalog: &'a Catalog,
    /// The day.
    pub today: Day,
}

/// The names of steps.
macro_rules! names {
    ($actions:expr) => {
        $actions
            .into_iter()
            .map(|action| action.as_str())
            .collect::<Vec<&'static str>>()
    };
}

impl Viewer<'_> {
    fn rules(&self, plan: &PlanId) -> Rules {
        self.catalog.rules(plan)
    }

    /// What is owed waits from when it is due soon, until a report on it has been begun.
    pub fn obligation(&self, one: &Obligation, horizon: Horizon) -> Option<Todo> {
        let requirement = &one.id.deadline.requirement;
        let rules = self.rules(requirement.plan());
        let near = matches!(one.standing(horizon).light, Light::Yellow | Light::Red);
        let may = one.permit(ObligationAction::Report, self.actor, self.today, rules);
        (near && may.is_ok()).then(|| Todo {
            kind: TodoKind::ObligationToReport,
            thing: ThingKind::Obligation,
            id: one.id.to_string(),
            plan: requirement.plan().clone(),
            requirement: Some(requirement.clone()),
            unit: Some(one.id.unit.clone()),
            title: None,
            reason: None,
            since: one.opens_on,
            until: one.due_on,
            actions: names!(one.actions_for(self.actor, self.today, rules)),
        })
    }

    /// A report waits for its unit until the day on which its obligation is `due`, and for the offices.
    pub fn report(&self, report: &Report, due: Option<Day>) -> Option<Todo> {
        use TodoKind as K;
        let requirement = &report.obligation.deadline.requirement;
        let rules = self.rules(requirement.plan());
        let begun = report.created.at;
        let at = |step: &Option<super::step::Step>| step.as_ref().map_or(begun, |step| step.at);
        let (kind, step, since) = match (report.status, report.publication) {
            (ReportStatus::Returned, _) => (K::ReportToMend, ReportAction::Submit, at(&report.reviewed)),
            (ReportStatus::Draft | ReportStatus::Withdrawn, _) => (K::ReportToFinish, ReportAction::Submit, begun),
            (ReportStatus::AwaitingSignoff, _) => (K::ReportToSign, ReportAction::Sign, at(&report.submitted)),
            (ReportStatus::Submitted, _) => {
                let last = report.signed.clone().or_else(|| report.submitted.clone());
                (K::ReportToReview, ReportAction::Accept, at(&last))
            }
            (ReportStatus::Accepted, Publication::Pending) => {
                (K::ReportToJudge, ReportAction::Clear, at(&report.reviewed))
            }
            (ReportStatus::Accepted, _) => return None,
        };
        report.permit(step, self.actor, rules).ok()?;
        Some(Todo {
            kind,
            thing: ThingKind::ProgressReport,
            id: report.id.to_string(),
            plan: requirement.plan().clone(),
            requirement: Some(requirement.clone()),
            unit: Some(report.unit().clone()),
            title: None,
            reason: report.review.clone().filter(|_| kind == K::ReportToMend),
            since: Some(day_of(since)),
            until: due.filter(|_| kind.has_day()),
            actions: names!(report.actions_for(self.actor, rules)),
        })
    }

    /// A request waits for its unit's approver, and for the offices until the day that it wants to move. What can only
    /// be refused waits too.
    pub fn extension(&self, extension: &Extension) -> Option<Todo> {
        let requirement = &extension.obligation.deadline.requirement;
        let rules = self.rules(requirement.plan());
        let may = |action| extension.permit(action, self.actor, rules).is_ok();
        let asked = extension.requested.at;
        let (kind, since) = if may(ExtensionAction::Sign) {
            (TodoKind::ExtensionToSign, asked)
        } else if may(ExtensionAction::Refuse) {
            let signed = extension.signed.as_ref().map_or(asked, |step| step.at);
            (TodoKind::ExtensionToDecide, signed)
        } else {
            return None;
        };
        Some(Todo {
            kind,
            thing: ThingKind::Extension,
            id: extension.id.to_string(),
            plan: requirement.plan().clone(),
            requirement: Some(requirement.clone()),
            unit: Some(extension.unit().clone()),
            title: None,
            reason: Some(extension.reason.clone()),
            since: Some(day_of(since)),
            until: Some(extension.due_on),
            actions: names!(extension.actions_for(self.actor, rules)),
        })
    }

    /// A notice waits for the units that it was sent to, and before that for the officers who approve and issue it.
    pub fn notice(&self, notice: &Notice) -> Option<Todo> {
        let (rules, units): (Rules, &UnitDirectory) = (self.rules(&notice.plan), &self.catalog.units);
        let may = |action| notice.permit(action, self.actor, self.today, rules, units).is_ok();
        let part = |action| notice.part(action, self.actor, self.today).ok();
        let begun = Some(&notice.created);
        let open = || part(NoticeAction::Answer).filter(|part| part.answer.is_none());
        let (kind, part, since) = match notice.status {
            NoticeStatus::Issued => {
                let (kind, part) = if let Some(part) = open() {
                    (TodoKind::NoticeToAnswer, part)
                } else {
                    (TodoKind::NoticeToAcknowledge, part(NoticeAction::Acknowledge)?)
                };
                (kind, Some(part), notice.issued.as_ref())
            }
            NoticeStatus::Submitted if may(NoticeAction::Approve) => (TodoKind::NoticeToApprove, None, begun),
            NoticeStatus::Approved if may(NoticeAction::Issue) => {
                (TodoKind::NoticeToIssue, None, notice.approved.as_ref())
            }
            _ => return None,
        };
        Some(Todo {
            kind,
            thing: ThingKind::Notice,
            id: notice.id.to_string(),
            plan: notice.plan.clone(),
            requirement: None,
            unit: part.map(|part| part.unit.clone()),
            title: Some(notice.subject.clone()),
            reason: None,
            since: since.map(|step| day_of(step.at)),
            until: notice.reply_by,
            actions: names!(notice.actions_for(self.actor, self.today, rules, units)),
        })
    }

    /// An objection waits for a reviewer who took no part in what it is about.
    pub fn second_review(&self, review: &SecondReview, involved: Option<&Involved>) -> Option<Todo> {
        let involved = involved?;
        review.permit(SecondReviewAction::Uphold, self.actor, involved).ok()?;
        Some(Todo {
            kind: TodoKind::SecondReviewToDecide,
            thing: ThingKind::SecondReview,
            id: review.id.to_string(),
            plan: review.plan.clone(),
            requirement: None,
            unit: Some(review.unit.clone()),
            title: Some(review.reason.clone()),
            reason: Some(review.reason.clone()),
            since: Some(day_of(review.requested.at)),
            until: Some(review.decide_by),
            actions: names!(review.actions_for(self.actor, involved)),
        })
    }

    /// What the public said waits to be looked at.
    pub fn feedback(&self, feedback: &Feedback) -> Option<Todo> {
        let may = feedback.permit(FeedbackAction::Publish, self.actor);
        (feedback.status == FeedbackStatus::Pending && may.is_ok()).then(|| Todo {
            kind: TodoKind::FeedbackToModerate,
            thing: ThingKind::Feedback,
            id: feedback.id.to_string(),
            plan: feedback.about.requirement.plan().clone(),
            requirement: Some(feedback.about.requirement.clone()),
            unit: feedback.about.unit.clone(),
            title: feedback.text.clone(),
            reason: None,
            since: Some(day_of(feedback.received_at)),
            until: None,
            actions: names!(feedback.actions_for(self.actor)),
        })
    }
}
