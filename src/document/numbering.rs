//! Numbers that Word prints in front of paragraphs without their being in the text.

use std::collections::BTreeMap;

use super::{
    FileRefusal,
    xml::{Piece, Xml},
};

/// Levels of a list.
const LEVELS: usize = 9;

/// How a level of a list is printed.
#[derive(Debug, Clone, Default)]
struct Level {
    start: u32,
    format: String,
    text: String,
}

/// The lists of a document, and how far each has counted.
#[derive(Debug, Default)]
pub struct Numbering {
    /// By number of the definition.
    definitions: BTreeMap<String, Vec<Level>>,
    /// The definition of each list.
    lists: BTreeMap<String, String>,
    /// The list and level that a style has.
    styles: BTreeMap<String, (Option<String>, Option<String>)>,
    counted: BTreeMap<String, [u32; LEVELS]>,
}

impl Numbering {
    /// Reads the parts that say how a document counts.
    pub fn read(numbering: Option<&str>, styles: Option<&str>) -> Result<Self, FileRefusal> {
        let mut read = Self::default();
        if let Some(numbering) = numbering {
            read.lists(numbering)?;
        }
        if let Some(styles) = styles {
            read.styles(styles)?;
        }
        Ok(read)
    }

    fn lists(&mut self, text: &str) -> Result<(), FileRefusal> {
        let mut xml = Xml::new(text);
        let (mut definition, mut list, mut level) = (None, None, 0_usize);
        while let Some(piece) = xml.next()? {
            match piece {
                Piece::Open(element) => match element.name().as_str() {
                    "abstractNum" => {
                        definition = element.attribute("abstractNumId");
                        if let Some(definition) = &definition {
                            self.definitions
                                .insert(definition.clone(), vec![Level::default(); LEVELS]);
                        }
                    }
                    "num" => list = element.attribute("numId"),
                    "abstractNumId" => {
                        if let (Some(list), Some(of)) = (&list, element.val()) {
                            self.lists.insert(list.clone(), of);
                        }
                    }
                    "lvl" => {
                        level = element
                            .attribute("ilvl")
                            .and_then(|at| at.parse().ok())
                            .unwrap_or(LEVELS);
                    }
                    name @ ("start" | "numFmt" | "lvlText") => {
                        let levels = definition.as_ref().and_then(|of| self.definitions.get_mut(of));
                        if let (Some(level), Some(val)) =
                            (levels.and_then(|levels| levels.get_mut(level)), element.val())
                        {
                            match name {
                                "start" => level.start = val.parse().unwrap_or(1),
                                "numFmt" => level.format = val,
                                _ => level.text = val.chars().take(40).collect(),
                            }
                        }
                    }
                    _ => {}
                },
                Piece::Close(name) => match name.as_str() {
                    "abstractNum" => definition = None,
                    "num" => list = None,
                    _ => {}
                },
                Piece::Text(_) => {}
            }
        }
        Ok(())
    }

    fn styles(&mut self, text: &str) -> Result<(), FileRefusal> {
        let mut xml = Xml::new(text);
        let mut style = None;
        while let Some(piece) = xml.next()? {
            match piece {
                Piece::Open(element) => match element.name().as_str() {
                    "style" => style = element.attribute("styleId"),
                    name @ ("numId" | "ilvl") => {
                        if let Some(style) = &style {
                            let known = self.styles.entry(style.clone()).or_default();
                            let place = if name == "numId" { &mut known.0 } else { &mut known.1 };
                            *place = element.val();
                        }
                    }
                    _ => {}
                },
                Piece::Close(name) if name == "style" => style = None,
                _ => {}
            }
        }
        Ok(())
    }

    /// What the next paragraph of this style, list and level is printed with.
    pub fn label(&mut self, style: Option<&str>, list: Option<&str>, level: Option<&str>) -> String {
        let by_style = style
            .and_then(|style| self.styles.get(style))
            .cloned()
            .unwrap_or_default();
        let Some(list) = list.map(str::to_owned).or(by_style.0) else {
            return String::new();
        };
        let level = level.map(str::to_owned).or(by_style.1);
        let level = level.and_then(|level| level.parse::<usize>().ok()).unwrap_or_default();
        let Some(levels) = self.lists.get(&list).and_then(|of| self.definitions.get(of)) else {
            return String::new();
        };
        let Some(own) = levels.get(level) else {
            return String::new();
        };
        let counted = self.counted.entry(list).or_default();
        counted[level] = if counted[level] == 0 {
            own.start.max(1)
        } else {
            counted[level].saturating_add(1)
        };
        counted[level + 1..].fill(0);
        if matches!(own.format.as_str(), "bullet" | "none" | "") {
            return String::new();
        }
        let mut label = own.text.clone();
        for (index, of) in levels.iter().enumerate().take(level + 1) {
            let number = if counted[index] == 0 {
                of.start.max(1)
            } else {
                counted[index]
            };
            label = label.replace(&format!("%{}", index + 1), &written(number, &of.format));
        }
        label
    }
}

/// A number as a format writes it.
fn written(number: u32, format: &str) -> String {
    match format {
        "chineseCounting"
        | "chineseCountingThousand"
        | "chineseLegalSimplified"
        | "japaneseCounting"
        | "taiwaneseCounting"
        | "taiwaneseCountingThousand"
        | "ideographDigital"
        | "koreanCounting" => chinese(number),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" => {
            let circled = (1..=20)
                .contains(&number)
                .then(|| char::from_u32(0x245f + number))
                .flatten();
            circled.map_or_else(|| number.to_string(), String::from)
        }
        "decimalZero" => format!("{number:02}"),
        "upperLetter" | "lowerLetter" => {
            let letter = u8::try_from((number.max(1) - 1) % 26).map_or('a', |at| char::from(b'a' + at));
            if format == "upperLetter" {
                letter.to_ascii_uppercase().to_string()
            } else {
                letter.to_string()
            }
        }
        _ => number.to_string(),
    }
}

/// 1 to 99 in Chinese; what is more stays in figures.
fn chinese(number: u32) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let digit = |digit: u32| DIGITS[(digit % 10) as usize];
    match number {
        1..=9 => digit(number).to_owned(),
        10..=19 => format!("十{}", digit(number)),
        20..=99 => format!("{}十{}", digit(number / 10), digit(number)),
        _ => number.to_string(),
    }
}
