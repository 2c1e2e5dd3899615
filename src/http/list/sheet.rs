//! A table as an Excel file: each cell of its type, written row by row to a temporary file, so that memory is flat
//! however long the table is. It is packed when its last row is there.

mod widths;

use std::io::Write;

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, IgnoreError, Workbook, Worksheet, XlsxError,
};

use self::widths::Widths;
use super::cell::{Cell, Headers};
use crate::{
    domain::time::{Day, local},
    error::{Error, Result},
    http::render::office::{FONT, fitting, points},
};

/// Rows that a sheet of Excel takes.
const MOST_ROWS: u32 = 1_048_576;
/// Rows by which it is seen how wide the columns have to be.
const SEEN: usize = 100;
/// Rows of a worksheet that are as high as their texts: nobody prints more, and Excel sees to the others.
const FITTED: u32 = 20_000;
/// A4.
const PAPER: u8 = 9;
/// Bytes from which on an archive may need 64-bit sizes.
const LARGE: usize = 1 << 31;
/// Bytes around the text of a cell.
const AROUND: usize = 80;
/// Excel counts days from here; before 1900-03-01 it counts wrongly.
const FIRST: Option<Day> = Day::from_ymd_opt(1899, 12, 30);
const FIRST_RIGHT: f64 = 61.0;
/// 9999-12-31
const LAST: f64 = 2_958_465.0;

/// What stands above a column.
pub struct Head {
    /// Its name.
    pub text: String,
    /// Whether it is folded away.
    pub aside: bool,
}

/// An Excel file while it is written.
pub struct Sheet {
    book: Workbook,
    name: &'static str,
    heads: Vec<Head>,
    /// How wide its columns are; unknown while its first rows wait.
    widths: Option<Widths>,
    waiting: Vec<Vec<Cell<'static>>>,
    headers: Option<Headers>,
    looks: Looks,
    most_rows: u32,
    /// The row of the last of its worksheets that is written next.
    next: u32,
    worksheets: usize,
    /// How high the row written last has to be. It is said once another row follows: the library writes a last row whose
    /// height it knows twice. That one, whatever opens the file makes as high as its text.
    height: Option<f64>,
    /// About how long the file is before it is packed.
    bytes: usize,
}

/// How cells look.
struct Looks {
    head: Format,
    plain: Format,
    wrapped: Format,
    day: Format,
    instant: Format,
}

impl Looks {
    fn new() -> Self {
        let text = Format::new().set_font_name(FONT);
        let plain = text.clone().set_align(FormatAlign::Top).set_border(FormatBorder::Hair);
        Self {
            head: text
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::VerticalCenter)
                .set_align(FormatAlign::Center)
                .set_background_color("E8EEF7")
                .set_border(FormatBorder::Thin),
            wrapped: plain.clone().set_text_wrap(),
            day: plain.clone().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left),
            instant: plain
                .clone()
                .set_num_format("yyyy-mm-dd hh:mm:ss")
                .set_align(FormatAlign::Left),
            plain,
        }
    }
}

impl Sheet {
    /// An empty table with these heads.
    pub fn new(name: &'static str, heads: Vec<Head>, headers: Option<Headers>) -> Result<Self> {
        Self::with_rows(name, heads, headers, MOST_ROWS)
    }

    fn with_rows(name: &'static str, heads: Vec<Head>, headers: Option<Headers>, most_rows: u32) -> Result<Self> {
        let mut book = Workbook::new();
        // The same rows are the same bytes, and have the same entity tag, whenever they are asked for.
        let made = ExcelDateTime::from_ymd(2000, 1, 1).map_err(Error::internal)?;
        book.set_properties(&DocProperties::new().set_creation_datetime(&made));
        Ok(Self {
            widths: None,
            waiting: Vec::new(),
            book,
            name,
            heads,
            headers,
            looks: Looks::new(),
            most_rows,
            next: 0,
            worksheets: 0,
            height: None,
            bytes: 0,
        })
    }

