//! Adding and replacing a year of the working-day calendar.

use serde::Deserialize;

use super::{
    obligations::{self, settle_all},
    work::{Expected, LogRecord, Work},
};
use crate::{
    domain::{
        calendar::CalendarYear,
        event::Event,
        fault::Fault,
        policy::Action,
        time::{Day, day_of},
    },
    error::{Code, Error, Result},
    say,
    store::{self, obligations::Due, revisions},
};

/// The State Council's calendars that this version knows.
const OFFICIAL: &str = include_str!("../../seeds/calendar/china.json");

#[derive(Deserialize)]
struct CalendarFile {
    years: Vec<CalendarYear>,
}

/// The years that this version knows, for an empty database and for examples.
pub fn official_years() -> serde_json::Result<Vec<CalendarYear>> {
    let CalendarFile { years } = serde_json::from_str(OFFICIAL)?;
    Ok(years)
}

/// Adds the official years that are missing, as every migration does; years that were put by hand stay.
pub async fn add_official_years(work: &mut Work<'_>) -> Result<()> {
    work.tx.lock(revisions::CALENDAR).await?;
    let known = store::calendar::all(work.tx).await?;
    let mut missing = official_years().map_err(Error::internal)?;
    missing.retain(|year| known.iter().all(|(known, _)| known.year != year.year));
    if missing.is_empty() {
        return Ok(());
    }
    for year in &missing {
        store::calendar::put(work.tx, year, 1).await?;
    }
    work.calendar_changed().await?;
    settle_all(work).await.map(drop)
}

/// A year that was put, and what that means for what is due.
pub struct Put {
    /// The year.
    pub year: CalendarYear,
    /// Its version.
    pub version: i64,
    /// How many due days moved, in plans that roll them off days off.
    pub moved: usize,
    /// What is still to be done and falls due on one of the year's days off, from today on.
    pub on_days_off: Vec<Due>,
}

/// Adds or replaces the year. Replacing needs to know what is replaced. Due days roll anew in the plans that say
/// so; where they stand as the document has them, or were granted or registered, they are told and not touched.
pub async fn put_year(work: &mut Work<'_>, year: i32, expected: Option<&Expected>, new: CalendarYear) -> Result<Put> {
    work.authorize(Action::ManageCalendar)?;
    work.tx.lock(revisions::CALENDAR).await?;
    if new.year != year {
        return Err(Error::field(
            "/year",
            Fault::Conflict,
            say!("与路径中的 {year} 不同", "differs from {year} in the path"),
        ));
    }
    new.check().map_err(Error::body)?;
    let before = store::calendar::all(work.tx)
        .await?
        .into_iter()
        .find(|(held, _)| held.year == year);
    match (&before, expected) {
        (Some((_, version)), Some(expected)) => expected.check(*version)?,
        (Some(_), None) => {
            let detail = say!(
                "{year} 年已有日历，替换须带 If-Match",
                "there is a calendar for {year}: send If-Match to replace it"
            );
            return Err(Error::header(
                Code::PreconditionRequired,
                "If-Match",
                Fault::Required,
                detail,
            ));
        }
        (None, Some(_)) => {
            return Err(Error::new(
                Code::Stale,
                say!("{year} 年还没有日历", "there is no calendar for {year} yet"),
            ));
        }
        (None, None) => {}
    }
    if let Some((_, version)) = before.as_ref().filter(|(held, _)| *held == new) {
        return Ok(Put {
            year: new,
            version: *version,
            moved: 0,
            on_days_off: on_days_off(work, year).await?,
        });
    }
    let version = before.as_ref().map_or(1, |(_, version)| version + 1);
    store::calendar::put(work.tx, &new, version).await?;
    let before = before.map(|(year, _)| year);
    let updated = LogRecord {
        event: Event::CALENDAR_UPDATED,
        subject: &year,
        plan: None,
        reason: None,
        before: before.as_ref(),
        after: Some(&new),
    };
    work.record(updated).await?;
    work.calendar_changed().await?;
    // Due days that roll over days off may roll differently now.
    let moved = settle_all(work).await?;
    let on_days_off = on_days_off(work, year).await?;
    let obligations: i64 = on_days_off.iter().map(|due| due.count).sum();
    tracing::info!(
        calendar.year = year,
        moved,
        obligations,
        "a year of the calendar was put: due days moved, and obligations due on days off"
    );
    Ok(Put {
        year: new,
        version,
        moved,
        on_days_off,
    })
}

async fn on_days_off(work: &mut Work<'_>, year: i32) -> Result<Vec<Due>> {
    let (first, last) = (Day::from_ymd_opt(year, 1, 1), Day::from_ymd_opt(year, 12, 31));
    let Some((first, last)) = first.zip(last) else {
        return Ok(Vec::new());
    };
    let calendar = obligations::calendar(work).await?;
    let mut due = store::obligations::due_between(work.tx, first.max(day_of(work.now)), last).await?;
    due.retain(|due| calendar.is_working_day(due.due_on) == Ok(false));
    Ok(due)
}
