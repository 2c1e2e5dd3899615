//! Asking for second reviews, and deciding them.

use uuid::Uuid;

use super::{
    notices::{self, notice_scope, step},
    work::{Change, Expected, Work, must_save},
};
use crate::{
    domain::{
        check::Fault,
        id::{UnitCode, new_uuid},
        log::Event,
        notice::{Notice, NoticeStatus},
        policy::Action,
        second_review::{
            DAYS_TO_DECIDE, Objection, SecondReview, SecondReviewAction, SecondReviewStatus, Subject, Wrong,
        },
    },
    error::{Code, Error, Result},
    say, store,
};

impl From<Wrong> for Error {
    fn from(wrong: Wrong) -> Self {
        match wrong {
            Wrong::Faults(faults) => Self::body(faults),
            Wrong::HadPart => Self::new(
                Code::Forbidden,
                say!(
                    "起草、审批或签发过的人员和申请人应当回避，不能作复核决定",
                    "whoever wrote, approved or issued it, or asked for the review, does not decide the review"
                ),
            ),
            Wrong::TooLate(last) => Self::new(
                Code::WrongState,
                say!(
                    "申请复核的期限为 {DAYS_TO_DECIDE} 天，最后一天是 {last}",
                    "a second review is asked for within {DAYS_TO_DECIDE} days; the last one was {last}"
                ),
            ),
            Wrong::Status(status) => {
                let (zh, en) = match status {
                    SecondReviewStatus::Requested => ("待决定", "not decided"),
                    SecondReviewStatus::Upheld => ("已决定维持", "decided: upheld"),
                    SecondReviewStatus::Overturned => ("已决定撤销", "decided: overturned"),
                };
                Self::new(
                    Code::WrongState,
                    say!(
                        "复核{zh}，不能再作决定",
                        "the review is {en}; nothing more can be done to it"
                    ),
                )
            }
        }
    }
}

/// 申请复核, by the caller's unit, of a notice that it received.
pub async fn request_second_review(
    work: &mut Work<'_>,
    notice_id: &str,
    reason: String,
) -> Result<(SecondReview, Notice)> {
    let missing = || {
        let detail = say!("没有这份督办单", "there is no such notice");
        Error::field("/notice_id", Fault::NotFound, detail)
    };
    let id: Uuid = notice_id.parse().map_err(|_| missing())?;
    work.tx.lock(&notice_scope(id)).await?;
    let notice = store::notices::find(work.tx, id).await?.ok_or_else(missing)?;
    let unit = work.actor().unit.clone().ok_or_else(missing)?;
    let addressee = notice.addressee(&unit).filter(|_| notice.status.is_sent());
    let addressee = addressee.ok_or_else(missing)?;
    if !work.may_on(Action::AskSecondReview, &unit) {
        return Err(missing());
    }
    let last = notice.object_by().ok_or_else(missing)?;
    if notice.status == NoticeStatus::Rescinded || addressee.lifted.is_some() {
        return Err(Error::new(
            Code::WrongState,
            say!(
                "督办单已撤销，无须复核",
                "the notice is rescinded: there is nothing to review"
            ),
        ));
    }
    let objection = Objection {
        subject: Subject::Notice(id),
        plan: notice.plan.clone(),
        unit,
        last,
    };
    let review = objection.request(new_uuid(), reason, step(work))?;
    if !store::second_reviews::insert(work.tx, &review).await? {
        return Err(Error::new(
            Code::AlreadyExists,
            say!(
                "本单位已就此申请过复核",
                "the unit has asked for a second review of it already"
            ),
        ));
    }
    record(work, Event::SecondReviewRequested, None, &review).await?;
    Ok((review, notice))
}

/// 维持 or 撤销, by somebody who had no part in what is objected to.
pub async fn decide_second_review(
    work: &mut Work<'_>,
    id: Uuid,
    action: SecondReviewAction,
    expected: &Expected,
    reason: String,
) -> Result<(SecondReview, Notice)> {
    work.authorize(Action::DecideSecondReview)?;
    let found = store::second_reviews::find(work.tx, id)
        .await?
        .ok_or_else(Error::not_found)?;
    let Subject::Notice(notice_id) = found.subject;
    work.tx.lock(&notice_scope(notice_id)).await?;
    // Again, now that nobody else can change it.
    let before = store::second_reviews::find(work.tx, id)
        .await?
        .ok_or_else(Error::not_found)?;
    expected.check(before.version)?;
    let notice = store::notices::find(work.tx, notice_id)
        .await?
        .ok_or_else(Error::not_found)?;
    let by = step(work);
    let had_part = notice.had_part(&by.by);
    let after = before.clone().decide(action, by, reason.clone(), had_part)?;
    must_save(store::second_reviews::save(work.tx, &after).await?)?;
    match action {
        SecondReviewAction::Uphold => record(work, Event::SecondReviewUpheld, Some(&before), &after).await?,
        SecondReviewAction::Overturn => {
            record(work, Event::SecondReviewOverturned, Some(&before), &after).await?;
            lift(work, &notice, &after.unit, reason).await?;
        }
    }
    Ok((after, notice))
}

/// The notice does not hold for `unit` any more. One that was rescinded meanwhile holds for nobody.
async fn lift(work: &mut Work<'_>, before: &Notice, unit: &UnitCode, reason: String) -> Result<()> {
    if before.status != NoticeStatus::Issued {
        return Ok(());
    }
    let after = before.clone().lift(unit, step(work), reason)?;
    let event = if after.status == NoticeStatus::Rescinded {
        Event::NoticeRescinded
    } else {
        Event::NoticeLifted
    };
    notices::save(work, event, before, &after).await
}

async fn record(work: &mut Work<'_>, event: Event, before: Option<&SecondReview>, after: &SecondReview) -> Result<()> {
    work.record(Change {
        event,
        subject: &after.id,
        plan: Some(&after.plan),
        reason: None,
        before,
        after: Some(after),
    })
    .await
}
