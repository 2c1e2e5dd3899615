//! Registering, correcting and withdrawing the events that `on_event` deadlines wait for.

use super::{
    obligations::{calendar, settle_requirement},
    work::{Change, Expected, Work, must_save},
};
use crate::{
    domain::{
        deadline::{Rule, Within},
        event::Event,
        fault::{Checker, Fault, FieldError},
        id::DeadlineId,
        occurrence::{NewOccurrence, Occurrence, OccurrenceId, OccurrencePatch, Unregistrable},
        plan::{PlanAction, PlanStatus, WrongPlanState},
        policy::Action,
        time::day_of,
    },
    error::{Code, Error, Place, Problem, Result},
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
                    place: Place::Pointer("/due_on".into()),
                    fault: Fault::Required,
                    detail: say!("也可以直接给出到期日", "or give the due day yourself"),
                });
                error
            }
        }
    }
}

/// Locks the deadline's plan; the span the deadline names, if it waits for an event at all.
async fn open(work: &mut Work<'_>, id: &DeadlineId) -> Result<Option<Within>> {
    work.authorize(Action::ManageLedger)?;
    let plan_id = id.requirement.plan();
    work.tx.lock(&store::revisions::plan_scope(plan_id)).await?;
    let plan = store::plans::find(work.tx, plan_id)
        .await?
        .ok_or_else(Error::not_found)?;
    let deadlines = store::deadlines::of_requirement(work.tx, &id.requirement).await?;
    let deadline = deadlines
        .into_iter()
        .find(|deadline| &deadline.id == id)
        .ok_or_else(Error::not_found)?;
    if plan.status != PlanStatus::Published {
        return Err(WrongPlanState {
            plan: plan.id,
            from: plan.status,
            action: PlanAction::Update,
        }
        .into());
    }
    match deadline.rule {
        Rule::OnEvent { within, .. } => Ok(within),
        Rule::Date { .. } | Rule::YearRound | Rule::Recurring { .. } | Rule::Undecided => Err(Error::new(
            Code::WrongState,
            say!("时限 {id} 不由事件触发", "the deadline {id} does not wait for an event"),
        )),
    }
}

/// 登记: the event happened; every unit concerned now owes by a day.
pub async fn register_occurrence(work: &mut Work<'_>, id: &DeadlineId, new: NewOccurrence) -> Result<Occurrence> {
    let within = open(work, id).await?;
    let events = store::occurrences::all(work.tx, &OccurrencesOf::Deadline(id.clone()), &work.scope()).await?;
    let number = events.iter().map(|event| event.number).max().unwrap_or(0) + 1;
    let calendar = calendar(work).await?;
    let event = new.register(id.clone(), number, within, &calendar, day_of(work.now), work.new_id())?;
    store::occurrences::insert(work.tx, &event).await?;
    finish(work, Event::OCCURRENCE_REGISTERED, None, None, &event).await?;
    Ok(event)
}

async fn find(work: &mut Work<'_>, id: &DeadlineId, event: OccurrenceId, expected: &Expected) -> Result<Occurrence> {
    let events = store::occurrences::all(work.tx, &OccurrencesOf::Deadline(id.clone()), &work.scope()).await?;
    let found = events
        .into_iter()
        .find(|held| held.id == event)
        .ok_or_else(Error::not_found)?;
    expected.check(found.version)?;
    if found.withdrawn.is_some() {
        return Err(Error::new(Code::WrongState, say!("该登记已撤回", "it was withdrawn")));
    }
    Ok(found)
}

/// 更正: what was registered was not quite so.
pub async fn update_occurrence(
    work: &mut Work<'_>,
    id: &DeadlineId,
    event: OccurrenceId,
    expected: &Expected,
    patch: OccurrencePatch,
) -> Result<Occurrence> {
    let within = open(work, id).await?;
    let before = find(work, id, event, expected).await?;
    let calendar = calendar(work).await?;
    let mut after = before.clone().patched(patch, within, &calendar, day_of(work.now))?;
    if after != before {
        after.version += 1;
        must_save(store::occurrences::save(work.tx, &after).await?)?;
        finish(work, Event::OCCURRENCE_UPDATED, None, Some(&before), &after).await?;
    }
    Ok(after)
}

/// 撤回: it did not happen. The entry stays, visibly withdrawn; what is still open goes back to waiting.
pub async fn withdraw_occurrence(
    work: &mut Work<'_>,
    id: &DeadlineId,
    event: OccurrenceId,
    expected: &Expected,
    reason: String,
) -> Result<Occurrence> {
    open(work, id).await?;
    let before = find(work, id, event, expected).await?;
    let mut check = Checker::default();
    check.text("reason", &reason, 500);
    check.finish().map_err(|faults: Vec<FieldError>| Error::body(faults))?;
    let withdrawn = Some((work.now, reason.clone()));
    let after = Occurrence {
        withdrawn,
        version: before.version + 1,
        ..before.clone()
    };
    must_save(store::occurrences::save(work.tx, &after).await?)?;
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
    let plan = after.deadline.requirement.plan();
    work.record(Change {
        event,
        subject: &after.deadline,
        plan: Some(plan),
        reason,
        before,
        after: Some(after),
    })
    .await?;
    settle_requirement(work, &after.deadline.requirement).await
}
