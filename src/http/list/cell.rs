//! What stands in a cell of a table: values of their types, written once they are on their way out.

use std::{
    borrow::Cow,
    fmt::{self, Write},
};

use chrono::SecondsFormat;
use serde_json::Value;

use crate::{
    domain::{
        extension::ExtensionId,
        feedback::FeedbackId,
        id::{DeadlineId, EntryId, NoticeId, PlanId, ReportId, RequirementId, TaskId, UnitCode},
        import::ImportId,
        obligation::ObligationId,
        occurrence::OccurrenceId,
        second_review::SecondReviewId,
        time::{Day, Instant},
        vocabulary::{Term, Vocabulary, vocabulary},
    },
    http::reply::format::runs,
};

/// Separates the items of a list.
const BETWEEN: &str = "；";

vocabulary! {
    /// 表头和取值所用的语言 (the language of a table's heads and words)
    #[schema(as = HeaderLanguage)]
    pub enum Headers {
        /// Chinese.
        Zh = "zh": "中文", "Chinese";
        /// English.
        En = "en": "英文", "English";
    }
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'v> {
    /// An empty cell.
    Empty,
    /// Words or a name: a spreadsheet must not run it.
    Text(Cow<'v, str>),
    /// A number.
    Number(f64),
    /// Yes or no.
    Truth(bool),
    /// A day.
    Day(Day),
    /// A moment.
    Instant(Instant),
    /// A word of an enumeration.
    Term(&'static Term),
    /// Several of them.
    All(Vec<Cell<'v>>),
}

/// A value that can be written in a cell.
pub trait InCell {
    /// The cell.
    fn cell(&self) -> Cell<'_>;
}

impl<'v> Cell<'v> {
    /// The cell of a field.
    pub fn of(field: &'v (impl InCell + ?Sized)) -> Self {
        field.cell()
    }

    /// The cell of a value that was made for it.
    #[expect(clippy::needless_pass_by_value, reason = "nobody else has it")]
    pub fn made(value: impl InCell) -> Self {
        value.cell().into_owned()
    }

    /// The words, or nothing if there are none.
    pub fn text(text: impl Into<Cow<'v, str>>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    /// The words of all, parted by `；`.
    pub fn joined<T: ToString>(texts: impl IntoIterator<Item = T>) -> Self {
        let texts: Vec<String> = texts.into_iter().map(|text| text.to_string()).collect();
        Self::text(texts.join(BETWEEN))
    }

    /// All of them, parted by `；`.
    pub fn all<T: InCell>(fields: impl IntoIterator<Item = T>) -> Self {
        Self::All(fields.into_iter().map(Self::made).collect())
    }

    /// The same cell, owning its text.
    pub fn into_owned(self) -> Cell<'static> {
        match self {
            Self::Text(text) => Cell::Text(text.into_owned().into()),
            Self::All(cells) => Cell::All(cells.into_iter().map(Self::into_owned).collect()),
            Self::Empty => Cell::Empty,
            Self::Number(number) => Cell::Number(number),
            Self::Truth(truth) => Cell::Truth(truth),
            Self::Day(day) => Cell::Day(day),
            Self::Instant(at) => Cell::Instant(at),
            Self::Term(term) => Cell::Term(term),
        }
    }

    /// As it is written in a text file; what is yes and no, and the words of enumerations, in the language of `headers`.
    /// What has to be put into words is put into `room`.
    pub fn as_csv<'r>(&'r self, headers: Option<Headers>, room: &'r mut String) -> &'r str {
        room.clear();
        match self {
            Self::Text(text) if !runs(text) => return text,
            Self::Text(text) => room.extend(["'", text]),
            _ => {
                // A string takes whatever it is given.
                let _ = self.write(room, headers);
                // No words of ours begin with a sign, and a negative number is one.
                if matches!(self, Self::All(_)) && runs(room) {
                    room.insert(0, '\'');
                }
            }
        }
        room
    }

    /// As people read it.
    pub fn into_text(self, headers: Option<Headers>) -> Cow<'v, str> {
        if let Self::Text(text) = self {
            return text;
        }
        let mut text = String::new();
        let _ = self.write(&mut text, headers);
        text.into()
    }

    fn write(&self, out: &mut impl Write, headers: Option<Headers>) -> fmt::Result {
        match self {
            Self::Empty => Ok(()),
            Self::Text(text) => out.write_str(text),
            // `10.0` is ten.
            Self::Number(number) => write!(out, "{number}"),
            Self::Truth(truth) => out.write_str(match (headers, truth) {
                (None, true) => "true",
                (None, false) => "false",
                (Some(Headers::Zh), true) => "是",
                (Some(Headers::Zh), false) => "否",
                (Some(Headers::En), true) => "yes",
                (Some(Headers::En), false) => "no",
            }),
            Self::Day(day) => write!(out, "{day}"),
            Self::Instant(at) => out.write_str(&at.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            Self::Term(term) => out.write_str(match headers {
                None => term.code,
                Some(Headers::Zh) => term.zh,
                Some(Headers::En) => term.en,
            }),
            Self::All(cells) => cells.iter().enumerate().try_for_each(|(at, cell)| {
                if at > 0 {
                    out.write_str(BETWEEN)?;
                }
                cell.write(out, headers)
            }),
        }
    }
}

impl<T: Vocabulary> InCell for T {
    fn cell(&self) -> Cell<'_> {
        Cell::Term(self.term())
    }
}

impl<T: InCell> InCell for Option<T> {
    fn cell(&self) -> Cell<'_> {
        self.as_ref().map_or(Cell::Empty, T::cell)
    }
}

impl<T: InCell> InCell for Vec<T> {
    fn cell(&self) -> Cell<'_> {
        Cell::All(self.iter().map(T::cell).collect())
    }
}

