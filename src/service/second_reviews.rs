//! Asking for second reviews, and deciding them.

use super::{
    notices::{self, notice_scope},
    reports,
    step::Guard,
    work::{Expected, Work, plan_closed},
};
use crate::{
    domain::{
        event::Event,
        fault::Fault,
        id::{NoticeId, ReportId, UnitCode},
        notice::{Notice, NoticeStatus},
        order::Window,
        policy::Action,
        report::{Report, ReportStatus},
        scope::Scope,
        second_review::{
            DAYS_TO_ASK, Decision, Involved, Matter, Objection, Refusal, SecondReview, SecondReviewAction,
            SecondReviewId, SecondReviewStatus, Subject,
        },
        thing::ThingKind,
    },
    error::{Code, Error, Result},
    say,
    store::{self, filter::Filter as _, second_reviews::SecondReviewFilter},
};

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Faults(faults) => Self::body(faults),
            Refusal::NotYours => Self::not_found(),
            Refusal::HadPart => Self::new(
                Code::Forbidden,
                say!(
                    "起草、审批、签发、审签、退回过的人员和申请人应当回避，不能作复核决定",
                    "whoever wrote, signed, approved, issued or returned it, or asked for the review, does not decide the review"
                ),
            ),
            Refusal::TooLate(last) => Self::new(
                Code::WrongState,
                say!(
                    "申请复核的期限为 {DAYS_TO_ASK} 天，最后一天是 {last}",
                    "a second review is asked for within {DAYS_TO_ASK} days; the last one was {last}"
                ),
            ),
            Refusal::Status(status) => {
                let (zh, en) = words(status);
                Self::new(
                    Code::WrongState,
                    say!(
                        "复核{zh}，不能执行此操作",
                        "the review is {en}; nothing more can be done to it"
                    ),
                )
            }
        }
    }
}

/// What a unit objects to, as the request names it.
pub struct ObjectionRequest {
    /// A notice.
    pub notice_id: Option<String>,
    /// A progress report.
    pub progress_report_id: Option<String>,
}

/// 申请复核, by the caller's unit, of a notice that it received or of the return of its report.
pub async fn request_second_review(
    work: &mut Work<'_>,
    asked: ObjectionRequest,
    reason: String,
) -> Result<(SecondReview, Involved)> {
    if work.actor().unit.is_none() {
        return Err(work_of_a_unit(&asked));
    }
    let (objection, matter) = match (&asked.notice_id, &asked.progress_report_id) {
        (Some(id), None) => of_notice(work, id).await?,
        (None, Some(id)) => of_report(work, id).await?,
        (None, None) => {
            let detail = say!(
                "须填写 notice_id 或 progress_report_id 之一",
                "give notice_id or progress_report_id"
            );
            return Err(Error::field("/notice_id", Fault::Required, detail));
        }
        (Some(_), Some(_)) => {
            let detail = say!(
                "notice_id 和 progress_report_id 只能填写一项",
                "give either notice_id or progress_report_id, not both"
            );
            return Err(Error::field("/progress_report_id", Fault::Conflict, detail));
        }
    };
    let review = objection.request(work.new_id(), reason, work.step())?;
    if !store::second_reviews::insert(work.tx, &review).await? {
        return Err(asked_already(work, &review).await?);
    }
    work.record_step(Event::SECOND_REVIEW_REQUESTED, None, None, Some(&review))
        .await?;
    Ok((review, matter.involved()))
}

/// The unit has asked for a second review of the same: which, as far as the caller sees it.
async fn asked_already(work: &mut Work<'_>, review: &SecondReview) -> Result<Error> {
    let mut filter = SecondReviewFilter {
        units: Some(vec![review.unit.clone()]),
        ..SecondReviewFilter::default()
    };
    match review.subject {
        Subject::Notice(id) => filter.notices.push(id),
        Subject::ProgressReport(id) => filter.reports.push(id),
    }
    let scope = work.scope();
    let all = filter.list(work.tx, &scope, &Window::first(&["id"], i64::MAX)).await?;
    let mut earlier = all.iter().map(|(earlier, _)| earlier);
    let found = earlier.find(|earlier| earlier.subject_at == review.subject_at);
    let there = found.map(|earlier| earlier.id);
    let detail = match found.map(|earlier| (earlier.id, words(earlier.status))) {
        Some((id, (zh, en))) => say!(
            "本单位已就此申请过复核：{id}（{zh}）",
            "the unit has asked for a second review of it already: {id}, which is {en}"
        ),
        None => say!(
            "本单位已就此申请过复核",
            "the unit has asked for a second review of it already"
        ),
    };
    let error = Error::new(Code::AlreadyExists, detail);
    Ok(match there {
        Some(id) => error.because_of(ThingKind::SecondReview, &id),
        None => error,
    })
}

