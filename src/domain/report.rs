//! 进展报告: what a unit says about an obligation, and its way through two gates: the coordinators'
//! review, and the secrecy review before anybody else sees a word of it (政府信息公开条例, art. 17).
//!
//! [`Report::actions`] is the whole workflow: the API, its document and the tests all ask it.

mod attachments;
mod begin;
mod brief;
mod bulk;
mod content;
mod facts;
mod indicators;
mod people;
mod visibility;
mod workflow;

use serde::Serialize;

pub use self::{
    brief::{Brief, precedence},
    bulk::{BulkClearance, BulkReview},
    content::{ContentPatch, Evidence, NewReport, ReportContent},
    facts::{facts, facts_after, reportable},
    indicators::{IndicatorReading, IndicatorValue},
    visibility::{Depth, Visibility},
    workflow::{Decision, Judgement, Publication, ReportAction, ReportStatus},
};
use super::{
    attachment::Attachment,
    fault::{Checker, FieldError},
    id::{PlanId, ReportId, UnitCode},
    obligation::{ObligationId, State, as_text},
    person::Person,
    plan::Rules,
    policy::Actor,
    requirement::Requirement,
    step::Step,
    time::{Day, day_of},
};

super::event::events! {
    REPORT_CREATED = "progress_report.created",
    REPORT_SAVED = "progress_report.saved",
    REPORT_DISCARDED = "progress_report.discarded",
    REPORT_SUBMITTED = "progress_report.submitted",
    REPORT_SIGNED = "progress_report.signed",
    REPORT_WITHDRAWN = "progress_report.withdrawn",
    REPORT_ACCEPTED = "progress_report.accepted",
    REPORT_RETURNED = "progress_report.returned",
    REPORT_CLEARED = "progress_report.cleared",
    REPORT_WITHHELD = "progress_report.withheld",
    REPORT_REVISED = "progress_report.revised",
    REPORT_REINSTATED = "progress_report.reinstated",
}

/// A report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// UUIDv7.
    pub id: ReportId,
    /// What it reports on.
    #[serde(serialize_with = "as_text")]
    pub obligation: ObligationId,
    /// Where it is in its life.
    pub status: ReportStatus,
    /// Whether it may be seen outside its unit and the reviewing offices.
    pub publication: Publication,
    /// Grows with each revision of an accepted report, from 1.
    pub revision: i64,
    /// What it says.
    pub content: ReportContent,
    /// The files that belong to it, as they are now; `None` where they were not asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachments: Option<Vec<Attachment>>,
    /// Who wrote any of it, in any revision: they do not judge it.
    pub authors: Vec<Person>,
    /// Who began it, and when.
    pub created: Step,
    /// Who submitted it last.
    pub submitted: Option<Step>,
    /// Who signed it for the unit.
    pub signed: Option<Step>,
    /// Who accepted or returned it last.
    pub reviewed: Option<Step>,
    /// What was said with that; the reason of a return.
    pub review: Option<String>,
    /// Who cleared or withheld it last.
    pub judged: Option<Step>,
    /// Why it was withheld, or what was said when it was cleared.
    pub judgement: Option<String>,
    /// The day on which its unit handed in what it says (Asia/Shanghai); a revision keeps that of what was accepted.
    pub reported_on: Option<Day>,
    /// Of a revision: the day on which the claim of completion was handed in that was accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_on: Option<Day>,
    /// What is around it.
    #[serde(skip)]
    pub circumstances: ReportContext,
    /// Grows with each change.
    pub version: i64,
}

/// What decides beside its status what may be done to a report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReportContext {
    /// This is how it was on an earlier day: nothing can be done there.
    pub past: bool,
    /// Its obligation is exempted.
    pub exempted: bool,
    /// Another report on its obligation is not finished.
    pub another: bool,
}

/// Why something cannot be done to a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The body has faults.
    Faults(Vec<FieldError>),
    /// It is not for this caller: it does not exist.
    NotYours,
    /// This plan, its own, is closed.
    PlanClosed(PlanId),
    /// Its status does not allow that.
    NotAllowed(ReportStatus),
    /// An author must not judge the report.
    OwnWords,
    /// Who accepted it does not clear it too.
    OwnReview,
    /// Another report on its obligation is not finished.
    HasReport,
    /// The obligation cannot be reported on: exempted, waiting, or its period has not begun.
    NotReportable(ObligationId, State),
}

