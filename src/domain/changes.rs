//! What of the log concerns a list and whoever follows it: the one table of which rows an entry may have changed, and of
//! what a follower hears. What somebody may not see, they hear nothing of, not even that something happened.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    event::Event,
    id::{PlanId, RequirementId, UnitCode},
    obligation::ObligationId,
    report::Sight,
    scope::Whose,
};

/// A list that can be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Followed {
    /// Extensions.
    Extensions,
    /// The ledger.
    Obligations,
    /// Progress reports.
    Reports,
}

/// An entry of the log, as far as it tells which rows it changed, and who may know.
#[derive(Debug)]
pub struct Entry {
    /// What happened.
    pub event: String,
    /// To what.
    pub subject: String,
    /// In which plan.
    pub plan: Option<PlanId>,
    /// To which obligation, or to what belongs to it.
    pub obligation: Option<ObligationId>,
    /// What the thing was.
    pub before: Option<Value>,
    /// What it is since.
    pub after: Option<Value>,
}

/// What a follower sees.
pub struct Follower<'f> {
    /// Of the ledger.
    pub ledger: Whose,
    /// Of reports.
    pub reports: Sight,
    /// Which plans.
    pub plans: &'f dyn Fn(&PlanId) -> bool,
}

/// What a follower has to look at anew.
#[derive(Debug, Default)]
pub struct Changes {
    /// All rows.
    pub everything: bool,
    /// These rows of the list.
    pub things: BTreeSet<String>,
    /// The rows of these obligations.
    pub obligations: BTreeSet<ObligationId>,
    /// All rows of these requirements.
    pub requirements: BTreeSet<RequirementId>,
    /// Requirements that were settled: what is not owed any more is gone.
    pub settled: BTreeSet<RequirementId>,
    /// Rows that the follower was shown meanwhile, or before.
    pub had: BTreeSet<String>,
}

/// What an office or anybody else sees happen in a plan: who owes what, by when.
const CONTENT: &[&str] = &["plan", "task", "requirement", "deadline", "occurrence"];

/// What no list that is followed shows.
const ELSEWHERE: &[&str] = &["assessment", "calendar_feed", "feedback", "notice", "second_review"];

/// What tells somebody of a day, and changes nothing.
const REMINDERS: &[Event] = &[Event::OBLIGATION_DUE_SOON, Event::OBLIGATION_OVERDUE];

/// After what all that is owed for the requirement is settled anew.
const SETTLING: &[Event] = &[
    Event::OBLIGATION_RESTORED,
    Event::REPORT_DISCARDED,
    Event::EXTENSION_WITHDRAWN,
    Event::EXTENSION_REFUSED,
];

impl Entry {
    fn is_one_of(&self, events: &[Event]) -> bool {
        events.iter().any(|event| event.as_str() == self.event)
    }

    fn either(&self, holds: impl Fn(&Value) -> bool) -> bool {
        [&self.before, &self.after].into_iter().flatten().any(holds)
    }
}

/// Whether a report in this state has left its unit, and was not taken back.
fn handed_in(report: &Value) -> bool {
    matches!(report["status"].as_str(), Some("submitted" | "returned" | "accepted"))
}

/// Whether a report of `unit` in this state is shown: what [`super::scope::Scope::depth`] says of the report itself.
fn shown(sight: &Sight, unit: &UnitCode, report: &Value) -> bool {
    let accepted = report["status"] == "accepted";
    sight.own.has(unit)
        || sight.submitted && handed_in(report)
        || accepted && (sight.accepted.has(unit) || report["publication"] == "cleared")
}

impl Changes {
    /// Hears of an entry, in the order of the log.
    pub fn hear(&mut self, list: Followed, entry: &Entry, follower: &Follower<'_>) {
        let thing = entry.event.split('.').next().unwrap_or_default();
        if ELSEWHERE.contains(&thing) || entry.is_one_of(REMINDERS) {
            return;
        }
        match (&entry.obligation, thing) {
            _ if CONTENT.contains(&thing) => {
                self.everything |= entry.plan.as_ref().is_none_or(follower.plans);
            }
            (Some(id), "obligation" | "extension" | "progress_report") => {
                self.hear_of_work(list, (thing, id), entry, follower);
            }
            _ => self.everything = true,
        }
    }

