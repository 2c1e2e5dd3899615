//! What every production is made of: the phrase as comparable characters, each with its place in the original, and
//! the words and numerals among them.

use unicode_normalization::UnicodeNormalization;

use super::{LINE_BREAKS, Unreadable, refuse};
use crate::domain::fault::Bilingual;

/// Why a production did not read.
#[derive(Debug)]
pub(super) enum Fail {
    /// Something else stands here: the next alternative may read it.
    NotHere,
    /// This is what stands here, but it cannot be: no other alternative is tried.
    Refused(Box<Unreadable>),
}

/// What a production read.
pub(super) type Parsed<T> = Result<T, Fail>;

/// One character of the phrase.
#[derive(Debug, Clone, Copy)]
struct Glyph {
    /// Full-width and compatibility forms are one with the plain ones.
    plain: char,
    original: char,
    /// Byte range in the original.
    start: usize,
    end: usize,
    /// White space stands before it. Lines of Chinese break anywhere, so words run on across it; numerals do not.
    spaced: bool,
    /// More than a line break: a space between two characters that are not Latin.
    apart: bool,
}

/// Reads a phrase from its front.
#[derive(Debug)]
pub(super) struct PhraseReader<'p> {
    phrase: &'p str,
    glyphs: Vec<Glyph>,
    /// The next glyph.
    pub(super) at: usize,
    /// The plan's year.
    pub(super) year: i32,
    /// What was read last spoke of another year, or of every year: a date without a year may mean that one.
    pub(super) another_year: bool,
    /// What was read last is a month and nothing more, and a list goes on (4月、7月、10月10日前): the day of the last may
    /// be that of all.
    pub(super) month_alone: bool,
}

impl<'p> PhraseReader<'p> {
    pub(super) fn new(phrase: &'p str, year: i32) -> Self {
        let mut glyphs: Vec<Glyph> = Vec::new();
        let (mut spaced, mut broken) = (false, false);
        for (start, original) in phrase.char_indices() {
            if is_space(original) {
                spaced = true;
                broken |= LINE_BREAKS.contains(&original);
                continue;
            }
            let latin = original.is_ascii() || glyphs.last().is_some_and(|last| last.original.is_ascii());
            let end = start + original.len_utf8();
            glyphs.push(Glyph {
                plain: plain(original),
                original,
                start,
                end,
                spaced,
                apart: spaced && !broken && !latin,
            });
            (spaced, broken) = (false, false);
        }
        Self {
            phrase,
            glyphs,
            at: 0,
            year,
            another_year: false,
            month_alone: false,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.glyphs.len()
    }

    pub(super) fn at_end(&self) -> bool {
        self.at == self.len()
    }

    /// The next character in its plain form.
    pub(super) fn peek(&self) -> Option<char> {
        self.glyphs.get(self.at).map(|glyph| glyph.plain)
    }

    /// Whether white space stands before the next character.
    pub(super) fn spaced(&self) -> bool {
        self.glyphs.get(self.at).is_some_and(|glyph| glyph.spaced)
    }

    /// Whether a space that is more than a line break, and not about Latin, stands before the next character.
    pub(super) fn apart(&self) -> bool {
        self.glyphs.get(self.at).is_some_and(|glyph| glyph.apart)
    }

    /// What the phrase itself has from glyph `from` up to glyph `to`.
    pub(super) fn verbatim(&self, from: usize, to: usize) -> &'p str {
        match self.glyphs.get(from..to) {
            Some([first, .., last]) => &self.phrase[first.start..last.end],
            Some([only]) => &self.phrase[only.start..only.end],
            _ => "",
        }
    }

    /// The phrase from glyph `from` up to glyph `to` on one line: without the white space inside.
    pub(super) fn text(&self, from: usize, to: usize) -> String {
        self.glyphs[from..to].iter().map(|glyph| glyph.original).collect()
    }

    /// The phrase from glyph `from` up to glyph `to` in plain forms.
    pub(super) fn plain(&self, from: usize, to: usize) -> String {
        self.glyphs[from..to].iter().map(|glyph| glyph.plain).collect()
    }

