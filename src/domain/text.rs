//! Text as people see it: what is blank, which texts are the same, what no text has in it. Whatever comes
//! in, in bodies, queries, headers and names of files, is held against this.

use icu_properties::{CodePointSetData, props::DefaultIgnorableCodePoint};
use unicode_normalization::UnicodeNormalization;

use crate::say;

/// A sentence in the two languages of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bilingual {
    /// Chinese, the default.
    pub zh: String,
    /// English, by `Accept-Language`.
    pub en: String,
}

impl Bilingual {
    /// In both at once, for who has said no language.
    pub fn both(&self) -> String {
        format!("{}（{}）", self.zh, self.en)
    }
}

/// Whether the character is invisible: joiners, marks of direction, variation selectors, fillers.
pub fn is_invisible(c: char) -> bool {
    // Nearly all that is ever asked about, and answered without a search in the tables.
    if matches!(c, ' '..='~' | '\u{4e00}'..='\u{9fff}') {
        return false;
    }
    // An empty pattern of Braille is no default-ignorable character, and shows as nothing all the same.
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c) || c == '\u{2800}'
}

/// Whether it has no visible character.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_invisible(c))
}

/// Without invisible characters, and without blanks around it.
pub fn visible(text: &str) -> String {
    let visible: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    visible.trim().to_owned()
}

/// The form in which texts are compared and searched: NFKC (so full-width digits and letters equal plain ones), lower
/// case, without invisible characters and white space (Chinese lines break anywhere).
pub fn normalize(text: &str) -> String {
    text.chars()
        .filter(|c| !is_invisible(*c))
        .nfkc()
        .flat_map(char::to_lowercase)
        .filter(|c| !c.is_whitespace() && !is_invisible(*c))
        // A mark stands next to its letter where the blank between them has gone.
        .nfc()
        .collect()
}

/// Whether it has control characters. PostgreSQL cannot store NUL; the others, but for ends of lines and
/// tabs, never belong in a document's text.
pub fn has_control_characters(text: &str) -> bool {
    text.chars().any(|c| c.is_control() && c != '\n' && c != '\t')
}

/// What is said of such a text: which character it is, as nobody sees it, and in which line.
pub fn control_characters(text: &str) -> Bilingual {
    let is_control = |c: &char| c.is_control() && *c != '\t';
    let found = text
        .split('\n')
        .zip(1..)
        .find_map(|(line, number)| Some((line.chars().find(is_control)?, number)));
    let (character, line) = found.unwrap_or(('\n', 1_usize));
    let code = u32::from(character);
    say!(
        "第 {line} 行含有控制字符 U+{code:04X}",
        "line {line} contains the control character U+{code:04X}"
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_nobody_sees_is_blank() {
        for text in [
            "",
            " \t\n　",
            "\u{200b}",
            "\u{feff}\u{2060}",
            "\u{3164}",
            "\u{2800}",
            "\u{e0020}\u{fe0f}",
        ] {
            assert!(is_blank(text), "{text:?}");
        }
        assert!(!is_blank("\u{200b}公"));
    }

    #[test]
    fn what_is_seen_at_a_glance_is_what_the_tables_say() {
        for c in '\0'..=char::MAX {
            let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c);
            assert_eq!(is_invisible(c), ignorable || c == '\u{2800}', "{c:?}");
        }
    }

    proptest! {
        /// However many of them stand wherever they like.
        #[test]
        fn what_nobody_sees_makes_no_difference(text in ".{0,12}", at in 0_usize..13, unseen in "[\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}-\u{2064}\u{fe00}-\u{fe0f}\u{feff}\u{ad}]{1,3}") {
            let mut letters: Vec<char> = text.chars().collect();
            let at = at.min(letters.len());
            letters.splice(at..at, unseen.chars());
            let with: String = letters.into_iter().collect();
            prop_assert_eq!(is_blank(&with), is_blank(&text));
            prop_assert_eq!(normalize(&with), normalize(&text));
        }

        #[test]
        fn marks_join_their_letters_across_blanks(text in "[Aaİ¨´ \u{308}\u{200b}]{0,8}") {
            let once = normalize(&text);
            prop_assert_eq!(normalize(&once), once);
        }

        #[test]
        fn the_compared_form_is_its_own(text in any::<String>()) {
            let once = normalize(&text);
            prop_assert_eq!(normalize(&once), once);
        }
    }
}
