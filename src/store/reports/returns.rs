//! Which reports were returned, once at least.

use sqlx::Result;

use crate::{
    db::{Statement, Tx, Value},
    domain::{report::Report, time::Instant},
};

/// ` from … where …`: reports (`id`, `unit`, `plan_id`) as they were when they were returned before an
/// instant. A return that a second review had overturned by then was none.
pub fn returned(before: Instant) -> Statement {
    Statement::new(
        " from (select id, unit, plan_id, reviewed_at from progress_report where status = 'returned'
                union select id, unit, plan_id, reviewed_at from progress_report_past where status = 'returned') as sent_back
         where reviewed_at < ",
    )
    .bind(Value::Instant(before))
    .push(
        " and not exists (select 1 from second_review
                          where subject_kind = 'progress_report' and subject_id = sent_back.id
                            and subject_at = sent_back.reviewed_at and status = 'overturned' and decided_at < ",
    )
    .bind(Value::Instant(before))
    .push(")")
}

/// Whether the unit has written on the report since it was returned.
pub async fn was_edited(tx: &mut Tx, report: &Report) -> Result<bool> {
    let sql = "select cast(count(*) as bigint) from progress_report_past
               where id = $1 and status = 'returned' and reviewed_at = $2";
    let returned_at = report.reviewed.as_ref().map(|step| step.at);
    let (edits,): (i64,) = tx.query(sql).bind(report.id).bind(returned_at).one().await?;
    Ok(edits > 0)
}
