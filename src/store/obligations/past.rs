//! How the ledger stood before: each row that changes is kept as it was until then.

use sqlx::Result;

use crate::{
    db::{Statement, Tx, Value},
    domain::{obligation::ObligationId, time::Instant},
    store::row::texts,
};

/// What a row of the ledger says, the same in both tables.
const FACTS: &str =
    "id, plan_id, task_number, requirement_id, deadline_id, unit, unit_kind, period, rule_kind, opens_on,
                     original_due_on, due_on, sort_on, exempted_at, exempted_reason, withdrawn_at, report_phase,
                     reported_on, reported_due_on, fulfilled_on, version";

/// The beginning of a copy of rows that hold until `now`.
fn copied(now: Instant) -> Statement {
    Statement::new("insert into obligation_past (until_at, ")
        .push(FACTS)
        .push(") select ")
        .bind(Value::Instant(now))
}

/// Keeps rows as they are, because they change at `now`.
pub(super) async fn keep(tx: &mut Tx, ids: &[&ObligationId], now: Instant) -> Result<()> {
    tx.run(as_they_are(ids, now)).execute().await.map(drop)
}

/// Keeps one row, which must exist, as it is, because it changes at `now`.
pub(super) async fn keep_one(tx: &mut Tx, id: &ObligationId, now: Instant) -> Result<()> {
    tx.run_change(as_they_are(&[id], now)).done().await
}

fn as_they_are(ids: &[&ObligationId], now: Instant) -> Statement {
    copied(now)
        .push(", ")
        .push(FACTS)
        .push(" from obligation where id in ")
        .list(texts(ids))
}

/// Keeps that rows which have just been added were not there before `now`: as withdrawn as any.
pub(super) async fn keep_absent(tx: &mut Tx, ids: &[&ObligationId], now: Instant) -> Result<()> {
    let sql = copied(now)
        .push(
            ", id, plan_id, task_number, requirement_id, deadline_id, unit, unit_kind, period, rule_kind, opens_on,
               original_due_on, due_on, sort_on, exempted_at, exempted_reason, ",
        )
        .bind(Value::Instant(now))
        .push(
            ", report_phase, reported_on, reported_due_on, fulfilled_on, version - 1 from obligation
               where not exists (select 1 from obligation_past as past where past.id = obligation.id) and id in ",
        )
        .list(texts(ids));
    tx.run(sql).execute().await.map(drop)
}

/// ` from (…) as obligation`: each row as it was just before `instant`.
pub(super) fn ledger(instant: Instant) -> Statement {
    let instant = Value::Instant(instant);
    Statement::new(" from (select ")
        .push(FACTS)
        .push(
            " from obligation
              where not exists (select 1 from obligation_past as later where later.id = obligation.id and later.until_at >= ",
        )
        .bind(instant.clone())
        .push(") union all select ")
        .push(FACTS)
        .push(" from (select ")
        .push(FACTS)
        .push(", row_number() over (partition by id order by until_at, version) as place from obligation_past where until_at >= ")
        .bind(instant)
        .push(") as past where place = 1) as obligation")
}
