//! Progress reports: writing them, and taking them through both gates. Each step is one transaction:
//! the report, what it makes of its obligation, and the log entry.

mod bulk;
mod counted;
mod steps;

use self::counted::settle;
pub use self::{
    bulk::{judge_reports, review_reports},
    steps::{
        accept_report, clear_report, return_report, revise_report, sign_report, submit_report, update_report,
        withdraw_report, withhold_report,
    },
};
use super::{
    obligations::settle_requirement,
    step::Guard,
    work::{Expected, Work, plan_closed},
};
use crate::{
    domain::{
        event::Event,
        fault::Fault,
        id::ReportId,
        obligation::{self, Obligation, ObligationAction, ObligationId, State},
        plan::Rules,
        report::{Depth, NewReport, Refusal, Report, ReportAction, ReportStatus},
        requirement::Requirement,
        scope::Scope,
        thing::ThingKind,
        time::day_of,
    },
    error::{Code, Error, Result},
    say,
    store::{self, revisions::plan_scope},
};

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Faults(faults) => Self::body(faults),
            Refusal::NotYours => Self::not_found(),
            Refusal::PlanClosed(plan) => plan_closed(&plan),
            Refusal::HasReport => obligation::Refusal::HasReport.into(),
            Refusal::NotAllowed(status) => {
                let (zh, en) = words(status);
                let detail = say!(
                    "报告{zh}，不能执行此操作",
                    "the report is {en}, which does not allow this"
                );
                Self::new(Code::WrongState, detail)
            }
            Refusal::OwnWords => Self::new(
                Code::Forbidden,
                say!(
                    "不能审签、审核或审查本人填报的内容",
                    "nobody signs, reviews or clears what they wrote"
                ),
            ),
            Refusal::OwnReview => Self::new(
                Code::Forbidden,
                say!(
                    "审核通过和准予公开须由两人分别办理：本人通过的报告，由另一名保密审查员准予公开",
                    "who accepted a report does not clear it too: another secrecy reviewer does"
                ),
            ),
            Refusal::NotReportable(id, state) => {
                let (zh, en) = match state {
                    State::Waiting => ("尚未触发", "waiting for its event"),
                    State::Undecided => ("时限待定", "without a time limit yet"),
                    State::NotOpen => ("尚未开始", "not open yet"),
                    State::Exempted => ("已免办", "exempted"),
                    State::Fulfilled => ("已办结", "fulfilled"),
                    State::Open | State::Submitted | State::Returned => ("办理中", "open"),
                };
                let detail = say!(
                    "事项 {id} {zh}，不能报送",
                    "the obligation {id} is {en} and takes no report"
                );
                Self::new(Code::WrongState, detail).because_of(ThingKind::Obligation, &id)
            }
        }
    }
}

fn words(status: ReportStatus) -> (&'static str, &'static str) {
    match status {
        ReportStatus::Draft => ("草稿", "a draft"),
        ReportStatus::AwaitingSignoff => ("待审签", "awaiting the unit's signature"),
        ReportStatus::Submitted => ("待审核", "submitted"),
        ReportStatus::Returned => ("已退回", "returned"),
        ReportStatus::Accepted => ("已通过", "accepted"),
        ReportStatus::Withdrawn => ("已撤回", "withdrawn"),
    }
}

/// There is a report on the obligation that is not finished: which, as far as the caller sees it.
async fn unfinished(work: &mut Work<'_>, id: &ObligationId) -> Result<Error> {
    let scope = work.scope();
    let reports = store::reports::of_obligation(work.tx, id, &scope).await?;
    let found = reports.iter().find(|report| report.status != ReportStatus::Accepted);
    let Some(report) = found else {
        return Ok(obligation::Refusal::HasReport.into());
    };
    let (id, (zh, en)) = (report.id, words(report.status));
    let detail = say!(
        "该事项已有一份未完成的报告 {id}（{zh}），请继续填报该报告",
        "there is a report on it that is not finished: {id}, which is {en}; go on with that one"
    );
    Ok(Error::new(Code::AlreadyExists, detail).because_of(ThingKind::ProgressReport, &id))
}

/// What a step needs to know besides the report.
pub(super) struct StepContext {
    obligation: Option<Obligation>,
    requirement: Option<Requirement>,
    pub(super) rules: Rules,
}

/// Holds the obligation, so that its reports change one after the other; those of others go on.
pub(super) async fn hold(work: &mut Work<'_>, id: &ObligationId) -> Result<StepContext> {
    let plan_id = id.deadline.requirement.plan();
    let part = format!("obligation:{id}");
    work.tx.lock_within(&plan_scope(plan_id), &part).await?;
    let of = &id.deadline.requirement;
    let found = store::obligations::find_in_plan(work.tx, id, &Scope::system()).await?;
    let (obligation, revision) = found.map_or((None, None), |(found, revision)| (Some(found), revision));
    let known = revision.and_then(|revision| work.known_plan(plan_id, revision));
    let (rules, requirement) = if let Some(plan) = known {
        (plan.content.plan.rules(), plan.requirement(of).cloned())
    } else {
        let plan = store::plans::find(work.tx, plan_id).await?;
        let requirement = store::requirements::find(work.tx, of).await?;
        (plan.ok_or_else(Error::not_found)?.rules(), requirement)
    };
    Ok(StepContext {
        obligation,
        requirement,
        rules,
    })
}

