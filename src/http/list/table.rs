//! The rows of a table as CSV, NDJSON or an Excel file. The only writer of any of them.

use std::io::Write;

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, PartialSchema};

use super::{
    cell::Headers,
    columns::Column,
    sheet::{Head, Sheet},
};
use crate::{
    error::{Error, Result},
    http::{input::Selection, reply::format::Format},
};

/// Bytes of lines that are put together before they are written.
const ROOM: usize = 64 * 1024;
/// Bytes that tell Excel that a CSV file is UTF-8.
const BOM: &[u8] = "\u{feff}".as_bytes();

/// How a table is to look, beside its format: whoever takes these parameters answers with tables, also at a path of their
/// own.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TableParams {
    /// CSV 以 BOM 开头，供 Excel 识别 (start CSV with a byte order mark)
    pub bom: Option<bool>,
    /// CSV 和 Excel 的表头和取值用中文 `zh` 或英文 `en`；默认用接口中的名称 (heads and words of CSV and Excel in Chinese
    /// or English; default the names of the API)
    pub headers: Option<Headers>,
}

impl TableParams {
    /// Their names.
    pub fn names() -> Vec<String> {
        let all = Self::into_params(|| None).into_iter();
        all.map(|parameter| parameter.name).collect()
    }

    /// A table in this format, with these of its fields.
    pub fn form(&self, format: Format, fields: Option<String>) -> Form {
        Form {
            format,
            bom: self.bom == Some(true),
            headers: self.headers,
            fields,
        }
    }
}

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

/// What a table is called, in ASCII and in Chinese.
pub type Name = (&'static str, &'static str);

/// A table that is asked for.
pub struct Table<V: 'static> {
    form: Form,
    selection: Selection,
    columns: Vec<&'static Column<V>>,
    aside: &'static [&'static str],
}

impl<V: Serialize + PartialSchema> Table<V> {
    /// A table with the `fields` that are asked for: its columns, or of NDJSON the view's members. Those that are
    /// `aside` are folded away in a sheet for people, unless they are asked for by name.
    pub fn new(form: Form, columns: &'static [Column<V>], aside: &'static [&'static str]) -> Result<Self> {
        let fields = form.fields.as_deref();
        let selection = if form.format == Format::Ndjson {
            Selection::parse::<V>(fields)?
        } else {
            let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
            Selection::among(fields, &names)?
        };
        let folds = form.headers.is_some() && form.fields.is_none();
        Ok(Self {
            columns: columns.iter().filter(|column| selection.has(column.name)).collect(),
            selection,
            aside: if folds { aside } else { &[] },
            form,
        })
    }

    /// Its format.
    pub fn format(&self) -> Format {
        self.form.format
    }

    /// Begins to write it to `out`.
    pub fn begin<W: Write + Send>(self, (ascii, chinese): Name, mut out: W) -> Result<Writing<V, W>> {
        let headers = self.form.headers;
        let heads = self.columns.iter().map(|column| column.head(headers));
        let out = match self.form.format {
            Format::Csv => {
                if self.form.bom {
                    out.write_all(BOM).map_err(Error::internal)?;
                }
                // RFC 4180.
                let mut lines = csv::WriterBuilder::new()
                    .terminator(csv::Terminator::CRLF)
                    .buffer_capacity(ROOM)
                    .from_writer(out);
                lines.write_record(heads).map_err(Error::internal)?;
                Out::Lines(Box::new(lines))
            }
            Format::Xlsx => {
                let name = if headers == Some(Headers::Zh) { chinese } else { ascii };
                let heads = self.columns.iter().zip(heads).map(|(column, text)| Head {
                    text,
                    aside: self.aside.contains(&column.name),
                });
                Out::Sheet(Box::new(Sheet::new(name, heads.collect(), headers)?), out)
            }
            Format::Json | Format::Ndjson => Out::Objects(out),
        };
        Ok(Writing {
            table: self,
            out,
            room: String::new(),
        })
    }
}

/// A table while it is written to `W`.
pub struct Writing<V: 'static, W: Write> {
    table: Table<V>,
    out: Out<W>,
    /// For what is put into words on its way out.
    room: String,
}

/// Where its rows go.
enum Out<W: Write> {
    Lines(Box<csv::Writer<W>>),
    Objects(W),
    Sheet(Box<Sheet>, W),
}

impl<V: Serialize + PartialSchema, W: Write + Send> Writing<V, W> {
    /// Writes one row.
    pub fn row(&mut self, view: &V) -> Result<()> {
        let Table {
            form,
            columns,
            selection,
            ..
        } = &self.table;
        let cells = columns.iter().map(|column| (column.cell)(view));
        match &mut self.out {
            Out::Sheet(sheet, _) => sheet.row(cells),
            Out::Lines(lines) => {
                let mut cells = cells;
                cells
                    .try_for_each(|cell| lines.write_field(cell.as_csv(form.headers, &mut self.room)))
                    .and_then(|()| lines.write_record(None::<&[u8]>))
                    .map_err(Error::internal)
            }
            Out::Objects(out) => {
                let object = selection.to_json(view)?;
                out.write_all(object.get().as_bytes()).map_err(Error::internal)?;
                out.write_all(b"\n").map_err(Error::internal)
            }
        }
    }
}

impl<V, W: Write + Send> Writing<V, W> {
    /// Whether what comes after the rows takes a processor for a while.
    pub fn ends_late(&self) -> bool {
        matches!(self.out, Out::Sheet(..))
    }

    /// Writes what comes after the rows: a sheet is packed only now.
    pub fn end(self) -> Result<W> {
        match self.out {
            Out::Objects(out) => Ok(out),
            Out::Lines(lines) => lines.into_inner().map_err(|error| Error::internal(error.into_error())),
            Out::Sheet(sheet, mut out) => {
                sheet.pack(&mut out)?;
                Ok(out)
            }
        }
    }
}
