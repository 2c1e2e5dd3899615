//! A whole list as CSV or NDJSON, sent page by page as it is read: a million rows need no more memory
//! than a few hundred.

use std::collections::VecDeque;

use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, VARY},
    web::Bytes,
};
use futures_util::stream;
use serde::Serialize;
use utoipa::PartialSchema;

use super::{
    extract::invalid_parameter,
    format::{Format, disposition, neutralised},
    select::Selection,
};
use crate::{
    error::{Error, Result},
    say,
};

/// Rows that are read at once.
pub const ROWS: i64 = 500;

/// A thing as a row of a table.
pub trait Tabular: Serialize + PartialSchema {
    /// All columns.
    const COLUMNS: &'static [&'static str];
    /// What stands in one of them.
    fn cell(&self, column: &str) -> String;
}

/// How a list is exported.
pub struct Export {
    /// CSV or NDJSON.
    pub format: Format,
    /// Whether CSV begins with a byte order mark.
    pub bom: bool,
    /// `fields=`.
    pub fields: Option<String>,
    /// The file's name, in ASCII and in Chinese.
    pub name: (&'static str, &'static str),
}

/// The whole list has no pages.
pub fn refuse_paging(limit: bool, cursor: bool) -> Result<()> {
    let given = [("limit", limit), ("cursor", cursor)]
        .into_iter()
        .find(|(_, given)| *given);
    given.map_or(Ok(()), |(name, _)| {
        Err(invalid_parameter(
            name,
            say!("只用于 format=json", "is for format=json only"),
        ))
    })
}

/// Turns rows into bytes of the format.
struct Writer {
    format: Format,
    selection: Selection,
}

impl Writer {
    fn new<V: Tabular>(export: &Export) -> Result<Self> {
        let fields = export.fields.as_deref();
        let selection = match export.format {
            Format::Csv => Selection::among(fields, V::COLUMNS)?,
            Format::Json | Format::Ndjson => Selection::parse::<V>(fields)?,
        };
        Ok(Self {
            format: export.format,
            selection,
        })
    }

    fn columns<V: Tabular>(&self) -> impl Iterator<Item = &'static str> {
        V::COLUMNS.iter().copied().filter(|column| self.selection.has(column))
    }

    /// What comes before the rows.
    fn start<V: Tabular>(&self, bom: bool) -> Result<Vec<u8>> {
        if self.format != Format::Csv {
            return Ok(Vec::new());
        }
        let start = if bom {
            "\u{feff}".as_bytes().to_vec()
        } else {
            Vec::new()
        };
        let mut writer = table(start);
        writer.write_record(self.columns::<V>()).map_err(Error::internal)?;
        writer.into_inner().map_err(|error| Error::internal(error.to_string()))
    }

    fn rows<V: Tabular>(&self, start: Vec<u8>, views: impl Iterator<Item = V>) -> Result<Bytes> {
        let mut body = start;
        if self.format == Format::Csv {
            let mut writer = table(body);
            for view in views {
                let cells = self.columns::<V>().map(|column| neutralised(view.cell(column)));
                writer.write_record(cells).map_err(Error::internal)?;
            }
            body = writer
                .into_inner()
                .map_err(|error| Error::internal(error.to_string()))?;
        } else {
            for view in views {
                body.extend(self.selection.to_json(&view)?);
                body.push(b'\n');
            }
        }
        Ok(body.into())
    }
}

/// RFC 4180.
fn table(start: Vec<u8>) -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(start)
}

/// Sends all rows. `next` reads the rows behind the last one it gave; fewer than [`ROWS`] are the last.
/// The first are read before the reply begins, so that what goes wrong then is still a proper error.
pub async fn stream<R, V, F>(
    export: Export,
    view: impl Fn(&R) -> V + 'static,
    mut next: impl FnMut(Option<&R>) -> F + 'static,
) -> Result<HttpResponse>
where
    R: 'static,
    V: Tabular + 'static,
    F: Future<Output = Result<Vec<R>>> + 'static,
{
    let writer = Writer::new::<V>(&export)?;
    let first = next(None).await?;
    let start = writer.start::<V>(export.bom)?;
    let state = (VecDeque::from([first]), start, Some(next));
    let body = stream::try_unfold(state, move |(mut read, start, mut next)| {
        let render = |rows: &[R]| writer.rows(start, rows.iter().map(&view));
        let outcome = read.pop_front().map(|rows| render(&rows).map(|bytes| (bytes, rows)));
        async move {
            let Some(outcome) = outcome else {
                return Ok::<_, Error>(None);
            };
            let (bytes, rows) = outcome?;
            let full = i64::try_from(rows.len()).is_ok_and(|count| count == ROWS);
            match (&mut next, rows.last()) {
                (Some(more), Some(last)) if full => read.push_back(more(Some(last)).await?),
                _ => next = None,
            }
            Ok(Some((bytes, (read, Vec::new(), next))))
        }
    });
    let (ascii, chinese) = export.name;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, export.format.content_type()))
        .insert_header((
            CONTENT_DISPOSITION,
            disposition(ascii, chinese, export.format.extension()),
        ))
        .insert_header((CACHE_CONTROL, "private, no-cache"))
        .insert_header((VARY, "Accept, Accept-Encoding, Authorization"))
        .streaming(body))
}
