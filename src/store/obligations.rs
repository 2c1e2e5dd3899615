//! The ledger of obligations.

mod cleared;
mod filter;
mod kinds;
mod past;
mod ranked;
mod remembered;
mod roles;
mod undone;

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{FromRow, Result};

use self::roles::role;
pub(super) use self::{cleared::SAID_ON, roles::ROLE};
pub use self::{
    filter::{LedgerFilter, LedgerRow},
    kinds::{file_under_rule, file_under_unit},
    roles::{file_under_roles, without_roles},
    undone::undone,
};
use super::{
    filter::Filter as _,
    reports::Beside,
    revisions::OF_PLAN,
    row::{name, named, parsed, texts},
    scope::{Seen, owned_by, shown_by},
};
use crate::{
    db::{Record, Statement, Tx, Value},
    domain::{
        id::{PlanId, RequirementId, TaskId},
        ledger::{Horizons, ObligationFilter, sort_on},
        obligation::{Exemption, Obligation, ObligationId, ReportFacts, Unfinished},
        scope::Scope,
        time::{Day, Instant, day_of},
        unit::UnitKind,
    },
};

/// Rows inserted by one statement: SQLite's cost of parameters grows with their square.
const ROWS: usize = 25;

/// An obligation and what the ledger files it under.
#[derive(Debug, Clone)]
pub struct FiledObligation {
    /// The obligation.
    pub obligation: Obligation,
    /// The kind of its unit.
    pub unit_kind: UnitKind,
}

#[derive(FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "a row, as it is selected")]
pub(super) struct ObligationRow {
    id: String,
    rule_kind: String,
    #[sqlx(default)]
    judged_as: Option<String>,
    #[sqlx(default)]
    role: Option<String>,
    opens_on: Option<Day>,
    due_on: Option<Day>,
    original_due_on: Option<Day>,
    exempted_at: Option<Instant>,
    exempted_reason: Option<String>,
    report_phase: Option<String>,
    reported_on: Option<Day>,
    fulfilled_on: Option<Day>,
    #[sqlx(default)]
    reported_due_on: Option<Day>,
    #[sqlx(default)]
    has_report: bool,
    #[sqlx(default)]
    has_extension: bool,
    #[sqlx(default)]
    has_notice: bool,
    #[sqlx(default)]
    has_any_report: bool,
    version: i64,
}

impl ObligationRow {
    pub(super) fn into_obligation(self) -> Result<Obligation> {
        let exemption = self
            .exempted_at
            .zip(self.exempted_reason)
            .map(|(at, reason)| Exemption { reason, at });
        Ok(Obligation {
            id: parsed("id", &self.id)?,
            judged_as: named("rule_kind", self.judged_as.unwrap_or(self.rule_kind))?,
            role: self.role.map(|role| named("role", role)).transpose()?,
            opens_on: self.opens_on,
            due_on: self.due_on,
            original_due_on: self.original_due_on,
            exemption,
            report: ReportFacts {
                phase: self
                    .report_phase
                    .map(|phase| named("report_phase", phase))
                    .transpose()?,
                reported_on: self.reported_on,
                fulfilled_on: self.fulfilled_on,
            },
            reported_due_on: self.reported_due_on,
            unfinished: Unfinished {
                report: self.has_report,
                extension: self.has_extension,
                notice: self.has_notice,
                any_report: self.has_any_report,
            },
            version: self.version,
        })
    }
}

pub(super) const COLUMNS: &str = concat!(
    "select id, rule_kind, opens_on, due_on, original_due_on, exempted_at, exempted_reason,
            report_phase, reported_on, reported_due_on, fulfilled_on, version,
            exists (select 1 from progress_report where obligation_id = obligation.id and status <> 'accepted') as has_report,
            exists (select 1 from extension where obligation_id = obligation.id and status in ('requested', 'signed')) as has_extension, ",
    role!(),
    " as role"
);

/// The last day that both databases hold.
fn far() -> Day {
    sort_on(None)
}

/// Whether anything was ever owed for the task, or for its requirement.
pub async fn is_remembered(tx: &mut Tx, task: &TaskId, requirement: Option<&RequirementId>) -> Result<bool> {
    let mut sql = Statement::new("select exists (select 1 from obligation where plan_id = ")
        .bind(Value::Text(task.plan.to_string()))
        .push(" and task_number = ")
        .bind(Value::Int(task.number.into()));
    if let Some(requirement) = requirement {
        sql = sql
            .push(" and requirement_id = ")
            .bind(Value::Text(requirement.to_string()));
    }
    let (found,): (bool,) = tx.run(sql.push(")")).one().await?;
    Ok(found)
}

