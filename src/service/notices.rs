//! Drafting, approving, issuing and rescinding notices; acknowledging and answering them.

mod refusals;

use std::collections::BTreeSet;

use super::{
    step::Guard,
    units::keep,
    work::{Expected, LogRecord, Work},
};
use crate::{
    domain::{
        event::Event,
        fault::Fault,
        id::{NoticeId, PlanId, UnitCode},
        notice::{Addressee, NewNotice, Notice, NoticeAction, NoticeKind, NoticePatch, Setting},
        obligation::ObligationId,
        patch::Patch,
        plan::{Plan, PlanStatus},
        policy::Action,
        scope::Scope,
        thing::ThingKind,
        time::{Day, day_of},
        unit::UnitDirectory,
    },
    error::{Code, Error, Result},
    say,
    store::{self, revisions::plan_scope},
};

/// What a transaction on one notice holds.
pub fn notice_scope(id: NoticeId) -> String {
    format!("notice:{id}")
}

/// The plan, published and locked, with the units as they are.
async fn open(work: &mut Work<'_>, id: &PlanId) -> Result<(Plan, UnitDirectory)> {
    keep(work).await?;
    work.tx.lock(&plan_scope(id)).await?;
    let plan = store::plans::find(work.tx, id).await?.ok_or_else(Error::not_found)?;
    if plan.status != PlanStatus::Published {
        let (zh, en) = plan.status.words();
        return Err(Error::new(
            Code::WrongState,
            say!(
                "方案 {id} {zh}，只能就已发布的方案发督办单",
                "the plan {id} is {en}; notices are about published plans, neither drafts nor closed ones"
            ),
        )
        .because_of(ThingKind::Plan, id));
    }
    Ok((plan, store::units::all(work.tx).await?))
}

/// What the draft is held against, with the notice it follows and all that that one follows.
struct NoticeContext {
    units: UnitDirectory,
    known: BTreeSet<ObligationId>,
    earlier: Vec<Notice>,
}

impl NoticeContext {
    async fn of(
        work: &mut Work<'_>,
        units: UnitDirectory,
        obligations: &[ObligationId],
        follows: Option<NoticeId>,
    ) -> Result<Self> {
        let known = store::notices::known_obligations(work.tx, obligations).await?;
        let mut earlier: Vec<Notice> = Vec::new();
        let mut next = follows;
        while let Some(id) = next {
            let Some(found) = store::notices::find(work.tx, id, &work.scope()).await? else {
                break;
            };
            next = found.follows;
            earlier.push(found);
        }
        Ok(Self { units, known, earlier })
    }

