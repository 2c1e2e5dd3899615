//! What stands above a table: its title, the number of the document, the year.

mod leads;

use chrono::Datelike as _;

pub use self::leads::first_leads;
use super::{
    document::{Block, Document, Format},
    label,
    settled::{default_line, says_default},
};
use crate::domain::{
    phrase,
    plan::Plan,
    text,
    time::{Day, PLANNED_YEARS, Period},
};

/// What the document says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heading {
    /// The title.
    pub title: Option<String>,
    /// 文号, 东府办〔2017〕12号.
    pub document_number: Option<String>,
    /// The year that its title names, else its number.
    pub year: Option<i32>,
    /// The first and the last year, where its title names several.
    pub years: Option<(i32, i32)>,
    /// The first and the last day, where it says them.
    pub period: Option<Period>,
    /// The sentence that says that the first unit named leads.
    pub first_leads: Option<String>,
}

/// How titles of plans end.
const ENDINGS: &[&str] = &[
    "方案",
    "分工",
    "分工表",
    "计划",
    "要点",
    "一览表",
    "任务表",
    "清单",
    "安排",
    "分解表",
    "台账",
    "责任表",
    "任务",
    "表",
    "意见",
    "通知",
    "规划",
    "措施",
    "重点",
];

/// Reads what stands in `above` (before tables, and in rows above the header of the first) and in the document's other
/// paragraphs; what stands above the headers of others, in `later`, is not its title.
pub fn read(document: &Document, above: &[String], later: &[String]) -> Heading {
    let paragraphs = document.blocks.iter().filter_map(|block| match block {
        Block::Paragraph(text) => Some(text.as_str()),
        Block::Table(_) => None,
    });
    let all: Vec<&str> = paragraphs.chain(above.iter().map(String::as_str)).collect();
    let before = document.blocks.iter().map_while(|block| match block {
        Block::Paragraph(text) => Some(text.as_str()),
        Block::Table(_) => None,
    });
    let before: Vec<&str> = before.chain(above.iter().map(String::as_str)).collect();
    let fits = |line: &&&str| {
        let length = line.chars().count();
        (4..=100).contains(&length)
            && !line.contains(['。', '：', ':', '；'])
            && label::read(line).is_none()
            && document_number(line).is_none_or(|number| number.len() < line.trim().len() / 2)
    };
    let ends = |line: &&&str| {
        let bare = text::normalize(line);
        let bare = bare
            .trim_end_matches([')', '》'])
            .rsplit_once('(')
            .map_or(bare.as_str(), |(base, _)| base);
        ENDINGS.iter().any(|ending| bare.ends_with(ending))
    };
    let titles = || before.iter().filter(fits);
    let title = titles()
        .rfind(ends)
        .or_else(|| titles().rfind(|line| year_in(line).is_some()))
        .or_else(|| titles().next_back())
        .or_else(|| only(&before));
    // The notice that goes with a plan is named after it.
    let named = before.iter().rev().find_map(|line| said_title(line));
    let title = title.filter(|_| named.is_none()).map(|title| {
        let inner = title
            .split_once("关于印发")
            .and_then(|(_, rest)| rest.rsplit_once("的通知"));
        inner.map_or(without_annex(title), |(inner, _)| inner.trim_matches(['《', '》', ' ']))
    });
    let all: Vec<&str> = all.into_iter().chain(later.iter().map(String::as_str)).collect();
    let document_number = all.iter().find_map(|line| document_number(line));
    let said = before.iter().find_map(|line| said_year(line));
    let period = before.iter().find_map(|line| said_period(line));
    let year = said
        .or_else(|| named.or(title).and_then(year_in))
        .or_else(|| period.map(|period| period.to.year()))
        .or_else(|| before.iter().find_map(|line| year_in(line)))
        .or_else(|| later.iter().find_map(|line| year_in(line)))
        .or_else(|| document_number.as_deref().and_then(bracketed_year));
    let years = named.or(title).and_then(years_in).or_else(|| {
        let Period { from, to } = period?;
        (from.year() < to.year()).then_some((from.year(), to.year()))
    });
    let years = years.filter(|_| said.is_none());
    Heading {
        title: named
            .map(str::to_owned)
            .or_else(|| title.map(|title| title.split_whitespace().collect::<String>())),
        years,
        year,
        period: period.or_else(|| years.map(|(first, last)| Period::of_years(first, last))),
        first_leads: all.iter().find(|line| first_leads(line)).map(|line| (*line).to_owned()),
        document_number,
    }
}

