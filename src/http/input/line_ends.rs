//! The ends of lines in texts of a JSON body. Windows writes CR LF, Word pastes U+000B for a line break and U+000C for a
//! page break, some systems send U+0085: what is kept has LF.

use std::borrow::Cow;

/// The document with LF for each end of a line in its strings.
pub fn with_line_feeds(json: &[u8]) -> Cow<'_, [u8]> {
    let mut made: Option<Vec<u8>> = None;
    let (mut kept, mut at) = (0, 0);
    while let Some(next) = json[at..].iter().position(|byte| matches!(byte, b'\\' | 0xC2)) {
        at += next;
        let (read, length) = character(&json[at..]);
        let mut end = at + length;
        if let Some(read) = read {
            // CR LF is one end of a line.
            if read == '\r'
                && let (Some('\n'), more) = character(&json[end..])
            {
                end += more;
            }
            if read != '\n' {
                let made = made.get_or_insert_with(|| Vec::with_capacity(json.len()));
                made.extend_from_slice(&json[kept..at]);
                made.extend_from_slice(b"\\n");
                kept = end;
            }
        }
        at = end.min(json.len());
    }
    match made {
        Some(mut made) => {
            made.extend_from_slice(&json[kept..]);
            Cow::Owned(made)
        }
        None => Cow::Borrowed(json),
    }
}

/// The end of a line that these bytes begin with, if they do, and how many bytes the first character takes.
fn character(json: &[u8]) -> (Option<char>, usize) {
    match json {
        [b'\\', b'r', ..] => (Some('\r'), 2),
        [b'\\', b'n', ..] => (Some('\n'), 2),
        [b'\\', b'f', ..] => (Some('\u{c}'), 2),
        [b'\\', b'u', a, b, c, d, ..] => {
            let digits = [*a, *b, *c, *d];
            let code = str::from_utf8(&digits)
                .ok()
                .and_then(|digits| u32::from_str_radix(digits, 16).ok());
            let read = code.and_then(char::from_u32);
            (read.filter(|c| matches!(c, '\n'..='\r' | '\u{85}')), 6)
        }
        [0xC2, 0x85, ..] => (Some('\u{85}'), 2),
        [b'\\' | 0xC2, _, ..] => (None, 2),
        _ => (None, 1),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn expected(text: &str) -> String {
        text.replace("\r\n", "\n")
            .replace(['\r', '\u{b}', '\u{c}', '\u{85}'], "\n")
    }

    proptest! {
        /// Of any text, as serde writes it and with each character escaped.
        #[test]
        fn texts_have_line_feeds(text in "[\r\n\u{b}\u{c}\u{85}\\\\\"rnfu0ab\u{a0}一𠮷]{0,16}") {
            let plain = serde_json::to_string(&[&text]).unwrap();
            let units: Vec<String> = text.encode_utf16().map(|unit| format!("\\u{unit:04X}")).collect();
            for json in [plain, format!("[\"{}\"]", units.concat())] {
                let read: Vec<String> = serde_json::from_slice(&with_line_feeds(json.as_bytes())).unwrap();
                prop_assert_eq!(&read[0], &expected(&text));
            }
        }

        /// Whatever comes, nothing breaks, and what has no such end stays as it is.
        #[test]
        fn other_bytes_are_left_alone(bytes in prop::collection::vec(prop_oneof![Just(b'\\'), Just(0xC2), Just(b'u'), any::<u8>()], 0..24)) {
            let made = with_line_feeds(&bytes);
            if let (Ok(before), Ok(after)) = (serde_json::from_slice::<Value>(&bytes), serde_json::from_slice::<Value>(&made)) {
                prop_assert_eq!(before.is_string(), after.is_string());
            }
            prop_assert_eq!(with_line_feeds(&made).into_owned(), made.clone().into_owned());
        }
    }
}