impl Report {
    /// The unit it speaks for.
    pub fn unit(&self) -> &UnitCode {
        &self.obligation.unit
    }

    /// Whether it has left its unit, and was not taken back.
    pub fn was_handed_in(&self) -> bool {
        self.status.was_handed_in()
    }

    /// Whether it is public.
    pub fn is_public(&self) -> bool {
        self.publication.opens(self.status)
    }

    /// What its status allows; roles and four eyes decide the rest.
    pub fn actions(&self) -> Vec<ReportAction> {
        use ReportAction as A;
        let mut actions = match self.status {
            ReportStatus::Draft => vec![A::Update, A::Submit],
            ReportStatus::AwaitingSignoff => vec![A::Sign, A::Withdraw],
            ReportStatus::Submitted => vec![A::Withdraw, A::Accept, A::Return],
            ReportStatus::Returned | ReportStatus::Withdrawn => vec![A::Update, A::Submit],
            ReportStatus::Accepted => match self.publication {
                Publication::Pending => vec![A::Clear, A::Withhold, A::Revise],
                Publication::Cleared => vec![A::Withhold, A::Revise],
                Publication::Withheld => vec![A::Clear, A::Revise],
            },
        };
        if self.status == ReportStatus::Draft && self.submitted.is_none() {
            actions.push(A::Delete);
        }
        actions
    }

    /// `Ok` when `actor` may take this step now.
    pub fn permit(&self, action: ReportAction, actor: &Actor, rules: Rules) -> Result<(), Refusal> {
        if !actor.may_on(action.demands(), self.unit()) {
            return Err(Refusal::NotYours);
        }
        if !rules.open && !action.outlasts_plan() {
            return Err(Refusal::PlanClosed(self.obligation.deadline.requirement.plan().clone()));
        }
        self.allow(action)?;
        match action {
            _ if self.circumstances.past => return Err(Refusal::NotAllowed(self.status)),
            ReportAction::Submit | ReportAction::Sign if self.circumstances.exempted => {
                return Err(Refusal::NotReportable(self.obligation.clone(), State::Exempted));
            }
            ReportAction::Revise if self.circumstances.another => return Err(Refusal::HasReport),
            _ => {}
        }
        let own_words = actor.person.as_ref().is_some_and(|who| self.is_by(who));
        if action.is_review() && own_words {
            return Err(Refusal::OwnWords);
        }
        if action == ReportAction::Clear && actor.person.as_ref().is_some_and(|who| self.was_accepted_by(who)) {
            return Err(Refusal::OwnReview);
        }
        Ok(())
    }

    /// What `actor` may do to it now.
    pub fn actions_for(&self, actor: &Actor, rules: Rules) -> Vec<ReportAction> {
        let all = ReportAction::ALL.iter().copied();
        all.filter(|action| self.permit(*action, actor, rules).is_ok())
            .collect()
    }

    /// `Ok` when its status allows `action`.
    pub fn allow(&self, action: ReportAction) -> Result<(), Refusal> {
        if self.actions().contains(&action) {
            Ok(())
        } else {
            Err(Refusal::NotAllowed(self.status))
        }
    }

    fn step(&self, action: ReportAction, by: &Step) -> Result<Self, Refusal> {
        self.allow(action)?;
        if action.is_review() && self.is_by(&by.by) {
            return Err(Refusal::OwnWords);
        }
        let mut after = self.clone();
        if !action.is_review() && !self.is_by(&by.by) {
            after.authors.push(by.by.clone());
        }
        after.version += 1;
        Ok(after)
    }

    /// 保存: the content after `patch`. Who says what it says already is no author, and it stays at its version.
    pub fn save(&self, by: &Step, patch: ContentPatch, of: Option<&Requirement>) -> Result<Self, Refusal> {
        let after = self.step(ReportAction::Update, by)?;
        let content = self.content.patched(patch, day_of(by.at), self.unit(), of);
        let content = content.map_err(Refusal::Faults)?;
        Ok(if content == self.content {
            self.clone()
        } else {
            Self { content, ..after }
        })
    }

    /// `Ok` when it may be deleted.
    pub fn delete(&self) -> Result<(), Refusal> {
        self.allow(ReportAction::Delete)
    }

