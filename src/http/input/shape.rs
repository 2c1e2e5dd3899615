//! Whether a body has the shape that the document gives it: what serde takes and the document does not have is
//! refused, and what serde refuses is told in the document's terms, all of it at once.

use std::{any::TypeId, cell::RefCell, collections::HashMap, rc::Rc};

use serde_json::{Map, Number, Value};
use utoipa::ToSchema;

use crate::{
    domain::{
        fault::{Bilingual, Checker, Fault, FieldError},
        suggestion::{meant, nearest},
        text,
    },
    http::wording::{is_day, is_instant, not_offered, wanted},
    say,
};

thread_local! {
    /// Made once on each thread: a type has one schema.
    static SHAPES: RefCell<HashMap<TypeId, Rc<Shape>>> = RefCell::default();
}

/// A type's schema, and those that it refers to by name.
pub struct Shape {
    whole: Value,
    named: HashMap<String, Value>,
}

/// A field is not there.
pub fn missing(name: &str) -> Bilingual {
    say!("缺少字段 {name}", "field {name} is missing")
}

/// There is no such field among `known`.
pub fn unknown<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Bilingual {
    let Bilingual { zh, en } = meant(nearest(name, known).as_slice());
    say!("没有字段 {name}{zh}", "there is no field {name}{en}")
}

impl Shape {
    /// Of a `T`.
    pub fn of<T: ToSchema + 'static>() -> Rc<Self> {
        let known = SHAPES.with_borrow(|shapes| shapes.get(&TypeId::of::<T>()).cloned());
        known.unwrap_or_else(|| {
            let json = |schema| serde_json::to_value(schema).unwrap_or_default();
            let mut named = Vec::new();
            T::schemas(&mut named);
            let shape = Rc::new(Self {
                whole: json(T::schema()),
                named: named.into_iter().map(|(name, schema)| (name, json(schema))).collect(),
            });
            SHAPES.with_borrow_mut(|shapes| shapes.insert(TypeId::of::<T>(), shape.clone()));
            shape
        })
    }

    /// The fields that there must be.
    pub fn needed(&self) -> Vec<&str> {
        let mut may_be = Vec::new();
        self.resolve(&self.whole, &mut may_be);
        required(&may_be)
    }

    /// What is wrong with `value`: always what serde would take and the document does not have; `whole`: the rest too.
    pub fn faults(&self, value: &Value, whole: bool) -> Vec<FieldError> {
        let mut check = Checker::default();
        self.walk(&mut check, value, &[&self.whole], whole);
        check.finish().err().unwrap_or_default()
    }

    /// The schema of what is at `pointer` in `value`.
    pub fn wanted(&self, value: &Value, pointer: &str) -> Option<Value> {
        let mut schemas = vec![&self.whole];
        let mut at = value;
        for key in pointer.split('/').skip(1) {
            let name = key.replace("~1", "/").replace("~0", "~");
            let may_be = self.alternatives(&schemas, at);
            schemas = if let Value::Array(items) = at {
                at = items.get(name.parse::<usize>().ok()?)?;
                may_be.iter().filter_map(|schema| schema.get("items")).collect()
            } else {
                at = at.get(&name)?;
                members(&may_be, &name)
            };
        }
        self.alternatives(&schemas, at).first().map(|schema| (*schema).clone())
    }

    /// Adds what `schema` stands for: itself, or each of its alternatives.
    fn resolve<'s>(&'s self, schema: &'s Value, found: &mut Vec<&'s Value>) {
        if let Some(name) = schema["$ref"].as_str() {
            let named = self.named.get(name.rsplit('/').next().unwrap_or_default());
            if let Some(schema) = named {
                self.resolve(schema, found);
            }
            return;
        }
        let mut alternatives = ["oneOf", "anyOf", "allOf"]
            .iter()
            .filter_map(|key| schema[*key].as_array())
            .flatten()
            .peekable();
        if alternatives.peek().is_none() {
            found.push(schema);
        }
        alternatives.for_each(|schema| self.resolve(schema, found));
    }

    /// What `value` may be: where its kind says which of several it is, that one.
    fn alternatives<'s>(&'s self, schemas: &[&'s Value], value: &Value) -> Vec<&'s Value> {
        let mut may_be = Vec::new();
        for schema in schemas {
            self.resolve(schema, &mut may_be);
        }
        may_be.retain(|schema| schema["type"] != "null");
        let of_kind = |schema: &&Value| {
            let kinds = schema["properties"]["kind"]["enum"].as_array();
            kinds.is_some_and(|kinds| kinds.contains(&value["kind"]))
        };
        let chosen: Vec<&Value> = may_be.iter().copied().filter(of_kind).collect();
        if chosen.is_empty() {
            most_alike(may_be, value)
        } else {
            chosen
        }
    }

    fn walk(&self, check: &mut Checker, value: &Value, schemas: &[&Value], whole: bool) {
        let may_be = self.alternatives(schemas, value);
        match value {
            Value::Array(items) => {
                let lists: Vec<&Value> = may_be.iter().filter_map(|schema| schema.get("items")).collect();
                let object = may_be.iter().find(|schema| schema.get("properties").is_some());
                let other = object.or_else(|| may_be.first().filter(|_| whole));
                if let (true, Some(other)) = (lists.is_empty(), other) {
                    refuse(check, other);
                }
                for (index, item) in items.iter().enumerate() {
                    check.at(index, |check| self.walk(check, item, &lists, whole));
                }
            }
            Value::Object(fields) => {
                let objects: Vec<&Value> = may_be.iter().copied().filter(|schema| takes_fields(schema)).collect();
                if whole {
                    match may_be.first() {
                        Some(other) if objects.is_empty() => return refuse(check, other),
                        _ => names(check, fields, &objects),
                    }
                }
                for (name, field) in fields {
                    let known = members(&objects, name);
                    check.at(name.as_str(), |check| self.walk(check, field, &known, whole));
                }
            }
            Value::String(said) => {
                if text::has_control_characters(said) {
                    check.fault(Fault::Invalid, text::control_characters(said));
                } else {
                    string(check, said, &may_be, whole);
                }
            }
            Value::Bool(_) if whole => {
                if let Some(other) = other_than("boolean", &may_be) {
                    refuse(check, other);
                }
            }
            Value::Number(said) if whole && other_than("number", &may_be).is_some() => number(check, said, &may_be),
            _ => {}
        }
    }
}

