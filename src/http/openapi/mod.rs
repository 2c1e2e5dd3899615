//! The OpenAPI 3.1 document: collected from the routes, completed with what all routes of a kind
//! have in common, and with examples made from the real plan by the code that makes the replies.

mod clients;
mod errors;
mod examples;
mod labels;
mod settings;

use std::{
    collections::BTreeSet,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use actix_web::{App, HttpRequest, HttpResponse, get, web::Data};
use serde_json::{Map, Value, json};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        security::{Http, HttpAuthScheme, SecurityScheme},
        tag::Tag,
    },
};
use utoipa_actix_web::AppExt as _;

use self::{errors::add_errors, examples::add_examples, labels::add_labels};
use super::{
    TAGS, csv_paths,
    list::Headers,
    origin::Origin,
    problem::ProblemView,
    reply::{
        format::{Format, JSON, PlanFormat},
        send,
    },
    routes,
};
use crate::{domain::deadline::RuleKind, rendered::Rendered};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "duban",
        description = "督办：把政府年度工作方案变成各单位的应办事项：方案、工作任务、具体要求、责任单位与完成时限。\n\n\
            已发布的数据无需令牌即可读取；写入需要 `Authorization: Bearer <JWT>`。\n\
            错误一律为 `application/problem+json` (RFC 9457)，默认中文，可用 `Accept-Language: en` 切换。\n\n\
            A government's annual work plan as obligations of its units. Published data is read without a token.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
        contact()
    ),
    servers((url = "/", description = "本服务 (this service)")),
    // Named by query parameters only, which utoipa does not collect from.
    components(schemas(ProblemView, Format, PlanFormat, Headers, RuleKind)),
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

/// The document as utoipa collects it from the routes, once a process.
pub fn collected() -> &'static utoipa::openapi::OpenApi {
    static COLLECTED: LazyLock<utoipa::openapi::OpenApi> = LazyLock::new(collect);
    &COLLECTED
}

fn collect() -> utoipa::openapi::OpenApi {
    let mut base = Base::openapi();
    let tag =
        |(name, description, _): &(&str, &str, _)| Tag::builder().name(*name).description(Some(*description)).build();
    base.tags = Some(TAGS.iter().map(tag).collect());
    let app = App::new().into_utoipa_app().openapi(base);
    app.configure(routes).split_for_parts().1
}

/// The whole document, as it is served and committed.
pub fn document() -> anyhow::Result<String> {
    let mut document = serde_json::to_value(collected())?;
    refer_to_items(&mut document);
    omit_instead_of_null(&mut document);
    add_errors(&mut document);
    let tables: Vec<&str> = csv_paths::tables(collected()).collect();
    add_examples(&mut document, &tables)?;
    add_labels(&mut document)?;
    settings::tell_apart(&mut document);
    clients::suit(&mut document, &tables);
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

/// OpenAPI 文档 (the OpenAPI document)
///
/// OpenAPI 3.1；Swagger UI 在 `/docs/`。
#[utoipa::path(tag = "operations", security(()), responses((status = 200, description = "OpenAPI 文档 (the document)", body = Object)))]
#[get("/openapi.json")]
pub async fn get_openapi(document: Data<Served>, req: HttpRequest) -> HttpResponse {
    send(&document.at(&Origin::of(&req).url("")), &req, true)
}

/// The document as it is served: its server is where the request came to.
pub struct Served {
    text: String,
    last: Mutex<Option<(String, Arc<Rendered>)>>,
}

impl Served {
    /// The document, as it is committed.
    pub fn new(text: String) -> Self {
        Self {
            text,
            last: Mutex::default(),
        }
    }

    /// The document of this server; made again only where the last was asked for elsewhere.
    fn at(&self, server: &str) -> Arc<Rendered> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, made)) = last.as_ref().filter(|(place, _)| place == server) {
            return made.clone();
        }
        let text = self
            .text
            .replacen("\"url\": \"/\"", &format!("\"url\": \"{server}\""), 1);
        let made = Arc::new(Rendered::new(JSON, text.into_bytes(), None));
        *last = Some((server.to_owned(), made.clone()));
        made
    }
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

/// A page of things refers to the thing's schema, where utoipa repeats it: generated clients then
/// have one type for both.
fn refer_to_items(document: &mut Value) {
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else {
        return;
    };
    let names: Vec<String> = schemas
        .keys()
        .filter_map(|name| name.strip_prefix("Page_").map(str::to_owned))
        .collect();
    for name in names
        .iter()
        .filter(|name| schemas.contains_key(*name))
        .cloned()
        .collect::<Vec<_>>()
    {
        schemas[&format!("Page_{name}")]["properties"]["items"]["items"] =
            json!({"$ref": format!("#/components/schemas/{name}")});
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