fn words(status: SecondReviewStatus) -> (&'static str, &'static str) {
    match status {
        SecondReviewStatus::Requested => ("待决定", "not decided"),
        SecondReviewStatus::Upheld => ("已决定维持", "decided: upheld"),
        SecondReviewStatus::Overturned => ("已决定撤销", "decided: overturned"),
        SecondReviewStatus::Withdrawn => ("已撤回", "withdrawn"),
        SecondReviewStatus::Lapsed => ("已失效（单位已修改报告）", "lapsed, as the unit changed its report"),
    }
}

/// What belongs to no unit is none that the caller could object to.
fn work_of_a_unit(asked: &ObjectionRequest) -> Error {
    if asked.progress_report_id.is_some() {
        no_report()
    } else {
        no_notice()
    }
}

fn no_notice() -> Error {
    let detail = say!("没有这份督办单", "there is no such notice");
    Error::field("/notice_id", Fault::NotFound, detail)
}

fn no_report() -> Error {
    let detail = say!("没有这份进展报告", "there is no such progress report");
    Error::field("/progress_report_id", Fault::NotFound, detail)
}

async fn of_notice(work: &mut Work<'_>, id: &str) -> Result<(Objection, Matter)> {
    let id: NoticeId = id.parse().map_err(|_| no_notice())?;
    work.tx.lock(&notice_scope(id)).await?;
    let notice = store::notices::find(work.tx, id, &work.scope())
        .await?
        .ok_or_else(no_notice)?;
    // The caller's own unit first, then those it has taken over from; one that it still holds for, if any.
    let mut asking = work.actor().units();
    let may = |unit: &&UnitCode| notice.status.is_sent() && work.may_on(Action::AskSecondReview, unit);
    let parts: Vec<_> = asking
        .by_ref()
        .filter(may)
        .filter_map(|unit| notice.addressee(unit))
        .collect();
    let addressee = parts.iter().find(|one| one.lifted.is_none()).or(parts.first());
    let addressee = *addressee.ok_or_else(no_notice)?;
    let unit = addressee.unit.clone();
    let subject_at = notice.issued.as_ref().ok_or_else(no_notice)?.at;
    if notice.status == NoticeStatus::Rescinded || addressee.lifted.is_some() {
        return Err(Error::new(
            Code::WrongState,
            say!(
                "督办单 {id} 已撤销，无须复核",
                "the notice {id} is rescinded: there is nothing to review"
            ),
        )
        .because_of(ThingKind::Notice, &id));
    }
    let objection = Objection {
        subject: Subject::Notice(id),
        subject_at,
        plan: notice.plan.clone(),
        unit,
    };
    Ok((objection, Matter::Notice(Box::new(notice))))
}

async fn of_report(work: &mut Work<'_>, id: &str) -> Result<(Objection, Matter)> {
    let id: ReportId = id.parse().map_err(|_| no_report())?;
    let scope = work.scope();
    let found = store::reports::find(work.tx, id, &scope, None).await?;
    // What is public of others is no more theirs for that.
    let found = found.filter(|found| work.may_on(Action::AskSecondReview, found.unit()));
    let obligation = found.ok_or_else(no_report)?.obligation;
    if !reports::hold(work, &obligation).await?.rules.open {
        return Err(plan_closed(obligation.deadline.requirement.plan()));
    }
    // Again, now that nobody else can change it.
    let report = store::reports::find(work.tx, id, &scope, None).await?;
    let report = report.ok_or_else(no_report)?;
    let returned = report
        .reviewed
        .as_ref()
        .filter(|_| report.status == ReportStatus::Returned);
    let Some(subject_at) = returned.map(|step| step.at) else {
        let detail = say!(
            "报告 {id} 不是被退回的，不能申请复核",
            "the report {id} is not a returned one, and only such can be objected to"
        );
        return Err(Error::new(Code::WrongState, detail).because_of(ThingKind::ProgressReport, &id));
    };
    if store::reports::was_edited(work.tx, &report).await? {
        let detail = say!(
            "报告 {id} 退回后已修改过，请直接重新提交",
            "the report {id} was changed since it was returned; submit it again"
        );
        return Err(Error::new(Code::WrongState, detail).because_of(ThingKind::ProgressReport, &id));
    }
    let objection = Objection {
        subject: Subject::ProgressReport(id),
        subject_at,
        plan: obligation.deadline.requirement.plan().clone(),
        unit: obligation.unit,
    };
    Ok((objection, Matter::ProgressReport(Box::new(report))))
}

/// 撤回, by the unit that asked.
pub async fn withdraw_second_review(
    work: &mut Work<'_>,
    id: &SecondReviewId,
    expected: &Expected,
) -> Result<(SecondReview, Involved)> {
    // Nobody decides it, and it does not lapse, before this is done.
    match load(work, id).await?.0.subject {
        Subject::Notice(notice) => work.tx.lock(&notice_scope(notice)).await?,
        Subject::ProgressReport(report) => {
            let obligation = find_report(work, report).await?.obligation;
            reports::hold(work, &obligation).await?;
        }
    }
    let (before, involved) = load(work, id).await?;
    let involved = involved.ok_or_else(Error::not_found)?;
    permit(work, &before, SecondReviewAction::Withdraw, expected, &involved)?;
    let after = before.clone().withdraw()?;
    store::second_reviews::save(work.tx, &after).await?;
    work.record_step(Event::SECOND_REVIEW_WITHDRAWN, None, Some(&before), Some(&after))
        .await?;
    Ok((after, involved))
}

