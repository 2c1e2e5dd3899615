//! Plain text: separated values, and tables as Word saves them, in whatever encoding offices write.

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::{MOST_CELLS, MOST_COLUMNS, Refusal, clean, too_much, too_wide};
use crate::{
    domain::import::{Block, Cell, Document, Format, Row, Table},
    say,
};

/// The text in `bytes`: by its byte order mark, else UTF-8, UTF-16 or GB18030, whichever it can be.
pub fn decoded(bytes: &[u8]) -> Result<String, Refusal> {
    let unreadable = || {
        Refusal::Broken(say!(
            "文字编码无法识别：请另存为 UTF-8 或 GB18030（ANSI）",
            "its encoding is not known: save it as UTF-8 or GB18030"
        ))
    };
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let text = encoding.decode_without_bom_handling_and_without_replacement(&bytes[length..]);
        return text.map(|text| clean(&text)).ok_or_else(unreadable);
    }
    let guesses: &[&'static Encoding] = match wide(bytes) {
        Some(encoding) => &[encoding],
        None => &[UTF_8, GB18030],
    };
    let text = guesses
        .iter()
        .find_map(|encoding| encoding.decode_without_bom_handling_and_without_replacement(bytes));
    text.map(|text| clean(&text)).ok_or_else(unreadable)
}

/// UTF-16 without a mark has its ends of lines, tabs and figures with a zero beside them.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    if !bytes.len().is_multiple_of(2) || !bytes.contains(&0) {
        return None;
    }
    let plain = |ascii: u8, zero: u8| zero == 0 && (ascii == b'\n' || ascii == b'\t' || (b' '..=b'~').contains(&ascii));
    let (pairs, _) = bytes.as_chunks::<2>();
    let little = pairs.iter().filter(|[low, high]| plain(*low, *high)).count();
    let big = pairs.iter().filter(|[high, low]| plain(*low, *high)).count();
    match little.cmp(&big) {
        std::cmp::Ordering::Greater => Some(UTF_16LE),
        std::cmp::Ordering::Less => Some(UTF_16BE),
        std::cmp::Ordering::Equal => None,
    }
}

/// Separated values. Which character parts them is asked of the first lines.
pub fn separated(bytes: &[u8], format: Format) -> Result<Document, Refusal> {
    let text = decoded(bytes)?;
    Ok(document(format, values(&text, format)?))
}

fn values(text: &str, format: Format) -> Result<Table, Refusal> {
    let first: Vec<&str> = text.lines().take(20).collect();
    let count = |c: char| {
        first
            .iter()
            .map(|line| line.matches(c).count())
            .max()
            .unwrap_or_default()
    };
    let delimiter = match format {
        Format::Tsv => '\t',
        _ => ['\t', ';', ','].into_iter().max_by_key(|c| count(*c)).unwrap_or(','),
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(u8::try_from(delimiter).unwrap_or(b','))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut table = Table::default();
    let (mut cells, mut within, mut width, mut record) = (0, 0, 0, csv::StringRecord::new());
    let broken = |_| Refusal::Broken(say!("不是完整的 CSV", "it is not whole CSV"));
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
        hidden: Vec::new(),
    }
}

/// A table that Word saved as plain text: a cell is a line that begins with a tab, and the lines after it that do not;
/// rows are parted by empty lines. Text with several tabs in its lines is separated by them.
pub fn plain(bytes: &[u8]) -> Result<Document, Refusal> {
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
        hidden: Vec::new(),
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
