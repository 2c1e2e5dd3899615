//! Whether a body has lists only where its document has lists: serde would also take the members of an object from
//! an array, in their order.

use std::{any::TypeId, cell::RefCell, collections::HashMap, rc::Rc};

use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    domain::fault::{Checker, Fault},
    say,
};

thread_local! {
    /// Made once on each thread: a type has one schema.
    static SHAPES: RefCell<HashMap<TypeId, Rc<Shape>>> = RefCell::default();
}

/// A type's schema, and those that it refers to by name.
struct Shape {
    whole: Value,
    named: HashMap<String, Value>,
}

impl Shape {
    fn of<T: ToSchema + 'static>() -> Rc<Self> {
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

    fn walk(&self, check: &mut Checker, value: &Value, schemas: &[&Value]) {
        let mut may_be = Vec::new();
        for schema in schemas {
            self.resolve(schema, &mut may_be);
        }
        match value {
            Value::Array(items) => {
                let lists: Vec<&Value> = may_be.iter().filter_map(|schema| schema.get("items")).collect();
                if lists.is_empty() && may_be.iter().any(|schema| schema.get("properties").is_some()) {
                    check.fault(Fault::Invalid, say!("应为 JSON 对象", "must be a JSON object"));
                }
                for (index, item) in items.iter().enumerate() {
                    check.at(index, |check| self.walk(check, item, &lists));
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    let of = |schema: &&'_ Value| {
                        let schema: &Value = schema;
                        schema["properties"].get(name).is_some()
                    };
                    let known: Vec<&Value> = may_be
                        .iter()
                        .filter(|schema| of(schema))
                        .map(|schema| &schema["properties"][name.as_str()])
                        .collect();
                    check.at(name.as_str(), |check| self.walk(check, member, &known));
                }
            }
            _ => {}
        }
    }
}

/// Notes each array that stands where a `T` has an object.
pub fn objects<T: ToSchema + 'static>(check: &mut Checker, value: &Value) {
    let shape = Shape::of::<T>();
    shape.walk(check, value, &[&shape.whole]);
}
