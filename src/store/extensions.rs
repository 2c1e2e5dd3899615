//! Requests to move due days.

use sqlx::{FromRow, Result};

use super::{
    changes::{ChangedRows, Followable, among, changed},
    filter::Filter,
    page::{Sort, Sorts},
    remembered::Remembered,
    row::{name, named, names, parsed, step, taken, texts, who},
    scope::{Seen, owned_by, shown_by},
};
use crate::{
    db::{Statement, Tx, Value},
    domain::{
        changes::Changes,
        extension::{Extension, ExtensionId, ExtensionStatus, Visibility},
        id::{PlanId, UnitCode},
        obligation::ObligationId,
        order::SortKey,
        scope::Scope,
        time::{Day, Instant},
    },
};

super::id::stored_as_uuid!(ExtensionId);

#[derive(FromRow)]
struct ExtensionRow {
    id: ExtensionId,
    obligation_id: String,
    status: String,
    due_on: Day,
    requested_due_on: Day,
    granted_due_on: Option<Day>,
    reason: String,
    progress: String,
    requested_by: String,
    requested_at: Instant,
    is_handed_in: bool,
    signed_by: Option<String>,
    signed_at: Option<Instant>,
    decided_by: Option<String>,
    decided_at: Option<Instant>,
    decision: Option<String>,
    is_moot: bool,
    version: i64,
}

impl ExtensionRow {
    fn into_extension(self) -> Result<Extension> {
        Ok(Extension {
            id: self.id,
            obligation: parsed("obligation_id", &self.obligation_id)?,
            status: named("status", self.status)?,
            due_on: self.due_on,
            requested_due_on: self.requested_due_on,
            granted_due_on: self.granted_due_on,
            reason: self.reason,
            progress: self.progress,
            requested: taken(&self.requested_by, self.requested_at),
            handed_in: self.is_handed_in,
            signed: step(self.signed_by, self.signed_at),
            decided: step(self.decided_by, self.decided_at),
            decision: self.decision,
            moot: self.is_moot,
            version: self.version,
        })
    }
}

/// Which requests are wanted; empty conditions do not count.
#[derive(Debug, Default)]
pub struct ExtensionFilter {
    /// Of one of these plans.
    pub plans: Vec<PlanId>,
    /// Of one of these units; `Some` of an empty set matches nothing.
    pub units: Option<Vec<UnitCode>>,
    /// Of one of these obligations.
    pub obligations: Vec<ObligationId>,
    /// In one of these statuses.
    pub statuses: Vec<ExtensionStatus>,
    /// Only those that are not decided: of each obligation one, and an index has them.
    pub pending: bool,
}

impl Remembered for ExtensionFilter {}

impl Filter for ExtensionFilter {
    type Thing = Extension;
    type Row = Extension;
    const SORTS: Sorts = &[Sort::day("due_on", "due_on"), Sort::uuid("id", "id")];
    const COLUMNS: &'static str =
        "select id, obligation_id, status, due_on, requested_due_on, granted_due_on, reason, progress, requested_by,
                requested_at, is_handed_in, signed_by, signed_at, decided_by, decided_at, decision, version,
                not exists (select 1 from obligation
                            where obligation.id = extension.obligation_id and withdrawn_at is null
                              and exempted_at is null and fulfilled_on is null) as is_moot";

    fn wanted(&self, scope: &Scope<Extension>) -> Result<Statement<Seen>> {
        let pending = if self.pending {
            " and status in ('requested', 'signed')"
        } else {
            ""
        };
        Ok(Statement::new(" from extension where ")
            .within(&shown_by(scope, seen))
            .any_of("plan_id", texts(&self.plans))
            .any_of_some("unit", self.units.as_deref().map(texts))
            .any_of("obligation_id", texts(&self.obligations))
            .any_of("status", names(&self.statuses)?)
            .push(pending))
    }

    async fn read(&self, tx: &mut Tx, sql: Statement<Seen>) -> Result<Vec<Extension>> {
        let rows: Vec<ExtensionRow> = tx.run(sql).all().await?;
        rows.into_iter().map(ExtensionRow::into_extension).collect()
    }

    fn key(&self, row: &Extension, sort: &str) -> SortKey {
        match sort {
            "due_on" => SortKey::Day(row.due_on),
            _ => SortKey::id(row.id),
        }
    }

    async fn changed(
        &self,
        tx: &mut Tx,
        scope: &Scope<Extension>,
        changes: &Changes,
    ) -> Result<Option<ChangedRows<Extension>>> {
        changed(tx, self, scope, changes).await
    }
}

/// The same as [`Visibility::shows`], in SQL.
fn seen(visibility: &Visibility) -> Statement {
    let own = owned_by("unit", &visibility.own);
    if visibility.own == visibility.handed_in {
        return own;
    }
    Statement::new("(is_handed_in and ")
        .append(&owned_by("unit", &visibility.handed_in))
        .push(" or ")
        .append(&own)
        .push(")")
}

/// The request, if `scope` shows it.
pub async fn find(tx: &mut Tx, id: ExtensionId, scope: &Scope<Extension>) -> Result<Option<Extension>> {
    ExtensionFilter::default().find(tx, Value::id(id), scope).await
}

/// Adds a request; `false` when the obligation has one that is not decided.
pub async fn insert(tx: &mut Tx, extension: &Extension) -> Result<bool> {
    let sql =
        "insert into extension (id, obligation_id, plan_id, unit, status, due_on, requested_due_on, reason, progress,
                                      requested_by, requested_at, is_handed_in, version)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
               on conflict do nothing";
    let added = tx
        .query(sql)
        .bind(extension.id)
        .bind(extension.obligation.to_string())
        .bind(extension.obligation.deadline.requirement.plan().as_str())
        .bind(extension.unit().as_str())
        .bind(name(extension.status)?)
        .bind(extension.due_on)
        .bind(extension.requested_due_on)
        .bind(&extension.reason)
        .bind(&extension.progress)
        .bind(extension.requested.by.text())
        .bind(extension.requested.at)
        .bind(extension.handed_in)
        .bind(extension.version)
        .execute()
        .await?;
    Ok(added == 1)
}

/// Saves a step over version `extension.version - 1`; an error where that is not the one stored.
pub async fn save(tx: &mut Tx, extension: &Extension) -> Result<()> {
    let sql = "update extension
               set status = $2, granted_due_on = $3, signed_by = $4, signed_at = $5, decided_by = $6, decided_at = $7,
                   decision = $8, version = $9, is_handed_in = $10
               where id = $1 and version = $9 - 1";
    tx.change(sql)
        .bind(extension.id)
        .bind(name(extension.status)?)
        .bind(extension.granted_due_on)
        .bind(who(extension.signed.as_ref()))
        .bind(extension.signed.as_ref().map(|step| step.at))
        .bind(who(extension.decided.as_ref()))
        .bind(extension.decided.as_ref().map(|step| step.at))
        .bind(&extension.decision)
        .bind(extension.version)
        .bind(extension.handed_in)
        .done()
        .await
}

impl Followable for ExtensionFilter {
    fn any(&self) -> Self {
        Self::default()
    }

    fn concerned(&self, _: &Scope<Extension>, changes: &Changes) -> Vec<Statement> {
        among("obligation_id", texts(&changes.obligations))
    }
}
