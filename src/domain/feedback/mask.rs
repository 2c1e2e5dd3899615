//! Numbers that point to a person do not get into the database: mobile numbers of the mainland (11 digits,
//! perhaps after 0, 86 or 0086) and identity numbers (18 digits, the last may be X; or the 15 of old ones),
//! however people write them.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization as _;

use crate::domain::text::is_invisible;

/// Longest number that is looked for: an identity number.
const LONGEST: usize = 18;
/// Visible characters that may stand between two digits of one number.
const MOST_BETWEEN: usize = 3;

/// A digit of the text.
#[derive(Clone, Copy)]
struct Digit {
    /// Which character it is.
    at: usize,
    value: u8,
    /// Whether it stands right behind the digit before it, and is written as that one is.
    follows: bool,
}

/// What a character says as a digit, and whether in Chinese. Whatever is compatible with a digit (full
/// width, circled, raised) is one.
fn digit(c: char) -> Option<(u8, bool)> {
    let chinese = match c {
        '〇' | '零' | '○' | 'Ｏ' => 0,
        '一' | '壹' | '幺' => 1,
        '二' | '贰' | '两' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => {
            let mut plain = std::iter::once(c).nfkc();
            let value = plain.next().and_then(|c| c.to_digit(10))?;
            return plain.next().is_none().then_some((u8::try_from(value).ok()?, false));
        }
    };
    Some((chinese, true))
}

/// What may stand between the digits of one number. Colons, commas and ends of sentences and lines do not: between
/// them stand numbers of their own, and in amounts thousands.
fn separates(c: char) -> bool {
    !c.is_alphanumeric()
        && !matches!(
            c,
            '\n' | ':' | '：' | ',' | '，' | '、' | ';' | '；' | '。' | '%' | '％' | '￥' | '¥' | '$'
        )
}

/// The digits of the text, in runs that may hold numbers.
fn runs(characters: &[char]) -> Vec<Vec<Digit>> {
    let mut runs: Vec<Vec<Digit>> = Vec::new();
    let mut between = usize::MAX;
    let mut last_in_chinese = false;
    for (at, c) in characters.iter().enumerate() {
        if let Some((value, in_chinese)) = digit(*c) {
            let follows = between == 0 && in_chinese == last_in_chinese;
            let digit = Digit { at, value, follows };
            match runs.last_mut() {
                Some(run) if between <= MOST_BETWEEN => run.push(digit),
                _ => runs.push(vec![Digit {
                    follows: false,
                    ..digit
                }]),
            }
            (between, last_in_chinese) = (0, in_chinese);
        } else if is_invisible(*c) {
            // As if it were not there.
        } else if separates(*c) {
            between = between.saturating_add(1);
        } else {
            between = usize::MAX;
        }
    }
    runs
}

fn is_mobile(digits: &[u8]) -> bool {
    let bare = |digits: &[u8]| digits.len() == 11 && digits[0] == 1 && digits[1] >= 3;
    let after = |prefix: &[u8]| digits.strip_prefix(prefix).is_some_and(bare);
    bare(digits) || after(&[0]) || after(&[8, 6]) || after(&[0, 0, 8, 6]) || after(&[8, 6, 0])
}

/// Identity numbers have a day of birth in them. Written in one piece, a number of their length is taken for
/// one all the same.
fn is_identity(digits: &[u8], in_one_piece: bool) -> bool {
    let born = match digits.len() {
        15 => &digits[6..12],
        17 | 18 if matches!(digits[6..8], [1, 8 | 9] | [2, 0]) => &digits[8..14],
        17 | 18 if in_one_piece => return digits[0] != 0,
        _ => return false,
    };
    let (month, day) = (born[2] * 10 + born[3], born[4] * 10 + born[5]);
    digits[0] != 0 && (in_one_piece || (1..=12).contains(&month) && (1..=31).contains(&day))
}

/// A run of digits, in which numbers are looked for.
struct Run<'t> {
    characters: &'t [char],
    digits: &'t [Digit],
}

