//! Workbooks: each sheet that is shown is a table. Formulas are the values kept with them. Why not by a crate:
//! docs/adr/0026.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    FileRefusal, MOST_CELLS, MOST_COLUMNS, clean,
    formats::Formats,
    package::Package,
    running,
    sheet_extras::SheetExtras,
    strings, too_much, too_wide,
    xml::{Element, Piece, Xml},
};
use crate::{
    domain::import::{Beside, BesideKind, Block, Cell, Document, Format, Place, Row, Table},
    say,
};

/// Sheets of a workbook.
const MOST_SHEETS: usize = 100;

/// Cells by row and column.
type Grid = BTreeMap<u32, BTreeMap<u32, Cell>>;

/// What a sheet has.
#[derive(Default)]
struct Sheet {
    grid: Grid,
    merges: Vec<Area>,
    hidden_rows: BTreeSet<u32>,
    hidden_columns: BTreeSet<u32>,
    /// What stands at the top and the bottom of its pages.
    running: Vec<String>,
}

/// The workbook in `bytes`.
pub fn read(bytes: &[u8]) -> Result<Document, FileRefusal> {
    let mut package = Package::open(bytes)?;
    let workbook = package.need("xl/workbook.xml")?;
    let (mut sheets, mut date1904) = (Vec::new(), false);
    each(&workbook, |name, element| match name {
        "workbookPr" => {
            date1904 = element
                .attribute("date1904")
                .is_some_and(|on| on == "1" || on == "true");
        }
        "sheet" => sheets.push((
            element.attribute("name").unwrap_or_default(),
            element.attribute("id").unwrap_or_default(),
            element.attribute("state").is_some_and(|state| state != "visible"),
        )),
        _ => {}
    })?;
    let relations = package.part("xl/_rels/workbook.xml.rels")?.unwrap_or_default();
    let mut targets = BTreeMap::new();
    let mut strings_at = "xl/sharedStrings.xml".to_owned();
    let mut styles_at = "xl/styles.xml".to_owned();
    each(&relations, |name, element| {
        let kind = element.attribute("Type").unwrap_or_default();
        if let ("Relationship", Some(id), Some(target)) = (name, element.attribute("Id"), element.attribute("Target")) {
            let path = target
                .strip_prefix('/')
                .map_or_else(|| format!("xl/{target}"), str::to_owned);
            if kind.ends_with("/sharedStrings") {
                strings_at.clone_from(&path);
            } else if kind.ends_with("/styles") {
                styles_at.clone_from(&path);
            }
            targets.insert(id, path);
        }
    })?;
    let strings = package
        .part(&strings_at)?
        .map(|text| strings::read(&text))
        .transpose()?
        .unwrap_or_default();
    let formats = Formats::read(package.part(&styles_at)?.as_deref(), date1904)?;
    let (mut blocks, mut all) = (Vec::new(), Vec::new());
    let mut left = MOST_CELLS;
    if sheets.len() > MOST_SHEETS {
        return Err(FileRefusal::TooLarge(say!(
            "工作簿最多 {MOST_SHEETS} 张工作表",
            "a workbook has at most {MOST_SHEETS} sheets"
        )));
    }
    for (name, id, hidden) in sheets {
        if hidden {
            all.push(Beside {
                kind: BesideKind::HiddenSheet,
                place: None,
                text: name.chars().take(100).collect(),
            });
            continue;
        }
        let Some(text) = targets.get(&id).map(|path| package.part(path)).transpose()?.flatten() else {
            continue;
        };
        let mut sheet = sheet(&text, &strings, &formats, &mut left)?;
        let number = u32::try_from(blocks.len() + 1).unwrap_or(u32::MAX);
        let extras = SheetExtras::read(&mut package, &targets[&id])?;
        for (at, note) in extras.notes {
            all.extend(
                sheet
                    .note(at, note)
                    .map(|note| beside(BesideKind::Comment, number, Some(at), note)),
            );
        }
        let boxes = extras.boxes.into_iter();
        all.extend(boxes.map(|(at, text)| beside(BesideKind::TextBox, number, Some(at), text)));
        if extras.pictures > 0 {
            all.push(beside(
                BesideKind::Pictures(extras.pictures),
                number,
                None,
                String::new(),
            ));
        }
        let running = std::mem::take(&mut sheet.running);
        all.extend(
            running
                .into_iter()
                .map(|text| beside(BesideKind::Running, number, None, text)),
        );
        blocks.push(Block::Table(table(&name, sheet, &mut left)?));
    }
    Ok(Document {
        format: Format::Xlsx,
        blocks,
        beside: all,
    })
}

