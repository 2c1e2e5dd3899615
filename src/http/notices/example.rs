//! Examples of notices and second reviews, as they would be on 2017-06-30.

use serde_json::{Value, json};

/// What is answered, by schema, and what is sent, by operation.
pub fn examples() -> [Value; 2] {
    [replies(), bodies()]
}

/// What replies look like.
fn replies() -> Value {
    let (notice, review) = (
        "019a1b2c-3d4e-7f00-8000-000000000002",
        "019a1b2c-3d4e-7f00-8000-000000000003",
    );
    let humen = json!({"code": "humen", "name": "虎门镇"});
    let issued = json!({
        "id": notice, "plan_id": "dg-2017", "kind": "reminder", "level": "blue", "number": "催〔2017〕3号", "status": "issued",
        "subject": "关于报送政务公开季度进展的催办", "text": "请于7月7日前报送办理情况。", "reply_by": "2017-07-07",
        "addressed": [humen],
        "units": [{
            "unit": humen, "obligations": ["dg-2017.1.1.d1.humen.2017Q1"], "acknowledged_by": "li",
            "acknowledged_at": "2017-06-30T02:00:00Z", "overdue": false
        }],
        "overdue": false, "prepared_by": ["wang"], "created_at": "2017-06-30T01:00:00Z", "issued_by": "wang",
        "issued_at": "2017-06-30T01:00:00Z", "review_until": "2017-07-30", "version": 2, "allowed_actions": ["rescind"],
        "links": {"rescind": {"method": "POST", "path": format!("/api/v1/notices/{notice}/rescind")}}
    });
    let asked = json!({
        "id": review, "subject_kind": "notice", "notice_id": notice, "plan_id": "dg-2017", "unit": "humen", "status": "requested",
        "reason": "我镇已于6月28日报送，系统登记有误。", "requested_by": "li", "requested_at": "2017-06-30T02:00:00Z",
        "decide_by": "2017-07-30", "overdue": false, "version": 1, "allowed_actions": ["uphold", "overturn"],
        "links": {
            "uphold": {"method": "POST", "path": format!("/api/v1/second-reviews/{review}/uphold")},
            "overturn": {"method": "POST", "path": format!("/api/v1/second-reviews/{review}/overturn")}
        }
    });
    json!({
        "Page_Notice": {"items": [issued], "total": 1}, "Notice": issued,
        "Page_SecondReview": {"items": [asked], "total": 1}, "SecondReview": asked
    })
}

/// What is sent.
fn bodies() -> Value {
    json!({
        "create_notice": {
            "plan_id": "dg-2017", "kind": "reminder", "level": "blue", "subject": "关于报送政务公开季度进展的催办",
            "text": "请于7月7日前报送办理情况。", "units": ["humen"], "obligations": ["dg-2017.1.1.d1.humen.2017Q1"],
            "reply_by": "2017-07-07"
        },
        "update_notice": {"text": "请于7月10日前报送办理情况。", "reply_by": "2017-07-10"},
        "return_notice": {"reason": "事实尚需核实"},
        "rescind_notice": {"reason": "发送有误"},
        "answer_notice": {"text": "已于7月3日报送一季度进展。"},
        "request_second_review": {
            "notice_id": "019a1b2c-3d4e-7f00-8000-000000000002", "reason": "我镇已于6月28日报送，系统登记有误。"
        },
        "uphold_second_review": {"reason": "经核实，报送日期为7月2日"},
        "overturn_second_review": {"reason": "经核实，报送及时"}
    })
}
