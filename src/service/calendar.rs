//! Adding and replacing a year of the working-day calendar.

use serde::Deserialize;

use super::{
    obligations::settle_all,
    work::{Change, Expected, Work},
};
use crate::{
    domain::{calendar::CalendarYear, fault::Fault, log::Event, policy::Action},
    error::{Code, Error, Result},
    say,
    store::{self, revisions},
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

/// Adds the official years that are missing, as every migration does; what somebody has put stays.
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
    settle_all(work).await
}

/// Adds or replaces the year; its version afterwards. Replacing needs to know what is replaced.
pub async fn put_year(
    work: &mut Work<'_>,
    year: i32,
    expected: Option<&Expected>,
    new: CalendarYear,
) -> Result<(CalendarYear, i64)> {
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
    let version = before.as_ref().map_or(1, |(_, version)| version + 1);
    store::calendar::put(work.tx, &new, version).await?;
    let before = before.map(|(year, _)| year);
    let updated = Change {
        event: Event::CalendarUpdated,
        subject: &year,
        plan: None,
        reason: None,
        before: before.as_ref(),
        after: Some(&new),
    };
    work.record(updated).await?;
    work.calendar_changed().await?;
    // Due days that roll over days off may roll differently now.
    settle_all(work).await?;
    Ok((new, version))
}
