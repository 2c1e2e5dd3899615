//! What the public says. Its source is written here as a hash, and never read back.

mod filter;

use sqlx::{FromRow, Result};

pub use self::filter::FeedbackFilter;
use super::{
    filter::Filter as _,
    row::{name, named, parsed, step, who},
};
use crate::{
    db::{Record, Statement, Tx, Value},
    domain::{
        feedback::{About, Feedback, FeedbackId},
        id::ReportId,
        person::Person,
        scope::Scope,
        time::Instant,
    },
};

super::id::stored_as_uuid!(FeedbackId);

#[derive(FromRow)]
struct FeedbackRow {
    id: FeedbackId,
    requirement_id: String,
    report_id: Option<ReportId>,
    unit: Option<String>,
    rating: i64,
    text: Option<String>,
    status: String,
    portal: String,
    received_at: Instant,
    moderated_by: Option<String>,
    moderated_at: Option<Instant>,
    reason: Option<String>,
    version: i64,
}

impl FeedbackRow {
    fn into_feedback(self) -> Result<Feedback> {
        Ok(Feedback {
            id: self.id,
            about: About {
                requirement: parsed("requirement_id", &self.requirement_id)?,
                report: self.report_id,
                unit: self.unit.map(|unit| parsed("unit", &unit)).transpose()?,
            },
            rating: self.rating,
            text: self.text,
            status: named("status", self.status)?,
            portal: Person::parse(&self.portal),
            received_at: self.received_at,
            moderated: step(self.moderated_by, self.moderated_at),
            reason: self.reason,
            version: self.version,
        })
    }
}

/// How often each rating was given.
pub async fn ratings(tx: &mut Tx, filter: &FeedbackFilter, scope: &Scope<Feedback>) -> Result<Vec<(i64, i64)>> {
    let sql = Statement::new("select rating, cast(count(*) as bigint)")
        .within(&filter.wanted(scope)?)
        .push(" group by rating order by rating");
    tx.run(sql).all().await
}

/// The feedback, if `scope` shows it.
pub async fn find(tx: &mut Tx, id: FeedbackId, scope: &Scope<Feedback>) -> Result<Option<Feedback>> {
    FeedbackFilter::default().find(tx, Value::id(id), scope).await
}

/// Adds feedback from `source`, a hash.
pub async fn insert(tx: &mut Tx, feedback: &Feedback, source: Option<&str>) -> Result<()> {
    let sql =
        "insert into feedback (id, plan_id, requirement_id, report_id, unit, rating, text, status, portal, source,
                                     received_at, version)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let about = &feedback.about;
    tx.query(sql)
        .bind(feedback.id)
        .bind(about.requirement.plan().as_str())
        .bind(about.requirement.to_string())
        .bind(about.report)
        .bind(about.unit.as_ref().map(|unit| unit.as_str().to_owned()))
        .bind(feedback.rating)
        .bind(&feedback.text)
        .bind(name(feedback.status)?)
        .bind(feedback.portal.key())
        .bind(source)
        .bind(feedback.received_at)
        .bind(feedback.version)
        .execute()
        .await
        .map(drop)
}

/// Saves a decision over version `feedback.version - 1`; an error where that is not the one stored.
pub async fn save(tx: &mut Tx, feedback: &Feedback) -> Result<()> {
    let sql = "update feedback set status = $2, moderated_by = $3, moderated_at = $4, reason = $5, version = $6
               where id = $1 and version = $6 - 1";
    tx.change(sql)
        .bind(feedback.id)
        .bind(name(feedback.status)?)
        .bind(who(feedback.moderated.as_ref()))
        .bind(feedback.moderated.as_ref().map(|step| step.at))
        .bind(&feedback.reason)
        .bind(feedback.version)
        .done()
        .await
}

/// When the `nth` latest came from this portal, after `since`; `None`: fewer did.
pub async fn nth_of_portal(tx: &mut Tx, portal: &str, since: Instant, nth: u32) -> Result<Option<Instant>> {
    let sql = "select received_at from feedback where portal = $1 and received_at > $2
               order by received_at desc limit 1 offset $3";
    nth_after(tx, sql, portal, since, nth).await
}

/// When the `nth` latest came from this source, after `since`; `None`: fewer did.
pub async fn nth_of_source(tx: &mut Tx, source: &str, since: Instant, nth: u32) -> Result<Option<Instant>> {
    let sql = "select received_at from feedback where source = $1 and received_at > $2
               order by received_at desc limit 1 offset $3";
    nth_after(tx, sql, source, since, nth).await
}

async fn nth_after(tx: &mut Tx, sql: &'static str, of: &str, since: Instant, nth: u32) -> Result<Option<Instant>> {
    let row: Option<(Instant,)> = tx
        .query(sql)
        .bind(of)
        .bind(since)
        .bind(i64::from(nth) - 1)
        .optional()
        .await?;
    Ok(row.map(|(at,)| at))
}

/// Whether there is some from this source on the same thing.
pub async fn is_repeated(tx: &mut Tx, source: &str, about: &About) -> Result<bool> {
    let sql = "select cast(count(*) as bigint) from feedback
               where source = $1 and requirement_id = $2 and report_id is not distinct from $3";
    let (count,): (i64,) = tx
        .query(sql)
        .bind(source)
        .bind(about.requirement.to_string())
        .bind(about.report)
        .one()
        .await?;
    Ok(count > 0)
}

#[derive(FromRow)]
struct SaltRow {
    salt: String,
}

/// It stays in the service.
impl Record for SaltRow {}

/// What sources are hashed with: `fresh`, unless there is one already.
pub async fn salt(tx: &mut Tx, fresh: &str) -> Result<String> {
    let sql = "insert into feedback_salt (id, salt) values (1, $1) on conflict do nothing";
    tx.query(sql).bind(fresh).execute().await?;
    let row: SaltRow = tx.query("select salt from feedback_salt").one().await?;
    Ok(row.salt)
}

/// Forgets the sources of what came before `before`.
pub async fn forget_sources(tx: &mut Tx, before: Instant) -> Result<u64> {
    let sql = "update feedback set source = null where source is not null and received_at < $1";
    tx.query(sql).bind(before).execute().await
}
