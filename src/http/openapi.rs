//! The OpenAPI 3.1 document: collected from the routes, completed with what all routes of a kind
//! have in common, and with examples made from the real plan by the code that makes the replies.

use std::collections::BTreeSet;

use actix_web::{App, HttpRequest, HttpResponse, get, web::Data};
use serde_json::{Map, Value, json};
use utoipa::{
    Modify, OpenApi,
    openapi::security::{Http, HttpAuthScheme, SecurityScheme},
};
use utoipa_actix_web::AppExt as _;

use super::{
    deadlines::DeadlineView,
    listing::Page,
    plans::PlanView,
    problem::{PROBLEM_JSON, ProblemView},
    read::{Embed, Scene, View, send},
    requirements::RequirementView,
    routes,
    tasks::TaskView,
    units::UnitView,
};
use crate::{app::Rendered, domain::catalog::Catalog, error::Code, service::seed::seed_catalog};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "督办 duban",
        description = "把政府年度工作方案变成各单位的应办事项：方案、工作任务、具体要求、责任单位与完成时限。\n\n\
            已发布的数据无需令牌即可读取；写入需要 `Authorization: Bearer <JWT>`。\n\
            错误一律为 `application/problem+json` (RFC 9457)，默认中文，可用 `Accept-Language: en` 切换。\n\n\
            A government's annual work plan as obligations of its units. Published data is read without a token.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
        contact()
    ),
    servers((url = "/", description = "本服务 (this service)")),
    tags(
        (name = "plans", description = "方案 (plans)"),
        (name = "tasks", description = "工作任务 (tasks)"),
        (name = "requirements", description = "具体要求 (requirements)"),
        (name = "deadlines", description = "完成时限 (deadlines)"),
        (name = "units", description = "责任单位与集合单位 (units and collectives)"),
        (name = "operations", description = "运行 (operations)")
    ),
    components(schemas(ProblemView)),
    modifiers(&Bearer),
    // Public reads take a token, and do not need one.
    security((), ("bearer" = []))
)]
struct Base;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let mut scheme = Http::new(HttpAuthScheme::Bearer);
        scheme.bearer_format = Some("JWT".into());
        scheme.description = Some("JWT (RFC 7519)：RS256、ES256、EdDSA 或 HS256".into());
        document
            .components
            .get_or_insert_default()
            .add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// The document as utoipa collects it from the routes.
pub fn collected() -> utoipa::openapi::OpenApi {
    let (_, document) = App::new()
        .into_utoipa_app()
        .openapi(Base::openapi())
        .configure(routes)
        .split_for_parts();
    document
}

/// The whole document, as it is served and committed.
pub fn document() -> anyhow::Result<String> {
    let mut document = serde_json::to_value(collected())?;
    omit_instead_of_null(&mut document);
    add_errors(&mut document);
    add_examples(&mut document)?;
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

/// OpenAPI 文档 (the OpenAPI document)
///
/// OpenAPI 3.1；Swagger UI 在 `/docs/`。
#[utoipa::path(tag = "operations", security(()), responses((status = 200, description = "OpenAPI 3.1", body = Object)))]
#[get("/openapi.json")]
pub async fn get_openapi(document: Data<Rendered>, req: HttpRequest) -> HttpResponse {
    send(&document, req.headers(), true)
}

/// The operations, each with its method and path.
fn operations(document: &mut Value, mut each: impl FnMut(&str, &str, &mut Map<String, Value>)) {
    let Some(paths) = document["paths"].as_object_mut() else {
        return;
    };
    for (path, item) in paths {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if let Some(operation) = operation.as_object_mut() {
                each(method, path, operation);
            }
        }
    }
}

/// Replies leave out what has no value; only requests may say `null`. A client generated from a
/// nullable enum is a nuisance in several languages.
fn omit_instead_of_null(document: &mut Value) {
    let (mut sent, mut received) = (BTreeSet::new(), BTreeSet::new());
    let snapshot = document.clone();
    operations(document, |_, _, operation| {
        names(&snapshot, &operation["responses"], &mut sent);
        names(
            &snapshot,
            operation.get("requestBody").unwrap_or(&Value::Null),
            &mut received,
        );
    });
    for name in sent.difference(&received) {
        without_null(&mut document["components"]["schemas"][name]);
    }
}

