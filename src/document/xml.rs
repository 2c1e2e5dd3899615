//! XML as office documents have it, pulled piece by piece: no document types, no entities but characters, not too deep.

use quick_xml::{
    Reader,
    escape::{resolve_predefined_entity, unescape},
    events::{BytesStart, Event},
};

use super::FileRefusal;
use crate::say;

/// How deep elements stand in one another.
const DEEPEST: usize = 200;

/// A piece of a document. Names are without their prefix.
#[derive(Debug)]
pub enum Piece<'t> {
    /// An element begins.
    Open(Element<'t>),
    /// An element ends.
    Close(String),
    /// Text.
    Text(String),
}

/// An element's name and attributes.
#[derive(Debug)]
pub struct Element<'t> {
    start: BytesStart<'t>,
}

impl Element<'_> {
    /// Its name, without its prefix.
    pub fn name(&self) -> String {
        String::from_utf8_lossy(self.start.local_name().as_ref()).into_owned()
    }

    /// The attribute of this name, whatever its prefix.
    pub fn attribute(&self, name: &str) -> Option<String> {
        let mut attributes = self.start.attributes();
        let found = attributes
            .with_checks(false)
            .flatten()
            .find(|attribute| attribute.key.local_name().as_ref() == name.as_bytes())?;
        let text = std::str::from_utf8(&found.value).ok()?;
        unescape(text).ok().map(Into::into)
    }

    /// `val`, as Word says what an element is.
    pub fn val(&self) -> Option<String> {
        self.attribute("val")
    }

    /// Whether a switch is on: it is, but for `false`, `0` and `off`.
    pub fn is_on(&self) -> bool {
        self.val()
            .is_none_or(|val| !matches!(val.as_str(), "false" | "0" | "off" | "none"))
    }
}

/// A document, piece by piece.
pub struct Xml<'t> {
    reader: Reader<&'t [u8]>,
    depth: usize,
}

fn broken() -> FileRefusal {
    FileRefusal::Broken(say!("文件内容不是合法的 XML", "its XML is not well formed"))
}

impl<'t> Xml<'t> {
    /// Reads `text`.
    pub fn new(text: &'t str) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Self { reader, depth: 0 }
    }

    /// The next piece; `None` at the end.
    pub fn next(&mut self) -> Result<Option<Piece<'t>>, FileRefusal> {
        loop {
            match self.reader.read_event().map_err(|_| broken())? {
                Event::Start(start) => {
                    self.depth += 1;
                    if self.depth > DEEPEST {
                        return Err(FileRefusal::TooLarge(say!(
                            "文件的结构层次过深",
                            "its elements stand too deep in one another"
                        )));
                    }
                    return Ok(Some(Piece::Open(Element { start })));
                }
                Event::End(end) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Some(Piece::Close(
                        String::from_utf8_lossy(end.local_name().as_ref()).into_owned(),
                    )));
                }
                Event::Text(text) => return Ok(Some(Piece::Text(text.decode().map_err(|_| broken())?.into_owned()))),
                Event::CData(data) => return Ok(Some(Piece::Text(data.decode().map_err(|_| broken())?.into_owned()))),
                Event::GeneralRef(reference) => {
                    if let Some(c) = reference.resolve_char_ref().map_err(|_| broken())? {
                        return Ok(Some(Piece::Text(c.to_string())));
                    }
                    let name = reference.decode().map_err(|_| broken())?;
                    let Some(text) = resolve_predefined_entity(&name) else {
                        return Err(broken());
                    };
                    return Ok(Some(Piece::Text(text.to_owned())));
                }
                // No office document has one; what it declares is not read.
                Event::DocType(_) => return Err(broken()),
                Event::Eof if self.depth > 0 => return Err(broken()),
                Event::Eof => return Ok(None),
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
        }
    }

    /// Passes over the rest of an element that has begun.
    pub fn skip(&mut self) -> Result<(), FileRefusal> {
        let outside = self.depth - 1;
        while self.depth > outside {
            if self.next()?.is_none() {
                return Err(broken());
            }
        }
        Ok(())
    }

    /// Calls `each` for every element up to the end of the one that has begun.
    pub fn within(&mut self, mut each: impl FnMut(&str, &Element<'t>)) -> Result<(), FileRefusal> {
        let outside = self.depth - 1;
        while self.depth > outside {
            match self.next()? {
                Some(Piece::Open(element)) => each(&element.name(), &element),
                Some(_) => {}
                None => return Err(broken()),
            }
        }
        Ok(())
    }

    /// The text of the element that has begun, up to its end.
    pub fn text(&mut self) -> Result<String, FileRefusal> {
        let outside = self.depth - 1;
        let mut all = String::new();
        while self.depth > outside {
            match self.next()? {
                Some(Piece::Text(text)) => all.push_str(&text),
                Some(_) => {}
                None => return Err(broken()),
            }
        }
        Ok(all)
    }
}
