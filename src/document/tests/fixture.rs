//! Files as offices have them, built here: Word documents and workbooks with merged cells.

use std::{
    fmt::Write as _,
    io::{Cursor, Write as _},
};

use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// A cell to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// A text over so many columns.
    Own(String, u32),
    /// Merged with the one above, over so many columns.
    Above(u32),
}

pub fn own(text: &str) -> Cell {
    Cell::Own(text.into(), 1)
}

pub fn wide(text: &str, width: u32) -> Cell {
    Cell::Own(text.into(), width)
}

pub const ABOVE: Cell = Cell::Above(1);

/// Cells of a row of which `^` are merged with the one above.
pub fn row(texts: &[&str]) -> Vec<Cell> {
    texts
        .iter()
        .map(|text| if *text == "^" { ABOVE } else { own(text) })
        .collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// An archive of these parts.
pub fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, text) in parts {
        writer.start_file(*name, options).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn paragraphs(text: &str) -> String {
    let paragraph = |line: &str| {
        format!(
            "<w:p><w:r><w:rPr><w:sz w:val=\"21\"/></w:rPr><w:t xml:space=\"preserve\">{}</w:t></w:r></w:p>",
            escaped(line)
        )
    };
    text.split('\n').map(paragraph).collect()
}

/// One table of a Word document.
pub fn word_table(rows: &[Vec<Cell>]) -> String {
    let cell = |cell: &Cell| {
        let (width, merge, text) = match cell {
            Cell::Own(text, width) => (width, "<w:vMerge w:val=\"restart\"/>", text.as_str()),
            Cell::Above(width) => (width, "<w:vMerge/>", ""),
        };
        format!(
            "<w:tc><w:tcPr><w:gridSpan w:val=\"{width}\"/>{merge}</w:tcPr>{}</w:tc>",
            paragraphs(text)
        )
    };
    let row = |row: &Vec<Cell>| format!("<w:tr>{}</w:tr>", row.iter().map(cell).collect::<String>());
    format!("<w:tbl><w:tblPr/>{}</w:tbl>", rows.iter().map(row).collect::<String>())
}

/// A Word document with this body.
pub fn word(body: &str) -> Vec<u8> {
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{body}<w:sectPr/></w:body></w:document>"
    );
    package(&[("[Content_Types].xml", "<Types/>"), ("word/document.xml", &document)])
}

/// Paragraphs, then a table.
pub fn docx(above: &[&str], rows: &[Vec<Cell>]) -> Vec<u8> {
    let above: String = above.iter().map(|text| paragraphs(text)).collect();
    word(&(above + &word_table(rows)))
}

fn letters(column: u32) -> String {
    char::from(b'A' + u8::try_from(column).unwrap() - 1).to_string()
}

/// A workbook of one sheet: the title in its first row, then `rows`.
pub fn xlsx(title: &str, rows: &[Vec<Cell>]) -> Vec<u8> {
    let (mut strings, mut merges) = (vec![title.to_owned()], Vec::new());
    let mut sheet = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>".to_owned();
    // Where the cell of each column begins that may go on downwards, and how wide it is.
    let mut open: std::collections::BTreeMap<u32, (u32, u32, u32)> = std::collections::BTreeMap::new();
    for (number, row) in (2..).zip(rows) {
        let _ = write!(sheet, "<row r=\"{number}\">");
        let mut column = 1;
        for cell in row {
            let width = match cell {
                Cell::Own(text, width) => {
                    if !text.is_empty() {
                        let (letters, at) = (letters(column), strings.len());
                        let _ = write!(sheet, "<c r=\"{letters}{number}\" t=\"s\"><v>{at}</v></c>");
                        strings.push(text.clone());
                    }
                    merges.extend(open.insert(column, (number, number, *width)).map(|area| (column, area)));
                    *width
                }
                Cell::Above(width) => {
                    if let Some(area) = open.get_mut(&column) {
                        area.1 = number;
                    }
                    *width
                }
            };
            column += width;
        }
        sheet.push_str("</row>");
    }
    merges.extend(open);
    let merges = merges
        .into_iter()
        .filter(|(_, (first, last, width))| first < last || *width > 1);
    let merges: Vec<String> = merges
        .map(|(column, (first, last, width))| {
            format!(
                "<mergeCell ref=\"{}{first}:{}{last}\"/>",
                letters(column),
                letters(column + width - 1)
            )
        })
        .collect();
    let merges = merges.concat();
    let strings: Vec<String> = strings
        .iter()
        .map(|text| format!("<si><t xml:space=\"preserve\">{}</t></si>", escaped(text)))
        .collect();
    workbook(
        &format!("<sheetData>{sheet}</sheetData><mergeCells>{merges}</mergeCells>"),
        &strings.concat(),
    )
}

/// A workbook whose only sheet has this in it.
pub fn workbook(sheet: &str, strings: &str) -> Vec<u8> {
    package(&[
        ("[Content_Types].xml", "<Types/>"),
        (
            "xl/workbook.xml",
            "<workbook><sheets><sheet name=\"方案\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
        ),
        (
            "xl/_rels/workbook.xml.rels",
            "<Relationships><Relationship Id=\"rId1\" Type=\"http://x/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>",
        ),
        ("xl/sharedStrings.xml", &format!("<sst>{strings}</sst>")),
        ("xl/worksheets/sheet1.xml", &format!("<worksheet>{sheet}</worksheet>")),
    ])
}

/// Comma-separated values of these rows.
pub fn csv(rows: &[Vec<String>]) -> String {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}
