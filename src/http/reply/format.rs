//! The formats of a reply, and how one is chosen.

use unicode_normalization::UnicodeNormalization as _;

use crate::{
    domain::{fault::Fault, text::is_invisible, vocabulary::vocabulary},
    error::{Code, Error, Result},
    http::input::invalid_parameter,
    say,
};

/// The media type of JSON.
pub const JSON: &str = "application/json";

vocabulary! {
    /// A format that lists come in; single things come in JSON.
    pub enum Format {
        /// A page of JSON.
        Json = "json": "JSON", "JSON";
        /// The whole list, comma-separated (RFC 4180).
        Csv = "csv": "CSV", "CSV";
        /// The whole list, one JSON object a line.
        Ndjson = "ndjson": "NDJSON", "NDJSON";
        /// The whole list as an Excel file.
        Xlsx = "xlsx": "Excel 文件", "Excel file";
    }
}

/// The formats of a list.
pub const LIST_FORMATS: &[Format] = &[Format::Json, Format::Csv, Format::Ndjson, Format::Xlsx];

/// The media type of a drawing.
pub const SVG: &str = "image/svg+xml";
/// The media type of an Excel file.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// The media type of a Word file.
pub const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// A format that something is offered in.
pub trait Offered: Copy + PartialEq + std::fmt::Debug + 'static {
    /// By its name in `format=`.
    fn named(name: &str) -> Option<Self>;
    /// Its media type.
    fn media_type(self) -> &'static str;
    /// The ending of a file's name.
    fn extension(self) -> &'static str;

    /// The parameter is for other formats: for these.
    fn only_with(name: &str, formats: &[Self]) -> Error {
        let formats: Vec<&str> = formats.iter().map(|format| format.extension()).collect();
        let (zh, en) = (formats.join("、"), formats.join(", "));
        invalid_parameter(name, say!("只用于 format={zh}", "is for format={en} only"))
    }

    /// The one of `offered` that is asked for: by `format=` where given, else by `Accept` (RFC 9110, section 12.5.1), else
    /// the first.
    fn negotiate(query: &str, accept: Option<&str>, offered: &[Self]) -> Result<Self> {
        let first = || {
            offered
                .first()
                .copied()
                .ok_or_else(|| Error::internal("nothing is offered"))
        };
        // A `format=` that cannot be read is reported with the other parameters.
        if offered.len() > 1
            && let Some(format) = query
                .split('&')
                .find_map(|pair| Self::named(pair.strip_prefix("format=")?))
                .filter(|format| offered.contains(format))
        {
            return Ok(format);
        }
        let Some(accept) = accept.filter(|accept| !accept.trim().is_empty()) else {
            return first();
        };
        let quality = |format: &Self| {
            let essence = format.media_type().split(';').next().unwrap_or_default();
            let group = essence.split('/').next().unwrap_or_default();
            // The most specific range that fits decides.
            let mut best = (0, 0.0_f32);
            for range in accept.split(',') {
                let mut parts = range.split(';').map(str::trim);
                let range = parts.next().unwrap_or_default().to_ascii_lowercase();
                let q = parts.find_map(weight).unwrap_or(1.0);
                let specificity = if range == essence {
                    3
                } else if range.strip_suffix("/*") == Some(group) {
                    2
                } else {
                    u8::from(range == "*/*")
                };
                if specificity > best.0 {
                    best = (specificity, q);
                }
            }
            best.1
        };
        let mut chosen: Option<(Self, f32)> = None;
        for format in offered {
            let q = quality(format);
            if q > chosen.map_or(0.0, |(_, best)| best) {
                chosen = Some((*format, q));
            }
        }
        chosen.map(|(format, _)| format).ok_or_else(|| {
            let offered: Vec<&str> = offered.iter().map(|format| format.media_type()).collect();
            let offered = offered.join(", ");
            let detail = say!("可提供：{offered}", "offered are: {offered}");
            Error::header(Code::NotAcceptable, "Accept", Fault::Invalid, detail)
        })
    }
}

vocabulary! {
    /// A format that a plan comes in.
    pub enum PlanFormat {
        /// What the service knows of it.
        Json = "json": "JSON", "JSON";
        /// A Word file in the plan's own layout.
        Docx = "docx": "Word 文件", "Word file";
        /// An Excel file in the plan's own layout.
        Xlsx = "xlsx": "Excel 文件", "Excel file";
    }
}

