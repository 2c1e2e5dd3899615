//! Members with defaults have three forms: in a reply all are there, a new thing may leave them out, and a merge patch
//! (RFC 7396) may also say `null`. One schema with `default` for the three misleads clients: their generators demand each
//! member of a patch, or fill it in and so reset what nobody meant.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{names, operations};

const AT: &str = "#/components/schemas/";

/// How a request gives what has defaults.
#[derive(Clone, Copy)]
enum Given {
    New,
    Patch,
}

impl Given {
    fn name(self, schema: &str) -> String {
        match self {
            Self::New => format!("New{schema}"),
            Self::Patch => format!("{schema}Patch"),
        }
    }
}

/// Gives requests schemas of their own for what has defaults, and takes `default` out of all.
pub fn tell_apart(document: &mut Value) {
    let snapshot = document.clone();
    let schemas = &snapshot["components"]["schemas"];
    let (mut sent, mut new, mut patched) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    operations(document, |method, _, operation| {
        names(&snapshot, &operation["responses"], &mut sent);
        let body = operation.get("requestBody").unwrap_or(&Value::Null);
        names(&snapshot, body, if method == "patch" { &mut patched } else { &mut new });
    });
    let mut made = Map::new();
    for (given, received) in [(Given::New, &new), (Given::Patch, &patched)] {
        for name in received.iter().filter(|name| !has_defaults(&schemas[name.as_str()])) {
            let schema = &mut document["components"]["schemas"][name];
            point(schema, schemas, given, &mut made);
        }
    }
    let Some(all) = document["components"]["schemas"].as_object_mut() else {
        return;
    };
    for (name, schema) in all.iter_mut() {
        let whole = sent.contains(name) && has_defaults(schema);
        without_defaults(schema, whole);
    }
    all.extend(made);
    all.sort_keys();
}

/// Whether all members may be left out, and some then have a value.
fn has_defaults(schema: &Value) -> bool {
    let members = schema["properties"].as_object();
    schema.get("required").is_none()
        && members.is_some_and(|all| all.values().any(|member| member.get("default").is_some()))
}

/// Lets each reference to what has defaults refer to the form in which it is `given`, which is made where it is missing.
fn point(value: &mut Value, schemas: &Value, given: Given, made: &mut Map<String, Value>) {
    match value {
        Value::Object(object) => {
            let target = object.get("$ref").and_then(Value::as_str);
            if let Some(target) = target.and_then(|target| target.strip_prefix(AT))
                && has_defaults(&schemas[target])
            {
                let name = given.name(target);
                if !made.contains_key(&name) {
                    let form = form_of(&schemas[target], schemas, given, made);
                    made.insert(name.clone(), form);
                }
                object.insert("$ref".into(), format!("{AT}{name}").into());
            }
            object.values_mut().for_each(|value| point(value, schemas, given, made));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| point(value, schemas, given, made)),
        _ => {}
    }
}

fn form_of(schema: &Value, schemas: &Value, given: Given, made: &mut Map<String, Value>) -> Value {
    let mut form = schema.clone();
    without_defaults(&mut form, false);
    point(&mut form["properties"], schemas, given, made);
    if let (Given::Patch, Some(members)) = (given, form["properties"].as_object_mut()) {
        members.values_mut().for_each(or_null);
    }
    form
}

fn or_null(member: &mut Value) {
    if let Some(kind) = member.get("type").filter(|kind| kind.is_string()).cloned() {
        member["type"] = json!([kind, "null"]);
    } else if let Some(object) = member.as_object_mut()
        && let Some(target) = object.remove("$ref")
    {
        object.insert("oneOf".into(), json!([{"type": "null"}, {"$ref": target}]));
    }
}

/// Says a default in words; if the member is always in a reply (`whole`), says that.
fn without_defaults(schema: &mut Value, whole: bool) {
    let mut required: Vec<Value> = Vec::new();
    let members = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (name, member) in members.into_iter().flatten() {
        let Some(default) = member.as_object_mut().and_then(|member| member.shift_remove("default")) else {
            continue;
        };
        let word = match &default {
            // Nothing, or as good as nothing: a reply leaves it out.
            Value::Null => continue,
            Value::Array(items) if items.is_empty() => continue,
            Value::Object(members) if members.is_empty() => continue,
            Value::String(word) => Some(word.clone()),
            Value::Array(_) | Value::Object(_) => None,
            plain => Some(plain.to_string()),
        };
        required.push(name.as_str().into());
        if let Some(word) = word {
            let said = member["description"].as_str().unwrap_or_default();
            member["description"] = format!("{said}；默认 (default) `{word}`").into();
        }
    }
    if whole && !required.is_empty() {
        schema["required"] = required.into();
    }
}
