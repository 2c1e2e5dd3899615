//! Notices, whom they are addressed to, and the obligations they name.

mod filter;
mod ground;

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{FromRow, Result, types::Json};

pub use self::filter::NoticeFilter;
use self::ground::grounds;
use super::{
    filter::Filter as _,
    row::{self, name, named, number, parsed, step, taken, texts, who},
    scope::owned_by,
};
use crate::{
    db::{Record, Statement, Tx, Value},
    domain::{
        id::{NoticeId, PlanId, UnitCode},
        notice::{Addressee, Answer, Notice, NoticeKind},
        obligation::ObligationId,
        person::Person,
        scope::{Owners, Scope},
        time::{Day, Instant},
    },
};

/// Values in one statement.
const CHUNK: usize = 200;

#[derive(FromRow)]
struct NoticeRow {
    id: NoticeId,
    plan_id: String,
    year: i64,
    kind: String,
    level: Option<String>,
    number: Option<i64>,
    status: String,
    subject: String,
    text: String,
    basis: Option<String>,
    reply_by: Option<Day>,
    follows: Option<NoticeId>,
    urgent_reason: Option<String>,
    addressed: Json<Vec<UnitCode>>,
    prepared_by: Json<Vec<Person>>,
    created_by: String,
    created_at: Instant,
    approved_by: Option<String>,
    approved_at: Option<Instant>,
    returned: Option<String>,
    issued_by: Option<String>,
    issued_at: Option<Instant>,
    rescinded_by: Option<String>,
    rescinded_at: Option<Instant>,
    rescission: Option<String>,
    version: i64,
}

const COLUMNS: &str = "select id, plan_id, year, kind, level, number, status, subject, text, basis, reply_by, follows,
                              urgent_reason, addressed, prepared_by, created_by, created_at, approved_by, approved_at,
                              returned, issued_by, issued_at, rescinded_by, rescinded_at, rescission, version";

const FROM: &str = " from notice where ";

impl NoticeRow {
    fn into_notice(self, units: Vec<Addressee>, obligations: BTreeSet<ObligationId>) -> Result<Notice> {
        Ok(Notice {
            id: self.id,
            plan: parsed("plan_id", &self.plan_id)?,
            year: i32::try_from(self.year).unwrap_or_default(),
            kind: named("kind", self.kind)?,
            level: self.level.map(|level| named("level", level)).transpose()?,
            number: self.number.map(|value| number("number", value)).transpose()?,
            status: named("status", self.status)?,
            subject: self.subject,
            text: self.text,
            basis: self.basis,
            reply_by: self.reply_by,
            follows: self.follows,
            urgent_reason: self.urgent_reason,
            addressed: self.addressed.0,
            units,
            obligations,
            prepared_by: self.prepared_by.0,
            created: taken(&self.created_by, self.created_at),
            approved: step(self.approved_by, self.approved_at),
            returned: self.returned,
            issued: step(self.issued_by, self.issued_at),
            rescinded: step(self.rescinded_by, self.rescinded_at),
            rescission: self.rescission,
            ground: None,
            version: self.version,
        })
    }
}

#[derive(FromRow)]
struct AddresseeRow {
    notice_id: NoticeId,
    unit: String,
    acknowledged_by: Option<String>,
    acknowledged_at: Option<Instant>,
    answer: Option<String>,
    answered_by: Option<String>,
    answered_at: Option<Instant>,
    lifted_by: Option<String>,
    lifted_at: Option<Instant>,
    version: i64,
}

/// Of notices that were found.
impl Record for AddresseeRow {}

impl AddresseeRow {
    fn into_addressee(self) -> Result<Addressee> {
        let given = step(self.answered_by, self.answered_at);
        Ok(Addressee {
            unit: parsed("unit", &self.unit)?,
            acknowledged: step(self.acknowledged_by, self.acknowledged_at),
            answer: self.answer.zip(given).map(|(text, given)| Answer { text, given }),
            lifted: step(self.lifted_by, self.lifted_at),
            version: self.version,
        })
    }
}

/// The rows with what belongs to them, and of those that are not issued what they have to hold against.
async fn whole(tx: &mut Tx, rows: Vec<NoticeRow>) -> Result<Vec<Notice>> {
    let mut notices = assembled(tx, rows).await?;
    let unsent: Vec<&Notice> = notices.iter().filter(|notice| !notice.status.is_sent()).collect();
    let grounds = grounds(tx, &unsent).await?;
    let unsent = notices.iter_mut().filter(|notice| !notice.status.is_sent());
    for (notice, ground) in unsent.zip(grounds) {
        notice.ground = Some(ground);
    }
    Ok(notices)
}

