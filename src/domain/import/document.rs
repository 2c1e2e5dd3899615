//! A file as its reader hands it on: paragraphs and tables, and of each cell what it covers and where it stands.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{time::Day, vocabulary::vocabulary};

vocabulary! {
    /// 文件格式 (format of the file)
    #[schema(as = ImportFormat)]
    pub enum Format {
        /// Word.
        Docx = "docx": "Word 文档", "Word document";
        /// A spreadsheet.
        Xlsx = "xlsx": "Excel 工作簿", "Excel workbook";
        /// Comma-separated values.
        Csv = "csv": "CSV", "CSV";
        /// Tab-separated values.
        Tsv = "tsv": "TSV", "TSV";
        /// A table of Word saved as plain text.
        Txt = "txt": "纯文本", "plain text";
    }
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// What it is.
    pub format: Format,
    /// Its paragraphs and tables, in order.
    pub blocks: Vec<Block>,
    /// What else it has, which is not among these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<Beside>,
}

/// Something of a file that is in none of its paragraphs and cells, or should not be overlooked there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beside {
    /// What it is.
    pub kind: BesideKind,
    /// Where, if it stands somewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What it says; a sheet's name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// What stands beside paragraphs and cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BesideKind {
    /// A hidden sheet.
    HiddenSheet,
    /// Hidden text.
    HiddenText,
    /// A footnote.
    Footnote,
    /// An endnote.
    Endnote,
    /// A comment on something else than a cell that says something.
    Comment,
    /// A text box outside cells.
    TextBox,
    /// What stands at the top or the bottom of every page.
    Running,
    /// So many changes that were recorded, and count as accepted.
    Changes(u32),
    /// So many pictures and embedded objects.
    Pictures(u32),
}

/// A part of a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// A paragraph outside tables.
    Paragraph(String),
    /// A table.
    Table(Table),
}

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// The sheet's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether the format says which cells are merged: else an empty cell may be either.
    pub spans_known: bool,
    /// Its rows.
    pub rows: Vec<Row>,
    /// Hidden columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hidden: Vec<u32>,
}

/// A row.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Its number, as people count: from 1.
    pub number: u32,
    /// Its cells, from left to right.
    pub cells: Vec<Cell>,
    /// Whether it is hidden.
    #[serde(rename = "h", default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}

/// A cell.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// The first column it covers, from 1.
    #[serde(rename = "c")]
    pub column: u32,
    /// How many columns it covers.
    #[serde(rename = "w")]
    pub width: u32,
    /// Whether it is merged with the one above.
    #[serde(rename = "a", default, skip_serializing_if = "std::ops::Not::not")]
    pub above: bool,
    /// What is in it; line breaks and paragraphs are `\n`.
    #[serde(rename = "t", default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// The day, where the cell is typed as one.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub day: Option<Day>,
    /// The comment on it (批注).
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Cell {
    /// Whether it covers `column`.
    pub fn covers(&self, column: u32) -> bool {
        (self.column..self.column + self.width).contains(&column)
    }

    /// The last column that it covers.
    pub fn last(&self) -> u32 {
        (self.column + self.width).saturating_sub(1)
    }

    /// Whether it has nothing visible.
    pub fn is_blank(&self) -> bool {
        crate::domain::text::is_blank(&self.text)
    }

    /// Whether it says something in its own row, not in one above that it reaches down from.
    pub fn speaks(&self) -> bool {
        !self.above && !self.is_blank()
    }
}

impl Row {
    /// The cell that covers `column`.
    pub fn at(&self, column: u32) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.covers(column))
    }

    /// Whether nothing is in any of its cells.
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(Cell::is_blank)
    }
}

impl Table {
    /// How many columns it has.
    pub fn width(&self) -> u32 {
        let cells = self.rows.iter().flat_map(|row| &row.cells);
        cells.map(Cell::last).max().unwrap_or_default()
    }
}

impl Document {
    /// Its tables, with their numbers, from 1, and the paragraphs between each and the one before it.
    pub fn tables(&self) -> impl Iterator<Item = (u32, &Table, Vec<&str>)> {
        let mut between = Vec::new();
        let tables = self.blocks.iter().filter_map(move |block| match block {
            Block::Table(table) => Some((table, std::mem::take(&mut between))),
            Block::Paragraph(text) => {
                between.push(text.as_str());
                None
            }
        });
        (1..)
            .zip(tables)
            .map(|(number, (table, between))| (number, table, between))
    }
}

/// 在文件中的位置 (where something stands in the file)
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportPlace)]
pub struct Place {
    /// 第几张表；0 为表外段落，行为第几段 (the table, or sheet; 0: outside tables, where a row is a paragraph)
    #[schema(example = 1)]
    pub table: u32,
    /// 第几行 (the row; absent: the table as a whole)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 12)]
    pub row: Option<u32>,
    /// 第几列 (the column)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 4)]
    pub column: Option<u32>,
}
