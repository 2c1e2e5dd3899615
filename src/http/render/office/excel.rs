//! The Excel file: a sheet that prints on A4 as the document does.

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use super::{Document, Line, fitting};
use crate::error::{Error, Result};

/// A4.
const PAPER: u8 = 9;
/// The lines of the title and of the heads.
const ABOVE: u32 = 2;

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
    let cell = Format::new()
        .set_border(FormatBorder::Thin)
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter);
    let centred = cell.clone().set_align(FormatAlign::Center);
    let head = centred.clone().set_bold().set_background_color("E8EEF7");
    let heading = cell.clone().set_bold();
    let title = Format::new()
        .set_bold()
        .set_font_size(16)
        .set_text_wrap()
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter);
    let last = u16::try_from(document.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
    sheet
        .set_name("方案")?
        .set_paper_size(PAPER)
        .set_landscape()
        .set_print_fit_to_pages(1, 0)
        .set_repeat_rows(ABOVE - 1, ABOVE - 1)?
        .set_freeze_panes(ABOVE, 0)?
        .set_margins(0.5, 0.5, 0.6, 0.6, 0.3, 0.3)
        .set_print_center_horizontally(true)
        .set_footer("&C&P / &N");
    across(sheet, 0, (0, last), &document.title, &title)?;
    sheet.set_row_height(0, 32)?;
    for (at, column) in (0..).zip(&document.columns) {
        sheet.set_column_width(at, column.width)?;
        sheet.write_string_with_format(ABOVE - 1, at, &*column.head, &head)?;
    }
    let mut row = ABOVE;
    for line in &document.lines {
        match line {
            Line::Heading(text) => {
                across(sheet, row, (0, last), text, &heading)?;
                row += 1;
            }
            Line::Group { shared, rows } => {
                let end = row + u32::try_from(rows.len().saturating_sub(1)).unwrap_or(u32::MAX);
                for (at, text) in (0..).zip(shared) {
                    down(sheet, (row, end), at, text, &centred)?;
                }
                let first = u16::try_from(shared.len()).unwrap_or(u16::MAX);
                for cells in rows {
                    for (at, text) in (first..).zip(cells) {
                        sheet.write_string_with_format(row, at, fitting(text), &cell)?;
                    }
                    row += 1;
                }
            }
        }
    }
    Ok(())
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
