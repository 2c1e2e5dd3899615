//! What the public says: taken from portals within limits, and looked at before it shows.

use chrono::Duration;
use sha2::{Digest as _, Sha256};

use super::work::{Expected, LogRecord, Work};
use crate::{
    domain::{
        event::Event,
        fault::Fault,
        feedback::{About, Feedback, FeedbackAction, FeedbackId, FeedbackStatus, Limits, NewFeedback, Refusal},
        plan::PlanStatus,
        policy::Action,
        scope::Scope,
        thing::ThingKind,
        time::Instant,
    },
    error::{Code, Error, Result},
    say, store,
};

/// Days for which the hash of a source is kept.
const SOURCE_DAYS: i64 = 30;

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Faults(faults) => Self::body(faults),
            Refusal::NotYours => Self::not_found(),
            Refusal::NotAllowed(status) => {
                let (zh, en) = match status {
                    FeedbackStatus::Pending => ("待审", "pending"),
                    FeedbackStatus::Published => ("已公开", "published"),
                    FeedbackStatus::Rejected => ("不予公开", "rejected"),
                };
                let detail = say!(
                    "该评价{zh}，不能执行此操作",
                    "the feedback is {en}, which does not allow this"
                );
                Self::new(Code::WrongState, detail)
            }
        }
    }
}

/// What it is on, if that is public: what is hidden and what does not exist are the same.
async fn about(work: &mut Work<'_>, new: &NewFeedback) -> Result<About> {
    if let Some(id) = new.report_id {
        let report = store::reports::find(work.tx, id, &Scope::public(), None).await?;
        let report = report.ok_or_else(|| {
            let detail = say!("没有这份公开的报告", "there is no such public report");
            Error::field("/report_id", Fault::NotFound, detail)
        })?;
        return Ok(About {
            requirement: report.obligation.deadline.requirement.clone(),
            report: Some(id),
            unit: Some(report.unit().clone()),
        });
    }
    let missing = || {
        let detail = say!("没有这项公开的具体要求", "there is no such public requirement");
        Error::field("/requirement_id", Fault::NotFound, detail)
    };
    let requirement = new.requirement_id.clone().ok_or_else(missing)?;
    let plan = store::plans::find(work.tx, requirement.plan()).await?;
    let public = plan.is_some_and(|plan| plan.status != PlanStatus::Draft);
    let found = store::requirements::find(work.tx, &requirement).await?;
    found.filter(|_| public).ok_or_else(missing)?;
    Ok(About {
        requirement,
        report: None,
        unit: None,
    })
}

fn too_many(latest: Instant, window: Duration, now: Instant) -> Error {
    let wait = (latest + window - now).num_seconds().max(0) + 1;
    let detail = say!(
        "评价过于频繁，请在 {wait} 秒后重试",
        "too much feedback; try again in {wait} seconds"
    );
    Error::new(Code::TooManyRequests, detail).with_header("Retry-After", wait.to_string())
}

/// Refuses more than is taken. Counted in the database, so that it holds across replicas.
async fn within(work: &mut Work<'_>, limits: Limits, portal: &str, source: Option<&str>) -> Result<()> {
    let (minute, day, now) = (Duration::minutes(1), Duration::days(1), work.now);
    let since = now - minute;
    let filling = store::feedback::nth_of_portal(work.tx, portal, since, limits.per_minute).await?;
    if let Some(filling) = filling {
        return Err(too_many(filling, minute, now));
    }
    let Some(source) = source else { return Ok(()) };
    let since = now - day;
    let filling = store::feedback::nth_of_source(work.tx, source, since, limits.per_day).await?;
    filling.map_or(Ok(()), |filling| Err(too_many(filling, day, now)))
}

/// Takes feedback from a portal.
pub async fn give_feedback(work: &mut Work<'_>, new: NewFeedback, limits: Limits) -> Result<Feedback> {
    work.authorize(Action::GiveFeedback)?;
    new.check().map_err(Error::body)?;
    let by = work.step();
    let portal = by.by.key();
    // What comes from one portal is counted one by one.
    work.tx.lock(&format!("feedback:{portal}")).await?;
    let source = match &new.source {
        None => None,
        Some(source) => {
            let salt = store::feedback::salt(work.tx, &work.new_secret()).await?;
            // Ids of sources are each portal's own.
            let hash = Sha256::new()
                .chain_update(salt)
                .chain_update([0])
                .chain_update(&portal)
                .chain_update([0])
                .chain_update(source)
                .finalize();
            Some(format!("{hash:x}"))
        }
    };
    within(work, limits, &portal, source.as_deref()).await?;
    let about = about(work, &new).await?;
    if let Some(source) = &source
        && store::feedback::is_repeated(work.tx, source, &about).await?
    {
        let detail = say!("该来源已评价过此项", "this source has given feedback on this already");
        return Err(Error::new(Code::AlreadyExists, detail));
    }
    let feedback = new.receive(about, by, work.new_id());
    store::feedback::insert(work.tx, &feedback, source.as_deref()).await?;
    record(work, Event::FEEDBACK_RECEIVED, None, &feedback).await?;
    Ok(feedback)
}

async fn record(work: &mut Work<'_>, event: Event, before: Option<&Feedback>, after: &Feedback) -> Result<()> {
    work.record(LogRecord {
        event,
        subject: &after.id,
        plan: Some(after.about.requirement.plan()),
        reason: after.reason.clone(),
        before,
        after: Some(after),
    })
    .await
}

/// The feedback for what the caller may do to it now; locked.
async fn load(work: &mut Work<'_>, id: &FeedbackId, action: FeedbackAction, expected: &Expected) -> Result<Feedback> {
    work.authorize(Action::ModerateFeedback)?;
    work.tx.lock(&format!("feedback:{id}")).await?;
    let feedback = store::feedback::find(work.tx, *id, &work.scope()).await?;
    let feedback = feedback.ok_or_else(Error::not_found)?;
    expected.check(feedback.version)?;
    let refused = |refusal: Refusal| match refusal {
        Refusal::NotAllowed(_) => {
            Error::from(refusal).with_allowed(ThingKind::Feedback, &id, &feedback.actions_for(work.actor()))
        }
        refusal => refusal.into(),
    };
    feedback.permit(action, work.actor()).map_err(refused)?;
    Ok(feedback)
}

/// 公开.
pub async fn publish_feedback(work: &mut Work<'_>, id: &FeedbackId, expected: &Expected) -> Result<Feedback> {
    let before = load(work, id, FeedbackAction::Publish, expected).await?;
    let after = before.publish(work.step())?;
    store::feedback::save(work.tx, &after).await?;
    record(work, Event::FEEDBACK_PUBLISHED, Some(&before), &after).await?;
    Ok(after)
}

/// 不予公开, with a reason.
pub async fn reject_feedback(
    work: &mut Work<'_>,
    id: &FeedbackId,
    expected: &Expected,
    reason: String,
) -> Result<Feedback> {
    let before = load(work, id, FeedbackAction::Reject, expected).await?;
    let after = before.reject(work.step(), reason)?;
    store::feedback::save(work.tx, &after).await?;
    record(work, Event::FEEDBACK_REJECTED, Some(&before), &after).await?;
    Ok(after)
}

/// Forgets sources that are no longer needed against abuse.
pub async fn forget_sources(work: &mut Work<'_>) -> Result<u64> {
    let before = work.now - Duration::days(SOURCE_DAYS);
    Ok(store::feedback::forget_sources(work.tx, before).await?)
}