/// The rows with what belongs to them, in two more statements.
async fn assembled(tx: &mut Tx, rows: Vec<NoticeRow>) -> Result<Vec<Notice>> {
    let ids = || rows.iter().map(|row| Value::id(row.id));
    let sql = "select notice_id, unit, acknowledged_by, acknowledged_at, answer, answered_by, answered_at, lifted_by,
                      lifted_at, version
               from notice_unit where notice_id in ";
    let found: Vec<AddresseeRow> = tx
        .run(Statement::new(sql).list(ids()).push(" order by unit"))
        .all()
        .await?;
    let mut units: BTreeMap<NoticeId, Vec<Addressee>> = BTreeMap::new();
    for row in found {
        units.entry(row.notice_id).or_default().push(row.into_addressee()?);
    }
    let sql = Statement::new("select notice_id, obligation_id from notice_obligation where notice_id in ").list(ids());
    let found: Vec<(NoticeId, ObligationId)> = tx.run(sql).all().await?;
    let mut obligations: BTreeMap<NoticeId, BTreeSet<ObligationId>> = BTreeMap::new();
    for (id, obligation) in found {
        obligations.entry(id).or_default().insert(obligation);
    }
    let mut notices = Vec::new();
    for row in rows {
        let (units, obligations) = (units.remove(&row.id), obligations.remove(&row.id));
        notices.push(row.into_notice(units.unwrap_or_default(), obligations.unwrap_or_default())?);
    }
    Ok(notices)
}

/// What is seen: all notices, or what was sent to a unit.
fn seen(owners: &Owners) -> Statement {
    if *owners == Owners::Everybodys {
        return owned_by("unit", owners);
    }
    Statement::new("status in ('issued', 'rescinded') and id in (select notice_id from notice_unit where ")
        .append(&owned_by("unit", owners))
        .push(")")
}

/// The notice, if `scope` shows it.
pub async fn find(tx: &mut Tx, id: NoticeId, scope: &Scope<Notice>) -> Result<Option<Notice>> {
    Ok(some(tx, &[id], scope).await?.pop())
}

/// Those of these notices that `scope` shows, in no order.
pub async fn some(tx: &mut Tx, ids: &[NoticeId], scope: &Scope<Notice>) -> Result<Vec<Notice>> {
    let any = NoticeFilter::default();
    let sql = Statement::new(COLUMNS)
        .within(&any.wanted(scope)?)
        .push(" and id in ")
        .list(row::ids(ids));
    any.read(tx, sql).await
}

/// The highest number given to a notice of this kind.
pub async fn last_number(tx: &mut Tx, plan: &PlanId, kind: NoticeKind) -> Result<u32> {
    let sql = "select cast(coalesce(max(number), 0) as bigint) from notice where plan_id = $1 and kind = $2";
    let (last,): (i64,) = tx.query(sql).bind(plan.as_str()).bind(name(kind)?).one().await?;
    number("number", last)
}

/// Those of `ids` that are in the ledger.
pub async fn known_obligations(tx: &mut Tx, ids: &[ObligationId]) -> Result<BTreeSet<ObligationId>> {
    let mut known = BTreeSet::new();
    for chunk in ids.chunks(CHUNK) {
        let sql = Statement::new("select id from obligation where withdrawn_at is null and id in ");
        let rows: Vec<(ObligationId,)> = tx.run(sql.list(texts(chunk))).all().await?;
        known.extend(rows.into_iter().map(|(id,)| id));
    }
    Ok(known)
}

/// Those of `ids` that a notice of this kind is in force for, not answered by their unit, with that notice; except
/// the notices `but`.
pub async fn pending(
    tx: &mut Tx,
    kind: NoticeKind,
    ids: &[&ObligationId],
    but: &[NoticeId],
) -> Result<Vec<(ObligationId, NoticeId)>> {
    let mut pending = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        let sql = "select distinct named.obligation_id, notice.id
                   from notice_obligation named
                   join notice on notice.id = named.notice_id
                   join notice_unit on notice_unit.notice_id = named.notice_id and notice_unit.unit = named.unit
                   where notice.status = 'issued' and notice_unit.answered_at is null and notice_unit.lifted_at is null
                     and notice.kind = ";
        let mut sql = Statement::new(sql).bind(Value::Text(name(kind)?));
        sql = sql.push(" and named.obligation_id in ").list(texts(chunk));
        if !but.is_empty() {
            sql = sql.push(" and notice.id not in ").list(row::ids(but));
        }
        let rows: Vec<(ObligationId, NoticeId)> = tx.run(sql).all().await?;
        pending.extend(rows);
    }
    pending.sort();
    Ok(pending)
}

/// Adds a notice with whom it addresses.
pub async fn insert(tx: &mut Tx, notice: &Notice) -> Result<()> {
    let sql =
        "insert into notice (id, plan_id, year, kind, created_by, created_at, addressed, prepared_by, level, number,
                                   status, subject, text, basis, reply_by, follows, urgent_reason, issued_by, issued_at,
                                   version)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";
    tx.query(sql)
        .bind(notice.id)
        .bind(notice.plan.as_str())
        .bind(i64::from(notice.year))
        .bind(name(notice.kind)?)
        .bind(notice.created.by.text())
        .bind(notice.created.at)
        .bind(Json(&notice.addressed))
        .bind(Json(&notice.prepared_by))
        .bind(notice.level.map(name).transpose()?)
        .bind(notice.number.map(i64::from))
        .bind(name(notice.status)?)
        .bind(&notice.subject)
        .bind(&notice.text)
        .bind(&notice.basis)
        .bind(notice.reply_by)
        .bind(notice.follows)
        .bind(&notice.urgent_reason)
        .bind(who(notice.issued.as_ref()))
        .bind(notice.issued.as_ref().map(|step| step.at))
        .bind(notice.version)
        .execute()
        .await?;
    insert_parts(tx, notice).await
}

