//! Comments on cells (批注): in Word by their ids, in a workbook by the cells that they stand on.

use std::collections::BTreeMap;

use super::{
    FileRefusal, clean,
    xlsx::reference,
    xml::{Element, Piece, Xml},
};

/// The longest comment that is kept, in characters.
const LONGEST: usize = 4000;

/// The comments of a Word document, or its footnotes or endnotes: what is called `element` there.
pub fn of_word(text: &str, element: &str) -> Result<BTreeMap<String, String>, FileRefusal> {
    comments(text, element, |comment| comment.attribute("id"))
}

/// The comments of a sheet, by row and column.
pub fn of_sheet(text: &str) -> Result<BTreeMap<(u32, u32), String>, FileRefusal> {
    comments(text, "comment", |comment| reference(&comment.attribute("ref")?))
}

/// The texts of comments, by what each stands on.
fn comments<K: Ord>(
    text: &str,
    called: &str,
    on: impl Fn(&Element<'_>) -> Option<K>,
) -> Result<BTreeMap<K, String>, FileRefusal> {
    let mut notes = BTreeMap::new();
    let (mut at, mut said) = (None, String::new());
    let mut xml = Xml::new(text);
    while let Some(piece) = xml.next()? {
        match piece {
            Piece::Open(element) => match element.name().as_str() {
                name if name == called => {
                    at = on(&element);
                    said.clear();
                }
                "p" if !said.is_empty() => said.push('\n'),
                "t" => said.push_str(&xml.text()?),
                "br" | "cr" => said.push('\n'),
                // What was deleted, what stands there twice, and how characters are read.
                "del" | "moveFrom" | "Fallback" | "rPh" => xml.skip()?,
                _ => {}
            },
            Piece::Close(name) if name == called => {
                if let Some(at) = at.take() {
                    notes.insert(at, kept(&said));
                }
            }
            _ => {}
        }
    }
    Ok(notes)
}

fn kept(said: &str) -> String {
    clean(said).trim().chars().take(LONGEST).collect()
}
