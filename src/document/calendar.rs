//! The State Council's notice of days off as a file: iCalendar, separated values or JSON, as it is passed on.

use std::collections::BTreeMap;

use chrono::Datelike as _;
use serde::Deserialize;
use serde_json::Value;

use super::{FileRefusal, LARGEST, encoding, text};
use crate::{
    domain::{
        calendar::{CalendarYear, DayName},
        fault::Bilingual,
        import::{Block, Format},
        text::visible,
        time::Day,
    },
    say,
};

/// What a file says of days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HolidayNotice {
    /// Its years.
    pub years: Vec<CalendarYear>,
    /// Events that say neither that a day is off nor that it is worked: they were left out.
    pub left_out: Vec<String>,
}

/// The longest festival, with the weekends beside it.
const LONGEST: i64 = 31;

const OFF: &[&str] = &[
    "放假",
    "休",
    "休息",
    "休假",
    "假期",
    "假日",
    "节假日",
    "放假日",
    "法定节假日",
    "off",
    "holiday",
    "day off",
    "day_off",
];
const WORKED: &[&str] = &[
    "班",
    "上班",
    "补班",
    "调休上班",
    "调休上班日",
    "调休工作日",
    "工作日",
    "上班日",
    "补班日",
    "work",
    "workday",
    "working day",
    "working_day",
    "make_up_workday",
];

/// Reads the notice in the file called `name`.
pub fn notice(name: &str, bytes: &[u8]) -> Result<HolidayNotice, FileRefusal> {
    if bytes.len() > LARGEST {
        return Err(super::too_much());
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match ending.as_deref() {
        Some("ics") => events(&encoding::decoded(bytes)?),
        Some("csv") => rows(bytes),
        Some("json") => json(bytes),
        _ => Err(FileRefusal::Kind(say!(
            "日历只读 .ics、.csv 和 .json",
            "calendars are read from .ics, .csv and .json"
        ))),
    }
}

fn broken<T>(detail: Bilingual) -> Result<T, FileRefusal> {
    Err(FileRefusal::Broken(detail))
}

/// Days, each off or worked, by year.
#[derive(Default)]
struct Days(BTreeMap<i32, CalendarYear>);

impl Days {
    fn add(&mut self, (from, to): (Day, Day), worked: bool, name: &str, at: usize) -> Result<(), FileRefusal> {
        let length = (to - from).num_days();
        if !(0..LONGEST).contains(&length) {
            return broken(say!(
                "第 {at} 行：{from} 至 {to} 不是一段假期",
                "line {at}: {from} to {to} is no stretch of days off"
            ));
        }
        for date in from.iter_days().take_while(|date| *date <= to) {
            let year = self.0.entry(date.year()).or_insert_with(|| CalendarYear {
                year: date.year(),
                days_off: Vec::new(),
                make_up_workdays: Vec::new(),
            });
            let days = if worked {
                &mut year.make_up_workdays
            } else {
                &mut year.days_off
            };
            // A day of two festivals is often named twice.
            if !days.iter().any(|known| known.date == date) {
                let name = name.to_owned();
                days.push(DayName { date, name });
            }
        }
        Ok(())
    }

    fn notice(self, left_out: Vec<String>) -> Result<HolidayNotice, FileRefusal> {
        if self.0.is_empty() {
            return broken(say!(
                "没有找到放假日和调休上班日",
                "there are no days off and no make-up workdays in it"
            ));
        }
        let years = self.0.into_values().map(|mut year| {
            year.days_off.sort_by_key(|day| day.date);
            year.make_up_workdays.sort_by_key(|day| day.date);
            year
        });
        Ok(HolidayNotice {
            years: years.collect(),
            left_out,
        })
    }
}

/// 2026-10-01, 2026/10/1, 20261001, 2026年10月1日（星期四）.
fn day(text: &str) -> Option<Day> {
    let bare = text.split(['(', '（', '周', '星']).next().unwrap_or_default().trim();
    let written = |c: char| c.is_ascii_digit() || "-/.年月日号 ".contains(c);
    let figures: Vec<&str> = bare
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .collect();
    let parsed = |text: &str| text.parse::<u32>().ok();
    let (year, month, day) = match figures.as_slice() {
        [year, month, day] if year.len() == 4 => (*year, parsed(month)?, parsed(day)?),
        [all] if all.len() == 8 => (&all[..4], parsed(&all[4..6])?, parsed(&all[6..])?),
        _ => return None,
    };
    let fits = bare.chars().all(written);
    fits.then(|| Day::from_ymd_opt(year.parse().ok()?, month, day))
        .flatten()
}

/// Rows in which one cell is a day (or two are the first and the last), one says whether it is worked, and one is the
/// festival; in any order.
fn rows(bytes: &[u8]) -> Result<HolidayNotice, FileRefusal> {
    let document = text::separated(bytes, Format::Csv)?;
    let mut days = Days::default();
    let tables = document.blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some(table),
        Block::Paragraph(_) => None,
    });
    for (index, row) in tables.flat_map(|table| &table.rows).enumerate() {
        let cells: Vec<String> = row.cells.iter().map(|cell| visible(&cell.text)).collect();
        let said: Vec<&str> = cells
            .iter()
            .map(String::as_str)
            .filter(|text| !text.is_empty())
            .collect();
        let at = row.number as usize;
        let dates: Vec<Day> = said.iter().filter_map(|text| day(text)).collect();
        let (from, to) = match dates.as_slice() {
            [only] => (*only, *only),
            [first, last] => (*first, *last),
            _ if said.is_empty() || index == 0 => continue,
            _ => {
                return broken(say!(
                    "第 {at} 行没有一个日期，如 2027-10-01",
                    "line {at} has no day, such as 2027-10-01"
                ));
            }
        };
        let is = |words: &[&str], text: &str| words.contains(&text.to_ascii_lowercase().as_str());
        let worked: Vec<bool> = said
            .iter()
            .filter(|text| is(OFF, text) || is(WORKED, text))
            .map(|text| is(WORKED, text))
            .collect();
        let [worked] = worked.as_slice() else {
            return broken(say!(
                "第 {at} 行没有写明是“放假”还是“上班”",
                "line {at} does not say 放假 (off) or 上班 (worked)"
            ));
        };
        let mut names = said
            .iter()
            .filter(|text| day(text).is_none() && !is(OFF, text) && !is(WORKED, text))
            .filter(|text| !text.starts_with("星期") && !text.starts_with('周'));
        let Some(name) = names.next() else {
            return broken(say!("第 {at} 行没有节日名称", "line {at} names no festival"));
        };
        days.add((from, to), *worked, name, at)?;
    }
    days.notice(Vec::new())
}

