//! Examples of a caller, and of what waits for them.

use serde_json::{Value, json};

/// What is answered, by schema, and what is sent, by operation.
pub fn examples() -> [Value; 2] {
    [replies(), json!({})]
}

/// A reporter whose token has a slip in it.
fn replies() -> Value {
    let report = "019a1b2c-3d4e-7f00-8000-000000000002";
    let path = format!("/api/v1/progress-reports/{report}");
    let todo = json!({
        "id": format!("report_to_mend:{report}"), "kind": "report_to_mend", "why": "退回待修改 (a report to mend)",
        "thing": {"kind": "progress_report", "id": report, "href": format!("http://127.0.0.1:8080{path}")},
        "title": "按季度公开环境质量状况", "reason": "数据未核对", "unit": {"code": "hbj", "name": "市环保局"},
        "plan_id": "dg-2017", "requirement_id": "dg-2017.17.3", "since_on": "2017-06-28", "until_on": "2017-06-30",
        "overdue": false, "action": "submit", "allowed_actions": ["update", "submit"],
        "links": {
            "update": {"method": "PATCH", "path": path},
            "submit": {"method": "POST", "path": format!("{path}/submit")}
        }
    });
    let counts = json!([
        {"kind": "report_to_mend", "title": "退回待修改 (a report to mend)", "count": 1, "overdue": 0, "more": false}
    ]);
    let writes = json!({"permission": "write_reports", "title": "填报进展 (write progress reports)", "reach": "own"});
    json!({
        "Page_Todo": {"items": [todo], "total": 1, "counts": counts},
        "Me": {
            "authenticated": true,
            "person": {"issuer": "duban-dev", "subject": "zhang", "name": "张三"},
            "roles": [{"role": "unit_reporter", "title": "填报人 (reporter of a unit)", "lets": [writes]}],
            "unit": {"code": "hbj", "name": "市环保局", "takes_over": []},
            "may": [writes],
            "not_understood": [{
                "kind": "unknown_role", "claim": "roles", "value": "unit_aprover",
                "detail": "没有角色 unit_aprover，是否指 unit_approver？（there is no role unit_aprover; did you mean unit_approver?）"
            }],
            "claims": {"roles": "roles", "unit": "unit", "scope": "scope", "name": "name"},
            "expires_at": "2017-06-30T09:00:00Z"
        }
    })
}
