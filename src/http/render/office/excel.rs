//! The Excel file: a sheet that prints on A4 as the document does.

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, IgnoreError, Note, Workbook, Worksheet, XlsxError,
};

use super::{Document, FONT, Line, fitting, lines, points};
use crate::error::{Error, Result};

/// A4.
const PAPER: u8 = 9;
/// How much higher and wider than others the letters of the title are, in tenths.
const TITLE: usize = 18;
/// Air above and below what stands in a row, in points.
const AIR: f64 = 4.0;

pub(super) fn write(document: &Document) -> Result<Vec<u8>> {
    let mut book = Workbook::new();
    let written = (|| {
        // The same document is the same bytes, and has the same entity tag, whenever it is asked for.
        let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
        book.set_properties(
            &DocProperties::new()
                .set_title(&document.title)
                .set_creation_datetime(&made),
        );
        draw(book.add_worksheet(), document)?;
        book.save_to_buffer()
    })();
    written.map_err(Error::internal)
}

fn draw(sheet: &mut Worksheet, document: &Document) -> Result<(), XlsxError> {
    let text = Format::new().set_font_name(FONT);
    let cell = text
        .clone()
        .set_border(FormatBorder::Thin)
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter);
    let centred = cell.clone().set_align(FormatAlign::Center);
    let head = centred.clone().set_bold().set_background_color("E8EEF7");
    let heading = cell.clone().set_bold();
    let title = text
        .clone()
        .set_bold()
        .set_font_size(16)
        .set_text_wrap()
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter);
    let remark = text.clone().set_align(FormatAlign::Center);
    let last = u16::try_from(document.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
    let whole: usize = document.columns.iter().map(|column| usize::from(column.width)).sum();
    let head_row = 1 + u32::try_from(document.remarks.len()).unwrap_or_default();
    sheet
        .set_name("方案")?
        .set_paper_size(PAPER)
        .set_landscape()
        .set_print_fit_to_pages(1, 0)
        .set_repeat_rows(head_row, head_row)?
        .set_freeze_panes(head_row + 1, 0)?
        .set_margins(0.5, 0.5, 0.6, 0.6, 0.3, 0.3)
        .set_print_center_horizontally(true)
        .set_footer("&C&P / &N");
    across(sheet, 0, (0, last), &document.title, &title)?;
    let title_lines = lines(&document.title, whole * 10 / TITLE);
    sheet.set_row_height(0, points(title_lines * TITLE / 10 + 1))?;
    for (row, text) in (1..).zip(&document.remarks) {
        across(sheet, row, (0, last), text, &remark)?;
    }
    for (at, column) in (0..).zip(&document.columns) {
        sheet.set_column_width(at, column.width)?;
        sheet.write_string_with_format(head_row, at, &*column.head, &head)?;
    }
    for (row, (index, line)) in (head_row + 1..).zip(document.lines.iter().enumerate()) {
        match line {
            Line::Heading(text) => {
                across(sheet, row, (0, last), text, &heading)?;
                sheet.set_row_height(row, points(lines(text, whole)) + AIR)?;
            }
            Line::Cells(cells) => {
                for (at, (text, column)) in (0..).zip(cells.iter().zip(&document.columns)) {
                    let Some(text) = text else { continue };
                    let rows = document.goes_on(index, usize::from(at));
                    let end = row + u32::try_from(rows - 1).unwrap_or_default();
                    let look = if column.centred { &centred } else { &cell };
                    down(sheet, (row, end), at, text, look)?;
                    if let Some(note) = document.notes.get(&(index, usize::from(at))) {
                        let note = Note::new(note).add_author_prefix(false).set_width(240);
                        sheet.insert_note(row, at, &note)?;
                    }
                }
                sheet.set_row_height(row, points(room(document, index)) + AIR)?;
            }
        }
    }
    let end = head_row + u32::try_from(document.lines.len()).unwrap_or_default();
    // Numbers of tasks are names.
    sheet.ignore_error_range(0, 0, end, last, IgnoreError::NumberStoredAsText)?;
    Ok(())
}

/// How many lines of text a line of the table has room for. Programs see to it for cells of one line at best.
fn room(document: &Document, index: usize) -> usize {
    let own = natural(document, index);
    let needed = (0..document.columns.len()).filter_map(|column| {
        let begins = |at: &usize| match &document.lines[*at] {
            Line::Cells(cells) => cells[column].is_some(),
            Line::Heading(_) => true,
        };
        let from = (0..=index).rfind(begins)?;
        // What is missing for a merged cell is made up for in its last line.
        if from == index || from + document.goes_on(from, column) != index + 1 {
            return None;
        }
        let Line::Cells(cells) = &document.lines[from] else {
            return None;
        };
        let wanted = lines(cells[column].as_deref()?, usize::from(document.columns[column].width));
        let there: usize = (from..index).map(|at| natural(document, at)).sum();
        Some(wanted.saturating_sub(there))
    });
    needed.max().unwrap_or_default().max(own)
}

/// How many lines those cells take that are not merged.
fn natural(document: &Document, index: usize) -> usize {
    let Line::Cells(cells) = &document.lines[index] else {
        return 1;
    };
    let texts = cells.iter().zip(&document.columns).enumerate();
    let alone = texts.filter(|(column, (text, _))| text.is_some() && document.goes_on(index, *column) == 1);
    let lines = alone.filter_map(|(_, (text, column))| Some(lines(text.as_deref()?, usize::from(column.width))));
    lines.max().unwrap_or(1)
}

/// A text across columns.
fn across(
    sheet: &mut Worksheet,
    row: u32,
    (first, last): (u16, u16),
    text: &str,
    look: &Format,
) -> Result<(), XlsxError> {
    if first == last {
        sheet.write_string_with_format(row, first, fitting(text), look)?;
    } else {
        sheet.merge_range(row, first, row, last, &fitting(text), look)?;
    }
    Ok(())
}

/// A text down some lines.
fn down(sheet: &mut Worksheet, (first, last): (u32, u32), at: u16, text: &str, look: &Format) -> Result<(), XlsxError> {
    if first == last {
        sheet.write_string_with_format(first, at, fitting(text), look)?;
    } else {
        sheet.merge_range(first, at, last, at, &fitting(text), look)?;
    }
    Ok(())
}
