//! Detects a pooler that does not keep a session for each connection.
//!
//! A pooler between us and PostgreSQL may hand each transaction to whatever session is free. Prepared
//! statements, the lock of migrations and the connection that listens for other replicas would be lost on the
//! way: now and then, under load, and without a word.

use sqlx::{Error, PgConnection, PgPool, Result, Row as _};

use super::{pool::Pool, server::Sessions};

/// Refuses a server whose sessions are shared between transactions. Two connections that stay open must have
/// a session each, and keep it: where they do not, one soon gets what the other has just used.
pub(super) async fn must_be_ours(pool: &Pool<Sessions>, another: &PgPool) -> Result<()> {
    let mut first = pool.get().await?;
    let mut second = another.acquire().await?;
    let (one, other) = (session(&mut first).await?, session(&mut second).await?);
    let mut ours = one != other;
    // Where many use the pooler at this moment, once is not enough to be sure.
    for _ in 0..4 {
        if ours {
            // Not every pooler takes transactions at all.
            ours = sqlx::raw_sql("begin").execute(&mut *second).await.is_ok()
                && session(&mut first).await? == one
                && session(&mut second).await? == other
                && sqlx::raw_sql("rollback").execute(&mut *second).await.is_ok();
        }
    }
    if ours {
        return Ok(());
    }
    Err(Error::Configuration(
        "the sessions of this PostgreSQL are shared between transactions, as PgBouncer does with pool_mode = transaction \
         or statement; duban needs its own: use pool_mode = session, or connect to PostgreSQL itself"
            .into(),
    ))
}

async fn session(connection: &mut PgConnection) -> Result<i32> {
    let row = sqlx::raw_sql("select pg_backend_pid()").fetch_one(connection).await?;
    row.try_get(0)
}
