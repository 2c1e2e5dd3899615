//! The log. Entries are only ever added: no statement here updates or deletes.

use serde_json::Value;
use sqlx::{FromRow, Result, types::Json};
use uuid::Uuid;

use super::row::parsed;
use crate::{
    db::Tx,
    domain::{id::PlanId, log::LogEntry, time::Instant},
};

#[derive(FromRow)]
struct LogRow {
    id: Uuid,
    at: Instant,
    actor: String,
    actor_unit: Option<String>,
    event: String,
    subject: String,
    plan_id: Option<String>,
    reason: Option<String>,
    before: Option<Json<Value>>,
    after: Option<Json<Value>>,
    request_id: Option<String>,
}

/// Adds an entry.
pub async fn append(tx: &mut Tx, entry: &LogEntry) -> Result<()> {
    let sql =
        "insert into log_entry (id, at, actor, actor_unit, event, subject, plan_id, reason, before, after, request_id)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    tx.query(sql)
        .bind(entry.id)
        .bind(entry.at)
        .bind(&entry.actor)
        .bind(entry.actor_unit.as_ref().map(|code| code.as_str().to_owned()))
        .bind(&entry.event)
        .bind(&entry.subject)
        .bind(entry.plan.as_ref().map(|plan| plan.as_str().to_owned()))
        .bind(&entry.reason)
        .bind(entry.before.as_ref().map(Json))
        .bind(entry.after.as_ref().map(Json))
        .bind(&entry.request_id)
        .execute()
        .await?;
    Ok(())
}

/// The plan's entries that have a reason (its amendments), newest first, older than `before`.
pub async fn amendments(tx: &mut Tx, plan: &PlanId, before: Option<Uuid>, limit: i64) -> Result<Vec<LogEntry>> {
    let sql = "select id, at, actor, actor_unit, event, subject, plan_id, reason, before, after, request_id
               from log_entry
               where plan_id = $1 and reason is not null and ($2 is null or id < $2)
               order by id desc limit $3";
    let rows: Vec<LogRow> = tx.query(sql).bind(plan.as_str()).bind(before).bind(limit).all().await?;
    rows.into_iter()
        .map(|row| {
            Ok(LogEntry {
                id: row.id,
                at: row.at,
                actor: row.actor,
                actor_unit: row.actor_unit.map(|code| parsed("actor_unit", &code)).transpose()?,
                event: row.event,
                subject: row.subject,
                plan: row.plan_id.map(|plan| parsed("plan_id", &plan)).transpose()?,
                reason: row.reason,
                before: row.before.map(|Json(value)| value),
                after: row.after.map(|Json(value)| value),
                request_id: row.request_id,
            })
        })
        .collect()
}

/// How many amendments the plan has.
pub async fn count_amendments(tx: &mut Tx, plan: &PlanId) -> Result<i64> {
    let sql = "select cast(count(*) as bigint) from log_entry where plan_id = $1 and reason is not null";
    let (count,): (i64,) = tx.query(sql).bind(plan.as_str()).one().await?;
    Ok(count)
}
