//! What plans say: which rows of its lists an amendment may have changed.

use serde_json::Value;

use super::{
    Changes, Entry, Followed, Follower,
    shown::{LoggedOccurrence, States},
};
use crate::domain::{
    event::Event,
    id::{DeadlineId, PlanId, RequirementId, TaskId},
    occurrence::OccurrenceId,
};

/// What a row of a list is a part of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// No plan.
    Nothing,
    /// It is a plan.
    Plan(PlanId),
    /// A task of a plan, or what is below one.
    Task(TaskId),
}

impl Followed {
    fn is_of_content(self) -> bool {
        matches!(self, Self::Deadlines | Self::Plans | Self::Requirements | Self::Tasks)
    }

    /// Whether `id` is one of its rows'.
    fn has_ids_like(self, id: &str) -> bool {
        match self {
            Self::Deadlines => id.parse::<DeadlineId>().is_ok(),
            Self::Occurrences => id.parse::<OccurrenceId>().is_ok(),
            Self::Requirements => id.parse::<RequirementId>().is_ok(),
            Self::Tasks => id.parse::<TaskId>().is_ok(),
            _ => false,
        }
    }
}

/// The task that something in a plan is a part of.
fn task(subject: &str) -> Option<TaskId> {
    let below = || Some(requirement(subject)?.task);
    subject.parse().ok().or_else(below)
}

/// The requirement that something below a task is, or is a part of: what is owed for others is as it was.
fn requirement(subject: &str) -> Option<RequirementId> {
    let of_deadline = || Some(subject.parse::<DeadlineId>().ok()?.requirement);
    subject.parse().ok().or_else(of_deadline)
}

/// All ids that something has in it.
fn ids<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("id").and_then(Value::as_str));
            fields.values().for_each(|value| ids(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| ids(value, found)),
        _ => {}
    }
}

impl Changes {
    /// Whether a row that is such a part is concerned.
    pub fn concern(&self, part: &Part) -> bool {
        match part {
            Part::Nothing => false,
            Part::Plan(plan) => self.plans.contains(plan) || self.tasks.iter().any(|task| &task.plan == plan),
            Part::Task(task) => self.plans.contains(&task.plan) || self.tasks.contains(task),
        }
    }

    pub(super) fn apply_content(&mut self, list: Followed, entry: &Entry, follower: &Follower<'_>) {
        if matches!(list, Followed::Imports | Followed::Units)
            || entry.plan.as_ref().is_some_and(|plan| !(follower.plans)(plan))
        {
            return;
        }
        if list == Followed::Occurrences {
            // The subject is their deadline.
            let States { before, after } = self.read(entry).map(|event: LoggedOccurrence| event.id);
            let ids = [before, after].into_iter().flatten();
            self.things.extend(ids.filter(|id| list.has_ids_like(id)));
            return;
        }
        if let Some(requirement) = requirement(&entry.subject) {
            match list {
                // What is asked for is as it was asked for, and what may be done to it hangs on the plan.
                Followed::Extensions => return,
                Followed::Reports => {
                    self.requirements.insert(requirement);
                    return;
                }
                Followed::Obligations => {
                    self.settled.insert(requirement.clone());
                    self.requirements.insert(requirement);
                    return;
                }
                _ => {}
            }
        }
        let Some(plan) = entry.plan.as_ref().filter(|_| list.is_of_content()) else {
            self.everything = true;
            return;
        };
        match task(&entry.subject) {
            Some(task) => drop(self.tasks.insert(task)),
            None => drop(self.plans.insert(plan.clone())),
        }
        if list == Followed::Plans {
            self.had.insert(plan.to_string());
        }
        let mut found = Vec::new();
        entry.states().for_each(|state| ids(state, &mut found));
        let found = found.into_iter().filter(|id| list.has_ids_like(id));
        self.had.extend(found.map(str::to_owned));
        // What was in it while it was a draft, it was for those who see drafts.
        if entry.event == Event::PLAN_PUBLISHED.as_str() && !follower.drafts {
            let below = format!("{plan}.");
            self.had.retain(|id| !id.starts_with(&below));
        }
    }
}
