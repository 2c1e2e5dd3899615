//! Units as callers name them.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type, schema::AnyOfBuilder},
};

use super::{Unit, UnitDirectory};
use crate::domain::{
    fault::{Checker, Fault},
    id::UnitCode,
};

/// A unit by its code, name, official name or alias, or as replies show it: an object that has its `code`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedUnit(String);

impl NamedUnit {
    /// The unit that is meant.
    pub fn find<'u>(&self, units: &'u UnitDirectory) -> Option<&'u Unit> {
        units.resolve(&self.0)
    }

    /// The unit that is meant; that there is none is a fault at the current place.
    pub fn found<'u>(&self, check: &mut Checker, units: &'u UnitDirectory) -> Option<&'u Unit> {
        let found = self.find(units);
        if found.is_none() {
            check.fault(Fault::NotFound, units.unknown(&self.0));
        }
        found
    }
}

impl From<&UnitCode> for NamedUnit {
    fn from(code: &UnitCode) -> Self {
        Self(code.to_string())
    }
}

impl From<&str> for NamedUnit {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for NamedUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for NamedUnit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for NamedUnit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Shown {
            code: String,
        }
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = NamedUnit;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a unit")
            }
            fn visit_str<E>(self, text: &str) -> Result<NamedUnit, E> {
                Ok(NamedUnit(text.to_owned()))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<NamedUnit, A::Error> {
                Shown::deserialize(MapAccessDeserializer::new(map)).map(|shown| NamedUnit(shown.code))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

fn text(description: &str) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(description))
}

impl PartialSchema for NamedUnit {
    fn schema() -> RefOr<Schema> {
        let shown = ObjectBuilder::new()
            .schema_type(Type::Object)
            .property("code", text("代码 (code)").examples(["zwfwb"]))
            .property("name", text("名称 (name)").examples(["市政务服务办"]))
            .property(
                "effective_from",
                text("回复中的起计日，不读取 (as replies show it: not read)"),
            )
            .required("code");
        let by_name = text("代码、名称、全称或别名 (code, name, official name or alias)").examples(["zwfwb"]);
        AnyOfBuilder::new()
            .description(Some("责任单位，按代码、名称或别名 (a unit by code, name or alias)"))
            .item(by_name)
            .item(shown)
            .into()
    }
}

impl ToSchema for NamedUnit {
    fn name() -> std::borrow::Cow<'static, str> {
        "NamedUnit".into()
    }
}
