//! Files of reports. Their bytes stand in a table of their own, or elsewhere: no list touches them.

use std::collections::BTreeMap;

use sqlx::{FromRow, Result};

use super::row::taken;

use crate::{
    db::{Record, Statement, Tx, Value},
    domain::{
        attachment::Attachment,
        id::{AttachmentId, ReportId},
        time::Instant,
    },
};

#[derive(FromRow)]
struct AttachmentRow {
    id: AttachmentId,
    report_id: ReportId,
    name: String,
    media_type: String,
    size: i64,
    sha256: String,
    added_by: String,
    added_at: Instant,
}

/// Of reports that were found.
impl Record for AttachmentRow {}

impl AttachmentRow {
    fn into_attachment(self) -> (ReportId, Attachment) {
        let attachment = Attachment {
            id: self.id,
            name: self.name,
            media_type: self.media_type,
            size: self.size,
            sha256: self.sha256,
            added: taken(&self.added_by, self.added_at),
        };
        (self.report_id, attachment)
    }
}

/// The files of each of these reports, in the order in which they came.
pub(super) async fn of_reports(tx: &mut Tx, reports: &[ReportId]) -> Result<BTreeMap<ReportId, Vec<Attachment>>> {
    let mut found: BTreeMap<ReportId, Vec<Attachment>> = BTreeMap::new();
    if reports.is_empty() {
        return Ok(found);
    }
    let columns = "select id, report_id, name, media_type, size, sha256, added_by, added_at
                   from attachment where report_id in ";
    let sql = Statement::new(columns)
        .list(reports.iter().copied().map(Value::id))
        .push(" order by id");
    let rows: Vec<AttachmentRow> = tx.run(sql).all().await?;
    for (report, attachment) in rows.into_iter().map(AttachmentRow::into_attachment) {
        found.entry(report).or_default().push(attachment);
    }
    Ok(found)
}

/// Adds a file; `key` is its name in the store, if its bytes are not in the database.
pub async fn insert(tx: &mut Tx, report: ReportId, attachment: &Attachment, key: Option<&str>) -> Result<()> {
    let sql = "insert into attachment (id, report_id, name, media_type, size, sha256, object_key, added_by, added_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    tx.query(sql)
        .bind(attachment.id)
        .bind(report)
        .bind(&attachment.name)
        .bind(&attachment.media_type)
        .bind(attachment.size)
        .bind(&attachment.sha256)
        .bind(key)
        .bind(attachment.added.by.text())
        .bind(attachment.added.at)
        .execute()
        .await
        .map(drop)
}

/// Keeps the bytes of a file here.
pub async fn insert_content(tx: &mut Tx, id: AttachmentId, bytes: &[u8]) -> Result<()> {
    let sql = "insert into attachment_content (attachment_id, bytes) values ($1, $2)";
    tx.query(sql).bind(id).bind(bytes).execute().await.map(drop)
}

#[derive(FromRow)]
struct KeyRow {
    object_key: Option<String>,
}

/// Of a file that was found with its report.
impl Record for KeyRow {}

#[derive(FromRow)]
struct ContentRow {
    bytes: Vec<u8>,
}

/// Of a file that was found with its report.
impl Record for ContentRow {}

/// Where the bytes of a file, that was found with its report, are in the store; `None`: here.
pub async fn key(tx: &mut Tx, Attachment { id, .. }: &Attachment) -> Result<Option<String>> {
    let sql = "select object_key from attachment where id = $1";
    let row: Option<KeyRow> = tx.query(sql).bind(id).optional().await?;
    Ok(row.and_then(|row| row.object_key))
}

/// The bytes of a file, that was found with its report and is kept here.
pub async fn content(tx: &mut Tx, Attachment { id, .. }: &Attachment) -> Result<Option<Vec<u8>>> {
    let sql = "select bytes from attachment_content where attachment_id = $1";
    let row: Option<ContentRow> = tx.query(sql).bind(id).optional().await?;
    Ok(row.map(|row| row.bytes))
}

/// Removes a file, and its bytes if they are here.
pub async fn delete(tx: &mut Tx, id: AttachmentId) -> Result<()> {
    let sql = "delete from attachment where id = $1";
    tx.query(sql).bind(id).execute().await.map(drop)
}
