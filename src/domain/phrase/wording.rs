//! A rule as a phrase again, which means the same when it is read.

use chrono::{Datelike, Weekday};

use super::{UNNAMED_EVENT, date::stands_before_colon};
use crate::domain::{
    deadline::{Due, Every, Rule, Size, SpanUnit, Within},
    time::Day,
};

/// The rule in Chinese, as a plan could have written it. What was read from a phrase is read from this again.
pub fn write(rule: &Rule) -> String {
    match rule {
        Rule::Date { due_on, label } => match label {
            None => format!("{}前", day(*due_on)),
            Some(label) if stands_before_colon(label) => format!("{label}：{}前", day(*due_on)),
            Some(label) => format!("{}前{label}", day(*due_on)),
        },
        Rule::YearRound => "全年".to_owned(),
        Rule::Recurring {
            every,
            due,
            from,
            until,
        } => {
            let from = from.map(|from| format!("自{}起，", day(from))).unwrap_or_default();
            let until = until.map(|until| format!("，至{}止", day(until))).unwrap_or_default();
            format!("{from}每{}{}{until}", period(*every), occasion(*every, *due))
        }
        Rule::OnEvent { event, within, basis } => match (basis, event.strip_suffix("的起算事件")) {
            (Some(basis), Some(provision)) if provision.starts_with(basis.as_str()) => format!("按{provision}的时限"),
            _ => {
                let pace = within.map_or_else(|| "及时".to_owned(), span);
                match event.as_str() {
                    UNNAMED_EVENT => pace,
                    event => format!("于{event}后{pace}"),
                }
            }
        },
        Rule::Undecided => "待定".to_owned(),
    }
}

fn day(day: Day) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

fn period(every: Every) -> &'static str {
    match every {
        Every::Week => "周",
        Every::TenDays => "旬",
        Every::HalfMonth => "半月",
        Every::Month => "月",
        Every::Quarter => "季度",
        Every::HalfYear => "半年",
        Every::Year => "年",
    }
}

fn occasion(every: Every, due: Due) -> String {
    let (month, day) = match due {
        Due::PeriodEnd => return String::new(),
        Due::After { count, unit } => return format!("结束后{}", span(Within { count, unit })),
        Due::Day { month, day } => (month, day),
    };
    match (every, every.size()) {
        (Every::Week, _) => {
            let weekday = u8::try_from(day).unwrap_or_default().saturating_sub(1);
            let name = Weekday::try_from(weekday).map_or("日", |weekday| {
                ["一", "二", "三", "四", "五", "六", "日"][weekday.num_days_from_monday() as usize]
            });
            format!("{name}前")
        }
        (Every::Month, _) => format!("{day}日前"),
        (Every::Year, Size::Months(months)) => format!("{}月{}前", month.unwrap_or(months), day_or_end(day)),
        (_, Size::Months(months)) => format!("第{}个月{}前", month.unwrap_or(months), day_or_end(day)),
        (_, Size::Days(_)) => format!("第{day}日前"),
    }
}

fn day_or_end(day: u32) -> String {
    if day == 31 {
        "底".to_owned()
    } else {
        format!("{day}日")
    }
}

fn span(Within { count, unit }: Within) -> String {
    let unit = match unit {
        SpanUnit::Day => "日",
        SpanUnit::WorkingDay => "个工作日",
        SpanUnit::Month => "个月",
        SpanUnit::Year => "年",
    };
    format!("{count}{unit}内")
}
