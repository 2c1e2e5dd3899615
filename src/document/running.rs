//! What stands at the top and the bottom of every page: told where it says more than the number of the page.

use super::{
    FileRefusal, clean,
    xml::{Piece, Xml},
};
use crate::domain::text;

/// The longest that is kept, in characters.
const LONGEST: usize = 400;

/// What the top or the bottom of Word's pages says.
pub fn of_word(part: &str) -> Result<Option<String>, FileRefusal> {
    let (mut said, mut xml) = (String::new(), Xml::new(part));
    while let Some(piece) = xml.next()? {
        let Piece::Open(element) = piece else { continue };
        match element.name().as_str() {
            "p" if !said.is_empty() => said.push('\n'),
            "t" => said.push_str(&xml.text()?),
            "del" | "moveFrom" | "instrText" | "Fallback" => xml.skip()?,
            _ => {}
        }
    }
    Ok(kept(&said))
}

/// What the top or the bottom of a sheet's pages says: `&L某市&C第 &P 页` has codes in it.
pub fn of_sheet(coded: &str) -> Option<String> {
    let mut said = String::new();
    let mut chars = coded.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '&' {
            said.push(c);
            continue;
        }
        match chars.next() {
            Some('&') => said.push('&'),
            // A font and a colour have their names behind them, a size its figures.
            Some('"') => chars.by_ref().take_while(|c| *c != '"').for_each(drop),
            Some('K') => chars.by_ref().take(6).for_each(drop),
            Some('L' | 'C' | 'R') => said.push('\n'),
            Some('0'..='9') => while chars.next_if(char::is_ascii_digit).is_some() {},
            _ => {}
        }
    }
    kept(&said)
}

/// The text, unless it only numbers pages.
fn kept(said: &str) -> Option<String> {
    let said = clean(said).trim().to_owned();
    let of_pages = |c: char| {
        c.is_whitespace()
            || c.is_numeric()
            || c.is_ascii_punctuation()
            || "第共页，、：（）／/—－–-·张PageofpageOF一二三四五六七八九十".contains(c)
    };
    let says = !text::is_blank(&said) && !said.chars().all(of_pages);
    says.then(|| said.chars().take(LONGEST).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_pages_say_nothing() {
        for (coded, expected) in [
            ("&L&\"宋体,常规\"&12某市政府&C第 &P 页", Some("某市政府\n第  页")),
            ("&C第 &P 页，共 &N 页", None),
            ("&CPage &P of &N", None),
            ("&R&K000000A&&B", Some("A&B")),
            ("", None),
        ] {
            let found = of_sheet(coded);
            assert_eq!(found.as_deref().map(str::trim), expected, "{coded}");
        }
        let part = |text: &str| format!("<w:ftr xmlns:w=\"w\"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:ftr>");
        assert_eq!(of_word(&part("— 3 —")).unwrap(), None);
        assert_eq!(of_word(&part("联系人：张三")).unwrap().as_deref(), Some("联系人：张三"));
    }
}