/// 附件1 2017年重点任务: what follows the number of an annex.
fn without_annex(title: &str) -> &str {
    let Some(rest) = title
        .trim()
        .strip_prefix("附件")
        .or_else(|| title.trim().strip_prefix("附表"))
    else {
        return title;
    };
    let number = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c) || "一二三四五六七八九十".contains(c);
    let rest = rest.trim_start().trim_start_matches(number);
    let bare = rest.trim_start_matches(['：', ':', '.', '．', '、', '-', ' ', '　', '\t', '\n']);
    // 附件12017年 stands for both at once.
    if bare.len() < rest.len() && !bare.is_empty() {
        bare
    } else {
        title
    }
}

/// What stands alone above the table, and is no sentence: its title, whatever is in it.
fn only<'b>(before: &'b [&'b str]) -> Option<&'b &'b str> {
    let is_of_the_plan = |line: &str| {
        said_title(line).is_some() || said_year(line).is_some() || said_period(line).is_some() || says_default(line)
    };
    let mut lines = before
        .iter()
        .filter(|line| !line.trim().is_empty() && !is_of_the_plan(line));
    let only = lines.next().filter(|line| !line.trim_end().ends_with('。'))?;
    lines.next().is_none().then_some(only)
}

/// 标题：怪 & <标题>, where the title is printed as nobody would read it.
fn said_title(line: &str) -> Option<&str> {
    let said = line
        .trim()
        .strip_prefix("标题")?
        .trim_start()
        .strip_prefix(['：', ':'])?;
    Some(said.trim()).filter(|title| !title.is_empty())
}

/// 年度：2017年.
fn said_year(line: &str) -> Option<i32> {
    year_in(
        line.trim()
            .strip_prefix("年度")?
            .trim_start()
            .strip_prefix(['：', ':'])?,
    )
}

/// 期间：2017年7月1日至2018年6月30日.
fn said_period(line: &str) -> Option<Period> {
    let said = line.trim().strip_prefix("期间")?.trim_start();
    let (from, to) = said.strip_prefix(['：', ':'])?.split_once('至')?;
    let day = |words: &str| {
        let read = phrase::read(words.trim(), 2000).ok()?;
        read.first()?.rule.due_on()
    };
    Some(Period {
        from: day(from)?,
        to: day(to)?,
    })
}

/// The lines that say the title, the year and the period of a plan, where what is printed as its title does not.
pub fn lines(plan: &Plan) -> Vec<String> {
    let lines = times(plan);
    let printed = [&plan.title].into_iter().chain(&lines).cloned();
    let document = Document {
        format: Format::Docx,
        blocks: printed.map(Block::Paragraph).collect(),
        beside: Vec::new(),
    };
    let is_read = read(&document, &[], &[]).title.as_ref() == Some(&plan.title);
    let title = (!is_read).then(|| format!("标题：{}", plan.title));
    title.into_iter().chain(lines).collect()
}

fn times(plan: &Plan) -> Vec<String> {
    let (title, year, Period { from, to }) = (&plan.title, plan.year, plan.period);
    let mut lines = Vec::new();
    // A day without a year is of the year that is said, whatever the title names.
    if year_in(title) != Some(year) || years_in(title).is_some() || from.year() != to.year() {
        lines.push(format!("年度：{year}年"));
    }
    if plan.period != Period::of_years(year, year) {
        let day = |day: Day| format!("{}年{}月{}日", day.year(), day.month(), day.day());
        lines.push(format!("期间：{}至{}", day(from), day(to)));
    }
    lines.extend(
        plan.default_deadline
            .as_ref()
            .map(|default| default_line(default, year)),
    );
    lines
}

/// 2017年, 二〇一七年, ２０１７年度.
pub fn year_in(text: &str) -> Option<i32> {
    let plain: String = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '０'..='９' => char::from_digit(c as u32 - '０' as u32, 10).unwrap_or(c),
            '○' | '〇' | '零' | 'Ｏ' => '0',
            c => "一二三四五六七八九"
                .chars()
                .zip('1'..='9')
                .find(|(from, _)| *from == c)
                .map_or(c, |(_, to)| to),
        })
        .collect();
    // 三年行动计划（2021年）: the first that has a year before it.
    let mut ends = plain.match_indices('年').map(|(at, _)| &plain[..at]);
    ends.find_map(|before| {
        let from = before.char_indices().rev().nth(3)?.0;
        let year: i32 = before[from..].parse().ok()?;
        let longer = before[..from].ends_with(|c: char| c.is_ascii_digit());
        (!longer && PLANNED_YEARS.contains(&year)).then_some(year)
    })
}

/// The one year that a heading names.
pub fn only_year(text: &str) -> Option<i32> {
    year_in(text).filter(|_| years_in(text).is_none())
}

