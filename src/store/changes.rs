//! What the log says behind a place, and the rows of a list that it concerns.

use std::collections::BTreeSet;

use sqlx::{FromRow, Result, types::Json};
use uuid::Uuid;

use super::{
    filter::Filter,
    invalidation::obligation_of,
    row::{IDS, parsed, texts},
    scope::{Seen, owned_by, shown_by},
};
use crate::{
    db::{Record, Statement, Tx, Value},
    domain::{
        changes::{Changes, Entry},
        obligation::Obligation,
        order::SortKey,
        scope::Scope,
        time::Instant,
    },
};

/// Entries that are read at once.
const ENTRIES: i64 = 500;
/// Values in one statement.
const VALUES: usize = 200;
/// With more changed rows than this, the whole list is sent.
const MOST: usize = 20_000;

#[derive(FromRow)]
struct EntryRow {
    seq: Option<i64>,
    event: String,
    subject: String,
    plan_id: Option<String>,
    obligation: Option<String>,
    before: Option<Json<serde_json::Value>>,
    after: Option<Json<serde_json::Value>>,
}

/// Of an entry it is told which things changed; they are read within a scope.
impl Record for EntryRow {}

impl EntryRow {
    fn into_entry(self) -> Result<Entry> {
        Ok(Entry {
            obligation: obligation_of(&self.event, &self.subject, self.obligation.as_deref()),
            event: self.event,
            subject: self.subject,
            plan: self.plan_id.map(|plan| parsed("plan_id", &plan)).transpose()?,
            before: self.before.map(|Json(value)| value),
            after: self.after.map(|Json(value)| value),
        })
    }
}

const COLUMNS: &str = "event, subject, plan_id, before, after,
                       coalesce(after ->> 'obligation', before ->> 'obligation') as obligation";

/// The last number that was given.
pub async fn sealed(tx: &mut Tx) -> Result<i64> {
    let sql = "select cast(coalesce(max(seq), 0) as bigint) from log_seal";
    let (sealed,): (i64,) = tx.query(sql).one().await?;
    Ok(sealed)
}

/// The last number of the log before the first entry made at `instant` or later.
pub async fn before(tx: &mut Tx, instant: Instant) -> Result<i64> {
    let sql = "select cast(coalesce((select min(seq) - 1 from log_seal join log_entry on id = entry_id where at >= $1),
                                    (select max(seq) from log_seal), 0) as bigint)";
    let (before,): (i64,) = tx.query(sql).bind(instant).one().await?;
    Ok(before)
}

/// Tells `hear` of all entries behind `after`, in the order of the log; those that wait for their number last.
pub async fn each(tx: &mut Tx, after: i64, mut hear: impl FnMut(&Entry)) -> Result<()> {
    let mut after = after;
    loop {
        let sql = Statement::new("select seq, ")
            .push(COLUMNS)
            .push(" from log_seal join log_entry on id = entry_id where seq > ")
            .bind(Value::Int(after))
            .push(" order by seq")
            .limit(ENTRIES);
        let rows: Vec<EntryRow> = tx.run(sql).all().await?;
        let Some(last) = rows.last().and_then(|row| row.seq) else {
            break;
        };
        after = last;
        for row in rows {
            hear(&row.into_entry()?);
        }
    }
    let sql = Statement::new("select cast(null as bigint) as seq, ")
        .push(COLUMNS)
        .push(" from log_pending join log_entry on id = entry_id order by position");
    let rows: Vec<EntryRow> = tx.run(sql).all().await?;
    for row in rows {
        hear(&row.into_entry()?);
    }
    Ok(())
}

/// Rows that changed, and the ids of those that are gone.
pub type ChangedRows<R> = (Vec<R>, BTreeSet<String>);

/// How the rows of a list are found by what changed.
#[expect(async_fn_in_trait, reason = "its futures run where they are made")]
pub trait Followable: Filter + Sized {
    /// The same list without filters.
    #[must_use]
    fn any(&self) -> Self;
    /// The value of an id: what people create has a UUID.
    fn id(text: &str) -> Option<Value> {
        text.parse().ok().map(Value::Uuid)
    }
    /// The ids that a statement selects.
    async fn ids(tx: &mut Tx, sql: Statement<Seen>) -> Result<Vec<String>> {
        let rows: Vec<(Uuid,)> = tx.run(sql).all().await?;
        Ok(rows.into_iter().map(|(id,)| id.to_string()).collect())
    }
    /// Conditions for the rows that changes concern beside those with their ids, and for those that stand otherwise since a
    /// day has passed: more may be told than changed.
    fn concerned(&self, scope: &Scope<Self::Thing>, changes: &Changes) -> Vec<Statement>;
}

/// Conditions that the column has one of these values.
pub(super) fn among(column: &'static str, values: impl IntoIterator<Item = Value>) -> Vec<Statement> {
    let values: Vec<Value> = values.into_iter().collect();
    let of = |values: &[Value]| Statement::new(column).push(" in ").list(values.iter().cloned());
    values.chunks(VALUES).map(of).collect()
}

/// The rows that changed and are wanted, and the ids of those that are not there any more: shown before, or shown still and
/// not what is wanted. `None`: too many to tell one by one.
pub(super) async fn changed<F: Followable>(
    tx: &mut Tx,
    filter: &F,
    scope: &Scope<F::Thing>,
    changes: &Changes,
) -> Result<Option<ChangedRows<F::Row>>> {
    let mut conditions = among("id", changes.things.iter().filter_map(|id| F::id(id)));
    conditions.extend(filter.concerned(scope, changes));
    let (mut rows, mut wanted, mut shown) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    for condition in conditions {
        let found = filter.read(tx, such(F::COLUMNS, filter, scope, &condition)?).await?;
        for row in found {
            if wanted.insert(text(filter, &row)) {
                rows.push(row);
            }
        }
        shown.extend(F::ids(tx, such(IDS, &filter.any(), scope, &condition)?).await?);
        if shown.len() > MOST {
            return Ok(None);
        }
    }
    let left = changes.had.iter().filter(|id| !shown.contains(*id)).cloned();
    let gone = shown.difference(&wanted).cloned().chain(left).collect();
    Ok(Some((rows, gone)))
}

/// The rows that meet the condition too, of which `columns` are selected.
fn such<F: Filter>(
    columns: &'static str,
    filter: &F,
    scope: &Scope<F::Thing>,
    condition: &Statement,
) -> Result<Statement<Seen>> {
    let wanted = Statement::new(columns).within(&filter.wanted(scope)?);
    Ok(wanted.push(" and (").append(condition).push(")"))
}

/// The id of a row.
fn text<F: Filter>(filter: &F, row: &F::Row) -> String {
    match filter.key(row, "id") {
        SortKey::Text(id) => id,
        SortKey::Uuid(id) => id.to_string(),
        SortKey::Int(_) | SortKey::Day(_) | SortKey::Path(..) | SortKey::None => String::new(),
    }
}

/// Withdrawn obligations of the settled requirements, within `scope`.
pub async fn withdrawn(tx: &mut Tx, scope: &Scope<Obligation>, changes: &Changes) -> Result<Vec<String>> {
    let mut ids = Vec::new();
    for of in among("requirement_id", texts(&changes.settled)) {
        let sql = Statement::new("select id from obligation where withdrawn_at is not null and ")
            .within(&shown_by(scope, |owners| owned_by("unit", owners)))
            .push(" and ")
            .append(&of);
        let rows: Vec<(String,)> = tx.run(sql).all().await?;
        ids.extend(rows.into_iter().map(|(id,)| id));
    }
    Ok(ids)
}
