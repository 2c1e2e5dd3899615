//! Creating, editing, publishing and closing plans.

mod closing;

pub use self::closing::{AcceptUnfinished, close_plan, reopen_plan};
use super::{
    amendments::{Amendment, Decision, Reason, lock_plan, open_for_amendment},
    default_deadlines::keep_default,
    obligations::{calendar, leave_to_somebody, nobodys, settle_amended_plan},
    units::{create_units, keep},
    work::{Expected, LogRecord, Work},
};
use crate::{
    domain::{
        event::Event,
        fault::Fault,
        id::PlanId,
        open_question::OpenQuestions,
        plan::{NewPlan, Plan, PlanAction, PlanContent, PlanPatch},
        policy::Action,
        requirement::Requirement,
        thing::ThingKind,
        unit::UnitDirectory,
        vocabulary::{Term, Vocabulary as _},
    },
    error::{Code, Error, Result},
    say, store,
};

/// Creates a draft, whole if wished.
pub async fn create_plan(work: &mut Work<'_>, mut new: NewPlan) -> Result<(PlanContent, UnitDirectory)> {
    work.authorize(Action::ManagePlans)?;
    if !new.units.is_empty() {
        create_units(work, std::mem::take(&mut new.units)).await?;
    }
    keep(work).await?;
    let units = store::units::all(work.tx).await?;
    let content = new.into_content(&units).map_err(Error::body)?;
    let id = &content.plan.id;
    if !store::plans::insert(work.tx, &content).await? {
        let plan = store::plans::find(work.tx, id).await?.ok_or_else(Error::not_found)?;
        let (title, (zh, en)) = (plan.title, plan.status.words());
        let detail = say!(
            "方案 {id} 已存在（{zh}）：{title}",
            "there is already a plan {id}, which is {en}: {title}"
        );
        return Err(Error::new(Code::AlreadyExists, detail).because_of(ThingKind::Plan, id));
    }
    let created = LogRecord {
        event: Event::PLAN_CREATED,
        subject: id,
        plan: Some(id),
        reason: None,
        before: None,
        after: Some(&content),
    };
    work.record(created).await?;
    work.plan_changed(id).await?;
    Ok((content, units))
}

/// 422 when a column is taken away in which something still stands.
fn keeps_columns_in_use(content: &PlanContent, after: &Plan) -> Result<()> {
    let requirements = content.tasks.iter().flat_map(|task| &task.requirements);
    let of_tasks = content.tasks.iter().map(|task| (task.id.to_string(), &task.extra));
    let mut cells = requirements
        .map(|requirement| (requirement.id.to_string(), &requirement.extra))
        .chain(of_tasks)
        .flat_map(|(id, cells)| cells.iter().map(move |cell| (id.clone(), cell)));
    let gone = cells.find(|(_, cell)| !after.extra_columns.iter().any(|column| column.name == cell.name));
    gone.map_or(Ok(()), |(id, cell)| {
        let name = &cell.name;
        let detail = say!(
            "{id} 等仍有附加列 {name} 的内容",
            "{id} and maybe others still have something in the extra column {name}"
        );
        Err(Error::field("/extra_columns", Fault::Conflict, detail))
    })
}

/// Changes a plan's own fields.
pub async fn update_plan(
    work: &mut Work<'_>,
    id: &PlanId,
    expected: &Expected,
    mut patch: PlanPatch,
) -> Result<(PlanContent, UnitDirectory)> {
    let reason = Reason::in_body(patch.reason.take()).applying_to(patch.applies_to);
    let amendment = open_for_amendment(work, id, reason).await?;
    let counts_from = amendment.counts_from(patch.effective_from);
    let Amendment {
        plan: before, decision, ..
    } = amendment;
    expected.check(before.version)?;
    let units = store::units::all(work.tx).await?;
    let mut content = store::plans::content(work.tx, id).await?.ok_or_else(Error::not_found)?;
    let mut after = before.clone().patched(patch, &units).map_err(Error::body)?;
    if after != before {
        after.version += 1;
        keeps_columns_in_use(&content, &after)?;
        let requirements = content.tasks.iter().flat_map(|task| &task.requirements);
        let requirements: Vec<&Requirement> = requirements.collect();
        let is_due_as_before = (&after.default_deadline, after.terms()) == (&before.default_deadline, before.terms());
        let by_default = if is_due_as_before {
            None
        } else {
            let plans = (&before, &after);
            Some(keep_default(work, plans, &requirements, counts_from, decision.reason.as_ref()).await?)
        };
        let now = by_default.as_ref().map(|all| all.iter().collect::<Vec<_>>());
        let now = now.as_ref().unwrap_or(&requirements);
        leave_to_somebody(work, (&after, now), (&before, &requirements)).await?;
        save(work, Event::PLAN_UPDATED, decision, &before, &after).await?;
        content.plan = after;
    }
    Ok((content, units))
}

