//! Plain text: separated values, and tables as Word saves them.

use std::collections::BTreeMap;

use super::{FileRefusal, MOST_CELLS, MOST_COLUMNS, encoding::decoded, too_much, too_wide};
use crate::{
    domain::import::{Block, Cell, Document, Format, Row, Table},
    say,
};

/// Separated values. Which character parts them is asked of the first lines.
pub fn separated(bytes: &[u8], format: Format) -> Result<Document, FileRefusal> {
    let text = decoded(bytes)?;
    Ok(document(format, values(&text, format)?))
}

/// How many rows are asked which character parts them.
const ASKED: usize = 20;

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
}

/// The character that parts the most rows into equally many cells; then the one that makes the most cells.
fn delimiter_of(text: &str) -> u8 {
    let agreeing = |delimiter: u8| {
        let rows = reader(text, delimiter).into_records().take(ASKED);
        let mut widths: BTreeMap<usize, usize> = BTreeMap::new();
        for width in rows
            .filter_map(Result::ok)
            .map(|row| row.len())
            .filter(|width| *width > 1)
        {
            *widths.entry(width).or_default() += 1;
        }
        let most = widths.into_iter().map(|(width, rows)| (rows, width));
        most.max().unwrap_or_default()
    };
    let choices = [b'\t', b';', b','].into_iter();
    choices.max_by_key(|delimiter| agreeing(*delimiter)).unwrap_or(b',')
}

/// The line on which a quoted cell begins that never ends: it would have all that follows in it.
fn unclosed(text: &str, delimiter: u8) -> Option<usize> {
    let (mut line, mut opened, mut at_start) = (1, None, true);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        line += usize::from(c == '\n');
        if opened.is_some() {
            if c == '"' && chars.next_if_eq(&'"').is_none() {
                opened = None;
            }
            continue;
        }
        if c == '"' && at_start {
            opened = Some(line);
        }
        at_start = c == '\n' || c == char::from(delimiter);
    }
    opened
}

fn values(text: &str, format: Format) -> Result<Table, FileRefusal> {
    let delimiter = match format {
        Format::Tsv => b'\t',
        _ => delimiter_of(text),
    };
    if let Some(line) = unclosed(text, delimiter) {
        return Err(FileRefusal::Broken(say!(
            "第 {line} 行有一个引号没有成对：请补上另一半引号，或另存为 .xlsx 后上传",
            "a quotation mark on line {line} is never closed: close it, or save the file as .xlsx and send that"
        )));
    }
    let mut reader = reader(text, delimiter);
    let mut table = Table::default();
    let (mut cells, mut within, mut width, mut record) = (0, 0, 0, csv::StringRecord::new());
    let broken = |_| FileRefusal::Broken(say!("不是完整的 CSV", "it is not whole CSV"));
    while reader.read_record(&mut record).map_err(broken)? {
        cells += record.len();
        if record.len() > MOST_COLUMNS as usize {
            return Err(too_wide());
        }
        if cells > MOST_CELLS {
            return Err(too_much());
        }
        // As a spreadsheet counts: a cell of several lines stands in one row.
        let line = record.position().map_or(0, csv::Position::line);
        table.rows.push(row(
            u32::try_from(line.saturating_sub(within)).unwrap_or(u32::MAX),
            record.iter(),
        ));
        width = width.max(record.len());
        within += record.iter().map(|text| text.matches('\n').count() as u64).sum::<u64>();
    }
    if table.rows.len() * width > MOST_CELLS {
        return Err(too_much());
    }
    // A short line is not a cell that goes on to the right.
    for row in table.rows.iter_mut().filter(|row| row.cells.len() < width) {
        let missing = (1..).take(width).skip(row.cells.len());
        row.cells.extend(missing.map(|column| Cell {
            column,
            width: 1,
            ..Cell::default()
        }));
    }
    Ok(table)
}

fn row<'t>(number: u32, texts: impl Iterator<Item = &'t str>) -> Row {
    let cell = |(column, text): (u32, &str)| Cell {
        column,
        width: 1,
        text: text.trim().to_owned(),
        ..Cell::default()
    };
    Row {
        number,
        cells: (1..).zip(texts).map(cell).collect(),
        hidden: false,
    }
}

/// Lines of one cell above the header are the document's title; a table with nothing else is none.
fn document(format: Format, mut table: Table) -> Document {
    let filled = |row: &Row| row.cells.iter().filter(|cell| !cell.is_blank()).count();
    let above = table.rows.iter().take_while(|row| filled(row) < 2).count();
    let above: Vec<Row> = table.rows.drain(..above).collect();
    let paragraphs = above.iter().flat_map(|row| &row.cells).filter(|cell| !cell.is_blank());
    let mut blocks: Vec<Block> = paragraphs.map(|cell| Block::Paragraph(cell.text.clone())).collect();
    if !table.rows.is_empty() {
        blocks.push(Block::Table(table));
    }
    Document {
        format,
        blocks,
        beside: Vec::new(),
    }
}

/// A table that Word saved as plain text: a cell is a line that begins with a tab, and the lines after it that do not;
/// rows are parted by empty lines. Text with several tabs in its lines is separated by them.
pub fn plain(bytes: &[u8]) -> Result<Document, FileRefusal> {
    let text = decoded(bytes)?;
    let leading = text
        .lines()
        .filter(|line| line.starts_with('\t') && !line.trim().is_empty())
        .count();
    let within = text.lines().filter(|line| line.trim_start().contains('\t')).count();
    if within > leading {
        return Ok(document(Format::Txt, values(&text, Format::Tsv)?));
    }
    let mut blocks = Vec::new();
    let mut groups: Vec<Vec<(u32, String)>> = Vec::new();
    let mut parted = true;
    let mut cells = 0;
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(cell) = line.strip_prefix('\t') {
            cells += 1;
            if cells > MOST_CELLS {
                return Err(too_much());
            }
            if parted {
                groups.push(Vec::new());
            }
            parted = false;
            if let Some(group) = groups.last_mut() {
                group.push((number, cell.to_owned()));
            }
            continue;
        }
        parted |= line.trim().is_empty();
        if line.trim().is_empty() {
            continue;
        }
        match groups.last_mut().and_then(|group| group.last_mut()) {
            // The cell goes on, over an empty line too.
            Some((_, cell)) => {
                cell.push_str(if parted { "\n\n" } else { "\n" });
                cell.push_str(line);
                parted = false;
            }
            None => blocks.push(Block::Paragraph(line.trim().to_owned())),
        }
    }
    let width = groups.first().map_or(0, Vec::len);
    if width > MOST_COLUMNS as usize {
        return Err(too_wide());
    }
    let rows = rows(groups, width);
    if !rows.is_empty() {
        blocks.push(Block::Table(Table {
            rows,
            ..Table::default()
        }));
    }
    Ok(Document {
        format: Format::Txt,
        blocks,
        beside: Vec::new(),
    })
}

/// Rows of `width` cells: an empty line within a cell parts its row, and is told from the end of one by what is missing.
fn rows(groups: Vec<Vec<(u32, String)>>, width: usize) -> Vec<Row> {
    let mut whole: Vec<Vec<(u32, String)>> = Vec::new();
    for group in groups {
        match whole.last_mut() {
            Some(before) if before.len() < width && before.len() + group.len() <= width => before.extend(group),
            _ => whole.push(group),
        }
    }
    let numbered = (1..).zip(whole);
    numbered
        .map(|(number, cells)| row(number, cells.iter().map(|(_, text)| text.as_str())))
        .collect()
}