/// 填报: a draft on an obligation of the caller's unit, which may be submitted with it.
pub async fn create_report(work: &mut Work<'_>, new: NewReport) -> Result<Report> {
    let missing = || {
        let detail = say!("没有这项应办事项", "there is no such obligation");
        Error::field("/obligation_id", Fault::NotFound, detail)
    };
    let id: ObligationId = new.obligation_id.parse().map_err(|_| missing())?;
    if !work.may_on(ObligationAction::Report.demands(), &id.unit) {
        return Err(missing());
    }
    let context = hold(work, &id)
        .await
        .map_err(|error| if error.code == Code::NotFound { missing() } else { error })?;
    let obligation = context.obligation.ok_or_else(missing)?;
    let permitted = obligation.permit(ObligationAction::Report, work.actor(), day_of(work.now), context.rules);
    if permitted == Err(obligation::Refusal::HasReport) {
        return Err(unfinished(work, &id).await?);
    }
    permitted?;
    let (submit, of) = (new.submit, context.requirement.as_ref());
    let draft = new.begin(&obligation, work.step(), of, work.new_id())?;
    let report = if submit {
        draft.submit(work.step(), of, context.rules.signoff)?
    } else {
        draft.clone()
    };
    store::reports::insert(work.tx, &report).await?;
    work.record_step(Event::REPORT_CREATED, None, None, Some(&draft))
        .await?;
    if submit {
        settle(work, Some(obligation), &report).await?;
        work.record_step(Event::REPORT_SUBMITTED, None, Some(&draft), Some(&report))
            .await?;
    }
    Ok(report)
}

/// What overturning the return of a held report does: it is with the coordinators again.
pub(super) async fn reinstate_report(
    work: &mut Work<'_>,
    before: &Report,
    context: StepContext,
    reason: String,
) -> Result<Report> {
    let after = before.reinstate()?;
    store::reports::save(work.tx, &after, work.now).await?;
    settle(work, context.obligation, &after).await?;
    work.record_step(Event::REPORT_REINSTATED, Some(reason), Some(before), Some(&after))
        .await?;
    Ok(after)
}

/// What stands before a step with a report.
pub(super) fn guard<'a>(report: &'a Report, expected: Option<&'a Expected>) -> Guard<'a, ReportId> {
    Guard {
        kind: ThingKind::ProgressReport,
        id: &report.id,
        version: report.version,
        expected,
    }
}

/// The report for a step that the caller may take now; held, with what is around it.
pub(super) async fn load(
    work: &mut Work<'_>,
    id: ReportId,
    action: ReportAction,
    expected: Option<&Expected>,
) -> Result<(Report, StepContext)> {
    let scope = work.scope();
    let found = store::reports::find(work.tx, id, &scope, None)
        .await?
        .filter(|found| scope.depth(found) == Some(Depth::Full))
        .ok_or_else(Error::not_found)?;
    let context = hold(work, &found.obligation).await?;
    let report = if work.tx.writes_alone() {
        found
    } else {
        // Again, now that nobody else can change it.
        let found = store::reports::find(work.tx, id, &scope, None).await?;
        found.ok_or_else(Error::not_found)?
    };
    let (guard, rules) = (guard(&report, expected), context.rules);
    let permitted = report.permit(action, work.actor(), rules);
    if permitted == Err(Refusal::HasReport) {
        guard.check_version()?;
        let allowed = report.actions_for(work.actor(), rules);
        let unfinished = unfinished(work, &report.obligation).await?;
        return Err(unfinished.with_allowed(ThingKind::ProgressReport, &id, &allowed));
    }
    guard.check(permitted, || report.actions_for(work.actor(), rules))?;
    Ok((report, context))
}

/// Deletes a draft that was never submitted. Gives the keys of its files that are not in the database.
pub async fn delete_report(work: &mut Work<'_>, id: ReportId, expected: &Expected) -> Result<Vec<String>> {
    // What stays in the ledger only because of this draft leaves it, and for that the plan is locked.
    let scope = work.scope();
    let found = store::reports::find(work.tx, id, &scope, None).await?;
    let requirement = found.ok_or_else(Error::not_found)?.obligation.deadline.requirement;
    work.tx.lock(&plan_scope(requirement.plan())).await?;
    let (report, _) = load(work, id, ReportAction::Delete, Some(expected)).await?;
    report.delete()?;
    let mut keys = Vec::new();
    for attachment in report.attachments.iter().flatten() {
        keys.extend(store::attachments::key(work.tx, attachment).await?);
    }
    store::reports::delete(work.tx, &report, work.now).await?;
    work.record_step(Event::REPORT_DISCARDED, None, Some(&report), None)
        .await?;
    settle_requirement(work, &requirement).await?;
    Ok(keys)
}
