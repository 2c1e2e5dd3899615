//! What should hold: a small model of units, obligations and all that people do with them, written from the
//! rules and not from the code. It knows what callers did; which rows the ledger has, and their days, it is
//! told.

mod ledger;
mod notices;
mod reports;
mod reviews;
mod todo;

use std::collections::{BTreeMap, BTreeSet};

use duban::domain::time::Day;
use serde_json::Value;

pub use self::{
    ledger::{Extension, Row},
    notices::{Notice, Part},
    reports::{Report, Reported},
    reviews::{Feedback, Review},
};

/// Somebody with a role, in a unit or in none.
#[derive(Debug, Clone)]
pub struct Who {
    pub name: String,
    pub role: &'static str,
    pub unit: Option<&'static str>,
}

/// What somebody may do to a thing; `None`: for this caller it does not exist.
pub type Offers = Option<BTreeSet<&'static str>>;

/// The model.
#[derive(Debug, Default)]
pub struct Reference {
    pub today: Day,
    /// The days of two years on which people work.
    pub working_days: BTreeSet<Day>,
    /// Last day and successors of units.
    pub ends: BTreeMap<&'static str, (Day, Vec<&'static str>)>,
    /// Where each plan is in its life.
    pub plans: BTreeMap<String, &'static str>,
    /// The days on which plans were closed.
    pub closed_on: BTreeMap<String, Day>,
    pub signoff: BTreeSet<String>,
    pub rows: BTreeMap<String, Row>,
    pub exempt: BTreeSet<String>,
    pub reports: BTreeMap<String, Report>,
    /// When and by which day each obligation was first reported.
    pub reported: BTreeMap<String, Reported>,
    pub extensions: BTreeMap<String, Extension>,
    pub notices: BTreeMap<String, Notice>,
    pub reviews: BTreeMap<String, Review>,
    pub feedback: BTreeMap<String, Feedback>,
}

/// Whom the draft names, and for when.
pub const DRAFTED: (&str, &str) = ("ud", "2017-09-10");

pub fn plan_of(id: &str) -> &str {
    id.split('.').next().unwrap()
}

pub fn unit_of(obligation: &str) -> &str {
    obligation.split('.').nth(4).unwrap()
}

impl Who {
    fn is(&self, roles: &[&str]) -> bool {
        roles.contains(&self.role)
    }

    /// Whether they write for a unit.
    fn writes(&self) -> bool {
        self.is(&["unit_reporter", "unit_approver"])
    }
}

/// Those of `offers` that hold.
fn offered<const N: usize>(offers: [(&'static str, bool); N]) -> BTreeSet<&'static str> {
    offers
        .into_iter()
        .filter(|offer| offer.1)
        .map(|offer| offer.0)
        .collect()
}

impl Reference {
    pub fn ended(&self, unit: &str) -> bool {
        self.ends.get(unit).is_some_and(|(last, _)| *last < self.today)
    }

    /// Who acts for the unit on a day.
    pub fn owners_on(&self, unit: &str, day: Day) -> BTreeSet<String> {
        let (mut owners, mut seen) = (BTreeSet::new(), BTreeSet::new());
        let mut asked = vec![unit.to_owned()];
        while let Some(unit) = asked.pop() {
            if !seen.insert(unit.clone()) {
                continue;
            }
            match self.ends.get(unit.as_str()) {
                Some((last, heirs)) if *last < day => asked.extend(heirs.iter().map(|one| (*one).to_owned())),
                _ => drop(owners.insert(unit)),
            }
        }
        owners
    }

    /// Who acts for the unit today.
    pub fn owners(&self, unit: &str) -> BTreeSet<String> {
        self.owners_on(unit, self.today)
    }

    fn acts(&self, who: &Who, unit: &str) -> bool {
        who.unit.is_some_and(|own| self.owners(unit).contains(own))
    }

    fn sees(&self, who: &Who, unit: &str) -> bool {
        who.unit == Some(unit) || self.acts(who, unit)
    }

    /// Whether the plan of the thing goes on.
    pub fn is_open(&self, id: &str) -> bool {
        self.plans[plan_of(id)] == "published"
    }

    /// The day by which it is told how an obligation stands: a closed plan stands still.
    pub fn day_of(&self, obligation: &str) -> Day {
        let closed_on = self.closed_on.get(plan_of(obligation));
        closed_on.map_or(self.today, |day| *day.min(&self.today))
    }

    fn of_plan(&self, who: &Who, id: &str) -> Offers {
        let status = self.plans[id];
        let reads_drafts = who.is(&["coordinator", "inspector", "auditor", "admin"]);
        if status == "draft" && !reads_drafts {
            return None;
        }
        let runs = who.role == "coordinator";
        Some(offered([
            ("update", runs && status != "closed"),
            (
                "publish",
                runs && status == "draft" && !self.owners_on(DRAFTED.0, DRAFTED.1.parse().unwrap()).is_empty(),
            ),
            ("delete", runs && status == "draft"),
            ("close", runs && status == "published"),
            ("reopen", runs && status == "closed"),
        ]))
    }

    /// The ids of all things of a list, whoever sees them.
    pub fn all(&self, list: &str) -> Vec<String> {
        match list {
            "obligations" => self.rows.keys().cloned().collect(),
            "progress-reports" => self.reports.keys().cloned().collect(),
            "extensions" => self.extensions.keys().cloned().collect(),
            "notices" => self.notices.keys().cloned().collect(),
            "second-reviews" => self.reviews.keys().cloned().collect(),
            "feedback" => self.feedback.keys().cloned().collect(),
            _ => self.plans.keys().cloned().collect(),
        }
    }

    /// What somebody may do to a thing of a list.
    pub fn offers(&self, who: &Who, list: &str, id: &str) -> Offers {
        match list {
            "obligations" => self.of_obligation(who, id),
            "progress-reports" => self.of_report(who, id),
            "extensions" => self.of_extension(who, id),
            "notices" => self.of_notice(who, id),
            "second-reviews" => self.of_review(who, id),
            "feedback" => self.of_feedback(who, id),
            _ => self.of_plan(who, id),
        }
    }

    /// How a thing stands: fields of its reply, and what they have to say.
    pub fn stands(&self, list: &str, id: &str) -> Vec<(&'static str, Value)> {
        match list {
            "obligations" => self.obligation_stands(id),
            "progress-reports" => {
                let report = &self.reports[id];
                vec![
                    ("status", report.status.into()),
                    ("publication", report.publication.into()),
                ]
            }
            "extensions" => vec![("status", self.extensions[id].status.into())],
            "notices" => vec![("status", self.notices[id].status.into())],
            "second-reviews" => vec![("status", self.reviews[id].status.into())],
            "feedback" => Vec::new(),
            _ => vec![("status", self.plans[id].into())],
        }
    }

    /// Reads the ledger again.
    pub fn read(&mut self, rows: &[Value]) {
        let day = |row: &Value, key: &str| row.get(key).map(|day| day.as_str().unwrap().parse().unwrap());
        let of = |row: &Value| Row {
            opens_on: day(row, "opens_on"),
            due_on: day(row, "due_on"),
            asked_on: day(row, "original_due_on").or(day(row, "due_on")),
            asks_for_completion: row["rule_kind"] == "date" || row["rule_kind"] == "on_event",
        };
        let rows = rows.iter().map(|row| (row["id"].as_str().unwrap().to_owned(), of(row)));
        self.rows = rows.collect();
    }
}
