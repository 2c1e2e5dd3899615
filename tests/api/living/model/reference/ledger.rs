//! Obligations and extensions.

use std::collections::BTreeSet;

use duban::domain::time::Day;
use serde_json::{Value, json};

use super::{Offers, Reference, Who, offered, unit_of};

/// A request to move a day.
#[derive(Debug, Clone)]
pub struct Extension {
    pub obligation: String,
    pub status: &'static str,
    pub asked_by: String,
    /// Others than its unit see it.
    pub handed_in: bool,
}

impl Extension {
    fn is_pending(&self) -> bool {
        matches!(self.status, "requested" | "signed")
    }
}

/// A row of the ledger, as an auditor reads it.
#[derive(Debug, Clone)]
pub struct Row {
    pub opens_on: Option<Day>,
    pub due_on: Option<Day>,
    /// The same without extensions: that of others.
    pub asked_on: Option<Day>,
    /// It is to be done by its day, not only reported on.
    pub asks_for_completion: bool,
}

impl Reference {
    pub(super) fn reads_ledger(&self, who: &Who, unit: &str) -> bool {
        who.is(&["coordinator", "inspector", "auditor", "admin"]) || who.writes() && self.sees(who, unit)
    }

    fn has_pending_extension(&self, obligation: &str) -> bool {
        let mut of = self.extensions.values().filter(|one| one.obligation == obligation);
        of.any(Extension::is_pending)
    }

    /// Whether somebody has begun with it and not finished.
    pub fn is_begun(&self, obligation: &str) -> bool {
        self.has_unfinished_report(obligation) || self.has_pending_extension(obligation)
    }

    /// Whether there is something left to do.
    pub fn is_unfinished(&self, obligation: &str) -> bool {
        !self.exempt.contains(obligation) && !self.is_fulfilled(obligation)
    }

    pub(super) fn of_obligation(&self, who: &Who, id: &str) -> Offers {
        let unit = unit_of(id);
        let due = self.rows.get(id)?.due_on;
        if !self.reads_ledger(who, unit) {
            return None;
        }
        let (open, exempt) = (self.is_open(id), self.exempt.contains(id));
        let own = open && who.writes() && self.acts(who, unit);
        let runs = open && who.role == "coordinator";
        let takes = matches!(self.state(id), "open" | "submitted" | "returned");
        let extensible = self.is_unfinished(id) && due.is_some_and(|due| due >= self.today);
        Some(offered([
            ("exempt", runs && !exempt),
            ("restore", runs && exempt),
            ("report", own && takes && !self.has_unfinished_report(id)),
            (
                "request_extension",
                own && extensible && !self.has_pending_extension(id),
            ),
        ]))
    }

    pub fn state(&self, id: &str) -> &'static str {
        let row = &self.rows[id];
        match (row.opens_on, self.phase(id)) {
            _ if self.exempt.contains(id) => "exempted",
            _ if self.is_fulfilled(id) => "fulfilled",
            (_, Some(phase)) => phase,
            (None, None) => "waiting",
            (Some(opens), None) if self.day_of(id) < opens => "not_open",
            _ => "open",
        }
    }

    pub fn timeliness(&self, id: &str) -> &'static str {
        let due = self.rows[id].due_on;
        match self.reported.get(id) {
            _ if self.exempt.contains(id) => "exempted",
            Some(reported) if reported.due.is_some_and(|due| reported.on > due) => "late",
            Some(_) => "on_time",
            None if due.is_some_and(|due| due < self.day_of(id)) => "missing",
            None => "pending",
        }
    }

    /// Green, yellow within three working days, red after the day: for whoever has to act.
    pub(super) fn light(&self, id: &str) -> &'static str {
        let row = &self.rows[id];
        if !matches!(self.state(id), "open" | "returned") || row.opens_on.is_none() {
            return "none";
        }
        let (due, today) = (row.due_on.unwrap(), self.day_of(id));
        let left = |due: Day| self.working_days.range(today..=due).filter(|day| **day > today).count();
        match due {
            due if due < today => "red",
            due if left(due) <= 3 => "yellow",
            _ => "green",
        }
    }

    pub(super) fn obligation_stands(&self, id: &str) -> Vec<(&'static str, Value)> {
        let unit = unit_of(id);
        let heirs: Vec<String> = if self.ended(unit) {
            self.owners(unit)
        } else {
            BTreeSet::new()
        }
        .into_iter()
        .collect();
        vec![
            ("state", self.state(id).into()),
            ("timeliness", self.timeliness(id).into()),
            ("light", self.light(id).into()),
            ("overdue", (self.light(id) == "red").into()),
            ("taken_over_by", json!(heirs)),
        ]
    }

    pub(super) fn of_extension(&self, who: &Who, id: &str) -> Offers {
        let extension = &self.extensions[id];
        let obligation = &extension.obligation;
        let unit = unit_of(obligation);
        let own = who.writes() && self.sees(who, unit);
        if !(own || extension.handed_in && self.reads_ledger(who, unit)) {
            return None;
        }
        let useful = self.is_open(obligation) && self.rows.contains_key(obligation) && self.is_unfinished(obligation);
        let other = extension.asked_by != who.name;
        let own = who.writes() && self.acts(who, unit);
        let ready = extension.is_pending() && extension.handed_in;
        let decides = who.role == "coordinator" && other && ready;
        let signs = own && who.role == "unit_approver" && other && extension.is_pending() && !extension.handed_in;
        Some(offered([
            ("sign", signs && useful),
            ("withdraw", own && extension.is_pending()),
            ("grant", decides && useful),
            ("refuse", decides),
        ]))
    }

    /// What a step makes of an extension.
    pub fn decide(&mut self, id: &str, action: &str) {
        let extension = self.extensions.get_mut(id).unwrap();
        extension.handed_in |= action == "sign";
        extension.status = match action {
            "sign" => "signed",
            "withdraw" => "withdrawn",
            "grant" => "granted",
            _ => "refused",
        };
    }
}
