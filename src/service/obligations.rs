//! Keeping the ledger what plans, units and events make it.

mod exemptions;

use std::collections::{BTreeMap, BTreeSet};

pub use self::exemptions::{exempt_obligation, exempt_obligations, restore_obligation};
use super::work::{Work, plan_closed};
use crate::{
    domain::{
        calendar::Calendar,
        catalog::IndexedPlan,
        extension,
        fault::Fault,
        id::{DeadlineId, PlanId, RequirementId, UnitCode},
        obligation::{
            DesiredRow, Hindsight, LedgerDiff, Obligation, Refusal, Roles, Settled, derive, reconcile, roles,
        },
        ownership::{Unowned, unowned},
        plan::{Plan, PlanContent, PlanStatus},
        report,
        requirement::Requirement,
        schedule::RegisteredEvent,
        scope::Scope,
        task::Task,
        text,
        thing::ThingKind,
        time::day_of,
        unit::UnitDirectory,
    },
    error::{Code, Error, Result},
    say,
    store::{self, obligations::FiledObligation, occurrences::OccurrencesOf},
};

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let (code, detail) = match refusal {
            Refusal::NotYours => return Self::not_found(),
            Refusal::PlanClosed(plan) => return plan_closed(&plan),
            Refusal::Exempted => (Code::WrongState, say!("已经免办", "it is exempted already")),
            Refusal::NotExempted => (Code::WrongState, say!("没有免办", "it is not exempted")),
            Refusal::TakesNoReport(id, state) => return report::Refusal::NotReportable(id, state).into(),
            Refusal::HasReport => (
                Code::AlreadyExists,
                say!(
                    "该事项已有一份未完成的报告，请继续填报该报告",
                    "there is a report on it that is not finished; go on with that one"
                ),
            ),
            Refusal::TooLate => return extension::Refusal::TooLate.into(),
            Refusal::HasExtension => (
                Code::AlreadyExists,
                say!(
                    "该事项已有未决的延期申请",
                    "there is a request for it that is not decided yet"
                ),
            ),
        };
        Self::new(code, detail)
    }
}

/// Makes the ledger of a published plan say what the plan, its units and events say now. What is
/// past stays as it is. Doing it twice changes nothing.
pub async fn settle_plan(work: &mut Work<'_>, id: &PlanId) -> Result<()> {
    settle_amended_plan(work, id, Hindsight::default()).await
}

/// The same after an amendment that may reach back.
pub async fn settle_amended_plan(work: &mut Work<'_>, id: &PlanId, hindsight: Hindsight<'_>) -> Result<()> {
    let known = UnitsAndDays::read(work).await?;
    settle_whole(work, id, &known, hindsight).await.map(drop)
}

/// The same; what became of it, which the author is told.
async fn settle_whole(
    work: &mut Work<'_>,
    id: &PlanId,
    known: &UnitsAndDays,
    hindsight: Hindsight<'_>,
) -> Result<Settled> {
    let Some(content) = store::plans::content(work.tx, id).await? else {
        return Ok(Settled::default());
    };
    let existing = store::obligations::of_plan(work.tx, id, &Scope::system()).await?;
    let settled = settle(work, content, existing, known, hindsight).await?;
    work.note_settled(settled);
    Ok(settled)
}

/// What a ledger hangs on besides its plan.
struct UnitsAndDays {
    units: UnitDirectory,
    calendar: Calendar,
}

impl UnitsAndDays {
    /// As they are now: read while the plan is locked, since who changes them settles it after that.
    async fn read(work: &mut Work<'_>) -> Result<Self> {
        Ok(Self {
            units: store::units::all(work.tx).await?,
            calendar: calendar(work).await?,
        })
    }
}

/// Settles what is owed for one requirement, which is all that most amendments touch.
pub async fn settle_requirement(work: &mut Work<'_>, id: &RequirementId) -> Result<()> {
    settle_one(work, id, Hindsight::default()).await.map(drop)
}

/// The same after an amendment, which may reach back, and whose author is told what became of the ledger. Whoever only takes a
/// step of one unit is not: that tells of others.
pub async fn settle_amended(work: &mut Work<'_>, id: &RequirementId, hindsight: Hindsight<'_>) -> Result<()> {
    let settled = settle_one(work, id, hindsight).await?;
    work.note_settled(settled);
    Ok(())
}