/// The schemas that `value` refers to, directly or not.
fn names(document: &Value, value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            if let Some(name) = object
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(|name| name.strip_prefix("#/components/schemas/"))
                && found.insert(name.to_owned())
            {
                names(document, &document["components"]["schemas"][name], found);
            }
            object.values().for_each(|value| names(document, value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| names(document, value, found)),
        _ => {}
    }
}

fn without_null(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if let Some(Value::Array(types)) = object.get_mut("type") {
                types.retain(|kind| kind != "null");
                if let [kind] = &types[..] {
                    let kind = kind.clone();
                    object.insert("type".into(), kind);
                }
            }
            if let Some(Value::Array(choices)) = object.get_mut("oneOf") {
                choices.retain(|choice| choice != &json!({"type": "null"}));
                if let [Value::Object(only)] = &choices[..] {
                    let only = only.clone();
                    object.remove("oneOf");
                    object.extend(only);
                }
            }
            object.values_mut().for_each(without_null);
        }
        Value::Array(values) => values.iter_mut().for_each(without_null),
        _ => {}
    }
}

/// Declares, for each operation, the headers it reads and every error it can answer with.
fn add_errors(document: &mut Value) {
    let mut used: BTreeSet<u16> = BTreeSet::new();
    operations(document, |method, path, operation| {
        let api = path.starts_with("/api/");
        let write = method != "get";
        let creates = method == "post" && !path.contains('{');
        let mut parameters = operation
            .get("parameters")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        let has_query = parameters.iter().any(|parameter| parameter["in"] == "query");
        let mut statuses: Vec<u16> = vec![500];
        if api {
            statuses.extend([400, 401, 503]);
        }
        if path == "/readyz" {
            statuses.push(503);
        }
        if path.contains('{') {
            statuses.push(404);
        }
        if api && !write {
            statuses.push(406);
            parameters.push(header(
                "If-None-Match",
                "已有的 ETag；未变则 304 (answered with 304 when unchanged)",
                false,
                "\"1-2f3a\"",
            ));
            operation["responses"]["304"] = json!({"description": "未变化 (not modified)"});
        }
        if write {
            statuses.extend([403, 409]);
            // The security of the document says that a token may be left out: here it may not.
            operation.insert("security".into(), json!([{"bearer": []}]));
            if method == "post" {
                parameters.push(header(
                    "Idempotency-Key",
                    "重试时保证只做一次；同键同内容给出同一答复 (repeats are answered alike)",
                    false,
                    "8f14e45f-ceea-467f-a9d4-7d8c1f2b3a4c",
                ));
                statuses.push(422);
            }
            if operation.contains_key("requestBody") {
                statuses.extend([413, 415, 422]);
            }
            if has_query {
                statuses.push(422);
            }
            if !creates {
                parameters.push(header(
                    "If-Match",
                    "读取时的 ETag，或 `\"版本\"` (the ETag you read, or the quoted version)",
                    true,
                    "\"1\"",
                ));
                statuses.extend([412, 428]);
            }
        }
        if path.ends_with("/amendments") {
            statuses.push(403);
            operation.insert("security".into(), json!([{"bearer": []}]));
        }
        if !parameters.is_empty() {
            operation.insert("parameters".into(), Value::Array(parameters));
        }
        statuses.sort_unstable();
        statuses.dedup();
        for status in statuses {
            operation["responses"][status.to_string()] =
                json!({"$ref": format!("#/components/responses/Problem{status}")});
            used.insert(status);
        }
        if let Some(responses) = operation["responses"].as_object_mut() {
            responses.sort_keys();
            for (status, response) in responses {
                add_headers(status, api, write, response);
            }
        }
    });
    let mut responses = Map::new();
    for status in used {
        let codes: Vec<Code> = Code::ALL
            .iter()
            .copied()
            .filter(|code| code.status().as_u16() == status)
            .collect();
        let titles: Vec<String> = codes
            .iter()
            .map(|code| format!("`{}` {} ({})", code.as_str(), code.title().zh, code.title().en))
            .collect();
        let example = codes.first().map(|code| {
            json!({
                "type": format!("/errors#{}", code.as_str()), "title": code.title().zh, "status": status, "code": code.as_str(),
                "detail": code.title().zh, "instance": "/api/v1/requirements/dg-2017.17.3", "request_id": "019a1b2c-3d4e-7f00-8000-000000000000"
            })
        });
        let content = json!({PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}});
        responses.insert(
            format!("Problem{status}"),
            json!({"description": titles.join("；"), "content": content}),
        );
    }
    document["components"]["responses"] = Value::Object(responses);
}

