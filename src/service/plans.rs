//! Creating, editing, publishing and closing plans; and the rule by which their content changes.

mod closing;

use std::fmt::Display;

pub use self::closing::{AcceptUnfinished, close_plan, reopen_plan};
use super::{
    default_deadlines::keep_default,
    obligations::{calendar, leave_to_somebody, nobodys, settle_amended_plan},
    units::{create_units, keep},
    work::{Expected, LogRecord, Work},
};
use crate::{
    domain::{
        amendment::AppliesTo,
        event::Event,
        fault::Fault,
        id::PlanId,
        numbering::Numbers,
        obligation::Hindsight,
        open_question::OpenQuestions,
        plan::{NewPlan, Plan, PlanAction, PlanContent, PlanPatch, PlanStatus},
        policy::Action,
        requirement::Requirement,
        text,
        thing::ThingKind,
        time::{Day, day_of},
        unit::UnitDirectory,
        vocabulary::{Term, Vocabulary as _},
    },
    error::{Code, Error, Location, Result},
    say,
    store::{self, revisions::plan_scope},
};

/// Longest reason of an amendment.
const LONGEST_REASON: usize = 500;

/// Why something changes, and where in the request that was said.
pub struct Reason {
    text: Option<String>,
    location: Location,
    applies_to: AppliesTo,
}

impl Reason {
    /// From the body's `reason`.
    pub fn in_body(text: Option<String>) -> Self {
        Self {
            text,
            location: Location::Pointer("/reason".into()),
            applies_to: AppliesTo::default(),
        }
    }

    /// From the query's `reason`.
    pub fn in_query(text: Option<String>) -> Self {
        Self {
            text,
            location: Location::Parameter("reason".into()),
            applies_to: AppliesTo::default(),
        }
    }

    /// The same, and what is to follow.
    #[must_use]
    pub fn applying_to(self, applies_to: Option<AppliesTo>) -> Self {
        Self {
            applies_to: applies_to.unwrap_or_default(),
            ..self
        }
    }

    /// The reason of an amendment; a draft needs none and keeps none.
    fn of(self, status: PlanStatus) -> Result<Option<String>> {
        if status == PlanStatus::Draft {
            return Ok(None);
        }
        let text = self.text.map(|text| text.trim().to_owned()).unwrap_or_default();
        let (code, fault, detail) = if text::is_blank(&text) {
            (
                Code::ReasonRequired,
                Fault::Required,
                say!(
                    "方案已发布，修订须写明理由 (reason)",
                    "the plan is published: say why it changes (reason)"
                ),
            )
        } else if text.chars().count() > LONGEST_REASON {
            (
                Code::Invalid,
                Fault::TooLong,
                say!("最多 {LONGEST_REASON} 个字符", "at most {LONGEST_REASON} characters"),
            )
        } else if text::has_control_characters(&text) {
            (Code::Invalid, Fault::Invalid, text::control_characters(&text))
        } else {
            return Ok(Some(text));
        };
        Err(Error::at(code, self.location, fault, detail))
    }
}

/// A plan that is locked for a change of what it says, and why it changes.
pub struct Amendment {
    /// The plan.
    pub plan: Plan,
    /// The reason; `None` for a draft.
    pub reason: Option<String>,
    /// Which obligations follow.
    pub applies_to: AppliesTo,
    /// The day on which it is amended.
    today: Day,
}

impl Amendment {
    /// The day from which counts what it adds.
    pub fn counts_from(&self, given: Option<Day>) -> Option<Day> {
        self.plan.counts_from(given, self.today)
    }
}

/// Locks the plan and makes sure that its content may change now, for this reason.
pub async fn open_for_amendment(work: &mut Work<'_>, id: &PlanId, reason: Reason) -> Result<Amendment> {
    let plan = lock_plan(work, id).await?;
    plan.allow(PlanAction::Update)?;
    let applies_to = reason.applies_to;
    let reason = reason.of(plan.status)?;
    Ok(Amendment {
        plan,
        reason,
        applies_to,
        today: day_of(work.now),
    })
}

/// Like [`open_for_amendment`] for a thing that is added: that its parent does not exist is a fault
/// of the body at `pointer`, not a missing page.
pub async fn open_parent(work: &mut Work<'_>, id: &PlanId, reason: Reason, pointer: &str) -> Result<Amendment> {
    open_for_amendment(work, id, reason).await.map_err(|error| {
        if error.code == Code::NotFound {
            no_parent(pointer)
        } else {
            error
        }
    })
}

/// What the body names as the parent does not exist.
pub fn no_parent(pointer: &str) -> Error {
    Error::field(
        pointer,
        Fault::NotFound,
        say!("所指的对象不存在", "what it names does not exist"),
    )
}

/// `Ok` unless the number that is wanted is free, and a published plan once had a thing with it, whose id `id` makes of
/// it: the log would mix that up with the new one. A draft is numbered as its document is, however often.
pub async fn fresh<I: Display>(
    work: &mut Work<'_>,
    plan: &Plan,
    removed: Event,
    numbers: &Numbers,
    wanted: Option<u32>,
    id: impl Fn(u32) -> I,
) -> Result<()> {
    let free = wanted.filter(|number| !numbers.taken.contains(number));
    let Some(id) = free.filter(|_| plan.status != PlanStatus::Draft).map(id) else {
        return Ok(());
    };
    if !store::log::has(work.tx, removed, &id).await? {
        return Ok(());
    }
    let detail = say!(
        "{id} 已删除，编号不再使用",
        "{id} was removed; its number is not given again"
    );
    Err(Error::field("/number", Fault::Duplicate, detail))
}

async fn lock_plan(work: &mut Work<'_>, id: &PlanId) -> Result<Plan> {
    work.authorize(Action::ManagePlans)?;
    keep(work).await?;
    work.tx.lock(&plan_scope(id)).await?;
    store::plans::find(work.tx, id).await?.ok_or_else(Error::not_found)
}

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
        plan: before,
        reason,
        applies_to,
        ..
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
            Some(keep_default(work, plans, &requirements, counts_from, reason.as_ref()).await?)
        };
        let now = by_default.as_ref().map(|all| all.iter().collect::<Vec<_>>());
        let now = now.as_ref().unwrap_or(&requirements);
        leave_to_somebody(work, (&after, now), (&before, &requirements)).await?;
        save_amended(work, Event::PLAN_UPDATED, (reason, applies_to), &before, &after).await?;
        content.plan = after;
    }
    Ok((content, units))
}

async fn save(work: &mut Work<'_>, event: Event, reason: Option<String>, before: &Plan, after: &Plan) -> Result<()> {
    save_amended(work, event, (reason, AppliesTo::default()), before, after).await
}

async fn save_amended(
    work: &mut Work<'_>,
    event: Event,
    (reason, applies_to): (Option<String>, AppliesTo),
    before: &Plan,
    after: &Plan,
) -> Result<()> {
    store::plans::save(work.tx, after).await?;
    let id = &after.id;
    work.record(LogRecord {
        event,
        subject: id,
        plan: Some(id),
        reason,
        before: Some(before),
        after: Some(after),
    })
    .await?;
    work.plan_changed(id).await?;
    let hindsight = Hindsight {
        applies_to,
        ..Hindsight::default()
    };
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
    save(work, Event::PLAN_PUBLISHED, None, &before, &after).await?;
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