    fn hear_of_work(
        &mut self,
        list: Followed,
        (thing, id): (&str, &ObligationId),
        entry: &Entry,
        follower: &Follower<'_>,
    ) {
        let (unit, of_report) = (&id.unit, thing == "progress_report");
        let own = follower.reports.own.has(unit);
        if list == Followed::Reports {
            self.hear_of_report(of_report, id, entry, follower);
            return;
        }
        if !follower.ledger.has(unit) {
            return;
        }
        // While it is written a report is its unit's own.
        let heard = !of_report || own || entry.either(handed_in);
        let settles = entry.is_one_of(SETTLING);
        if list == Followed::Extensions && thing == "extension" {
            self.things.insert(entry.subject.clone());
        }
        if heard {
            self.obligations.insert(id.clone());
        }
        if list == Followed::Obligations && settles {
            self.settled.insert(id.deadline.requirement.clone());
            if heard {
                self.requirements.insert(id.deadline.requirement.clone());
            }
        }
    }

    fn hear_of_report(&mut self, of_report: bool, id: &ObligationId, entry: &Entry, follower: &Follower<'_>) {
        let (sight, unit) = (&follower.reports, &id.unit);
        let is_shown = |report: &Value| shown(sight, unit, report);
        if of_report {
            // Some of these entries may have been told before: it waited for its number then.
            if entry.either(is_shown) {
                self.had.insert(entry.subject.clone());
                self.things.insert(entry.subject.clone());
            }
        }
        // What may be done to a report hangs on the others of its obligation, and on that: for who writes them.
        if sight.own.has(unit) {
            self.obligations.insert(id.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ID: &str = "a.1.1.d1.x.2017";

    fn entry(event: Event, before: Option<&str>, after: Option<&str>) -> Entry {
        let report = |status: &str| json!({"status": status, "publication": "pending"});
        Entry {
            event: event.as_str().to_owned(),
            subject: "r".to_owned(),
            plan: "a".parse().ok(),
            obligation: ID.parse().ok(),
            before: before.map(report),
            after: after.map(report),
        }
    }

    fn heard(list: Followed, entry: &Entry, ledger: Whose, reports: Sight) -> Changes {
        let mut changes = Changes::default();
        let follower = Follower {
            ledger,
            reports,
            plans: &|plan| plan.as_str() != "draft",
        };
        changes.hear(list, entry, &follower);
        changes
    }

    #[test]
    fn what_is_written_is_its_units_own() {
        let created = entry(Event::REPORT_CREATED, None, Some("draft"));
        let office = || Sight {
            submitted: true,
            ..Sight::default()
        };
        for list in [Followed::Extensions, Followed::Obligations, Followed::Reports] {
            let changes = heard(list, &created, Whose::Everybodys, office());
            assert!(
                !changes.everything && changes.things.is_empty() && changes.obligations.is_empty(),
                "{changes:?}"
            );
        }
        let own = Whose::Units(["x".parse().unwrap()].into());
        let writer = Sight {
            own: own.clone(),
            ..Sight::default()
        };
        let changes = heard(Followed::Reports, &created, own, writer);
        assert!(changes.things.contains("r") && changes.had.contains("r"), "{changes:?}");
        let submitted = entry(Event::REPORT_SUBMITTED, Some("draft"), Some("submitted"));
        let changes = heard(Followed::Obligations, &submitted, Whose::Everybodys, office());
        assert_eq!(changes.obligations.len(), 1);
    }

    #[test]
    fn nobody_hears_of_what_they_do_not_see() {
        let withdrawn = entry(Event::REPORT_WITHDRAWN, Some("submitted"), Some("withdrawn"));
        for list in [Followed::Extensions, Followed::Obligations, Followed::Reports] {
            let changes = heard(list, &withdrawn, Whose::Nobodys, Sight::default());
            assert!(!changes.everything && changes.things.is_empty() && changes.had.is_empty());
        }
        let mut hidden = entry(Event::PLAN_UPDATED, None, None);
        hidden.obligation = None;
        assert!(heard(Followed::Reports, &hidden, Whose::Nobodys, Sight::default()).everything);
        hidden.plan = "draft".parse().ok();
        assert!(!heard(Followed::Reports, &hidden, Whose::Nobodys, Sight::default()).everything);
    }
}