    /// `production?`
    pub(super) fn maybe<T>(&mut self, production: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<Option<T>> {
        let before = (self.at, self.another_year, self.month_alone);
        match production(self) {
            Ok(read) => Ok(Some(read)),
            Err(Fail::NotHere) => {
                (self.at, self.another_year, self.month_alone) = before;
                Ok(None)
            }
            Err(refused) => Err(refused),
        }
    }

    /// `a | b | …`: the first production that reads.
    pub(super) fn either<T>(&mut self, productions: &[fn(&mut Self) -> Parsed<T>]) -> Parsed<T> {
        for production in productions {
            if let Some(read) = self.maybe(production)? {
                return Ok(read);
            }
        }
        Err(Fail::NotHere)
    }

    /// The longest word of `table` that stands here, as what it means.
    pub(super) fn one_of<T: Copy>(&mut self, table: &[(&str, T)]) -> Parsed<T> {
        let here = &self.glyphs[self.at..];
        let found = table.iter().filter_map(|(word, meaning)| {
            let length = word.chars().count();
            let glyphs = here.get(..length)?;
            let same = glyphs.iter().map(|glyph| glyph.plain).eq(word.chars());
            same.then_some((length, *meaning))
        });
        let (length, meaning) = found.max_by_key(|(length, _)| *length).ok_or(Fail::NotHere)?;
        self.at += length;
        Ok(meaning)
    }

    /// The longest word of `list` ([`words`]) that stands here.
    pub(super) fn word(&mut self, list: &str) -> Parsed<()> {
        let table: Vec<(&str, ())> = words(list).map(|word| (word, ())).collect();
        self.one_of(&table)
    }

    /// `word?`, and whether it was there.
    pub(super) fn has(&mut self, list: &str) -> bool {
        self.word(list).is_ok()
    }

    /// Whether `production` would read here; nothing is read.
    pub(super) fn ahead<T>(&mut self, production: impl FnOnce(&mut Self) -> Parsed<T>) -> bool {
        let before = (self.at, self.another_year, self.month_alone);
        let reads = production(self).is_ok();
        (self.at, self.another_year, self.month_alone) = before;
        reads
    }

    /// Whether a word of `list` stands here; nothing is read.
    pub(super) fn sees(&mut self, list: &str) -> bool {
        self.ahead(|reader| reader.word(list))
    }

    /// ```text
    /// number := digit+ | chinese+
    /// ```
    pub(super) fn number(&mut self) -> Parsed<u32> {
        self.numeral().map(|numeral| numeral.0)
    }

    /// ```text
    /// four digits := digit digit digit digit | 〇-九 〇-九 〇-九 〇-九
    /// ```
    pub(super) fn four_digits(&mut self) -> Parsed<u32> {
        match self.numeral()? {
            (value, 4) => Ok(value),
            _ => Err(Fail::NotHere),
        }
    }

    /// ```text
    /// count := number | 两
    /// ```
    pub(super) fn count(&mut self) -> Parsed<u32> {
        self.one_of(&[("两", 2)]).or_else(|_| self.number())
    }

    /// A numeral's value and how many places it is written with (0: in words, 二十).
    fn numeral(&mut self) -> Parsed<(u32, usize)> {
        let run = |belongs: fn(char) -> bool| -> Vec<char> {
            let unbroken = self.glyphs[self.at..].iter().enumerate();
            let run = unbroken.take_while(|(nth, glyph)| belongs(glyph.plain) && (*nth == 0 || !glyph.spaced));
            run.map(|(_, glyph)| glyph.plain).collect()
        };
        let arabic = run(|c| c.is_ascii_digit());
        let run = if arabic.is_empty() {
            run(|c| digit(c).is_some() || matches!(c, '十' | '百'))
        } else {
            arabic
        };
        let value = places(&run).or_else(|| Some((counted(&run)?, 0)));
        let value = value.ok_or(Fail::NotHere)?;
        self.at += run.len();
        Ok(value)
    }

    /// What was read from `from` on cannot be, as `why` says of it.
    pub(super) fn refused<T>(&self, from: usize, why: impl FnOnce(&str) -> Bilingual) -> Parsed<T> {
        let at = self.verbatim(from, self.at);
        Err(Fail::Refused(Box::new(refuse(at, why(at)))))
    }
}

/// The words of a list, which is written with spaces between them.
pub(super) fn words(list: &str) -> impl Iterator<Item = &str> {
    list.split_ascii_whitespace()
}

pub(super) fn is_one_of(text: &str, list: &str) -> bool {
    words(list).any(|word| text == word)
}

pub(super) fn ends_in(text: &str, list: &str) -> bool {
    words(list).any(|word| text.ends_with(word))
}

pub(super) fn holds(text: &str, list: &str) -> bool {
    words(list).any(|word| text.contains(word))
}

/// White space, and the marks without width that come along with copied text.
fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}')
}

