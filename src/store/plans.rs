//! Plans, and a plan with all that it says.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{FromRow, Result, types::Json};

use super::{
    deadlines, requirements,
    row::{name, named, numbers, parsed, texts},
    scope::{Seen, shown_by},
    tasks,
};
use crate::{
    db::{Record, Statement, Tx, Value},
    domain::{
        extra::ExtraColumn,
        id::{PlanId, UnitCode},
        new_deadline::DefaultDeadline,
        numbering::Numbers,
        plan::{Plan, PlanContent, PlanSettings, Visibility},
        scope::Scope,
        time::{Day, Instant, Period},
    },
};

#[derive(FromRow)]
struct PlanRow {
    id: String,
    title: String,
    year: i64,
    period_from: Day,
    period_to: Day,
    issuer: Option<String>,
    status: String,
    settings: Json<PlanSettings>,
    extra_columns: Json<Vec<ExtraColumn>>,
    default_deadline: Option<Json<DefaultDeadline>>,
    version: i64,
    published_at: Option<Instant>,
    closed_at: Option<Instant>,
}

/// Plans are held in memory, where they are read within a scope.
impl Record for PlanRow {}

/// That the plan in `column` is one that `scope` shows.
pub(super) fn seen(column: &'static str, scope: &Scope<Plan>) -> Statement<Seen> {
    shown_by(scope, |visibility| match visibility {
        Visibility::Published => Statement::new(column).push(" in (select id from plan where status <> 'draft')"),
        Visibility::All => Statement::new("1 = 1"),
    })
}

/// The plan itself.
pub async fn find(tx: &mut Tx, id: &PlanId) -> Result<Option<Plan>> {
    let sql =
        "select id, title, year, period_from, period_to, issuer, status, settings, version, published_at, closed_at,
                extra_columns, default_deadline
               from plan where id = $1";
    let row: Option<PlanRow> = tx.query(sql).bind(id.as_str()).optional().await?;
    row.map(|row| {
        Ok(Plan {
            id: parsed("id", &row.id)?,
            title: row.title,
            year: i32::try_from(row.year).unwrap_or_default(),
            period: Period {
                from: row.period_from,
                to: row.period_to,
            },
            issuer: row.issuer.map(|code| parsed("issuer", &code)).transpose()?,
            status: named("status", row.status)?,
            settings: row.settings.0,
            extra_columns: row.extra_columns.0,
            default_deadline: row.default_deadline.map(|Json(default)| default),
            version: row.version,
            published_at: row.published_at,
            closed_at: row.closed_at,
        })
    })
    .transpose()
}

/// The plan with its tasks, their requirements and so on, in five statements.
pub async fn content(tx: &mut Tx, id: &PlanId) -> Result<Option<PlanContent>> {
    let Some(plan) = find(tx, id).await? else {
        return Ok(None);
    };
    let mut tasks = tasks::of_plan(tx, id).await?;
    let mut places = BTreeMap::new();
    for (index, task) in tasks.iter().enumerate() {
        places.insert(task.id.clone(), index);
    }
    let deadlines = deadlines::of_plan(tx, id).await?;
    for requirement in requirements::of_plan(tx, id, deadlines).await? {
        if let Some(index) = places.get(&requirement.id.task) {
            tasks[*index].requirements.push(requirement);
        }
    }
    Ok(Some(PlanContent { plan, tasks }))
}

/// Adds a plan with all that it says; `false` when its id is taken.
pub async fn insert(tx: &mut Tx, content: &PlanContent) -> Result<bool> {
    let plan = &content.plan;
    let sql =
        "insert into plan (id, title, year, period_from, period_to, issuer, status, settings, version, published_at,
                           closed_at, extra_columns, default_deadline)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
               on conflict (id) do nothing";
    let added = tx
        .query(sql)
        .bind(plan.id.as_str())
        .bind(&plan.title)
        .bind(i64::from(plan.year))
        .bind(plan.period.from)
        .bind(plan.period.to)
        .bind(plan.issuer.as_ref().map(|code| code.as_str().to_owned()))
        .bind(name(plan.status)?)
        .bind(Json(plan.settings))
        .bind(plan.version)
        .bind(plan.published_at)
        .bind(plan.closed_at)
        .bind(Json(&plan.extra_columns))
        .bind(plan.default_deadline.as_ref().map(Json))
        .execute()
        .await?;
    if added == 0 {
        return Ok(false);
    }
    for task in &content.tasks {
        tasks::insert(tx, task).await?;
    }
    Ok(true)
}

