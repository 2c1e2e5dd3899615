//! The columns of a table, and its rows as CSV or NDJSON. The only writer of either.

use std::{borrow::Borrow, io::Write};

use serde::Serialize;
use utoipa::PartialSchema;

use super::cell::{Cell, Headers};
use crate::{
    error::{Error, Result},
    http::{
        input::Selection,
        reply::format::{Format, disposition},
    },
    rendered::Rendered,
};

/// Bytes that tell Excel that a CSV file is UTF-8.
const BOM: &[u8] = "\u{feff}".as_bytes();

/// A column of a table of `V`s.
pub struct Column<V> {
    /// Its name, as in `fields=`.
    pub name: &'static str,
    /// Its head in Chinese.
    pub zh: &'static str,
    /// What stands in it.
    pub cell: fn(&V) -> Cell,
}

impl<V> Column<V> {
    fn head(&self, headers: Option<Headers>) -> String {
        match headers {
            None => self.name.to_owned(),
            Some(Headers::Zh) => self.zh.to_owned(),
            // `due_on` is `Due on`.
            Some(Headers::En) => {
                let (first, rest) = self.name.split_at(1);
                first.to_ascii_uppercase() + &rest.replace('_', " ")
            }
        }
    }
}

/// Declares the columns of a table, each with its head in Chinese: `field: "…"` for a field of the view,
/// `name: "…" = |view| …` for anything else.
macro_rules! columns {
    (@cell $field:ident) => { |view| $crate::http::list::Cell::of(&view.$field) };
    (@cell $name:ident $cell:expr) => { $cell };
    ($($name:ident: $zh:literal $(= $cell:expr)?),* $(,)?) => {
        &[$($crate::http::list::Column {
            name: stringify!($name),
            zh: $zh,
            cell: $crate::http::list::columns!(@cell $name $($cell)?),
        },)*]
    };
}
pub(crate) use columns;

/// How a table is asked for.
pub struct Form {
    /// In which format.
    pub format: Format,
    /// Whether CSV starts with a byte order mark.
    pub bom: bool,
    /// In whose language its heads and words are; `None`: as the API has them.
    pub headers: Option<Headers>,
    /// What of it, as in `fields=`.
    pub fields: Option<String>,
}

/// A table on its way out.
pub struct Table<V: 'static> {
    form: Form,
    selection: Selection,
    columns: Vec<&'static Column<V>>,
}

impl<V: Serialize + PartialSchema> Table<V> {
    /// A table with the `fields` that are asked for: its columns, or of NDJSON the view's members.
    pub fn new(form: Form, columns: &'static [Column<V>]) -> Result<Self> {
        let fields = form.fields.as_deref();
        let selection = if form.format == Format::Ndjson {
            Selection::parse::<V>(fields)?
        } else {
            let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
            Selection::among(fields, &names)?
        };
        Ok(Self {
            columns: columns.iter().filter(|column| selection.has(column.name)).collect(),
            selection,
            form,
        })
    }

    /// Its format.
    pub fn format(&self) -> Format {
        self.form.format
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
        let mut reply = Rendered::new(self.format().content_type(), body, None);
        reply.disposition = Some(disposition(ascii, chinese, self.format().extension()));
        Ok(reply)
    }

    /// Writes what comes before the rows.
    pub fn start(&self, out: &mut impl Write) -> Result<()> {
        if self.form.format != Format::Csv {
            return Ok(());
        }
        if self.form.bom {
            out.write_all(BOM).map_err(Error::internal)?;
        }
        Self::line(out, self.columns.iter().map(|column| column.head(self.form.headers)))
    }

    /// Writes one row.
    pub fn row(&self, out: &mut impl Write, view: &V) -> Result<()> {
        if self.form.format == Format::Csv {
            let cells = self.columns.iter().map(|column| (column.cell)(view));
            return Self::line(out, cells.map(|cell| cell.into_csv(self.form.headers)));
        }
        out.write_all(self.selection.to_json(view)?.get().as_bytes())
            .map_err(Error::internal)?;
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