impl Run<'_> {
    /// Whether a number may begin, or the one before it end, at this digit: no further digits are written next to it.
    fn is_edge(&self, at: usize) -> bool {
        self.digits.get(at).is_none_or(|digit| !digit.follows)
    }

    /// Where the X is that stands for the last digit.
    fn x_after(&self, end: usize) -> Option<usize> {
        let last = self.digits[end - 1].at;
        let mut behind = self.characters.iter().enumerate().skip(last + 1);
        let (at, c) = behind.find(|(_, c)| !is_invisible(**c) && !separates(**c))?;
        (at <= last + 1 + MOST_BETWEEN && matches!(c, 'x' | 'X' | 'ｘ' | 'Ｘ')).then_some(at)
    }

    /// Whether these digits are a number of a person, and where the X is that belongs to it, if one does.
    fn number(&self, from: usize, end: usize) -> (bool, Option<usize>) {
        let digits = &self.digits[from..end];
        let values: Vec<u8> = digits.iter().map(|digit| digit.value).collect();
        let in_one_piece = digits[1..].iter().all(|digit| digit.follows);
        if values.len() == 17 {
            let x = self.x_after(end).filter(|_| is_identity(&values, in_one_piece));
            return (x.is_some(), x);
        }
        (is_mobile(&values) || is_identity(&values, in_one_piece), None)
    }

    /// Where the numbers end that begin at `from`, one behind the other, and the X of each that has one.
    /// `dead` remembers from where none do: else a thousand digits would take for ever.
    fn numbers(&self, from: usize, dead: &mut BTreeSet<usize>) -> Option<(usize, Vec<usize>)> {
        if dead.contains(&from) {
            return None;
        }
        for end in (from + 11..=self.digits.len().min(from + LONGEST)).rev() {
            let (is_number, x) = self.number(from, end);
            if !is_number {
                continue;
            }
            if self.is_edge(end) {
                return Some((end, x.into_iter().collect()));
            }
            if let Some((last, mut more)) = self.numbers(end, dead) {
                more.extend(x);
                return Some((last, more));
            }
        }
        dead.insert(from);
        None
    }
}

