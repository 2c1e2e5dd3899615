//! What scores are made of, one statement per kind of fact for a whole plan; and results that were frozen.

use std::collections::BTreeMap;

use sqlx::{FromRow, Result, types::Json};

use super::{
    reports::returned,
    row::{named, parsed, taken},
    scope::{only_if, shown_by},
};
use crate::{
    db::{Record, Statement, Tx, Value},
    domain::{
        assessment::{Assessment, FactKind, IDS, Owed, Received, Score, Tally, UnitFacts},
        id::{NoticeId, PlanId, ReportId, UnitCode},
        ledger::{Horizons, ObligationFilter},
        obligation::Horizon,
        plan::Basis,
        scope::{Owners, Scope},
        step::Step,
        time::{Day, Instant, end_of},
        unit::UnitKind,
    },
};

/// What is known of the units that owe something on a day, as far as `basis` goes; of what came later nothing counts.
/// All of them, since ranks need them: what is shown of the scores made of it is for a scope to say.
pub async fn facts(tx: &mut Tx, plan: &PlanId, as_of: Day, basis: Basis) -> Result<Vec<UnitFacts>> {
    let over = end_of(as_of);
    let end = basis.known_before().map_or(over, |known| known.min(over));
    let mut units = BTreeMap::new();
    for row in owed(tx, plan, as_of, basis).await? {
        let code: UnitCode = parsed("unit", &row.unit)?;
        let kind: UnitKind = named("kind", row.kind)?;
        let unit = units.entry(row.unit).or_insert_with(|| {
            let mut unit = UnitFacts::new(code, row.name, kind);
            unit.has_ended = row.last_on.is_some_and(|last| last < as_of);
            unit
        });
        // A group has a row for each of its first ids: the first of them counts for all.
        unit.owed(&Owed {
            fulfilled: row.is_fulfilled,
            timeliness: named("timeliness", row.timeliness)?,
            tally: Tally {
                count: if row.place == 1 { row.count } else { 0 },
                ids: vec![row.id],
            },
        });
    }
    for row in sent_back(tx, plan, end).await? {
        if let Some(unit) = units.get_mut(&row.unit) {
            let tally = Tally {
                count: if row.place == 1 { row.count } else { 0 },
                ids: vec![row.id.to_string()],
            };
            unit.note(FactKind::Returned, &tally);
        }
    }
    for row in received(tx, plan, end).await? {
        if let Some(unit) = units.get_mut(&row.unit) {
            let notice = Received {
                notice: row.id,
                kind: named("kind", row.kind)?,
                level: row.level.map(|level| named("level", level)).transpose()?,
                reply_by: row.reply_by,
                answered_at: row.answered_at,
            };
            unit.received(&notice, as_of);
        }
    }
    Ok(units.into_values().collect())
}

#[derive(FromRow)]
struct OwedRow {
    unit: String,
    name: String,
    kind: String,
    last_on: Option<Day>,
    is_fulfilled: bool,
    timeliness: String,
    id: String,
    count: i64,
    place: i64,
}

