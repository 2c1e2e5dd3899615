//! Deadlines.

use std::collections::BTreeMap;

use sqlx::{FromRow, Result, types::Json};

use super::row::{name, named, numbers, parsed};
use crate::{
    db::{Record, Tx},
    domain::{
        deadline::{Deadline, FormerDeadline, Rule},
        id::{DeadlineId, PlanId, RequirementId},
        numbering::Numbers,
        time::Day,
    },
};

#[derive(FromRow)]
struct DeadlineRow {
    id: String,
    phrase: String,
    source: String,
    rule: Json<Rule>,
    effective_from: Option<Day>,
    version: i64,
}

/// Plans are held in memory, where they are read within a scope.
impl Record for DeadlineRow {}

impl DeadlineRow {
    fn into_deadline(self) -> Result<Deadline> {
        Ok(Deadline {
            id: parsed("id", &self.id)?,
            phrase: self.phrase,
            source: named("source", self.source)?,
            rule: self.rule.0,
            effective_from: self.effective_from,
            version: self.version,
        })
    }
}

/// The plan's deadlines, by requirement and number.
pub async fn of_plan(tx: &mut Tx, plan: &PlanId) -> Result<BTreeMap<RequirementId, Vec<Deadline>>> {
    let sql = "select id, phrase, source, rule, effective_from, version from deadline where plan_id = $1 order by requirement_id, number";
    let rows: Vec<DeadlineRow> = tx.query(sql).bind(plan.as_str()).all().await?;
    let mut deadlines: BTreeMap<RequirementId, Vec<Deadline>> = BTreeMap::new();
    for row in rows {
        let deadline = row.into_deadline()?;
        deadlines
            .entry(deadline.id.requirement.clone())
            .or_default()
            .push(deadline);
    }
    Ok(deadlines)
}

/// The requirement's deadlines by number.
pub async fn of_requirement(tx: &mut Tx, requirement: &RequirementId) -> Result<Vec<Deadline>> {
    let sql = "select id, phrase, source, rule, effective_from, version from deadline where requirement_id = $1 order by number";
    let rows: Vec<DeadlineRow> = tx.query(sql).bind(requirement.to_string()).all().await?;
    rows.into_iter().map(DeadlineRow::into_deadline).collect()
}

/// Adds a deadline.
pub async fn insert(tx: &mut Tx, deadline: &Deadline) -> Result<()> {
    let sql =
        "insert into deadline (id, requirement_id, plan_id, number, phrase, source, rule, effective_from, version)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let requirement = &deadline.id.requirement;
    tx.query(sql)
        .bind(deadline.id.to_string())
        .bind(requirement.to_string())
        .bind(requirement.plan().as_str())
        .bind(i64::from(deadline.id.number))
        .bind(&deadline.phrase)
        .bind(name(deadline.source)?)
        .bind(Json(&deadline.rule))
        .bind(deadline.effective_from)
        .bind(deadline.version)
        .execute()
        .await?;
    Ok(())
}

/// Saves `deadline` over version `deadline.version - 1`; an error where that is not the one stored.
pub async fn save(tx: &mut Tx, deadline: &Deadline) -> Result<()> {
    let sql = "update deadline set phrase = $2, source = $3, rule = $4, version = $5, effective_from = $6
               where id = $1 and version = $5 - 1";
    tx.change(sql)
        .bind(deadline.id.to_string())
        .bind(&deadline.phrase)
        .bind(name(deadline.source)?)
        .bind(Json(&deadline.rule))
        .bind(deadline.version)
        .bind(deadline.effective_from)
        .done()
        .await
}

/// Numbers of the requirement's deadlines.
pub async fn numbers_of(tx: &mut Tx, requirement: &RequirementId) -> Result<Numbers> {
    let sql = "select number from deadline where requirement_id = $1";
    let taken: Vec<(i64,)> = tx.query(sql).bind(requirement.to_string()).all().await?;
    let sql = "select last_removed_deadline from requirement where id = $1";
    let last: Option<(i64,)> = tx.query(sql).bind(requirement.to_string()).optional().await?;
    numbers(taken, last)
}

#[derive(FromRow)]
struct FormerRow {
    id: String,
    task_title: String,
    text: String,
    phrase: String,
    rule_kind: String,
}

/// Plans are held in memory, where they are read within a scope.
impl Record for FormerRow {}

/// The words of deadlines of the plan that were removed, and for which something was owed.
pub async fn former(tx: &mut Tx, plan: &PlanId) -> Result<BTreeMap<DeadlineId, FormerDeadline>> {
    let sql = "select id, task_title, text, phrase, rule_kind from former_deadline where plan_id = $1";
    let rows: Vec<FormerRow> = tx.query(sql).bind(plan.as_str()).all().await?;
    let words = |row: FormerRow| {
        let former = FormerDeadline {
            task_title: row.task_title,
            text: row.text,
            phrase: row.phrase,
            rule_kind: named("rule_kind", row.rule_kind)?,
        };
        Ok((parsed("id", &row.id)?, former))
    };
    rows.into_iter().map(words).collect()
}

/// Keeps the words of the requirement's deadlines for which something is owed, because they, or one of them, are removed.
pub(super) async fn keep_words(tx: &mut Tx, requirement: &RequirementId, one: Option<&DeadlineId>) -> Result<()> {
    let sql = "insert into former_deadline (id, plan_id, task_title, text, phrase, rule_kind)
               select deadline.id, deadline.plan_id, task.title, requirement.text, deadline.phrase, owed.rule_kind
               from deadline
               join requirement on requirement.id = deadline.requirement_id
               join task on task.id = requirement.task_id
               join (
                   select deadline_id, max(rule_kind) as rule_kind from obligation
                   where requirement_id = $1 and withdrawn_at is null group by deadline_id
               ) as owed on owed.deadline_id = deadline.id
               where deadline.requirement_id = $1 and deadline.id = coalesce($2, deadline.id)
               on conflict (id) do nothing";
    let one = one.map(ToString::to_string);
    let query = tx.query(sql).bind(requirement.to_string()).bind(one);
    query.execute().await.map(drop)
}

/// Removes a deadline; its number is not given again, and what was owed for it keeps its words.
pub async fn delete(tx: &mut Tx, id: &DeadlineId) -> Result<bool> {
    keep_words(tx, &id.requirement, Some(id)).await?;
    let sql = "update requirement set last_removed_deadline = $2 where id = $1 and last_removed_deadline < $2";
    tx.query(sql)
        .bind(id.requirement.to_string())
        .bind(i64::from(id.number))
        .execute()
        .await?;
    Ok(tx
        .query("delete from deadline where id = $1")
        .bind(id.to_string())
        .execute()
        .await?
        == 1)
}
