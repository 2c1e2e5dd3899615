//! `/calendar`: the official working days

use actix_web::{get, put};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use utoipa::{IntoParams, ToSchema};

use crate::http::{
    caller::{Caller, may},
    input::{self, Body, Id, IdempotencyKey, MaybeIfMatch, invalid_parameter},
    refused::Refused,
    reply::{Reply, changed, format::Format, json},
};
use crate::{
    domain::{
        calendar::{Calendar, CalendarYear, DayName, NoCalendar, Year},
        time::Day,
    },
    say,
    service::calendar::{self, Put},
};

/// Days that one reply lists at most: five years.
const LONGEST: i64 = 5 * 366;

/// 一天 (a day)
#[skip_serializing_none]
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CalendarDay)]
pub struct DayView {
    /// 日期 (date)
    #[schema(example = "2017-10-01")]
    date: Day,
    /// 是否上班；该年没有官方日历时省略 (whether it is worked; absent without an official calendar)
    working_day: Option<bool>,
    /// 节日名称；调休上班日为所补的节日 (festival)
    #[schema(example = "国庆节")]
    name: Option<String>,
}

/// 若干天 (days)
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CalendarDays)]
pub struct DaysView {
    /// 每一天 (each day)
    items: Vec<DayView>,
    /// 天数 (how many)
    #[schema(example = 7)]
    total: usize,
    /// 其中工作日；有一天不明时省略 (how many are worked; absent when that is not known of one of them)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 0)]
    working_days: Option<usize>,
    /// 缺少官方工作日历时为 `missing:年份` (`missing:` and the year whose official calendar is not known)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "missing:2027")]
    calendar: Option<String>,
}

/// A range of days.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct RangeParams {
    /// 起始日 (first day)
    #[param(example = "2017-10-01")]
    from: Day,
    /// 截止日，最多五年 (last day, at most five years on)
    #[param(example = "2017-10-08")]
    to: Day,
}

/// 列出每一天 (list days)
///
/// 是否上班及节日名称，含调休。Whether each is worked, with festivals and make-up workdays.
#[utoipa::path(tag = "calendar", params(RangeParams), responses((status = 200, description = "每一天 (the days)", body = DaysView), Caller<may::ReadPublished>, Refused<422>))]
#[get("/days")]
pub async fn list_days(caller: Caller<may::ReadPublished>) -> Reply {
    caller
        .serve(&[Format::Json], async |_| {
            let RangeParams { from, to } = input::query(caller.request())?;
            if Calendar::calendar_days_between(from, to) > LONGEST {
                return Err(invalid_parameter("to", say!("最多五年", "at most five years")));
            }
            let calendar = &caller.catalog().calendar.calendar;
            let mut missing = None;
            let view = |date: Day| DayView {
                date,
                working_day: calendar
                    .is_working_day(date)
                    .map_err(|year| missing.get_or_insert(year))
                    .ok(),
                name: calendar.name_of(date).map(str::to_owned),
            };
            let items: Vec<DayView> = from.iter_days().take_while(|day| *day <= to).map(view).collect();
            let worked = items.iter().filter(|day| day.working_day == Some(true)).count();
            json(
                &DaysView {
                    total: items.len(),
                    working_days: missing.is_none().then_some(worked),
                    calendar: missing.map(NoCalendar::word),
                    items,
                },
                None,
            )
        })
        .await
}

/// 工作日推算结果 (working days counted)
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WorkingDays)]
pub struct WorkingDaysView {
    /// 起始日，不计入 (start; not counted)
    #[schema(example = "2017-09-28")]
    from: Day,
    /// 推算到的日期 (the day counted to)
    #[schema(example = "2017-10-09")]
    date: Day,
    /// 其间工作日数 (working days between)
    #[schema(example = 3)]
    working_days: i64,
    /// 其间自然日数 (calendar days between)
    #[schema(example = 11)]
    calendar_days: i64,
}

/// How to count.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CountParams {
    /// 起始日，不计入 (start; not counted)
    #[param(example = "2017-09-28")]
    from: Day,
    /// 往后数几个工作日；与 `to` 二选一 (working days to add; either this or `to`)
    #[param(minimum = 0, maximum = 5000, example = 3)]
    add: Option<u32>,
    /// 数到哪一天；与 `add` 二选一 (day to count to; either this or `add`)
    to: Option<Day>,
}