async fn save(work: &mut Work<'_>, event: Event, decision: Decision, before: &Plan, after: &Plan) -> Result<()> {
    store::plans::save(work.tx, after).await?;
    let hindsight = decision.hindsight();
    let id = &after.id;
    work.record(LogRecord {
        event,
        subject: id,
        plan: Some(id),
        reason: decision.reason,
        before: Some(before),
        after: Some(after),
    })
    .await?;
    work.plan_changed(id).await?;
    settle_amended_plan(work, id, hindsight).await
}

async fn whole(work: &mut Work<'_>, id: &PlanId, units: UnitDirectory) -> Result<(PlanContent, UnitDirectory)> {
    let content = store::plans::content(work.tx, id).await?.ok_or_else(Error::not_found)?;
    Ok((content, units))
}

/// Whether the caller who publishes a plan accepts what it leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AcceptOpen(pub bool);

impl AcceptOpen {
    /// 409 where there is something that nobody owes yet, or by a day that cannot be meant, and nobody has said that they know.
    fn check(self, plan: &PlanContent, units: &UnitDirectory) -> Result<()> {
        let open = plan.open_questions(units);
        if self.0 || open.is_empty() {
            return Ok(());
        }
        let said =
            |words: fn(&Term) -> &str, open: &OpenQuestions| format!("{} {}", words(open.kind.term()), open.count);
        let all = |words| open.iter().map(|open| said(words, open)).collect::<Vec<_>>();
        let (zh, en) = (all(|term| term.zh).join("、"), all(|term| term.en).join(", "));
        let detail = say!(
            "有具体要求待定（{zh}），无人承担，或到期日可疑；请补齐或改正，或以 accept_open=true 确认发布",
            "requirements are left open ({en}): nobody would owe them, or by a doubtful day; complete them, or publish with accept_open=true"
        );
        Err(Error::parameter(Code::OpenQuestions, "accept_open", Fault::Required, detail).with_open(open))
    }
}

/// Publishes a draft: from now on it is public.
pub async fn publish_plan(
    work: &mut Work<'_>,
    id: &PlanId,
    expected: &Expected,
    open: AcceptOpen,
) -> Result<(PlanContent, UnitDirectory)> {
    let before = lock_plan(work, id).await?;
    expected.check(before.version)?;
    let mut after = before.clone().publish(work.now)?;
    after.version += 1;
    let (draft, units) = (
        store::plans::content(work.tx, id).await?,
        store::units::all(work.tx).await?,
    );
    let (draft, calendar) = (draft.ok_or_else(Error::not_found)?, calendar(work).await?);
    if let Some(left) = draft.unowned(&units, &calendar) {
        return Err(nobodys(&left).with_allowed(ThingKind::Plan, id, &draft.actions_for(true, &units, &calendar)));
    }
    open.check(&draft, &units)
        .map_err(|error| error.with_allowed(ThingKind::Plan, id, &draft.actions_for(true, &units, &calendar)))?;
    save(work, Event::PLAN_PUBLISHED, Decision::default(), &before, &after).await?;
    whole(work, id, units).await
}

/// Removes a draft with all that it says.
pub async fn delete_plan(work: &mut Work<'_>, id: &PlanId, expected: &Expected) -> Result<()> {
    let plan = lock_plan(work, id).await?;
    expected.check(plan.version)?;
    plan.allow(PlanAction::Delete)?;
    let content = store::plans::content(work.tx, id).await?.ok_or_else(Error::not_found)?;
    store::plans::delete(work.tx, id).await?;
    let deleted = LogRecord {
        event: Event::PLAN_DELETED,
        subject: id,
        plan: Some(id),
        reason: None,
        before: Some(&content),
        after: None,
    };
    work.record(deleted).await?;
    work.plan_changed(id).await
}
