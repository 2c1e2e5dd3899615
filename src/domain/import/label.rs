//! What headings and items are printed with: 一、, （一）, 1., (1), ①, 第一章.

const NUMERALS: &str = "〇零一二三四五六七八九十百";
const CIRCLED: &str = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳";

/// How deep a heading stands that is printed so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// 第一章, 第二部分.
    Chapter,
    /// 一、.
    Chinese,
    /// （一）.
    ChineseInBrackets,
    /// 1. or 1、.
    Figure,
    /// (1).
    FigureInBrackets,
    /// ①.
    Circled,
}

/// What a text is printed with, and the rest of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled<'t> {
    /// The label verbatim: `（一）`.
    pub label: &'t str,
    /// How deep it stands.
    pub level: Level,
    /// Its number.
    pub number: u32,
    /// What follows, without blanks before it.
    pub rest: &'t str,
}

/// Reads the label at the beginning of `text`.
pub fn read(text: &str) -> Option<Labelled<'_>> {
    let text = text.trim_start();
    let mut chars = text.char_indices().peekable();
    let (_, first) = *chars.peek()?;
    if let Some(at) = CIRCLED.chars().position(|c| c == first) {
        let number = u32::try_from(at).ok()? + 1;
        return Some(labelled(text, first.len_utf8(), Level::Circled, number));
    }
    let opened = matches!(first, '（' | '(');
    let chapter = first == '第';
    if opened || chapter {
        chars.next();
    }
    let from = chars.peek()?.0;
    let mut end = from;
    while let Some((at, c)) = chars.peek().copied() {
        let counts = c.is_ascii_digit() || matches!(c, '０'..='９') || NUMERALS.contains(c);
        if !counts {
            break;
        }
        end = at + c.len_utf8();
        chars.next();
    }
    let digits = &text[from..end];
    let chinese = digits.chars().next().is_some_and(|c| NUMERALS.contains(c));
    let number = if chinese { numeral(digits)? } else { figure(digits)? };
    let (at, after) = chars.next()?;
    let end = at + after.len_utf8();
    if opened {
        let level = if chinese {
            Level::ChineseInBrackets
        } else {
            Level::FigureInBrackets
        };
        return matches!(after, '）' | ')').then(|| {
            let rest = &text[end..];
            let more = rest
                .starts_with(['、', '.', '．'])
                .then(|| rest.chars().next().map_or(0, char::len_utf8));
            labelled(text, end + more.unwrap_or_default(), level, number)
        });
    }
    if chapter {
        return matches!(after, '章' | '节' | '篇')
            .then(|| labelled(text, end, Level::Chapter, number))
            .or_else(|| {
                text[at..]
                    .starts_with("部分")
                    .then(|| labelled(text, at + "部分".len(), Level::Chapter, number))
            });
    }
    if chinese {
        return matches!(after, '、' | '.' | '．').then(|| labelled(text, end, Level::Chinese, number));
    }
    // 1.5倍, 2017.12 and 1.2 are no labels.
    let follows_figure = text[end..].starts_with(|c: char| c.is_ascii_digit()) && !is_dated(&text[end..]);
    let ends = match after {
        '、' | '．' | ')' | '）' => true,
        '.' => !follows_figure,
        _ => false,
    };
    ends.then(|| labelled(text, end, Level::Figure, number))
}

/// Whether a text begins with a year or a month: 1.2021年6月底 and 1.3月底 are numbered.
fn is_dated(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let figures = text.len() - rest.len();
    figures == 4 && rest.starts_with('年') || (1..=2).contains(&figures) && rest.starts_with('月')
}

/// `text` as an item of a cell: [`read`] takes the number off again, whatever the text begins with.
pub fn numbered(number: u32, text: &str) -> String {
    let figures = text.starts_with(|c: char| c.is_ascii_digit());
    let end = if figures { "、" } else { "." };
    format!("{number}{end}{text}")
}

/// Whether [`read`] takes something off `text`.
pub fn has_one(text: &str) -> bool {
    read(text).is_some_and(|found| !found.rest.is_empty())
}

fn labelled(text: &str, end: usize, level: Level, number: u32) -> Labelled<'_> {
    Labelled {
        label: &text[..end],
        level,
        number,
        rest: text[end..].trim_start(),
    }
}

/// The number that figures say, of whatever width.
pub fn figure(text: &str) -> Option<u32> {
    let plain: String = text
        .chars()
        .map(|c| match c {
            '０'..='９' => char::from_digit(c as u32 - '０' as u32, 10).unwrap_or(c),
            c => c,
        })
        .collect();
    if plain.is_empty() || plain.len() > 4 {
        None
    } else {
        plain.parse().ok()
    }
}

/// The number that numerals say, up to 199.
fn numeral(text: &str) -> Option<u32> {
    let digit = |c: char| {
        "零一二三四五六七八九"
            .chars()
            .position(|d| d == c)
            .and_then(|at| u32::try_from(at).ok())
    };
    let (mut total, mut held) = (0, None);
    for c in text.chars() {
        match c {
            '十' => total += held.take().unwrap_or(1) * 10,
            '百' => total += held.take()? * 100,
            '零' | '〇' => held = None,
            c if held.is_none() => held = digit(c),
            _ => return None,
        }
    }
    Some(total + held.unwrap_or_default()).filter(|number| *number > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_taken_off_again() {
        for text in ["实行", "5倍以上", "2017年底", "1.实行", "（一）实行"] {
            let numbered = numbered(12, text);
            let found = read(&numbered).unwrap();
            assert_eq!((found.number, found.rest), (12, text), "{numbered}");
        }
    }

    #[test]
    fn labels_are_told_from_figures() {
        for (text, expected) in [
            ("一、推进公开", Some(("一、", Level::Chinese, 1, "推进公开"))),
            ("十二、其他", Some(("十二、", Level::Chinese, 12, "其他"))),
            ("（三）完善", Some(("（三）", Level::ChineseInBrackets, 3, "完善"))),
            ("1.实行", Some(("1.", Level::Figure, 1, "实行"))),
            ("12、实行", Some(("12、", Level::Figure, 12, "实行"))),
            ("１．实行", Some(("１．", Level::Figure, 1, "实行"))),
            ("(2)实行", Some(("(2)", Level::FigureInBrackets, 2, "实行"))),
            ("③实行", Some(("③", Level::Circled, 3, "实行"))),
            ("第二章 总则", Some(("第二章", Level::Chapter, 2, "总则"))),
            ("第一部分：总则", Some(("第一部分", Level::Chapter, 1, "：总则"))),
            ("1.2021年6月底", Some(("1.", Level::Figure, 1, "2021年6月底"))),
            ("2.3月底前开工", Some(("2.", Level::Figure, 2, "3月底前开工"))),
            ("1.5年内", None),
            ("1.5倍以上", None),
            ("2017年", None),
            ("一是加强", None),
            ("12345热线", None),
            ("（PPP）", None),
            ("公开", None),
            ("", None),
            ("（", None),
            ("第", None),
        ] {
            let found = read(text).map(|found| (found.label, found.level, found.number, found.rest));
            assert_eq!(found, expected, "{text}");
        }
    }
}