/// Those of `ids` that are or were in the ledger, if `scope` shows them.
pub async fn filed(tx: &mut Tx, ids: &[ObligationId], scope: &Scope<Obligation>) -> Result<BTreeSet<ObligationId>> {
    let sql = Statement::new("select id from obligation where ")
        .within(&shown_by(scope, |owners| owned_by("unit", owners)))
        .push(" and id in ")
        .list(texts(ids));
    let rows: Vec<(ObligationId,)> = tx.run(sql).all().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The obligation, unless it was withdrawn, if `scope` shows it.
pub async fn find(tx: &mut Tx, id: &ObligationId, scope: &Scope<Obligation>) -> Result<Option<Obligation>> {
    let found = of(tx, "id", id.to_string(), scope).await?;
    Ok(found.into_iter().next())
}

#[derive(FromRow)]
struct RowInPlan {
    #[sqlx(flatten)]
    row: ObligationRow,
    plan_revision: Option<i64>,
}

/// An obligation and the revision of its plan, by one statement.
pub async fn find_in_plan(
    tx: &mut Tx,
    id: &ObligationId,
    scope: &Scope<Obligation>,
) -> Result<Option<(Obligation, Option<i64>)>> {
    let columns = with_notice().push(", ").push(OF_PLAN).push(" as plan_revision");
    let found: Option<RowInPlan> = tx.run(owed(columns, "id", id.to_string(), scope)).optional().await?;
    let both = |RowInPlan { row, plan_revision }| Ok((row.into_obligation()?, plan_revision));
    found.map(both).transpose()
}

/// The obligation as it was known on the day, unless it was withdrawn, if `scope` shows it; with the report on it, if
/// that is seen.
pub async fn find_on(
    tx: &mut Tx,
    id: &ObligationId,
    scope: &Scope<Obligation>,
    horizons: Horizons,
    reports: Beside,
) -> Result<Option<LedgerRow>> {
    let any = LedgerFilter {
        filter: ObligationFilter::default(),
        horizons,
        memory: None,
        reports: Some(reports),
    };
    any.find(tx, Value::Text(id.to_string()), scope).await
}

/// The plan's obligations that were not withdrawn.
pub async fn of_plan(tx: &mut Tx, plan: &PlanId, scope: &Scope<Obligation>) -> Result<Vec<Obligation>> {
    of(tx, "plan_id", plan.to_string(), scope).await
}

/// What is owed for the requirement and was not withdrawn.
pub async fn of_requirement(
    tx: &mut Tx,
    requirement: &RequirementId,
    scope: &Scope<Obligation>,
) -> Result<Vec<Obligation>> {
    of(tx, "requirement_id", requirement.to_string(), scope).await
}

async fn of(tx: &mut Tx, column: &'static str, value: String, scope: &Scope<Obligation>) -> Result<Vec<Obligation>> {
    let rows: Vec<ObligationRow> = tx.run(owed(with_notice(), column, value, scope)).all().await?;
    rows.into_iter().map(ObligationRow::into_obligation).collect()
}

fn with_notice() -> Statement {
    Statement::new(COLUMNS).push(
        ", judged_as, exists (select 1 from progress_report where obligation_id = obligation.id) as has_any_report,
            exists (select 1 from notice_obligation named join notice on notice.id = named.notice_id
                   where named.obligation_id = obligation.id and notice.status in ('issued', 'rescinded')) as has_notice",
    )
}

/// `columns` of what is owed and has `value` in `column`.
fn owed(columns: Statement, column: &'static str, value: String, scope: &Scope<Obligation>) -> Statement<Seen> {
    columns
        .push(" from obligation where withdrawn_at is null and ")
        .within(&shown_by(scope, |owners| owned_by("unit", owners)))
        .push(" and ")
        .push(column)
        .push(" = ")
        .bind(Value::Text(value))
}

/// The due days of those of these obligations that `scope` shows.
pub async fn due_days(
    tx: &mut Tx,
    ids: &[ObligationId],
    scope: &Scope<Obligation>,
) -> Result<BTreeMap<ObligationId, Option<Day>>> {
    let mut days = BTreeMap::new();
    for chunk in ids.chunks(200) {
        let sql = Statement::new("select id, due_on from obligation where ")
            .within(&shown_by(scope, |owners| owned_by("unit", owners)))
            .push(" and id in ")
            .list(texts(chunk));
        let rows: Vec<(ObligationId, Option<Day>)> = tx.run(sql).all().await?;
        days.extend(rows);
    }
    Ok(days)
}

/// Adds obligations; one that was withdrawn is owed again. An `addition` to a ledger that was there before was
/// not known on earlier days.
pub async fn insert(tx: &mut Tx, filed: &[FiledObligation], now: Instant, addition: bool) -> Result<()> {
    for chunk in filed.chunks(ROWS) {
        let ids: Vec<&ObligationId> = chunk.iter().map(|filed| &filed.obligation.id).collect();
        past::keep(tx, &ids, now).await?;
        let mut sql = Statement::new(
            "insert into obligation (id, plan_id, task_number, requirement_id, deadline_id, unit, unit_kind, period,
                                     rule_kind, opens_on, due_on, original_due_on, sort_on, created_on, version)
             values ",
        );
        for (index, FiledObligation { obligation, unit_kind }) in chunk.iter().enumerate() {
            let deadline = &obligation.id.deadline;
            let task = &deadline.requirement.task;
            let values = [
                Value::Text(obligation.id.to_string()),
                Value::Text(task.plan.to_string()),
                Value::Int(task.number.into()),
                Value::Text(deadline.requirement.to_string()),
                Value::Text(deadline.to_string()),
                Value::Text(obligation.id.unit.to_string()),
                Value::Text(name(unit_kind)?),
                Value::Text(obligation.id.period.clone()),
                Value::Text(name(obligation.judged_as)?),
                Value::MaybeDay(obligation.opens_on),
                Value::MaybeDay(obligation.due_on),
                Value::MaybeDay(obligation.original_due_on),
                Value::Day(sort_on(obligation.due_on)),
                Value::Day(day_of(now)),
                Value::Int(obligation.version),
            ];
            sql = sql.push(if index == 0 { "" } else { ", " }).list(values);
        }
        sql = sql.push(
            " on conflict (id) do update
              set withdrawn_at = null, opens_on = excluded.opens_on, due_on = excluded.due_on,
                  original_due_on = excluded.original_due_on, sort_on = excluded.sort_on,
                  rule_kind = excluded.rule_kind, version = obligation.version + 1",
        );
        tx.run(sql).execute().await?;
        if addition {
            past::keep_absent(tx, &ids, now).await?;
        }
    }
    Ok(())
}

