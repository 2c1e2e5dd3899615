//! Registering, correcting and withdrawing the events that `on_event` deadlines wait for.

use super::{
    obligations::{calendar, settle_amended},
    work::{Expected, Work},
};
use crate::{
    domain::{
        calendar::Calendar,
        deadline::{Rule, Within},
        event::Event,
        fault::{Checker, Fault, FieldError},
        id::DeadlineId,
        obligation::Hindsight,
        occurrence::{Grounds, NewOccurrence, Occurrence, OccurrenceId, OccurrencePatch, Unregistrable},
        plan::{PlanAction, PlanStatus, WrongPlanState},
        policy::Action,
        requirement::Requirement,
        thing::ThingKind,
        time::{Day, Period, day_of},
        unit::UnitDirectory,
    },
    error::{Code, Error, Location, Problem, Result},
    say,
    store::{self, occurrences::OccurrencesOf},
};

impl From<Unregistrable> for Error {
    fn from(wrong: Unregistrable) -> Self {
        match wrong {
            Unregistrable::Faults(faults) => Self::body(faults),
            Unregistrable::NoCalendar(missing) => {
                let mut error = Self::from(missing);
                error.problems.push(Problem {
                    location: Location::Pointer("/due_on".into()),
                    fault: Fault::Required,
                    detail: say!("也可以直接给出到期日", "or give the due day yourself"),
                });
                error
            }
        }
    }
}

/// What is to be done with an event.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// What makes somebody owe something, or nobody any more.
    Duty,
    /// Only what is said of it.
    Texts,
}

/// What an event is registered on.
struct Ground {
    within: Option<Within>,
    owed_from: Day,
    requirement: Requirement,
    period: Period,
    units: UnitDirectory,
    calendar: Calendar,
}

impl Ground {
    fn on(&self, today: Day) -> Grounds<'_> {
        Grounds {
            within: self.within,
            calendar: &self.calendar,
            today,
            owed_from: self.owed_from,
            requirement: &self.requirement,
            period: self.period,
            units: &self.units,
        }
    }
}

/// Locks the deadline's plan; the span that the deadline names, if it waits for an event at all, and the day from which on
/// something of the plan is owed.
async fn open(work: &mut Work<'_>, id: &DeadlineId, wanted: Wanted) -> Result<Ground> {
    work.authorize(Action::ManageLedger)?;
    let plan_id = id.requirement.plan();
    work.tx.lock(&store::revisions::plan_scope(plan_id)).await?;
    let plan = store::plans::find(work.tx, plan_id)
        .await?
        .ok_or_else(Error::not_found)?;
    let requirement = store::requirements::find(work.tx, &id.requirement).await?;
    let requirement = requirement.ok_or_else(Error::not_found)?;
    let mut deadlines = requirement.deadlines.iter();
    let deadline = deadlines
        .find(|deadline| &deadline.id == id)
        .ok_or_else(Error::not_found)?;
    let is_open = match plan.status {
        PlanStatus::Draft => false,
        PlanStatus::Published => true,
        PlanStatus::Closed => wanted == Wanted::Texts,
    };
    if !is_open {
        return Err(WrongPlanState {
            plan: plan.id,
            from: plan.status,
            action: PlanAction::Update,
        }
        .into());
    }
    // Before that day it is nobody's, or not yet.
    let of_units = requirement.units.iter().map(|part| part.effective_from).min();
    let counts_from = deadline.effective_from.max(of_units.flatten());
    let owed_from = counts_from.map_or(plan.owed_from(), |day| day.max(plan.owed_from()));
    match deadline.rule {
        Rule::OnEvent { within, .. } => Ok(Ground {
            within,
            owed_from,
            period: plan.period,
            units: store::units::all(work.tx).await?,
            calendar: calendar(work).await?,
            requirement,
        }),
        Rule::Date { .. } | Rule::YearRound | Rule::Recurring { .. } | Rule::Undecided => Err(Error::new(
            Code::WrongState,
            say!("时限 {id} 不由事件触发", "the deadline {id} does not wait for an event"),
        )),
    }
}

/// 登记: the event happened; every unit concerned now owes by a day.
pub async fn register_occurrence(work: &mut Work<'_>, id: &DeadlineId, new: NewOccurrence) -> Result<Occurrence> {
    let ground = open(work, id, Wanted::Duty).await?;
    let events = store::occurrences::all(work.tx, &OccurrencesOf::Deadline(id.clone()), &work.scope()).await?;
    let number = events.iter().map(|event| event.number).max().unwrap_or(0) + 1;
    let event = new.register(id.clone(), number, &ground.on(day_of(work.now)), work.new_id())?;
    once(&event, &events)?;
    store::occurrences::insert(work.tx, &event).await?;
    finish(work, Event::OCCURRENCE_REGISTERED, None, None, &event).await?;
    Ok(event)
}

