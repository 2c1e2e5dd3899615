//! The OpenAPI document of a running service, and replies held against it.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use duban::http::csv_paths::SUFFIX;
use jsonschema::{Draft, Validator};
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::{Reply, TestApp};

/// The document.
pub struct Document {
    pub json: Value,
    validators: RefCell<BTreeMap<String, Rc<Validator>>>,
}

/// One operation of it.
#[derive(Clone, Copy)]
pub struct Operation<'d> {
    method: &'d str,
    pub path: &'d str,
    pub value: &'d Value,
}

impl Operation<'_> {
    pub fn id(&self) -> &str {
        self.value["operationId"].as_str().unwrap_or_default()
    }

    pub fn method(&self) -> Method {
        self.method.to_uppercase().parse().unwrap()
    }

    /// `GET /api/v1/plans`
    pub fn name(&self) -> String {
        format!("{} {}", self.method(), self.path)
    }

    pub fn is_read(&self) -> bool {
        self.method == "get"
    }

    /// Its parameters in the query, the path or the headers.
    pub fn parameters(&self, place: &'static str) -> impl Iterator<Item = &Value> {
        let all = self.value["parameters"].as_array().into_iter().flatten();
        all.filter(move |parameter| parameter["in"] == place)
    }
}

impl Document {
    /// What `app` says of itself.
    pub async fn of(app: &TestApp) -> Self {
        Self::new(app.anonymous().get("/openapi.json").await.ok().json())
    }

    /// With what stands in extensions for the sake of generated clients where the service has it, and without the paths of
    /// tables, which are lists at other places (`lists::tables`).
    pub fn new(mut json: Value) -> Self {
        json["paths"]
            .as_object_mut()
            .unwrap()
            .retain(|path, _| !path.ends_with(SUFFIX));
        let items = json["paths"].as_object_mut().unwrap().values_mut();
        for operation in items.flat_map(|item| item.as_object_mut().unwrap().values_mut()) {
            if let Some(Value::Array(apart)) = operation.as_object_mut().unwrap().remove("x-parameters") {
                operation["parameters"].as_array_mut().unwrap().extend(apart);
            }
            let Some(reply) = operation["responses"].get_mut("200") else {
                continue;
            };
            let formats = reply["x-formats"].as_array().cloned().unwrap_or_default();
            for format in formats {
                reply["content"][format.as_str().unwrap()] = json!({"schema": {"type": "string"}});
            }
        }
        Self {
            json,
            validators: RefCell::default(),
        }
    }

    /// All operations, in the order of the document.
    pub fn operations(&self) -> Vec<Operation<'_>> {
        let paths = self.json["paths"].as_object().unwrap();
        let all = paths.iter().flat_map(|(path, item)| {
            let of_path = item.as_object().unwrap().iter();
            of_path.map(move |(method, value)| Operation { method, path, value })
        });
        all.collect()
    }

    /// `value`, or what its `$ref` points to.
    pub fn resolve<'d>(&'d self, value: &'d Value) -> &'d Value {
        let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
            return value;
        };
        let target = reference
            .strip_prefix('#')
            .and_then(|pointer| self.json.pointer(pointer));
        target.unwrap_or_else(|| panic!("{reference} points nowhere"))
    }

    /// Whether every way to call the operation takes a token.
    pub fn needs_token(&self, operation: Operation<'_>) -> bool {
        let security = operation.value.get("security").unwrap_or(&self.json["security"]);
        let ways = security.as_array().unwrap();
        !ways.is_empty() && ways.iter().all(|way| way.get("bearer").is_some())
    }

    /// Fails unless the document declares this status, this media type and a body like this one.
    #[track_caller]
    pub fn assert_declares(&self, operation: Operation<'_>, reply: &Reply) {
        let what = format!("{} → {}", operation.name(), reply.status);
        let Some(declared) = operation.value["responses"].get(reply.status.to_string()) else {
            panic!("{what} is not declared: {}", reply.text())
        };
        let declared = self.resolve(declared);
        let Some(content) = declared.get("content").and_then(Value::as_object) else {
            assert!(reply.body.is_empty(), "{what} has a body that is not declared");
            return;
        };
        let given = reply.header("content-type");
        let essence = given.split(';').next().unwrap_or_default().trim();
        let Some(media) = content.get(essence) else {
            panic!("{what} does not declare {essence}")
        };
        if matches!(essence, "application/json" | "application/problem+json") {
            let faults = self.faults(&media["schema"], &reply.json());
            assert!(faults.is_empty(), "{what} is not as declared: {faults:#?}");
        }
    }

    /// How `instance` differs from `schema`. A member that the schema does not name is a fault too.
    pub fn faults(&self, schema: &Value, instance: &Value) -> Vec<String> {
        let key = schema.to_string();
        let kept = self.validators.borrow().get(&key).cloned();
        let validator = kept.unwrap_or_else(|| {
            let validator = Rc::new(self.validator(schema));
            self.validators.borrow_mut().insert(key, validator.clone());
            validator
        });
        validator
            .iter_errors(instance)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect()
    }

    fn validator(&self, schema: &Value) -> Validator {
        let mut root = json!({"allOf": [schema], "components": {"schemas": self.json["components"]["schemas"]}});
        close(&mut root);
        let options = jsonschema::options().with_draft(Draft::Draft202012);
        options.should_validate_formats(true).build(&root).unwrap()
    }
}

/// Forbids members that are not named, wherever some are.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            object.values_mut().for_each(close);
            let names_members = object.get("properties").is_some_and(Value::is_object);
            if names_members && !object.contains_key("additionalProperties") {
                object.insert("additionalProperties".into(), json!(false));
            }
        }
        Value::Array(values) => values.iter_mut().for_each(close),
        _ => {}
    }
}

/// Calls `each` with every object in `value` and the JSON Pointer of where it is.
pub fn visit(value: &Value, at: &str, each: &mut impl FnMut(&Map<String, Value>, &str)) {
    match value {
        Value::Object(object) => {
            each(object, at);
            for (name, value) in object {
                visit(value, &format!("{at}/{name}"), each);
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                visit(value, &format!("{at}/{index}"), each);
            }
        }
        _ => {}
    }
}