/// 2016—2020年, 2021-2023年: the first and the last.
fn years_in(text: &str) -> Option<(i32, i32)> {
    let last = year_in(text)?;
    text.match_indices('年').find_map(|(at, _)| {
        // 2016年至2020年 has it twice.
        let before = text[..at].replace('年', "");
        let figures: Vec<&str> = before
            .split(|c: char| !c.is_ascii_digit())
            .filter(|part| !part.is_empty())
            .collect();
        let [.., first, second] = figures.as_slice() else {
            return None;
        };
        let between = before.rsplit_once(first).map_or("", |(_, rest)| rest);
        let tied = between
            .trim_start()
            .starts_with(['-', '—', '–', '－', '至', '~', '～', '―']);
        let first: i32 = first.parse().ok().filter(|year| PLANNED_YEARS.contains(year))?;
        let second: i32 = second.parse().ok().filter(|year| PLANNED_YEARS.contains(year))?;
        (tied && last <= second && first < second).then_some((first, second))
    })
}

/// 东府办〔2017〕12号.
fn document_number(line: &str) -> Option<String> {
    let line = line.trim().trim_matches(['（', '）', '(', ')']);
    let open = line.find(['〔', '［', '[', '【'])?;
    let end = line.find('号')?;
    let year = bracketed_year(line)?;
    let short = line.chars().count() <= 40 && end > open && year > 1948;
    let from = line[..open]
        .rfind([' ', '　', '：', ':', '\t', '（', '('])
        .map_or(0, |at| at + line[at..].chars().next().map_or(0, char::len_utf8));
    short.then(|| line[from..end + '号'.len_utf8()].to_owned())
}

fn bracketed_year(text: &str) -> Option<i32> {
    let (_, rest) = text.split_once(['〔', '［', '[', '【'])?;
    let year: String = rest.chars().take(4).collect();
    year.parse().ok().filter(|year| PLANNED_YEARS.contains(year))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_found_in_a_title() {
        for (text, year) in [
            ("2017年全市政务信息公开工作重点分工方案", Some(2017)),
            ("二〇二〇年重点工作", Some(2020)),
            ("２０１８年度任务", Some(2018)),
            ("关于2016－2020年规划", Some(2020)),
            ("三年行动计划", None),
            ("三年行动计划2021年任务", Some(2021)),
            ("年度任务", None),
        ] {
            assert_eq!(year_in(text), year, "{text}");
        }
    }

    #[test]
    fn a_plan_of_several_years_is_told() {
        assert_eq!(years_in("XX新区2016—2020年综合改革任务清单"), Some((2016, 2020)));
        assert_eq!(years_in("治本攻坚三年行动方案（2024—2026年）"), Some((2024, 2026)));
        assert_eq!(years_in("2021年至2023年三年行动计划"), Some((2021, 2023)));
        assert_eq!(only_year("二、2022年任务"), Some(2022));
        assert_eq!(only_year("总体任务（2021-2023年）"), None);
        assert_eq!(years_in("2017年全市分工方案"), None);
        assert_eq!(years_in("2017-12号文2018年方案"), None);
    }

    #[test]
    fn the_number_of_a_document_is_not_its_title() {
        let lines = ["国务院办公厅关于落实重点工作分工的意见", "国办发〔2020〕12号"];
        let document = Document {
            format: Format::Docx,
            blocks: lines.map(|line| Block::Paragraph(line.into())).into(),
            beside: Vec::new(),
        };
        let heading = read(&document, &[], &[]);
        assert_eq!(heading.title.as_deref(), Some(lines[0]));
        assert_eq!(
            (heading.document_number.as_deref(), heading.year),
            (Some(lines[1]), Some(2020))
        );
    }

    #[test]
    fn a_notice_is_named_after_its_plan() {
        let document = Document {
            format: Format::Docx,
            blocks: vec![Block::Paragraph(
                "X省人民政府办公厅关于印发《2019年省政府重点工作分工方案》的通知".into(),
            )],
            beside: Vec::new(),
        };
        assert_eq!(
            read(&document, &[], &[]).title.as_deref(),
            Some("2019年省政府重点工作分工方案")
        );
    }

    #[test]
    fn a_document_says_who_it_is() {
        let document = Document {
            format: Format::Docx,
            blocks: [
                "附件1",
                "东府办〔2017〕12号",
                "2017年全市政务公开工作\n分工方案",
                "列第一位的责任单位为牵头单位。",
            ]
            .map(|line| Block::Paragraph(line.into()))
            .into(),
            beside: Vec::new(),
        };
        let heading = read(&document, &[], &[]);
        assert_eq!(heading.title.as_deref(), Some("2017年全市政务公开工作分工方案"));
        assert_eq!(heading.document_number.as_deref(), Some("东府办〔2017〕12号"));
        assert_eq!((heading.year, heading.first_leads.is_some()), (Some(2017), true));
    }
}
