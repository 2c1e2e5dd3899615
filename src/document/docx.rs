//! Word documents: paragraphs and tables with their merged cells, as they look with all changes accepted.

use super::{
    FileRefusal, MOST_CELLS, MOST_COLUMNS, clean,
    margin::Margin,
    numbering::Numbering,
    package::Package,
    too_much, too_wide,
    xml::{Element, Piece, Xml},
};
use crate::domain::{
    import::{BesideKind, Block, Cell, Document, Format, Place, Row, Table},
    text,
};

/// What is not seen, or seen elsewhere: deleted text, codes of fields, the older copy of a drawing, readings of characters.
const UNSEEN: &[&str] = &[
    "del",
    "moveFrom",
    "delText",
    "instrText",
    "delInstrText",
    "Fallback",
    "rt",
    "sectPr",
    "sdtPr",
    "tblPrEx",
];

/// The document in `bytes`.
pub fn read(bytes: &[u8]) -> Result<Document, FileRefusal> {
    let mut package = Package::open(bytes)?;
    let numbering = package.part("word/numbering.xml")?;
    let styles = package.part("word/styles.xml")?;
    let numbering = Numbering::read(numbering.as_deref(), styles.as_deref())?;
    let body = package.need("word/document.xml")?;
    let beside = Margin::read(&mut package)?;
    drop(package);
    let mut reader = Docx {
        xml: Xml::new(&body),
        numbering,
        margin: beside,
        at: Place::default(),
        noted: Vec::new(),
        cells: 0,
    };
    let blocks = reader.blocks()?;
    Ok(Document {
        format: Format::Docx,
        blocks,
        beside: reader.margin.whole(),
    })
}

struct Docx<'t> {
    xml: Xml<'t>,
    numbering: Numbering,
    margin: Margin,
    /// Where what is read now stands.
    at: Place,
    /// Comments on what was read last.
    noted: Vec<String>,
    cells: usize,
}

/// What a cell's properties say.
#[derive(Default)]
struct Merges {
    width: u32,
    above: bool,
    left: bool,
    changed: bool,
}