fn header(name: &str, description: &str, required: bool, example: &str) -> Value {
    json!({"name": name, "in": "header", "description": description, "required": required, "schema": {"type": "string"}, "example": example})
}

fn add_headers(status: &str, api: bool, write: bool, response: &mut Value) {
    if response.get("$ref").is_some() || !api {
        return;
    }
    let text = |description: &str| json!({"description": description, "schema": {"type": "string"}});
    let mut headers = Map::new();
    if status == "200" || status == "201" || status == "304" {
        headers.insert(
            "ETag".into(),
            text("版本标签，用于 If-Match 和 If-None-Match (entity tag)"),
        );
    }
    if status == "201" {
        headers.insert("Location".into(), text("新资源的路径 (where it is)"));
    }
    if status == "200" && !write {
        headers.insert("Link".into(), text("下一页 rel=\"next\" (the next page)"));
    }
    if !headers.is_empty() {
        response["headers"] = Value::Object(headers);
    }
}

/// Puts an example of the real plan to every reply and every request body.
fn add_examples(document: &mut Value) -> anyhow::Result<()> {
    let catalog = seed_catalog()?;
    let replies = reply_examples(&catalog)?;
    let bodies = body_examples();
    operations(document, |_, path, operation| {
        let id = operation
            .get("operationId")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        for status in ["200", "201"] {
            let Some(content) = operation["responses"]
                .get_mut(status)
                .and_then(|response| response.get_mut("content"))
            else {
                continue;
            };
            if let Some(json) = content.get_mut("application/json") {
                let schema = json["schema"]["$ref"]
                    .as_str()
                    .unwrap_or_default()
                    .rsplit('/')
                    .next()
                    .unwrap_or_default()
                    .to_owned();
                if let Some(example) = replies.get(&schema) {
                    json["example"] = example.clone();
                }
                // The lists come in two more formats.
                if schema.starts_with("Page_") && !path.ends_with("/amendments") {
                    content["text/csv"] = json!({"schema": {"type": "string"}});
                    content["application/x-ndjson"] = json!({"schema": {"type": "string"}});
                }
            }
        }
        if let Some(example) = bodies.get(&id) {
            operation["requestBody"]["content"]["application/json"]["example"] = example.clone();
        }
    });
    Ok(())
}

