//! Lists of notices.

use sqlx::Result;

use super::{COLUMNS, NoticeRow, seen, texts, whole};
use crate::{
    db::{Statement, Tx, Value},
    domain::{
        id::{PlanId, UnitCode},
        notice::{Notice, NoticeKind, NoticeLevel, NoticeStatus},
        obligation::ObligationId,
        order::Place,
        scope::Scope,
        time::Day,
    },
    store::{
        page::{Sort, Sorts, page},
        row::names,
        scope::owned_by,
    },
};

/// Which notices are wanted; empty conditions do not count.
#[derive(Debug, Default)]
pub struct NoticeFilter {
    /// Of one of these plans.
    pub plans: Vec<PlanId>,
    /// Of one of these kinds.
    pub kinds: Vec<NoticeKind>,
    /// Of one of these levels.
    pub levels: Vec<NoticeLevel>,
    /// In one of these statuses.
    pub statuses: Vec<NoticeStatus>,
    /// Addressed to one of these units; `Some` of none: to nobody.
    pub units: Option<Vec<UnitCode>>,
    /// About one of these obligations.
    pub obligations: Vec<ObligationId>,
    /// Whether one of these units (or any) let the day pass without an answer, as of a day.
    pub overdue: Option<(bool, Day)>,
}

fn codes(units: &[UnitCode]) -> impl Iterator<Item = Value> {
    units.iter().map(|unit| Value::Text(unit.to_string()))
}

impl NoticeFilter {
    /// ` where …`, within what `scope` shows: of a notice that a unit received, that it was sent to others
    /// too is none of its business.
    fn conditions(&self, scope: &Scope<Notice>) -> Result<Statement> {
        let own = owned_by("unit", scope.sight());
        let mut sql = Statement::new(" where ").append(&seen(scope));
        if !self.plans.is_empty() {
            let plans = self.plans.iter().map(|plan| Value::Text(plan.to_string()));
            sql = sql.push(" and plan_id in ").list(plans);
        }
        if !self.kinds.is_empty() {
            sql = sql.push(" and kind in ").list(names(&self.kinds)?);
        }
        if !self.levels.is_empty() {
            sql = sql.push(" and level in ").list(names(&self.levels)?);
        }
        if !self.statuses.is_empty() {
            sql = sql.push(" and status in ").list(names(&self.statuses)?);
        }
        if let Some(units) = &self.units {
            sql = sql
                .push(" and id in (select notice_id from notice_unit where ")
                .append(&own)
                .push(" and unit in ")
                .list(codes(units))
                .push(")");
        }
        if !self.obligations.is_empty() {
            sql = sql
                .push(" and id in (select notice_id from notice_obligation where ")
                .append(&own)
                .push(" and obligation_id in ")
                .list(texts(&self.obligations))
                .push(")");
        }
        if let Some((overdue, today)) = self.overdue {
            sql = sql.push(if overdue { " and (" } else { " and not (" });
            sql = sql.push("status = 'issued' and reply_by is not null and reply_by < ");
            sql = sql
                .bind(Value::Day(today))
                .push(" and id in (select notice_id from notice_unit where answered_at is null and lifted_at is null and ")
                .append(&own);
            if let Some(units) = &self.units {
                sql = sql.push(" and unit in ").list(codes(units));
            }
            sql = sql.push("))");
        }
        Ok(sql)
    }
}

/// What they can be sorted by.
pub const SORTS: Sorts = &[Sort::uuid("id", "id")];

/// The notices at `place`.
pub async fn list(tx: &mut Tx, filter: &NoticeFilter, scope: &Scope<Notice>, place: &Place) -> Result<Vec<Notice>> {
    let sql = Statement::new(COLUMNS).append(&filter.conditions(scope)?);
    let rows: Vec<NoticeRow> = tx.run(page(sql, place, SORTS)).all().await?;
    whole(tx, rows).await
}

/// How many there are.
pub async fn count(tx: &mut Tx, filter: &NoticeFilter, scope: &Scope<Notice>) -> Result<i64> {
    let sql = Statement::new("select cast(count(*) as bigint) from notice").append(&filter.conditions(scope)?);
    let (count,): (i64,) = tx.run(sql).one().await?;
    Ok(count)
}
