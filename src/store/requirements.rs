//! Requirements with their responsibilities and indicators.

use std::collections::BTreeMap;

use sqlx::{FromRow, Result, types::Json};

use super::{
    deadlines,
    row::{name, named, numbers, parsed},
};
use crate::{
    db::{Record, Tx},
    domain::{
        deadline::Deadline,
        extra::ExtraCell,
        id::{PlanId, RequirementId, UnitCode},
        indicator::{Indicator, NewIndicator},
        numbering::Numbers,
        requirement::{Requirement, Responsibility},
        time::Day,
    },
};

#[derive(FromRow)]
struct RequirementRow {
    id: String,
    text: String,
    units_phrase: String,
    extra: Json<Vec<ExtraCell>>,
    version: i64,
}

/// Plans are held in memory, where they are read within a scope.
impl Record for RequirementRow {}

#[derive(FromRow)]
struct ResponsibilityRow {
    requirement_id: String,
    unit: String,
    role: String,
    part: Option<String>,
    members: Option<Json<Vec<UnitCode>>>,
    effective_from: Option<Day>,
    members_from: Option<Json<BTreeMap<UnitCode, Day>>>,
}

/// Plans are held in memory, where they are read within a scope.
impl Record for ResponsibilityRow {}

#[derive(FromRow)]
struct IndicatorRow {
    id: String,
    requirement_id: String,
    definition: Json<NewIndicator>,
}

/// Plans are held in memory, where they are read within a scope.
impl Record for IndicatorRow {}

impl ResponsibilityRow {
    fn into_responsibility(self) -> Result<Responsibility> {
        Ok(Responsibility {
            code: parsed("unit", &self.unit)?,
            role: named("role", self.role)?,
            part: self.part,
            members: self.members.map(|Json(members)| members),
            effective_from: self.effective_from,
            members_from: self.members_from.map(|Json(days)| days).unwrap_or_default(),
        })
    }
}

impl IndicatorRow {
    fn into_indicator(self) -> Result<Indicator> {
        Ok(Indicator {
            id: parsed("id", &self.id)?,
            target: self.definition.0,
        })
    }
}

/// The plan's requirements by task and number, with the deadlines given.
pub async fn of_plan(
    tx: &mut Tx,
    plan: &PlanId,
    mut deadlines: BTreeMap<RequirementId, Vec<Deadline>>,
) -> Result<Vec<Requirement>> {
    let sql = "select requirement_id, unit, role, part, members, effective_from, members_from from responsibility
               where plan_id = $1 order by requirement_id, position";
    let rows: Vec<ResponsibilityRow> = tx.query(sql).bind(plan.as_str()).all().await?;
    let mut units: BTreeMap<String, Vec<Responsibility>> = BTreeMap::new();
    for row in rows {
        units
            .entry(row.requirement_id.clone())
            .or_default()
            .push(row.into_responsibility()?);
    }
    let sql =
        "select id, requirement_id, definition from indicator where plan_id = $1 order by requirement_id, position";
    let rows: Vec<IndicatorRow> = tx.query(sql).bind(plan.as_str()).all().await?;
    let mut indicators: BTreeMap<String, Vec<Indicator>> = BTreeMap::new();
    for row in rows {
        indicators
            .entry(row.requirement_id.clone())
            .or_default()
            .push(row.into_indicator()?);
    }
    let sql =
        "select id, text, units_phrase, extra, version from requirement where plan_id = $1 order by task_id, number";
    let rows: Vec<RequirementRow> = tx.query(sql).bind(plan.as_str()).all().await?;
    rows.into_iter()
        .map(|row| {
            let id: RequirementId = parsed("id", &row.id)?;
            Ok(Requirement {
                units: units.remove(&row.id).unwrap_or_default(),
                indicators: indicators.remove(&row.id).unwrap_or_default(),
                deadlines: deadlines.remove(&id).unwrap_or_default(),
                id,
                text: row.text,
                units_phrase: row.units_phrase,
                extra: row.extra.0,
                version: row.version,
            })
        })
        .collect()
}

/// The requirement with all that it says.
pub async fn find(tx: &mut Tx, id: &RequirementId) -> Result<Option<Requirement>> {
    let key = id.to_string();
    let sql = "select id, text, units_phrase, extra, version from requirement where id = $1";
    let row: Option<RequirementRow> = tx.query(sql).bind(&key).optional().await?;
    let Some(row) = row else { return Ok(None) };
    let sql = "select requirement_id, unit, role, part, members, effective_from, members_from from responsibility
               where requirement_id = $1 order by position";
    let units: Vec<ResponsibilityRow> = tx.query(sql).bind(&key).all().await?;
    let sql = "select id, requirement_id, definition from indicator where requirement_id = $1 order by position";
    let indicators: Vec<IndicatorRow> = tx.query(sql).bind(&key).all().await?;
    Ok(Some(Requirement {
        id: id.clone(),
        text: row.text,
        units_phrase: row.units_phrase,
        extra: row.extra.0,
        units: units
            .into_iter()
            .map(ResponsibilityRow::into_responsibility)
            .collect::<Result<_>>()?,
        deadlines: deadlines::of_requirement(tx, id).await?,
        indicators: indicators
            .into_iter()
            .map(IndicatorRow::into_indicator)
            .collect::<Result<_>>()?,
        version: row.version,
    }))
}