    /// Writes one row.
    pub fn row<'v>(&mut self, cells: impl Iterator<Item = Cell<'v>>) -> Result<()> {
        if self.widths.is_some() {
            return self.write(cells);
        }
        self.waiting.push(cells.map(Cell::into_owned).collect());
        if self.waiting.len() < SEEN {
            return Ok(());
        }
        self.begin()
    }

    /// Writes the rows that wait.
    fn begin(&mut self) -> Result<()> {
        let rows = std::mem::take(&mut self.waiting);
        self.widths = Some(Widths::of(&self.heads, &rows, self.headers));
        self.turn()?;
        rows.into_iter().try_for_each(|row| self.write(row.into_iter()))
    }

    fn write<'v>(&mut self, cells: impl Iterator<Item = Cell<'v>>) -> Result<()> {
        if self.next == self.most_rows {
            self.turn()?;
        }
        let worksheet = self.book.worksheet_from_index(self.worksheets - 1);
        let worksheet = worksheet.map_err(Error::internal)?;
        if let Some(height) = self.height.take() {
            worksheet
                .set_row_height(self.next - 1, height)
                .map_err(Error::internal)?;
        }
        let mut high = 1;
        for (cell, column) in cells.zip(0_u16..) {
            let at = (self.next, column);
            if let Some(widths) = &mut self.widths {
                widths.fit(column.into(), &cell, self.headers);
            }
            let lines = |text: &str| {
                let widths = self.widths.as_ref();
                widths.map_or(1, |widths| widths.lines(column.into(), text))
            };
            let written = put(worksheet, at, cell, (&self.looks, self.headers), lines).map_err(Error::internal)?;
            high = high.max(written.lines);
            self.bytes = self.bytes.saturating_add(written.long + AROUND);
        }
        self.height = Some(points(high)).filter(|_| high > 1 && self.next < FITTED);
        self.next += 1;
        Ok(())
    }

    /// Goes on with another worksheet, as the last is full.
    fn turn(&mut self) -> Result<()> {
        let name = match self.worksheets {
            0 => self.name.to_owned(),
            full => format!("{} {}", self.name, full + 1),
        };
        self.finish().map_err(Error::internal)?;
        self.start(&name).map_err(Error::internal)?;
        self.worksheets += 1;
        self.next = 1;
        Ok(())
    }

    fn start(&mut self, name: &str) -> Result<(), XlsxError> {
        let worksheet = self.book.add_worksheet_with_constant_memory()?.set_name(name)?;
        worksheet
            .set_freeze_panes(1, 0)?
            .set_paper_size(PAPER)
            .set_landscape()
            .set_print_fit_to_pages(1, 0)
            .set_repeat_rows(0, 0)?
            .set_margins(0.4, 0.4, 0.6, 0.6, 0.3, 0.3)
            .set_header(format!("&C{}", name.replace('&', "&&")))
            .set_footer("&C&P / &N");
        let mut high = 1;
        for (column, head) in (0_u16..).zip(&self.heads) {
            worksheet.write_string_with_format(0, column, head.text.as_str(), &self.looks.head)?;
            let widths = self.widths.as_ref();
            high = high.max(widths.map_or(1, |widths| widths.lines(column.into(), &head.text)));
        }
        self.height = Some(points(high) + 3.0);
        Ok(())
    }

    /// What is known of a worksheet when its rows are there.
    fn finish(&mut self) -> Result<(), XlsxError> {
        let Some(last) = self.worksheets.checked_sub(1) else {
            return Ok(());
        };
        let worksheet = self.book.worksheet_from_index(last)?;
        let Some(columns) = u16::try_from(self.heads.len())
            .ok()
            .and_then(|count| count.checked_sub(1))
        else {
            return Ok(());
        };
        worksheet.autofilter(0, 0, self.next - 1, columns)?;
        // Codes that are all digits are no mistakes.
        worksheet.ignore_error_range(0, 0, self.next - 1, columns, IgnoreError::NumberStoredAsText)?;
        let widths = self.widths.iter().flat_map(Widths::iter);
        for ((column, head), width) in (0..).zip(&self.heads).zip(widths) {
            let width = u32::try_from(width).unwrap_or(u32::MAX);
            worksheet.set_column_width(column, f64::from(width))?;
            if head.aside {
                worksheet.group_columns_collapsed(column, column)?;
            }
        }
        Ok(())
    }

    /// Packs it into `out`.
    pub fn pack(mut self, out: &mut (impl Write + Send)) -> Result<()> {
        if self.widths.is_none() {
            self.begin()?;
        }
        self.finish().map_err(Error::internal)?;
        // What old readers do not know is used where nothing else will do.
        self.book.use_zip_large_file(self.bytes > LARGE);
        self.book.save_to_writer(out).map_err(Error::internal)
    }
}

/// A cell that was written.
struct Written {
    /// How many lines it takes.
    lines: usize,
    /// The bytes of its text.
    long: usize,
}

/// What is written in one line.
const SHORT: Written = Written { lines: 1, long: 10 };

/// Writes a cell; `lines` says how many a text takes.
fn put(
    worksheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: Cell<'_>,
    (looks, headers): (&Looks, Option<Headers>),
    lines: impl FnOnce(&str) -> usize,
) -> Result<Written, XlsxError> {
    match cell {
        Cell::Empty => {
            worksheet.write_blank(row, column, &looks.plain)?;
            return Ok(SHORT);
        }
        Cell::Number(number) => {
            worksheet.write_number_with_format(row, column, number, &looks.plain)?;
            return Ok(SHORT);
        }
        Cell::Truth(truth) if headers.is_none() => {
            worksheet.write_boolean_with_format(row, column, truth, &looks.plain)?;
            return Ok(SHORT);
        }
        Cell::Day(day) => {
            if let Some(serial) = serial(day) {
                worksheet.write_number_with_format(row, column, serial, &looks.day)?;
                return Ok(SHORT);
            }
        }
        Cell::Instant(at) => {
            let at = local(at);
            let seconds = at.signed_duration_since(at.date().into()).as_seconds_f64();
            if let Some(serial) = serial(at.date()) {
                worksheet.write_number_with_format(row, column, serial + seconds / 86_400.0, &looks.instant)?;
                return Ok(SHORT);
            }
        }
        Cell::Text(_) | Cell::Term(_) | Cell::All(_) | Cell::Truth(_) => {}
    }
    let text = cell.into_text(headers);
    let text = fitting(&text);
    let lines = lines(&text);
    let look = if lines > 1 { &looks.wrapped } else { &looks.plain };
    worksheet.write_string_with_format(row, column, &*text, look)?;
    Ok(Written {
        lines,
        long: text.len(),
    })
}

/// The day as Excel counts it; nothing for one that it does not know.
#[expect(clippy::cast_precision_loss, reason = "a day that Excel knows has seven digits")]
fn serial(day: Day) -> Option<f64> {
    let serial = day.signed_duration_since(FIRST?).num_days() as f64;
    (FIRST_RIGHT..=LAST).contains(&serial).then_some(serial)
}

#[cfg(test)]
mod tests;
