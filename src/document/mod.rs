//! Readers of files: bytes become paragraphs and tables (`domain::import::Document`). What they mean is not asked here.
//!
//! Whatever the bytes are, a reader ends, in bounded memory, with a document or with what is wrong. Nothing in a file
//! runs or is fetched: macros are refused, formulas are the values that were kept with them, entities are not expanded.

mod calendar;
mod docx;
mod encoding;
mod formats;
mod margin;
mod notes;
mod numbering;
mod package;
mod running;
mod sheet_extras;
mod strings;
#[cfg(test)]
mod tests;
mod text;
mod xlsx;
mod xml;

pub use self::calendar::{HolidayNotice, notice};
use crate::{
    domain::{
        attachment,
        fault::Bilingual,
        import::{Block, Document, Format},
    },
    say,
};

/// The largest file that is read, in bytes.
pub const LARGEST: usize = 16 * 1024 * 1024;

/// Columns of a table.
const MOST_COLUMNS: u32 = 256;
/// Cells of all tables together.
const MOST_CELLS: usize = 60_000;
/// Bytes of text of all of a document.
const MOST_TEXT: usize = 4 * 1024 * 1024;

/// Why a file is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileRefusal {
    /// Of a kind that is not read; says what to do.
    #[error("{}", .0.en)]
    Kind(Bilingual),
    /// Not what it should be.
    #[error("{}", .0.en)]
    Broken(Bilingual),
    /// More than is read.
    #[error("{}", .0.en)]
    TooLarge(Bilingual),
}

impl FileRefusal {
    /// Why, and what to do.
    pub fn detail(&self) -> &Bilingual {
        match self {
            Self::Kind(detail) | Self::Broken(detail) | Self::TooLarge(detail) => detail,
        }
    }
}

/// The document in the file called `name`.
pub fn read(name: &str, bytes: &[u8]) -> Result<Document, FileRefusal> {
    if bytes.len() > LARGEST {
        let most = LARGEST / 1024 / 1024;
        return Err(FileRefusal::TooLarge(say!(
            "文件最多 {most} MB",
            "a file has at most {most} MB"
        )));
    }
    if bytes.is_empty() {
        return Err(FileRefusal::Broken(say!("文件是空的", "the file is empty")));
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let ending = ending.unwrap_or_default();
    let document = match ending.as_str() {
        "docx" => docx::read(office(&ending, bytes)?),
        "xlsx" => xlsx::read(office(&ending, bytes)?),
        "csv" => text::separated(bytes, Format::Csv),
        "tsv" | "tab" => text::separated(bytes, Format::Tsv),
        "txt" => text::plain(bytes),
        _ => Err(other(&ending)),
    }?;
    within(&document)?;
    Ok(document)
}

/// How the files of Office before 2007 begin, and those that need a password.
const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// The bytes, if they are what their ending says, and run nothing.
fn office<'b>(ending: &str, bytes: &'b [u8]) -> Result<&'b [u8], FileRefusal> {
    if attachment::media_type(&format!("x.{ending}"), bytes).is_some() {
        return Ok(bytes);
    }
    Err(FileRefusal::Broken(if bytes.starts_with(OLE) {
        say!(
            "文件加了密码，或仍是旧格式：请去掉密码，另存为 .{ending}",
            "it has a password, or is of the old format still: save it without one as .{ending}"
        )
    } else {
        say!(
            "内容不是 .{ending}，或含有宏：请另存为不含宏的 .{ending}",
            "it is no .{ending}, or has macros: save it as .{ending} without them"
        )
    }))
}

/// What to do with a file of another kind.
fn other(ending: &str) -> FileRefusal {
    FileRefusal::Kind(match ending {
        "doc" | "wps" | "rtf" | "odt" | "docm" | "dot" | "dotx" => say!(
            "不读 .{ending}：请在 Word 或 WPS 中另存为 .docx 再上传",
            ".{ending} is not read: save it as .docx in Word or WPS"
        ),
        "xls" | "et" | "ods" | "xlsm" | "xlsb" => say!(
            "不读 .{ending}：请在 Excel 或 WPS 中另存为 .xlsx 再上传",
            ".{ending} is not read: save it as .xlsx in Excel or WPS"
        ),
        "pdf" | "ofd" => say!(
            "不读 .{ending}：版式文件没有表格结构，请上传编辑所用的 .docx 或 .xlsx",
            ".{ending} is not read: it has no tables, only their looks; send the .docx or .xlsx it was made from"
        ),
        _ => say!(
            "只读 .docx、.xlsx、.csv、.tsv 和 .txt",
            "read are .docx, .xlsx, .csv, .tsv and .txt"
        ),
    })
}

/// Refuses what is larger than a plan can be.
fn within(document: &Document) -> Result<(), FileRefusal> {
    let mut cells = document.beside.len();
    let mut text = document.beside.iter().map(|beside| beside.text.len()).sum::<usize>();
    for block in &document.blocks {
        match block {
            Block::Paragraph(paragraph) => text += paragraph.len(),
            Block::Table(table) => {
                let all = table.rows.iter().flat_map(|row| &row.cells);
                for cell in all {
                    cells += 1;
                    text += cell.text.len();
                }
                if table.width() > MOST_COLUMNS {
                    return Err(too_wide());
                }
            }
        }
    }
    if cells > MOST_CELLS || text > MOST_TEXT {
        Err(too_much())
    } else {
        Ok(())
    }
}

fn too_wide() -> FileRefusal {
    FileRefusal::TooLarge(say!(
        "表格最多 {MOST_COLUMNS} 列",
        "a table has at most {MOST_COLUMNS} columns"
    ))
}

fn too_much() -> FileRefusal {
    FileRefusal::TooLarge(say!(
        "内容过多：最多 {MOST_CELLS} 个单元格、4 MB 文字",
        "too much: at most {MOST_CELLS} cells and 4 MB of text"
    ))
}

/// Text without control characters but ends of lines and tabs.
fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let plain = text.chars().map(|c| {
        if matches!(c, '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}') {
            '\n'
        } else {
            c
        }
    });
    plain.filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}
