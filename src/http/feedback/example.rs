//! Examples of attachments and of feedback. The plan holds none: these are made up.

use serde_json::{Value, json};

const FEEDBACK: &str = "019a1b2c-3d4e-7f00-8000-000000000006";
const REPORT: &str = "019a1b2c-3d4e-7f00-8000-000000000002";

/// What is answered, by schema, and what is sent, by operation.
pub fn examples() -> [Value; 2] {
    [replies(), bodies()]
}

/// A file of a report.
pub fn attachment() -> Value {
    json!({
        "id": "019a1b2c-3d4e-7f00-8000-000000000005", "name": "证明.pdf", "media_type": "application/pdf", "size": 48213,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    })
}

/// What is answered, by schema: as the public sees feedback.
fn replies() -> Value {
    let feedback = json!({
        "id": FEEDBACK, "plan_id": "dg-2017", "requirement_id": "dg-2017.17.3", "report_id": REPORT,
        "unit": {"code": "hbj", "name": "市环保局"}, "rating": 4, "text": "公开很及时，希望附上监测点的数据。",
        "received_on": "2017-07-03", "status": "published", "allowed_actions": [], "links": {}
    });
    let ratings: Vec<Value> = [0, 1, 1, 3, 7]
        .iter()
        .zip(1..)
        .map(|(count, rating)| json!({"rating": rating, "count": count}))
        .collect();
    json!({
        "Page_Feedback": {"items": [feedback], "total": 1}, "Feedback": feedback,
        "FeedbackSummary": {"count": 12, "mean": 4.33, "ratings": ratings},
        "AddedAttachment": {"attachment": attachment(), "report_version": 2}
    })
}

/// What is sent, by operation.
fn bodies() -> Value {
    json!({
        "give_feedback": {
            "report_id": REPORT, "rating": 4, "text": "公开很及时，希望附上监测点的数据。", "source": "5f2b7c"
        },
        "reject_feedback": {"reason": "与该事项无关"}
    })
}
