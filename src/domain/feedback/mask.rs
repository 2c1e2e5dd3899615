//! Numbers that point to a person do not get into the database: mobile numbers of the mainland (11
//! digits, perhaps after 86) and identity numbers (18 digits, the last may be X; or the 15 of old ones).

/// A character of a number, and what it is in ASCII.
fn digit(c: char) -> Option<u8> {
    match c {
        '0'..='9' => u8::try_from(c).ok(),
        '０'..='９' => u8::try_from(u32::from(c) - u32::from('０') + u32::from('0')).ok(),
        _ => None,
    }
}

/// What people write between the groups of a number.
fn separates(c: char) -> bool {
    matches!(c, ' ' | '-' | '－' | '—' | '.' | '\u{3000}' | '\u{a0}')
}

fn is_personal(digits: &[u8], then_x: bool) -> bool {
    let mobile = |digits: &[u8]| digits.len() == 11 && digits[0] == b'1' && digits[1] >= b'3';
    let identity = match digits.len() {
        17 => then_x,
        15 | 18 => digits[0] != b'0',
        _ => false,
    };
    identity || mobile(digits) || digits.strip_prefix(b"86").is_some_and(mobile)
}

/// `text` with an asterisk for each digit of such a number.
pub fn masked(text: &str) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    // Groups of digits, and whether the next stands right behind a separator.
    let mut groups: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        let start = at;
        while at < characters.len() && digit(characters[at]).is_some() {
            at += 1;
        }
        if at > start {
            groups.push((start, at));
        } else {
            at += 1;
        }
    }
    let joined =
        |left: (usize, usize), right: (usize, usize), of: &[char]| right.0 == left.1 + 1 && separates(of[left.1]);
    let mut first = 0;
    while first < groups.len() {
        let mut digits: Vec<u8> = Vec::new();
        let mut personal = None;
        for last in first..groups.len() {
            if last > first && !joined(groups[last - 1], groups[last], &characters) {
                break;
            }
            let (start, end) = groups[last];
            digits.extend(characters[start..end].iter().filter_map(|c| digit(*c)));
            if digits.len() > 18 {
                break;
            }
            let then_x = matches!(characters.get(end), Some('x' | 'X' | 'ｘ' | 'Ｘ'));
            if is_personal(&digits, then_x) {
                personal = Some((last, then_x && digits.len() == 17));
            }
        }
        let Some((last, with_x)) = personal else {
            first += 1;
            continue;
        };
        let end = groups[last].1 + usize::from(with_x);
        for (place, c) in characters.iter_mut().enumerate().take(end).skip(groups[first].0) {
            if digit(*c).is_some() || with_x && place + 1 == end {
                *c = '*';
            }
        }
        first = last + 1;
    }
    characters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::masked;

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
            ("2017年第2季度，公开1234件", "2017年第2季度，公开1234件"),
            ("2017-06-30", "2017-06-30"),
            ("电话0769-22220000", "电话0769-22220000"),
            ("12345678901", "12345678901"),
            ("第10 13800138000号", "第10 ***********号"),
            ("", ""),
        ] {
            assert_eq!(masked(text), expected);
        }
    }
}