/// What fell due and was not exempted, by unit, fulfilment and timeliness: the first ids of each group.
async fn owed(tx: &mut Tx, plan: &PlanId, as_of: Day, basis: Basis) -> Result<Vec<OwedRow>> {
    // Lights are not asked for: how near a day is does not matter.
    let usual = Horizon {
        as_of,
        near: as_of,
        missing: None,
    };
    let horizons = Horizons {
        usual,
        own: Vec::new(),
        basis,
    };
    let filter = ObligationFilter {
        plans: vec![plan.clone()],
        due_to: Some(as_of),
        ..ObligationFilter::default()
    };
    let sql = Statement::new(
        "select owed.unit, coalesce(unit.name, owed.unit) as name, coalesce(unit.kind, owed.unit_kind) as kind,
                unit.valid_to as last_on, is_fulfilled, timeliness, id, owed.count, place
         from (select id, unit, unit_kind, is_fulfilled, timeliness,
                      cast(count(*) over (partition by unit, is_fulfilled, timeliness) as bigint) as count,
                      cast(row_number() over (partition by unit, is_fulfilled, timeliness order by id) as bigint) as place
               from (select id, unit, unit_kind, fulfilled_on is not null as is_fulfilled, ",
    )
    .append(&horizons.timeliness())
    .push(" as timeliness")
    .append(&horizons.ledger(&filter))
    .within(&filter.conditions(&Scope::system(), &horizons)?)
    .push(" and exempted_at is null) as standing) as owed left join unit on unit.code = owed.unit where place <= ")
    .bind(first())
    .push(" order by owed.unit, id");
    tx.run(sql).all().await
}

fn first() -> Value {
    Value::Int(i64::try_from(IDS).unwrap_or(i64::MAX))
}

#[derive(FromRow)]
struct ReturnedRow {
    unit: String,
    id: ReportId,
    count: i64,
    place: i64,
}

/// Facts of all units make ranks; the scores made of them are shown within a scope.
impl Record for ReturnedRow {}

/// Reports that were returned before an instant, by unit: the first ids of each.
async fn sent_back(tx: &mut Tx, plan: &PlanId, before: Instant) -> Result<Vec<ReturnedRow>> {
    let sql = Statement::new(
        "select unit, id, count, place
         from (select unit, id, cast(count(*) over (partition by unit) as bigint) as count,
                      cast(row_number() over (partition by unit order by id) as bigint) as place
               from (select distinct unit, id",
    )
    .append(&returned(before))
    .push(" and plan_id = ")
    .bind(Value::Text(plan.to_string()))
    .push(") as returned) as numbered where place <= ")
    .bind(first())
    .push(" order by unit, id");
    tx.run(sql).all().await
}

#[derive(FromRow)]
struct ReceivedRow {
    unit: String,
    id: NoticeId,
    kind: String,
    level: Option<String>,
    reply_by: Option<Day>,
    answered_at: Option<Instant>,
}

/// The same as of what was returned.
impl Record for ReceivedRow {}

/// The notices that each unit had received, and that held for it.
async fn received(tx: &mut Tx, plan: &PlanId, before: Instant) -> Result<Vec<ReceivedRow>> {
    let sql = "select notice_unit.unit, notice.id, notice.kind, notice.level, notice.reply_by,
                      case when notice_unit.answered_at < $2 then notice_unit.answered_at end as answered_at
               from notice join notice_unit on notice_unit.notice_id = notice.id
               where notice.plan_id = $1 and notice.issued_at < $2
                 and (notice.rescinded_at is null or notice.rescinded_at >= $2)
                 and (notice_unit.lifted_at is null or notice_unit.lifted_at >= $2)
               order by notice_unit.unit, notice.id";
    tx.query(sql).bind(plan.as_str()).bind(before).all().await
}

/// The days for which the plan's assessment was frozen, and when, by day.
pub async fn freezes(tx: &mut Tx, plan: &PlanId, scope: &Scope<Score>) -> Result<Vec<(Day, Instant)>> {
    let sql = Statement::new("select as_of, frozen_at from assessment where ")
        .within(&shown_by(scope, |owners| only_if(*owners != Owners::Nobodys)))
        .push(" and plan_id = ")
        .bind(Value::Text(plan.to_string()))
        .push(" order by as_of");
    tx.run(sql).all().await
}

#[derive(FromRow)]
struct FrozenRow {
    result: Json<Assessment>,
    frozen_by: String,
    frozen_at: Instant,
}

/// All units' scores are one value, of which a scope takes what it shows.
impl Record for FrozenRow {}

/// The result that was frozen for a day, with the scores that `scope` shows.
pub async fn find(tx: &mut Tx, plan: &PlanId, as_of: Day, scope: &Scope<Score>) -> Result<Option<Assessment>> {
    let sql = "select result, frozen_by, frozen_at from assessment where plan_id = $1 and as_of = $2";
    let row: Option<FrozenRow> = tx.query(sql).bind(plan.as_str()).bind(as_of).optional().await?;
    Ok(row.map(|row| Assessment {
        frozen: Some(taken(&row.frozen_by, row.frozen_at)),
        ..row.result.0.within(scope)
    }))
}

/// Freezes a result; `false` when there is one for the day.
pub async fn insert(tx: &mut Tx, assessment: &Assessment, frozen: &Step) -> Result<bool> {
    let sql = "insert into assessment (plan_id, as_of, result, frozen_by, frozen_at) values ($1, $2, $3, $4, $5)
               on conflict (plan_id, as_of) do nothing";
    let added = tx
        .query(sql)
        .bind(assessment.plan.as_str())
        .bind(assessment.as_of)
        .bind(Json(assessment))
        .bind(frozen.by.text())
        .bind(frozen.at)
        .execute()
        .await?;
    Ok(added == 1)
}
