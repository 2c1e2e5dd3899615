//! Examples of who somebody is, and of what waits for them.

use serde_json::{Value, json};

/// What is answered, by schema, and what is sent, by operation.
pub fn examples() -> [Value; 2] {
    [replies(), json!({})]
}

/// A reporter whose token has a slip in it.
fn replies() -> Value {
    let writes = json!({"permission": "write_reports", "title": "填报进展 (write progress reports)", "reach": "own"});
    json!({
        "Me": {
            "authenticated": true,
            "person": {"issuer": "duban-dev", "subject": "zhang", "name": "张三"},
            "roles": [{"role": "unit_reporter", "title": "填报人 (reporter of a unit)", "lets": [writes]}],
            "unit": {"unit": {"code": "hbj", "name": "市环保局"}, "takes_over": []},
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