/// `text` with an asterisk for each digit of such a number.
pub fn masked(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut masked = characters.clone();
    for digits in runs(&characters) {
        let run = Run {
            characters: &characters,
            digits: &digits,
        };
        let (mut from, mut dead) = (0, BTreeSet::new());
        while from < digits.len() {
            let found = run.is_edge(from).then(|| run.numbers(from, &mut dead)).flatten();
            let Some((end, xs)) = found else {
                from += 1;
                continue;
            };
            for at in digits[from..end].iter().map(|digit| digit.at).chain(xs) {
                masked[at] = '*';
            }
            from = end;
        }
    }
    masked.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{digit, masked};

    /// Each of these could be cut into numbers in more ways than can be tried.
    #[test]
    fn long_runs_of_digits_take_no_time() {
        for text in [
            "1".repeat(5000),
            "1 ".repeat(5000),
            "13".repeat(2500),
            "一".repeat(5000),
        ] {
            assert_eq!(masked(&text).chars().count(), text.chars().count());
        }
    }

    #[test]
    fn numbers_of_persons_are_masked_and_others_stay() {
        for (text, expected) in [
            ("请致电13800138000。", "请致电***********。"),
            ("138-0013-8000", "***-****-****"),
            ("138 0013 8000 谢谢", "*** **** **** 谢谢"),
            ("+86 13800138000", "+** ***********"),
            ("+8613800138000", "+*************"),
            ("１３８００１３８０００", "***********"),
            ("44190019900101123X。", "******************。"),
            ("441900199001011234", "******************"),
            ("441900900101123", "***************"),
            ("441900 19900101 1234", "****** ******** ****"),
            ("441900-19900101-123 X", "******-********-*** *"),
            ("008613800138000", "***************"),
            ("013800138000", "************"),
            ("+86(138)00138000", "+**(***)********"),
            ("138·0013·8000", "***·****·****"),
            ("1 3 8 0 0 1 3 8 0 0 0", "* * * * * * * * * * *"),
            ("138\u{200b}0013\u{200b}8000", "***\u{200b}****\u{200b}****"),
            ("138 - 0013 - 8000", "*** - **** - ****"),
            ("一三八零零一三八零零零", "***********"),
            ("幺三八〇〇幺三八〇〇〇", "***********"),
            ("138零零138000", "***********"),
            ("第一13800138000", "第一***********"),
            ("①③⑧００①③⑧０００", "***********"),
            ("1380013800013900139000", "**********************"),
            ("13800138000 13900139000", "*********** ***********"),
            ("13800138000/441900199001011234", "***********/******************"),
            ("2017年第2季度，公开1234件", "2017年第2季度，公开1234件"),
            ("2017-06-30", "2017-06-30"),
            ("2017-06-30 2017-07-31", "2017-06-30 2017-07-31"),
            ("电话0769-22220000", "电话0769-22220000"),
            ("12345678901", "12345678901"),
            ("共13,800,138,000元", "共13,800,138,000元"),
            ("二〇一七年六月三十日", "二〇一七年六月三十日"),
            ("第10 13800138000号", "第10 ***********号"),
            ("", ""),
        ] {
            assert_eq!(masked(text), expected, "{text}");
        }
    }

    /// A number as people write it: the digits in one of the ways there are, with something between them.
    fn written(digits: &str, way: usize, between: &[String]) -> String {
        let ways = [
            "0123456789",
            "０１２３４５６７８９",
            "〇一二三四五六七八九",
            "零壹贰叁肆伍陆柒捌玖",
        ];
        let letters: Vec<char> = ways[way].chars().collect();
        let mut written = String::new();
        for (place, digit) in digits.bytes().enumerate() {
            written.push(letters[usize::from(digit - b'0')]);
            if place + 1 < digits.len() {
                written += &between[place % between.len()];
            }
        }
        written
    }

    fn between() -> impl Strategy<Value = Vec<String>> {
        let some = prop::sample::select(vec![
            "",
            "",
            " ",
            "-",
            "·",
            "・",
            "\u{200b}",
            "\u{2060} ",
            ")",
            " (",
            "　",
            "—",
            "_",
            " - ",
        ]);
        prop::collection::vec(some.prop_map(str::to_owned), 1..12)
    }

    proptest! {
        #[test]
        fn a_mobile_number_never_stays(
            rest in "1[3-9][0-9]{9}", prefix in prop::sample::select(vec!["", "0", "86", "0086"]), way in 0_usize..4,
            between in between(), before in "[\u{4e8c}-\u{4e8f}：（]{0,3}[a-z请电]", after in "[。，电谢a-z]?",
        ) {
            let number = written(&format!("{prefix}{rest}"), way, &between);
            let text = format!("{before}{number}{after}");
            let left = masked(&text);
            let stays = |text: &str| text.chars().filter(|c| digit(*c).is_some()).count();
            prop_assert_eq!(stays(&left), stays(&before), "{} → {}", text, left);
            prop_assert_eq!(left.chars().count(), text.chars().count());
        }

        #[test]
        fn an_identity_number_never_stays(
            region in "[1-8][0-9]{5}", year in 1900_u32..2030, month in 1_u32..13, day in 1_u32..29, order in "[0-9]{3}[0-9X]",
            way in 0_usize..2, between in between(),
        ) {
            let (order, x) = order.strip_suffix('X').map_or((order.as_str(), ""), |order| (order, "X"));
            let number = written(&format!("{region}{year}{month:02}{day:02}{order}"), way, &between);
            let left = masked(&format!("身份证{number}{x}"));
            prop_assert!(!left.chars().any(|c| digit(c).is_some() || c == 'X'), "{} → {}", number, left);
        }

        /// Several in a row, with nothing between them or something.
        #[test]
        fn several_in_a_row_never_stay(numbers in prop::collection::vec("1[3-9][0-9]{9}", 1..5), between in prop::sample::select(vec!["", " ", "/", "、", "，", "和", "\n"])) {
            let left = masked(&numbers.join(between));
            prop_assert!(!left.chars().any(|c| digit(c).is_some()), "{}", left);
        }

        #[test]
        fn texts_with_few_digits_stay(text in "([0-9]{0,10}[年月日号件项，个：]){0,8}") {
            prop_assert_eq!(masked(&text), text);
        }

        /// What was masked once has nothing more to mask.
        #[test]
        fn once_is_enough(text in "[0-9xX .·一三八零-]{0,60}") {
            let once = masked(&text);
            prop_assert_eq!(masked(&once), once);
        }
    }
}