/// Of several objects that no `kind` tells apart, those that have most of the fields of `value`.
fn most_alike<'s>(may_be: Vec<&'s Value>, value: &Value) -> Vec<&'s Value> {
    let objects = may_be.iter().filter(|schema| schema.get("properties").is_some());
    let has_kind = |schema: &&Value| {
        schema["properties"]
            .get("kind")
            .is_some_and(|kind| kind.get("enum").is_some())
    };
    let Some(fields) = value
        .as_object()
        .filter(|_| objects.clone().count() > 1 && !may_be.iter().any(has_kind))
    else {
        return may_be;
    };
    let known = |schema: &Value| {
        let names = schema["properties"].as_object();
        names.map_or(0, |names| {
            fields.keys().filter(|name| names.contains_key(*name)).count()
        })
    };
    let most = objects.map(|schema| known(schema)).max().unwrap_or_default();
    may_be.into_iter().filter(|schema| known(schema) == most).collect()
}

fn refuse(check: &mut Checker, schema: &Value) {
    if let Some(detail) = wanted(schema) {
        check.fault(Fault::Invalid, detail);
    }
}

fn has_type(schema: &Value, name: &str) -> bool {
    match &schema["type"] {
        Value::Array(kinds) => kinds.iter().any(|kind| kind == name),
        // Nothing is said about it.
        Value::Null => true,
        kind => kind == name,
    }
}

fn takes_fields(schema: &Value) -> bool {
    has_type(schema, "object")
}

/// What is wanted, where it is nothing of this type.
fn other_than<'s>(name: &str, may_be: &[&'s Value]) -> Option<&'s Value> {
    let takes = may_be.iter().any(|schema| has_type(schema, name));
    may_be.first().copied().filter(|_| !takes)
}