impl Docx<'_> {
    fn blocks(&mut self) -> Result<Vec<Block>, FileRefusal> {
        let mut blocks = Vec::new();
        let (mut tables, mut paragraphs) = (0, 0);
        while let Some(piece) = self.xml.next()? {
            let Piece::Open(element) = piece else { continue };
            match element.name().as_str() {
                "p" => {
                    self.at = Place {
                        table: 0,
                        row: Some(paragraphs + 1),
                        column: None,
                    };
                    let paragraph = clean(&self.paragraph()?);
                    for note in std::mem::take(&mut self.noted) {
                        self.margin.add(BesideKind::Comment, self.at, &note);
                    }
                    if !text::is_blank(&paragraph) {
                        paragraphs += 1;
                        blocks.push(Block::Paragraph(paragraph.trim().to_owned()));
                    }
                }
                "tbl" => {
                    tables += 1;
                    self.at = Place {
                        table: tables,
                        ..Place::default()
                    };
                    blocks.push(Block::Table(self.table()?));
                }
                name => self.other(name)?,
            }
        }
        Ok(blocks)
    }

    /// A paragraph that has begun, with its number.
    fn paragraph(&mut self) -> Result<String, FileRefusal> {
        let (mut said, mut depth, mut boxed) = (String::new(), 1, None);
        let (mut label, mut hidden, mut unseen) = (String::new(), false, String::new());
        loop {
            match self.xml.next()? {
                Some(Piece::Open(element)) => match element.name().as_str() {
                    "p" => {
                        depth += 1;
                        said.push('\n');
                    }
                    "pPr" => {
                        let own = self.properties()?;
                        if depth == 1 {
                            label = own;
                        }
                    }
                    "rPr" => {
                        self.xml
                            .within(|name, element| hidden |= name == "vanish" && element.is_on())?;
                    }
                    "t" => {
                        let run = self.xml.text()?;
                        let seen = if hidden { &mut unseen } else { &mut said };
                        seen.push_str(&run);
                    }
                    "tab" => said.push('\t'),
                    "br" | "cr" => said.push('\n'),
                    "noBreakHyphen" => said.push('-'),
                    "commentReference" => {
                        let note = element.attribute("id").and_then(|id| self.margin.comment(&id));
                        self.noted.extend(note);
                    }
                    name @ ("footnoteReference" | "endnoteReference") => {
                        let id = element.attribute("id").unwrap_or_default();
                        self.margin.note(name == "endnoteReference", &id, self.at);
                    }
                    "txbxContent" => boxed = boxed.or(Some(said.len())),
                    name => self.other(name)?,
                },
                Some(Piece::Close(name)) => match name.as_str() {
                    "p" => {
                        depth -= 1;
                        if depth == 0 {
                            if !text::is_blank(&unseen) {
                                self.margin.add(BesideKind::HiddenText, self.at, &clean(&unseen));
                            }
                            return Ok(label + &said);
                        }
                    }
                    "r" => hidden = false,
                    "txbxContent" => {
                        let from = boxed.take().unwrap_or_default();
                        // In a cell it is what the cell says.
                        if self.at.table == 0 && !text::is_blank(&said[from..]) {
                            self.margin.add(BesideKind::TextBox, self.at, &clean(&said[from..]));
                        }
                    }
                    _ => {}
                },
                Some(Piece::Text(_)) => {}
                None => return Ok(said),
            }
        }
    }

    /// An element that has no text of its own: what is not seen is passed over, and what is told of is counted.
    fn other(&mut self, name: &str) -> Result<(), FileRefusal> {
        match name {
            "ins" | "del" | "moveTo" | "moveFrom" => self.margin.changed(self.at),
            "blip" | "imagedata" | "OLEObject" | "altChunk" | "chart" | "relIds" => self.margin.pictured(self.at),
            _ => {}
        }
        if UNSEEN.contains(&name) {
            self.xml.skip()?;
        }
        Ok(())
    }

    /// The number that a paragraph is printed with, by its properties.
    fn properties(&mut self) -> Result<String, FileRefusal> {
        let (mut style, mut list, mut level) = (None, None, None);
        self.xml.within(|name, element| match name {
            "pStyle" => style = element.val(),
            "numId" => list = element.val(),
            "ilvl" => level = element.val(),
            _ => {}
        })?;
        Ok(self
            .numbering
            .label(style.as_deref(), list.as_deref(), level.as_deref()))
    }

    fn table(&mut self) -> Result<Table, FileRefusal> {
        let mut table = Table {
            spans_known: true,
            ..Table::default()
        };
        let mut number = 0;
        loop {
            match self.xml.next()? {
                Some(Piece::Open(element)) => match element.name().as_str() {
                    "tr" => {
                        self.at.row = Some(number + 1);
                        if let Some(cells) = self.row()? {
                            number += 1;
                            table.rows.push(Row {
                                number,
                                cells,
                                hidden: false,
                            });
                        }
                    }
                    name => self.other(name)?,
                },
                Some(Piece::Close(name)) if name == "tbl" => break,
                Some(_) => {}
                None => break,
            }
        }
        // What is merged with nothing is a cell of its own.
        for index in 0..table.rows.len() {
            let (above, row) = table.rows.split_at_mut(index);
            let above = above.last();
            for cell in &mut row[0].cells {
                cell.above &= above.is_some_and(|above| above.at(cell.column).is_some());
            }
        }
        Ok(table)
    }

    /// A row that has begun; `None` if it was deleted.
    fn row(&mut self) -> Result<Option<Vec<Cell>>, FileRefusal> {
        let mut cells: Vec<Cell> = Vec::new();
        let (mut column, mut deleted, mut changes) = (1, false, 0);
        loop {
            match self.xml.next()? {
                Some(Piece::Open(element)) => match element.name().as_str() {
                    "trPr" => self.xml.within(|name, element| match name {
                        "gridBefore" => column += number(element).min(MOST_COLUMNS),
                        "del" | "ins" => {
                            deleted |= name == "del";
                            changes += 1;
                        }
                        _ => {}
                    })?,
                    "tc" => {
                        self.noted.clear();
                        self.at.column = Some(column);
                        let (merges, said) = self.cell()?;
                        if merges.changed {
                            self.margin.changed(self.at);
                        }
                        let note = (!self.noted.is_empty()).then(|| self.noted.join("\n"));
                        let width = merges.width.max(1);
                        if merges.left
                            && let Some(before) = cells.last_mut()
                        {
                            before.width += width;
                        } else {
                            cells.push(Cell {
                                column,
                                width,
                                above: merges.above,
                                text: if merges.above { String::new() } else { said },
                                day: None,
                                note,
                            });
                        }
                        column = column.saturating_add(width);
                        self.cells += 1;
                        if column > MOST_COLUMNS + 1 {
                            return Err(too_wide());
                        }
                        if self.cells > MOST_CELLS {
                            return Err(too_much());
                        }
                    }
                    name => self.other(name)?,
                },
                Some(Piece::Close(name)) if name == "tr" => break,
                Some(_) => {}
                None => break,
            }
        }
        self.at.column = None;
        if changes > 0 {
            self.margin.changed(self.at);
        }
        Ok((!deleted && !cells.is_empty()).then_some(cells))
    }

    /// A cell that has begun. A table inside is read as lines.
    fn cell(&mut self) -> Result<(Merges, String), FileRefusal> {
        let (mut merges, mut depth) = (Merges::default(), 1);
        let mut lines: Vec<String> = Vec::new();
        loop {
            match self.xml.next()? {
                Some(Piece::Open(element)) => match element.name().as_str() {
                    "tcPr" if depth == 1 => self.xml.within(|name, element| match name {
                        "gridSpan" => merges.width = number(element),
                        "vMerge" => merges.above = element.val().is_none_or(|val| val != "restart"),
                        "cellIns" | "cellDel" | "cellMerge" => merges.changed = true,
                        "hMerge" => merges.left = element.val().is_none_or(|val| val != "restart"),
                        _ => {}
                    })?,
                    "tc" => depth += 1,
                    "p" => lines.push(clean(&self.paragraph()?)),
                    name => self.other(name)?,
                },
                Some(Piece::Close(name)) if name == "tc" => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                }
                Some(_) => {}
                None => break,
            }
        }
        Ok((merges, lines.join("\n").trim().to_owned()))
    }
}

/// The number that an element says; what is none is 0, what is absurd is too wide for any table.
fn number(element: &Element<'_>) -> u32 {
    let val = element.val().unwrap_or_default();
    let number = val.trim().parse::<i64>().unwrap_or_default();
    u32::try_from(number.clamp(0, i64::from(MOST_COLUMNS) + 1)).unwrap_or_default()
}