/// 409 where the event is registered already: each registration is owed on its own.
fn once(event: &Occurrence, events: &[Occurrence]) -> Result<()> {
    let is_same = |other: &&Occurrence| other.id != event.id && other.withdrawn.is_none() && other.is(event);
    let Some(same) = events.iter().find(is_same) else {
        return Ok(());
    };
    let (number, day) = (same.number, same.happened_on);
    let detail = say!(
        "该事件已登记：e{number}，{day} 发生；如为另一事件，请写明其文号，没有文号的写明备注",
        "it is registered already: e{number}, which happened on {day}; if it is another one, give its document, or a note where it has none"
    );
    Err(Error::new(Code::AlreadyExists, detail).because_of(ThingKind::Deadline, &event.deadline))
}

async fn find(
    work: &mut Work<'_>,
    id: &DeadlineId,
    event: OccurrenceId,
    expected: &Expected,
    wanted: Wanted,
) -> Result<(Occurrence, Vec<Occurrence>)> {
    let events = store::occurrences::all(work.tx, &OccurrencesOf::Deadline(id.clone()), &work.scope()).await?;
    let found = events.iter().find(|held| held.id == event);
    let found = found.cloned().ok_or_else(Error::not_found)?;
    expected.check(found.version)?;
    if found.withdrawn.is_some() && wanted == Wanted::Duty {
        return Err(Error::new(Code::WrongState, say!("该登记已撤回", "it was withdrawn")));
    }
    Ok((found, events))
}

/// 更正: what was registered was not quite so. What is said of it can always be taken back: the document is public.
pub async fn update_occurrence(
    work: &mut Work<'_>,
    id: &DeadlineId,
    event: OccurrenceId,
    expected: &Expected,
    patch: OccurrencePatch,
) -> Result<Occurrence> {
    let wanted = if patch.is_of_texts() {
        Wanted::Texts
    } else {
        Wanted::Duty
    };
    let ground = open(work, id, wanted).await?;
    let (before, events) = find(work, id, event, expected, wanted).await?;
    let mut after = before.clone().patched(patch, &ground.on(day_of(work.now)))?;
    if after != before {
        if after.withdrawn.is_none() && !after.is(&before) {
            once(&after, &events)?;
        }
        after.version += 1;
        store::occurrences::save(work.tx, &after).await?;
        let updated = Event::OCCURRENCE_UPDATED;
        match wanted {
            Wanted::Duty => finish(work, updated, None, Some(&before), &after).await?,
            Wanted::Texts => work.record_step(updated, None, Some(&before), Some(&after)).await?,
        }
    }
    Ok(after)
}

/// 撤回: it did not happen. The entry stays, visibly withdrawn; what is not done goes back to waiting.
pub async fn withdraw_occurrence(
    work: &mut Work<'_>,
    id: &DeadlineId,
    event: OccurrenceId,
    expected: &Expected,
    reason: String,
) -> Result<Occurrence> {
    open(work, id, Wanted::Duty).await?;
    let (before, _) = find(work, id, event, expected, Wanted::Duty).await?;
    let mut check = Checker::default();
    check.text("reason", &reason, 500);
    check.finish().map_err(|faults: Vec<FieldError>| Error::body(faults))?;
    let withdrawn = Some((work.now, reason.clone()));
    let after = Occurrence {
        withdrawn,
        version: before.version + 1,
        ..before.clone()
    };
    store::occurrences::save(work.tx, &after).await?;
    finish(work, Event::OCCURRENCE_WITHDRAWN, Some(reason), Some(&before), &after).await?;
    Ok(after)
}

async fn finish(
    work: &mut Work<'_>,
    event: Event,
    reason: Option<String>,
    before: Option<&Occurrence>,
    after: &Occurrence,
) -> Result<()> {
    work.record_step(event, reason, before, Some(after)).await?;
    // What was registered wrongly was never so: all that hangs on it follows.
    let hindsight = Hindsight {
        event: Some((&after.deadline, after.number)),
        ..Hindsight::default()
    };
    settle_amended(work, &after.deadline.requirement, hindsight).await
}
