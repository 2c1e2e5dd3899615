//! A field of a merge patch (RFC 7396): left alone, cleared, or set.

use serde::{Deserialize, Deserializer};

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

    /// The value, if one was given.
    pub fn value(&self) -> Option<&T> {
        if let Self::Value(value) = self {
            Some(value)
        } else {
            None
        }
    }
}