/// What stands beside the cells of the `number`th sheet.
fn beside(kind: BesideKind, number: u32, at: Option<(u32, u32)>, text: String) -> Beside {
    let place = Place {
        table: number,
        row: at.map(|(row, _)| row),
        column: at.map(|(_, column)| column),
    };
    Beside {
        kind,
        place: Some(place),
        text,
    }
}

impl Sheet {
    /// A comment, where a cell has something in it; given back where there is none.
    fn note(&mut self, (row, column): (u32, u32), note: String) -> Option<String> {
        match self.grid.get_mut(&row).and_then(|row| row.get_mut(&column)) {
            Some(cell) => cell.note = Some(note),
            None => return Some(note),
        }
        None
    }
}

/// Calls `each` for every element.
pub fn each(text: &str, mut each: impl FnMut(&str, &Element<'_>)) -> Result<(), FileRefusal> {
    let mut xml = Xml::new(text);
    while let Some(piece) = xml.next()? {
        if let Piece::Open(element) = piece {
            each(&element.name(), &element);
        }
    }
    Ok(())
}

/// First and last row, first and last column.
type Area = (u32, u32, u32, u32);

fn sheet(text: &str, strings: &[String], formats: &Formats, left: &mut usize) -> Result<Sheet, FileRefusal> {
    let mut xml = Xml::new(text);
    let mut sheet = Sheet::default();
    let (mut row, mut column) = (0, 0);
    while let Some(piece) = xml.next()? {
        let Piece::Open(element) = piece else { continue };
        match element.name().as_str() {
            "row" => {
                row = element.attribute("r").and_then(|r| r.parse().ok()).unwrap_or(row + 1);
                column = 0;
                if is_hidden(&element) {
                    *left = left.checked_sub(1).ok_or_else(too_much)?;
                    sheet.hidden_rows.insert(row);
                }
            }
            "col" if is_hidden(&element) => {
                let number = |name| element.attribute(name).and_then(|text| text.parse::<u32>().ok());
                if let (Some(from), Some(to)) = (number("min"), number("max")) {
                    sheet.hidden_columns.extend(from..=to.min(MOST_COLUMNS));
                    *left = left.checked_sub(1).ok_or_else(too_much)?;
                }
            }
            "c" => {
                let at = element.attribute("r").and_then(|r| reference(&r));
                column = at.map_or(column + 1, |(_, column)| column);
                let (kind, style) = (element.attribute("t"), element.attribute("s"));
                let Some((text, day)) = value(&mut xml, kind.as_deref(), style.as_deref(), strings, formats)? else {
                    continue;
                };
                if column > MOST_COLUMNS {
                    return Err(too_wide());
                }
                *left = left.checked_sub(1).ok_or_else(too_much)?;
                let cell = Cell {
                    column,
                    width: 1,
                    text,
                    day,
                    ..Cell::default()
                };
                sheet.grid.entry(row).or_default().insert(column, cell);
            }
            "oddHeader" | "oddFooter" | "evenHeader" | "evenFooter" | "firstHeader" | "firstFooter" => {
                sheet.running.extend(running::of_sheet(&xml.text()?));
            }
            "mergeCell" => {
                let area = element.attribute("ref");
                let corners = area.as_deref().and_then(|area| area.split_once(':'));
                if let Some((from, to)) = corners.and_then(|(from, to)| Some((reference(from)?, reference(to)?))) {
                    *left = left.checked_sub(1).ok_or_else(too_much)?;
                    sheet.merges.push((from.0, to.0, from.1, to.1));
                }
            }
            _ => {}
        }
    }
    Ok(sheet)
}

fn is_hidden(element: &Element<'_>) -> bool {
    element
        .attribute("hidden")
        .is_some_and(|hidden| hidden == "1" || hidden == "true")
}

/// What a cell shows; `None`: nothing.
fn value(
    xml: &mut Xml<'_>,
    kind: Option<&str>,
    style: Option<&str>,
    strings: &[String],
    formats: &Formats,
) -> Result<Option<(String, Option<crate::domain::time::Day>)>, FileRefusal> {
    let (mut raw, mut inline) = (String::new(), None);
    while let Some(piece) = xml.next()? {
        match piece {
            Piece::Open(element) => match element.name().as_str() {
                "v" => raw = xml.text()?,
                "is" => inline = Some(strings::rich(xml, "is")?),
                "f" | "extLst" => xml.skip()?,
                _ => {}
            },
            Piece::Close(name) if name == "c" => break,
            _ => {}
        }
    }
    let (text, day) = match kind {
        Some("s") => (
            raw.trim()
                .parse()
                .ok()
                .and_then(|at: usize| strings.get(at))
                .cloned()
                .unwrap_or_default(),
            None,
        ),
        Some("inlineStr") => (inline.unwrap_or_default(), None),
        Some("str") => (clean(&raw), None),
        Some("b") => (if raw.trim() == "1" { "是" } else { "否" }.to_owned(), None),
        // #N/A is not nothing: it is told as what no unit and no deadline is.
        Some("e") => (clean(&raw), None),
        Some("d") => (raw.trim().chars().take(10).collect(), None),
        _ => formats.shown(raw.trim(), style),
    };
    let text = text.trim().to_owned();
    Ok((!text.is_empty()).then_some((text, day)))
}

/// `C12` as row and column.
pub fn reference(text: &str) -> Option<(u32, u32)> {
    let text = text.replace('$', "");
    let split = text.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = text.split_at(split);
    if letters.is_empty() || letters.len() > 3 || !letters.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    let column = letters
        .bytes()
        .fold(0, |column, letter| column * 26 + u32::from(letter - b'A') + 1);
    let row: u32 = digits.parse().ok()?;
    (1..=1_048_576).contains(&row).then_some((row, column))
}

/// The sheet as rows of cells, merged ones put together, empty ones filled in.
fn table(name: &str, sheet: Sheet, left: &mut usize) -> Result<Table, FileRefusal> {
    let Sheet {
        mut grid,
        merges,
        hidden_rows,
        hidden_columns,
        running: _,
    } = sheet;
    for &(first, last, from, to) in &merges {
        if first > last || from > to || from > MOST_COLUMNS {
            continue;
        }
        let width = to.min(MOST_COLUMNS) - from + 1;
        for (number, row) in grid.range_mut(first..=last) {
            *left = left.checked_sub(1).ok_or_else(too_much)?;
            let own = row.remove(&from).filter(|_| *number == first);
            row.retain(|column, _| !(from..from + width).contains(column));
            let cell = Cell {
                column: from,
                width,
                above: *number > first,
                ..own.unwrap_or_default()
            };
            row.insert(from, cell);
        }
    }
    let cells = grid.values().flat_map(BTreeMap::values);
    let width = cells
        .filter(|cell| !cell.is_blank())
        .map(|cell| cell.column)
        .max()
        .unwrap_or_default();
    let mut rows = Vec::with_capacity(grid.len());
    for (number, mut row) in grid {
        let mut column = 1;
        while column <= width {
            if let Some(cell) = row.get(&column) {
                column += cell.width.max(1);
                continue;
            }
            *left = left.checked_sub(1).ok_or_else(too_much)?;
            let blank = Cell {
                column,
                width: 1,
                ..Cell::default()
            };
            row.insert(column, blank);
            column += 1;
        }
        rows.push(Row {
            number,
            cells: row.into_values().collect(),
            hidden: hidden_rows.contains(&number),
        });
    }
    Ok(Table {
        name: Some(name.chars().take(100).collect()),
        spans_known: true,
        rows,
        hidden: hidden_columns.into_iter().collect(),
    })
}
