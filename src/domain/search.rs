//! Full text for people: width, case and spacing do not matter, every word must occur.

use unicode_normalization::UnicodeNormalization;

/// Text in the one form that searches compare: NFKC (so full-width digits and letters equal plain
/// ones), lower case, without white space (Chinese lines break anywhere).
pub fn normalize(text: &str) -> String {
    text.nfkc()
        .flat_map(char::to_lowercase)
        .filter(|c| !c.is_whitespace())
        .collect()
}

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
    /// Reads a search box's content; blank text matches everything.
    pub fn parse(text: &str) -> Self {
        Self(
            text.split_whitespace()
                .map(normalize)
                .filter(|term| !term.is_empty())
                .collect(),
        )
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

    #[test]
    fn width_case_and_order_do_not_matter() {
        let text = normalize("全市ＡＱＩ等级\n范围及首要污染物");
        assert!(Terms::parse("污染物 aqi").found_in(&text));
        assert!(Terms::parse("等级范围").found_in(&text));
        assert!(Terms::parse("　").found_in(&text));
        assert!(!Terms::parse("aqi 教育").found_in(&text));
    }
}
