//! Notices, and what units do with them.

use std::collections::{BTreeMap, BTreeSet};

use duban::domain::time::Day;

use super::{Offers, Reference, Who, offered, unit_of};

/// What a unit did with a notice.
#[derive(Debug, Clone, Default)]
pub struct Part {
    pub acknowledged: bool,
    pub answered: bool,
    pub lifted: bool,
}

/// A notice, as its steps left it.
#[derive(Debug, Clone)]
pub struct Notice {
    pub plan: String,
    pub kind: String,
    pub status: &'static str,
    pub units: BTreeMap<String, Part>,
    pub obligations: BTreeSet<String>,
    pub reply_by: Option<Day>,
    pub prepared_by: BTreeSet<String>,
    pub approved_by: Option<String>,
    pub issued_by: Option<String>,
    pub issued_on: Option<Day>,
}

impl Notice {
    fn urges(&self) -> bool {
        matches!(self.kind.as_str(), "reminder" | "supervision")
    }

    fn is_sent(&self) -> bool {
        matches!(self.status, "issued" | "rescinded")
    }

    fn allows(&self, unit: &str, today: Day) -> BTreeSet<&'static str> {
        let part = &self.units[unit];
        let holds = self.status == "issued" && !part.lifted;
        let replaceable = self.reply_by.is_some_and(|last| today <= last);
        let answerable = self.kind != "commendation" && (!part.answered || replaceable);
        offered([
            ("acknowledge", holds && !part.acknowledged),
            ("answer", holds && answerable),
        ])
    }
}

impl Reference {
    /// Whether it could be sent today as it is written.
    fn still_holds(&self, id: &str) -> bool {
        let notice = &self.notices[id];
        let in_time = notice.reply_by.is_none_or(|last| last >= self.today);
        let somebody = notice.units.keys().all(|unit| !self.owners(unit).is_empty());
        let known = notice.obligations.iter().all(|id| self.rows.contains_key(id));
        let asked = |obligation: &String| {
            let others = self.notices.iter().filter(|(other, _)| *other != id);
            others.map(|(_, other)| other).any(|other| {
                let part = other.units.get(unit_of(obligation));
                let waits = part.is_some_and(|part| !part.answered && !part.lifted);
                other.status == "issued" && other.kind == notice.kind && other.obligations.contains(obligation) && waits
            })
        };
        in_time && somebody && known && !(notice.urges() && notice.obligations.iter().any(asked))
    }

    /// The addressee for which somebody acts: their own unit first, then those it has taken over from.
    pub fn part_of(&self, who: &Who, id: &str, action: &str) -> Option<String> {
        let notice = &self.notices[id];
        let acts = |unit: &&String| who.writes() && notice.is_sent() && self.acts(who, unit);
        let mut parts: Vec<&String> = notice.units.keys().filter(acts).collect();
        parts.sort_by_key(|unit| who.unit != Some(unit.as_str()));
        let may = |unit: &&&String| notice.allows(unit, self.today).contains(action);
        parts.iter().find(may).map(|unit| (*unit).clone())
    }

    pub(super) fn of_notice(&self, who: &Who, id: &str) -> Offers {
        let notice = &self.notices[id];
        let office = who.is(&["coordinator", "inspector", "auditor", "admin"]);
        let own = who.writes() && notice.is_sent() && notice.units.keys().any(|unit| self.sees(who, unit));
        if !(office || own) {
            return None;
        }
        let open = self.is_open(&notice.plan);
        let issues = who.is(&["coordinator", "inspector"]);
        let approves = who.role == "coordinator";
        let waits = matches!(notice.status, "submitted" | "approved");
        let ready = if notice.urges() { "draft" } else { "approved" };
        Some(offered([
            ("update", issues && open && notice.status == "draft"),
            ("delete", issues && notice.status == "draft"),
            ("submit", issues && notice.status == "draft" && !notice.urges()),
            (
                "approve",
                approves && notice.status == "submitted" && !notice.prepared_by.contains(&who.name),
            ),
            ("return", approves && waits),
            (
                "issue",
                issues && open && notice.status == ready && self.still_holds(id),
            ),
            ("rescind", issues && notice.status == "issued"),
            ("acknowledge", self.part_of(who, id, "acknowledge").is_some()),
            ("answer", self.part_of(who, id, "answer").is_some()),
        ]))
    }

    /// What a step makes of a notice.
    pub fn handle(&mut self, who: &Who, id: &str, action: &str) {
        let (today, part) = (self.today, self.part_of(who, id, action));
        let notice = self.notices.get_mut(id).unwrap();
        match action {
            "update" => drop(notice.prepared_by.insert(who.name.clone())),
            "delete" => drop(self.notices.remove(id)),
            "submit" => {
                notice.status = "submitted";
                notice.prepared_by.insert(who.name.clone());
            }
            "approve" => (notice.status, notice.approved_by) = ("approved", Some(who.name.clone())),
            "return" => (notice.status, notice.approved_by) = ("draft", None),
            "issue" => {
                (notice.status, notice.issued_on) = ("issued", Some(today));
                notice.issued_by = Some(who.name.clone());
            }
            "rescind" => notice.status = "rescinded",
            _ => {
                let part = notice.units.get_mut(&part.unwrap()).unwrap();
                part.acknowledged = true;
                part.answered |= action == "answer";
            }
        }
    }

    /// It does not hold for a unit any more, and without anybody left for nobody.
    pub(super) fn lift(&mut self, id: &str, unit: &str) {
        let notice = self.notices.get_mut(id).unwrap();
        if notice.status == "issued" {
            notice.units.get_mut(unit).unwrap().lifted = true;
            if notice.units.values().all(|part| part.lifted) {
                notice.status = "rescinded";
            }
        }
    }
}
