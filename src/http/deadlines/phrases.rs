//! `/deadlines/parse`: what a deadline phrase means, explained

use actix_web::{HttpResponse, post};
use chrono::Datelike;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::{
    caller::{Caller, may},
    input::Body,
    reply::Reply,
};
use crate::{
    domain::{
        deadline::Rule,
        fault::{Checker, Fault},
        phrase,
        schedule::days_named,
        time::Day,
    },
    error::{Code, Error, Location},
};

/// 要解读的表述 (a phrase to read)
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PhraseInput {
    /// 完成时限表述 (the phrase)
    #[schema(example = "每季度第一个月10日前")]
    phrase: String,
    /// 方案年度；没有则为今年 (the plan's year; absent: this year)
    #[serde(default)]
    #[schema(example = 2017, minimum = 1949, maximum = 2199)]
    year: Option<i32>,
}

/// 解读结果 (what the phrase means)
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PhraseReading)]
pub struct PhraseView {
    /// 表述 (the phrase)
    phrase: String,
    /// 年度 (the year it was read in)
    year: i32,
    /// 规则 (what it means)
    rules: Vec<Rule>,
    /// 逐条说明 (each rule, where it was taken from, and its days in the year)
    readings: Vec<ReadingView>,
}

/// 一条规则的来历 (where a rule was taken from)
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reading)]
pub struct ReadingView {
    /// 取自表述中的这一段 (the part of the phrase)
    #[schema(example = "每季度第一个月10日前")]
    from: String,
    /// 规则 (the rule)
    rule: Rule,
    /// 当年各期的到期日；由事件触发的没有 (the due days of the year's periods; none for events)
    dates: Vec<Day>,
    /// 因缺少某年的官方工作日历而有到期日未知时为 `missing:年份` (`missing:` and the year, where a missing official calendar leaves
    /// days out)
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "missing:2027")]
    calendar: Option<String>,
}

/// 解读完成时限 (read a deadline phrase)
///
/// 不猜测：读不懂的表述答复 422 并指出是哪一段。Never a guess: an unreadable phrase is a 422 that says which part.
#[utoipa::path(tag = "deadlines", request_body = PhraseInput, responses((status = 200, description = "解读结果 (what it means)", body = PhraseView), Caller<may::ReadPublished>, Body<PhraseInput>))]
#[post("/parse")]
pub async fn parse_deadline(caller: Caller<may::ReadPublished>, body: Body<PhraseInput>) -> Reply {
    let PhraseInput { phrase, year } = body.value;
    let year = year.unwrap_or_else(|| caller.today().year());
    let mut check = Checker::default();
    check.year("year", year);
    check.finish().map_err(Error::body)?;
    let unreadable = |wrong: phrase::Unreadable| {
        Error::at(
            Code::DeadlineUnreadable,
            Location::Pointer("/phrase".into()),
            Fault::Invalid,
            wrong.detail,
        )
    };
    let readings: Vec<ReadingView> = phrase::read(&phrase, year)
        .map_err(unreadable)?
        .into_iter()
        .map(|reading| {
            let (dates, missing) = days_named(&reading.rule, year, &caller.catalog().calendar.calendar);
            ReadingView {
                dates,
                calendar: missing.map(|missing| format!("missing:{}", missing.year)),
                from: reading.from,
                rule: reading.rule,
            }
        })
        .collect();
    let rules = readings.iter().map(|reading| reading.rule.clone()).collect();
    Ok(HttpResponse::Ok()
        .insert_header(("Cache-Control", "no-store"))
        .json(PhraseView {
            phrase,
            year,
            rules,
            readings,
        }))
}
