//! Imports, each with what the reader found in its file.

use sqlx::{FromRow, Result, types::Json};

use super::{
    changes::{ChangedRows, Followable, changed},
    filter::Filter,
    page::{Sort, Sorts},
    remembered::Remembered,
    row::{name, named, names, parsed, taken},
    scope::{Seen, only_if, shown_by},
};
use crate::{
    db::{Record, Statement, Tx, Value},
    domain::{
        changes::Changes,
        event::Event,
        import::{Corrections, Document, Import, ImportId, ImportStatus, KEPT, Visibility},
        order::SortKey,
        scope::Scope,
        time::{Instant, start_of},
    },
};

super::id::stored_as_uuid!(ImportId);

#[derive(FromRow)]
struct ImportRow {
    id: ImportId,
    file_name: String,
    format: String,
    size: i64,
    sha256: String,
    status: String,
    plan_id: Option<String>,
    corrections: Json<Corrections>,
    created_by: String,
    created_at: Instant,
    expires_at: Instant,
    version: i64,
}

impl ImportRow {
    fn into_import(self) -> Result<Import> {
        Ok(Import {
            id: self.id,
            file_name: self.file_name,
            format: named("format", self.format)?,
            size: self.size,
            sha256: self.sha256,
            status: named("status", self.status)?,
            plan: self.plan_id.map(|id| parsed("plan_id", &id)).transpose()?,
            corrections: self.corrections.0,
            created: taken(&self.created_by, self.created_at),
            expires_at: self.expires_at,
            version: self.version,
        })
    }
}

/// Which imports are wanted.
#[derive(Debug)]
pub struct ImportFilter {
    /// Not forgotten then.
    pub at: Instant,
    /// In one of these statuses.
    pub statuses: Vec<ImportStatus>,
}

impl Remembered for ImportFilter {}

impl Filter for ImportFilter {
    type Thing = Import;
    type Row = Import;
    const SORTS: Sorts = &[Sort::uuid("id", "id")];
    const COLUMNS: &'static str =
        "select id, file_name, format, size, sha256, status, plan_id, corrections, created_by, created_at, expires_at,
                version";

    fn wanted(&self, scope: &Scope<Import>) -> Result<Statement<Seen>> {
        Ok(Statement::new(" from import where ")
            .within(&shown_by(scope, |visibility| only_if(*visibility == Visibility::All)))
            .push(" and expires_at > ")
            .bind(Value::Instant(self.at))
            .any_of("status", names(&self.statuses)?))
    }

    async fn read(&self, tx: &mut Tx, sql: Statement<Seen>) -> Result<Vec<Import>> {
        let rows: Vec<ImportRow> = tx.run(sql).all().await?;
        rows.into_iter().map(ImportRow::into_import).collect()
    }

    fn key(&self, import: &Import, _: &str) -> SortKey {
        SortKey::id(import.id)
    }

    async fn changed(
        &self,
        tx: &mut Tx,
        scope: &Scope<Import>,
        changes: &Changes,
    ) -> Result<Option<ChangedRows<Import>>> {
        let Some((rows, mut gone)) = changed(tx, self, scope, changes).await? else {
            return Ok(None);
        };
        gone.extend(self.expired(tx, scope, changes).await?);
        Ok(Some((rows, gone)))
    }
}

impl Followable for ImportFilter {
    fn any(&self) -> Self {
        Self {
            at: self.at,
            statuses: Vec::new(),
        }
    }

    fn concerned(&self, _: &Scope<Import>, _: &Changes) -> Vec<Statement> {
        Vec::new()
    }
}

impl ImportFilter {
    /// Those whose day has ended since rows were told: the log only says when it began.
    async fn expired(&self, tx: &mut Tx, scope: &Scope<Import>, changes: &Changes) -> Result<Vec<String>> {
        let event = Event::IMPORT_CREATED.as_str().to_owned();
        let sql = Statement::new("select subject from log_entry where thing = 'import' and event = ")
            .bind(Value::Text(event))
            .push(" and at > ")
            .bind(Value::Instant(start_of(changes.told) - KEPT))
            .push(" and at <= ")
            .bind(Value::Instant(self.at - KEPT))
            .push(" and ")
            .within(&shown_by(scope, |visibility| only_if(*visibility == Visibility::All)));
        let rows: Vec<(String,)> = tx.run(sql).all().await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }
}

/// The import, if it is not forgotten at `at` and `scope` shows it.
pub async fn find(tx: &mut Tx, id: ImportId, at: Instant, scope: &Scope<Import>) -> Result<Option<Import>> {
    let filter = ImportFilter {
        at,
        statuses: Vec::new(),
    };
    filter.find(tx, Value::id(id), scope).await
}

#[derive(FromRow)]
struct DocumentRow {
    document: String,
}

/// Of an import that was found.
impl Record for DocumentRow {}

/// What the reader found in the file of an import that was found.
pub async fn document(tx: &mut Tx, import: &Import) -> Result<Document> {
    let sql = "select document from import_document where import_id = $1";
    let row: DocumentRow = tx.query(sql).bind(import.id).one().await?;
    serde_json::from_str(&row.document).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// Adds an import.
pub async fn insert(tx: &mut Tx, import: &Import, document: &str) -> Result<()> {
    let sql =
        "insert into import (id, file_name, format, size, sha256, status, plan_id, corrections, created_by, created_at,
                                   expires_at, version)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    tx.query(sql)
        .bind(import.id)
        .bind(&import.file_name)
        .bind(name(import.format)?)
        .bind(import.size)
        .bind(&import.sha256)
        .bind(name(import.status)?)
        .bind(import.plan.as_ref().map(ToString::to_string))
        .bind(Json(&import.corrections))
        .bind(import.created.by.text())
        .bind(import.created.at)
        .bind(import.expires_at)
        .bind(import.version)
        .execute()
        .await?;
    tx.query("insert into import_document (import_id, document) values ($1, $2)")
        .bind(import.id)
        .bind(document)
        .execute()
        .await?;
    Ok(())
}

/// Saves a change over version `import.version - 1`; an error where that is not the one stored.
pub async fn save(tx: &mut Tx, import: &Import) -> Result<()> {
    let sql = "update import set status = $2, plan_id = $3, corrections = $4, version = $5
               where id = $1 and version = $5 - 1";
    tx.change(sql)
        .bind(import.id)
        .bind(name(import.status)?)
        .bind(import.plan.as_ref().map(ToString::to_string))
        .bind(Json(&import.corrections))
        .bind(import.version)
        .done()
        .await
}

/// Removes an import.
pub async fn delete(tx: &mut Tx, id: ImportId) -> Result<()> {
    tx.query("delete from import where id = $1").bind(id).execute().await?;
    Ok(())
}

/// Removes those that are forgotten at `at`; how many.
pub async fn delete_expired(tx: &mut Tx, at: Instant) -> Result<u64> {
    let removed = tx.query("delete from import where expires_at <= $1").bind(at);
    removed.execute().await
}
