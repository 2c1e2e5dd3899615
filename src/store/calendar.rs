//! The working-day calendar, a row a year.

use sqlx::{FromRow, Result, types::Json};

use crate::{
    db::{Record, Tx},
    domain::calendar::CalendarYear,
};

#[derive(FromRow)]
struct YearRow {
    content: Json<CalendarYear>,
    version: i64,
}

/// The calendar is public.
impl Record for YearRow {}

/// All years with their versions.
pub async fn all(tx: &mut Tx) -> Result<Vec<(CalendarYear, i64)>> {
    let rows: Vec<YearRow> = tx
        .query("select content, version from calendar_year order by year")
        .all()
        .await?;
    Ok(rows.into_iter().map(|row| (row.content.0, row.version)).collect())
}

/// Adds a year, or replaces it.
pub async fn put(tx: &mut Tx, year: &CalendarYear, version: i64) -> Result<()> {
    let sql = "insert into calendar_year (year, content, version) values ($1, $2, $3)
               on conflict (year) do update set content = excluded.content, version = excluded.version";
    tx.query(sql)
        .bind(i64::from(year.year))
        .bind(Json(year))
        .bind(version)
        .execute()
        .await?;
    Ok(())
}