/// Adds a requirement with its responsibilities, deadlines and indicators.
pub async fn insert(tx: &mut Tx, requirement: &Requirement) -> Result<()> {
    let sql = "insert into requirement (id, plan_id, task_id, number, text, units_phrase, version, extra)
               values ($1, $2, $3, $4, $5, $6, $7, $8)";
    tx.query(sql)
        .bind(requirement.id.to_string())
        .bind(requirement.id.plan().as_str())
        .bind(requirement.id.task.to_string())
        .bind(i64::from(requirement.id.number))
        .bind(&requirement.text)
        .bind(&requirement.units_phrase)
        .bind(requirement.version)
        .bind(Json(&requirement.extra))
        .execute()
        .await?;
    insert_parts(tx, requirement).await?;
    for deadline in &requirement.deadlines {
        deadlines::insert(tx, deadline).await?;
    }
    Ok(())
}

async fn insert_parts(tx: &mut Tx, requirement: &Requirement) -> Result<()> {
    let id = requirement.id.to_string();
    let plan = requirement.id.plan().as_str();
    let sql = "insert into responsibility (requirement_id, plan_id, position, unit, role, part, members, effective_from, members_from)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    for (position, part) in (1_i64..).zip(&requirement.units) {
        tx.query(sql)
            .bind(&id)
            .bind(plan)
            .bind(position)
            .bind(part.code.as_str())
            .bind(name(part.role)?)
            .bind(&part.part)
            .bind(part.members.as_ref().map(Json))
            .bind(part.effective_from)
            .bind((!part.members_from.is_empty()).then_some(Json(&part.members_from)))
            .execute()
            .await?;
    }
    let sql = "insert into indicator (id, requirement_id, plan_id, number, definition, position)
               values ($1, $2, $3, $4, $5, $6)";
    for (position, indicator) in (1_i64..).zip(&requirement.indicators) {
        tx.query(sql)
            .bind(indicator.id.to_string())
            .bind(&id)
            .bind(plan)
            .bind(i64::from(indicator.id.number))
            .bind(Json(&indicator.target))
            .bind(position)
            .execute()
            .await?;
    }
    Ok(())
}

/// Saves all but the deadlines over version `requirement.version - 1`; an error where that is
/// not the one stored.
pub async fn save(tx: &mut Tx, requirement: &Requirement) -> Result<()> {
    let id = requirement.id.to_string();
    let sql = "update requirement set text = $2, units_phrase = $3, version = $4, extra = $5
               where id = $1 and version = $4 - 1";
    tx.change(sql)
        .bind(&id)
        .bind(&requirement.text)
        .bind(&requirement.units_phrase)
        .bind(requirement.version)
        .bind(Json(&requirement.extra))
        .done()
        .await?;
    tx.query("delete from responsibility where requirement_id = $1")
        .bind(&id)
        .execute()
        .await?;
    let sql = "delete from indicator where requirement_id = $1 returning number";
    let before: Vec<(i64,)> = tx.query(sql).bind(&id).all().await?;
    let kept: Vec<u32> = requirement.indicators.iter().map(|kept| kept.id.number).collect();
    let before = numbers(before, None)?.taken;
    let removed = before.into_iter().rfind(|number| !kept.contains(number));
    if let Some(removed) = removed {
        indicator_removed(tx, &id, removed).await?;
    }
    insert_parts(tx, requirement).await?;
    Ok(())
}

/// The number of an indicator that was removed is not given again.
async fn indicator_removed(tx: &mut Tx, requirement: &str, number: u32) -> Result<()> {
    let sql = "update requirement set last_removed_indicator = $2 where id = $1 and last_removed_indicator < $2";
    let query = tx.query(sql).bind(requirement).bind(i64::from(number));
    query.execute().await.map(drop)
}

/// Numbers of the requirement's indicators.
pub async fn indicator_numbers(tx: &mut Tx, id: &RequirementId) -> Result<Numbers> {
    let sql = "select number from indicator where requirement_id = $1";
    let taken: Vec<(i64,)> = tx.query(sql).bind(id.to_string()).all().await?;
    let sql = "select last_removed_indicator from requirement where id = $1";
    let last: Option<(i64,)> = tx.query(sql).bind(id.to_string()).optional().await?;
    numbers(taken, last)
}

/// Removes a requirement with its parts; its number is not given again, and what was owed for it keeps its words.
pub async fn delete(tx: &mut Tx, id: &RequirementId) -> Result<bool> {
    deadlines::keep_words(tx, id, None).await?;
    let sql = "update task set last_removed_requirement = $2 where id = $1 and last_removed_requirement < $2";
    tx.query(sql)
        .bind(id.task.to_string())
        .bind(i64::from(id.number))
        .execute()
        .await?;
    Ok(tx
        .query("delete from requirement where id = $1")
        .bind(id.to_string())
        .execute()
        .await?
        == 1)
}
