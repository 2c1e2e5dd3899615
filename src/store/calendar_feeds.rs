//! The secret parts of calendar addresses, as hashes.

use sqlx::{FromRow, Result};

use crate::{
    db::{Record, Tx},
    domain::{id::UnitCode, time::Instant},
};

/// Sets the unit's secret; the one before opens nothing any more.
pub async fn put(tx: &mut Tx, unit: &UnitCode, token_hash: &str, now: Instant) -> Result<()> {
    let sql = "insert into calendar_feed (unit, token_hash, created_at) values ($1, $2, $3)
               on conflict (unit) do update set token_hash = excluded.token_hash, created_at = excluded.created_at";
    tx.query(sql)
        .bind(unit.as_str())
        .bind(token_hash)
        .bind(now)
        .execute()
        .await?;
    Ok(())
}

#[derive(FromRow)]
struct FeedRow {
    token_hash: String,
}

/// What a secret is compared with.
impl Record for FeedRow {}

/// The hash of the unit's secret.
pub async fn find(tx: &mut Tx, unit: &UnitCode) -> Result<Option<String>> {
    let row: Option<FeedRow> = tx
        .query("select token_hash from calendar_feed where unit = $1")
        .bind(unit.as_str())
        .optional()
        .await?;
    Ok(row.map(|row| row.token_hash))
}