/// Whether anything of the plan was ever in the ledger.
pub async fn has_ledger(tx: &mut Tx, plan: &PlanId) -> Result<bool> {
    let sql = "select exists (select 1 from obligation where plan_id = $1)";
    let (found,): (bool,) = tx.query(sql).bind(plan.as_str()).one().await?;
    Ok(found)
}

/// How much of a plan falls due on a day.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Due {
    /// The plan.
    pub plan_id: PlanId,
    /// The day.
    pub due_on: Day,
    /// How many obligations.
    pub count: i64,
}

/// Counts for who runs the calendar.
impl Record for Due {}

/// What published plans have to be done between two days, by plan and day.
pub async fn due_between(tx: &mut Tx, from: Day, to: Day) -> Result<Vec<Due>> {
    let sql = "select plan_id, due_on, cast(count(*) as bigint) as count
               from obligation join plan on plan.id = plan_id
               where withdrawn_at is null and exempted_at is null and fulfilled_on is null and plan.status = 'published'
                 and due_on >= $1 and due_on <= $2
               group by plan_id, due_on
               order by plan_id, due_on";
    tx.query(sql).bind(from).bind(to).all().await
}

/// Saves the days of obligations over version `version - 1` each; an error where that is not the one stored.
pub async fn reschedule(tx: &mut Tx, rows: &[Obligation], now: Instant) -> Result<()> {
    let sql = "update obligation
               set opens_on = $2, due_on = $3, original_due_on = $4, sort_on = $5, version = $6
               where id = $1 and version = $6 - 1 and withdrawn_at is null";
    for chunk in rows.chunks(200) {
        let ids: Vec<&ObligationId> = chunk.iter().map(|row| &row.id).collect();
        past::keep(tx, &ids, now).await?;
        for row in chunk {
            tx.change(sql)
                .bind(row.id.to_string())
                .bind(row.opens_on)
                .bind(row.due_on)
                .bind(row.original_due_on)
                .bind(sort_on(row.due_on))
                .bind(row.version)
                .done()
                .await?;
        }
    }
    Ok(())
}

/// Takes obligations out of the ledger; their rows stay.
pub async fn withdraw(tx: &mut Tx, ids: &[ObligationId], now: Instant) -> Result<()> {
    for chunk in ids.chunks(200) {
        past::keep(tx, &chunk.iter().collect::<Vec<_>>(), now).await?;
        let sql =
            Statement::new("update obligation set version = version + 1, withdrawn_at = ").bind(Value::Instant(now));
        tx.run(sql.push(" where id in ").list(texts(chunk))).execute().await?;
    }
    Ok(())
}

/// Saves an exemption, or its end, and what reports say, over version `obligation.version - 1`; an error
/// where that is not the one stored.
pub async fn save(tx: &mut Tx, obligation: &Obligation, now: Instant) -> Result<()> {
    past::keep_one(tx, &obligation.id, now).await?;
    let sql = "update obligation
               set exempted_at = $2, exempted_reason = $3, report_phase = $4, reported_on = $5, fulfilled_on = $6, version = $7,
                   reported_due_on = $8
               where id = $1 and version = $7 - 1 and withdrawn_at is null";
    tx.change(sql)
        .bind(obligation.id.to_string())
        .bind(obligation.exemption.as_ref().map(|exemption| exemption.at))
        .bind(obligation.exemption.as_ref().map(|exemption| exemption.reason.clone()))
        .bind(obligation.report.phase.map(name).transpose()?)
        .bind(obligation.report.reported_on)
        .bind(obligation.report.fulfilled_on)
        .bind(obligation.version)
        .bind(obligation.reported_due_on)
        .done()
        .await
}
