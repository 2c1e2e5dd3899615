//! The ledger as far as it is public what units have reported.

use crate::{
    db::{Statement, Value},
    domain::{id::PlanId, time::Instant},
    store::row::texts,
};

/// The day that says whether its unit reported in time, of a public report `said` on the obligation `first`: of what is to
/// be done by a day, only a claim of completion has one.
pub(in crate::store) const SAID_ON: &str =
    "case when coalesce(first.judged_as, first.rule_kind) not in ('date', 'on_event') then said.reported_on
          when said.claims_completion then coalesce(said.claimed_on, said.reported_on) end";

/// ` from (…) as obligation`: the rows of these plans among `known`, with nothing of their reports but of those that
/// are public, if they were cleared before an instant.
pub(super) fn ledger(known: &Statement, plans: &[PlanId], before: Option<Instant>) -> Statement {
    let mut sql = Statement::new(
        " from (select id, plan_id, task_number, requirement_id, deadline_id, unit, unit_kind, period, rule_kind, opens_on,
                       original_due_on, due_on, sort_on, exempted_at, exempted_reason, withdrawn_at,
                       cast(null as text) as report_phase, said.reported_on, said.reported_due_on, said.fulfilled_on, version",
    )
    .append(known)
    // Of the day on which it was fulfilled nothing is counted but that there is one.
    .push(" left join (select said.obligation_id, min(said.day) as reported_on, min(said.due_on) as reported_due_on,
                            min(case when said.claims_completion then said.day end) as fulfilled_on
                     from (select said.obligation_id, said.claims_completion, ")
    .push(SAID_ON)
    .push(" as day, case when ")
    .push(SAID_ON)
    .push(
        " = first.reported_on then first.reported_due_on end as due_on
                           from progress_report as said join obligation as first on first.id = said.obligation_id
                           where said.is_public",
    );
    if !plans.is_empty() {
        sql = sql.push(" and said.plan_id in ").list(texts(plans));
    }
    if let Some(instant) = before {
        sql = sql.push(" and said.judged_at < ").bind(Value::Instant(instant));
    }
    sql.push(") as said group by said.obligation_id) as said on said.obligation_id = obligation.id) as obligation")
}
