//! Units, and who belongs to a collective.

use std::collections::BTreeMap;

use sqlx::{FromRow, Result, types::Json};

use super::row::{name, named, parsed};
use crate::{
    db::{Record, Tx},
    domain::{
        id::{PlanId, RequirementId, UnitCode},
        time::Day,
        unit::{FormerName, Identifier, Member, Membership, Unit, UnitDirectory},
    },
};

#[derive(FromRow)]
struct UnitRow {
    code: String,
    name: String,
    official_name: Option<String>,
    kind: String,
    aliases: Json<Vec<String>>,
    former_names: Json<Vec<FormerName>>,
    region_code: Option<String>,
    parent: Option<String>,
    identifiers: Json<Vec<Identifier>>,
    valid_from: Option<Day>,
    valid_to: Option<Day>,
    successors: Json<Vec<UnitCode>>,
    membership: Option<Json<Membership>>,
    note: Option<String>,
    version: i64,
}

/// Units are for everybody to see.
impl Record for UnitRow {}

#[derive(FromRow)]
struct MemberRow {
    collective: String,
    member: String,
    valid_from: Option<Day>,
    valid_to: Option<Day>,
}

/// Units are for everybody to see.
impl Record for MemberRow {}

/// All units.
pub async fn all(tx: &mut Tx) -> Result<UnitDirectory> {
    let sql = "select code, name, official_name, kind, aliases, region_code, valid_from, valid_to,
                      successors, membership, note, former_names, version, parent, identifiers
               from unit";
    let units: Vec<UnitRow> = tx.query(sql).all().await?;
    let sql = "select collective, member, valid_from, valid_to from membership order by collective, position";
    let rows: Vec<MemberRow> = tx.query(sql).all().await?;
    let mut listed: BTreeMap<String, Vec<Member>> = BTreeMap::new();
    for row in rows {
        let member = Member {
            code: parsed("member", &row.member)?,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
        };
        listed.entry(row.collective).or_default().push(member);
    }
    let units: Vec<Unit> = units
        .into_iter()
        .map(|row| {
            let membership = row.membership.map(|Json(membership)| match membership {
                Membership::List { .. } => Membership::List {
                    members: listed.remove(&row.code).unwrap_or_default(),
                },
                other @ (Membership::Rule { .. } | Membership::Open) => other,
            });
            Ok(Unit {
                code: parsed("code", &row.code)?,
                name: row.name,
                official_name: row.official_name,
                kind: named("kind", row.kind)?,
                aliases: row.aliases.0,
                former_names: row.former_names.0,
                region_code: row.region_code,
                parent: row.parent.map(|code| parsed("parent", &code)).transpose()?,
                identifiers: row.identifiers.0,
                valid_from: row.valid_from,
                valid_to: row.valid_to,
                successors: row.successors.0,
                membership,
                note: row.note,
                version: row.version,
            })
        })
        .collect::<Result<_>>()?;
    Ok(UnitDirectory::new(units))
}

/// The rule as its column holds it: a list's members have their own table.
fn membership_column(unit: &Unit) -> Option<Json<Membership>> {
    unit.membership.as_ref().map(|membership| match membership {
        Membership::List { .. } => Json(Membership::List { members: Vec::new() }),
        other @ (Membership::Rule { .. } | Membership::Open) => Json(other.clone()),
    })
}

/// Adds a unit.
pub async fn insert(tx: &mut Tx, unit: &Unit) -> Result<()> {
    let sql = "insert into unit (code, name, official_name, kind, aliases, region_code, valid_from, valid_to,
                                 successors, membership, note, version, former_names, parent, identifiers)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    tx.query(sql)
        .bind(unit.code.as_str())
        .bind(&unit.name)
        .bind(&unit.official_name)
        .bind(name(unit.kind)?)
        .bind(Json(&unit.aliases))
        .bind(&unit.region_code)
        .bind(unit.valid_from)
        .bind(unit.valid_to)
        .bind(Json(&unit.successors))
        .bind(membership_column(unit))
        .bind(&unit.note)
        .bind(unit.version)
        .bind(Json(&unit.former_names))
        .bind(unit.parent.as_ref().map(|code| code.as_str().to_owned()))
        .bind(Json(&unit.identifiers))
        .execute()
        .await?;
    insert_members(tx, unit).await
}

/// Saves `unit` over version `unit.version - 1`; an error where that is not the one stored.
pub async fn save(tx: &mut Tx, unit: &Unit) -> Result<()> {
    let sql = "update unit
               set name = $2, official_name = $3, kind = $4, aliases = $5, region_code = $6, valid_from = $7,
                   valid_to = $8, successors = $9, membership = $10, note = $11, version = $12, former_names = $13,
                   parent = $14, identifiers = $15
               where code = $1 and version = $12 - 1";
    tx.change(sql)
        .bind(unit.code.as_str())
        .bind(&unit.name)
        .bind(&unit.official_name)
        .bind(name(unit.kind)?)
        .bind(Json(&unit.aliases))
        .bind(&unit.region_code)
        .bind(unit.valid_from)
        .bind(unit.valid_to)
        .bind(Json(&unit.successors))
        .bind(membership_column(unit))
        .bind(&unit.note)
        .bind(unit.version)
        .bind(Json(&unit.former_names))
        .bind(unit.parent.as_ref().map(|code| code.as_str().to_owned()))
        .bind(Json(&unit.identifiers))
        .done()
        .await?;
    tx.query("delete from membership where collective = $1")
        .bind(unit.code.as_str())
        .execute()
        .await?;
    insert_members(tx, unit).await
}

