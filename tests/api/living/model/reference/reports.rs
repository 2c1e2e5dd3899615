//! Reports, and what they make of their obligations.

use std::collections::BTreeSet;

use duban::domain::time::Day;

use super::{Offers, Reference, Who, offered, plan_of, unit_of};

/// A report, as its steps left it.
#[derive(Debug, Clone)]
pub struct Report {
    pub obligation: String,
    pub status: &'static str,
    pub publication: &'static str,
    pub claims: bool,
    pub authors: BTreeSet<String>,
    pub signed_by: Option<String>,
    pub reviewed_by: Option<String>,
    pub returned_on: Option<Day>,
    /// Returned, and written on since.
    pub edited: bool,
    /// How often it was returned.
    pub returns: u32,
    pub was_submitted: bool,
    /// What was accepted of it last, and what was handed in last.
    pub accepted: Stood,
    pub handed_in: Stood,
}

/// Since when it stands, and since when its claim of completion does.
#[derive(Debug, Clone, Copy, Default)]
pub struct Stood {
    pub since: Option<Day>,
    pub claims_since: Option<Day>,
}

/// When what stands of an obligation's reports was handed in, and by which day it was due then.
#[derive(Debug, Clone)]
pub struct Reported {
    pub on: Day,
    pub due: Option<Day>,
}

impl Report {
    pub fn begun(obligation: &str, claims: bool, who: &Who) -> Self {
        Self {
            obligation: obligation.to_owned(),
            status: "draft",
            publication: "pending",
            claims,
            authors: [who.name.clone()].into(),
            signed_by: None,
            reviewed_by: None,
            returned_on: None,
            edited: false,
            returns: 0,
            was_submitted: false,
            accepted: Stood::default(),
            handed_in: Stood::default(),
        }
    }

    /// What stands of it: what is with the coordinators, or was accepted.
    fn stands(&self) -> Stood {
        if self.status == "submitted" {
            self.handed_in
        } else {
            self.accepted
        }
    }

    pub fn is_public(&self) -> bool {
        self.status == "accepted" && self.publication == "cleared"
    }
}

impl Reference {
    fn on<'m>(&'m self, obligation: &'m str) -> impl Iterator<Item = &'m Report> {
        self.reports
            .values()
            .filter(move |report| report.obligation == obligation)
    }

    pub(super) fn has_unfinished_report(&self, obligation: &str) -> bool {
        self.on(obligation).any(|report| report.status != "accepted")
    }

    pub(super) fn is_fulfilled(&self, obligation: &str) -> bool {
        self.on(obligation)
            .any(|report| report.status == "accepted" && report.claims)
    }

    /// The report that is being dealt with.
    pub(super) fn phase(&self, obligation: &str) -> Option<&'static str> {
        let dealt = ["submitted", "returned"];
        let has = |status: &&str| self.on(obligation).any(|report| report.status == *status);
        dealt.into_iter().find(has)
    }

    pub(super) fn of_report(&self, who: &Who, id: &str) -> Offers {
        let report = &self.reports[id];
        let unit = unit_of(&report.obligation);
        let handed_in = matches!(report.status, "submitted" | "returned" | "accepted");
        let judges = who.role == "secrecy_reviewer" && who.unit.is_none_or(|_| self.sees(who, unit));
        let sees = who.writes() && self.sees(who, unit)
            || who.is(&["coordinator", "inspector", "auditor"]) && handed_in
            || judges && report.status == "accepted"
            || report.is_public();
        if !sees {
            return None;
        }
        let open = self.is_open(&report.obligation);
        let stranger = !report.authors.contains(&who.name);
        let writes = who.writes() && self.acts(who, unit) && open;
        let owed = !self.exempt.contains(&report.obligation);
        let reviews = who.role == "coordinator" && stranger;
        let judges = judges && stranger && who.unit.is_none_or(|_| self.acts(who, unit));
        let signs = writes && who.role == "unit_approver" && stranger;
        let alone = !self.has_unfinished_report(&report.obligation);
        Some(match report.status {
            "draft" | "returned" | "withdrawn" => offered([
                ("update", writes),
                ("submit", writes && owed),
                ("delete", writes && report.status == "draft" && !report.was_submitted),
            ]),
            "awaiting_signoff" => offered([("sign", signs && owed), ("withdraw", writes)]),
            "submitted" => offered([("withdraw", writes), ("accept", reviews), ("return", reviews)]),
            _ => offered([
                (
                    "clear",
                    judges && report.publication != "cleared" && report.reviewed_by.as_ref() != Some(&who.name),
                ),
                ("withhold", judges && report.publication != "withheld"),
                ("revise", writes && alone),
            ]),
        })
    }

    /// Remembers when what stands was handed in, and by which day it was due then.
    fn settle(&mut self, id: &str) {
        let once = self.rows.get(id).is_some_and(|row| row.asks_for_completion);
        let day = |stood: Stood| if once { stood.claims_since } else { stood.since };
        let first = self.on(id).filter_map(|report| day(report.stands())).min();
        let due = self.rows.get(id).and_then(|row| row.due_on);
        match first {
            None => drop(self.reported.remove(id)),
            Some(on) if self.reported.get(id).is_some_and(|known| known.on == on) => {}
            Some(on) => drop(self.reported.insert(id.to_owned(), Reported { on, due })),
        }
    }

    /// What a step makes of a report.
    pub fn take(&mut self, who: &Who, id: &str, action: &str) {
        let today = self.today;
        let report = self.reports.get_mut(id).unwrap();
        let obligation = report.obligation.clone();
        let signoff = self.signoff.contains(plan_of(&obligation));
        let mended = report.status == "returned" && action != "reinstate";
        if matches!(action, "update" | "submit" | "withdraw" | "revise") {
            report.authors.insert(who.name.clone());
        }
        match action {
            "update" => report.edited = true,
            "submit" | "sign" => {
                report.was_submitted = true;
                report.signed_by = (action == "sign").then(|| who.name.clone());
                if signoff && action == "submit" {
                    report.status = "awaiting_signoff";
                } else {
                    report.status = "submitted";
                    let kept = report.accepted.claims_since.unwrap_or(today);
                    report.handed_in = Stood {
                        since: report.accepted.since.or(Some(today)),
                        claims_since: report.claims.then_some(kept),
                    };
                }
            }
            "withdraw" => report.status = "withdrawn",
            "accept" | "return" => {
                if action == "accept" {
                    report.accepted = report.handed_in;
                }
                report.status = if action == "accept" { "accepted" } else { "returned" };
                report.reviewed_by = Some(who.name.clone());
                (report.returned_on, report.edited) = (Some(today), false);
                report.returns += 1;
            }
            "reinstate" => report.status = "submitted",
            "clear" => report.publication = "cleared",
            "withhold" => report.publication = "withheld",
            "revise" => {
                (report.status, report.publication) = ("draft", "pending");
                report.signed_by = None;
            }
            "delete" => drop(self.reports.remove(id)),
            other => panic!("the model knows no step {other}"),
        }
        self.settle(&obligation);
        if mended {
            self.lapse(id);
        }
    }
}
