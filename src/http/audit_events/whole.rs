//! The whole list as a table or a line an entry: read and sent bit by bit, because it may be long.

use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, VARY},
    web::{Bytes, Data},
};
use futures_util::stream;
use serde_json::Value;

use super::{AuditEventView, AuditParams, COLUMNS, Question};
use crate::{
    app::App,
    error::{Error, Result},
    http::{
        format::{Format, disposition, neutralised},
        listing::only_with,
        select::Selection,
    },
    store::{self, audit_events::AuditEvent},
};

/// Rows read at a time.
const BATCH: i64 = 500;

/// How rows become bytes.
struct Table {
    format: Format,
    selection: Selection,
}

impl Table {
    fn start(&self, bom: bool) -> Result<Vec<u8>> {
        let mut bytes = if bom {
            "\u{feff}".as_bytes().to_vec()
        } else {
            Vec::new()
        };
        if self.format == Format::Csv {
            bytes.extend(line(self.columns().map(str::to_owned))?);
        }
        Ok(bytes)
    }

    fn columns(&self) -> impl Iterator<Item = &'static str> {
        COLUMNS.iter().copied().filter(|column| self.selection.has(column))
    }

    fn row(&self, event: AuditEvent) -> Result<Vec<u8>> {
        let view = AuditEventView::new(event);
        if self.format != Format::Csv {
            let mut bytes = self.selection.to_json(&view)?;
            bytes.push(b'\n');
            return Ok(bytes);
        }
        let members = serde_json::to_value(&view).map_err(Error::internal)?;
        line(self.columns().map(|column| match members.get(column) {
            None => String::new(),
            Some(Value::String(text)) => neutralised(text.clone()),
            Some(value) => value.to_string(),
        }))
    }
}

/// One line of CSV.
fn line(cells: impl Iterator<Item = String>) -> Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    writer.write_record(cells).map_err(Error::internal)?;
    writer.into_inner().map_err(|error| Error::internal(error.to_string()))
}

/// The whole list, read and sent bit by bit: what has a number does not change meanwhile.
pub async fn whole(app: Data<App>, params: &AuditParams, question: Question, format: Format) -> Result<HttpResponse> {
    let csv = format == Format::Csv;
    for (name, given, only) in [
        ("limit", params.limit.is_some(), "json"),
        ("cursor", params.cursor.is_some(), "json"),
        ("bom", params.bom.is_some() && !csv, "csv"),
    ] {
        if given {
            return Err(only_with(name, only));
        }
    }
    let selection = if csv {
        Selection::among(params.fields.as_deref(), COLUMNS)?
    } else {
        Selection::parse::<AuditEventView>(params.fields.as_deref())?
    };
    let table = Table { format, selection };
    let start = table.start(params.bom == Some(true))?;
    // Before anything is sent: an error can still be said.
    let first = batch(&app, &question, None).await?;
    let body = stream::try_unfold(Some((start, first)), move |state| {
        let (app, question, table) = (&app, &question, &table);
        let step = render(table, state);
        let app = app.clone();
        let question = Question {
            filter: question.filter.clone(),
            scope: question.scope.clone(),
            ..*question
        };
        async move {
            let Some((bytes, last)) = step? else {
                return Ok::<_, Error>(None);
            };
            let next = match last {
                Some(last) => Some((Vec::new(), batch(&app, &question, Some(last)).await?)),
                None => None,
            };
            Ok(Some((Bytes::from(bytes), next)))
        }
    });
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, format.content_type()))
        .insert_header((
            CONTENT_DISPOSITION,
            disposition("audit-events", "审计事件", format.extension()),
        ))
        .insert_header((CACHE_CONTROL, "private, no-cache"))
        .insert_header((VARY, "Accept, Accept-Encoding, Authorization"))
        .streaming(body))
}

async fn batch(app: &App, question: &Question, place: Option<i64>) -> Result<Vec<AuditEvent>> {
    let Question {
        filter,
        scope,
        backwards,
        ..
    } = question;
    let between = question.between(place);
    app.read(async |tx| Ok(store::audit_events::list(tx, filter, scope, between, *backwards, BATCH).await?))
        .await
}

type Rows = (Vec<u8>, Vec<AuditEvent>);

/// The bytes of these rows, and the last number if there may be more.
fn render(table: &Table, state: Option<Rows>) -> Result<Option<(Vec<u8>, Option<i64>)>> {
    let Some((mut bytes, events)) = state else {
        return Ok(None);
    };
    let full = i64::try_from(events.len()).unwrap_or(i64::MAX) == BATCH;
    let last = events.last().map(|event| event.seq).filter(|_| full);
    for event in events {
        bytes.extend(table.row(event)?);
    }
    Ok(Some((bytes, last)))
}
