//! What a POST with an Idempotency-Key answered.

use serde::{Deserialize, Serialize};
use sqlx::{FromRow, Result, types::Json};

use crate::{
    db::{Record, Tx},
    domain::time::Instant,
};

/// A reply as it was sent, to be sent again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedReply {
    /// HTTP status.
    pub status: u16,
    /// Header names and values.
    pub headers: Vec<(String, String)>,
    /// The body, byte for byte.
    pub body: String,
    /// Who is shown it.
    #[serde(default)]
    pub to: Audience,
}

/// Who is shown a reply.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Whoever may do what was done.
    All,
    /// Of those, who may read: a token that only writes is told that it is done. Replies of earlier releases do not say.
    #[default]
    Readers,
    /// Only who asked, and once: it holds a secret, and is not kept.
    Once,
}

#[derive(FromRow)]
struct SavedRow {
    fingerprint: String,
    reply: Json<SavedReply>,
}

/// A reply goes to who has had it before.
impl Record for SavedRow {}

/// The fingerprint of the request that used this key, and its reply.
pub async fn find(tx: &mut Tx, caller: &str, key: &str) -> Result<Option<(String, SavedReply)>> {
    let sql = "select fingerprint, reply from idempotency where caller = $1 and key = $2";
    let row: Option<SavedRow> = tx.query(sql).bind(caller).bind(key).optional().await?;
    Ok(row.map(|row| (row.fingerprint, row.reply.0)))
}

/// Remembers a reply.
pub async fn insert(
    tx: &mut Tx,
    caller: &str,
    key: &str,
    fingerprint: &str,
    reply: &SavedReply,
    now: Instant,
) -> Result<()> {
    let sql = "insert into idempotency (caller, key, fingerprint, reply, created_at) values ($1, $2, $3, $4, $5)";
    tx.change(sql)
        .bind(caller)
        .bind(key)
        .bind(fingerprint)
        .bind(Json(reply))
        .bind(now)
        .done()
        .await
}

/// Forgets replies from before `before`.
pub async fn delete_before(tx: &mut Tx, before: Instant) -> Result<u64> {
    tx.query("delete from idempotency where created_at < $1")
        .bind(before)
        .execute()
        .await
}
