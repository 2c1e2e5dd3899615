//! What callers may say in more than one way, and what of a reply they may send back with it.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{IgnoredAny, MapAccess, Visitor, value::MapAccessDeserializer},
};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type, schema::AnyOfBuilder},
};

use super::{
    fault::{Checker, Fault},
    id::UnitCode,
    unit::{Unit, UnitDirectory},
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

/// A number within its task, or as replies show it: `17.3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberInTask(pub u32);

impl Serialize for NumberInTask {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.0)
    }
}

impl<'de> Deserialize<'de> for NumberInTask {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl Visitor<'_> for Either {
            type Value = NumberInTask;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }
            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<NumberInTask, E> {
                u32::try_from(number).map(NumberInTask).map_err(E::custom)
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<NumberInTask, E> {
                let last = text.rsplit('.').next().unwrap_or(text);
                last.parse().map(NumberInTask).map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

impl PartialSchema for NumberInTask {
    fn schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(0))
            .description(Some("序号 (number within its task)"))
            .examples([3]);
        let shown = text("回复中的写法 (as replies show it)")
            .pattern(Some(r"^([0-9]+\.)?[0-9]+$"))
            .examples(["17.3"]);
        AnyOfBuilder::new()
            .description(Some("任务内的序号 (a number within its task)"))
            .item(number)
            .item(shown)
            .into()
    }
}

impl ToSchema for NumberInTask {
    fn name() -> std::borrow::Cow<'static, str> {
        "NumberInTask".into()
    }
}

/// A field that replies have and requests may send back: nothing is read from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReadOnly;

impl<'de> Deserialize<'de> for ReadOnly {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}
