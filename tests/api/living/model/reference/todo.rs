//! What waits for somebody: written from what people expect of a list of things to do.

use std::collections::{BTreeMap, BTreeSet};

use super::{Reference, Who, plan_of};

/// Why something waits, and which thing of which list.
pub type Waiting = (&'static str, String);

impl Reference {
    /// All that waits for somebody, with what may be done to each.
    pub fn todo(&self, who: &Who) -> BTreeMap<Waiting, BTreeSet<&'static str>> {
        let mut todo = BTreeMap::new();
        for list in [
            "obligations",
            "progress-reports",
            "extensions",
            "notices",
            "second-reviews",
            "feedback",
        ] {
            for id in self.all(list) {
                if !self.goes_on(list, &id) {
                    continue;
                }
                let Some(offers) = self.offers(who, list, &id) else {
                    continue;
                };
                if let Some(kind) = self.waits(who, list, &id, &offers) {
                    todo.insert((kind, id), offers);
                }
            }
        }
        todo
    }

    /// Whether the plan of a thing is not closed: what was closed waits for nobody.
    fn goes_on(&self, list: &str, id: &str) -> bool {
        let plan: &str = match list {
            "obligations" => plan_of(id),
            "progress-reports" => plan_of(&self.reports[id].obligation),
            "extensions" => plan_of(&self.extensions[id].obligation),
            "notices" => &self.notices[id].plan,
            "second-reviews" => {
                let review = &self.reviews[id];
                let report = review
                    .report
                    .as_ref()
                    .map(|report| plan_of(&self.reports[report].obligation));
                let notice = review.notice.as_ref().map(|notice| self.notices[notice].plan.as_str());
                report.or(notice).unwrap()
            }
            _ => {
                let report = self.feedback[id].report.as_ref();
                report.map_or("m-2017", |report| plan_of(&self.reports[report].obligation))
            }
        };
        self.plans[plan] != "closed"
    }

    fn waits(&self, who: &Who, list: &str, id: &str, offers: &BTreeSet<&'static str>) -> Option<&'static str> {
        let may = |step: &str, kind: &'static str| offers.contains(step).then_some(kind);
        match list {
            "obligations" => {
                may("report", "obligation_to_report").filter(|_| ["yellow", "red"].contains(&self.light(id)))
            }
            "progress-reports" => match (self.reports[id].status, self.reports[id].publication) {
                ("draft" | "withdrawn", _) => may("submit", "report_to_finish"),
                ("returned", _) => may("submit", "report_to_mend"),
                ("awaiting_signoff", _) => may("sign", "report_to_sign"),
                ("submitted", _) => may("accept", "report_to_review"),
                (_, "pending") => may("clear", "report_to_judge"),
                _ => None,
            },
            "extensions" => may("sign", "extension_to_sign").or_else(|| may("refuse", "extension_to_decide")),
            "notices" => {
                let notice = &self.notices[id];
                let answers = self.part_of(who, id, "answer");
                let open = answers.is_some_and(|unit| !notice.units[&unit].answered);
                match notice.status {
                    "issued" if open => Some("notice_to_answer"),
                    "issued" => may("acknowledge", "notice_to_acknowledge"),
                    "submitted" => may("approve", "notice_to_approve"),
                    "approved" => may("issue", "notice_to_issue"),
                    _ => None,
                }
            }
            "second-reviews" => may("uphold", "second_review_to_decide"),
            _ => may("publish", "feedback_to_moderate"),
        }
    }
}
