//! The texts of a workbook: runs put together, without the readings of characters, and without its escapes.

use super::{
    FileRefusal, MOST_CELLS, clean, too_much,
    xml::{Piece, Xml},
};

/// The strings that cells refer to, without the readings of characters.
pub fn read(text: &str) -> Result<Vec<String>, FileRefusal> {
    let mut xml = Xml::new(text);
    let mut strings = Vec::new();
    while let Some(piece) = xml.next()? {
        if matches!(&piece, Piece::Open(element) if element.name() == "si") {
            strings.push(rich(&mut xml, "si")?);
            if strings.len() > MOST_CELLS {
                return Err(too_much());
            }
        }
    }
    Ok(strings)
}

/// The runs of text up to the end of `outer`.
pub fn rich(xml: &mut Xml<'_>, outer: &str) -> Result<String, FileRefusal> {
    let mut said = String::new();
    while let Some(piece) = xml.next()? {
        match piece {
            Piece::Open(element) => match element.name().as_str() {
                "t" => said.push_str(&xml.text()?),
                "rPh" => xml.skip()?,
                _ => {}
            },
            Piece::Close(name) if name == outer => break,
            _ => {}
        }
    }
    Ok(clean(&unescaped(&said)))
}

/// The text that a workbook writes so: `_x000D_` is a return, `_x005F_` an underscore (ECMA-376, section 22.9.2.19).
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let escape = rest.get(at..at + 7).filter(|escape| escape.ends_with('_'));
        let digits = escape.map(|escape| &escape[2..6]);
        let digits = digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        plain.push_str(&rest[..at]);
        if let Some(character) = code.and_then(char::from_u32) {
            plain.push(character);
            rest = &rest[at + 7..];
        } else {
            plain.push_str("_x");
            rest = &rest[at + 2..];
        }
    }
    plain + rest
}
