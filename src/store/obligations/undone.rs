//! What is left undone of a plan.

use sqlx::Result;

use crate::{
    db::Tx,
    domain::{id::PlanId, plan::Undone, time::Day},
};

/// What of the plan is neither fulfilled nor exempted, and how much of that is not due before `today`.
pub async fn undone(tx: &mut Tx, plan: &PlanId, today: Day) -> Result<Undone> {
    let sql = "select cast(count(*) as bigint), cast(count(*) filter (where due_on is null or due_on >= $2) as bigint)
               from obligation
               where plan_id = $1 and withdrawn_at is null and exempted_at is null and fulfilled_on is null";
    let (unfinished, not_yet_due): (i64, i64) = tx.query(sql).bind(plan.as_str()).bind(today).one().await?;
    Ok(Undone {
        unfinished,
        not_yet_due,
    })
}