/// 维持 or 撤销, by an officer who took no part in what is objected to.
pub async fn decide_second_review(
    work: &mut Work<'_>,
    id: &SecondReviewId,
    decision: Decision,
    expected: &Expected,
    reason: String,
) -> Result<(SecondReview, Involved)> {
    work.authorize(Action::DecideSecondReview)?;
    let (found, _) = load(work, id).await?;
    match found.subject {
        Subject::Notice(notice_id) => {
            work.tx.lock(&notice_scope(notice_id)).await?;
            let notice = store::notices::find(work.tx, notice_id, &work.scope()).await?;
            let notice = notice.ok_or_else(Error::not_found)?;
            let involved = Matter::Notice(Box::new(notice.clone())).involved();
            let after = decide(work, (id, decision), expected, &involved, &reason).await?;
            if decision == Decision::Overturn {
                lift(work, &notice, &after.unit, reason).await?;
            }
            Ok((after, involved))
        }
        Subject::ProgressReport(report_id) => {
            let report = find_report(work, report_id).await?;
            let around = reports::hold(work, &report.obligation).await?;
            let report = find_report(work, report_id).await?;
            let involved = Matter::ProgressReport(Box::new(report.clone())).involved();
            let after = decide(work, (id, decision), expected, &involved, &reason).await?;
            if decision == Decision::Overturn {
                reports::reinstate_report(work, &report, around, reason).await?;
            }
            Ok((after, involved))
        }
    }
}

/// The second review, and who had part in what it objects to.
async fn load(work: &mut Work<'_>, id: &SecondReviewId) -> Result<(SecondReview, Option<Involved>)> {
    let found = store::second_reviews::find(work.tx, *id, &work.scope()).await?;
    found.ok_or_else(Error::not_found)
}

async fn find_report(work: &mut Work<'_>, id: ReportId) -> Result<Report> {
    let found = store::reports::some(work.tx, &[id], &Scope::system()).await?.pop();
    found.ok_or_else(Error::not_found)
}

/// `Ok` when the caller may take this step on the version it expects.
fn permit(
    work: &Work<'_>,
    review: &SecondReview,
    action: SecondReviewAction,
    expected: &Expected,
    involved: &Involved,
) -> Result<()> {
    let guard = Guard {
        kind: ThingKind::SecondReview,
        id: &review.id,
        version: review.version,
        expected: Some(expected),
    };
    let permitted = review.permit(action, work.actor(), involved);
    guard.check(permitted, || review.actions_for(work.actor(), involved))
}

/// The decision itself, once what it is about is locked.
async fn decide(
    work: &mut Work<'_>,
    (id, decision): (&SecondReviewId, Decision),
    expected: &Expected,
    involved: &Involved,
    reason: &str,
) -> Result<SecondReview> {
    let (before, _) = load(work, id).await?;
    permit(work, &before, decision.into(), expected, involved)?;
    let by = work.step();
    let after = before.clone().decide(decision, by, reason.to_owned(), involved)?;
    store::second_reviews::save(work.tx, &after).await?;
    let event = match decision {
        Decision::Uphold => Event::SECOND_REVIEW_UPHELD,
        Decision::Overturn => Event::SECOND_REVIEW_OVERTURNED,
    };
    work.record_step(event, None, Some(&before), Some(&after)).await?;
    Ok(after)
}

/// A unit that goes on with a returned report has given up its objection.
pub(super) async fn lapse(work: &mut Work<'_>, report: &Report) -> Result<()> {
    let subject = Subject::ProgressReport(report.id);
    for before in store::second_reviews::open(work.tx, subject, &Scope::system()).await? {
        let after = before.clone().lapse();
        store::second_reviews::save(work.tx, &after).await?;
        work.record_step(Event::SECOND_REVIEW_LAPSED, None, Some(&before), Some(&after))
            .await?;
    }
    Ok(())
}

/// The notice does not hold for `unit` any more. One that was rescinded meanwhile holds for no unit.
async fn lift(work: &mut Work<'_>, before: &Notice, unit: &UnitCode, reason: String) -> Result<()> {
    if before.status != NoticeStatus::Issued {
        return Ok(());
    }
    let after = before.clone().lift(unit, work.step(), reason)?;
    let event = if after.status == NoticeStatus::Rescinded {
        Event::NOTICE_RESCINDED
    } else {
        Event::NOTICE_LIFTED
    };
    notices::save(work, event, before, &after).await
}
