//! Asking for, signing, withdrawing and deciding extensions.

use super::{
    obligations::settle_requirement,
    step::Guard,
    work::{Expected, Work, plan_closed},
};
use crate::{
    domain::{
        event::Event,
        extension::{Extension, ExtensionAction, ExtensionId, ExtensionStatus, NewExtension, Refusal},
        fault::Fault,
        obligation::{self, Obligation, ObligationAction, ObligationId},
        order::Window,
        plan::Rules,
        thing::ThingKind,
        time::{Day, day_of},
    },
    error::{Code, Error, Result},
    say,
    store::{self, extensions::ExtensionFilter, filter::Filter as _, revisions::plan_scope},
};

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Faults(faults) => Self::body(faults),
            Refusal::NotYours => Self::not_found(),
            Refusal::PlanClosed(plan) => plan_closed(&plan),
            Refusal::Status(status) => {
                let (zh, en) = words(status);
                Self::new(
                    Code::WrongState,
                    say!(
                        "延期申请{zh}，不能执行此操作",
                        "the request is {en}, which does not allow this"
                    ),
                )
            }
            Refusal::OwnRequest => Self::new(
                Code::Forbidden,
                say!(
                    "不能审签或审批本人提出的申请",
                    "nobody signs or decides their own request"
                ),
            ),
            Refusal::Moot(id) => Self::new(
                Code::WrongState,
                say!(
                    "事项 {id} 已办结、免办或不再承担，没有可延的期限",
                    "the obligation {id} is fulfilled, exempted or no longer owed: there is nothing left to extend"
                ),
            )
            .because_of(ThingKind::Obligation, &id),
            Refusal::TooLate => Self::new(
                Code::WrongState,
                say!(
                    "只能在到期日之前为未办结的事项申请延期",
                    "an extension is asked for before the due day has passed"
                ),
            ),
        }
    }
}

fn words(status: ExtensionStatus) -> (&'static str, &'static str) {
    match status {
        ExtensionStatus::Requested => ("已申请、待审签", "requested and not signed"),
        ExtensionStatus::Signed => ("已审签", "signed"),
        ExtensionStatus::Granted => ("已批准", "granted"),
        ExtensionStatus::Refused => ("不批准", "refused"),
        ExtensionStatus::Withdrawn => ("已撤回", "withdrawn"),
    }
}

/// There is a request for the obligation that is not decided: which, as far as the caller sees it.
async fn undecided(work: &mut Work<'_>, id: &ObligationId) -> Result<Error> {
    let filter = ExtensionFilter {
        obligations: vec![id.clone()],
        statuses: vec![ExtensionStatus::Requested, ExtensionStatus::Signed],
        ..ExtensionFilter::default()
    };
    let scope = work.scope();
    let found = filter.list(work.tx, &scope, &Window::first(&["id"], 1)).await?;
    let Some(extension) = found.first() else {
        return Ok(obligation::Refusal::HasExtension.into());
    };
    let (id, (zh, en)) = (extension.id, words(extension.status));
    let detail = say!(
        "该事项已有未决的延期申请 {id}（{zh}）",
        "there is a request for it that is not decided yet: {id}, which is {en}"
    );
    Ok(Error::new(Code::AlreadyExists, detail).because_of(ThingKind::Extension, &id))
}

/// The obligation and what its plan asks of the work on it; locked.
async fn open(work: &mut Work<'_>, id: &ObligationId) -> Result<(Option<Obligation>, Rules)> {
    let plan_id = id.deadline.requirement.plan();
    work.tx.lock(&plan_scope(plan_id)).await?;
    let plan = store::plans::find(work.tx, plan_id)
        .await?
        .ok_or_else(Error::not_found)?;
    let obligation = store::obligations::find(work.tx, id, &work.scope()).await?;
    Ok((obligation, plan.rules()))
}