impl Offered for Format {
    fn named(name: &str) -> Option<Self> {
        Self::parse(name)
    }

    fn media_type(self) -> &'static str {
        match self {
            Self::Json => JSON,
            Self::Csv => "text/csv; charset=utf-8",
            Self::Ndjson => "application/x-ndjson",
            Self::Xlsx => XLSX,
        }
    }

    fn extension(self) -> &'static str {
        self.as_str()
    }
}

impl Offered for PlanFormat {
    fn named(name: &str) -> Option<Self> {
        Self::parse(name)
    }

    fn media_type(self) -> &'static str {
        match self {
            Self::Json => JSON,
            Self::Docx => DOCX,
            Self::Xlsx => XLSX,
        }
    }

    fn extension(self) -> &'static str {
        self.as_str()
    }
}

impl Format {
    /// Whether it has columns with heads.
    pub fn has_columns(self) -> bool {
        matches!(self, Self::Csv | Self::Xlsx)
    }

    /// Whether it is compressed as it is.
    pub fn is_compressed(self) -> bool {
        self == Self::Xlsx
    }
}

/// What a parameter such as `q=0.5` weighs; `q` may be a capital (RFC 9110, section 5.6.6).
pub fn weight(parameter: &str) -> Option<f32> {
    let (name, value) = parameter.split_once('=')?;
    name.eq_ignore_ascii_case("q").then(|| value.parse().ok())?
}

/// Whether a spreadsheet would run the text as a formula; it is written behind an apostrophe then (OWASP, CSV
/// injection). Some drop blanks and invisible characters before they look, some take full-width signs for plain ones.
pub fn runs(text: &str) -> bool {
    // Most begin so, and are looked at in every cell.
    if text.starts_with(|first: char| first.is_ascii_alphanumeric() || ('一'..='龥').contains(&first)) {
        return false;
    }
    let first = text.chars().find(|c| !c.is_whitespace() && !is_invisible(*c));
    let plain = first
        .filter(char::is_ascii)
        .or_else(|| [first?].into_iter().nfkc().next());
    matches!(plain, Some('=' | '+' | '-' | '@')) || text.starts_with(['\t', '\r', '\n'])
}

/// `Content-Disposition` of a download with a Chinese name (RFC 6266, RFC 8187). Not of actix-web's type: that leaves
/// `=` and `@` in a name as they are, which RFC 8187 does not allow (`reports::attachments` has a name with both).
pub fn disposition(ascii: &str, name: &str, extension: &str) -> String {
    let encoded = escaped(name);
    format!("attachment; filename=\"{ascii}.{extension}\"; filename*=UTF-8''{encoded}.{extension}")
}

/// `Content-Disposition` of a file that people have named.
pub fn attachment(name: &str) -> String {
    format!("attachment; filename*=UTF-8''{}", escaped(name))
}

fn escaped(name: &str) -> String {
    name.bytes()
        .fold(String::new(), |encoded, byte| encoded + &format!("%{byte:02X}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_is_what_was_asked_for() {
        for (query, accept, expected) in [
            ("", None, Some(Format::Json)),
            ("", Some("*/*"), Some(Format::Json)),
            (
                "",
                Some("text/html,application/xhtml+xml,*/*;q=0.8"),
                Some(Format::Json),
            ),
            ("", Some("text/csv"), Some(Format::Csv)),
            ("", Some("application/json;q=0.5, text/csv"), Some(Format::Csv)),
            ("", Some("application/json;q=0, */*"), Some(Format::Csv)),
            ("format=ndjson", Some("text/csv"), Some(Format::Ndjson)),
            ("", Some(XLSX), Some(Format::Xlsx)),
            ("", Some("image/png"), None),
        ] {
            assert_eq!(
                Format::negotiate(query, accept, LIST_FORMATS).ok(),
                expected,
                "{query} {accept:?}"
            );
        }
        assert!(Format::negotiate("", Some("text/csv"), &[Format::Json]).is_err());
    }

    #[test]
    fn formulas_are_text() {
        for cell in [
            "=1+1",
            "+1",
            "-1",
            "@x",
            "\t=1",
            "\n=1",
            " =1",
            "\u{3000}=1",
            "\u{200b}=1",
            "＝1",
            "＋1",
            "－1",
            "＠x",
            "\n",
        ] {
            assert!(runs(cell), "{cell}");
        }
        for cell in ["全年", "dg-2017", "5", ""] {
            assert!(!runs(cell), "{cell}");
        }
    }
}
