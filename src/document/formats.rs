//! How a workbook shows its numbers: days, months, percentages.

use std::collections::BTreeMap;

use chrono::Datelike as _;

use super::{FileRefusal, xlsx::each};
use crate::domain::{phrase::spreadsheet_day, time::Day};

/// What a number is shown as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NumberFormat {
    Number,
    Day,
    Month,
    Percent,
}

/// The formats of a workbook's cells.
#[derive(Debug)]
pub struct Formats {
    cells: Vec<NumberFormat>,
    date1904: bool,
}

impl Formats {
    /// Reads the part that has styles.
    pub fn read(styles: Option<&str>, date1904: bool) -> Result<Self, FileRefusal> {
        let mut codes: BTreeMap<u32, NumberFormat> = BTreeMap::new();
        let (mut cells, mut named) = (Vec::new(), false);
        each(styles.unwrap_or_default(), |name, element| {
            let number = |name| element.attribute(name).and_then(|id| id.parse::<u32>().ok());
            match name {
                "numFmt" => {
                    if let (Some(id), Some(code)) = (number("numFmtId"), element.attribute("formatCode")) {
                        codes.insert(id, by_code(&code));
                    }
                }
                "cellStyleXfs" => named = true,
                "cellXfs" => {
                    named = false;
                    cells.clear();
                }
                "cellStyles" | "dxfs" => named = true,
                "xf" if !named => {
                    let id = number("numFmtId").unwrap_or_default();
                    cells.push(codes.get(&id).copied().unwrap_or_else(|| built_in(id)));
                }
                _ => {}
            }
        })?;
        Ok(Self { cells, date1904 })
    }

    /// What a cell with the number `raw` shows, and the day that it is.
    pub fn shown(&self, raw: &str, style: Option<&str>) -> (String, Option<Day>) {
        let style = style.and_then(|style| style.parse::<usize>().ok()).unwrap_or_default();
        let shown = self.cells.get(style).copied().unwrap_or(NumberFormat::Number);
        let Ok(number) = raw.parse::<f64>() else {
            return (raw.to_owned(), None);
        };
        match (shown, spreadsheet_day(number, self.date1904)) {
            (NumberFormat::Day, Some(day)) => (day.to_string(), Some(day)),
            (NumberFormat::Month, Some(day)) => (format!("{}年{}月", day.year(), day.month()), None),
            (NumberFormat::Percent, _) => (format!("{}%", plain(number * 100.0)), None),
            _ => (plain(number), None),
        }
    }
}

/// A number without the noise of its binary form.
fn plain(number: f64) -> String {
    let text = format!("{number:.9}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text.is_empty() || text == "-0" {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}

fn built_in(id: u32) -> NumberFormat {
    match id {
        9 | 10 => NumberFormat::Percent,
        17 | 27 | 36 | 50 | 57 => NumberFormat::Month,
        14..=16 | 22 | 28..=31 | 51..=54 | 58 => NumberFormat::Day,
        _ => NumberFormat::Number,
    }
}

/// By the letters of a code, outside quotes and brackets.
fn by_code(code: &str) -> NumberFormat {
    let (mut quoted, mut bracketed, mut escaped) = (false, false, false);
    let letters: String = code
        .chars()
        .filter(|c| {
            if escaped {
                escaped = false;
                return false;
            }
            match c {
                '"' => quoted = !quoted,
                '[' if !quoted => bracketed = true,
                ']' if !quoted => bracketed = false,
                '\\' | '_' | '*' if !quoted => escaped = true,
                _ => return !quoted && !bracketed,
            }
            false
        })
        .flat_map(char::to_lowercase)
        .collect();
    let has = |c: char| letters.contains(c);
    if letters.starts_with("general") {
        NumberFormat::Number
    } else if has('y') && has('d') || has('m') && has('d') {
        NumberFormat::Day
    } else if has('m') && (has('y') || !has('h') && !has('s')) {
        NumberFormat::Month
    } else if has('%') {
        NumberFormat::Percent
    } else {
        NumberFormat::Number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_as_their_cells_are_typed() {
        for (code, number, expected) in [
            ("yyyy-mm-dd", "43100", "2017-12-31"),
            ("yyyy\"年\"m\"月\"d\"日\"", "43100", "2017-12-31"),
            ("[$-804]yyyy\"年\"m\"月\"", "43100", "2017年12月"),
            ("m\"月\"d\"日\"", "43100", "2017-12-31"),
            ("yyyy\"年\"m\"月\"d\"日\";@", "43100", "2017-12-31"),
            ("[$-F800]dddd, mmmm dd, yyyy", "43100", "2017-12-31"),
            ("m/d;@", "43100", "2017-12-31"),
            ("m\"月\"", "43100", "2017年12月"),
            ("mmm-yy", "43100", "2017年12月"),
            ("h:mm", "0.5", "0.5"),
            ("mm:ss", "0.5", "0.5"),
            ("#,##0.00_ ;[Red]-#,##0.00 ", "12.5", "12.5"),
            ("0.0%", "0.85", "85%"),
            ("General", "12", "12"),
            ("0.00", "0.1", "0.1"),
            ("\"day\"0", "3", "3"),
        ] {
            let styles = format!(
                "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"{}\"/></numFmts><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/></cellXfs></styleSheet>",
                code.replace('"', "&quot;")
            );
            let formats = Formats::read(Some(&styles), false).unwrap();
            assert_eq!(formats.shown(number, Some("1")).0, expected, "{code}");
        }
    }
}
