//! Lists of notices.

use sqlx::Result;

use super::{COLUMNS, FROM, NoticeRow, seen, whole};
use crate::{
    db::{Statement, Tx, Value},
    domain::{
        changes::Changes,
        id::{PlanId, UnitCode},
        notice::{Notice, NoticeKind, NoticeLevel, NoticeStatus},
        obligation::ObligationId,
        order::SortKey,
        scope::Scope,
        time::Day,
    },
    store::{
        changes::{ChangedRows, Followable, changed},
        filter::Filter,
        page::{Sort, Sorts},
        remembered::Remembered,
        row::{names, texts},
        scope::{Seen, owned_by, shown_by},
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
    /// Addressed to one of these units; `Some` of an empty set matches nothing.
    pub units: Option<Vec<UnitCode>>,
    /// About one of these obligations.
    pub obligations: Vec<ObligationId>,
    /// Whether one of these units (or any) let the day pass without an answer, as of a day.
    pub overdue: Option<(bool, Day)>,
    /// Only those of which one of these units (or any) has something to acknowledge or to answer.
    pub unanswered: bool,
}

impl Remembered for NoticeFilter {}

impl Filter for NoticeFilter {
    type Thing = Notice;
    type Row = Notice;
    const SORTS: Sorts = &[Sort::uuid("id", "id")];
    const COLUMNS: &'static str = COLUMNS;

    /// Of a notice that a unit received, that it was sent to others too is none of its business.
    fn wanted(&self, scope: &Scope<Notice>) -> Result<Statement<Seen>> {
        let own = owned_by("unit", scope.visibility());
        let units = || self.units.as_deref().map(texts);
        let mut sql = Statement::new(FROM)
            .within(&shown_by(scope, seen))
            .any_of("plan_id", texts(&self.plans))
            .any_of("kind", names(&self.kinds)?)
            .any_of("level", names(&self.levels)?)
            .any_of("status", names(&self.statuses)?);
        if units().is_some() {
            sql = sql
                .push(" and id in (select notice_id from notice_unit where ")
                .append(&own)
                .any_of_some("unit", units())
                .push(")");
        }
        if !self.obligations.is_empty() {
            sql = sql
                .push(" and id in (select notice_id from notice_obligation where ")
                .append(&own)
                .any_of("obligation_id", texts(&self.obligations))
                .push(")");
        }
        if self.unanswered {
            sql = sql
                .push(
                    " and status = 'issued'
                      and id in (select notice_id from notice_unit
                                 where answered_at is null and lifted_at is null
                                   and (acknowledged_at is null or notice.kind <> 'commendation') and ",
                )
                .append(&own)
                .any_of_some("unit", units())
                .push(")");
        }
        if let Some((overdue, today)) = self.overdue {
            sql = sql
                .push(if overdue { " and (" } else { " and not (" })
                .push("status = 'issued' and reply_by is not null and reply_by < ")
                .bind(Value::Day(today))
                .push(" and id in (select notice_id from notice_unit where answered_at is null and lifted_at is null and ")
                .append(&own)
                .any_of_some("unit", units())
                .push("))");
        }
        Ok(sql)
    }

    async fn read(&self, tx: &mut Tx, sql: Statement<Seen>) -> Result<Vec<Notice>> {
        let rows: Vec<NoticeRow> = tx.run(sql).all().await?;
        whole(tx, rows).await
    }

    fn key(&self, row: &Notice, _: &str) -> SortKey {
        SortKey::id(row.id)
    }

    async fn changed(
        &self,
        tx: &mut Tx,
        scope: &Scope<Notice>,
        changes: &Changes,
    ) -> Result<Option<ChangedRows<Notice>>> {
        changed(tx, self, scope, changes).await
    }
}

impl Followable for NoticeFilter {
    fn any(&self) -> Self {
        Self::default()
    }

    fn concerned(&self, scope: &Scope<Notice>, changes: &Changes) -> Vec<Statement> {
        // Whether what is not sent may be hangs on other notices, on the ledger and on the day. They are few.
        let unsent = scope.visibility().is_everybodys();
        let unsent = unsent.then(|| Statement::new("status not in ('issued', 'rescinded')"));
        let due = |from| Statement::new("status = 'issued' and reply_by >= ").bind(Value::Day(from));
        unsent.into_iter().chain(changes.passed.map(due)).collect()
    }
}
