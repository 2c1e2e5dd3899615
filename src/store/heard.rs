//! How far the log goes, and its entries behind a place, for cache invalidation.

use sqlx::{FromRow, Result};

use super::row::parsed;
use crate::{
    db::{Record, Statement, Tx, Value},
    domain::{
        event::EventSubject,
        heard::{ELSEWHERE, LogPlace, Mark, News},
        id::EntryId,
        obligation::ObligationId,
    },
};

/// The most entries that are looked at one by one; after more, everything counts as changed.
const MOST: i64 = 1000;

/// The same with entries that change nothing: when a quarter ends, hundreds of thousands of reminders are noted.
const MOST_IN_ALL: i64 = 100_000;

const SAID: &str =
    "select id, event, subject, plan_id, coalesce(after ->> 'obligation', before ->> 'obligation') as obligation";

/// How many entries of the log this transaction sees.
pub(super) async fn mark(tx: &mut Tx) -> Result<Mark> {
    let (sealed, waiting) = counts(tx).await?;
    Ok(Mark::of(sealed, waiting))
}

/// How many entries have their number, and how many wait for it: columns of any statement.
pub(super) const COUNTS: &str = "cast(coalesce((select max(seq) from log_seal), 0) as bigint) as sealed,
                                 cast((select count(*) from log_pending) as bigint) as waiting";

async fn counts(tx: &mut Tx) -> Result<(i64, i64)> {
    tx.run(Statement::new("select ").push(COUNTS)).one().await
}

/// How far the log is for this transaction.
pub(super) async fn place(tx: &mut Tx) -> Result<LogPlace> {
    let (sealed, _) = counts(tx).await?;
    let waiting: Vec<(EntryId,)> = tx.query("select entry_id from log_pending").all().await?;
    Ok(LogPlace {
        sealed,
        waiting: waiting.into_iter().map(|(id,)| id).collect(),
    })
}

/// What was said since.
#[derive(Debug)]
pub enum Since {
    /// This, and how far the log is now.
    Said(LogPlace, Vec<News>),
    /// More than anybody looks at.
    TooMuch(LogPlace),
}

#[derive(FromRow)]
struct NewsRow {
    id: EntryId,
    event: String,
    subject: String,
    plan_id: Option<String>,
    obligation: Option<String>,
}

/// What is in memory is renewed by it.
impl Record for NewsRow {}

impl NewsRow {
    fn into_news(self) -> Result<News> {
        Ok(News {
            obligation: obligation_of(&self.event, &self.subject, self.obligation.as_deref()),
            event: self.event,
            plan: self.plan_id.map(|plan| parsed("plan_id", &plan)).transpose()?,
        })
    }
}

/// To which obligation something happened. One is its own subject; what belongs to one says to which.
pub(super) fn obligation_of(event: &str, subject: &str, said: Option<&str>) -> Option<ObligationId> {
    let of_itself = (EventSubject::of(event) == Some(EventSubject::Obligation)).then_some(subject);
    said.or(of_itself)?.parse().ok()
}

/// Whether the log has said nothing behind `known`, by one statement.
pub async fn is_all(tx: &mut Tx, known: &LogPlace) -> Result<bool> {
    let (sealed, waiting) = counts(tx).await?;
    // Entries wait until they have their number: with the same numbers given, none has gone that waited.
    Ok(sealed == known.sealed && usize::try_from(waiting).is_ok_and(|waiting| waiting == known.waiting.len()))
}

/// What the log said behind `known`.
pub async fn since(tx: &mut Tx, known: &LogPlace) -> Result<Since> {
    let place = place(tx).await?;
    let fresh = place.waiting.difference(&known.waiting).count();
    let since = place.sealed - known.sealed + i64::try_from(fresh).unwrap_or(i64::MAX);
    if !(0..=MOST_IN_ALL).contains(&since) {
        return Ok(Since::TooMuch(place));
    }
    let tells = || {
        Statement::new(" and event not in ").list(
            ELSEWHERE
                .iter()
                .copied()
                .flatten()
                .map(|event| Value::Text(event.as_str().to_owned())),
        )
    };
    let sql = Statement::new(SAID)
        .push(" from log_seal join log_entry on id = entry_id where seq > ")
        .bind(Value::Int(known.sealed))
        .append(&tells())
        .push(" union all ")
        .push(SAID)
        // `cross`: SQLite keeps the order. Else it goes through the whole log for what `tells` leaves out.
        .push(" from log_pending cross join log_entry where id = entry_id")
        .append(&tells())
        .limit(MOST + i64::try_from(known.waiting.len()).unwrap_or(MOST) + 1);
    let rows: Vec<NewsRow> = tx.run(sql).all().await?;
    let news = rows.into_iter().filter(|row| !known.waiting.contains(&row.id));
    let news = news.map(NewsRow::into_news).collect::<Result<Vec<_>>>()?;
    if i64::try_from(news.len()).is_ok_and(|news| news <= MOST) {
        Ok(Since::Said(place, news))
    } else {
        Ok(Since::TooMuch(place))
    }
}