async fn settle_one(work: &mut Work<'_>, id: &RequirementId, hindsight: Hindsight<'_>) -> Result<Settled> {
    let Some(plan) = store::plans::find(work.tx, id.plan()).await? else {
        return Ok(Settled::default());
    };
    let mut tasks: Vec<Task> = store::tasks::find(work.tx, &id.task).await?.into_iter().collect();
    for task in &mut tasks {
        task.requirements.extend(store::requirements::find(work.tx, id).await?);
    }
    let existing = store::obligations::of_requirement(work.tx, id, &Scope::system()).await?;
    let known = UnitsAndDays::read(work).await?;
    settle(work, PlanContent { plan, tasks }, existing, &known, hindsight).await
}

async fn settle(
    work: &mut Work<'_>,
    content: PlanContent,
    existing: Vec<Obligation>,
    known: &UnitsAndDays,
    hindsight: Hindsight<'_>,
) -> Result<Settled> {
    let id = &content.plan.id.clone();
    if content.plan.status != PlanStatus::Published {
        return Ok(Settled::default());
    }
    let from = content.plan.terms().obligations_from;
    let happened = events(work, id).await?;
    let (wanted, held) = owed(content, &happened, known);
    let LedgerDiff {
        create,
        reschedule,
        withdraw,
        kept,
    } = reconcile(existing, wanted, day_of(work.now), Hindsight { from, ..hindsight });
    let addition = !create.is_empty() && store::obligations::has_ledger(work.tx, id).await?;
    let filed = create.into_iter().map(|obligation| file(obligation, &known.units));
    let filed: Vec<FiledObligation> = filed.collect::<Result<_>>()?;
    store::obligations::insert(work.tx, &filed, work.now, addition).await?;
    store::obligations::reschedule(work.tx, &reschedule, work.now).await?;
    store::obligations::withdraw(work.tx, &withdraw, work.now).await?;
    store::obligations::file_under_roles(work.tx, id, &held).await?;
    Ok(Settled {
        created: filed.len(),
        moved: reschedule.len(),
        withdrawn: withdraw.len(),
        kept,
    })
}

/// The rows that a plan asks for, and the roles in which units owe them.
fn owed(
    content: PlanContent,
    happened: &BTreeMap<DeadlineId, Vec<RegisteredEvent>>,
    UnitsAndDays { units, calendar }: &UnitsAndDays,
) -> (Vec<DesiredRow>, Roles) {
    let terms = content.plan.terms();
    let plan = IndexedPlan::new(content, units);
    let (mut wanted, mut held) = (Vec::new(), Roles::new());
    for of in plan.requirements() {
        let rows = derive(of, &terms, happened, units, calendar);
        held.extend(roles(of.requirement, &rows));
        wanted.extend(rows);
    }
    (wanted, held)
}

/// The plan's events that count, by what waited for them.
pub async fn events(work: &mut Work<'_>, id: &PlanId) -> Result<BTreeMap<DeadlineId, Vec<RegisteredEvent>>> {
    let mut happened: BTreeMap<DeadlineId, Vec<RegisteredEvent>> = BTreeMap::new();
    for event in store::occurrences::all(work.tx, &OccurrencesOf::Plan(id.clone()), &Scope::system()).await? {
        if let Some(one) = event.happened() {
            happened.entry(event.deadline).or_default().push(one);
        }
    }
    Ok(happened)
}

/// 409 when a change of a published plan names units for what falls due after their end, and they have no successors:
/// no unit would owe it. What was so before the change is left alone.
pub async fn leave_to_somebody(
    work: &mut Work<'_>,
    (plan, requirements): (&Plan, &[&Requirement]),
    before: (&Plan, &[&Requirement]),
) -> Result<()> {
    // A draft has no ledger, and without other days or requirements all stays with whoever has it.
    if plan.status != PlanStatus::Published || (plan.terms(), requirements) == (before.0.terms(), before.1) {
        return Ok(());
    }
    let (units, calendar) = (store::units::all(work.tx).await?, calendar(work).await?);
    let (happened, today) = (events(work, &plan.id).await?, day_of(work.now));
    let unowned = |(plan, requirements): (&Plan, &[&Requirement])| {
        let terms = plan.terms();
        let of = |one: &&Requirement| unowned(one, &terms, &happened, &units, &calendar, today);
        requirements.iter().flat_map(of).collect::<BTreeSet<_>>()
    };
    let known = unowned(before);
    let left = unowned((plan, requirements))
        .into_iter()
        .find(|one| !known.contains(one));
    left.map_or(Ok(()), |left| Err(nobodys(&left)))
}