/// Saves `plan` over version `plan.version - 1`; an error where that is not the one stored.
pub async fn save(tx: &mut Tx, plan: &Plan) -> Result<()> {
    let sql = "update plan
               set title = $2, period_from = $3, period_to = $4, issuer = $5, status = $6, published_at = $7,
                   closed_at = $8, version = $9, settings = $10, extra_columns = $11, default_deadline = $12
               where id = $1 and version = $9 - 1";
    tx.change(sql)
        .bind(plan.id.as_str())
        .bind(&plan.title)
        .bind(plan.period.from)
        .bind(plan.period.to)
        .bind(plan.issuer.as_ref().map(|code| code.as_str().to_owned()))
        .bind(name(plan.status)?)
        .bind(plan.published_at)
        .bind(plan.closed_at)
        .bind(plan.version)
        .bind(Json(plan.settings))
        .bind(Json(&plan.extra_columns))
        .bind(plan.default_deadline.as_ref().map(Json))
        .done()
        .await
}

/// Removes a plan with all that it says.
pub async fn delete(tx: &mut Tx, id: &PlanId) -> Result<bool> {
    Ok(tx
        .query("delete from plan where id = $1")
        .bind(id.as_str())
        .execute()
        .await?
        == 1)
}

/// Numbers of the plan's tasks.
pub async fn task_numbers(tx: &mut Tx, id: &PlanId) -> Result<Numbers> {
    let sql = "select number from task where plan_id = $1";
    let taken: Vec<(i64,)> = tx.query(sql).bind(id.as_str()).all().await?;
    let sql = "select last_removed_task from plan where id = $1";
    let last: Option<(i64,)> = tx.query(sql).bind(id.as_str()).optional().await?;
    numbers(taken, last)
}

/// Published plans in which one of these units is named, as itself or as a member of a collective there; by id.
pub async fn published_naming(tx: &mut Tx, units: &BTreeSet<UnitCode>) -> Result<Vec<PlanId>> {
    let units: Vec<&UnitCode> = units.iter().collect();
    let mut sql = Statement::new(
        "select distinct plan.id from plan join responsibility on responsibility.plan_id = plan.id
         where plan.status = 'published' and (unit in ",
    )
    .list(texts(&units));
    // Codes have no characters that mean anything to LIKE or JSON.
    for code in units {
        sql = sql
            .push(" or cast(members as text) like ")
            .bind(Value::Text(format!("%\"{code}\"%")));
    }
    let rows: Vec<(PlanId,)> = tx.run(sql.push(") order by plan.id")).all().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Whether there is a plan, or a unit that one may be of.
pub async fn any_or_unit(tx: &mut Tx) -> Result<bool> {
    let sql = "select exists (select 1 from plan) or exists (select 1 from unit)";
    let (found,): (bool,) = tx.query(sql).one().await?;
    Ok(found)
}

/// Ids of the plans whose ledger is kept current.
pub async fn published(tx: &mut Tx) -> Result<Vec<PlanId>> {
    let rows: Vec<(PlanId,)> = tx
        .query("select id from plan where status = 'published' order by id")
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Ids of published plans that have nothing in the ledger.
pub async fn without_ledger(tx: &mut Tx) -> Result<Vec<PlanId>> {
    // First by the index of what is owed, which nearly all have: to find what was withdrawn all obligations are looked at.
    let sql = "select id from plan
               where status = 'published' and case
                   when exists (select 1 from obligation where plan_id = plan.id and withdrawn_at is null) then false
                   else not exists (select 1 from obligation where plan_id = plan.id) end
               order by id";
    let rows: Vec<(PlanId,)> = tx.query(sql).all().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
