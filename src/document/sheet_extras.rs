//! What a sheet has around its cells, by its relations: comments on them, and drawings over them.

use std::collections::BTreeMap;

use super::{
    FileRefusal, clean, notes,
    package::Package,
    too_much,
    xlsx::each,
    xml::{Piece, Xml},
};
use crate::domain::text;

/// The longest text of a box that is kept, in characters.
const LONGEST: usize = 4000;
/// Boxes of a drawing.
const MOST: usize = 1000;

/// What stands around the cells of a sheet; cells by row and column.
#[derive(Debug, Default)]
pub struct SheetExtras {
    /// Comments.
    pub notes: BTreeMap<(u32, u32), String>,
    /// Texts of boxes, and the cells that they begin over.
    pub boxes: Vec<((u32, u32), String)>,
    /// How many pictures and charts.
    pub pictures: u32,
}

impl SheetExtras {
    /// Of the sheet in the part at `path`.
    pub fn read(package: &mut Package<'_>, path: &str) -> Result<Self, FileRefusal> {
        let mut extras = Self::default();
        let Some((folder, file)) = path.rsplit_once('/') else {
            return Ok(extras);
        };
        let Some(relations) = package.part(&format!("{folder}/_rels/{file}.rels"))? else {
            return Ok(extras);
        };
        let (mut comments, mut drawing) = (None, None);
        each(&relations, |name, element| {
            let kind = element.attribute("Type").unwrap_or_default();
            let target = element.attribute("Target").unwrap_or_default();
            let at = match target.strip_prefix("../") {
                Some(rest) => format!("xl/{rest}"),
                None => target.trim_start_matches('/').to_owned(),
            };
            match name {
                "Relationship" if kind.ends_with("/comments") => comments = Some(at),
                "Relationship" if kind.ends_with("/drawing") => drawing = Some(at),
                _ => {}
            }
        })?;
        if let Some(text) = part(package, comments)? {
            extras.notes = notes::of_sheet(&text)?;
        }
        if let Some(text) = part(package, drawing)? {
            extras.drawing(&text)?;
        }
        Ok(extras)
    }

    fn drawing(&mut self, text: &str) -> Result<(), FileRefusal> {
        let mut xml = Xml::new(text);
        let (mut at, mut ended) = ((0, 0), false);
        let mut said = String::new();
        while let Some(piece) = xml.next()? {
            match piece {
                Piece::Open(element) => match element.name().as_str() {
                    "from" => ended = false,
                    "to" => ended = true,
                    "row" if !ended => at.0 = number(&xml.text()?),
                    "col" if !ended => at.1 = number(&xml.text()?),
                    "p" if !said.is_empty() => said.push('\n'),
                    "t" => said.push_str(&xml.text()?),
                    "pic" | "graphicFrame" => self.pictures += 1,
                    // The same again, for older programs.
                    "Fallback" => xml.skip()?,
                    _ => {}
                },
                Piece::Close(name) if name.ends_with("Anchor") => {
                    let said: String = clean(&std::mem::take(&mut said)).trim().chars().take(LONGEST).collect();
                    if self.boxes.len() == MOST {
                        return Err(too_much());
                    }
                    if !text::is_blank(&said) {
                        self.boxes.push((at, said));
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn part(package: &mut Package<'_>, at: Option<String>) -> Result<Option<String>, FileRefusal> {
    at.map(|at| package.part(&at)).transpose().map(Option::flatten)
}

/// A row or a column as people count them.
fn number(text: &str) -> u32 {
    text.trim().parse::<u32>().unwrap_or_default().saturating_add(1)
}
