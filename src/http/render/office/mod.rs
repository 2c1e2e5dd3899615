//! A table with its title as offices print it, as a Word or an Excel file.

mod excel;
mod word;

use std::{borrow::Cow, collections::BTreeMap};

use crate::error::Result;

/// The font of texts: every office has it, or something in its place.
pub const FONT: &str = "宋体";

/// Characters that a cell of Excel takes, as UTF-16 counts them.
pub const MOST_CHARACTERS: usize = 32_767;

/// A document: one table under its title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// What stands above it.
    pub title: String,
    /// What stands between the title and the table.
    pub remarks: Vec<String>,
    /// Its columns, from the left.
    pub columns: Vec<Column>,
    /// Its lines, from above.
    pub lines: Vec<Line>,
    /// Comments on cells, by the line and the column.
    pub notes: BTreeMap<(usize, usize), String>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What stands above it.
    pub head: String,
    /// How wide it is, in Latin letters.
    pub width: u16,
    /// Whether its texts stand in its middle.
    pub centred: bool,
}

/// A line of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A heading, across all columns.
    Heading(String),
    /// A cell in each column; `None`: the one above goes on.
    Cells(Vec<Option<String>>),
}

impl Document {
    /// How many lines from `index` on the cell of `column` in that line takes up.
    fn goes_on(&self, index: usize, column: usize) -> usize {
        let below = self.lines[index + 1..].iter();
        1 + below
            .take_while(|line| matches!(line, Line::Cells(cells) if cells.get(column).is_some_and(Option::is_none)))
            .count()
    }

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

/// How many lines a text takes in a column of Excel that is so wide.
pub fn lines(text: &str, wide: usize) -> usize {
    // A Chinese letter is a little wider than two others, and the edges take some room.
    let wide = (wide * 20 / 21).saturating_sub(1).max(1);
    let lines = text.split('\n').map(|line| width(line).div_ceil(wide).max(1));
    lines.sum()
}

/// How high so many lines of text are in Excel, in points. No row is higher than 409.
pub fn points(lines: usize) -> f64 {
    let lines = u32::try_from(lines).unwrap_or(u32::MAX);
    (f64::from(lines) * 15.0).min(409.0)
}

/// The text as a cell of Excel takes it: what does not fit is cut and says so.
pub fn fitting(text: &str) -> Cow<'_, str> {
    let fit = if text.contains('\r') {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(text)
    };
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

#[cfg(test)]
mod tests;