/// One day as collections of the notices on the web have it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WebDay {
    name: String,
    date: Day,
    is_off_day: bool,
}

/// A year as `GET /calendar/{year}` gives it, several under `years`, or `days` with `isOffDay`.
fn json(bytes: &[u8]) -> Result<HolidayNotice, FileRefusal> {
    let wrong =
        |error: serde_json::Error| FileRefusal::Broken(say!("JSON 不符合要求：{error}", "not such JSON: {error}"));
    let text = encoding::decoded(bytes)?;
    let mut value: Value = serde_json::from_str(&text).map_err(wrong)?;
    if value.get("days_off").is_some() {
        let year = serde_json::from_value(value).map_err(wrong)?;
        return Ok(HolidayNotice {
            years: vec![year],
            left_out: Vec::new(),
        });
    }
    if let Some(years) = value.get_mut("years") {
        let years = serde_json::from_value(years.take()).map_err(wrong)?;
        return Ok(HolidayNotice {
            years,
            left_out: Vec::new(),
        });
    }
    let Some(listed) = value.get_mut("days") else {
        return broken(say!(
            "应有 year、days_off 和 make_up_workdays，或 days（name、date、isOffDay）",
            "there should be year, days_off and make_up_workdays, or days (name, date, isOffDay)"
        ));
    };
    let listed: Vec<WebDay> = serde_json::from_value(listed.take()).map_err(wrong)?;
    let mut days = Days::default();
    for (at, WebDay { name, date, is_off_day }) in (1..).zip(&listed) {
        days.add((*date, *date), !is_off_day, name, at)?;
    }
    days.notice(Vec::new())
}

/// An event of a calendar.
#[derive(Default)]
struct Event {
    line: usize,
    from: Option<Day>,
    /// The day after the last.
    to: Option<Day>,
    name: String,
    special: String,
    repeats: bool,
}