impl InCell for &str {
    fn cell(&self) -> Cell<'_> {
        Cell::text(*self)
    }
}

impl InCell for &String {
    fn cell(&self) -> Cell<'_> {
        Cell::text(self.as_str())
    }
}

impl InCell for str {
    fn cell(&self) -> Cell<'_> {
        Cell::text(self)
    }
}

impl InCell for String {
    fn cell(&self) -> Cell<'_> {
        Cell::text(self.as_str())
    }
}

impl InCell for bool {
    fn cell(&self) -> Cell<'_> {
        Cell::Truth(*self)
    }
}

impl InCell for f64 {
    fn cell(&self) -> Cell<'_> {
        Cell::Number(*self)
    }
}

impl InCell for i64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a spreadsheet has no other numbers, and nothing counts that far"
    )]
    fn cell(&self) -> Cell<'_> {
        Cell::Number(*self as f64)
    }
}

impl InCell for i32 {
    fn cell(&self) -> Cell<'_> {
        Cell::Number((*self).into())
    }
}

impl InCell for u32 {
    fn cell(&self) -> Cell<'_> {
        Cell::Number((*self).into())
    }
}

impl InCell for usize {
    fn cell(&self) -> Cell<'_> {
        i64::try_from(*self).map_or(Cell::Empty, Cell::made)
    }
}

impl InCell for Day {
    fn cell(&self) -> Cell<'_> {
        Cell::Day(*self)
    }
}

impl InCell for Instant {
    fn cell(&self) -> Cell<'_> {
        Cell::Instant(*self)
    }
}

/// A value without a form of its own is written as JSON.
impl InCell for Value {
    fn cell(&self) -> Cell<'_> {
        match self {
            Self::Null => Cell::Empty,
            Self::String(text) => Cell::text(text),
            other => Cell::Text(other.to_string().into()),
        }
    }
}

/// Ids are written as they are in JSON.
macro_rules! ids {
    ($($id:ty),* $(,)?) => {
        $(impl InCell for $id {
            fn cell(&self) -> Cell<'_> {
                Cell::text(self.to_string())
            }
        })*
    };
}

ids![
    DeadlineId,
    EntryId,
    ExtensionId,
    FeedbackId,
    ImportId,
    NoticeId,
    ObligationId,
    OccurrenceId,
    PlanId,
    ReportId,
    RequirementId,
    SecondReviewId,
    TaskId,
    UnitCode,
];
