//! Inputs that are accepted in more than one form, and members of replies that may be sent back unchanged.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{IgnoredAny, Visitor},
};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type, schema::AnyOfBuilder},
};

fn text(description: &str) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(description))
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