/// The events of a calendar (RFC 5545) that say 休 or 班.
fn events(text: &str) -> Result<HolidayNotice, FileRefusal> {
    let mut days = Days::default();
    let mut left_out = Vec::new();
    let mut event: Option<Event> = None;
    if !text.trim_start().starts_with("BEGIN:VCALENDAR") {
        return broken(say!("不是 iCalendar 文件", "it is no iCalendar file"));
    }
    let wrong_day = |line: usize| {
        FileRefusal::Broken(say!(
            "第 {line} 行不是整日的日期",
            "line {line} is no date of a whole day"
        ))
    };
    for (line, content) in unfolded(text) {
        let Some((name, value)) = content.split_once(':') else {
            continue;
        };
        let name = name.split(';').next().unwrap_or_default().to_ascii_uppercase();
        match (name.as_str(), &mut event) {
            ("BEGIN", _) if value.eq_ignore_ascii_case("VEVENT") => {
                event = Some(Event {
                    line,
                    ..Event::default()
                });
            }
            ("END", _) if value.eq_ignore_ascii_case("VEVENT") => {
                if let Some(event) = event.take() {
                    event.add(&mut days, &mut left_out)?;
                }
            }
            ("DTSTART", Some(event)) => event.from = Some(day_of_event(value).ok_or_else(|| wrong_day(line))?),
            ("DTEND", Some(event)) => event.to = Some(day_of_event(value).ok_or_else(|| wrong_day(line))?),
            ("SUMMARY", Some(event)) => event.name = unescaped(value),
            ("X-APPLE-SPECIAL-DAY", Some(event)) => value.clone_into(&mut event.special),
            ("RRULE" | "RDATE", Some(event)) => event.repeats = true,
            _ => {}
        }
    }
    days.notice(left_out)
}

/// A date, or midnight.
fn day_of_event(value: &str) -> Option<Day> {
    let (date, time) = value.split_once('T').unwrap_or((value, "000000"));
    let midnight = time.trim_end_matches('Z').chars().all(|c| c == '0');
    day(date).filter(|_| midnight && date.len() == 8)
}

impl Event {
    fn add(self, days: &mut Days, left_out: &mut Vec<String>) -> Result<(), FileRefusal> {
        let line = self.line;
        let (off, worked) = (
            self.special == "WORK-HOLIDAY"
                || ["休）", "休)", "假期", "放假"]
                    .iter()
                    .any(|word| self.name.contains(word)),
            self.special == "ALTERNATE-WORKDAY"
                || ["班）", "班)", "补班", "上班"]
                    .iter()
                    .any(|word| self.name.contains(word)),
        );
        match (off, worked, self.from) {
            (false, false, _) => {
                left_out.push(self.name);
                Ok(())
            }
            (true, true, _) => broken(say!(
                "第 {line} 行的事件既说放假又说上班",
                "the event at line {line} says off and worked"
            )),
            (_, _, None) => broken(say!(
                "第 {line} 行的事件没有日期",
                "the event at line {line} has no day"
            )),
            _ if self.repeats => broken(say!(
                "第 {line} 行的事件每年重复，不是某一年的通知",
                "the event at line {line} recurs: it is of no year's notice"
            )),
            (_, worked, Some(from)) => {
                let last = self.to.and_then(|to| to.pred_opt()).unwrap_or(from).max(from);
                days.add((from, last), worked, &festival(&self.name), line)
            }
        }
    }
}

/// The festival without the words that say off or worked: 春节（休）, 国庆节 假期 第1天/共8天.
fn festival(summary: &str) -> String {
    let mut name = summary.split(['（', '(', '第']).next().unwrap_or_default().to_owned();
    for word in ["调休", "假期", "放假", "补班", "上班"] {
        name = name.replace(word, "");
    }
    let name = name.trim();
    if name.is_empty() { summary.trim() } else { name }.to_owned()
}

/// Lines, the folded ones joined, with the number of their first.
fn unfolded(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(more), Some((_, before))) => before.push_str(more),
            _ => lines.push((number, line.to_owned())),
        }
    }
    lines
}

/// TEXT (RFC 5545, section 3.3.11) in one line.
fn unescaped(text: &str) -> String {
    let text = text.replace("\\n", " ").replace("\\N", " ");
    text.replace("\\,", ",")
        .replace("\\;", ";")
        .replace("\\\\", "\\")
        .trim()
        .to_owned()
}
