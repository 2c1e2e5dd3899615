//! Examples of imports: a small file as a user might send it.

use serde_json::{Value, json};

/// What is answered, by schema, and what is sent, by operation.
pub fn examples() -> [Value; 2] {
    let id = "019a1b2c-3d4e-7f00-8000-000000000006";
    let place = |column: u32| json!({"table": 1, "row": 2, "column": column});
    let listed = json!({
        "id": id, "file_name": "2018年重点工作.docx", "format": "docx", "size": 48_213,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "status": "open", "corrections": {},
        "created_by": "zhang.san", "created_at": "2017-06-30T02:00:00Z", "expires_at": "2017-07-01T02:00:00Z", "version": 1,
        "allowed_actions": [], "links": {}
    });
    let mut import = listed.clone();
    import["preview"] = json!({
        "title": "2018年重点工作", "year": 2018,
        "counts": {"tasks": 1, "requirements": 1, "errors": 1, "warnings": 0},
        "columns": [
            {"key": "1.1", "header": "工作任务", "meaning": "task"},
            {"key": "1.2", "header": "具体要求", "meaning": "requirement"},
            {"key": "1.3", "header": "责任单位", "meaning": "responsible"},
            {"key": "1.4", "header": "完成时限", "meaning": "deadline"}
        ],
        "findings": [{
            "severity": "error", "code": "no_plan_id",
            "detail": {"zh": "未指定方案编号", "en": "the plan has no id yet"},
            "remedy": {"zh": "更正 {\"plan\": {\"id\": …}}", "en": "correct {\"plan\": {\"id\": …}}"}
        }],
        "tasks": [{
            "number": 1, "title": "推进决策公开", "origin": {"place": place(1), "original": "推进决策公开"},
            "requirements": [{
                "number": 1, "text": "完善政府法律顾问制度。", "units_phrase": "市法制局",
                "units": [{"code": "fzj", "role": "responsible"}],
                "deadlines": [{"phrase": "6月底", "source": "column", "rule": {"kind": "date", "due_on": "2018-06-30"}}],
                "text_origin": {"place": place(2), "original": "完善政府法律顾问制度。"},
                "unit_origins": [{"place": place(3), "original": "市法制局"}],
                "deadline_origin": {"place": place(4), "original": "6月底"}
            }]
        }]
    });
    let replies = json!({"Page_Import": {"items": [listed], "total": 1}, "Import": import});
    let bodies = json!({"update_import": {"plan": {"id": "dg-2018", "issuer": "zwfwb"}, "units": {"市教委": ["jyj"]}}});
    [replies, bodies]
}
