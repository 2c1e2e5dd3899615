//! Ids. Plan content has ids a person can type (`dg-2017.17.3`), units have codes, what people
//! create has UUIDv7. An id has exactly one spelling: anything else does not parse.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::text::Bilingual;
use crate::say;

/// The text is not an id of that kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a {0}")]
pub struct NotAnId(pub &'static str);

/// The kinds of ids, with what they are called and how they look.
const FORMS: &[(&str, &str, &str)] = &[
    ("task id", "工作任务编号", "dg-2017.17"),
    ("requirement id", "具体要求编号", "dg-2017.17.3"),
    ("deadline id", "完成时限编号", "dg-2017.18.1.d2"),
    ("indicator id", "量化指标编号", "dg-2017.26.1.i7"),
    ("obligation id", "应办事项编号", "dg-2017.17.3.d2.hbj.2017Q2"),
    ("UUID", "UUID", "019a1b2c-3d4e-7f00-8000-000000000000"),
    ("year", "年份", "2017"),
    ("number", "序号", "73"),
    ("moment", "日期或时刻", "2017-06-30、2017-06-30T09:00:00Z"),
];

impl NotAnId {
    /// What it should be, and how that looks.
    pub fn form(&self) -> Bilingual {
        let form = FORMS.iter().find(|(kind, ..)| *kind == self.0);
        let Some((kind, zh, example)) = form else {
            return say!(
                "应由小写字母、数字和连字符组成，以字母开头，最多 40 个字符",
                "must be lower-case letters, digits and hyphens, begin with a letter, at most 40 characters"
            );
        };
        say!("应为{zh}，如 {example}", "must be a {kind} such as {example}")
    }

    /// What [`fmt::Display`] wrote somewhere in `text`.
    pub fn quoted_in(text: &str) -> Option<Self> {
        let kinds = FORMS.iter().map(|(kind, ..)| *kind);
        let mut errors = kinds.chain(["plan id", "unit code"]).map(Self);
        errors.find(|error| text.contains(&error.to_string()))
    }
}

impl From<uuid::Error> for NotAnId {
    fn from(_: uuid::Error) -> Self {
        Self("UUID")
    }
}

/// `a-z`, `0-9` and single hyphens between them, starting with a letter; at most 40 characters.
fn is_slug(text: &str) -> bool {
    text.len() <= 40
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.split('-').all(|part| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        })
}

/// The highest number given to a part of a plan; ids hold four digits.
pub const LAST_NUMBER: u32 = 999;

/// A positive number without leading zeros, at most four digits.
fn number(text: &str) -> Option<u32> {
    let digits = text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    (digits && !text.starts_with('0')).then(|| text.parse().ok()).flatten()
}

macro_rules! textual {
    ($name:ident) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?
                    .parse()
                    .map_err(de::Error::custom)
            }
        }
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                String::schema()
            }
        }
        impl utoipa::ToSchema for $name {}
    };
}

macro_rules! slug {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                if is_slug(text) { Ok(Self(text.to_owned())) } else { Err(NotAnId($what)) }
            }
        }
        textual!($name);
    };
}

slug! {
    /// A plan's id, `dg-2017`.
    PlanId, "plan id"
}
slug! {
    /// A unit's code, `zwfwb`.
    UnitCode, "unit code"
}

macro_rules! nested {
    ($(#[$doc:meta])* $name:ident { $parent:ident: $Parent:ident }, $prefix:literal, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name {
            /// What it belongs to.
            pub $parent: $Parent,
            /// Its number there, from 1.
            pub number: u32,
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!("{}.", $prefix, "{}"), self.$parent, self.number)
            }
        }
        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let parse = || {
                    let (parent, last) = text.rsplit_once('.')?;
                    Some(Self {
                        $parent: parent.parse().ok()?,
                        number: number(last.strip_prefix($prefix)?)?,
                    })
                };
                parse().ok_or(NotAnId($what))
            }
        }
        textual!($name);
    };
}

nested! {
    /// A task's id, `dg-2017.17`.
    TaskId { plan: PlanId }, "", "task id"
}
nested! {
    /// A requirement's id, `dg-2017.17.3`.
    RequirementId { task: TaskId }, "", "requirement id"
}
nested! {
    /// A deadline's id, `dg-2017.18.1.d2`.
    DeadlineId { requirement: RequirementId }, "d", "deadline id"
}
nested! {
    /// An indicator's id, `dg-2017.26.1.i7`.
    IndicatorId { requirement: RequirementId }, "i", "indicator id"
}

macro_rules! unique {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub struct $name(uuid::Uuid);

        impl From<uuid::Uuid> for $name {
            fn from(id: uuid::Uuid) -> Self {
                Self(id)
            }
        }
        impl From<$name> for uuid::Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.0, f)
            }
        }
        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }
    )*};
}
pub(super) use unique;

// UUIDv7s, one type a noun: here are those that other nouns refer to. `build.rs` reads such names in all of `domain`.
unique! {
    /// A progress report's id.
    ReportId,
    /// An attachment's id.
    AttachmentId,
    /// A notice's id.
    NoticeId,
    /// The id of an entry of the log.
    EntryId,
}

impl RequirementId {
    /// The plan it belongs to.
    pub fn plan(&self) -> &PlanId {
        &self.task.plan
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        for bad in [
            "",
            "DG-2017",
            "dg-2017.",
            "dg-2017.0",
            "dg-2017.017",
            "dg-2017.+1",
            "dg--1.1",
            "2017.1",
        ] {
            assert!(bad.parse::<TaskId>().is_err(), "{bad}");
        }
        assert!("dg-2017.18.1.2".parse::<DeadlineId>().is_err());
        assert!("dg-2017.18.1.i2".parse::<DeadlineId>().is_err());
        assert!("dg-2017.1".parse::<PlanId>().is_err());
    }

    #[test]
    fn numbers_sort_as_numbers() {
        let two: TaskId = "dg-2017.2".parse().unwrap();
        let ten: TaskId = "dg-2017.10".parse().unwrap();
        assert!(two < ten);
    }

    proptest! {
        #[test]
        fn ids_round_trip(slug in "[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,5}){0,2}", task in 1u32..9999, req in 1u32..9999, d in 1u32..99) {
            let text = format!("{slug}.{task}.{req}.d{d}");
            let id: DeadlineId = text.parse().unwrap();
            prop_assert_eq!(id.to_string(), text);
            prop_assert_eq!(id.requirement.number, req);
            prop_assert_eq!(id.requirement.plan().as_str(), slug);
        }
    }
}