/// 推算工作日 (count working days)
///
/// `add=` 往后数若干个工作日，`to=` 数两天之间的工作日；起始日不计入。没有官方日历的年份答复 422。
/// With `add=` the day so many working days on, with `to=` the working days between two days.
#[utoipa::path(tag = "calendar", params(CountParams), responses((status = 200, description = "推算结果 (the result)", body = WorkingDaysView), Caller<may::ReadPublished>, Refused<422>))]
#[get("/working-days")]
pub async fn count_working_days(caller: Caller<may::ReadPublished>) -> Reply {
    caller
        .serve(&[Format::Json], async |_| {
            let CountParams { from, add, to } = input::query(caller.request())?;
            let calendar = &caller.catalog().calendar.calendar;
            let date = match (add, to) {
                (Some(add), None) if add <= 5000 => calendar.add_working_days(from, add)?,
                (Some(_), None) => return Err(invalid_parameter("add", say!("最多 5000", "at most 5000"))),
                (None, Some(to)) => to,
                _ => {
                    return Err(invalid_parameter(
                        "add",
                        say!("add 与 to 须且只能给出一个", "give either add or to"),
                    ));
                }
            };
            let working_days = calendar.working_days_between(from, date)?;
            json(
                &WorkingDaysView {
                    from,
                    date,
                    working_days,
                    calendar_days: Calendar::calendar_days_between(from, date),
                },
                None,
            )
        })
        .await
}

/// 读取一年的日历 (get a calendar year)
#[utoipa::path(tag = "calendar", params(("id" = String, Path, description = "年份 (year)", example = "2017"),
        ("fields" = Option<String>, Query, description = "只返回这些字段，逗号分隔；给出时没有其他字段 (only these fields: all others are left out then, also those that the schema requires)", example = "days_off")),
    responses((status = 200, description = "一年的放假与调休 (the year)", body = CalendarYear), Caller<may::ReadPublished>, Id<Year>, Refused<422>))]
#[get("/{id}")]
pub async fn get_calendar_year(caller: Caller<may::ReadPublished>, id: Id<Year>) -> Reply {
    caller
        .get_in_memory(&[], |_| caller.catalog().calendar.years.get(&id.0.0).cloned())
        .await
}

/// 到期日落在放假日的事项 (obligations due on a day off)
#[derive(Debug, Serialize, ToSchema)]
pub struct DueOnDayOff {
    /// 方案 (plan)
    #[schema(example = "dg-2017")]
    plan_id: String,
    /// 到期日 (the due day)
    #[schema(example = "2017-12-31")]
    due_on: Day,
    /// 未办结的事项数 (how many, not finished)
    #[schema(example = 96)]
    obligations: i64,
}

/// 一年的日历，及其对到期日的影响 (a year, and what it means for due days)
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarYearPut {
    /// 年份 (year)
    #[schema(example = 2017)]
    year: i32,
    /// 放假日 (days off)
    days_off: Vec<DayName>,
    /// 调休上班日 (weekend days that are worked)
    make_up_workdays: Vec<DayName>,
    /// 因此改动的到期日数，仅遇放假顺延的方案 (how many due days moved, in plans that roll them)
    #[schema(example = 0)]
    moved: usize,
    /// 今天起到期、到期日仍落在该年放假日的未办结事项；逐项用 `/obligations?plan=…&due_from=…&due_to=…` 列出
    /// (what falls due on a day off of that year, from today on; `/obligations?plan=…&due_from=…&due_to=…` lists it)
    due_on_days_off: Vec<DueOnDayOff>,
}

impl From<Put> for CalendarYearPut {
    fn from(put: Put) -> Self {
        let on_days_off = put.on_days_off.into_iter().map(|due| DueOnDayOff {
            plan_id: due.plan_id.to_string(),
            due_on: due.due_on,
            obligations: due.count,
        });
        Self {
            year: put.year.year,
            days_off: put.year.days_off,
            make_up_workdays: put.year.make_up_workdays,
            moved: put.moved,
            due_on_days_off: on_days_off.collect(),
        }
    }
}

/// 设定一年的日历 (put a calendar year)
///
/// 国务院办公厅通知公布后由管理员录入，一次全年；替换已有年份须带 If-Match。遇放假顺延的方案，到期日随之顺延；其他的不动，答复列明落在放假日的。
/// All of a year at once; to replace one send If-Match. Plans that roll due days off days off roll them anew; the reply tells what stays on one.
#[utoipa::path(tag = "calendar", params(("id" = String, Path, description = "年份 (year)", example = "2027"), MaybeIfMatch),
    request_body = CalendarYear, responses((status = 200, description = "已设定 (done)", body = CalendarYearPut), Caller<may::ManageCalendar>, Id<Year>, MaybeIfMatch, IdempotencyKey, Body<CalendarYear>))]
#[put("/{id}")]
pub async fn put_calendar_year(
    caller: Caller<may::ManageCalendar>,
    id: Id<Year>,
    expected: MaybeIfMatch,
    key: IdempotencyKey,
    body: Body<CalendarYear>,
) -> Reply {
    caller
        .write(key.bind(&body.bytes), async |work| {
            let put = calendar::put_year(work, id.0.0, expected.0.as_ref(), body.value).await?;
            changed(put.version, &CalendarYearPut::from(put))
        })
        .await
}
