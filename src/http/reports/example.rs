//! Examples of progress reports. The plan holds none: these are made up.

use serde_json::{Value, json};

const ID: &str = "019a1b2c-3d4e-7f00-8000-000000000002";

/// What is answered, by schema, and what is sent, by operation.
pub fn examples() -> [Value; 2] {
    [replies(), bodies()]
}

/// What is answered, by schema: as the public sees a report.
fn replies() -> Value {
    let report = json!({
        "id": ID, "obligation_id": "dg-2017.17.3.d2.hbj.2017Q2", "plan_id": "dg-2017", "task_id": "dg-2017.17",
        "requirement_id": "dg-2017.17.3", "unit": {"code": "hbj", "name": "市环保局"}, "period": "2017Q2",
        "status": "accepted", "publication": "cleared", "revision": 1, "summary": "已公开第二季度全市环境质量状况",
        "percent": 100, "measures": "在市环保局网站和微信公众号同步公开",
        "evidence": [{"title": "2017年第二季度环境质量状况", "url": "https://www.dg.gov.cn/hbj/2017q2.html", "published_on": "2017-06-28"}],
        "attachments": [crate::http::feedback::example::attachment()], "indicators": [], "claims_completion": true, "reported_on": "2017-06-28", "cleared_on": "2017-06-30", "allowed_actions": [], "links": {}
    });
    let result = json!({
        "done": 1, "failed": 1, "items": [
            {"id": ID, "status": 200, "version": 3},
            {"id": "019a1b2c-3d4e-7f00-8000-000000000003", "status": 412, "code": "stale", "detail": "已有新版本，当前版本为 4，请重新读取后再提交"}
        ]
    });
    json!({
        "Page_ProgressReport": {"items": [report], "total": 1}, "ProgressReport": report, "BulkResult": result
    })
}

/// What is sent, by operation.
fn bodies() -> Value {
    let evidence = json!([{"title": "2017年第二季度环境质量状况", "url": "https://www.dg.gov.cn/hbj/2017q2.html", "published_on": "2017-06-28"}]);
    json!({
        "create_report": {
            "obligation_id": "dg-2017.17.3.d2.hbj.2017Q2", "summary": "已公开第二季度全市环境质量状况", "percent": 100,
            "measures": "在市环保局网站和微信公众号同步公开", "evidence": evidence, "claims_completion": true
        },
        "update_report": {"percent": 100, "evidence": evidence},
        "accept_report": {"note": "材料齐全"},
        "return_report": {"reason": "请补充公开页面的网址"},
        "clear_report": {"note": "不涉密"},
        "withhold_report": {"reason": "涉及尚未公开的监测数据"},
        "judge_reports": {"decision": "clear", "note": "不涉密", "reports": [{"id": ID, "version": 3}]},
        "review_reports": {"decision": "accept", "note": "材料齐全", "reports": [{"id": ID, "version": 2}]}
    })
}