fn reply_examples(catalog: &Catalog) -> anyhow::Result<Map<String, Value>> {
    use anyhow::Context as _;
    let scene = Scene {
        units: &catalog.units,
        view: View::PUBLIC,
    };
    let missing = "the seed lacks what the examples show";
    let id = |text: &str| text.to_owned();
    let plan = catalog.plan(&"dg-2017".parse()?, true).context(missing)?;
    let of = catalog.requirement(&"dg-2017.17.3".parse()?, true).context(missing)?;
    let exam = catalog.requirement(&"dg-2017.18.1".parse()?, true).context(missing)?;
    let deadline = exam.requirement.deadlines.last().context(missing)?;
    let collective = catalog.units.get(&"zhenjie".parse()?).context(missing)?;
    let town = catalog.units.get(&"binhaiwan".parse()?).context(missing)?;

    let plan_view = serde_json::to_value(PlanView::new(&plan.content, scene, &Embed::default()))?;
    let task_view = serde_json::to_value(TaskView::new(of.task, scene, false))?;
    let requirement_view = serde_json::to_value(RequirementView::new(of.task, of.requirement, scene, false))?;
    let deadline_view = serde_json::to_value(DeadlineView::new(deadline))?;
    let unit_view = serde_json::to_value(UnitView::new(collective, &catalog.units, &Embed::default()))?;
    let member_view = json!({"code": town.code, "name": town.name, "kind": town.kind, "valid_from": town.valid_from});
    let amendment_view = json!({
        "id": "019a1b2c-3d4e-7f00-8000-000000000000", "at": "2017-06-30T02:00:00Z", "actor": "zhang.san", "actor_unit": "zwfwb",
        "event": "deadline.updated", "subject": "dg-2017.2.1.d1", "reason": "市政府常务会议决定提前完成",
        "before": {"phrase": "12月底"}, "after": {"phrase": "11月底"}
    });
    let page = |item: &Value, total: usize| {
        serde_json::to_value(Page {
            items: vec![item.clone()],
            total,
            next: (total > 1).then(|| id("http://127.0.0.1:8080/api/v1/…?cursor=…")),
        })
    };
    let requirements = plan.requirements().count();
    let deadlines = plan.requirements().map(|of| of.requirement.deadlines.len()).sum();
    let mut examples = Map::new();
    for (name, view, total) in [
        ("Plan", plan_view, 1),
        ("Task", task_view, plan.content.tasks.len()),
        ("Requirement", requirement_view, requirements),
        ("Deadline", deadline_view, deadlines),
        ("Unit", unit_view, catalog.units.iter().count()),
        ("Member", member_view, 1),
        ("Amendment", amendment_view, 1),
    ] {
        examples.insert(format!("Page_{name}"), page(&view, total)?);
        examples.insert(id(name), view);
    }
    examples.insert(id("Health"), json!({"status": "ok"}));
    Ok(examples)
}

fn body_examples() -> Map<String, Value> {
    let year_round = json!({"phrase": "全年", "rule": {"kind": "year_round"}});
    let examples = json!({
        "create_plan": {
            "id": "dg-2018", "title": "2018年全市政务信息公开工作重点分工方案", "year": 2018, "issuer": "zwfwb",
            "tasks": [{"title": "推进决策公开", "requirements": [{
                "text": "完善政府法律顾问制度。", "units_phrase": "市法制局", "units": [{"code": "fzj", "role": "lead"}], "deadlines": [year_round]
            }]}]
        },
        "update_plan": {"title": "2017年全市政务信息公开工作重点分工方案（修订）", "reason": "更正标题"},
        "create_task": {"plan_id": "dg-2018", "title": "推进执行公开", "reason": "按省工作部署增补"},
        "update_task": {"title": "推进决策公开", "reason": "更正标题"},
        "create_requirement": {
            "task_id": "dg-2018.1", "text": "加强审计结果公告。", "units_phrase": "市审计局", "units": [{"code": "sjj", "role": "lead"}],
            "deadlines": [year_round], "reason": "按省工作部署增补"
        },
        "update_requirement": {"units": [{"code": "hbj", "role": "lead"}, {"code": "zhenjie", "role": "support"}], "reason": "镇街共同承担"},
        "create_deadline": {
            "requirement_id": "dg-2018.1.1", "phrase": "每季度", "source": "text",
            "rule": {"kind": "recurring", "every": "quarter", "due": {"kind": "period_end"}}, "reason": "按正文补录"
        },
        "update_deadline": {"phrase": "11月底", "rule": {"kind": "date", "due_on": "2017-11-30"}, "reason": "市政府常务会议决定提前完成"},
        "create_unit": {"code": "wglj", "name": "市文广旅体局", "official_name": "东莞市文化广电旅游体育局", "kind": "department", "valid_from": "2019-01-11"},
        "update_unit": {"valid_to": "2019-01-10", "successors": ["wglj"]},
        "set_member": {"periods": [{"valid_from": "2017-01-01", "valid_to": "2017-09-30"}]}
    });
    if let Value::Object(examples) = examples {
        examples
    } else {
        Map::new()
    }
}