async fn insert_members(tx: &mut Tx, unit: &Unit) -> Result<()> {
    let Some(Membership::List { members }) = &unit.membership else {
        return Ok(());
    };
    let sql = "insert into membership (collective, position, member, valid_from, valid_to) values ($1, $2, $3, $4, $5)";
    for (position, member) in (1_i64..).zip(members) {
        tx.query(sql)
            .bind(unit.code.as_str())
            .bind(position)
            .bind(member.code.as_str())
            .bind(member.valid_from)
            .bind(member.valid_to)
            .execute()
            .await?;
    }
    Ok(())
}

/// Removes a unit that nothing refers to.
pub async fn delete(tx: &mut Tx, code: &UnitCode) -> Result<bool> {
    Ok(tx
        .query("delete from unit where code = $1")
        .bind(code.as_str())
        .execute()
        .await?
        == 1)
}

/// Ids of the requirements that name the unit, as itself or as a member of a collective there.
pub async fn requirements_naming(tx: &mut Tx, code: &UnitCode) -> Result<Vec<RequirementId>> {
    // Codes have no characters that mean anything to LIKE or JSON.
    let sql = "select requirement_id from responsibility
               where unit = $1 or cast(members as text) like '%\"' || $1 || '\"%'
               order by requirement_id";
    let rows: Vec<(RequirementId,)> = tx.query(sql).bind(code.as_str()).all().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Ids of the plans that the unit issued.
pub async fn plans_issued(tx: &mut Tx, code: &UnitCode) -> Result<Vec<PlanId>> {
    let rows: Vec<(PlanId,)> = tx
        .query("select id from plan where issuer = $1 order by id")
        .bind(code.as_str())
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Work on published plans that its unit has not finished, as a change of units needs to know it.
#[derive(Debug, Clone, FromRow)]
pub struct OpenWork {
    /// Whose it is.
    pub unit: UnitCode,
    /// The day on which a unit has to owe it.
    pub day: Day,
    /// How many there are.
    pub count: i64,
    /// The first of them.
    pub first: String,
}

/// A change of units is weighed by it; a refusal says how much there is, to who may change them.
impl Record for OpenWork {}

/// Obligations that are open, and notices that wait for an answer, by unit and day.
pub async fn open_work(tx: &mut Tx) -> Result<Vec<OpenWork>> {
    let sql = "select unit, coalesce(due_on, period_to) as day, cast(count(*) as bigint) as count,
                      min(obligation.id) as first
               from obligation join plan on plan.id = plan_id
               where withdrawn_at is null and exempted_at is null and fulfilled_on is null and plan.status = 'published'
               group by unit, coalesce(due_on, period_to)
               union all
               select unit, reply_by as day, cast(count(*) as bigint) as count, min(subject) as first
               from notice_unit join notice on notice.id = notice_id
               where notice.status = 'issued' and reply_by is not null and answered_at is null and lifted_at is null
               group by unit, reply_by
               order by unit, day";
    tx.query(sql).all().await
}

/// Obligations that are open of the requirements that name the unit, by who owes them and day.
pub async fn open_work_naming(tx: &mut Tx, code: &UnitCode) -> Result<Vec<OpenWork>> {
    let sql = "select obligation.unit, coalesce(due_on, period_to) as day, cast(count(*) as bigint) as count,
                      min(obligation.id) as first
               from obligation join plan on plan.id = obligation.plan_id
               where withdrawn_at is null and exempted_at is null and fulfilled_on is null and plan.status = 'published'
                 and requirement_id in (select requirement_id from responsibility where unit = $1)
               group by obligation.unit, coalesce(due_on, period_to)
               order by obligation.unit, day";
    tx.query(sql).bind(code.as_str()).all().await
}

#[derive(FromRow)]
struct WorkRow {
    first: String,
}

/// A refusal names it, to who may change units.
impl Record for WorkRow {}

/// The first of what was done with the unit: what it was exempted from, has reported, asked, received or was told; or, `owed`,
/// of what it owes at all. `None` when there is nothing.
pub async fn work_of(tx: &mut Tx, code: &UnitCode, owed: bool) -> Result<Option<String>> {
    let sql = "select id as first from obligation where unit = $1 and withdrawn_at is null and ($2 or exempted_at is not null)
               union all select obligation_id from progress_report where unit = $1
               union all select obligation_id from extension where unit = $1
               union all select subject from notice_unit join notice on notice.id = notice_id where unit = $1
               union all select requirement_id from feedback where unit = $1
               order by 1 limit 1";
    let row: Option<WorkRow> = tx.query(sql).bind(code.as_str()).bind(owed).optional().await?;
    Ok(row.map(|row| row.first))
}
