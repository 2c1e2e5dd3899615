//! The roles in which units owe what they owe: of a unit and a requirement there is one, however many rows. Like the kinds
//! that rows are filed under, they are those of now, whatever day is asked for; what is not its unit's any more keeps
//! the last.

use sqlx::{FromRow, Result};

use crate::{
    db::{Record, Statement, Tx, Value},
    domain::{
        id::{PlanId, RequirementId, UnitCode},
        obligation::Roles,
    },
    store::row::{name, named},
};

/// Roles that are put by one statement.
const ROWS: usize = 100;

/// The role of a row of the ledger.
macro_rules! role {
    () => {
        "(select role from obligation_role as filed
          where filed.requirement_id = obligation.requirement_id and filed.unit = obligation.unit)"
    };
}
pub(super) use role;

/// The role of a row of the ledger, in SQL.
pub(in crate::store) const ROLE: &str = role!();

#[derive(FromRow)]
struct RoleRow {
    requirement_id: RequirementId,
    unit: UnitCode,
    role: String,
}

/// What the ledger is filed under, for whoever files it.
impl Record for RoleRow {}

/// The units have these roles now in requirements of the plan. Those of others stay.
pub async fn file_under_roles(tx: &mut Tx, plan: &PlanId, roles: &Roles) -> Result<()> {
    let filed = Statement::new("select requirement_id, unit, role from obligation_role where plan_id = ")
        .bind(Value::Text(plan.to_string()));
    let mut requirements = roles.keys().map(|(requirement, _)| requirement);
    let filed = match (requirements.next(), requirements.next_back()) {
        (Some(only), last) if last.is_none_or(|last| last == only) => {
            filed.push(" and requirement_id = ").bind(Value::Text(only.to_string()))
        }
        _ => filed,
    };
    let filed: Vec<RoleRow> = tx.run(filed).all().await?;
    let row = |row: RoleRow| Ok(((row.requirement_id, row.unit), named("role", row.role)?));
    let filed: Roles = filed.into_iter().map(row).collect::<Result<_>>()?;
    let differs = |(of, role): &(&(RequirementId, UnitCode), _)| filed.get(of) != Some(*role);
    let changed: Vec<_> = roles.iter().filter(differs).collect();
    for chunk in changed.chunks(ROWS) {
        let mut sql = Statement::new("insert into obligation_role (requirement_id, unit, plan_id, role) values ");
        for (index, ((requirement, unit), role)) in chunk.iter().enumerate() {
            let values = [
                Value::Text(requirement.to_string()),
                Value::Text(unit.to_string()),
                Value::Text(plan.to_string()),
                Value::Text(name(role)?),
            ];
            sql = sql.push(if index == 0 { "" } else { ", " }).list(values);
        }
        sql = sql.push(" on conflict (requirement_id, unit) do update set role = excluded.role");
        tx.run(sql).execute().await?;
    }
    Ok(())
}

/// Ids of plans that have a ledger without roles.
pub async fn without_roles(tx: &mut Tx) -> Result<Vec<PlanId>> {
    let sql = "select id from plan
               where not exists (select 1 from obligation_role where plan_id = plan.id)
                 and exists (select 1 from obligation where plan_id = plan.id and withdrawn_at is null)
               order by id";
    let plans: Vec<(PlanId,)> = tx.query(sql).all().await?;
    Ok(plans.into_iter().map(|(id,)| id).collect())
}
