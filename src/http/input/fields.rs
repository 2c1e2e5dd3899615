//! `fields=` and `embed=`: a reply with only what is asked for, and with what is asked for besides.

use serde::Serialize;
use serde_json::{
    Value,
    value::{RawValue, to_raw_value},
};
use utoipa::{
    PartialSchema,
    openapi::{RefOr, Schema},
};

use crate::{
    error::{Error, Result},
    http::input::{invalid_parameter, not_offered},
};

/// The fields of a view that are wanted; `None`: all.
#[derive(Debug, Clone, Default)]
pub struct Selection(Option<Vec<String>>);

/// The names of a view's fields, as its schema has them.
pub fn fields_of<T: PartialSchema>() -> Vec<String> {
    match T::schema() {
        RefOr::T(Schema::Object(object)) => object.properties.keys().cloned().collect(),
        _ => Vec::new(),
    }
}

impl Selection {
    /// Reads `fields=`; names that the view does not have are refused.
    pub fn parse<T: PartialSchema>(text: Option<&str>) -> Result<Self> {
        match text {
            None => Ok(Self::default()),
            Some(_) => Self::among(text, &fields_of::<T>()),
        }
    }

    /// Reads `fields=` for a table with these columns.
    pub fn among<S: AsRef<str>>(text: Option<&str>, known: &[S]) -> Result<Self> {
        let Some(text) = text else { return Ok(Self(None)) };
        let names: Vec<String> = text
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect();
        let is_known = |name: &String| known.iter().any(|known| known.as_ref() == name);
        if let Some(name) = names.iter().find(|name| !is_known(name)) {
            return Err(invalid_parameter("fields", not_offered(name, known)));
        }
        Ok(Self((!names.is_empty()).then_some(names)))
    }

    /// The fields that are wanted; `None`: all.
    pub fn names(&self) -> Option<&[String]> {
        self.0.as_deref()
    }

    /// Whether the field is wanted.
    pub fn has(&self, name: &str) -> bool {
        self.0
            .as_ref()
            .is_none_or(|names| names.iter().any(|wanted| wanted == name))
    }

    /// The view as JSON text.
    pub fn to_json(&self, view: &impl Serialize) -> Result<Box<RawValue>> {
        let written = match &self.0 {
            None => to_raw_value(view),
            Some(_) => serde_json::to_value(view).and_then(|mut value| {
                if let Value::Object(object) = &mut value {
                    object.retain(|name, _| self.has(name));
                }
                to_raw_value(&value)
            }),
        };
        written.map_err(Error::internal)
    }
}

/// The resources that `embed=` names.
#[derive(Debug, Clone, Default)]
pub struct Embed(Vec<String>);

impl Embed {
    /// Reads `embed=`; names that are not offered are refused.
    pub fn parse(text: Option<&str>, offered: &[&str]) -> Result<Self> {
        let names: Vec<String> = text
            .unwrap_or_default()
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect();
        match names.iter().find(|name| !offered.contains(&name.as_str())) {
            None => Ok(Self(names)),
            Some(name) => Err(invalid_parameter("embed", not_offered(name, offered))),
        }
    }

    /// Just these.
    pub fn of(names: &[&str]) -> Self {
        Self(names.iter().map(|name| (*name).to_owned()).collect())
    }

    /// The resources.
    pub fn names(&self) -> &[String] {
        &self.0
    }

    /// Whether nothing is wanted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `name` is wanted.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|wanted| wanted == name)
    }
}
