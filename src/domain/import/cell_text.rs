//! What cells say: in one line, once, and where.

use super::{document::Place, header::Meaning, noted::OfTask};
use crate::domain::text;

/// What a cell says, and where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CellText {
    /// The text of the cell.
    pub text: String,
    /// Where it stands.
    pub place: Place,
    /// Whether it stands in a row above, and counts here too.
    pub inherited: bool,
    /// What a comment on it says that its deadlines, or its units, mean.
    pub settled: Option<String>,
}

/// What the units' columns of a row say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitsCell {
    /// What its column means: Lead, Support or Responsible.
    pub meaning: Meaning,
    /// What stands above the column.
    pub name: String,
    /// The cell.
    pub said: CellText,
}

/// What a row says that something is to be done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// The text; of the task itself where the row has no more.
    pub text: CellText,
    /// Units, by column.
    pub units: Vec<UnitsCell>,
    /// The deadline.
    pub deadline: Option<CellText>,
    /// Cells of other columns, with the names of these.
    pub extra: Vec<(String, CellText)>,
}

impl Line {
    /// Whether `other`, below it, has units and a deadline of its own as this has: not where a cell breaks off in between.
    pub fn is_apart_from(&self, other: &Self) -> bool {
        let own = |line: &Self| {
            line.units.iter().any(|units| !units.said.inherited)
                && line.deadline.as_ref().is_some_and(|said| !said.inherited)
        };
        let breaks_off = |said: &CellText| said.text.ends_with(['、', '，', ',']);
        let whole =
            !self.units.iter().any(|units| breaks_off(&units.said)) && !self.deadline.as_ref().is_some_and(breaks_off);
        own(self) && own(other) && whole
    }
}

/// What rows say of one task.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// Headings above it.
    pub headings: Vec<String>,
    /// Its number as printed.
    pub number: String,
    /// Its title.
    pub title: CellText,
    /// Whether the table has a column for more than the title.
    pub titled: bool,
    /// Its lines.
    pub lines: Vec<Line>,
    /// Of what its table has columns.
    pub has: Has,
    /// What a comment on its title says of it.
    pub noted: OfTask,
}

/// Of what a table has columns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Has {
    /// Deadlines.
    pub deadlines: bool,
    /// Units.
    pub units: bool,
}

/// A cell's lines in one.
pub fn joined(text: &str) -> String {
    let lines = text.split(['\n', '\r', '\u{b}']).map(str::trim);
    lines.collect::<String>().trim().to_owned()
}

/// What stands in a cell in which there is nothing to say.
const NONE: &[&str] = &["-", "--", "—", "——", "―", "/", "\\", "无", "暂无", "*"];

/// Whether a cell says that there is nothing to say.
pub fn says_none(text: &str) -> bool {
    NONE.contains(&text::normalize(text).as_str())
}

/// A title in one line, and whether it stands twice in its cell: then it counts once.
pub fn once(text: &str) -> (String, bool) {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let half = lines.len() / 2;
    let doubled = lines.len() > 1 && lines.len().is_multiple_of(2) && lines[..half] == lines[half..];
    let lines = if doubled { &lines[..half] } else { &lines[..] };
    (lines.concat(), doubled)
}
