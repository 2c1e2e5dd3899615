//! Word documents: paragraphs and tables with their merged cells, as somebody sees them with all changes accepted.

use std::collections::BTreeMap;

use super::{
    MOST_CELLS, MOST_COLUMNS, Refusal, clean, notes,
    numbering::Numbering,
    package::Package,
    too_much, too_wide,
    xml::{Element, Piece, Xml},
};
use crate::domain::{
    import::{Block, Cell, Document, Format, Row, Table},
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
    "pict",
];

/// The document in `bytes`.
pub fn read(bytes: &[u8]) -> Result<Document, Refusal> {
    let mut package = Package::open(bytes)?;
    let numbering = package.part("word/numbering.xml")?;
    let styles = package.part("word/styles.xml")?;
    let numbering = Numbering::read(numbering.as_deref(), styles.as_deref())?;
    let body = package.need("word/document.xml")?;
    let notes = package.part("word/comments.xml")?;
    let notes = notes.map(|text| notes::of_word(&text)).transpose()?.unwrap_or_default();
    drop(package);
    let mut reader = Docx {
        xml: Xml::new(&body),
        numbering,
        notes,
        noted: Vec::new(),
        cells: 0,
    };
    Ok(Document {
        format: Format::Docx,
        blocks: reader.blocks()?,
        hidden: Vec::new(),
    })
}

struct Docx<'t> {
    xml: Xml<'t>,
    numbering: Numbering,
    /// Comments by their ids.
    notes: BTreeMap<String, String>,
    /// Those of the paragraphs that were read last.
    noted: Vec<String>,
    cells: usize,
}

/// What a cell's properties say.
#[derive(Default)]
struct Merges {
    width: u32,
    above: bool,
    left: bool,
}

impl Docx<'_> {
    fn blocks(&mut self) -> Result<Vec<Block>, Refusal> {
        let mut blocks = Vec::new();
        while let Some(piece) = self.xml.next()? {
            let Piece::Open(element) = piece else { continue };
            match element.name().as_str() {
                "p" => {
                    let paragraph = clean(&self.paragraph()?);
                    if !text::is_blank(&paragraph) {
                        blocks.push(Block::Paragraph(paragraph.trim().to_owned()));
                    }
                }
                "tbl" => blocks.push(Block::Table(self.table()?)),
                name if UNSEEN.contains(&name) => self.xml.skip()?,
                _ => {}
            }
        }
        Ok(blocks)
    }

    /// A paragraph that has begun, with its number.
    fn paragraph(&mut self) -> Result<String, Refusal> {
        let (mut said, mut depth) = (String::new(), 1);
        let (mut label, mut hidden) = (String::new(), false);
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
                        if !hidden {
                            said.push_str(&run);
                        }
                    }
                    "tab" => said.push('\t'),
                    "br" | "cr" => said.push('\n'),
                    "noBreakHyphen" => said.push('-'),
                    "commentReference" => {
                        let note = element.attribute("id").and_then(|id| self.notes.remove(&id));
                        self.noted.extend(note);
                    }
                    name if UNSEEN.contains(&name) => self.xml.skip()?,
                    _ => {}
                },
                Some(Piece::Close(name)) => match name.as_str() {
                    "p" => {
                        depth -= 1;
                        if depth == 0 {
                            return Ok(label + &said);
                        }
                    }
                    "r" => hidden = false,
                    _ => {}
                },
                Some(Piece::Text(_)) => {}
                None => return Ok(said),
            }
        }
    }

    /// The number that a paragraph is printed with, by its properties.
    fn properties(&mut self) -> Result<String, Refusal> {
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

    fn table(&mut self) -> Result<Table, Refusal> {
        let mut table = Table {
            spans_known: true,
            ..Table::default()
        };
        let mut number = 0;
        loop {
            match self.xml.next()? {
                Some(Piece::Open(element)) => match element.name().as_str() {
                    "tr" => {
                        if let Some(cells) = self.row()? {
                            number += 1;
                            table.rows.push(Row {
                                number,
                                cells,
                                hidden: false,
                            });
                        }
                    }
                    name if UNSEEN.contains(&name) => self.xml.skip()?,
                    _ => {}
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
    fn row(&mut self) -> Result<Option<Vec<Cell>>, Refusal> {
        let mut cells: Vec<Cell> = Vec::new();
        let (mut column, mut deleted) = (1, false);
        loop {
            match self.xml.next()? {
                Some(Piece::Open(element)) => match element.name().as_str() {
                    "trPr" => self.xml.within(|name, element| match name {
                        "gridBefore" => column += number(element).min(MOST_COLUMNS),
                        "del" => deleted = true,
                        _ => {}
                    })?,
                    "tc" => {
                        self.noted.clear();
                        let (merges, said) = self.cell()?;
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
                    name if UNSEEN.contains(&name) => self.xml.skip()?,
                    _ => {}
                },
                Some(Piece::Close(name)) if name == "tr" => break,
                Some(_) => {}
                None => break,
            }
        }
        Ok((!deleted && !cells.is_empty()).then_some(cells))
    }

    /// A cell that has begun. A table inside is read as lines.
    fn cell(&mut self) -> Result<(Merges, String), Refusal> {
        let (mut merges, mut depth) = (Merges::default(), 1);
        let mut lines: Vec<String> = Vec::new();
        loop {
            match self.xml.next()? {
                Some(Piece::Open(element)) => match element.name().as_str() {
                    "tcPr" if depth == 1 => self.xml.within(|name, element| match name {
                        "gridSpan" => merges.width = number(element),
                        "vMerge" => merges.above = element.val().is_none_or(|val| val != "restart"),
                        "hMerge" => merges.left = element.val().is_none_or(|val| val != "restart"),
                        _ => {}
                    })?,
                    "tc" => depth += 1,
                    "p" => lines.push(clean(&self.paragraph()?)),
                    name if UNSEEN.contains(&name) => self.xml.skip()?,
                    _ => {}
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
