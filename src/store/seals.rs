//! The final order of the log. Seals are only ever added: no statement here updates or deletes one.

use std::collections::BTreeMap;

use sqlx::{Error, FromRow, Result};

use super::{log::LogRow, row::parsed};
use crate::{
    db::{Record, Statement, Tx, Value},
    domain::{
        id::EntryId,
        log::LogEntry,
        seal::{Head, Seal},
        time::Instant,
    },
};

/// Rows of one statement: SQLite's cost of parameters grows with their square.
const ROWS: usize = 25;

#[derive(FromRow)]
struct SealRow {
    seq: i64,
    entry_id: EntryId,
    algorithm: String,
    hash: String,
}

/// The chain is shown to those who verify it.
impl Record for SealRow {}

impl SealRow {
    fn into_seal(self) -> Result<Seal> {
        Ok(Seal {
            seq: self.seq,
            entry: self.entry_id,
            algorithm: parsed("algorithm", &self.algorithm)?,
            hash: self.hash,
        })
    }
}

#[derive(FromRow)]
struct HeadRow {
    seq: i64,
    hash: String,
}

/// The next seal is made of it.
impl Record for HeadRow {}

/// How far the log is sealed.
pub async fn head(tx: &mut Tx) -> Result<Head> {
    let sql = "select seq, hash from log_seal order by seq desc limit 1";
    let row: Option<HeadRow> = tx.query(sql).optional().await?;
    Ok(row.map_or_else(Head::start, |HeadRow { seq, hash }| Head { seq, hash }))
}

/// Entries that wait for their number, the first of them first.
pub async fn waiting(tx: &mut Tx, limit: i64) -> Result<Vec<LogEntry>> {
    let sql = "select id, at, actor, actor_issuer, actor_name, actor_unit, event, subject, plan_id, reason, before, after, request_id
               from log_pending join log_entry on id = entry_id
               order by position limit 0 + $1";
    let rows: Vec<LogRow> = tx.query(sql).bind(limit).all().await?;
    rows.into_iter().map(LogRow::into_entry).collect()
}

/// How many wait, and since when.
pub async fn waiting_since(tx: &mut Tx) -> Result<(i64, Option<Instant>)> {
    let sql = "select cast(count(*) as bigint), min(at) from log_pending left join log_entry on id = entry_id";
    tx.query(sql).one().await
}

/// Adds seals; their entries wait no longer.
pub async fn insert(tx: &mut Tx, seals: &[Seal]) -> Result<()> {
    for seals in seals.chunks(ROWS) {
        let mut sql = Statement::new("insert into log_seal (seq, entry_id, algorithm, hash) values ");
        for (index, seal) in seals.iter().enumerate() {
            sql = sql.push(if index == 0 { "" } else { ", " }).list([
                Value::Int(seal.seq),
                Value::id(seal.entry),
                Value::Text(seal.algorithm.as_str().to_owned()),
                Value::Text(seal.hash.clone()),
            ]);
        }
        tx.run(sql).execute().await?;
        // Not by position: one that is smaller may be committed by now, and was not among them.
        let done = seals.iter().map(|seal| Value::id(seal.entry));
        let sql = Statement::new("delete from log_pending where entry_id in ").list(done);
        tx.run(sql).execute().await?;
    }
    Ok(())
}

/// Seals behind `after` in their order, each with its entry, if that is still there.
pub async fn list(tx: &mut Tx, after: i64, limit: i64) -> Result<Vec<(Seal, Option<LogEntry>)>> {
    let sql = "select seq, entry_id, algorithm, hash from log_seal where seq > $1 order by seq limit 0 + $2";
    let seals: Vec<SealRow> = tx.query(sql).bind(after).bind(limit).all().await?;
    let last = seals.last().map_or(after, |seal| seal.seq);
    let sql = "select id, at, actor, actor_issuer, actor_name, actor_unit, event, subject, plan_id, reason, before, after, request_id
               from log_seal join log_entry on id = entry_id
               where seq > $1 and seq <= $2";
    let rows: Vec<LogRow> = tx.query(sql).bind(after).bind(last).all().await?;
    let entries = rows.into_iter().map(LogRow::into_entry);
    let entries = entries.map(|entry| entry.map(|entry| (entry.id, entry)));
    let mut entries: BTreeMap<EntryId, LogEntry> = entries.collect::<Result<_>>()?;
    seals
        .into_iter()
        .map(|seal| {
            let entry = entries.remove(&seal.entry_id);
            Ok((seal.into_seal()?, entry))
        })
        .collect()
}

/// Whether the database answered, but with what cannot be what was written.
pub fn is_unreadable(error: &Error) -> bool {
    matches!(error, Error::ColumnDecode { .. } | Error::Decode(_))
}

/// What the log says of an entry, as far as it can be read at all.
#[derive(Debug, Clone, FromRow)]
pub struct LoggedEntry {
    /// Its id.
    pub id: EntryId,
    /// What happened.
    pub event: String,
    /// To what.
    pub subject: String,
}

/// What checking the chain finds is shown to the operator.
impl Record for LoggedEntry {}

/// The entry of a seal.
pub async fn named(tx: &mut Tx, seq: i64) -> Result<Option<LoggedEntry>> {
    let sql = "select id, event, subject from log_seal join log_entry on id = entry_id where seq = $1";
    tx.query(sql).bind(seq).optional().await
}

/// An entry that is neither sealed nor waiting, if there is one.
pub async fn forgotten(tx: &mut Tx) -> Result<Option<LoggedEntry>> {
    let sql = "select id, event, subject from log_entry
               where not exists (select 1 from log_seal where entry_id = id)
                 and not exists (select 1 from log_pending where entry_id = id)
               order by id limit 1";
    tx.query(sql).optional().await
}

/// An id that waits, and whose entry is gone, if there is one.
pub async fn lost(tx: &mut Tx) -> Result<Option<EntryId>> {
    let sql = "select entry_id from log_pending
               where not exists (select 1 from log_entry where id = entry_id)
               order by position limit 1";
    let row: Option<(EntryId,)> = tx.query(sql).optional().await?;
    Ok(row.map(|(id,)| id))
}
