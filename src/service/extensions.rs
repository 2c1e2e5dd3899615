//! Asking for, signing, withdrawing and deciding extensions.

use uuid::Uuid;

use super::work::{Change, Expected, Work, must_save};
use crate::{
    domain::{
        check::Fault,
        extension::{Extension, ExtensionStatus, NewExtension, Wrong},
        log::Event,
        obligation::{Obligation, ObligationId},
        plan::PlanStatus,
        policy::Action,
        time::{Day, day_of},
    },
    error::{Code, Error, Result},
    say,
    store::{self, revisions::plan_scope},
};

impl From<Wrong> for Error {
    fn from(wrong: Wrong) -> Self {
        match wrong {
            Wrong::Faults(faults) => Self::body(faults),
            Wrong::Status(status) => {
                let (zh, en) = match status {
                    ExtensionStatus::Requested => ("已申请、待审签", "requested and not signed"),
                    ExtensionStatus::Signed => ("已审签", "signed"),
                    ExtensionStatus::Granted => ("已批准", "granted"),
                    ExtensionStatus::Refused => ("不批准", "refused"),
                    ExtensionStatus::Withdrawn => ("已撤回", "withdrawn"),
                };
                Self::new(
                    Code::WrongState,
                    say!(
                        "延期申请{zh}，不能执行此操作",
                        "the request is {en}, which does not allow this"
                    ),
                )
            }
            Wrong::OwnRequest => Self::new(
                Code::Forbidden,
                say!(
                    "不能审签或审批本人提出的申请",
                    "nobody signs or decides their own request"
                ),
            ),
            Wrong::TooLate => Self::new(
                Code::WrongState,
                say!(
                    "只能在到期日之前为未办结的事项申请延期",
                    "an extension is asked for before the due day has passed"
                ),
            ),
        }
    }
}

/// The obligation and whether its plan asks for the approver's signature; locked.
async fn open(work: &mut Work<'_>, id: &ObligationId) -> Result<(Obligation, bool)> {
    let plan_id = id.deadline.requirement.plan();
    work.tx.lock(&plan_scope(plan_id)).await?;
    let plan = store::plans::find(work.tx, plan_id)
        .await?
        .ok_or_else(Error::not_found)?;
    let obligation = store::obligations::find(work.tx, id, &work.scope())
        .await?
        .ok_or_else(Error::not_found)?;
    if plan.status != PlanStatus::Published {
        return Err(Error::new(Code::WrongState, say!("方案已办结", "the plan is closed")));
    }
    Ok((obligation, plan.settings.unit_signoff))
}

/// 申请延期, by the unit that owes. The request, and whether it must be signed first.
pub async fn request_extension(work: &mut Work<'_>, new: NewExtension) -> Result<(Extension, bool)> {
    let missing = || {
        Error::field(
            "/obligation_id",
            Fault::NotFound,
            say!("没有这项应办事项", "there is no such obligation"),
        )
    };
    let id: ObligationId = new.obligation_id.parse().map_err(|_| missing())?;
    if !work.may_on(Action::AskExtension, &id.unit) {
        return Err(missing());
    }
    let (obligation, signoff) = open(work, &id)
        .await
        .map_err(|error| if error.code == Code::NotFound { missing() } else { error })?;
    let extension = new.request(&obligation, work.step(), day_of(work.now), work.new_id())?;
    if !store::extensions::insert(work.tx, &extension).await? {
        let detail = say!(
            "该事项已有未决的延期申请",
            "there is a request for it that is not decided yet"
        );
        return Err(Error::new(Code::AlreadyExists, detail));
    }
    record(work, Event::ExtensionRequested, None, &extension).await?;
    Ok((extension, signoff))
}

async fn record(work: &mut Work<'_>, event: Event, before: Option<&Extension>, after: &Extension) -> Result<()> {
    let plan = Some(after.obligation.deadline.requirement.plan());
    work.record(Change {
        event,
        subject: &after.id,
        plan,
        reason: None,
        before,
        after: Some(after),
    })
    .await
}

async fn load(
    work: &mut Work<'_>,
    id: Uuid,
    action: Action,
    expected: &Expected,
) -> Result<(Extension, Obligation, bool)> {
    let found = store::extensions::find(work.tx, id, &work.scope())
        .await?
        .ok_or_else(Error::not_found)?;
    if !work.may_on(action, found.unit()) {
        return Err(Error::not_found());
    }
    let (obligation, signoff) = open(work, &found.obligation).await?;
    // Again, now that nobody else can change it.
    let extension = store::extensions::find(work.tx, id, &work.scope())
        .await?
        .ok_or_else(Error::not_found)?;
    expected.check(extension.version)?;
    Ok((extension, obligation, signoff))
}

/// 审签, by the unit's approver.
pub async fn sign_extension(work: &mut Work<'_>, id: Uuid, expected: &Expected) -> Result<(Extension, bool)> {
    let (before, _, signoff) = load(work, id, Action::SignExtension, expected).await?;
    let after = before.clone().sign(work.step(), signoff)?;
    save(work, Event::ExtensionSigned, &before, &after).await?;
    Ok((after, signoff))
}

/// 撤回, by the unit.
pub async fn withdraw_extension(work: &mut Work<'_>, id: Uuid, expected: &Expected) -> Result<(Extension, bool)> {
    let (before, _, signoff) = load(work, id, Action::AskExtension, expected).await?;
    let after = before.clone().withdraw(signoff)?;
    save(work, Event::ExtensionWithdrawn, &before, &after).await?;
    Ok((after, signoff))
}

/// 批准, perhaps to another day: the due day moves, the original one stays on the record.
pub async fn grant_extension(
    work: &mut Work<'_>,
    id: Uuid,
    expected: &Expected,
    due_on: Option<Day>,
    note: Option<String>,
) -> Result<(Extension, bool)> {
    let (before, obligation, signoff) = load(work, id, Action::DecideExtension, expected).await?;
    let after = before.clone().grant(work.step(), due_on, note, signoff)?;
    let moved = Obligation {
        due_on: after.granted_due_on,
        version: obligation.version + 1,
        ..obligation
    };
    store::obligations::reschedule(work.tx, &[moved], work.now).await?;
    save(work, Event::ExtensionGranted, &before, &after).await?;
    Ok((after, signoff))
}

/// 不批准, with a reason.
pub async fn refuse_extension(
    work: &mut Work<'_>,
    id: Uuid,
    expected: &Expected,
    reason: String,
) -> Result<(Extension, bool)> {
    let (before, _, signoff) = load(work, id, Action::DecideExtension, expected).await?;
    let after = before.clone().refuse(work.step(), reason, signoff)?;
    save(work, Event::ExtensionRefused, &before, &after).await?;
    Ok((after, signoff))
}

async fn save(work: &mut Work<'_>, event: Event, before: &Extension, after: &Extension) -> Result<()> {
    must_save(store::extensions::save(work.tx, after).await?)?;
    record(work, event, Some(before), after).await
}
