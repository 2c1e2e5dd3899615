//! A table with its title as offices print it, as a Word or an Excel file.

mod excel;
mod word;

use std::borrow::Cow;

use crate::error::Result;

/// Characters that a cell of Excel takes, as UTF-16 counts them.
pub const MOST_CHARACTERS: usize = 32_767;

/// A document: one table under its title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// What stands above it.
    pub title: String,
    /// Its columns, from the left.
    pub columns: Vec<Column>,
    /// Its lines, from above.
    pub lines: Vec<Line>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What stands above it.
    pub head: String,
    /// How wide it is, in Latin letters.
    pub width: u16,
}

/// A line of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A heading, across all columns.
    Heading(String),
    /// Some lines that share their first cells.
    Group {
        /// The cells that they share.
        shared: Vec<String>,
        /// The other cells of each of them.
        rows: Vec<Vec<String>>,
    },
}

impl Document {
    /// As a Word file.
    pub fn to_word(&self) -> Result<Vec<u8>> {
        word::write(self)
    }

    /// As an Excel file.
    pub fn to_excel(&self) -> Result<Vec<u8>> {
        excel::write(self)
    }
}

/// How wide a text is, in Latin letters.
pub fn width(text: &str) -> usize {
    text.chars().map(|c| if c < '\u{1100}' { 1 } else { 2 }).sum()
}

/// The text as a cell of Excel takes it: what looks like an escape of Excel's is no escape, and what does not fit is
/// cut and says so.
pub fn fitting(text: &str) -> Cow<'_, str> {
    let mut fit = Cow::Borrowed(text);
    if text.contains('\r') {
        fit = text.replace("\r\n", "\n").replace('\r', "\n").into();
    }
    if fit.contains("_x") {
        fit = literally(&fit).into();
    }
    let length = fit.encode_utf16().count();
    if length <= MOST_CHARACTERS {
        return fit;
    }
    let note = format!(
        "…（未完：全文 {0} 字，Excel 的单元格放不下，见 CSV 或 JSON; cut: {0} characters are more than a cell of Excel takes, \
         see CSV or JSON）",
        text.chars().count()
    );
    let mut room = MOST_CHARACTERS - note.encode_utf16().count();
    let kept = fit.chars().take_while(|c| {
        let left = room.checked_sub(c.len_utf16());
        room = left.unwrap_or_default();
        left.is_some()
    });
    let kept: String = kept.collect();
    (kept + &note).into()
}

/// `_x000D_` is a carriage return to Excel, and `_x005F_` an underscore.
fn literally(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let escape = text.as_bytes().get(at..at + 7).is_some_and(|bytes| {
            bytes.starts_with(b"_x") && bytes[6] == b'_' && bytes[2..6].iter().all(u8::is_ascii_hexdigit)
        });
        out.push_str(if escape { "_x005F" } else { "" });
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests;