    fn setting(&self, work: &Work<'_>) -> Setting<'_> {
        Setting {
            units: &self.units,
            known: self.known.clone(),
            earlier: self.earlier.first(),
            today: day_of(work.now),
        }
    }

    /// Nothing is asked twice.
    async fn refuse_duplicates(&self, work: &mut Work<'_>, notice: &Notice) -> Result<()> {
        if !notice.kind.urges() {
            return Ok(());
        }
        let ids: Vec<&ObligationId> = notice.obligations.iter().collect();
        let but: Vec<NoticeId> = self.earlier.iter().map(|earlier| earlier.id).collect();
        let pending = store::notices::pending(work.tx, notice.kind, &ids, &but).await?;
        let first = pending.first();
        first.map_or(Ok(()), |(first, notice)| Err(refusals::pending(first, *notice)))
    }
}

/// Ids that can be read; the others are refused with their places by the draft itself.
fn readable(obligations: &[String]) -> Vec<ObligationId> {
    obligations.iter().filter_map(|id| id.parse().ok()).collect()
}

/// A notice, and what who wrote on it sees of it.
pub type Written = (Notice, Scope<Notice>);

/// 起草.
pub async fn create_notice(work: &mut Work<'_>, new: NewNotice) -> Result<Written> {
    work.authorize(Action::IssueNotice)?;
    let no_plan = || {
        let detail = say!("没有这个方案", "there is no such plan");
        Error::field("/plan_id", Fault::NotFound, detail)
    };
    let opened = open(work, &new.plan_id).await;
    let (plan, units) = opened.map_err(|error| if error.code == Code::NotFound { no_plan() } else { error })?;
    let follows = new.follows.as_deref().and_then(|id| id.parse().ok());
    let context = NoticeContext::of(work, units, &readable(&new.obligations), follows).await?;
    let notice = new.draft(work.new_id(), plan.year, work.step(), &context.setting(work))?;
    context.refuse_duplicates(work, &notice).await?;
    store::notices::insert(work.tx, &notice).await?;
    work.record_step(Event::NOTICE_CREATED, None, None, Some(&notice))
        .await?;
    Ok((notice, work.scope()))
}

/// The notice for what the caller may do to it now; locked, at the version expected.
async fn load(work: &mut Work<'_>, id: &NoticeId, action: NoticeAction, expected: &Expected) -> Result<Notice> {
    work.tx.lock(&notice_scope(*id)).await?;
    let scope = work.scope();
    let notice = store::notices::find(work.tx, *id, &scope).await?;
    let notice = notice.ok_or_else(Error::not_found)?;
    let plan = store::plans::find(work.tx, &notice.plan).await?;
    let rules = plan.ok_or_else(Error::not_found)?.rules();
    let today = day_of(work.now);
    let units = store::units::all(work.tx).await?;
    let guard = Guard {
        kind: ThingKind::Notice,
        id,
        // What the caller read: a unit's own part, or the whole.
        version: scope.version(&notice),
        expected: Some(expected),
    };
    let permitted = notice.permit(action, work.actor(), today, rules, &units);
    guard.check(permitted, || notice.actions_for(work.actor(), today, rules, &units))?;
    Ok(notice)
}

/// Like `load`, with the plan of the notice.
async fn load_with_plan(
    work: &mut Work<'_>,
    id: &NoticeId,
    action: NoticeAction,
    expected: &Expected,
) -> Result<(Notice, UnitDirectory)> {
    let found = store::notices::find(work.tx, *id, &work.scope())
        .await?
        .ok_or_else(Error::not_found)?;
    let (_, units) = open(work, &found.plan).await?;
    let notice = load(work, id, action, expected).await?;
    Ok((notice, units))
}

/// 修改: a draft says something else.
pub async fn update_notice(
    work: &mut Work<'_>,
    id: &NoticeId,
    expected: &Expected,
    patch: NoticePatch,
) -> Result<Written> {
    let (before, units) = load_with_plan(work, id, NoticeAction::Update, expected).await?;
    let obligations = patch
        .obligations
        .value()
        .map_or_else(|| before.obligations.iter().cloned().collect(), |given| readable(given));
    let follows = match &patch.follows {
        Patch::Absent => before.follows,
        Patch::Null => None,
        Patch::Value(id) => id.parse().ok(),
    };
    let context = NoticeContext::of(work, units, &obligations, follows).await?;
    let mut after = before.clone().patched(patch, work.step(), &context.setting(work))?;
    context.refuse_duplicates(work, &after).await?;
    if after != before {
        after.version += 1;
        save(work, Event::NOTICE_UPDATED, &before, &after).await?;
    }
    // What it had to hold against before is not what it has to hold against now; and that was checked.
    after.ground = None;
    Ok((after, work.scope()))
}

/// 删除: a draft that was not sent.
pub async fn delete_notice(work: &mut Work<'_>, id: &NoticeId, expected: &Expected) -> Result<()> {
    let notice = load(work, id, NoticeAction::Delete, expected).await?;
    store::notices::delete(work.tx, *id).await?;
    work.record_step(Event::NOTICE_DELETED, None, Some(&notice), None).await
}

/// 提请审批.
pub async fn submit_notice(work: &mut Work<'_>, id: &NoticeId, expected: &Expected) -> Result<Written> {
    let before = load(work, id, NoticeAction::Submit, expected).await?;
    let after = before.clone().submit(work.step())?;
    save(work, Event::NOTICE_SUBMITTED, &before, &after).await?;
    Ok((after, work.scope()))
}

/// 审批.
pub async fn approve_notice(work: &mut Work<'_>, id: &NoticeId, expected: &Expected) -> Result<Written> {
    let before = load(work, id, NoticeAction::Approve, expected).await?;
    let after = before.clone().approve(work.step())?;
    save(work, Event::NOTICE_APPROVED, &before, &after).await?;
    Ok((after, work.scope()))
}

/// 退回, with a reason.
pub async fn return_notice(work: &mut Work<'_>, id: &NoticeId, expected: &Expected, reason: String) -> Result<Written> {
    let before = load(work, id, NoticeAction::Return, expected).await?;
    let after = before.clone().send_back(reason)?;
    save(work, Event::NOTICE_RETURNED, &before, &after).await?;
    Ok((after, work.scope()))
}

/// 签发, to whom its units mean today, under the next number.
pub async fn issue_notice(work: &mut Work<'_>, id: &NoticeId, expected: &Expected) -> Result<Written> {
    let (before, units) = load_with_plan(work, id, NoticeAction::Issue, expected).await?;
    let obligations: Vec<ObligationId> = before.obligations.iter().cloned().collect();
    let context = NoticeContext::of(work, units, &obligations, before.follows).await?;
    let renewed = before
        .clone()
        .renewed(&context.setting(work))
        .map_err(refusals::outdated)?;
    context.refuse_duplicates(work, &renewed).await?;
    let number = store::notices::last_number(work.tx, &before.plan, before.kind).await? + 1;
    let after = renewed.issue(work.step(), number)?;
    save(work, Event::NOTICE_ISSUED, &before, &after).await?;
    Ok((after, work.scope()))
}

/// 撤销, with a reason.
pub async fn rescind_notice(
    work: &mut Work<'_>,
    id: &NoticeId,
    expected: &Expected,
    reason: String,
) -> Result<Written> {
    let before = load(work, id, NoticeAction::Rescind, expected).await?;
    let after = before.clone().rescind(work.step(), reason)?;
    save(work, Event::NOTICE_RESCINDED, &before, &after).await?;
    Ok((after, work.scope()))
}

/// The notice that was issued to the caller's unit, for what that unit may do to it now.
async fn received(
    work: &mut Work<'_>,
    id: &NoticeId,
    action: NoticeAction,
    expected: &Expected,
) -> Result<(Notice, UnitCode)> {
    let notice = load(work, id, action, expected).await?;
    let part = notice.part(action, work.actor(), day_of(work.now))?;
    let unit = part.unit.clone();
    Ok((notice, unit))
}

async fn put(work: &mut Work<'_>, event: Event, notice: Notice, after: Addressee) -> Result<Written> {
    store::notices::save_addressee(work.tx, notice.id, &after).await?;
    work.record(LogRecord {
        event,
        subject: &notice.id,
        plan: Some(&notice.plan),
        reason: None,
        before: notice.addressee(&after.unit),
        after: Some(&after),
    })
    .await?;
    let units = notice
        .units
        .iter()
        .map(|one| if one.unit == after.unit { &after } else { one });
    let units = units.cloned().collect();
    Ok((Notice { units, ..notice }, work.scope()))
}

/// 签收, for the caller's unit.
pub async fn acknowledge_notice(work: &mut Work<'_>, id: &NoticeId, expected: &Expected) -> Result<Written> {
    let (notice, unit) = received(work, id, NoticeAction::Acknowledge, expected).await?;
    let after = notice.acknowledge(&unit, work.step(), day_of(work.now))?;
    put(work, Event::NOTICE_ACKNOWLEDGED, notice, after).await
}

/// 答复, for the caller's unit.
pub async fn answer_notice(work: &mut Work<'_>, id: &NoticeId, expected: &Expected, text: String) -> Result<Written> {
    let (notice, unit) = received(work, id, NoticeAction::Answer, expected).await?;
    let after = notice.answer(&unit, work.step(), text, day_of(work.now))?;
    put(work, Event::NOTICE_ANSWERED, notice, after).await
}

/// Issues one reminder to `unit` about what has just become overdue, unless it has been reminded of all
/// of it. The plan is locked.
pub async fn remind(
    work: &mut Work<'_>,
    plan: &Plan,
    unit: &UnitCode,
    overdue: BTreeSet<ObligationId>,
    reply_by: Option<Day>,
) -> Result<()> {
    let kind = NoticeKind::Reminder;
    let ids: Vec<&ObligationId> = overdue.iter().collect();
    let pending = store::notices::pending(work.tx, kind, &ids, &[]).await?;
    let is_pending = |id: &ObligationId| pending.iter().any(|(pending, _)| pending == id);
    let left: BTreeSet<ObligationId> = overdue.into_iter().filter(|id| !is_pending(id)).collect();
    if left.is_empty() {
        return Ok(());
    }
    let number = store::notices::last_number(work.tx, &plan.id, kind).await? + 1;
    let notice = Notice::automatic(
        work.new_id(),
        (plan.id.clone(), plan.year),
        number,
        (unit.clone(), left),
        (work.step(), reply_by),
    );
    store::notices::insert(work.tx, &notice).await?;
    work.record_step(Event::NOTICE_ISSUED, None, None, Some(&notice)).await
}

/// Saves what became of a notice, and records it.
pub async fn save(work: &mut Work<'_>, event: Event, before: &Notice, after: &Notice) -> Result<()> {
    store::notices::save(work.tx, after).await?;
    work.record_step(event, None, Some(before), Some(after)).await
}
