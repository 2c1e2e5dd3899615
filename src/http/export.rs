//! A whole list as CSV or NDJSON, sent page by page as it is read: a million rows need no more memory
//! than a few hundred.

use std::{collections::VecDeque, rc::Rc};

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

/// How a list is exported.
pub struct Export {
    /// CSV or NDJSON.
    pub format: Format,
    /// Whether CSV begins with a byte order mark.
    pub bom: bool,
    /// `fields=`.
    pub fields: Option<String>,
    /// All columns of the table.
    pub columns: &'static [&'static str],
    /// The file's name, in ASCII and in Chinese.
    pub name: (&'static str, &'static str),
}

impl Export {
    /// The whole list has no pages.
    pub fn refuse_paging(&self, limit: bool, cursor: bool) -> Result<()> {
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
}

/// Turns rows into bytes of the format.
struct Writer<V> {
    format: Format,
    selection: Selection,
    columns: Vec<&'static str>,
    cell: Box<dyn Fn(&V, &str) -> String>,
}

impl<V: Serialize> Writer<V> {
    fn rows(&self, start: Vec<u8>, views: &[V]) -> Result<Bytes> {
        let mut body = start;
        if self.format == Format::Csv {
            let mut writer = csv::WriterBuilder::new()
                .terminator(csv::Terminator::CRLF)
                .from_writer(body);
            for view in views {
                let cells = self.columns.iter().map(|column| neutralised((self.cell)(view, column)));
                writer.write_record(cells).map_err(Error::internal)?;
            }
            body = writer
                .into_inner()
                .map_err(|error| Error::internal(error.to_string()))?;
        } else {
            for view in views {
                body.extend(self.selection.to_json(view)?);
                body.push(b'\n');
            }
        }
        Ok(body.into())
    }

    fn start(&self, bom: bool) -> Result<Vec<u8>> {
        if self.format != Format::Csv {
            return Ok(Vec::new());
        }
        let start = if bom {
            "\u{feff}".as_bytes().to_vec()
        } else {
            Vec::new()
        };
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(start);
        writer.write_record(&self.columns).map_err(Error::internal)?;
        writer.into_inner().map_err(|error| Error::internal(error.to_string()))
    }
}

/// Sends all rows. `next` reads the rows behind the last one it gave; fewer than [`ROWS`] are the last.
/// The first are read before the reply begins, so that what goes wrong then is still a proper error.
pub async fn stream<R, V, F>(
    export: Export,
    view: impl Fn(&R) -> V + 'static,
    cell: impl Fn(&V, &str) -> String + 'static,
    mut next: impl FnMut(Option<&R>) -> F + 'static,
) -> Result<HttpResponse>
where
    R: 'static,
    V: Serialize + PartialSchema + 'static,
    F: Future<Output = Result<Vec<R>>> + 'static,
{
    let selection = match export.format {
        Format::Csv => Selection::among(export.fields.as_deref(), export.columns)?,
        Format::Json | Format::Ndjson => Selection::parse::<V>(export.fields.as_deref())?,
    };
    let columns = export
        .columns
        .iter()
        .copied()
        .filter(|column| selection.has(column))
        .collect();
    let writer = Rc::new(Writer {
        format: export.format,
        selection,
        columns,
        cell: Box::new(cell),
    });
    let first = next(None).await?;
    let start = writer.start(export.bom)?;
    let state = (VecDeque::from([first]), start, Some(next));
    let body = stream::try_unfold(state, move |(mut read, start, mut next)| {
        let writer = writer.clone();
        let render = |rows: &[R]| writer.rows(start, &rows.iter().map(&view).collect::<Vec<_>>());
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
