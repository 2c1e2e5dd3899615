//! Second reviews, and what the public says.

use super::{Offers, Reference, Who, offered, unit_of};

/// A second review: of a notice, or of the return of a report.
#[derive(Debug, Clone)]
pub struct Review {
    pub notice: Option<String>,
    pub report: Option<String>,
    /// Which return of the report it is about.
    pub returns: u32,
    pub unit: String,
    pub status: &'static str,
    pub asked_by: String,
}

/// Feedback on a report, or on a requirement.
#[derive(Debug, Clone)]
pub struct Feedback {
    pub report: Option<String>,
    pub status: &'static str,
}

impl Reference {
    fn had_part(&self, review: &Review, who: &Who) -> bool {
        let name = Some(&who.name);
        let in_notice = review
            .notice
            .as_ref()
            .map(|id| &self.notices[id])
            .is_some_and(|notice| {
                let steps = [notice.approved_by.as_ref(), notice.issued_by.as_ref()];
                notice.prepared_by.contains(&who.name) || steps.contains(&name)
            });
        let in_report = review
            .report
            .as_ref()
            .map(|id| &self.reports[id])
            .is_some_and(|report| {
                let steps = [report.signed_by.as_ref(), report.reviewed_by.as_ref()];
                report.authors.contains(&who.name) || steps.contains(&name)
            });
        in_notice || in_report || review.asked_by == who.name
    }

    pub(super) fn of_review(&self, who: &Who, id: &str) -> Offers {
        let review = &self.reviews[id];
        let own = who.writes() && self.sees(who, &review.unit);
        let office = who.is(&["coordinator", "inspector", "auditor"]) || who.role == "admin" && review.notice.is_some();
        if !(own || office) {
            return None;
        }
        let pending = review.status == "requested";
        let decides = pending && who.role == "coordinator" && !self.had_part(review, who);
        Some(offered([
            ("withdraw", pending && who.writes() && self.acts(who, &review.unit)),
            ("uphold", decides),
            ("overturn", decides),
        ]))
    }

    /// What a step makes of a second review, and of what it is about.
    pub fn conclude(&mut self, who: &Who, id: &str, action: &str) {
        let review = self.reviews.get_mut(id).unwrap();
        review.status = match action {
            "withdraw" => "withdrawn",
            "uphold" => "upheld",
            _ => "overturned",
        };
        if action == "overturn" {
            let review = review.clone();
            if let Some(report) = &review.report {
                self.take(who, report, "reinstate");
            } else if let Some(notice) = &review.notice {
                self.lift(notice, &review.unit);
            }
        }
    }

    /// The report was mended instead.
    pub(super) fn lapse(&mut self, report: &str) {
        for review in self.reviews.values_mut() {
            if review.report.as_deref() == Some(report) && review.status == "requested" {
                review.status = "lapsed";
            }
        }
    }

    /// For which unit somebody may ask for a review of the notice now.
    pub fn objects_to_notice(&self, who: &Who, id: &str) -> Option<String> {
        let notice = &self.notices[id];
        let last = notice.issued_on? + chrono::Days::new(30);
        let mut parts: Vec<&String> = notice
            .units
            .keys()
            .filter(|unit| who.writes() && self.acts(who, unit))
            .collect();
        parts.sort_by_key(|unit| who.unit != Some(unit.as_str()));
        let unit = parts.into_iter().find(|unit| !notice.units[*unit].lifted)?;
        let mut earlier = self.reviews.values();
        let asked = earlier.any(|one| one.notice.as_deref() == Some(id) && one.unit == *unit);
        (notice.status == "issued" && self.today <= last && !asked).then(|| unit.clone())
    }

    /// Whether somebody may ask for a review of the report's return now.
    pub fn objects_to_return(&self, who: &Who, id: &str) -> bool {
        let report = &self.reports[id];
        let own = who.writes() && self.acts(who, unit_of(&report.obligation));
        let in_time = report
            .returned_on
            .is_some_and(|day| self.today <= day + chrono::Days::new(30));
        let mut earlier = self.reviews.values();
        let asked = earlier.any(|one| one.report.as_deref() == Some(id) && one.returns == report.returns);
        own && self.is_open(&report.obligation) && report.status == "returned" && !report.edited && in_time && !asked
    }

    pub(super) fn of_feedback(&self, who: &Who, id: &str) -> Offers {
        let feedback = &self.feedback[id];
        let subject = feedback.report.as_ref().map(|id| &self.reports[id]);
        let public = feedback.status == "published" && subject.is_none_or(super::reports::Report::is_public);
        if !(who.is(&["coordinator", "inspector", "auditor"]) || public) {
            return None;
        }
        let moderates = who.role == "coordinator";
        Some(offered([
            ("publish", moderates && feedback.status == "pending"),
            ("reject", moderates && feedback.status != "rejected"),
        ]))
    }
}
