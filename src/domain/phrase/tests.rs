//! What reads, what does not, and what holds for whatever is written.

use chrono::{Datelike, Months};
use proptest::prelude::*;

use super::*;
use crate::domain::{
    deadline::{Due, SpanUnit, Within},
    fault::Checker,
    time::Day,
};

/// A numeral from 1 to 999 in Chinese.
pub(super) fn chinese(n: u32) -> String {
    let digit = |n: u32| "零一二三四五六七八九".chars().nth(n as usize).unwrap().to_string();
    let (hundreds, tens, ones) = (n / 100, n / 10 % 10, n % 10);
    let hundreds = if hundreds > 0 {
        digit(hundreds) + "百"
    } else {
        String::new()
    };
    let tens = match (hundreds.as_str(), tens) {
        ("", 0) => String::new(),
        ("", 1) => "十".to_owned(),
        (_, 0) if ones == 0 => String::new(),
        (_, 0) => "零".to_owned(),
        (_, tens) => digit(tens) + "十",
    };
    let ones = if ones > 0 { digit(ones) } else { String::new() };
    hundreds + &tens + &ones
}

/// A numeral in full-width digits.
pub(super) fn wide(n: u32) -> String {
    let wide = |digit: char| char::from_u32(digit as u32 + 0xFEE0).unwrap();
    n.to_string().chars().map(wide).collect()
}

/// A rule in a few characters.
fn brief(rule: &Rule) -> String {
    let or_none = |text: Option<String>| text.unwrap_or_default();
    match rule {
        Rule::Date { due_on, label } => or_none(label.as_ref().map(|label| format!("{label}="))) + &due_on.to_string(),
        Rule::YearRound => "all".to_owned(),
        Rule::Undecided => "undecided".to_owned(),
        Rule::Recurring {
            every,
            due,
            from,
            until,
        } => {
            let due = match due {
                Due::PeriodEnd => String::new(),
                Due::Day { month, day } => {
                    let month = or_none(month.map(|month| format!("{month}/")));
                    format!(" {month}{day}")
                }
                Due::After { count, unit } => format!(
                    " {}",
                    span(Within {
                        count: *count,
                        unit: *unit
                    })
                ),
            };
            let bound = |name: &str, day: &Option<Day>| or_none(day.map(|day| format!(" {name} {day}")));
            format!("{every:?}{due}{}{}", bound("from", from), bound("until", until))
        }
        Rule::OnEvent { event, basis, within } => {
            let basis = or_none(basis.as_ref().map(|basis| format!("（{basis}）")));
            format!("{event}{basis}{}", or_none(within.map(span)))
        }
    }
}

fn span(Within { count, unit }: Within) -> String {
    match unit {
        SpanUnit::Day => format!("+{count}日"),
        SpanUnit::WorkingDay => format!("+{count}工作日"),
        SpanUnit::Month => format!("+{count}月"),
        SpanUnit::Year => format!("+{count}年"),
    }
}

fn rules(readings: &[Reading]) -> Vec<&Rule> {
    readings.iter().map(|reading| &reading.rule).collect()
}

/// What a phrase means in 2017, or in brackets the part that does not read.
fn meaning(phrase: &str) -> String {
    match read(phrase, 2017) {
        Ok(readings) => rules(&readings).into_iter().map(brief).collect::<Vec<_>>().join(" | "),
        Err(unreadable) => format!("[{}]", unreadable.at),
    }
}