    /// 提交. With `signoff` it waits for the unit's approver first.
    pub fn submit(&self, by: Step, of: Option<&Requirement>, signoff: bool) -> Result<Self, Refusal> {
        let mut after = self.step(ReportAction::Submit, &by)?;
        let mut check = Checker::default();
        after.content.check_complete(&mut check, of);
        check.finish().map_err(Refusal::Faults)?;
        after.content.read_indicators(self.unit(), of);
        if signoff {
            after.status = ReportStatus::AwaitingSignoff;
        } else {
            after.count_as_submitted(day_of(by.at));
        }
        after.submitted = Some(by);
        after.signed = None;
        Ok(after)
    }

    fn count_as_submitted(&mut self, today: Day) {
        self.status = ReportStatus::Submitted;
        self.reported_on = self.reported_on.filter(|_| self.is_revised()).or(Some(today));
    }

    /// 审签, by the unit's approver.
    pub fn sign(&self, by: Step) -> Result<Self, Refusal> {
        let mut after = self.step(ReportAction::Sign, &by)?;
        after.count_as_submitted(day_of(by.at));
        after.signed = Some(by);
        Ok(after)
    }

    /// 撤回. What was not accepted was never reported.
    pub fn withdraw(&self, by: &Step) -> Result<Self, Refusal> {
        let mut after = self.step(ReportAction::Withdraw, by)?;
        after.status = ReportStatus::Withdrawn;
        if !self.is_revised() {
            after.reported_on = None;
        }
        Ok(after)
    }

    fn reviewed(&self, action: ReportAction, status: ReportStatus, by: Step) -> Result<Self, Refusal> {
        let after = self.step(action, &by)?;
        Ok(Self {
            status,
            reviewed: Some(by),
            ..after
        })
    }

    /// 通过, perhaps with a note.
    pub fn accept(&self, by: Step, note: Option<String>) -> Result<Self, Refusal> {
        let mut check = Checker::default();
        check.optional_text("note", note.as_deref(), 2000);
        check.finish().map_err(Refusal::Faults)?;
        let after = self.reviewed(ReportAction::Accept, ReportStatus::Accepted, by)?;
        Ok(Self {
            review: note,
            claimed_on: self.is_revised().then(|| self.claims_since()).flatten(),
            ..after
        })
    }

    /// 退回, with a reason.
    pub fn send_back(&self, by: Step, reason: String) -> Result<Self, Refusal> {
        let mut check = Checker::default();
        check.text("reason", &reason, 2000);
        check.finish().map_err(Refusal::Faults)?;
        let after = self.reviewed(ReportAction::Return, ReportStatus::Returned, by)?;
        Ok(Self {
            review: Some(reason),
            ..after
        })
    }

    /// 复核撤销退回: it is with the coordinators again, as if it had not been returned. No route asks for this step by
    /// itself: it is what overturning the return does.
    pub fn reinstate(&self) -> Result<Self, Refusal> {
        if self.status != ReportStatus::Returned {
            return Err(Refusal::NotAllowed(self.status));
        }
        Ok(Self {
            status: ReportStatus::Submitted,
            version: self.version + 1,
            ..self.clone()
        })
    }

    fn judge(&self, action: ReportAction, to: Publication, by: Step, why: Option<String>) -> Result<Self, Refusal> {
        let after = self.step(action, &by)?;
        Ok(Self {
            publication: to,
            judged: Some(by),
            judgement: why,
            ..after
        })
    }

    /// 准予公开.
    pub fn clear(&self, by: Step, note: Option<String>) -> Result<Self, Refusal> {
        if self.was_accepted_by(&by.by) {
            return Err(Refusal::OwnReview);
        }
        let mut check = Checker::default();
        check.optional_text("note", note.as_deref(), 2000);
        check.finish().map_err(Refusal::Faults)?;
        self.judge(ReportAction::Clear, Publication::Cleared, by, note)
    }

    /// 不予公开, with a reason. It also takes back what was public.
    pub fn withhold(&self, by: Step, reason: String) -> Result<Self, Refusal> {
        let mut check = Checker::default();
        check.text("reason", &reason, 2000);
        check.finish().map_err(Refusal::Faults)?;
        self.judge(ReportAction::Withhold, Publication::Withheld, by, Some(reason))
    }

    /// 修订: from now on it is a draft that only the unit sees; both reviews start again.
    pub fn revise(&self, by: &Step) -> Result<Self, Refusal> {
        let after = self.step(ReportAction::Revise, by)?;
        Ok(Self {
            status: ReportStatus::Draft,
            publication: Publication::Pending,
            revision: self.revision + 1,
            signed: None,
            claimed_on: self.claims_since(),
            ..after
        })
    }
}

#[cfg(test)]
mod tests;