/// The plain form (NFKC) of one character. Marks that are not part of a running numeral stay what they are: the
/// footnote in 12月² and the bullet in ①2月 must not become digits.
fn plain(original: char) -> char {
    let mut forms = original.nfkc();
    match (forms.next(), forms.next()) {
        (Some(form), None) if !form.is_ascii_digit() || matches!(original, '0'..='9' | '０'..='９') => form,
        _ => original,
    }
}

/// The value of one digit, Arabic or Chinese; ○ is how 〇 is often typed.
fn digit(c: char) -> Option<u32> {
    match c {
        '〇' | '零' | '○' => Some(0),
        '0'..='9' => c.to_digit(10),
        _ => "一二三四五六七八九"
            .chars()
            .zip(1..)
            .find_map(|(known, value)| (known == c).then_some(value)),
    }
}

/// 12, 2017, 七, 二〇一七: digits by place. Chinese ones are read so only alone or as the four of a year: 一二月 is not
/// a numeral.
fn places(run: &[char]) -> Option<(u32, usize)> {
    let plausible = match run {
        [first, ..] if first.is_ascii_digit() => run.len() <= 4,
        _ => matches!(run.len(), 1 | 4),
    };
    let mut digits = run.iter().filter(|_| plausible);
    let value = digits.try_fold(0, |value, c| Some(value * 10 + digit(*c)?))?;
    plausible.then_some((value, run.len()))
}

/// 十二, 二十, 一百, 一百零五, 三百六十五: below one thousand.
fn counted(run: &[char]) -> Option<u32> {
    let from_one = |c: char| digit(c).filter(|value| *value > 0 && !c.is_ascii_digit());
    let tens = |run: &[char]| match *run {
        ['十'] => Some(10),
        ['十', one] => Some(10 + from_one(one)?),
        [ten, '十'] => Some(from_one(ten)? * 10),
        [ten, '十', one] => Some(from_one(ten)? * 10 + from_one(one)?),
        _ => None,
    };
    match *run {
        [hundred, '百'] => Some(from_one(hundred)? * 100),
        [hundred, '百', '零' | '〇', one] => Some(from_one(hundred)? * 100 + from_one(one)?),
        [hundred, '百', _, '十', ..] => Some(from_one(hundred)? * 100 + tens(&run[2..])?),
        _ => tens(run),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::phrase::tests::{chinese, wide};

    fn number(text: &str) -> Option<u32> {
        let mut reader = PhraseReader::new(text, 2017);
        reader.number().ok().filter(|_| reader.at_end())
    }

    #[test]
    fn what_only_looks_like_a_numeral_is_none() {
        for text in words("十百 一二 二十三十 1² ①2 1十 十1 12345 一百二 ٣ 百 两 十〇").chain(["", "1 2", "十二 三"])
        {
            assert_eq!(number(text), None, "{text}");
        }
        assert_eq!(number("二○一八"), Some(2018));
        assert_eq!(number("二0一八"), Some(2018));
    }

    proptest! {
        #[test]
        fn a_numeral_reads_the_same_in_each_script(n in 1u32..1000) {
            for text in [n.to_string(), wide(n), chinese(n)] {
                prop_assert_eq!(number(&text), Some(n), "{}", text);
            }
        }
    }
}