#[test]
fn the_examples() {
    let mut wrong = Vec::new();
    let lines = include_str!("examples.txt").lines();
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (phrase, expected) = line.split_once(" → ").unwrap();
        let found = meaning(&phrase.replace('⏎', "\n")).replace('\n', "⏎");
        if found != expected {
            wrong.push(format!("{phrase} → {found}, not {expected}"));
        }
        for rule in read(&phrase.replace('⏎', "\n"), 2017)
            .unwrap_or_default()
            .iter()
            .map(|reading| &reading.rule)
        {
            let again = read(&write(rule), 2017).unwrap_or_default();
            if rules(&again) != [rule] {
                wrong.push(format!("{phrase} → {} → {}", write(rule), meaning(&write(rule))));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_other_plans_write_is_read_or_refused() {
    let lines = include_str!("plans.txt").lines();
    let of = lines.filter_map(|line| line.split_once(" → "));
    let wrong: Vec<String> = of
        .filter_map(|(phrase, expected)| {
            let found = meaning(phrase);
            let right = found == expected || expected == "?" && found.starts_with('[');
            (!right).then(|| format!("{phrase} → {found}, not {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn its_seed_agrees() {
    let seed: serde_json::Value = serde_json::from_str(include_str!("../../../seeds/plans/dg-2017.json")).unwrap();
    let tasks = seed["tasks"].as_array().unwrap().iter();
    let requirements = tasks.flat_map(|task| task["requirements"].as_array().unwrap());
    let deadlines = requirements.flat_map(|requirement| requirement["deadlines"].as_array().unwrap());
    for deadline in deadlines {
        let phrase = deadline["phrase"].as_str().unwrap();
        let rule: Rule = serde_json::from_value(deadline["rule"].clone()).unwrap();
        let readings = read(phrase, 2017).unwrap_or_default();
        match rules(&readings)[..] {
            [read @ Rule::OnEvent { .. }] => assert_eq!(read.kind(), rule.kind()),
            [read] => assert_eq!(*read, rule),
            _ => assert_eq!(deadline["source"], "text", "{phrase}"),
        }
    }
}

#[test]
fn nothing_is_no_deadline_and_a_page_is_no_phrase() {
    assert_eq!(meaning(" \n\u{3000}"), "[]");
    assert_eq!(meaning(&"年".repeat(201)), format!("[{}]", "年".repeat(20)));
}

#[test]
fn the_year_need_not_be_one() {
    assert!(read("12月底", i32::MAX).is_err());
    assert!(read("次年12月底", i32::MAX).is_err());
}

#[test]
fn a_reading_quotes_its_part() {
    let readings = read("3月底前完成；全年持续推进，每季度\n一次 会后3日内转发。", 2017).unwrap();
    let parts: Vec<&str> = readings.iter().map(|reading| reading.from.as_str()).collect();
    assert_eq!(parts, ["3月底前完成", "全年持续推进", "每季度\n一次", "会后3日内转发"]);
}

#[test]
fn an_event_that_is_not_named_can_be_told() {
    let rule = read("3个工作日内", 2017).unwrap().remove(0).rule;
    assert!(matches!(rule, Rule::OnEvent { event, .. } if event == UNNAMED_EVENT));
}

#[test]
fn a_month_ends_on_its_last_day_in_leap_years_too() {
    for months in (0..12 * 250).map(Months::new) {
        let first = Day::from_ymd_opt(1900, 1, 1).unwrap() + months;
        let (year, month) = (first.year(), first.month());
        let due_on = (first + Months::new(1)).pred_opt().unwrap();
        for phrase in [
            format!("{month}月底"),
            format!("{}月", chinese(month)),
            format!("{month}月下旬"),
        ] {
            let readings = read(&phrase, year).unwrap();
            assert_eq!(
                rules(&readings),
                [&Rule::Date { due_on, label: None }],
                "{phrase} {year}"
            );
        }
    }
}

/// Pieces that phrases are made of, and some that they are not.
const PIECES: &str = "
    全年 年底 年内 上半年 第 季度 半年 月 月底 日 号 日内 前 内 底 末 中 旬 上旬 中旬 初 2016年 二〇一八年 次年 本年 年
    1 2 3 10 31 ３ 三 十 二十 百 两 〇 每 每月 每季度 每年 第一个月 不少于 次 一次 至 - 、 ， ； 。 和 收到 文件 省 市
    后 及时 转发 完成 个工作日内 天 周内 起 之日起 按 视 待 以 情况 而定 部署 要求 规定 时限 为准 中考 高考 方案 ： （ ）
    《 》 适时 尽快 通知 另行通知 月报 ② \u{1} 即日起 起 至 于 在 分别于 每周 每旬 每半月 五 次月 次年 结束后 个月内 一月内 份
    2017-06-30 2018.1.5 / . - 星期五 （周四） 报送 一次 进展 初稿 方案 市发改局 并长期坚持 按月度 度 2018 2020 会议 终了后
";

fn names_a_year(phrase: &str) -> bool {
    let last = |before: &str| before.trim_end().chars().next_back();
    let names = |c: char| c.is_numeric() || "一二三四五六七八九次翌明来".contains(c);
    let figures = phrase
        .split(['-', '/', '.', '－', '．', '／'])
        .any(|part| part.trim_end().chars().count() >= 4);
    phrase.split('年').filter_map(last).any(names) || (figures && phrase.contains(['-', '/', '.', '－', '．', '／']))
}

fn phrases() -> impl Strategy<Value = String> {
    let pieces: Vec<&str> = scan::words(PIECES).chain([" ", "\n", "\u{3000}"]).collect();
    prop_oneof![
        3 => prop::collection::vec(prop::sample::select(pieces), 0..10).prop_map(|pieces| pieces.concat()),
        1 => any::<String>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn whatever_is_written_is_read_or_refused(phrase in phrases(), year in prop_oneof![2004..2027, any::<i32>()]) {
        match read(&phrase, year) {
            Err(unreadable) => {
                prop_assert!(phrase.contains(&unreadable.at));
                prop_assert!(!unreadable.detail.zh.is_empty() && !unreadable.detail.en.is_empty());
            }
            Ok(readings) => {
                let mut rest = phrase.as_str();
                for Reading { rule, from } in &readings {
                    let (_, after) = rest.split_once(from).unwrap(); // verbatim, and in order
                    rest = after;
                    let mut check = Checker::default();
                    rule.check(&mut check);
                    prop_assert_eq!(check.finish(), Ok(()));
                    if let Some(due_on) = rule.due_on().filter(|_| !names_a_year(&phrase)) {
                        prop_assert_eq!(due_on.year(), year);
                    }
                }
                prop_assert!(!readings.is_empty());
            }
        }
    }

    #[test]
    fn what_is_read_can_be_written_and_is_read_again(phrase in phrases(), year in 2004..2027) {
        for Reading { rule, from } in read(&phrase, year).unwrap_or_default() {
            let written = write(&rule);
            let again = read(&written, year).unwrap_or_default();
            prop_assert_eq!(rules(&again), [&rule], "{} {}", from, written);
        }
    }

    #[test]
    fn two_months_are_never_one_date(
        (a, b) in (1..=12u32, 1..=12u32).prop_filter("of two months", |(a, b)| a != b),
        times in prop::sample::select(&["月底前", "月", "月份", "月15日前", "月上旬", "月末", "月底前完成", "月5日（星期五）前"][..]),
        between in prop::collection::vec(prop::sample::select(&[
            "", "，", "、", " ", "\n", "；", "和", "并", "完成", "初稿", "方案", "前", "后", "内", "或", "或者", "起", "于", "在", "分别于", "：",
            "报送", "工作", "的", "市发改局", "一次", "再", "（", "）", "每年", "次年", "等", "不",
        ][..]), 0..4),
    ) {
        let phrase = format!("{a}{times}{}{b}月底前完成", between.concat());
        let dates = read(&phrase, 2017).unwrap_or_default();
        let days: std::collections::BTreeSet<_> = dates.iter().filter_map(|reading| reading.rule.due_on()).collect();
        prop_assert!(days.len() != 1 || dates.len() > 1, "{} {:?}", phrase, dates);
    }

    #[test]
    fn each_day_has_its_own_step_or_none(
        steps in prop::collection::vec(prop::sample::select(
            &["部署", "督查", "自查", "验收", "公示", "组织考核", "启动", "报送总结", "完成", "办结", "", "开工"][..]
        ), 2..5),
        first in 1..=3u32,
        ending in prop::sample::select(&["月", "月底前", "月5日前", "月中旬"][..]),
        between in prop::sample::select(&["，", "；", "、", "\n", "。"][..]),
    ) {
        let parts = (first..).step_by(3).zip(&steps).map(|(month, step)| format!("{month}{ending}{step}"));
        let phrase = parts.collect::<Vec<_>>().join(between);
        let readings = read(&phrase, 2017).unwrap_or_default();
        prop_assert!(readings.is_empty() || readings.len() == steps.len(), "{} {:?}", phrase, readings);
        let bare = steps.contains(&"");
        for (Reading { rule, .. }, step) in readings.iter().zip(&steps) {
            let Rule::Date { label, .. } = rule else { panic!("{phrase} {rule:?}") };
            match (label.as_deref(), *step) {
                (Some(label), step) => prop_assert_eq!(label, step, "{}", phrase),
                (None, "" | "完成" | "办结") => {}
                (None, _) => prop_assert!(bare, "{}", phrase),
            }
        }
    }

    #[test]
    fn the_script_of_a_numeral_does_not_matter(template in prop::sample::select(&[
        "M月", "M月底", "M月D日前", "M月至12月", "每月D日前", "每年M月D日", "D个工作日内", "会后D日内", "中考M月、M月D日",
    ]), month in 1..=12u32, day in 1..=28u32) {
        let spelled = |number: fn(u32) -> String| {
            let phrase = template.replace('M', &number(month)).replace('D', &number(day));
            read(&phrase, 2017).map(|readings| rules(&readings).into_iter().cloned().collect::<Vec<_>>())
        };
        let arabic = spelled(|n| n.to_string());
        prop_assert!(arabic.is_ok());
        prop_assert_eq!(&arabic, &spelled(wide));
        prop_assert_eq!(&arabic, &spelled(chinese));
        prop_assert_eq!(&arabic, &spelled(|n| format!("{n:02}")));
    }
}