/// 409: no unit would owe it.
pub fn nobodys(left: &Unowned) -> Error {
    let Unowned { deadline, unit, day } = left;
    let detail = say!(
        "{unit} 到 {day} 已撤销，且无承接单位：{deadline} 将无人承担；请改由其他单位承担，或先写明其承接单位 (successors)",
        "{unit} has ended by {day} and nobody has taken over from it: nobody would owe {deadline}; name another unit, or its successors first"
    );
    Error::new(Code::WrongState, detail)
        .because_of(ThingKind::Unit, unit)
        .because_of(ThingKind::Deadline, deadline)
}

/// Settles all published plans, since calendars concern each of them; how many due days moved.
pub async fn settle_all(work: &mut Work<'_>) -> Result<usize> {
    let plans = store::plans::published(work.tx).await?;
    settle_plans(work, plans, None).await
}

/// Settles the published plans that name one of these units. What `mistaken` was given by facts that it never had goes
/// however long ago it was due, unless work on it has begun.
pub async fn settle_naming(work: &mut Work<'_>, units: &BTreeSet<UnitCode>, mistaken: Option<&UnitCode>) -> Result<()> {
    let plans = store::plans::published_naming(work.tx, units).await?;
    settle_plans(work, plans, mistaken).await.map(drop)
}

async fn settle_plans(work: &mut Work<'_>, plans: Vec<PlanId>, mistaken: Option<&UnitCode>) -> Result<usize> {
    for id in &plans {
        work.tx.lock(&store::revisions::plan_scope(id)).await?;
    }
    let known = UnitsAndDays::read(work).await?;
    let mut moved = 0;
    for id in &plans {
        let hindsight = Hindsight {
            mistaken,
            ..Hindsight::default()
        };
        moved += settle_whole(work, id, &known, hindsight).await?.moved;
    }
    Ok(moved)
}

/// Settles the published plans that have no ledger yet.
pub async fn settle_new(work: &mut Work<'_>) -> Result<()> {
    for id in store::plans::without_ledger(work.tx).await? {
        work.tx.lock(&store::revisions::plan_scope(&id)).await?;
        settle_plan(work, &id).await?;
        // No entry of the log tells of it.
        work.plan_changed(&id).await?;
    }
    Ok(())
}

/// Files ledgers under roles that were made before they were.
pub async fn file_roles(work: &mut Work<'_>) -> Result<()> {
    let plans = store::obligations::without_roles(work.tx).await?;
    if plans.is_empty() {
        return Ok(());
    }
    for id in &plans {
        work.tx.lock(&store::revisions::plan_scope(id)).await?;
    }
    let known = UnitsAndDays::read(work).await?;
    for id in &plans {
        let Some(content) = store::plans::content(work.tx, id).await? else {
            continue;
        };
        let happened = events(work, id).await?;
        let (_, held) = owed(content, &happened, &known);
        store::obligations::file_under_roles(work.tx, id, &held).await?;
        // No entry of the log tells of it.
        work.plan_changed(id).await?;
    }
    Ok(())
}

/// An obligation with the kind of its unit.
fn file(obligation: Obligation, units: &UnitDirectory) -> Result<FiledObligation> {
    let unit = units.get(&obligation.id.unit);
    let missing = || Error::internal(format!("{} is owed by no unit", obligation.id));
    Ok(FiledObligation {
        unit_kind: unit.ok_or_else(missing)?.kind,
        obligation,
    })
}

/// The working-day calendar as this transaction sees it.
pub async fn calendar(work: &mut Work<'_>) -> Result<Calendar> {
    Ok(Calendar::new(
        store::calendar::all(work.tx).await?.into_iter().map(|(year, _)| year),
    ))
}

/// A reason that must be there.
pub fn required_reason(reason: Option<String>) -> Result<String> {
    reason
        .filter(|reason| !text::is_blank(reason))
        .ok_or_else(|| Error::field("/reason", Fault::Required, say!("须说明理由", "say why")))
}
