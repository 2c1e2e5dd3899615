//! A field of a merge patch (RFC 7396): left alone, cleared, or set.

use std::marker::PhantomData;

use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::fault::{Checker, Fault};
use crate::say;

/// Absent is not null: the one keeps a value, the other clears it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Patch<T> {
    /// Not in the body.
    #[default]
    Absent,
    /// `null`.
    Null,
    /// A value.
    Value(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Null, Self::Value))
    }
}

impl<T> Patch<T> {
    /// Sets a field that must have a value; `null` is a fault.
    pub fn set(self, check: &mut Checker, key: &str, field: &mut T) {
        match self {
            Self::Absent => {}
            Self::Null => check.at(key, |check| {
                check.fault(Fault::Required, say!("不能清空", "cannot be cleared"));
            }),
            Self::Value(value) => *field = value,
        }
    }

    /// Sets or clears a field.
    pub fn set_optional(self, field: &mut Option<T>) {
        match self {
            Self::Absent => {}
            Self::Null => *field = None,
            Self::Value(value) => *field = Some(value),
        }
    }

    /// This patch with its value converted by `of`; absent and `null` stay what they are.
    pub fn map<U>(self, of: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Absent => Patch::Absent,
            Self::Null => Patch::Null,
            Self::Value(value) => Patch::Value(of(value)),
        }
    }

    /// The value, if one was given.
    pub fn value(&self) -> Option<&T> {
        if let Self::Value(value) = self {
            Some(value)
        } else {
            None
        }
    }
}

impl<T> Patch<Option<T>> {
    /// Sets or clears a field by a value that may have come to nothing.
    pub fn set_flat(self, field: &mut Option<T>) {
        match self {
            Self::Absent => {}
            Self::Null => *field = None,
            Self::Value(value) => *field = value,
        }
    }
}

/// A merge patch of a `T` that is all members with defaults: those given change, and `null` restores the default, at any
/// depth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge<T> {
    members: Map<String, Value>,
    of: PhantomData<T>,
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Merge<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members = Map::deserialize(deserializer)?;
        let mut alone = Map::new();
        merge(&mut alone, &members);
        T::deserialize(Value::Object(alone)).map_err(serde::de::Error::custom)?;
        Ok(Self {
            members,
            of: PhantomData,
        })
    }
}

impl<T: Serialize + DeserializeOwned> Merge<T> {
    /// `before` after the patch.
    pub fn into(self, before: T) -> T {
        let Ok(Value::Object(mut members)) = serde_json::to_value(&before) else {
            return before;
        };
        merge(&mut members, &self.members);
        serde_json::from_value(Value::Object(members)).unwrap_or(before)
    }
}

/// RFC 7396, section 2.
fn merge(target: &mut Map<String, Value>, patch: &Map<String, Value>) {
    for (name, value) in patch {
        match value {
            Value::Null => {
                target.remove(name);
            }
            Value::Object(patch) => {
                let below = target.entry(name.clone()).or_insert_with(|| Value::Object(Map::new()));
                if !below.is_object() {
                    *below = Value::Object(Map::new());
                }
                if let Value::Object(below) = below {
                    merge(below, patch);
                }
            }
            value => {
                target.insert(name.clone(), value.clone());
            }
        }
    }
}