async fn insert_parts(tx: &mut Tx, notice: &Notice) -> Result<()> {
    for addressee in &notice.units {
        let sql = "insert into notice_unit (notice_id, unit, acknowledged_by, acknowledged_at, answer, answered_by,
                                            answered_at, lifted_by, lifted_at, version)
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        let Addressee {
            acknowledged,
            answer,
            lifted,
            ..
        } = addressee;
        tx.query(sql)
            .bind(notice.id)
            .bind(addressee.unit.as_str())
            .bind(who(acknowledged.as_ref()))
            .bind(acknowledged.as_ref().map(|step| step.at))
            .bind(answer.as_ref().map(|answer| answer.text.clone()))
            .bind(answer.as_ref().map(|answer| answer.given.by.text()))
            .bind(answer.as_ref().map(|answer| answer.given.at))
            .bind(who(lifted.as_ref()))
            .bind(lifted.as_ref().map(|step| step.at))
            .bind(addressee.version)
            .execute()
            .await?;
    }
    for id in &notice.obligations {
        let sql = "insert into notice_obligation (notice_id, obligation_id, unit) values ($1, $2, $3)";
        tx.query(sql)
            .bind(notice.id)
            .bind(id.to_string())
            .bind(id.unit.as_str())
            .execute()
            .await?;
    }
    Ok(())
}

/// Saves a notice over version `notice.version - 1`, with what its units did; an error where that is
/// not the one stored.
pub async fn save(tx: &mut Tx, notice: &Notice) -> Result<()> {
    let sql = "update notice
               set addressed = $2, prepared_by = $3, level = $4, number = $5, status = $6, subject = $7, text = $8,
                   basis = $9, reply_by = $10, follows = $11, urgent_reason = $12, approved_by = $13, approved_at = $14,
                   returned = $15, issued_by = $16, issued_at = $17, rescinded_by = $18, rescinded_at = $19,
                   rescission = $20, version = $21
               where id = $1 and version = $21 - 1";
    tx.change(sql)
        .bind(notice.id)
        .bind(Json(&notice.addressed))
        .bind(Json(&notice.prepared_by))
        .bind(notice.level.map(name).transpose()?)
        .bind(notice.number.map(i64::from))
        .bind(name(notice.status)?)
        .bind(&notice.subject)
        .bind(&notice.text)
        .bind(&notice.basis)
        .bind(notice.reply_by)
        .bind(notice.follows)
        .bind(&notice.urgent_reason)
        .bind(who(notice.approved.as_ref()))
        .bind(notice.approved.as_ref().map(|step| step.at))
        .bind(&notice.returned)
        .bind(who(notice.issued.as_ref()))
        .bind(notice.issued.as_ref().map(|step| step.at))
        .bind(who(notice.rescinded.as_ref()))
        .bind(notice.rescinded.as_ref().map(|step| step.at))
        .bind(&notice.rescission)
        .bind(notice.version)
        .done()
        .await?;
    // Whom it names may be others now. Its lock is held: nobody answers meanwhile.
    for sql in [
        "delete from notice_unit where notice_id = $1",
        "delete from notice_obligation where notice_id = $1",
    ] {
        tx.query(sql).bind(notice.id).execute().await?;
    }
    insert_parts(tx, notice).await
}

/// Saves what a unit did over version `addressee.version - 1`; an error where that is not the one stored.
pub async fn save_addressee(tx: &mut Tx, id: NoticeId, addressee: &Addressee) -> Result<()> {
    let sql = "update notice_unit
               set acknowledged_by = $3, acknowledged_at = $4, answer = $5, answered_by = $6, answered_at = $7, version = $8
               where notice_id = $1 and unit = $2 and version = $8 - 1";
    tx.change(sql)
        .bind(id)
        .bind(addressee.unit.as_str())
        .bind(who(addressee.acknowledged.as_ref()))
        .bind(addressee.acknowledged.as_ref().map(|step| step.at))
        .bind(addressee.answer.as_ref().map(|answer| answer.text.clone()))
        .bind(addressee.answer.as_ref().map(|answer| answer.given.by.text()))
        .bind(addressee.answer.as_ref().map(|answer| answer.given.at))
        .bind(addressee.version)
        .done()
        .await
}

/// Removes a draft.
pub async fn delete(tx: &mut Tx, id: NoticeId) -> Result<bool> {
    let sql = "delete from notice where id = $1";
    Ok(tx.query(sql).bind(id).execute().await? == 1)
}
