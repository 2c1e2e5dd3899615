//! `duban calendar import`: the years of a notice.

use anyhow::{anyhow, bail};

use super::contents;
use crate::{
    app::App,
    cli::CalendarImportArgs,
    document::{HolidayNotice, notice},
    domain::calendar::CalendarYear,
    error::{Code, Error, both},
    say,
    service::{
        calendar::{Put, put_year},
        work::{Context, Expected, Work},
    },
    store,
};

/// What became of a year of the file.
pub enum ImportedYear {
    /// It was put.
    Put(Put),
    /// The database says the same.
    Known(i32),
}

/// Puts the years of the file that the database does not have so, all or none, and tells what was left out.
pub async fn put_years(app: &App, args: &CalendarImportArgs) -> anyhow::Result<(Vec<ImportedYear>, Vec<String>)> {
    let (name, bytes) = contents(&args.file)?;
    let file = args.file.display();
    let HolidayNotice { years, left_out } =
        notice(&name, &bytes).map_err(|refusal| anyhow!("{file}: {}", both(refusal.detail())))?;
    if years.is_empty() {
        bail!("{file}: 没有年份 (it has no year)");
    }
    let context = Context::operator();
    let put = app.write(&context, async |work| {
        let mut done = Vec::with_capacity(years.len());
        for year in years {
            done.push(put(work, year, args.replace).await?);
        }
        Ok(done)
    });
    Ok((put.await.map_err(Error::told)?, left_out))
}

async fn put(work: &mut Work<'_>, new: CalendarYear, replace: bool) -> Result<ImportedYear, Error> {
    let known = store::calendar::all(work.tx).await?;
    let known = known
        .iter()
        .map(|(known, _)| known)
        .find(|known| known.year == new.year);
    let year = new.year;
    // The notice of a year may name the last days of the year before.
    if known.is_some_and(|known| known.has_days_of(&new) && (known.same_days(&new) || !new.is_whole())) {
        return Ok(ImportedYear::Known(year));
    }
    new.check().map_err(Error::body)?;
    if let Some(known) = known
        && !replace
    {
        let differing = known.differing(&new);
        let differing: Vec<String> = differing.iter().map(ToString::to_string).collect();
        let differing = differing.join(", ");
        let detail = say!(
            "{year} 年已有日历，与文件不同：{differing}；确要替换请加 --replace",
            "there is a calendar for {year} that differs in {differing}; to replace it say --replace"
        );
        return Err(Error::new(Code::AlreadyExists, detail));
    }
    let expected = known.map(|_| Expected::Any);
    Ok(ImportedYear::Put(put_year(work, year, expected.as_ref(), new).await?))
}

/// What became of each year, and what was left out, for the terminal.
pub fn years(years: &[ImportedYear], left_out: &[String]) -> String {
    let line = |year: &ImportedYear| match year {
        ImportedYear::Known(year) => format!("{year}: 与已有日历一致 (as it was)\n"),
        ImportedYear::Put(put) => {
            let (off, worked) = (put.year.days_off.len(), put.year.make_up_workdays.len());
            let on_days_off: i64 = put.on_days_off.iter().map(|due| due.count).sum();
            format!(
                "{}: 放假 {off} 天 (days off), 调休上班 {worked} 天 (make-up workdays); 到期日改动 {} (due days moved), \
                 仍在放假日到期 {on_days_off} (still due on a day off)\n",
                put.year.year, put.moved
            )
        }
    };
    let said: String = years.iter().map(line).collect();
    if left_out.is_empty() {
        return said;
    }
    format!("{said}未计入 (left out): {}\n", left_out.join("、"))
}
