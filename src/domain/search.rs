//! Full text for people: width, case and spacing do not matter, every word must occur.

use super::{fault::Bilingual, text::normalize};
use crate::say;

/// As many different words may be searched for at once: more is no question of a person.
pub const MOST_WORDS: usize = 16;

/// As many characters may be searched for at once.
pub const MOST_CHARACTERS: usize = 200;

/// Several texts as one to search in. A word is never found across two of them: [`normalize`]d text
/// has no line breaks.
pub fn haystack<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> String {
    let texts: Vec<String> = texts.into_iter().map(|text| normalize(text.as_ref())).collect();
    texts.join("\n")
}

/// A search as typed: words separated by white space, all of which must occur.
#[derive(Debug, Clone, Default)]
pub struct Terms(Vec<String>);

impl Terms {
    /// Reads a search box's content; blank text matches everything. Equal words count once.
    pub fn parse(text: &str) -> Result<Self, Bilingual> {
        let length = text.chars().count();
        if length > MOST_CHARACTERS {
            return Err(say!(
                "最多 {MOST_CHARACTERS} 个字符，现有 {length} 个",
                "has at most {MOST_CHARACTERS} characters, got {length}"
            ));
        }
        let mut words: Vec<String> = Vec::new();
        for word in text.split_whitespace().map(normalize) {
            if !word.is_empty() && !words.contains(&word) {
                words.push(word);
            }
        }
        let count = words.len();
        if count > MOST_WORDS {
            return Err(say!(
                "最多 {MOST_WORDS} 个不同的词，现有 {count} 个",
                "has at most {MOST_WORDS} different words, got {count}"
            ));
        }
        Ok(Self(words))
    }

    /// Whether it matches everything.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The words, normalized.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether all words occur in `haystack`, which must be a [`haystack`] or [`normalize`]d.
    pub fn found_in(&self, haystack: &str) -> bool {
        self.0.iter().all(|term| haystack.contains(term))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(words: &str, text: &str) -> bool {
        Terms::parse(words).unwrap().found_in(text)
    }

    #[test]
    fn width_case_and_order_do_not_matter() {
        let text = normalize("全市ＡＱＩ等级\n范围及首要污染物");
        assert!(finds("污染物 aqi", &text));
        assert!(finds("等级范围", &text));
        assert!(finds("　", &text));
        assert!(!finds("aqi 教育", &text));
    }

    #[test]
    fn equal_words_count_once() {
        let same = Terms::parse("ａｑｉ aqi 教育 AQI").unwrap();
        assert_eq!(same.iter().collect::<Vec<_>>(), ["aqi", "教育"]);
    }
}