/// Where a whole number is wanted, or no number at all. What a type cannot hold is refused here; what a rule
/// forbids is told with the content.
fn number(check: &mut Checker, said: &Number, may_be: &[&Value]) {
    let whole = may_be.iter().find(|schema| has_type(schema, "integer"));
    let Some(schema) = whole.or(may_be.first()) else { return };
    let unsigned = schema["minimum"].as_i64().is_some_and(|least| least >= 0);
    let (least, most) = match (schema["format"].as_str(), unsigned) {
        (Some("int32"), true) => (0, u32::MAX.into()),
        (Some("int32"), false) => (i32::MIN.into(), i32::MAX.into()),
        (_, true) => (0, i64::MAX),
        (_, false) => (i64::MIN, i64::MAX),
    };
    let is_whole = said.as_f64().is_some_and(|number| number.fract() == 0.0);
    match said.as_i64() {
        Some(number) if whole.is_some() && (least..=most).contains(&number) => {}
        Some(number) if whole.is_none() || number < least && unsigned => refuse(check, schema),
        None if whole.is_none() || !is_whole => refuse(check, schema),
        _ => check.fault(
            Fault::Invalid,
            say!("数过大或过小", "the number is too large or too small"),
        ),
    }
}

fn string(check: &mut Checker, said: &str, may_be: &[&Value], whole: bool) {
    let texts: Vec<&Value> = may_be
        .iter()
        .copied()
        .filter(|schema| has_type(schema, "string"))
        .collect();
    let Some(first) = texts.first() else {
        if let Some(other) = may_be.first().filter(|_| whole) {
            refuse(check, other);
        }
        return;
    };
    let offered: Vec<&str> = texts
        .iter()
        .filter_map(|schema| schema["enum"].as_array())
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let is_one = match first["format"].as_str() {
        Some("date") => is_day(said),
        Some("date-time") => is_instant(said),
        _ if whole && !offered.is_empty() && !offered.contains(&said) => {
            return check.fault(Fault::Invalid, not_offered(said, &offered));
        }
        _ => true,
    };
    if !is_one {
        refuse(check, first);
    }
}

/// The schemas of a field of `objects`.
fn members<'s>(objects: &[&'s Value], name: &str) -> Vec<&'s Value> {
    let fields = objects.iter().filter_map(|schema| {
        let fields = schema["properties"].as_object()?;
        fields.get(name).or_else(|| {
            let by_former = fields.values().find(|field| former_name(field) == Some(name));
            by_former.filter(|_| !fields.contains_key(name))
        })
    });
    fields.collect()
}

/// What a field was called before, and may be still.
fn former_name(field: &Value) -> Option<&str> {
    field["x-former-name"].as_str()
}

/// The fields that all of `objects` must have.
fn required<'s>(objects: &[&'s Value]) -> Vec<&'s str> {
    let required = |schema: &&'s Value| -> Vec<&'s str> {
        let names = schema["required"].as_array().into_iter().flatten();
        names.filter_map(Value::as_str).collect()
    };
    let mut names = objects.first().map(required).unwrap_or_default();
    names.retain(|name| objects.iter().all(|schema| required(schema).contains(name)));
    names
}

/// Notes fields that are not there, and such as there are none.
fn names(check: &mut Checker, fields: &Map<String, Value>, objects: &[&Value]) {
    for name in required(objects) {
        let former = members(objects, name).into_iter().find_map(former_name);
        if !fields.contains_key(name) && former.is_none_or(|former| !fields.contains_key(former)) {
            check.at(name, |check| check.fault(Fault::Required, missing(name)));
        }
    }
    let known: Vec<&str> = objects
        .iter()
        .filter_map(|schema| schema["properties"].as_object())
        .flat_map(|fields| fields.keys().map(String::as_str))
        .collect();
    for name in fields
        .keys()
        .filter(|name| !known.is_empty() && members(objects, name).is_empty())
    {
        check.at(name.as_str(), |check| {
            check.fault(Fault::Unknown, unknown(name, known.iter().copied()));
        });
    }
}
