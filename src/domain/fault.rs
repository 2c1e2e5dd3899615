//! Checking what came in: every fault is collected with where it is, so that a caller mends all
//! of them at once.

use chrono::Datelike as _;

pub use super::text::Bilingual;
use super::{
    id::LAST_NUMBER,
    text,
    time::{Day, PLANNED_YEARS},
    vocabulary::vocabulary,
};

/// `say!("中文 {x}", "English {x}")`: one sentence, both languages.
#[macro_export]
macro_rules! say {
    ($zh:literal, $en:literal) => {
        $crate::domain::fault::Bilingual {
            zh: format!($zh),
            en: format!($en),
        }
    };
}

vocabulary! {
    /// What is wrong with one field. Stable: clients may switch on it.
    pub enum Fault {
        /// Missing or blank.
        Required = "required": "必填", "required";
        /// Not of the expected type or form.
        Invalid = "invalid": "无效", "invalid";
        /// Longer than allowed.
        TooLong = "too_long": "过长", "too long";
        /// Outside the allowed range.
        OutOfRange = "out_of_range": "超出范围", "out of range";
        /// Given twice.
        Duplicate = "duplicate": "重复", "duplicate";
        /// Names something that does not exist.
        NotFound = "not_found": "不存在", "not found";
        /// Not a field or parameter of this request.
        Unknown = "unknown": "未知", "unknown";
        /// Contradicts another field or the state of things.
        Conflict = "conflict": "矛盾", "conflict";
    }
}

/// One fault and the JSON Pointer (RFC 6901) of where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// JSON Pointer into the body, `/tasks/0/title`.
    pub pointer: String,
    /// What is wrong.
    pub fault: Fault,
    /// What is wrong, in words for people.
    pub detail: Bilingual,
}

/// A step of a JSON Pointer: a member's name or an index.
pub struct PointerToken(String);

impl From<&str> for PointerToken {
    fn from(name: &str) -> Self {
        Self(name.replace('~', "~0").replace('/', "~1"))
    }
}

impl From<usize> for PointerToken {
    fn from(index: usize) -> Self {
        Self(index.to_string())
    }
}

/// Collects faults below a place in the input.
#[derive(Debug, Default)]
pub struct Checker {
    at: Vec<String>,
    found: Vec<FieldError>,
}

impl Checker {
    /// Runs `check` one level deeper, at member or index `key`.
    pub fn at(&mut self, key: impl Into<PointerToken>, check: impl FnOnce(&mut Self)) {
        self.at.push(key.into().0);
        check(self);
        self.at.pop();
    }

    /// Notes a fault at the current place.
    pub fn fault(&mut self, fault: Fault, detail: Bilingual) {
        let pointer = self.at.iter().fold(String::new(), |path, key| path + "/" + key);
        self.found.push(FieldError { pointer, fault, detail });
    }

    /// A text that must have something in it, at most `max` characters, no control characters.
    pub fn text(&mut self, key: impl Into<PointerToken>, text: &str, max: usize) {
        self.at(key, |check| {
            if text::is_blank(text) {
                check.fault(Fault::Required, say!("不能为空", "must not be blank"));
            }
            let length = text.chars().count();
            if length > max {
                check.fault(
                    Fault::TooLong,
                    say!(
                        "最多 {max} 个字符，现有 {length} 个",
                        "at most {max} characters, got {length}"
                    ),
                );
            }
            if text::has_control_characters(text) {
                check.fault(Fault::Invalid, text::control_characters(text));
            }
        });
    }

    /// Optional text: absent is fine, present must hold something.
    pub fn optional_text(&mut self, key: &str, text: Option<&str>, max: usize) {
        if let Some(text) = text {
            self.text(key, text, max);
        }
    }

    /// A plausible day: the databases hold others too, but not both the same ones.
    pub fn day(&mut self, key: &str, day: Day) {
        if !(1900..=2199).contains(&day.year()) {
            self.at(key, |check| {
                check.fault(
                    Fault::OutOfRange,
                    say!("年份应为 1900 至 2199", "the year must be 1900 to 2199"),
                );
            });
        }
    }

    /// The same of one that may be absent.
    pub fn optional_day(&mut self, key: &str, day: Option<Day>) {
        if let Some(day) = day {
            self.day(key, day);
        }
    }

    /// A year that somebody can plan for.
    pub fn year(&mut self, key: &str, year: i32) {
        let (first, last) = (PLANNED_YEARS.start(), PLANNED_YEARS.end());
        if !PLANNED_YEARS.contains(&year) {
            self.at(key, |check| {
                check.fault(
                    Fault::OutOfRange,
                    say!("应为 {first} 至 {last}", "must be {first} to {last}"),
                );
            });
        }
    }

    /// Notes the faults that were found in what is at the current place.
    pub fn below(&mut self, found: Result<(), Vec<FieldError>>) {
        let here = self.at.iter().fold(String::new(), |path, key| path + "/" + key);
        let found = found.err().unwrap_or_default().into_iter();
        self.found.extend(found.map(|fault| FieldError {
            pointer: format!("{here}{}", fault.pointer),
            ..fault
        }));
    }

    /// A list of parts, each of which gets a number.
    pub fn parts(&mut self, count: usize) {
        let last = LAST_NUMBER as usize;
        if count > last {
            self.fault(
                Fault::TooLong,
                say!("最多 {last} 项，现有 {count} 项", "at most {last} items, got {count}"),
            );
        }
    }

    /// The faults found, or `Ok` when there are none.
    pub fn finish(self) -> Result<(), Vec<FieldError>> {
        if self.found.is_empty() { Ok(()) } else { Err(self.found) }
    }
}
