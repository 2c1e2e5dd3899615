//! The columns of a table, and its rows as CSV or NDJSON. The only writer of either.

use std::{borrow::Borrow, io::Write};

use serde::Serialize;
use serde_json::Value;
use utoipa::PartialSchema;

use crate::{
    error::{Error, Result},
    http::{
        input::Selection,
        reply::format::{Format, disposition, neutralised},
    },
    rendered::Rendered,
};

/// Bytes that tell Excel that a CSV file is UTF-8.
const BOM: &[u8] = "\u{feff}".as_bytes();

/// A column of a table of `V`s.
pub struct Column<V> {
    /// Its head.
    pub name: &'static str,
    /// What stands in it.
    pub cell: fn(&V) -> Cell,
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Words, a day or a name: a spreadsheet must not run it.
    Text(String),
    /// A number or a truth value, as it is written.
    Plain(String),
}

impl Cell {
    /// The cell of a field: its name on the wire if it is a plain enum, its parts parted by `；` if it is a
    /// list, JSON if it is an object.
    pub fn of(field: &impl Serialize) -> Self {
        match serde_json::to_value(field) {
            Ok(value) => Self::from_json(value),
            Err(_) => Self::Empty,
        }
    }

    /// The words, or nothing if there are none.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    /// The words of all, parted by `；`.
    pub fn joined<T: ToString>(texts: impl IntoIterator<Item = T>) -> Self {
        let texts: Vec<String> = texts.into_iter().map(|text| text.to_string()).collect();
        Self::text(texts.join("；"))
    }

    fn from_json(value: Value) -> Self {
        match value {
            Value::Null => Self::Empty,
            Value::String(text) => Self::text(text),
            Value::Array(items) if items.iter().all(Value::is_string) => {
                Self::joined(items.iter().filter_map(Value::as_str))
            }
            // `10.0` is ten.
            Value::Number(number) if number.is_f64() => {
                Self::Plain(number.as_f64().map_or_else(String::new, |number| number.to_string()))
            }
            Value::Bool(_) | Value::Number(_) => Self::Plain(value.to_string()),
            Value::Array(_) | Value::Object(_) => Self::Text(value.to_string()),
        }
    }

    fn into_csv(self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => neutralised(text),
            Self::Plain(text) => text,
        }
    }
}

/// Declares the columns of a table: `field` for a field of the view, `name = |view| …` for anything else.
macro_rules! columns {
    (@cell $field:ident) => { |view| $crate::http::list::Cell::of(&view.$field) };
    (@cell $name:ident $cell:expr) => { $cell };
    ($($name:ident $(= $cell:expr)?),* $(,)?) => {
        &[$($crate::http::list::Column {
            name: stringify!($name),
            cell: $crate::http::list::columns!(@cell $name $($cell)?),
        },)*]
    };
}
pub(crate) use columns;

/// A table on its way out.
pub struct Table<V: 'static> {
    format: Format,
    bom: bool,
    selection: Selection,
    columns: Vec<&'static Column<V>>,
}

impl<V: Serialize + PartialSchema> Table<V> {
    /// A table in `format` with the `fields` that are asked for: of CSV its columns, else the view's members.
    pub fn new(format: Format, columns: &'static [Column<V>], fields: Option<&str>, bom: Option<bool>) -> Result<Self> {
        let selection = if format == Format::Csv {
            let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
            Selection::among(fields, &names)?
        } else {
            Selection::parse::<V>(fields)?
        };
        Ok(Self {
            format,
            bom: bom == Some(true),
            columns: columns.iter().filter(|column| selection.has(column.name)).collect(),
            selection,
        })
    }

    /// Its format.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The table with these rows, as a file with a name in ASCII and in Chinese.
    pub fn of(
        &self,
        (ascii, chinese): (&'static str, &'static str),
        rows: impl IntoIterator<Item = impl Borrow<V>>,
    ) -> Result<Rendered> {
        let mut body = Vec::new();
        self.start(&mut body)?;
        rows.into_iter().try_for_each(|row| self.row(&mut body, row.borrow()))?;
        let mut reply = Rendered::new(self.format.content_type(), body, None);
        reply.disposition = Some(disposition(ascii, chinese, self.format.extension()));
        Ok(reply)
    }

    /// Writes what comes before the rows.
    pub fn start(&self, out: &mut impl Write) -> Result<()> {
        if self.format != Format::Csv {
            return Ok(());
        }
        if self.bom {
            out.write_all(BOM).map_err(Error::internal)?;
        }
        Self::line(out, self.columns.iter().map(|column| column.name.to_owned()))
    }

    /// Writes one row.
    pub fn row(&self, out: &mut impl Write, view: &V) -> Result<()> {
        if self.format == Format::Csv {
            return Self::line(out, self.columns.iter().map(|column| (column.cell)(view).into_csv()));
        }
        out.write_all(&self.selection.to_json(view)?).map_err(Error::internal)?;
        out.write_all(b"\n").map_err(Error::internal)
    }

    /// A line of CSV (RFC 4180).
    fn line(out: &mut impl Write, cells: impl Iterator<Item = String>) -> Result<()> {
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .buffer_capacity(1024)
            .from_writer(out);
        writer.write_record(cells).map_err(Error::internal)?;
        writer.flush().map_err(Error::internal)
    }
}
