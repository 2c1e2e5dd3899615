//! What the document needs so that clients can be generated from it: a type for each form of a union, names that
//! are names of types, and one type for each reply.

use serde_json::{Map, Value, json};

use super::operations;
use crate::http::{csv_paths::SUFFIX, list::TableParams};

const CSV: &str = "text/csv";

/// What a table has no use for: it is the whole list, in the one format.
const OF_PAGES: &[&str] = &["limit", "cursor", "embed", "format", "changed_since", "If-None-Match"];

/// Makes the document one that generates well.
pub fn suit(document: &mut Value, tables: &[&str]) {
    name_forms(document);
    free(document);
    set_apart(document);
    add_tables(document, tables);
    name_pages(document);
}

/// The name of the type of one form of a union: `RuleYearRound`.
fn name_of(union: &str, word: &str) -> String {
    let capital = |part: &str| part[..1].to_ascii_uppercase() + &part[1..];
    union.to_owned() + &word.split('_').map(capital).collect::<String>()
}

/// Each form of a union gets a name, and its `kind` says which it is.
fn name_forms(document: &mut Value) {
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else {
        return;
    };
    let mut named = Map::new();
    for (union, schema) in schemas.iter_mut() {
        let Some(forms) = schema.get_mut("oneOf").and_then(Value::as_array_mut) else {
            continue;
        };
        let mut mapping = Map::new();
        for form in forms {
            let Some(word) = form["properties"]["kind"]["enum"][0].as_str().map(str::to_owned) else {
                continue;
            };
            form["properties"]["kind"] = json!({"type": "string", "const": word});
            let name = name_of(union, &word);
            let reference = format!("#/components/schemas/{name}");
            named.insert(name, std::mem::replace(form, json!({"$ref": reference})));
            mapping.insert(word, reference.into());
        }
        if !mapping.is_empty() {
            schema["discriminator"] = json!({"propertyName": "kind", "mapping": mapping});
        }
    }
    schemas.extend(named);
    schemas.sort_keys();
}

/// Free JSON may be anything: an object without members is taken for one that can have none.
fn free(value: &mut Value) {
    match value {
        Value::Object(object) => {
            let names = ["properties", "additionalProperties", "allOf", "oneOf"];
            if object.get("type") == Some(&json!("object")) && !names.iter().any(|name| object.contains_key(*name)) {
                object.remove("type");
            }
            let below = object.iter_mut().filter(|(name, _)| !name.starts_with("example"));
            below.for_each(|(_, value)| free(value));
        }
        Value::Array(values) => values.iter_mut().for_each(free),
        _ => {}
    }
}

/// One reply has one type: what else it comes in and what changes its form stand in extensions.
fn set_apart(document: &mut Value) {
    // They belong to the paths of tables. One generator has a variable of its own called `headers` wherever a request has any,
    // so that they are told of in an extension where JSON is the usual answer.
    let of_tables = TableParams::names();
    operations(document, |method, _, operation| {
        if method != "get" {
            return;
        }
        if let Some(reply) = operation["responses"].get_mut("200")
            && let Some(content) = reply.get_mut("content").and_then(Value::as_object_mut)
            && content.contains_key("application/json")
        {
            let others: Vec<String> = content
                .keys()
                .filter(|name| *name != "application/json")
                .cloned()
                .collect();
            content.retain(|name, _| name == "application/json");
            if !others.is_empty() {
                reply["x-formats"] = json!(others);
            }
        }
        let Some(parameters) = operation.get_mut("parameters").and_then(Value::as_array_mut) else {
            return;
        };
        let is_apart = |parameter: &mut Value| of_tables.iter().any(|name| parameter["name"] == name.as_str());
        let apart: Vec<Value> = parameters.extract_if(.., is_apart).collect();
        // What the service does by itself, no client needs to ask for.
        for parameter in parameters.iter_mut().filter(|parameter| parameter["name"] == "limit") {
            if let Some(schema) = parameter["schema"].as_object_mut() {
                schema.shift_remove("default");
            }
        }
        if !apart.is_empty() {
            tell(operation, &apart);
            operation.insert("x-parameters".into(), Value::Array(apart));
        }
    });
}

/// A list has a path of its own as CSV, where the reply is text and nothing else.
fn add_tables(document: &mut Value, tables: &[&str]) {
    let Some(paths) = document["paths"].as_object_mut() else {
        return;
    };
    for (path, item) in std::mem::take(paths) {
        let is_table = tables.contains(&path.as_str());
        let table = item.get("get").filter(|_| is_table).map(as_table);
        let at = format!("{path}{SUFFIX}");
        paths.insert(path, item);
        paths.extend(table.map(|table| (at, json!({"get": table}))));
    }
}

fn as_table(list: &Value) -> Value {
    let text = |name: &str| list[name].as_str().unwrap_or_default();
    let mut table = list.clone();
    let parameters = [&list["parameters"], &list["x-parameters"]];
    let parameters = parameters.into_iter().filter_map(Value::as_array).flatten();
    let of_pages = |parameter: &&Value| parameter["name"].as_str().is_some_and(|name| OF_PAGES.contains(&name));
    table["parameters"] = parameters.filter(|parameter| !of_pages(parameter)).cloned().collect();
    table["operationId"] = format!("{}_csv", text("operationId")).into();
    table["summary"] = format!("{} · CSV", text("summary")).into();
    let path = "整个列表，与 `format=csv` 相同。The whole list, the same as with `format=csv`.";
    table["description"] = path.into();
    let etag = list["responses"]["200"]["headers"]["ETag"].clone();
    let csv =
        json!({"description": "CSV", "headers": {"ETag": etag}, "content": {CSV: {"schema": {"type": "string"}}}});
    table["responses"]["200"] = csv;
    if let Some(table) = table.as_object_mut() {
        table.remove("x-parameters");
    }
    table
}

/// Who reads the document with their own eyes is not shown extensions.
fn tell(operation: &mut Map<String, Value>, apart: &[Value]) {
    let names = apart.iter().filter_map(|parameter| parameter["name"].as_str());
    let names = names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join("、");
    let also = format!("另有参数 (it also takes) {names}，见 (see) `x-parameters`。");
    let description = operation.entry("description").or_insert_with(|| "".into());
    let told = description.as_str().unwrap_or_default();
    *description = format!("{told}\n\n{also}").trim_start().into();
}

/// `Page_Plan` is `PlanPage`.
fn name_pages(document: &mut Value) {
    let name = |name: &str| name.strip_prefix("Page_").map(|item| format!("{item}Page"));
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        let all = std::mem::take(schemas).into_iter();
        *schemas = all.map(|(old, schema)| (name(&old).unwrap_or(old), schema)).collect();
        schemas.sort_keys();
    }
    refer(document, &name);
}

fn refer(value: &mut Value, rename: &impl Fn(&str) -> Option<String>) {
    match value {
        Value::Object(object) => {
            if let Some(Value::String(reference)) = object.get_mut("$ref")
                && let Some(name) = reference.strip_prefix("#/components/schemas/").and_then(rename)
            {
                *reference = format!("#/components/schemas/{name}");
            }
            object.values_mut().for_each(|value| refer(value, rename));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| refer(value, rename)),
        _ => {}
    }
}
