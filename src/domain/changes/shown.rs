//! Who is shown a thing in a state, as the log has it.

use serde_json::Value;

use crate::domain::{id::UnitCode, report::Sight, scope::Whose, second_review};

fn unit(of: &Value) -> Option<UnitCode> {
    of["unit"].as_str()?.parse().ok()
}

/// Whether a report in this state has left its unit, and was not taken back.
pub(super) fn handed_in(report: &Value) -> bool {
    matches!(report["status"].as_str(), Some("submitted" | "returned" | "accepted"))
}

/// Whether anybody may read a report in this state.
pub(super) fn is_public(report: &Value) -> bool {
    report["status"] == "accepted" && report["publication"] == "cleared"
}

/// Whether a report of `unit` in this state is shown: what [`crate::domain::scope::Scope::depth`] says of the report itself.
pub(super) fn report_shown(sight: &Sight, unit: &UnitCode, report: &Value) -> bool {
    sight.own.has(unit)
        || sight.submitted && handed_in(report)
        || report["status"] == "accepted" && sight.accepted.has(unit)
        || is_public(report)
}

/// Whether a second review is shown.
pub(super) fn review_shown(sight: &second_review::Sight, review: &Value) -> bool {
    let whose = if review["subject"]["kind"] == "notice" {
        &sight.of_notices
    } else {
        &sight.of_reports
    };
    unit(review).is_some_and(|unit| whose.has(&unit))
}

/// What is shown of a notice in this state, or of what a unit did with one: of that each unit sees its own part.
pub(super) fn notice_shown(whose: &Whose, notice: &Value) -> Option<Value> {
    if whose.is_everybodys() {
        return Some(notice.clone());
    }
    let is_own = |part: &Value| unit(part).is_some_and(|unit| whose.has(&unit));
    let Some(parts) = notice["units"].as_array() else {
        return is_own(notice).then(|| notice.clone());
    };
    let own: Vec<Value> = parts.iter().filter(|part| is_own(part)).cloned().collect();
    let is_sent = matches!(notice["status"].as_str(), Some("issued" | "rescinded"));
    if own.is_empty() || !is_sent {
        return None;
    }
    let mut shown = notice.clone();
    shown["units"] = own.into();
    if let Some(fields) = shown.as_object_mut() {
        fields.retain(|name, _| !["version", "addressed", "prepared_by"].contains(&name.as_str()));
    }
    Some(shown)
}