/// 申请延期, by the unit that owes. The request, and what its plan asks of it.
pub async fn request_extension(work: &mut Work<'_>, new: NewExtension) -> Result<(Extension, Rules)> {
    let missing = || {
        Error::field(
            "/obligation_id",
            Fault::NotFound,
            say!("没有这项应办事项", "there is no such obligation"),
        )
    };
    let id: ObligationId = new.obligation_id.parse().map_err(|_| missing())?;
    let not_found = |error: Error| if error.code == Code::NotFound { missing() } else { error };
    let (obligation, rules) = open(work, &id).await.map_err(not_found)?;
    let obligation = obligation.ok_or_else(missing)?;
    let today = day_of(work.now);
    let permitted = obligation.permit(ObligationAction::RequestExtension, work.actor(), today, rules);
    if permitted == Err(obligation::Refusal::HasExtension) {
        return Err(undecided(work, &id).await?);
    }
    permitted.map_err(|refusal| not_found(refusal.into()))?;
    let extension = new.request(&obligation, work.step(), rules.signoff, today, work.new_id())?;
    if !store::extensions::insert(work.tx, &extension).await? {
        return Err(undecided(work, &id).await?);
    }
    work.record_step(Event::EXTENSION_REQUESTED, None, None, Some(&extension))
        .await?;
    Ok((extension, rules))
}

/// The request for a step that the caller may take now; locked, with what it is about.
async fn load(
    work: &mut Work<'_>,
    id: &ExtensionId,
    action: ExtensionAction,
    expected: &Expected,
) -> Result<(Extension, Option<Obligation>, Rules)> {
    let scope = work.scope();
    let found = store::extensions::find(work.tx, *id, &scope)
        .await?
        .ok_or_else(Error::not_found)?;
    let (obligation, rules) = open(work, &found.obligation).await?;
    // Again, now that nobody else can change it.
    let extension = store::extensions::find(work.tx, *id, &scope)
        .await?
        .ok_or_else(Error::not_found)?;
    let guard = Guard {
        kind: ThingKind::Extension,
        id,
        version: extension.version,
        expected: Some(expected),
    };
    let permitted = extension.permit(action, work.actor(), rules);
    guard.check(permitted, || extension.actions_for(work.actor(), rules))?;
    Ok((extension, obligation, rules))
}

/// 审签, by the unit's approver.
pub async fn sign_extension(work: &mut Work<'_>, id: &ExtensionId, expected: &Expected) -> Result<(Extension, Rules)> {
    let (before, _, rules) = load(work, id, ExtensionAction::Sign, expected).await?;
    let after = before.clone().sign(work.step())?;
    save(work, Event::EXTENSION_SIGNED, &before, &after).await?;
    Ok((after, rules))
}

/// 撤回, by the unit.
pub async fn withdraw_extension(
    work: &mut Work<'_>,
    id: &ExtensionId,
    expected: &Expected,
) -> Result<(Extension, Rules)> {
    let (before, _, rules) = load(work, id, ExtensionAction::Withdraw, expected).await?;
    let after = before.clone().withdraw()?;
    save(work, Event::EXTENSION_WITHDRAWN, &before, &after).await?;
    let_go(work, &after).await?;
    Ok((after, rules))
}

/// 批准, perhaps to another day: the due day moves, the original one stays on the record.
pub async fn grant_extension(
    work: &mut Work<'_>,
    id: &ExtensionId,
    expected: &Expected,
    due_on: Option<Day>,
    note: Option<String>,
) -> Result<(Extension, Rules)> {
    let (before, obligation, rules) = load(work, id, ExtensionAction::Grant, expected).await?;
    let obligation = obligation.ok_or_else(|| Refusal::Moot(before.obligation.clone()))?;
    let after = before.clone().grant(work.step(), obligation.due_on, due_on, note)?;
    let moved = Obligation {
        due_on: after.granted_due_on,
        version: obligation.version + 1,
        ..obligation
    };
    store::obligations::reschedule(work.tx, &[moved], work.now).await?;
    save(work, Event::EXTENSION_GRANTED, &before, &after).await?;
    Ok((after, rules))
}

/// 不批准, with a reason.
pub async fn refuse_extension(
    work: &mut Work<'_>,
    id: &ExtensionId,
    expected: &Expected,
    reason: String,
) -> Result<(Extension, Rules)> {
    let (before, _, rules) = load(work, id, ExtensionAction::Refuse, expected).await?;
    let after = before.clone().refuse(work.step(), reason)?;
    save(work, Event::EXTENSION_REFUSED, &before, &after).await?;
    let_go(work, &after).await?;
    Ok((after, rules))
}

/// What stayed in the ledger only because this was asked leaves it now.
async fn let_go(work: &mut Work<'_>, ended: &Extension) -> Result<()> {
    settle_requirement(work, &ended.obligation.deadline.requirement).await
}

async fn save(work: &mut Work<'_>, event: Event, before: &Extension, after: &Extension) -> Result<()> {
    store::extensions::save(work.tx, after).await?;
    work.record_step(event, None, Some(before), Some(after)).await
}
